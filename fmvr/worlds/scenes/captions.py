"""Captions: the objects of a scene, and what an edit did, in words."""

from collections import Counter

from fmvr.worlds.scenes.catalog import SIGN, article
from fmvr.worlds.scenes.relations import place
from fmvr.worlds.scenes.scene import Scene, SceneObject


def names(scene: Scene) -> list[str]:
    """What each object is and where: `boat at the top left`; equal ones are numbered."""
    plain = [f"{_kind(o)} {_where(o)}" for o in scene.objects]
    return [f"{name} ({plain[:i].count(name) + 1})" if plain.count(name) > 1 else name for i, name in enumerate(plain)]


def change(before: Scene, after: Scene) -> str:
    """What an edit did, in words: `you took away: boat at the top left`."""
    gone, new = _without(before.objects, after.objects), _without(after.objects, before.objects)
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
    return "you chose another background" if before.seed != after.seed else "nothing changed"


def _kind(thing: SceneObject) -> str:
    return f"{thing.phrase} {thing.number}" if thing.noun == SIGN else thing.phrase


def _where(thing: SceneObject) -> str:
    where = place(thing.centre)
    return f"in the {where}" if where == "middle" else f"at the {where}"


def _without(objects, others) -> list[SceneObject]:
    """The objects that the others do not have."""
    return list((Counter(objects) - Counter(others)).elements())
