"""Captions: the objects of a scene, and what an edit did, in words."""

from collections import Counter

from fmvr.worlds.embedded.catalog import SIGN
from fmvr.worlds.embedded.language.geometry import place
from fmvr.worlds.embedded.picture import Item, Picture
from fmvr.worlds.scenes.catalog import article


def names(scene: Picture) -> list[str]:
    """What each object is and where: `boat at the top left`; equal ones are numbered."""
    plain = [f"{_kind(o)} {_where(o)}" for o in scene.items]
    return [f"{name} ({plain[:i].count(name) + 1})" if plain.count(name) > 1 else name for i, name in enumerate(plain)]


def change(before: Picture, after: Picture) -> str:
    """What an edit did, in words: `you took away: boat at the top left`."""
    gone, new = _without(before.items, after.items), _without(after.items, before.items)
    if len(gone) == len(new) == 1 and gone[0].phrase == new[0].phrase:
        if gone[0].size == new[0].size:
            return f"you moved the {_kind(new[0])} (it was {_where(gone[0])}, it is {_where(new[0])})"
        return f"you made the {_kind(new[0])} {'larger' if new[0].size > gone[0].size else 'smaller'}"
    if gone and not new:
        return f"you took away: {', '.join(f'{_kind(o)} {_where(o)}' for o in gone)}"
    if new and not gone:
        return f"you added: {', '.join(f'{article(o.phrase)} {_kind(o)} {_where(o)}' for o in new)}"
    if gone:
        return "you changed several objects"
    return "you chose another background" if before != after else "nothing changed"


def _kind(thing: Item) -> str:
    return f"{thing.phrase} {thing.text}" if thing.noun == SIGN else thing.phrase


def _where(thing: Item) -> str:
    where = place(thing.centre)
    return f"in the {where}" if where == "middle" else f"at the {where}"


def _without(items, others) -> list[Item]:
    """The objects that the others do not have."""
    return list((Counter(items) - Counter(others)).elements())
