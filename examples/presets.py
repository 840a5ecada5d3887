"""Look for pictures to begin with in the arena, at which it can be seen what reducers differ in:

python -m examples.presets

Asks every reducer about test pictures as the page does, and prints for each of the arena's presets the questions of
which its claim holds most clearly.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from tqdm.auto import tqdm

from fmvr.lab import Lab
from fmvr.view import View
from fmvr.worlds.embedded.language.groups import GROUP_OF
from fmvr.worlds.embedded.picture import Picture
from fmvr.worlds.world import Question, World
from viz.tabs.samples import SPLIT, drawn, posed, sentence

ASKED = 3  # questions a picture
BEST = 8  # of each preset
CROWD = 21  # things
SMALL = 28  # pixels: two patches
READING = ("reading", "tables")
GROUPS = {"scene": ("counting", "colours", "relations"), "board": ("cells", "places"), "text": READING}  # asked

RANDOM = "random"


@dataclass(frozen=True)
class Entrant:
    """A reducer's answer. `keeps`: whether its tokens are patches as they are; `looks`: whether the question chooses
    them, before the language model or inside it.
    """

    text: str
    right: bool
    keeps: bool
    looks: bool


@dataclass(frozen=True)
class Round:
    """A question about a test picture that is answered rightly from all tokens, and by every reducer from a budget."""

    place: int
    sample: Picture
    question: Question
    entrants: dict[str, Entrant]

    def share(self, among: Callable[[str, Entrant], bool] = lambda name, one: True) -> float:
        """How many of some reducers answer rightly, 0..1."""
        return float(np.mean([one.right for name, one in self.entrants.items() if among(name, one)]))

    def __str__(self) -> str:
        told = ", ".join(f"{name}: {one.text}{'' if one.right else ' ✗'}" for name, one in self.entrants.items())
        asked = f"{self.place} {self.question.family}: {self.question.text} {self.question.answer}"
        return f"{asked} ({100 * self.share():.0f} % right) — {told}"


def random_wins(played: Round) -> float:
    """Random patches answer rightly, most others that keep patches wrongly."""
    wrong = 1 - played.share(lambda name, one: one.keeps and name != RANDOM)
    return wrong if played.entrants[RANDOM].right and wrong > 0.5 else 0


def question_matters(played: Round) -> float:
    """Most of those that look at the question answer rightly, most of the others wrongly."""
    looking, blind = (played.share(lambda name, one, looks=looks: one.looks is looks) for looks in (True, False))
    return looking - blind if looking > 0.5 > blind else 0


def small_text(played: Round) -> float:
    """Asked about are letters lower than two patches, and most answer wrongly."""
    sizes = [thing.size for thing in played.question.about or ()]
    wrong = 1 - played.share()
    return wrong if played.sample.kind == "text" and sizes and max(sizes) < SMALL and wrong > 0.5 else 0


def crowd(played: Round) -> float:
    """Many things, and a count that divides: at least a third answer rightly, and a third wrongly."""
    share = played.share()
    divides = len(played.sample.items) >= CROWD and GROUP_OF[played.question.family] == "counting"
    return min(share, 1 - share) if divides and 1 / 3 <= share <= 2 / 3 else 0


CLAIMS: dict[str, Callable[[Round], float]] = {  # preset → how clearly its claim holds of a round, 0: not at all
    "Random wins": random_wins,
    "The question matters": question_matters,
    "Small text": small_text,
    "A crowd": crowd,
}


def play(lab: Lab, place: int, texts: list[str], tokens: int) -> Iterator[Round]:
    """Some questions about a test picture, asked as the arena does: those that all tokens answer rightly."""
    world, sample = lab.world, lab.world.sample(SPLIT, place)
    view = lab.look(world.picture(sample)).reduced(*lab.able()[0])
    names = [name for name in view.arms if tokens in view.member(name).budgets]
    for text in texts:
        question = world.truth(sample, text)
        if question and _entrant(view, world, question, view.member().grid_side ** 2, lab.pooling_arm).right:
            entrants = {name: _entrant(view, world, question, tokens, name) for name in names}
            yield Round(place, sample, replace(question, about=tuple(world.subjects(sample, text))), entrants)


def _entrant(view: View, world: World, question: Question, tokens: int, name: str) -> Entrant:
    member, answer = view.member(name), view.ask(question.text, tokens, name).text
    return Entrant(
        answer,
        world.score(question.family, answer, question.answer) == 1,
        view.token_set(tokens, name, question.text).indices is not None,
        "question" in member.reducer.needs or member.drops_inside,
    )


def questions(world: World, place: int) -> list[str]:
    """A few questions about the test picture at a place, of families that its kind is good for; none that says what
    the answer may be, which chance alone gets right every other time.
    """
    sample, rng = world.sample(SPLIT, place), np.random.default_rng(place)
    families = [family for family in drawn(world, rng) if GROUP_OF[family] in GROUPS[sample.kind]]
    found = (posed(world, sample, family, rng) for family in families)
    return [sentence(one) for one in islice((one for one in found if one and not _given(one)), ASKED)]


def _given(question: Question) -> bool:
    return question.answer in ("yes", "no") or question.answer in question.text


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m examples.presets", description=__doc__.splitlines()[0])
    parser.add_argument("--first", type=int, default=0, help="place of the first test picture")
    parser.add_argument("--pictures", type=int, default=60)
    parser.add_argument("--tokens", type=int, default=64)
    arguments = parser.parse_args()
    lab, rounds = Lab.load(), []
    for place in tqdm(range(arguments.first, arguments.first + arguments.pictures), "asking", leave=None):
        rounds += play(lab, place, questions(lab.world, place), arguments.tokens)
    for name, claim in CLAIMS.items():
        print(f"\n{name}")
        best = sorted((one for one in rounds if claim(one)), key=claim, reverse=True)
        print(*best[:BEST], sep="\n")


if __name__ == "__main__":
    main()
