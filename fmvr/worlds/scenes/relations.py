"""Where objects are: in which part of the picture, and in which relation to each other."""

from fmvr.worlds.scenes.draw import SIDE
from fmvr.worlds.scenes.scene import Scene, SceneObject

CLEAR = 20  # pixels: two centres nearer than this along an axis are not asked to be compared
EDGE = 8  # pixels: a centre nearer than this to a border of the 3×3 cells is not asked for its place

RELATIONS = {
    # what holds between two objects: (axis, sign of first centre − second centre)
    "left of": (0, -1),
    "right of": (0, 1),
    "above": (1, -1),
    "below": (1, 1),
}
EXTREMES = {"leftmost": (0, -1), "rightmost": (0, 1), "topmost": (1, -1), "lowest": (1, 1)}


def place(centre: tuple[float, float]) -> str:
    """Which of the picture's 3×3 cells a point lies in: `top left`, `top`, … `middle`."""
    column, row = (min(int(c * 3 / SIDE), 2) for c in centre)
    words = [w for w in (("top", "", "bottom")[row], ("left", "", "right")[column]) if w]
    return " ".join(words) or "middle"


def clear_place(centre: tuple[float, float]) -> bool:
    """Whether a point lies so well inside its cell that one may ask for it."""
    return all(abs(c - border) >= EDGE for c in centre for border in (SIDE / 3, 2 * SIDE / 3))


def holds(first: SceneObject, second: SceneObject, relation: str) -> bool | None:
    """Whether the first object is `left of`, … the second one; None where both are level."""
    axis, sign = RELATIONS[relation]
    apart = first.centre[axis] - second.centre[axis]
    return None if apart == 0 else apart * sign > 0


def clear_relation(first: SceneObject, second: SceneObject, relation: str) -> bool:
    """Whether two objects lie so far apart that one may ask for their relation."""
    axis, _ = RELATIONS[relation]
    return first is not second and abs(first.centre[axis] - second.centre[axis]) >= CLEAR


def extreme_of(scene: Scene, extreme: str, clear: float) -> SceneObject | None:
    """The leftmost, … object; None where another one is nearer than `clear` pixels to being it."""
    axis, sign = EXTREMES[extreme]
    order = sorted(scene.objects, key=lambda o: -sign * o.centre[axis])
    if not order or len(order) > 1 and abs(order[0].centre[axis] - order[1].centre[axis]) < clear:
        return None
    return order[0]
