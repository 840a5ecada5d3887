"""One kind of questions, measured: every arm at every budget, and the smallest budget in one sentence."""

from dataclasses import dataclass

from fmvr.arms import arm
from fmvr.evaluation.statistics import Estimate

ENOUGH = 20  # pictures or videos: of fewer, intervals are so wide that no budget can be named


@dataclass(frozen=True)
class AtBudget:
    """One arm at one budget; times, FLOPs and bytes are medians over questions."""

    share: Estimate  # of the answers that hold: that are right, or agree
    retention: Estimate | None  # that, as a share of the full budget's; None where nothing holds there
    lost: int  # answers that hold at the full budget, and from here down at none
    first_token_s: float
    total_s: float
    flops: float
    kv_bytes: float


@dataclass(frozen=True)
class Measure:
    """`kind`: `accuracy` where right answers are given, `agreement` where not.

    `arms`: arm → budget → what was measured there, the arm's full budget first. `frames`: of each video, where these
    are videos; `pictures` counts them then, and a budget is that of each frame.
    """

    kind: str
    questions: int
    pictures: int
    keep: float  # the share to be kept
    arms: dict[str, dict[int, AtBudget]]
    frames: int | None = None

    @property
    def of(self) -> str:
        return "video" if self.frames else "picture"

    @property
    def shown(self) -> str:
        """Pictures or videos, and how many."""
        return counted(self.pictures, self.of)

    @property
    def enough(self) -> bool:
        """Whether there are so many pictures that a budget can be named."""
        return self.pictures >= ENOUGH

    def smallest(self, name: str) -> int | None:
        """The smallest budget that keeps the share; the full one where no other does, None where nothing holds."""
        retained = {n: at.retention for n, at in self.arms[name].items()}
        return min((n for n, share in retained.items() if share and share.mean >= self.keep), default=None)

    def verdict(self, name: str) -> str:
        """An arm's smallest budget in one sentence, with what is to be said against it."""
        by_budget, least, label = self.arms[name], self.smallest(name), arm(name).label
        full, opening = max(by_budget), f"{label[:1].upper()}{label[1:]},"
        if not self.enough:
            return f"{opening} {self.shown} cannot tell how few tokens are enough: ask about {ENOUGH} or more."
        if least is None:
            return f"{opening} no answer is right at {self._count(full)}, so there is nothing to keep."
        if len(by_budget) == 1:
            return f"{opening} {self._count(full)} {'is' if full == 1 else 'are'} the only budget."
        whole = f"of the {'accuracy' if self.kind == 'accuracy' else 'answers'} of {full}"
        if least == full:
            best = max((n for n in by_budget if n < full), key=lambda n: by_budget[n].retention.mean)
            return (
                f"{opening} no smaller budget keeps {_percent(self.keep)} {whole} visual tokens: the best, "
                f"{self._count(best)}, keeps {_percent(by_budget[best].retention.mean)}."
            )
        share = by_budget[least].retention
        parts = [
            f"{opening} {self._count(least)} keep{'s' * (least == 1)} {_percent(share.mean)} {whole} "
            f"(95 % interval {_percent(share.low)} to {_percent(share.high)})."
        ]
        if share.low < self.keep:
            parts.append(f"The interval reaches below {_percent(self.keep)}: more {self.of}s would make it surer.")
        if gaps := {n: at for n, at in by_budget.items() if n > least and at.retention.mean < self.keep}:
            shares = ", ".join(f"{n} keep {_percent(at.retention.mean)}" for n, at in gaps.items())
            parts.append(f"More tokens are not always better: {shares}.")
        return " ".join(parts)

    def _count(self, tokens: int) -> str:
        return counted(tokens, "visual token") + " a frame" * bool(self.frames)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %".replace(".0 %", " %")


def counted(count: int, what: str) -> str:
    """`1 picture`, `2 pictures`."""
    return f"{count} {what}{'s' * (count != 1)}"
