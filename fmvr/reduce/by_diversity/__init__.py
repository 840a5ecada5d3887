"""Reducers that go by how alike the tokens are, whatever is asked."""
