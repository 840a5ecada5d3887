"""Clips: right answers by frames × tokens a frame, and whether more frames or more of each are worth their tokens."""

import plotly.graph_objects as go
from markupsafe import Markup

from fmvr.arms import arm
from fmvr.evaluation.asking import AVERAGE
from fmvr.evaluation.measures.clips import Clips, Trade
from fmvr.evaluation.record import Record
from viz.evidence.parts import (
    NOTHING,
    ONE_SEED,
    Panel,
    Section,
    above,
    between,
    both,
    clear,
    heading,
    hint,
    key,
    points,
    signed,
    small_multiples,
    source,
    standing_out,
    table,
    versus,
)
from viz.units import token_count

LEAD = (
    "What moved, which way, what came and went, in what order, how many in all: questions about clips of up to eight "
    "frames, each with a token set of its own. Fewer frames lie evenly, the last one included. Percent right, averaged "
    "over the kinds of question that name no frame."
)
MOTION, ORDER = "motion", "order"
MORE = (
    "{of}: of {trades} trades at as many tokens in all, more frames are clearly better {better}, clearly worse {worse}."
)


def draw(record: Record[Clips], tokens: int) -> Section:
    """A plot for each number of frames; the groups of questions from every frame; trades of frames for tokens."""
    result = record.result
    panels = [_panel(result, frames) for frames in dict.fromkeys(cell.frames for cell in result.cells)]
    against = [
        standing_out(
            {place: pair.difference for place, pair in places.items()}, "combinations", versus(name, result.baseline)
        )
        for name, places in result.paired.items()
    ]
    arms = list(dict.fromkeys(cell.arm for cell in result.cells))
    told = [sentence(result, name) for name in arms]
    return Section(
        heading("Clips: more frames, or more of each?", LEAD),
        small_multiples(panels),
        hint(" ".join([*told, *against]))
        + key(arms)
        + _groups(result)
        + _trades(result)
        + source(record, f"{result.samples:,} test clips", ONE_SEED),
    )


def sentence(result: Clips, name: str) -> str:
    """In how many trades an arm answers questions on motion and on order better from more frames, and worse."""
    trades = [one.differences for one in result.trades if one.arm == name]

    def count(up: bool) -> str:
        found = {g: [own[g].difference for own in trades if g in own] for g in (MOTION, ORDER)}
        return " and ".join(f"in {sum(clear(d) and (d.mean > 0) == up for d in of)} on {g}" for g, of in found.items())

    label = arm(name).label
    return MORE.format(of=label[:1].upper() + label[1:], trades=len(trades), better=count(True), worse=count(False))


def equal_totals(result: Clips) -> go.Figure:
    """A plot for each number of tokens in all that was measured in more than one way: fewer frames first."""
    cells = sorted(result.cells, key=lambda cell: cell.frames)
    lines: dict[int, dict[str, dict]] = {}  # tokens in all → arm → frames × tokens → estimate
    for cell in cells:
        of_arm = lines.setdefault(cell.frames * cell.visual_tokens, {}).setdefault(cell.arm, {})
        of_arm[f"{cell.frames} × {cell.visual_tokens}"] = cell.scores[AVERAGE]
    panels = [
        Panel(f"{token_count(total)} in all", list(dict.fromkeys(step for own in arms.values() for step in own)), arms)
        for total, arms in sorted(lines.items())
        if all(len(own) > 1 for own in arms.values())
    ]
    return small_multiples(panels)


def known(result: Clips) -> str:
    """How far the models' answers about clips can be trusted, in a sentence."""
    best = {group: max(cell.scores[group].mean for cell in result.cells) for group in (MOTION, ORDER)}
    told = " and ".join(
        f"{100 * best[group]:.0f} % of those on {group} (a blind guess: {100 * result.blind[group]:.0f} %)"
        for group in best
    )
    return f"Doubt this: of questions about {result.samples} test clips, the models answer at best {told}."


def _panel(result: Clips, frames: int) -> Panel:
    lines: dict[str, dict] = {}
    for cell in result.cells:
        if cell.frames == frames:
            lines.setdefault(cell.arm, {})[str(cell.visual_tokens)] = cell.scores[AVERAGE]
    steps = sorted({int(n) for line in lines.values() for n in line})
    return Panel(f"{frames} frame{'s' * (frames > 1)}<br><sup>tokens a frame</sup>", [str(n) for n in steps], lines)


def _groups(result: Clips) -> str:
    """Every group of questions, from most frames, at the most tokens that they leave."""
    most = max(cell.frames for cell in result.cells)
    each = max(cell.visual_tokens for cell in result.cells if cell.frames == most)
    cells = {cell.arm: cell.scores for cell in result.cells if (cell.frames, cell.visual_tokens) == (most, each)}
    rows = [
        [
            group,
            str(count),
            f"{100 * result.blind[group]:.1f}",
            both({a: above(points(s[group]), between(s[group])) for a, s in cells.items() if group in s}),
        ]
        for group, count in result.questions.items()
    ]
    caption = f"By what is asked, from {most} frames of {token_count(each)}, percent"
    return table(caption, ["", "questions", "blind", "right"], rows)


def _trades(result: Clips) -> str:
    found: dict[tuple, dict[str, Trade]] = {}
    for one in result.trades:
        found.setdefault((one.more, one.fewer), {})[one.arm] = one
    rows = [
        [
            f"{more[0]} × {more[1]} − {fewer[0]} × {fewer[1]}",
            *(both({a: _marked(one, group) for a, one in arms.items()}) for group in (MOTION, ORDER)),
        ]
        for (more, fewer), arms in found.items()
    ]
    return table("More frames less fewer, at as many tokens in all, points", ["frames × tokens", MOTION, ORDER], rows)


def _marked(one: Trade, group: str) -> Markup | str:
    """A difference over its interval, bold where it is clear."""
    if group not in one.differences:
        return NOTHING
    difference = one.differences[group].difference
    mean = Markup("<b>{}</b>").format(signed(difference.mean)) if clear(difference) else signed(difference.mean)
    return above(mean, between(difference))
