"""Reducers: ways from a frame's features to a token set. One file and one entry adds one."""

from fmvr.reduce.features import Features
from fmvr.reduce.pyramid import FMVR, Pooling
from fmvr.reduce.reducer import Reducer
from fmvr.reduce.tokenset import TokenSet

REDUCERS: dict[str, type[Reducer]] = {"pooling": Pooling, "fmvr": FMVR}

__all__ = ["FMVR", "REDUCERS", "Features", "Pooling", "Reducer", "TokenSet"]
