"""The band pictures of one level as a grid on the page."""

from markupsafe import Markup

from viz.bands import BANDS, BandPictures, EnergyPicture, written
from viz.tags import layer_source
from viz.templates import render


def band_grid(side: int, pictures: list[BandPictures], behind: str) -> Markup:
    """Four bands over a picture, each before and after the block, with their scales; a note where no block is.

    Args:
        side: of the level's grid, in tokens.
        behind: the picture's `viz.tags.source`.
    """
    return render("bandgrid.html", side=side, behind=behind, bands=[_band(band) for band in pictures])


def _band(band: BandPictures) -> dict:
    """What the template needs of a band."""
    symbol, kind, meaning = BANDS[band.name]
    stages = [("before the block", band.before)]
    if band.after is None:
        stages = [("no block here", band.before)]
    else:
        stages.append(("left out by the block" if band.left_out else "after the block", band.after))
    pictures = [(when, _picture(stage)) for when, stage in stages]
    return {"symbol": symbol, "written": written(symbol), "kind": kind, "meaning": meaning, "pictures": pictures}


def _picture(picture: EnergyPicture) -> dict:
    return {"address": layer_source(picture.layer), "scale": picture.scale}
