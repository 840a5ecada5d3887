"""Reducers that go by what the tower's tokens attend to, whatever is asked."""
