"""The report on someone's own pictures, as one HTML file that asks nothing of other machines."""

from pathlib import Path

from jinja2 import ChoiceLoader, FileSystemLoader
from markupsafe import Markup
from PIL import Image

from fmvr.arms import PAIR, arm
from viz.heatmap import common_scale, heat_layer, quieter
from viz.report.plot import NARROW, WIDE, Point, plot
from viz.tags import image_tag, source, stacked
from viz.templates import ENVIRONMENT
from viz.theme import FONT, HEAT_SCALE
from viz.units import token_count

HERE = Path(__file__).parent
SHOWN_SIDE = 256  # pixels of a picture on the page
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
    arms = list(summary.measures[0].arms)
    full = {max(by_budget) for by_budget in summary.measures[0].arms.values()}
    return TEMPLATES.get_template("page.html").render(
        about=about,
        summary=summary,
        arms=arms,
        paired=set(PAIR) <= set(arms),
        full=token_count(*full) if len(full) == 1 else "an arm’s largest budget",
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


def _pictures(example) -> tuple[Markup, list[tuple[str, int, Markup, float]]]:
    """The picture, and every map over it, each on its own scale: arm, budget, HTML, the scale's end."""
    picture, maps = _small(example.picture), []
    behind = source(quieter(picture))
    for name, grids in example.maps.items():
        for tokens, grid in grids.items():
            alt = f"map of the answer {arm(name).label} from {token_count(tokens)}"
            most = common_scale([grid])
            maps.append((name, tokens, stacked(behind, heat_layer(grid, most), alt), most))
    return image_tag(picture, f"the picture {example.broken.row.image}"), maps


def _small(picture: Image.Image) -> Image.Image:
    small = picture.copy()
    small.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    return small


def _tenth(share: float) -> str:
    """`97.3 %`, for shares that are compared."""
    return f"{100 * share:.1f} %"
