"""Pictures as a short text for links and files. Codes come from strangers.

`scene-200000005`, `board-…`, `text-…`: a kind and a seed; `200000005`: a scene of the first edition. A scene edited by
hand has its items after a full stop, nine characters each (see `fmvr.worlds.scenes.code`).
"""

import re
from collections.abc import Callable
from dataclasses import replace

from fmvr.worlds.embedded.board import board
from fmvr.worlds.embedded.items import item_at
from fmvr.worlds.embedded.picture import Picture
from fmvr.worlds.embedded.scene import MOST, scene
from fmvr.worlds.embedded.sparse import PLAIN, as_scene, of_scene
from fmvr.worlds.embedded.text import text
from fmvr.worlds.scenes import code
from fmvr.worlds.scenes.scene import Scene

KINDS: dict[str, Callable[[int], Picture]] = {"scene": scene, "board": board, "text": text}
CODE = re.compile(r"([a-z]+)-(0|[1-9][0-9]{0,8})(\.([\w-]*))?", re.ASCII)
LONGEST = len("scene-200000005.") + code.PER_OBJECT * MOST


def write(picture: Picture) -> str:
    """The code that makes a picture again: of a seed, or a scene edited by hand."""
    if picture.ground == PLAIN:
        return as_scene(picture).code
    name = f"{picture.kind}-{picture.seed}"
    return name if picture == KINDS[picture.kind](picture.seed) else f"{name}.{code.write(picture.items)}"


def read(text: str) -> Picture:
    """The picture of a code. Raises ValueError for what is none."""
    parts = CODE.fullmatch(text[: LONGEST + 1])
    if not parts:
        return of_scene(Scene.from_code(text))
    kind, seed, _, items = parts.groups()
    if kind not in KINDS or (items is not None and kind != "scene"):
        raise ValueError("This is not the code of a picture.")
    picture = KINDS[kind](int(seed))
    if items is None:
        return picture
    return replace(picture, items=tuple(item_at(picture.ground, *one) for one in code.read(items, MOST)))
