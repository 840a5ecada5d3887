"""The steps of the walkthrough, in their order."""

from collections.abc import Callable
from dataclasses import dataclass

from viz.tabs.walk import answering, quizzes, reading
from viz.tabs.walk.stop import Stop
from viz.walk import Quiz, StepText


@dataclass(frozen=True)
class Step:
    """One step: its text, and the question that leads to it, put at the end of the step before."""

    label: str
    text: Callable[[Stop], StepText]
    lead: Callable[[Stop], Quiz] | None
    of_block: bool = False  # needs an arm with blocks


STEPS = (
    Step("Pixels", reading.pixels, None),
    Step("Features", reading.features, quizzes.look_alikes),
    Step("Pooling", reading.pooling, quizzes.how_much_is_left),
    Step("Split", reading.split, quizzes.mean_or_detail, of_block=True),
    Step("Gains", reading.gains, quizzes.stronger, of_block=True),
    Step("Words in", answering.words_in, quizzes.more_of_which),
    Step("Words out", answering.words_out, quizzes.how_sure),
    Step("Where", answering.looked, quizzes.where),
    Step("Price", answering.price, quizzes.how_many_times),
)
