"""What can be measured: one file a measure, with its result as a dataclass and `measure(lab, world, samples)`.

An entry of MEASURES adds one: the commands, the kept results and the page go over this table. Importing a measure loads
no torch: that is imported where it is used.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fmvr.evaluation.measures import (
    ablations,
    accuracy,
    band_energy,
    clips,
    faithfulness,
    hallucination,
    reducers,
    replay,
    robustness,
    speed,
    strangeness,
    strangers,
)


@dataclass(frozen=True)
class Measure:
    """One measure.

    `label`: on the page; None where the page does not show it. `result`: its dataclass, which prints. `run`: takes a
    lab, a world and how many samples. `samples`: how many, where nothing else is said. `handful`: arguments of `run`
    by which it takes so little time that the figures are kept with the result, to be made again and compared; none for
    figures that are never twice the same. `command`: a module with `add_arguments(parser)` and `main(arguments)`, for a
    measure that is more than a `run`.
    """

    label: str | None
    result: type
    run: Callable[..., Any]
    samples: int
    handful: dict[str, Any] = field(default_factory=dict)
    command: str | None = None

    @property
    def help(self) -> str:
        """What it measures, in a line."""
        return (sys.modules[self.result.__module__].__doc__ or self.result.__doc__).splitlines()[0]


MEASURES = {
    "accuracy": Measure("Accuracy", accuracy.Accuracy, accuracy.measure, 5000, {"samples": 3}),
    "hallucination": Measure("Hallucination", hallucination.Hallucination, hallucination.measure, 1000, {"samples": 3}),
    "faithfulness": Measure(
        "Maps",
        faithfulness.Faithfulness,
        faithfulness.measure,
        200,
        {"samples": 1, "methods": ("Grad-CAM elementwise", "HiResCAM")},
    ),
    "robustness": Measure(
        "Out of the world",
        robustness.Robustness,
        robustness.measure,
        200,
        {"samples": 1, "names": ("blur", "combination"), "last": True},
    ),
    "clips": Measure("Clips", clips.Clips, clips.measure, 1000, {"samples": 2}),
    "ablations": Measure(
        "Ablations",
        ablations.Ablations,
        ablations.measure,
        300,
        {"samples": 3},
        "fmvr.evaluation.ablations.command",
    ),
    "strangers": Measure(None, strangers.Strangers, strangers.measure, 100, {"samples": 4}),
    "strangeness": Measure(None, strangeness.Strangeness, strangeness.measure, 1000),
    "reducers": Measure(
        "Arena",
        reducers.Reducers,
        reducers.measure,
        2000,
        {"samples": 4, "budgets": (192, 9), "reducers": ("random", "grid", "visionzip", "divprune", "aim"), "timed": 0},
        "fmvr.evaluation.arena.command",
    ),
    "bands": Measure("Bands", band_energy.BandEnergies, band_energy.measure, 500, {"samples": 2}),
    "speed": Measure(None, speed.Speed, speed.measure, 20, command="fmvr.evaluation.shape.command"),
    "replay": Measure(None, replay.Replay, replay.measure, 8),
}
