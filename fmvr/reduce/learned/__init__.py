"""Reducers with weights of their own, which learn on a model that stays as it is."""
