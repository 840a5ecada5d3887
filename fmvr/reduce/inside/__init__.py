"""Reducers that drop visual tokens inside the language model, at its layers."""
