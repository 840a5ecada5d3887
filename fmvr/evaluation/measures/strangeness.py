"""How often a picture of the world is called unlike it, and how often a photograph or a drawing is not."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

from fmvr.errors import BadInput
from fmvr.evaluation.foreign import drawings, photographs

if TYPE_CHECKING:
    from fmvr.lab import Lab
    from fmvr.worlds.world import World

QUALITY = 85  # of a picture of the world that somebody saved anew as JPEG


@dataclass(frozen=True)
class Group:
    """Pictures of one source: how many there are, how many of them are called strange, and what the others show."""

    pictures: int
    strange: int
    missed: dict[str, int]


@dataclass(frozen=True)
class Strangeness:
    """`own`: test pictures of the world; `resaved`: the same as JPEG; the others are none of the world's."""

    world: str
    own: Group
    resaved: Group
    photographs: Group
    drawings: Group

    @property
    def false_alarms(self) -> float:
        """Share of the world's pictures that are called strange."""
        return self.own.strange / self.own.pictures

    @property
    def misses(self) -> float:
        """Share of the photographs and drawings that are not."""
        foreign = self.photographs, self.drawings
        return 1 - sum(group.strange for group in foreign) / sum(group.pictures for group in foreign)

    def __str__(self) -> str:
        lines = [
            f"{name}: {group.strange} of {group.pictures} called strange"
            + (f" (not: {', '.join(f'{what} {n}' for what, n in group.missed.items())})" if group.missed else "")
            for name, group in (
                (f"pictures of {self.world}", self.own),
                ("the same as JPEG", self.resaved),
                ("photographs", self.photographs),
                ("drawings", self.drawings),
            )
        ]
        return "\n".join([*lines, f"false alarms {self.false_alarms:.1%}, misses {self.misses:.1%}"])


def measure(lab: "Lab", world: "World", samples: int) -> Strangeness:
    """So many test pictures, and all photographs and drawings. Raises BadInput for models of one's own."""
    if lab.envelope is None:
        raise BadInput("What is strange to a model of your own nobody knows; this measures the embedded pair.")
    own = [world.picture(world.sample("test", place)) for place in range(samples)]

    def group(pictures: Iterable[tuple[str, Image.Image]]) -> Group:
        said = [(name, lab.envelope.is_strange(picture)) for name, picture in pictures]
        strange = sum(each for _, each in said)
        named = Counter(name for name, each in said if name and not each)
        return Group(len(said), strange, dict(named))

    return Strangeness(
        world.name,
        group(("", picture) for picture in own),
        group(("", _resaved(picture)) for picture in own),
        group(photographs()),
        group(drawings()),
    )


def _resaved(picture: Image.Image) -> Image.Image:
    data = BytesIO()
    picture.save(data, "JPEG", quality=QUALITY)
    return Image.open(data)
