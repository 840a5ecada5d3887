"""Which token budget to take: the smallest that keeps enough of the accuracy, of those within a limit."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fmvr.cost import Gpu, Shape, cost, least_seconds, weight_bytes
from fmvr.errors import BadInput
from fmvr.evaluation.measures.accuracy import Accuracy
from fmvr.evaluation.statistics import Estimate

MOST_BYTES = 20_000_000  # of a report's file


@dataclass(frozen=True)
class Option:
    """A budget, what it costs and what it keeps; None where nobody knows.

    `keeps`: of the accuracy at the full budget, a share; its interval is the mean itself where none was published.
    `breaks`: what loses most by it, in words.
    """

    tokens: int
    flops: float
    kv_bytes: float
    seconds: float | None
    keeps: Estimate | None
    breaks: str = ""


@dataclass(frozen=True)
class Limit:
    """`label`: with its unit. `amount`: what an option takes of it, the full budget's option given; None: not known."""

    label: str
    unit: str
    amount: Callable[[Option, Option], float | None]


LIMITS = {
    "flops": Limit("FLOPs, % of the full set’s", "% of the FLOPs", lambda one, full: 100 * one.flops / full.flops),
    "memory": Limit("KV cache, MB", "MB of KV cache", lambda one, full: one.kv_bytes / 1e6),
    "time": Limit("Time to the first token, ms", "ms", lambda one, full: one.seconds and 1000 * one.seconds),
}


@dataclass(frozen=True)
class Choice:
    """`within`: the options that stay within the limit; `enough`: those that keep enough. The largest first."""

    options: list[Option]
    within: list[Option]
    enough: list[Option]

    @property
    def best(self) -> Option | None:
        """The smallest that does both; None where none does."""
        return next((one for one in reversed(self.within) if one in self.enough), None)


def choose(options: list[Option], keep: float, limit: str | None = None, most: float = 0) -> Choice:
    """Of options, the largest first; `keep`: a share; `limit`: a key of LIMITS, or None; `most`: of it.

    Raises BadInput where what is limited is not known.
    """
    within, full = options, options[0]
    if limit:
        amounts = [LIMITS[limit].amount(one, full) for one in options]
        if None in amounts:
            raise BadInput("Nobody measured times for these figures; choose another limit, or measure under Cost.")
        within = [one for one, amount in zip(options, amounts) if amount <= most]
    return Choice(options, within, [one for one in options if one.keeps and one.keeps.mean >= keep])


def calculated(shape: Shape, budgets: list[int], text: int, gpu: Gpu | None, number_bytes: int = 2) -> list[Option]:
    """Options by formula alone, the largest first; the least times of a GPU where one is given."""
    costs = {n: cost(shape, n, text, bytes_a_number=number_bytes) for n in budgets}
    times = {n: gpu and least_seconds(one.flops, weight_bytes(shape), gpu) for n, one in costs.items()}
    return [Option(n, one.flops, one.kv_bytes, times[n], None) for n, one in costs.items()]


def losses(result: Accuracy, name: str, families: list[str]) -> dict[int, str]:
    """Budget → the family that loses most by it against the full budget, with the loss in points."""
    scores = result.scores[name]
    full = scores[max(scores)]
    lost = {n: {row: full[row].mean - by[row].mean for row in families if row in by} for n, by in scores.items()}
    worst = {n: max(by, key=by.get) for n, by in lost.items()}
    return {n: f"{worst[n]} (−{100 * lost[n][worst[n]]:.1f} points)" for n in scores if lost[n][worst[n]] > 0}


def reported(path: str | Path) -> dict[str, list[Option]]:
    """The options of each arm in a report's `summary.json`. Raises BadInput for a file that is none."""
    path = Path(path)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(path)
        summary = json.loads(path.read_text(encoding="utf-8"))
        measure, breaks = summary["measures"][0], summary["breaks"]
        return {str(name): _options(name, by, breaks) for name, by in measure["arms"].items() if by}
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise BadInput(
            "This is no summary.json of a report; python -m fmvr.evaluation report writes one beside its page."
        ) from error


def _options(name: str, by: dict, breaks: list[dict]) -> list[Option]:
    first = {
        n: str(one["row"]["question"]) for one in reversed(breaks) for arm, n in one["budgets"].items() if arm == name
    }
    return [
        Option(
            int(n),
            *(float(at[key]) for key in ("flops", "kv_bytes", "first_token_s")),
            at["retention"] and Estimate(*(float(at["retention"][key]) for key in ("mean", "low", "high"))),
            f"“{first[int(n)]}”" if int(n) in first else "",
        )
        for n, at in sorted(by.items(), key=lambda item: -int(item[0]))
    ]
