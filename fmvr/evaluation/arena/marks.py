"""How right every reducer's answers are, picture by picture: asked once, kept in a folder, gone on with from there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError
from tqdm.auto import tqdm

from fmvr.evaluation.asking import answers_of
from fmvr.runs.whole import write_whole

if TYPE_CHECKING:
    from fmvr.lab import Lab
    from fmvr.worlds.world import Question, World

BATCH = 16  # pictures at once
Asked = Sequence[tuple[Any, list["Question"]]]  # each sample with what is asked about it


@dataclass(frozen=True)
class Marks:
    """One reducer's: `marks[budget]` has a list a sample, 0..1 for each of its questions, of the first samples.

    `settings`: what they depend on, in words.
    """

    settings: str
    marks: dict[int, list[list[float]]] = field(default_factory=dict)

    def lacks(self, budget: int, end: int) -> bool:
        """Whether not all samples before `end` have been asked at a budget."""
        return len(self.marks.get(budget, [])) < end


FILE = TypeAdapter(Marks)


def marks_of(
    lab: "Lab",
    world: "World",
    asked: Asked,
    wanted: Mapping[str, Sequence[int]],
    settings: Mapping[str, str],
    folder: Path | None = None,
) -> dict[str, Marks]:
    """Each reducer's marks at the budgets `wanted` of it; arms of `lab` are named by their reducers.

    `settings`: what each one's depend on. `folder`: of a file for each reducer, which is read first, and written after
    every batch; None to keep nothing.
    """
    found = {name: _read(folder, name, settings[name]) for name in wanted}
    for start in tqdm(range(0, len(asked), BATCH), "asking", leave=None):
        group = asked[start : start + BATCH]
        lacking = {name: [n for n in wanted[name] if found[name].lacks(n, start + len(group))] for name in wanted}
        if not (lacking := {name: budgets for name, budgets in lacking.items() if budgets}):
            continue
        pictures, questions = [world.picture(sample) for sample, _ in group], [own for _, own in group]
        for name, by_budget in answers_of(lab, world, pictures, questions, lacking).items():
            for n, answers in by_budget.items():
                found[name].marks.setdefault(n, [])[start:] = [  # the last batch of a shorter run was a part of this
                    [world.score(q.family, text, q.answer) for q, text in zip(own, texts, strict=True)]
                    for own, texts in zip(questions, answers, strict=True)
                ]
            if folder:
                write_whole(folder / f"{name}.json", FILE.dump_json(found[name]))
    return found


def _read(folder: Path | None, name: str, settings: str) -> Marks:
    """A reducer's marks as they were kept, with the same settings; none where there are no such."""
    path = folder / f"{name}.json" if folder else None
    try:
        kept = FILE.validate_json(path.read_bytes()) if path and path.exists() else None
    except ValidationError:  # written by something else
        kept = None
    return kept if kept and kept.settings == settings else Marks(settings)
