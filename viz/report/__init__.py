"""The report on someone's own pictures and videos, as one HTML file that asks nothing of other machines."""

from pathlib import Path

from jinja2 import ChoiceLoader, FileSystemLoader
from markupsafe import Markup
from PIL import Image

from fmvr.arms import PAIR, arm
from viz.filmstrip import filmstrip
from viz.heatmap import common_scale, heat_layer, quieter
from viz.report.plot import NARROW, WIDE, Point, plot
from viz.tags import image_tag, source, stacked
from viz.templates import ENVIRONMENT
from viz.theme import FONT, HEAT_SCALE
from viz.units import token_count

HERE = Path(__file__).parent
SHOWN_SIDE, FRAME_SIDE = 256, 112  # pixels of a picture on the page, and of a frame of a video
KINDS = {
    # kind of a measure: its heading, what an answer that holds is called
    "accuracy": ("Accuracy", "right"),
    "agreement": ("Agreement with the full set", "the same"),
}
TEMPLATES = ENVIRONMENT.overlay(loader=ChoiceLoader([FileSystemLoader(HERE), ENVIRONMENT.loader]))


def page(about, summary, examples: list) -> str:
    """The whole page.

    Args:
        about, summary: `About` of fmvr/evaluation/report/command.py and `Summary` of summary.py there.
        examples: `Example`s of maps.py there.
    """
    arms = list(dict.fromkeys(name for measure in summary.measures for name in measure.arms))
    return TEMPLATES.get_template("page.html").render(
        about=about,
        summary=summary,
        arms=arms,
        paired=set(PAIR) <= set(arms),
        full=_full(*summary.measures),
        full_of=_full,
        kinds=KINDS,
        tenth=_tenth,
        plots=[_plots(measure) for measure in summary.measures],
        examples=[(example, *_pictures(example)) for example in examples],
        style=Markup((HERE / "page.css").read_text(encoding="utf-8")),
        font=Markup(", ".join(FONT)),
        heat=Markup(HEAT_SCALE),
    )


def _plots(measure) -> list[Markup]:
    """The figure for a wide page and for a narrow one."""
    points = [
        Point(name, n, at.share.mean, at.share.low, at.share.high, _keeps(at, measure.keep))
        for name, by_budget in measure.arms.items()
        for n, at in by_budget.items()
    ]
    needed = {name: measure.keep * by_budget[max(by_budget)].share.mean for name, by_budget in measure.arms.items()}
    title = f"{KINDS[measure.kind][0]} against visual tokens; the numbers stand in the tables"
    return [plot(points, needed, title, size) for size in (WIDE, NARROW)]


def _keeps(at, keep: float) -> bool:
    return at.retention is not None and at.retention.mean >= keep


def _full(*measures) -> str:
    """The set that others are held against, in words."""
    full = {max(by_budget) for measure in measures for by_budget in measure.arms.values()}
    if len(full) > 1:
        return "an arm’s largest budget"
    return token_count(*full) + " a frame" * any(measure.frames for measure in measures)


def _pictures(example) -> tuple[Markup, list[tuple[str, int, Markup, float]]]:
    """The picture, of a video its first frame, and every map over it, each on its own scale: arm, budget, HTML, the
    scale's end. A video's maps are film strips."""
    row, maps = example.broken.row, []
    frames = [_small(frame, FRAME_SIDE if row.frames else SHOWN_SIDE) for frame in example.frames]
    behind = source(quieter(frames[0]))
    for name, by_budget in example.maps.items():
        for tokens, grids in by_budget.items():
            alt = f"map of the answer {arm(name).label} from {token_count(tokens)}"
            most = common_scale(grids)
            drawn = (
                filmstrip(frames, example.captions, grids, most, alt)
                if row.frames
                else stacked(behind, heat_layer(grids[0], most), alt)
            )
            maps.append((name, tokens, drawn, most))
    told = f"the first of {len(frames)} frames of {row.image}" if row.frames else f"the picture {row.image}"
    return image_tag(_small(example.frames[0], SHOWN_SIDE), told), maps


def _small(picture: Image.Image, side: int) -> Image.Image:
    small = picture.copy()
    small.thumbnail((side, side))
    return small


def _tenth(share: float) -> str:
    """`97.3 %`, for shares that are compared."""
    return f"{100 * share:.1f} %"
