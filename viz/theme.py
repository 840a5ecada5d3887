"""The palette: one colour for one meaning, the same in figures, overlays and words.

The pairs are of Okabe and Ito's set, which stays apart for the common kinds of colour blindness.
"""

from pathlib import Path

import numpy as np
from plotly.colors import hex_to_rgb, sequential

LOW, HIGH = "#0072B2", "#D55E00"  # bands: smooth, detailed
SIDES = {"without": "#CC79A7", "with": "#009E73"}  # the two models
SIDE_NAMES = {"without": "without FMVR", "with": "with FMVR"}
FONT = ("IBM Plex Sans", "ui-sans-serif", "system-ui", "sans-serif")

APART = (SIDES["without"], "#e9e9e9", SIDES["with"])  # of differences
_HEAT, _DIVERGING = (np.array([hex_to_rgb(c) for c in colours], np.float32) for colours in (sequential.Inferno, APART))


def heat(share: np.ndarray) -> np.ndarray:
    """Colours for values in 0..1 on a perceptually uniform scale (Inferno): [...] → [..., 3] in 0..255."""
    stops = np.linspace(0, 1, len(_HEAT))
    return np.stack([np.interp(share, stops, channel) for channel in _HEAT.T], axis=-1)


def diverging(share: np.ndarray) -> np.ndarray:
    """Colours for values in −1..1, from the side without over grey to the side with: [...] → [..., 3] in 0..255."""
    return np.stack([np.interp(share, (-1, 0, 1), channel) for channel in _DIVERGING.T], axis=-1)


def css() -> str:
    """The page's style sheet, the palette as its variables."""
    colours = {"low": LOW, "high": HIGH} | SIDES
    variables = "".join(f"--fmvr-{name}: {colour};" for name, colour in colours.items())
    heat_scale = f"--fmvr-heat: linear-gradient(to right, {', '.join(sequential.Inferno)});"
    heat_scale += f"--fmvr-apart: linear-gradient(to right, {', '.join(APART)});"
    return f":root {{{variables}{heat_scale}}}\n" + (Path(__file__).parent / "page.css").read_text()


def script() -> str:
    """The page's script, for its head."""
    return f"<script>{(Path(__file__).parent / 'page.js').read_text()}</script>"
