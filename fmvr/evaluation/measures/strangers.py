"""A stranger's questions: written by somebody who saw the pictures and nothing else, and what is answered to them."""

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter
from tqdm.auto import tqdm

from fmvr.errors import BadInput

if TYPE_CHECKING:
    from fmvr.lab import Lab
    from fmvr.worlds.world import World

FILE = Path(__file__).parents[1] / "strangers.json"
WORLD = "embedded"  # whose pictures they are about
LONGEST = 40  # tokens of an answer
WAYS = "any", "numbers"  # a family of none: the same in other words; and one of lists: the same things, in any order


@dataclass(frozen=True)
class StrangersQuestion:
    """A question about the test picture at a place, and the answers that its author accepts."""

    picture: int
    question: str
    answers: list[str]


@dataclass(frozen=True)
class Strangers:
    """`said[arm][budget]`: the answers to the questions, in their order; `right`: the share of them that is right."""

    world: str
    questions: list[StrangersQuestion]
    said: dict[str, dict[int, list[str]]]
    right: dict[str, dict[int, float]]

    def __str__(self) -> str:
        lines = [f"{len(self.questions)} questions"]
        lines += [
            f"{arm}: {', '.join(f'{100 * share:.0f} % at {n}' for n, share in by.items())}"
            for arm, by in self.right.items()
        ]
        return "\n".join(lines)


def questions(samples: int) -> list[StrangersQuestion]:
    """So many of the questions, in order of their pictures."""
    every = TypeAdapter(list[StrangersQuestion]).validate_json(FILE.read_bytes())
    return sorted(every[:samples], key=lambda one: one.picture)


def is_right(world: "World", asked: StrangersQuestion, said: str) -> bool:
    """Whether an answer says what one of the accepted ones says, in the world's words for it."""
    return any(world.score(way, said, answer) == 1 for way in WAYS for answer in asked.answers)


def measure(lab: "Lab", world: "World", samples: int) -> Strangers:
    """Ask so many of the questions, one by one as a visitor does. Raises BadInput for another world."""
    if world.name != WORLD:
        raise BadInput(f"A stranger asked about pictures of the world {WORLD!r}, not of {world.name!r}.")
    asked = questions(samples)
    said: dict[str, dict[int, list[str]]] = {arm: {n: [] for n in lab.budgets_of(arm)} for arm in lab.arms}
    for place, own in groupby(tqdm(asked, "questions", leave=None), key=lambda one: one.picture):
        view = lab.look(world.picture(world.sample("test", place)))
        for one in own:
            for arm, by in said.items():
                for n, texts in by.items():
                    texts.append(view.ask(one.question, n, arm, LONGEST).text)
    right = {
        arm: {n: sum(map(is_right, [world] * len(asked), asked, texts)) / len(asked) for n, texts in by.items()}
        for arm, by in said.items()
    }
    return Strangers(world.name, asked, said, right)
