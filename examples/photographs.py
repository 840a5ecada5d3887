"""Make the photographs that a model of one's own is first asked about: python -m examples.photographs

Seven are cut from photographs free of rights that scikit-image ships (pip install scikit-image), five are rendered.
"""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from fmvr.worlds.photographs import FOLDER, mark

SIDE = 448
SQUARES = {  # name → the file, and its square: left, top, side
    "astronaut": ("astronaut.png", (0, 0, 512)),
    "coffee": ("coffee.png", (80, 0, 400)),
    "cat": ("chelsea.png", (95, 0, 300)),
    "camera": ("camera.png", (0, 0, 512)),
    "rocket": ("rocket.jpg", (110, 0, 427)),
    "coins": ("coins.png", (30, 0, 303)),
    "galaxies": ("hubble_deep_field.jpg", (100, 100, 600)),
}
RED, BLUE, GREEN, YELLOW, WHITE, ORANGE, BLACK = np.array(
    [
        [0.75, 0.1, 0.1],
        [0.1, 0.2, 0.7],
        [0.1, 0.5, 0.2],
        [0.9, 0.7, 0.1],
        [0.9, 0.9, 0.92],
        [0.9, 0.4, 0.05],
        [0.04] * 3,
    ]
)
Distance = Callable[[np.ndarray], np.ndarray]  # points, [P, 3] → how far each lies from a surface, [P]
Thing = tuple[Distance, np.ndarray]  # and its colour


def ball(x: float, y: float, z: float, radius: float, colour: np.ndarray) -> Thing:
    return lambda p: np.linalg.norm(p - (x, y, z), axis=1) - radius, colour


def box(x: float, y: float, z: float, half: tuple[float, float, float], turn: float, colour: np.ndarray) -> Thing:
    """Rounded, and turned about its upright axis."""
    turned = np.array([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]])

    def distance(p: np.ndarray) -> np.ndarray:
        q = np.abs((p - (x, y, z)) @ turned) - np.array(half) + 0.05
        return np.linalg.norm(np.maximum(q, 0), axis=1) + np.minimum(q.max(1), 0) - 0.05

    return distance, colour


def cylinder(x: float, y: float, z: float, radius: float, half: float, colour: np.ndarray) -> Thing:
    def distance(p: np.ndarray) -> np.ndarray:
        q = np.stack([np.hypot(p[:, 0] - x, p[:, 2] - z) - radius, np.abs(p[:, 1] - y) - half], 1)
        return np.linalg.norm(np.maximum(q, 0), axis=1) + np.minimum(q.max(1), 0)

    return distance, colour


def render(things: list[Thing], floor: np.ndarray, sky: np.ndarray) -> Image.Image:
    """Things on a floor in the light of a lamp, by sphere tracing: a gloss, soft shadows, the noise of a film."""
    things = [*things, (lambda p: p[:, 1], floor)]
    light = np.array([-0.5, 0.75, -0.45]) / np.linalg.norm([-0.5, 0.75, -0.45])
    eye, rng = np.array([0, 2.3, -6.0]), np.random.default_rng(0)

    def nearest(p: np.ndarray) -> np.ndarray:
        return np.min([distance(p) for distance, _ in things], 0)

    v, u = np.mgrid[1 : -1 : SIDE * 1j, -1 : 1 : SIDE * 1j].reshape(2, -1)
    rays = np.stack([0.5 * u, 0.5 * v - 0.24, np.ones_like(u)], 1)
    rays /= np.linalg.norm(rays, axis=1, keepdims=True)
    far = np.zeros(len(rays))
    for _ in range(90):
        far = np.minimum(far + nearest(eye + far[:, None] * rays), 30)
    p = eye + far[:, None] * rays
    steps = 1e-3 * np.eye(3)
    normal = np.stack([nearest(p + step) - nearest(p - step) for step in steps], 1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-9
    lit, along = np.ones(len(p)), np.full(len(p), 0.02)
    for _ in range(40):  # how narrowly the way to the lamp passes by things
        gap = nearest(p + 0.01 * normal + along[:, None] * light)
        lit, along = np.minimum(lit, np.clip(9 * gap / along, 0, 1)), along + np.clip(gap, 0.02, 0.3)
    colours = np.array([colour for _, colour in things])[np.argmin([distance(p) for distance, _ in things], 0)]
    half = light - rays
    half /= np.linalg.norm(half, axis=1, keepdims=True)
    gloss = np.clip((normal * half).sum(1), 0, 1) ** 60 * (p[:, 1] > 0.01)
    bright = 0.25 + 0.15 * normal[:, 1] + 0.9 * lit * np.clip(normal @ light, 0, 1)
    seen = colours * bright[:, None] + 0.5 * (gloss * lit)[:, None]
    seen += (sky - seen) * (1 - np.exp(-((far / 17) ** 4)))[:, None]
    seen = np.clip(seen, 0, 1) ** (1 / 2.2) + rng.normal(0, 0.012, seen.shape)
    return Image.fromarray((255 * np.clip(seen, 0, 1)).round().astype(np.uint8).reshape(SIDE, SIDE, 3))


def marbles() -> Image.Image:
    colours, places = (
        (RED, BLUE, GREEN, YELLOW, WHITE),
        ((-1.5, 0.2), (-0.4, -0.9), (0.9, 0.5), (1.4, -1.1), (-0.2, 1.6)),
    )
    balls = [
        ball(x, 0.5 + 0.1 * (i == 1), z, 0.5 + 0.1 * (i == 1), c) for i, ((x, z), c) in enumerate(zip(places, colours))
    ]
    return render(balls, np.array([0.42, 0.26, 0.14]), np.array([0.55, 0.5, 0.45]))


def blocks() -> Image.Image:
    tower = [box(-0.5, 0.5, 0, (0.5,) * 3, 0.4, BLUE), box(-0.5, 1.4, 0, (0.4,) * 3, 0.1, RED)]
    tower += [box(-0.5, 2.1, 0, (0.3,) * 3, 0.7, YELLOW), cylinder(1.3, 0.5, -0.4, 0.45, 0.5, GREEN)]
    return render(tower, np.array([0.55, 0.53, 0.5]), np.array([0.7, 0.75, 0.8]))


def snowman() -> Image.Image:
    body = [ball(0, y, 0, r, WHITE) for y, r in ((0.65, 0.8), (1.7, 0.58), (2.45, 0.4))]
    face = [ball(x, 2.55, -0.36, 0.055, BLACK) for x in (-0.14, 0.14)] + [ball(0, 2.43, -0.45, 0.09, ORANGE)]
    buttons = [ball(0, y, -0.56, 0.06, BLACK) for y in (1.55, 1.85)]
    hat = [cylinder(0, 2.8, 0, 0.48, 0.03, BLACK), cylinder(0, 3.05, 0, 0.3, 0.25, BLACK)]
    return render([*body, *face, *buttons, *hat], WHITE, np.array([0.45, 0.62, 0.85]))


def lettered(ground: Image.Image, lines: list[str], size: int, paper: tuple, ink: tuple, turn: float) -> Image.Image:
    """A sheet with lines of text that lies on a ground and throws a shadow."""
    face = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans-Bold.ttf"
    letters = [ImageFont.truetype(str(face), size if i else size + 8) for i in range(len(lines))]
    width = round(max(f.getlength(line) for f, line in zip(letters, lines))) + 2 * size
    sheet = Image.new("RGBA", (width, round(1.5 * size * (len(lines) + 1))), paper)
    draw = ImageDraw.Draw(sheet)
    for i, (f, line) in enumerate(zip(letters, lines)):
        draw.text((width / 2, 1.5 * size * (i + 1)), line, ink, f, anchor="mm")
    sheet = sheet.rotate(turn, Image.Resampling.BICUBIC, expand=True)
    at = (SIDE - sheet.width) // 2, (SIDE - sheet.height) // 2
    shadow = Image.new("L", (SIDE, SIDE))
    shadow.paste(sheet.getchannel("A").point(lambda a: a * 0.6), (at[0] + 7, at[1] + 9))
    ground.paste((0, 0, 0), mask=shadow.filter(ImageFilter.GaussianBlur(6)))
    ground.paste(sheet, at, sheet)
    light = np.linspace(1.08, 0.8, SIDE)[None, :, None] * np.linspace(1.05, 0.9, SIDE)[:, None, None]
    noise = np.random.default_rng(0).normal(0, 3, (SIDE, SIDE, 3))
    seen = np.clip(np.asarray(ground.filter(ImageFilter.GaussianBlur(0.6))) * light + noise, 0, 255)
    return Image.fromarray(seen.astype(np.uint8))


def sign(shipped: Path) -> Image.Image:
    wall = np.asarray(Image.open(shipped / "brick.png").convert("RGB").resize((SIDE, SIDE))).swapaxes(0, 1)
    wall = Image.fromarray((wall * (1, 0.62, 0.5)).astype(np.uint8))
    return lettered(wall, ["MUSEUM", "open 10 to 18", "closed on Mondays"], 30, (20, 60, 110, 255), (250, 250, 240), 0)


def note(shipped: Path) -> Image.Image:
    table = Image.open(shipped / "coffee.png").convert("RGB").crop((500, 60, 600, 160)).resize((SIDE, SIDE))
    return lettered(table, ["To buy", "6 eggs", "milk", "2 lemons", "bread"], 34, (250, 246, 225, 255), (40, 40, 90), 6)


def main() -> None:
    shipped = Path(find_spec("skimage").submodule_search_locations[0]) / "data"
    pictures = {
        "marbles": marbles(),
        "blocks": blocks(),
        "snowman": snowman(),
        "sign": sign(shipped),
        "note": note(shipped),
    }
    for name, (file, (left, top, side)) in SQUARES.items():
        square = Image.open(shipped / file).convert("RGB").crop((left, top, left + side, top + side))
        pictures[name] = square.resize((min(side, SIDE),) * 2, Image.Resampling.LANCZOS)
    for name, picture in pictures.items():
        picture.save(FOLDER / f"{name}.jpg", quality=85, optimize=True, comment=mark(name))


if __name__ == "__main__":
    main()
