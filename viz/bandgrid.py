"""The band pictures of one level as a grid on the page."""

from viz.bands import BANDS, BandPictures, written
from viz.tags import stacked
from viz.units import amount


def band_grid(side: int, pictures: list[BandPictures], behind: str) -> str:
    """Four bands over a picture, each before and after the block, with their scales; a note where no block is.

    Args:
        behind: the picture's `viz.tags.source`.
    """
    figures = []
    for band in pictures:
        symbol, kind, meaning = BANDS[band.name]
        drawn = [
            ("before the block", band.before),
            ("left out by the block" if band.left_out else "after the block", band.after),
        ]
        if band.after is None:
            drawn = [("no block here", band.before)]
        pair = "".join(
            f"<figure>{stacked(behind, shown.layer, f'{symbol} at {side}×{side}, {when}')}<figcaption>{when}"
            f'<span class="scale"><span>0</span><i></i><span>{amount(shown.scale)}</span></span></figcaption></figure>'
            for when, shown in drawn
        )
        figures.append(
            f'<section class="band {kind}"><h4>{written(symbol)} <span>{meaning}</span></h4><div>{pair}</div></section>'
        )
    return f'<div class="bands">{"".join(figures)}</div>'
