"""The photographs that a model of one's own is first asked about."""

from fmvr.worlds.photographs.world import FOLDER, Photograph, PhotographWorld, mark, marked

__all__ = ["FOLDER", "Photograph", "PhotographWorld", "mark", "marked"]
