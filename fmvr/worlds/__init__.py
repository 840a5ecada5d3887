"""The worlds that models see, each an entry of WORLDS; one's own folder of pictures is a `folder.FolderWorld`."""

from fmvr.worlds.embedded.clips import ClipWorld
from fmvr.worlds.embedded.world import EmbeddedWorld
from fmvr.worlds.scenes.world import SceneWorld
from fmvr.worlds.world import World

WORLDS: dict[str, World] = {world.name: world for world in (SceneWorld(), EmbeddedWorld(), ClipWorld())}
