"""Asking many questions about many samples of a world: every arm's answers at its budgets, and how right they are."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image
from tqdm.auto import tqdm

from fmvr.errors import BadInput

if TYPE_CHECKING:
    from fmvr.lab import Lab
    from fmvr.member import Member
    from fmvr.reduce import Features
    from fmvr.worlds.world import Question, World

AVERAGE, SEEN, UNSEEN = "average", "trained wordings", "unseen wordings"
BASELINE = "pooling"
Answers = dict[str, dict[int, list[list[str]]]]  # arm → budget → answers, a list a picture
Scores = dict[str, dict[int, np.ndarray]]  # arm → budget → [samples, families] in 0..1, NaN where not asked


def baseline(arms: Iterable[str]) -> str:
    """The arm that the others are held against: the one that pools only where it is there, else the first."""
    arms = list(arms)
    return BASELINE if BASELINE in arms else arms[0]


def size_of(samples: int, world: str) -> str:
    """`5,000 test pictures`: how much was measured, in words."""
    return f"{samples:,} test pictures" if world == "embedded" else f"{samples:,} test samples of the world {world}"


def check_world(world: "World", part: str, knows: str) -> None:
    """Raises BadInput for a world that lacks a part of its own, by which it `knows` what a measure asks about."""
    if not hasattr(world, part):
        raise BadInput(f"The world {world.name!r} does not know {knows}, so this measure cannot be taken of it.")


def draw(world: "World", samples: int, first: int = 0, split: str = "test") -> list[Any]:
    """So many samples of a split, from a place on, or as many as there are. Raises BadInput where there are none."""
    size = world.size(split)
    last = first + samples if size is None else min(first + samples, size)
    drawn = [world.sample(split, place) for place in range(first, last)]
    if not drawn:
        raise BadInput(f"The world {world.name!r} has no {split} samples to ask about.")
    return drawn


def answers_of(
    lab: "Lab",
    world: "World",
    pictures: list[Image.Image],
    asked: list[list["Question"]],
    wanted: Mapping[str, Sequence[int]] | None = None,
) -> Answers:
    """The answers to the questions about each picture, in the same places: of every arm at each of its budgets, or of
    the arms `wanted` at theirs.
    """
    features = lab.features(pictures)
    wanted = {arm: lab.budgets_of(arm) for arm in lab.arms} if wanted is None else wanted
    return {
        arm: {n: _at_once(lab.member(arm), world, features[arm], n, asked) for n in budgets}
        for arm, budgets in wanted.items()
    }


def scores_of(
    lab: "Lab",
    world: "World",
    samples: list[Any],
    test: bool = False,
    picture: Callable[[Any], Image.Image] | None = None,
    batch: int | None = None,
) -> Scores:
    """Every family asked about every sample.

    Args:
        test: in test wordings, too.
        picture: what is shown of a sample; its own picture where nothing else is said.
        batch: samples at once; None: as many as the models' device likes.
    """
    marks = {"right": lambda question, answer: world.score(question.family, answer, question.answer)}
    return marks_of(lab, world, samples, marks, test, picture, batch)["right"]


def marks_of(
    lab: "Lab",
    world: "World",
    samples: list[Any],
    marks: dict[str, Callable[["Question", str], float]],
    test: bool = False,
    picture: Callable[[Any], Image.Image] | None = None,
    batch: int | None = None,
) -> dict[str, Scores]:
    """Every answer marked in several ways, by name (see `scores_of`). `marks`: question and answer → 0..1."""
    families, shown = list(world.families), picture or world.picture
    batch = batch or (128 if lab.member().model.device.type == "cuda" else 16)
    shape = len(samples), len(families)
    found = {
        name: {arm: {n: np.full(shape, np.nan) for n in lab.budgets_of(arm)} for arm in lab.arms} for name in marks
    }
    for start in tqdm(range(0, len(samples), batch), "asking", leave=None):
        group = samples[start : start + batch]
        asked = [world.questions(sample, test=test) for sample in group]
        for arm, by_budget in answers_of(lab, world, [shown(sample) for sample in group], asked).items():
            for n, answers in by_budget.items():
                for i, (questions, texts) in enumerate(zip(asked, answers), start):
                    for q, text in zip(questions, texts, strict=True):
                        for name, mark in marks.items():
                            found[name][arm][n][i, families.index(q.family)] = mark(q, text)
    return found


def rows_of(
    world: "World", samples: list[Any], tell: Callable[[Any, "Question"], Iterable[str]]
) -> dict[str, np.ndarray]:
    """What is told of the questions of `scores_of(…, test=True)`: each name → which of them, [samples, families]."""
    families = list(world.families)
    rows: dict[str, np.ndarray] = defaultdict(lambda: np.zeros((len(samples), len(families)), bool))
    for i, sample in enumerate(samples):
        for q in world.questions(sample, test=True):
            for name in tell(sample, q):
                rows[name][i, families.index(q.family)] = True
    return dict(rows)


def unseen_wordings(world: "World", samples: list[Any]) -> np.ndarray:
    """Which questions of `scores_of(…, test=True)` are in a wording kept from training: [samples, families]."""
    told = rows_of(world, samples, lambda _, question: [UNSEEN] * question.unseen_wording)
    return told.get(UNSEEN, np.zeros((len(samples), len(world.families)), bool))


def _at_once(
    member: "Member", world: "World", features: list["Features"], budget: int, asked: list[list["Question"]]
) -> list[list[str]]:
    """One arm's answers at one budget; a reducer that looks at the question makes a token set for each of them."""
    import torch

    from fmvr.answering.batch import answer_all

    limited = [[(q.text, world.longest(q.family)) for q in questions] for questions in asked]
    reducer = member.reducer
    with torch.inference_mode():
        if member.drops_inside:  # what is dropped depends on the question, so nothing is read for several
            return [[_inside(member, frame, budget, *one) for one in own] for frame, own in zip(features, limited)]
        if "question" not in reducer.needs:
            sets = [reducer(frame, budget).tokens for frame in features]
            return answer_all(member.model, member.processor, torch.stack(sets), limited)
        each = [(frame, question) for frame, questions in zip(features, limited) for question in questions]
        if not each:
            return [[] for _ in asked]
        sets = [reducer(frame, budget, text).tokens for frame, (text, _) in each]
        flat = answer_all(member.model, member.processor, torch.stack(sets), [[question] for _, question in each])
        texts = iter(flat)
        return [[next(texts)[0] for _ in questions] for questions in limited]


def _inside(member: "Member", features: "Features", budget: int, question: str, most: int) -> str:
    """The answer of an arm that drops tokens inside its language model."""
    from fmvr.answering.one import Asked, answers_of
    from fmvr.prompt import encoded

    prompt = encoded(member.processor, question, member.entering(budget), 1, member.context)
    return answers_of([Asked(member, [member.reducer(features, budget)], prompt, budget)], most)[0].text
