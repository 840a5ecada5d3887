"""Accuracy on clips, by how many frames are read and with how many tokens each."""

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from tqdm.auto import tqdm

from fmvr.evaluation.asking import AVERAGE, baseline, draw
from fmvr.evaluation.measures.accuracy import blind_scores
from fmvr.evaluation.statistics import Bootstrap, Estimate, Paired
from fmvr.worlds import WORLDS
from fmvr.worlds.embedded.clips import MOST_TOKENS

if TYPE_CHECKING:
    from fmvr.lab import Lab
    from fmvr.member import Member
    from fmvr.reduce import Features
    from fmvr.worlds.embedded.clips import ClipWorld
    from fmvr.worlds.world import Question, World

FRAMES = (1, 2, 4, 8)
Asked = list[tuple[list["Question"], dict[str, list["Features"]]]]  # a clip: its questions; arm → each frame seen


@dataclass(frozen=True)
class Cell:
    """What an arm answers right from so many frames, or all of a clip that has no more, of so many tokens each.

    `scores`: mean scores (0..1), of a group of families, or over families (`average`); families that name a frame
    (`one frame`) count in the average of no cell, and are asked where every frame is read.
    """

    arm: str
    frames: int
    visual_tokens: int
    scores: dict[str, Estimate]


@dataclass(frozen=True)
class Trade:
    """More frames of fewer tokens against fewer frames of more, the same number in all: both as frames × tokens."""

    arm: str
    more: tuple[int, int]
    fewer: tuple[int, int]
    differences: dict[str, Paired]


@dataclass(frozen=True)
class Clips:
    """Every arm at every frames × tokens that it can read, trades among them, and an arm against the `baseline`.

    `blind`: by group, the best guess without the clip. `questions`: how many of each group. `paired`: arm → by frames ×
    tokens, such as `4×36`, its average against the baseline's; empty for a single arm.
    """

    samples: int
    baseline: str
    cells: list[Cell]
    trades: list[Trade]
    paired: dict[str, dict[str, Paired]]
    blind: dict[str, float]
    questions: dict[str, int]

    def __str__(self) -> str:
        groups = list(self.questions)
        lines = [f"{self.samples:,} test clips; percent right", f"{'':<22}" + "".join(f"{g:>14}" for g in groups)]
        lines.append(f"{'blind':<22}" + "".join(f"{100 * self.blind[g]:14.1f}" for g in groups))
        for cell in self.cells:
            shares = (f"{100 * cell.scores[g].mean:14.1f}" if g in cell.scores else " " * 14 for g in groups)
            lines.append(f"{f'{cell.arm} {cell.frames}×{cell.visual_tokens}':<22}" + "".join(shares))
        for one in self.trades:
            told = ", ".join(f"{g} {100 * pair.difference.mean:+.1f}" for g, pair in one.differences.items())
            lines.append(f"{one.arm}: {_name(*one.more)} minus {_name(*one.fewer)}: {told}")
        return "\n".join(lines)


def measure(lab: "Lab", world: "World", samples: int, first: int = 0, batch: int = 16) -> Clips:
    """Ask about `samples` test clips, whatever else the world of the models is."""
    world = WORLDS["clips"]
    drawn, families = draw(world, samples, first), list(world.families)
    tokens = sorted(lab.budgets)
    cells = [(f, n) for f, n in product(FRAMES, tokens) if f * n <= MOST_TOKENS]
    arms = {arm: [cell for cell in cells if cell[1] in lab.budgets_of(arm)] for arm in lab.arms}
    scores = {(arm, *cell): np.full((len(drawn), len(families)), np.nan) for arm, own in arms.items() for cell in own}
    for start in tqdm(range(0, len(drawn), batch), "asking about clips", leave=None):
        group = drawn[start : start + batch]
        asked = _seen(lab, world, group)
        for arm, frames, n in scores:
            every = frames == max(FRAMES)
            wanted = [[q for q in own if every or q.family not in world.one_frame] for own, _ in asked]
            found = _answers(lab.member(arm), world, asked, wanted, frames, n)
            for i, (questions, texts) in enumerate(zip(wanted, found), start):
                for q, text in zip(questions, texts, strict=True):
                    mark = world.score(q.family, text, q.answer)
                    scores[arm, frames, n][i, families.index(q.family)] = mark
    return _table(world, drawn, scores)


def _seen(lab: "Lab", world: "ClipWorld", clips: list) -> Asked:
    return [(world.questions(clip, test=True), lab.features(list(world.picture(clip).frames))) for clip in clips]


def _answers(
    member: "Member", world: "ClipWorld", asked: Asked, wanted: list[list["Question"]], frames: int, n: int
) -> list[list[str]]:
    """An arm's answers from so many frames of each clip, evenly, the last one included; clips of a length together."""
    import torch

    from fmvr.answering.batch import answer_all

    sets, answers = {}, {}
    with torch.inference_mode():
        for i, (_, features) in enumerate(asked):
            own = features[member.arm.name]
            chosen = [own[place] for place in evenly(len(own), frames)]
            sets.setdefault(len(chosen), {})[i] = torch.stack([member.reducer(frame, n).tokens for frame in chosen])
        for group in sets.values():
            limited = [[(q.text, world.longest(q.family)) for q in wanted[i]] for i in group]
            found = answer_all(member.model, member.processor, torch.stack(list(group.values())), limited)
            answers |= zip(group, found)
    return [answers[i] for i in range(len(asked))]


def evenly(there: int, wanted: int) -> list[int]:
    """The places of `wanted` of `there` frames, evenly from the first to the last; a single one is the middle."""
    if wanted >= there:
        return list(range(there))
    if wanted == 1:
        return [there // 2]
    return [round(i * (there - 1) / (wanted - 1)) for i in range(wanted)]


def _table(world: "ClipWorld", drawn: list, scores: dict[tuple[str, int, int], np.ndarray]) -> Clips:
    resampled, families = Bootstrap(len(drawn)), np.array(world.families)
    named = np.isin(families, world.one_frame)
    rows = {AVERAGE: ~named} | {group: np.isin(families, own) for group, own in world.groups.items()}

    def part(key: tuple, row: str) -> np.ndarray:
        return np.where(rows[row], scores[key], np.nan)

    def known(key: tuple, *other: tuple) -> list[str]:
        return [row for row in rows if all(np.isfinite(part(one, row)).any() for one in (key, *other))]

    def pair(one: tuple, other: tuple) -> dict[str, Paired]:
        return {row: resampled.paired(part(one, row), part(other, row)) for row in known(one, other)}

    base = baseline(dict.fromkeys(arm for arm, *_ in scores))
    trades = [
        Trade(arm, (f, n), (g, m), pair((arm, f, n), (arm, g, m)))
        for arm, f, n in scores
        for other, g, m in scores
        if arm == other and f * n == g * m and f > g
    ]
    paired: dict[str, dict[str, Paired]] = {}
    for arm, f, n in scores:
        if arm != base and (base, f, n) in scores:
            both = resampled.paired(part((arm, f, n), AVERAGE), part((base, f, n), AVERAGE))
            paired.setdefault(arm, {})[_name(f, n)] = both
    guess, full = blind_scores(world, drawn), scores[max(scores, key=lambda key: (key[0] == base, key[1], key[2]))]
    return Clips(
        samples=len(drawn),
        baseline=base,
        cells=[Cell(*key, {row: resampled.estimate(part(key, row)) for row in known(key)}) for key in scores],
        trades=trades,
        paired=paired,
        blind={row: float(np.mean([guess[f] for f in families[own] if f in guess])) for row, own in rows.items()},
        questions={row: int(np.isfinite(full[:, own]).sum()) for row, own in rows.items()},
    )


def _name(frames: int, tokens: int) -> str:
    return f"{frames}×{tokens}"
