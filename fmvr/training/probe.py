"""What a tower has learnt: the share of patches that its linear heads tell right, by kind of picture and by size."""

from collections import defaultdict

import torch

from fmvr.training.conversations import IGNORE
from fmvr.training.targets import CHARACTERS, GROUND, LETTERS, MIXTURE, PATCH, SLOTS, DensePictures, shown_of
from fmvr.training.tower import TowerWithDenseHead
from fmvr.worlds.scenes.draw import SIDE
from fmvr.worlds.scenes.scene import SPLITS

SIZES = {  # upper ends in pixels: of a thing its side, of a text the height of its letters
    "noun": (24, 32, 48, 72, 113),
    "colour": (24, 32, 48, 72, 113),
    "digits": (24, 32, 48, 72, 113),
    "letters": (14, 18, 28, SIDE),
    "word": (14, 18, 28, SIDE),
    "number": (14, 18, 28, SIDE),
}


@torch.no_grad()
def probe(model: TowerWithDenseHead, pictures: int = 100, first: int = SPLITS["validation"]) -> dict[str, dict]:
    """Measure `pictures` pictures of every kind.

    Returns kind → what is told, and of what size in pixels (`noun 24–32`) → share right. `noun`, `colour` and `word`:
    every patch of an item; `digits` (of signs) and `number` (written): all digits right, at the patch of the centre;
    `letters`: every letter of a patch that holds any; `ground`: its patches; `held`: of the words, nouns and pairs that
    a picture holds, those among as many that the CLS token ranks first; `box`: mean error in pixels.
    """
    table = {}
    for kind in MIXTURE:
        right = defaultdict(list)
        for seed in range(first, first + pictures):
            item = DensePictures(seed, 1, kind)[0]
            picture, _, _ = shown_of(kind, seed)
            outputs = {k: v[0] for k, v in model(torch.from_numpy(item["pixel_values"])[None]).items()}
            _count(right, picture, {k: torch.as_tensor(v) for k, v in item.items()}, outputs)
        table[kind] = {name: round(sum(values) / len(values), 3) for name, values in sorted(right.items())}
    return table


def _count(right: dict[str, list], picture, target: dict, outputs: dict) -> None:
    """Add one picture's patches to what was told right."""
    told = {name: outputs[name].argmax(-1) for name in ("noun", "colour", "word")}
    digits = outputs["digits"].unflatten(-1, (SLOTS, -1)).argmax(-1)  # [576, 4]
    letters = outputs["letters"].unflatten(-1, (LETTERS, -1)).argmax(-1)  # [576, 3]
    ground = target["noun"] == GROUND
    right["ground"] += (told["noun"] == GROUND)[ground].tolist()
    right["box"] += ((outputs["box"] - target["box"])[~ground].abs().mean(-1) * SIDE).tolist()
    held = target["held"] > 0
    best = outputs["held"].topk(int(held.sum())).indices
    right["held"] += held[best].tolist()
    for item in picture.items:
        here = _patches(target, item)
        for name in ("noun", "colour", "word"):
            known = here & (target[name] != IGNORE)
            right[_bucket(name, item.size)] += (told[name] == target[name])[known].tolist()
        middle = int(item.centre[1] // PATCH) * (SIDE // PATCH) + int(item.centre[0] // PATCH)
        if (target["digits"][middle] != IGNORE).any() and here[middle]:
            name = _bucket("number" if item.face else "digits", item.size)
            right[name].append(bool((digits[middle] == target["digits"][middle]).all()))
        if item.face:
            first = target["letters"][:, 0]
            holds = here & (first != IGNORE) & (first != CHARACTERS - 1)
            right[_bucket("letters", item.size)] += (letters == target["letters"]).all(-1)[holds].tolist()
    for name in [name for name, values in right.items() if not values]:
        del right[name]


def _patches(target: dict, item) -> torch.Tensor:
    """[576] bool: the patches that show an item, known by its box."""
    (cx, cy), (x0, y0, x1, y1) = item.centre, item.box
    box = torch.tensor([cx, cy, x1 - x0, y1 - y0]) / SIDE
    return (target["box"] - box).abs().amax(-1) < 1e-4


def _bucket(name: str, size: int) -> str:
    """`noun 24–32`: what is told, and between which sizes; the upper one is not in it."""
    ends = SIZES[name]
    upper = next((end for end in ends if size < end), ends[-1])
    lower = max([end for end in ends if end < upper], default=10)
    return f"{name} {lower}–{upper}"
