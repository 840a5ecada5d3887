"""Look for pictures whose answers turn with the token budget, to choose examples from: python -m examples.find

Prints questions about test pictures that both arms answer right from all tokens and at least one answers wrong from
fewer: first those about which the arms differ at some budget, then the others, each with the arms' answers by budget.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fmvr.errors import BadInput
from fmvr.evaluation import own
from fmvr.evaluation.asking import answers_of
from fmvr.lab import Lab
from fmvr.worlds.world import Question, World
from viz.tabs.samples import SPLIT, posed, sentence

AT_ONCE = 8  # pictures


@dataclass(frozen=True)
class Turn:
    """A question about the test picture at a place, and each arm's answers: budget → text, and whether it is right."""

    place: int
    question: Question
    answers: dict[str, dict[int, tuple[str, bool]]]

    @property
    def differs(self) -> bool:
        """Whether at some budget one arm is right and another wrong."""
        first, *others = self.answers.values()
        return any(first[n][1] != by[n][1] for by in others for n in first if n in by)

    def __str__(self) -> str:
        told = "; ".join(
            f"{arm} " + ", ".join(f"{n}: {text}{'' if right else ' ✗'}" for n, (text, right) in by.items())
            for arm, by in self.answers.items()
        )
        return f"{self.place} {self.question.family}: {self.question.text} {self.question.answer} — {told}"


def turns(lab: Lab, world: World, places: range) -> Iterator[Turn]:
    """The questions that turn, of every family, about the test pictures at some places."""
    for start in range(places.start, places.stop, AT_ONCE):
        group = range(start, min(start + AT_ONCE, places.stop))
        samples = [world.sample(SPLIT, place) for place in group]
        asked = [_questions(world, sample, place) for sample, place in zip(samples, group)]
        found = answers_of(lab, world, [world.picture(sample) for sample in samples], asked)
        for i, questions in enumerate(asked):
            for j, question in enumerate(questions):
                said = {arm: {n: texts[i][j] for n, texts in by.items()} for arm, by in found.items()}
                right = {
                    arm: {n: (text, world.score(question.family, text, question.answer) == 1) for n, text in by.items()}
                    for arm, by in said.items()
                }
                full = all(by[max(by)][1] for by in right.values())
                if full and not all(is_right for by in right.values() for _, is_right in by.values()):
                    yield Turn(group[i], question, right)


def _questions(world: World, sample, place: int) -> list[Question]:
    """One question of every family, worded as the page would."""
    rng = np.random.default_rng(place)
    asked = (posed(world, sample, family, rng) for family in world.families)
    return [Question(one.family, sentence(one), one.answer) for one in asked if one is not None]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m examples.find", description=__doc__.splitlines()[0])
    parser.add_argument("--first", type=int, default=0, help="place of the first test picture")
    parser.add_argument("--pictures", type=int, default=24)
    own.add_arguments(parser)
    arguments = parser.parse_args()
    try:
        lab = own.load(own.chosen(arguments))
        places = range(arguments.first, arguments.first + arguments.pictures)
        found = sorted(turns(lab, lab.world, places), key=lambda turn: not turn.differs)
    except BadInput as problem:
        sys.exit(str(problem))
    print(*found, sep="\n")


if __name__ == "__main__":
    main()
