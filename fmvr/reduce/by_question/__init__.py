"""Reducers that read the question, before the language model does."""
