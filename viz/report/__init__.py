"""The report on someone's own pictures, as one HTML file that asks nothing of other machines."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from PIL import Image

from viz.heatmap import common_scale, heat_layer, quieter
from viz.report.plot import Point, plot
from viz.tags import image_tag, source, stacked
from viz.theme import FONT, SIDE_NAMES, SIDES
from viz.units import flops, memory, percent, seconds, token_count

HERE = Path(__file__).parent
SHOWN_SIDE = 256  # pixels of a picture on the page
KINDS = {
    # kind of a measure: its heading, what an answer that holds is called
    "accuracy": ("Accuracy", "right"),
    "agreement": ("Agreement with the full set", "the same"),
}


def page(about, summary, examples: list) -> str:
    """The whole page.

    Args:
        about, summary: `About` of fmvr/evaluation/report/command.py and `Summary` of summary.py there.
        examples: `Example`s of maps.py there.
    """
    drawn = Environment(loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    numbers = {"flops": flops, "memory": memory, "percent": percent, "seconds": seconds, "tenth": _tenth}
    drawn.filters |= numbers | {"tokens": token_count}
    return drawn.get_template("page.html").render(
        about=about,
        summary=summary,
        sides=list(summary.measures[0].found),
        names=SIDE_NAMES,
        kinds=KINDS,
        plots=[Markup(_plot(measure)) for measure in summary.measures],
        examples=[(example, *_pictures(example)) for example in examples],
        style=Markup(_palette() + (HERE / "page.css").read_text(encoding="utf-8")),
    )


def _palette() -> str:
    colours = "".join(f"--{side}: {colour};" for side, colour in SIDES.items())
    return f":root {{ {colours} --font: {', '.join(FONT)}; }}\n"


def _plot(measure) -> str:
    points = [
        Point(side, n, at.share.mean, at.share.low, at.share.high, _keeps(at, measure.keep))
        for side, by in measure.found.items()
        for n, at in by.items()
    ]
    needed = {side: measure.keep * by[max(by)].share.mean for side, by in measure.found.items()}
    return plot(points, needed, f"{KINDS[measure.kind][0]} against visual tokens; the numbers stand in the tables")


def _keeps(at, keep: float) -> bool:
    return at.kept is not None and at.kept.mean >= keep


def _pictures(example) -> tuple[Markup, list[tuple[str, int, Markup]]]:
    """The picture, and every map over it, each on its own scale: side, budget, HTML."""
    picture, found = _small(example.picture), []
    behind = source(quieter(picture))
    for side, maps in example.maps.items():
        for tokens, grid in maps.items():
            alt = f"map of the answer {SIDE_NAMES[side]} from {token_count(tokens)}"
            found.append((side, tokens, Markup(stacked(behind, heat_layer(grid, common_scale([grid])), alt))))
    return Markup(image_tag(picture, f"the picture {example.broken.row.image}")), found


def _small(picture: Image.Image) -> Image.Image:
    small = picture.copy()
    small.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    return small


def _tenth(share: float) -> str:
    """`97.3 %`, for shares that are compared."""
    return f"{100 * share:.1f} %"
