"""Permalinks: what is on the page as the fragment of its address, which browsers send to no server.

`#scene=200000005&q=How+many+boats+are+there%3F&tokens=36&tab=answers&answers.word=["with",0]`: a scene by its code, a
picture of one's own inside the link itself, and the tabs' controls where they differ from their first values. Links
come from strangers: what is unknown in one is left out.
"""

import base64
import io
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote_plus

from PIL import Image, UnidentifiedImageError

from fmvr.inputs import MOST_LETTERS, BadInput

MOST_PICTURE = 24_000  # bytes of a picture inside a link
MOST_LINK = 60_000  # characters
MOST_VALUE = 1_000  # characters of one control's value
MOST_CONTROLS = 100
MOST_CODE = 200  # characters of a scene's code
SIDE = 336  # pixels: no picture in a link needs more than the model sees
CONTROL = re.compile(r"([a-z][a-z0-9_]{0,30})\.([a-z][a-z0-9_]{0,30})")


@dataclass(frozen=True)
class State:
    """What a link says; None, or missing from `controls`, is what the page would show anyway."""

    scene: str | None = None  # a scene's code
    picture: bytes | None = None  # a picture of one's own, as WebP
    question: str | None = None
    tokens: int | None = None
    tab: str | None = None
    controls: dict[str, dict[str, Any]] = field(default_factory=dict)  # tab → control → value, as in JSON


def fragment(state: State) -> str:
    """The state as the fragment of an address, from its `#` on; empty for a state that says nothing."""
    given = {
        "scene": state.scene,
        "picture": state.picture and base64.urlsafe_b64encode(state.picture).decode().rstrip("="),
        "q": state.question,
        "tokens": state.tokens,
        "tab": state.tab,
    }
    given |= {f"{tab}.{name}": _written(value) for tab, own in state.controls.items() for name, value in own.items()}
    parts = [f"{key}={quote_plus(str(value), safe='[]:,-_.')}" for key, value in given.items() if value is not None]
    return "#" + "&".join(parts) if parts else ""


def read(link: str | None) -> State:
    """The state of a fragment. What is unknown or malformed in it is left out.

    Raises BadInput where nothing of it can be used: it is too long, or its picture is broken.
    """
    text = (link or "").strip().lstrip("#")
    if len(text) > MOST_LINK:
        raise BadInput(f"This link has {len(text):,} characters; the most is {MOST_LINK:,}.")
    given = dict(parse_qsl(text, max_num_fields=None, errors="replace")[:MOST_CONTROLS])
    controls: dict[str, dict[str, Any]] = {}
    for key, value in given.items():
        if named := CONTROL.fullmatch(key):
            tab, name = named.groups()
            if len(value) <= MOST_VALUE and (found := _read(value)) is not ...:
                controls.setdefault(tab, {})[name] = found
    tokens, tab = given.get("tokens", ""), given.get("tab", "")
    return State(
        scene=given.get("scene", "")[:MOST_CODE] or None,  # judged where it is drawn
        picture=_picture(given["picture"]) if "picture" in given else None,
        question=given.get("q", "")[: MOST_LETTERS + 1] or None,  # one letter too many is told as such
        tokens=int(tokens) if re.fullmatch("[0-9]{1,4}", tokens, re.ASCII) else None,
        tab=tab if re.fullmatch("[a-z][a-z0-9_]{0,30}", tab) else None,
        controls=controls,
    )


def packed(picture: Image.Image) -> bytes:
    """A picture as the model sees it, small enough for a link: WebP, without loss where that fits."""
    for settings in ({"lossless": True}, *({"quality": quality} for quality in range(95, -1, -5))):
        data = io.BytesIO()
        picture.convert("RGB").save(data, "WEBP", method=4, **settings)
        if data.tell() <= MOST_PICTURE:
            break
    return data.getvalue()


def unpacked(data: bytes) -> Image.Image:
    """The picture of a link. Raises BadInput where it is none, or is larger than `packed` makes them."""
    broken = BadInput("The picture in this link is broken: it was probably cut short when it was copied.")
    try:
        with Image.open(io.BytesIO(data), formats=["WEBP"]) as picture:
            if max(picture.size) > SIDE:
                raise broken
            return picture.convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise broken from error


def _picture(text: str) -> bytes:
    """The bytes of a picture in a link, known to be one."""
    if not re.fullmatch(r"[\w-]*", text, re.ASCII) or len(text) > MOST_LINK:
        text = ""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        data = b""
    unpacked(data)
    return data


def _written(value: Any) -> str:
    """A control's value as text: JSON, and words as they are where nothing else could be meant."""
    if isinstance(value, str) and _read(value) == value:
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _read(text: str) -> Any:
    """The value of `_written`; ... for none."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError:
        return ...
    except ValueError:
        return ... if text[:1] in '[{"' else text


def _refuse(constant: str):
    raise ValueError(constant)  # NaN and Infinity are no JSON
