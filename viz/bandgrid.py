"""The band pictures of one level as a grid on the page."""

from viz.bands import BANDS, BandPictures
from viz.card import image_tag


def band_grid(side: int, pictures: list[BandPictures]) -> str:
    """Four bands, each before and after the block, with its scale."""
    figures = []
    for band in pictures:
        symbol, kind, meaning = BANDS[band.name]
        name = f"{symbol[0]}<sub>{symbol[-1]}</sub>"
        pair = "".join(
            f"<figure>{image_tag(image, f'{symbol} at {side}×{side}, {when} the block')}"
            f"<figcaption>{when}</figcaption></figure>"
            for when, image in (("before", band.before), ("after", band.after))
        )
        figures.append(
            f'<section class="band {kind}"><h4>{name} <span>{meaning}</span></h4><div>{pair}</div>'
            f'<p class="scale"><span>0</span><i></i><span>{band.scale:.2g}</span></p></section>'
        )
    return f'<div class="bands">{"".join(figures)}</div>'
