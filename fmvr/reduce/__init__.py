"""Reducers: ways from a frame's features to a token set. One file and one entry adds one."""

from fmvr.reduce.by_attention.globalcom2 import GlobalCom2
from fmvr.reduce.by_attention.mustdrop import MustDropVision
from fmvr.reduce.by_attention.prumerge import PruMergePlus
from fmvr.reduce.by_attention.vflowopt import VFlowOpt
from fmvr.reduce.by_attention.visionzip import VisionZip
from fmvr.reduce.by_attention.vtc_cls import VTCCLS
from fmvr.reduce.by_diversity.aim import AIM
from fmvr.reduce.by_diversity.dart import DART
from fmvr.reduce.by_diversity.divprune import DivPrune
from fmvr.reduce.by_diversity.tome import ToMe
from fmvr.reduce.by_question.catp import CATP
from fmvr.reduce.by_question.cdpruner import CDPruner
from fmvr.reduce.by_question.mmtok import MMTok
from fmvr.reduce.by_question.recoverable import Recoverable
from fmvr.reduce.controls.every_kth import EveryKth
from fmvr.reduce.controls.grid import Grid
from fmvr.reduce.controls.random import Random
from fmvr.reduce.features import Features
from fmvr.reduce.inside.dart import DARTInside
from fmvr.reduce.inside.dropping import Dropping
from fmvr.reduce.inside.fastv import FastV
from fmvr.reduce.inside.mustdrop import MustDropText
from fmvr.reduce.inside.pyramiddrop import PyramidDrop
from fmvr.reduce.inside.sparsevlm import SparseVLM
from fmvr.reduce.learned.focusllava import FocusLLaVA, FocusVision
from fmvr.reduce.learned.mqt import MQT
from fmvr.reduce.learned.pixelshuffle import PixelShuffle
from fmvr.reduce.pyramid import FMVR, Pooling
from fmvr.reduce.reducer import Reducer
from fmvr.reduce.tokenset import TokenSet

REDUCERS: dict[str, type[Reducer]] = {
    "pooling": Pooling,
    "fmvr": FMVR,
    "random": Random,
    "every-kth": EveryKth,
    "grid": Grid,
    "vtc-cls": VTCCLS,
    "globalcom2": GlobalCom2,
    "visionzip": VisionZip,
    "prumerge+": PruMergePlus,
    "mustdrop": MustDropVision,
    "vflowopt": VFlowOpt,
    "divprune": DivPrune,
    "tome": ToMe,
    "aim": AIM,
    "dart": DART,
    "mmtok": MMTok,
    "catp": CATP,
    "cdpruner": CDPruner,
    "recoverable": Recoverable,
    "fastv": FastV,
    "pyramiddrop": PyramidDrop,
    "sparsevlm": SparseVLM,
    "mustdrop-text": MustDropText,
    "dart-layer": DARTInside,
    "pixel-shuffle": PixelShuffle,
    "mqt": MQT,
    "focus-vision": FocusVision,
    "focusllava": FocusLLaVA,
}
TRAINED = ("fmvr",)  # reducers that a model is trained for, arms of their own

__all__ = ["FMVR", "REDUCERS", "TRAINED", "Dropping", "Features", "Pooling", "Reducer", "TokenSet"]
