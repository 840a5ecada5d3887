"""Replay: a handful of answers, word for word, to be given again and compared.

It says nothing about how good the models are: whatever changes the weights, the prompt, the reducers or the answering
changes something here.
"""

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

from tqdm.auto import tqdm

from fmvr.evaluation.asking import draw

if TYPE_CHECKING:
    from fmvr.answering.answer import Answer
    from fmvr.lab import Lab
    from fmvr.worlds.world import World

PLACES = 4  # digits behind the point of a log-probability
LEAST = 1e-300  # a probability of 0 has no logarithm


@dataclass(frozen=True)
class ReplayQuestion:
    """A question, and the place of its sample among the test samples."""

    place: int
    family: str
    text: str


@dataclass(frozen=True)
class ReplayAnswer:
    """What an arm answered, and the logarithm of the probability of exactly that, its end included."""

    text: str
    log_probability: float


@dataclass(frozen=True)
class Replay:
    """`answers[arm][budget]`: one to each of the questions, in their order."""

    world: str
    questions: list[ReplayQuestion]
    answers: dict[str, dict[int, list[ReplayAnswer]]]

    def __str__(self) -> str:
        answers = sum(len(one) for by in self.answers.values() for one in by.values())
        return f"{answers} answers to {len(self.questions)} questions"


def measure(lab: "Lab", world: "World", samples: int, first: int = 0) -> Replay:
    """Ask every question of so many test samples, one by one as a visitor does."""
    questions: list[ReplayQuestion] = []
    answers = {arm: {n: [] for n in lab.budgets_of(arm)} for arm in lab.arms}
    for place, sample in enumerate(tqdm(draw(world, samples, first), "samples", leave=None), first):
        view = lab.look(world.picture(sample))
        for question in world.questions(sample, test=True):
            questions.append(ReplayQuestion(place, question.family, question.text))
            for arm, by_budget in answers.items():
                for n, own in by_budget.items():
                    answer = view.ask(question.text, n, arm, world.longest(question.family))
                    own.append(ReplayAnswer(answer.text, log_probability(answer)))
    return Replay(world.name, questions, answers)


def log_probability(answer: "Answer") -> float:
    """Of exactly this answer: its words, and its end where it has one."""
    end = 1 if answer.ending is None else answer.ending
    return round(sum(log(max(chance, LEAST)) for chance in (answer.probability, end)), PLACES)
