"""Permalinks: what is on the page as the fragment of its address, which browsers send to no server.

`#scene=200000005&q=How+many+boats+are+there%3F&tokens=36&tab=answers&answers.word=["fmvr",0]`: a scene by its code, a
picture of one's own inside the link itself, and the tabs' controls where they differ from their first values. Links
come from strangers: what is unknown in one is left out.
"""

import base64
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote_plus

from fmvr.errors import BadInput
from fmvr.media.question import MOST_LETTERS
from viz.tabs.packing import unpacked

MOST_LINK = 60_000  # characters
MOST_VALUE = 1_000  # characters of one control's value
MOST_CONTROLS = 100
MOST_CODE = 400  # characters of a scene's code
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
    values = {
        "scene": state.scene,
        "picture": state.picture and base64.urlsafe_b64encode(state.picture).decode().rstrip("="),
        "q": state.question,
        "tokens": state.tokens,
        "tab": state.tab,
    }
    values |= {f"{tab}.{name}": _written(value) for tab, own in state.controls.items() for name, value in own.items()}
    parts = [f"{key}={quote_plus(str(value), safe='[]:,-_.')}" for key, value in values.items() if value is not None]
    return "#" + "&".join(parts) if parts else ""


def read(link: str | None) -> State:
    """The state of a fragment. What is unknown or malformed in it is left out.

    Raises BadInput where nothing of it can be used: it is too long, or its picture is broken.
    """
    text = (link or "").strip().lstrip("#")
    if len(text) > MOST_LINK:
        raise BadInput(f"This link has {len(text):,} characters; the most is {MOST_LINK:,}.")
    values = dict(parse_qsl(text, max_num_fields=None, errors="replace")[:MOST_CONTROLS])
    controls: dict[str, dict[str, Any]] = {}
    for key, written in values.items():
        if named := CONTROL.fullmatch(key):
            tab, name = named.groups()
            if len(written) <= MOST_VALUE and (value := _read(written)) is not ...:
                controls.setdefault(tab, {})[name] = value
    tokens, tab = values.get("tokens", ""), values.get("tab", "")
    return State(
        scene=values.get("scene", "")[:MOST_CODE] or None,  # judged where it is drawn
        picture=_picture(values["picture"]) if "picture" in values else None,
        question=values.get("q", "")[: MOST_LETTERS + 1] or None,  # one letter too many is called so where it is asked
        tokens=int(tokens) if re.fullmatch("[0-9]{1,4}", tokens, re.ASCII) else None,
        tab=tab if re.fullmatch("[a-z][a-z0-9_]{0,30}", tab) else None,
        controls=controls,
    )


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
