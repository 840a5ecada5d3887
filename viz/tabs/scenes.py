"""The scenes that ship with the project: their codes, in links and in picture files, and what is known of them.

All else on the page asks the lab's world, whichever it is (see `samples`).
"""

from fmvr.errors import BadInput
from fmvr.worlds.scenes.catalog import COLOURS, SHAPES, THINGS
from fmvr.worlds.scenes.scene import Scene
from fmvr.worlds.scenes.world import SceneWorld

WORLD = SceneWorld.name
KNOWLEDGE = (
    f"drawn scenes of {len(THINGS)} things ({', '.join(list(THINGS)[:5])} …), {len(SHAPES)} shapes and numbered signs "
    f"in {len(COLOURS)} colours, and simple questions about them."
)


def scene_by_code(code: str | None) -> Scene:
    """The scene of a code as people bring it. Raises BadInput for what is none."""
    try:
        return Scene.from_code(code or "")
    except ValueError as error:
        raise BadInput(str(error)) from error
