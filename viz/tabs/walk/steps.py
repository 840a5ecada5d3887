"""The steps of the walkthrough, in their order."""

from collections.abc import Callable
from dataclasses import dataclass

from viz.tabs.walk import quizzes, saying, seeing
from viz.tabs.walk.stop import Stop
from viz.walk import Quiz, Told


@dataclass(frozen=True)
class Step:
    """One step: what it tells, and the question that leads to it, put at the end of the step before."""

    label: str
    tell: Callable[[Stop], Told]
    lead: Callable[[Stop], Quiz] | None
    of_block: bool = False  # needs a model with blocks


STEPS = (
    Step("Pixels", seeing.pixels, None),
    Step("Features", seeing.features, quizzes.look_alikes),
    Step("Pooling", seeing.pooling, quizzes.how_much_is_left),
    Step("Split", seeing.split, quizzes.mean_or_detail, of_block=True),
    Step("Gains", seeing.gains, quizzes.stronger, of_block=True),
    Step("Words in", saying.words_in, quizzes.more_of_which),
    Step("Words out", saying.words_out, quizzes.how_sure),
    Step("Where", saying.looked, quizzes.where),
    Step("Price", saying.price, quizzes.how_many_times),
)
