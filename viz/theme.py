"""The palette: one colour for one meaning, the same in figures, overlays and words.

Arms bring their colours with them (fmvr/arms.py). All are of Okabe and Ito's set, which stays apart for the common
kinds of colour blindness.
"""

from pathlib import Path

import numpy as np
from plotly.colors import hex_to_rgb, sequential

from fmvr.arms import PAIR, arm

LOW, HIGH = "#0072B2", "#D55E00"  # bands: smooth, detailed
INK, SOFT = "#111418", "#5b6470"  # on paper: words, and small print
MIDDLE = "#e9e9e9"  # of a difference: none
FONT = ("IBM Plex Sans", "ui-sans-serif", "system-ui", "sans-serif")
COLOUR_NAMES = {
    "#CC79A7": "Pink",
    "#009E73": "Green",
    "#E69F00": "Orange",
    "#56B4E9": "Sky blue",
    "#0072B2": "Blue",
    "#D55E00": "Vermilion",
}

# A mark of a plot → the same shape for a spot of CSS (clip-path).
SHAPES = {
    "square": "inset(0 round 1px)",
    "circle": "ellipse()",
    "diamond": "polygon(50% 0, 100% 50%, 50% 100%, 0 50%)",
    "triangle-up": "polygon(50% 0, 100% 100%, 0 100%)",
    "triangle-down": "polygon(0 0, 100% 0, 50% 100%)",
    "pentagon": "polygon(50% 0, 100% 38%, 82% 100%, 18% 100%, 0 38%)",
    "cross": "polygon(35% 0, 65% 0, 65% 35%, 100% 35%, 100% 65%, 65% 65%, 65% 100%, 35% 100%, 35% 65%, 0 65%, 0 35%, "
    "35% 35%)",
    "x": "polygon(0 25%, 25% 0, 50% 25%, 75% 0, 100% 25%, 75% 50%, 100% 75%, 75% 100%, 50% 75%, 25% 100%, 0 75%, "
    "25% 50%)",
}


HEAT_SCALE = f"linear-gradient(to right, {', '.join(sequential.Inferno)})"  # of CSS


def heat(share: np.ndarray) -> np.ndarray:
    """Colours for values in 0..1 on a perceptually uniform scale (Inferno): [...] → [..., 3] in 0..255."""
    return _between(share, tuple(sequential.Inferno), 0)


def diverging(share: np.ndarray, pair: tuple[str, str] = PAIR) -> np.ndarray:
    """Colours for values in −1..1, from the first arm's over grey to the second's: [...] → [..., 3] in 0..255."""
    first, second = (arm(name).colour for name in pair)
    return _between(share, (first, MIDDLE, second), -1)


def colour_name(name: str) -> str:
    """What a reader calls an arm's colour: `Green`."""
    colour = arm(name).colour
    return COLOUR_NAMES.get(colour, colour)


def arm_style(name: str) -> str:
    """The style of an element of class `arm`: the arm's colour as --arm, and the shape of its mark as --mark."""
    entry = arm(name)
    return f"--arm: {entry.colour}; --mark: {SHAPES.get(entry.mark, SHAPES['square'])}"


def css() -> str:
    """The page's style sheet, the palette as its variables."""
    colours = {"low": LOW, "high": HIGH, "middle": MIDDLE, "heat": HEAT_SCALE}
    variables = "".join(f"--fmvr-{name}: {colour};" for name, colour in colours.items())
    return f":root {{{variables}}}\n" + (Path(__file__).parent / "page.css").read_text()


def script() -> str:
    """The page's script, for its head."""
    return f"<script>{(Path(__file__).parent / 'page.js').read_text()}</script>"


def _between(share: np.ndarray, colours: tuple[str, ...], lowest: float) -> np.ndarray:
    """Colours for values from `lowest` to 1, interpolated between stops at equal distances: [...] → [..., 3]."""
    rgb = np.array([hex_to_rgb(colour) for colour in colours], np.float32)  # [stops, 3]
    stops = np.linspace(lowest, 1, len(rgb))
    return np.stack([np.interp(share, stops, channel) for channel in rgb.T], axis=-1)
