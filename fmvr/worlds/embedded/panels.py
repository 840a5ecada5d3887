"""What words are written on: signs, sheets, plates and boards, painted over a ground."""

import cv2
import numpy as np

from fmvr.worlds.embedded.picture import Panel
from fmvr.worlds.scenes.draw import SIDE

# Colour of a panel and the inks, by their names, that can be read on it.
PAPERS = [(248, 246, 238), (250, 240, 214), (232, 240, 248), (236, 246, 232), (250, 232, 232), (255, 255, 255)]
ON_PAPER = ["black", "black", "black", "blue", "red", "green", "purple"]
DARK = [(26, 28, 32), (22, 36, 72), (22, 66, 50), (66, 42, 34), (48, 50, 58), (84, 20, 30)]
ON_DARK = ["white", "white", "yellow"]
BRIGHT = {
    (206, 40, 44): ["white", "white", "yellow"],
    (36, 84, 190): ["white", "white", "yellow"],
    (34, 122, 70): ["white", "white", "yellow"],
    (244, 198, 40): ["black", "black", "blue"],
    (112, 50, 140): ["white", "yellow"],
    (240, 240, 236): ["black", "red", "blue", "green"],
    (238, 140, 50): ["black", "white"],
}


def paint(picture: np.ndarray, panel: Panel) -> None:
    """Paint a panel on the picture, [336, 336, 3] float32 (0..255), with its shadow to the bottom right."""
    x0, y0, x1, y1 = panel.box
    colour, rim = np.float32(panel.colour), tuple(float(v) for v in panel.rim)
    deep = 3 if y1 - y0 > 60 else 2
    picture[y0 + deep : min(y1 + deep, SIDE), x0 + deep : min(x1 + deep, SIDE)] *= 0.66
    light = np.linspace(1.03, 0.95, y1 - y0, dtype=np.float32)[:, None, None]
    picture[y0:y1, x0:x1] = colour * light
    corners = (x0, y0), (x1 - 1, y1 - 1)
    if panel.style == "board":
        inset = 3 if y1 - y0 > 60 else 2
        cv2.rectangle(picture, (x0 + inset, y0 + inset), (x1 - 1 - inset, y1 - 1 - inset), rim, inset - 1)
    elif panel.style == "plate":
        cv2.rectangle(picture, *corners, rim, 2)
    elif panel.style == "frame":
        cv2.rectangle(picture, *corners, rim, 4)
        cv2.rectangle(picture, (x0 + 4, y0 + 4), (x1 - 5, y1 - 5), (colour * 0.85).tolist(), 1)
    elif panel.style == "rows":
        for top, bottom in zip(panel.lines[::2], [*panel.lines[1::2], y1]):
            picture[top:bottom, x0:x1] *= 0.86
        cv2.rectangle(picture, *corners, rim, 3)
    if panel.style in ("paper", "frame"):
        for y in panel.lines:
            picture[y : y + 1, x0 + 8 : x1 - 8] *= 0.82
