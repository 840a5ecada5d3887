"""Samples of the lab's world as picture files that carry their code, so that the page knows the truth about them."""

import json
import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import gradio as gr
import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from fmvr.errors import BadInput
from fmvr.media.picture import read_picture
from fmvr.worlds import World
from fmvr.worlds.photographs import PhotographWorld, marked
from fmvr.worlds.world import Question, Subject, TrainingWorld
from viz.tabs.endpoint import endpoint

EXAMPLES = Path(__file__).parents[2] / "examples"
CODE = "fmvr-scene"  # the PNG text that holds the code
SPLIT = "test"  # no model was trained on it
ENDLESS = 100_000_000  # places to draw from, where a split has no end
MOST_OFFERED = 9  # questions beside a picture
ORDERS = ("Count", "Describe", "Name", "Read")  # questions that end in a full stop begin so
FOR_ANY_PICTURE = ("What is in the picture?", "How many objects are there?", "Is there a cat?")


@dataclass(frozen=True)
class Specimen:
    """A sample of a world, and the short text that makes it again: in links, and in picture files."""

    sample: Any
    code: str


def specimen_at(world: World, place: int) -> Specimen:
    """The test split's sample at a place. Raises IndexError where there is none."""
    sample = world.sample(SPLIT, place)
    return Specimen(sample, world.code(sample) if hasattr(world, "code") else f"{SPLIT}-{place}")


def new_specimen(world: World) -> Specimen:
    """Any sample of the test split."""
    return specimen_at(world, random.randrange(world.size(SPLIT) or ENDLESS))


def specimen_by_code(world: World, code: str | None) -> Specimen:
    """The sample of a code as people bring it. Raises BadInput for what is none."""
    if hasattr(world, "from_code"):
        try:
            sample = world.from_code(code or "")
        except ValueError as error:
            raise BadInput(str(error)) from error
        return Specimen(sample, world.code(sample))
    place = re.fullmatch(rf"{SPLIT}-(\d{{1,9}})", code or "", re.ASCII)
    try:
        return specimen_at(world, int(place[1]))
    except (TypeError, IndexError) as error:
        raise BadInput(f"This is not the code of a picture of the world “{world.name}”.") from error


def picture_of(world: World, specimen: Specimen) -> Image.Image:
    """The sample's picture, with its code as PNG text."""
    picture = world.picture(specimen.sample).copy()
    picture.info[CODE] = specimen.code
    return picture


def save(world: World, specimen: Specimen, folder: str | Path) -> str:
    """Write the sample's picture, with its code, into a folder; returns the file's path."""
    path, text = Path(folder) / "scene.png", PngInfo()
    text.add_text(CODE, specimen.code)
    world.picture(specimen.sample).save(path, pnginfo=text)
    return str(path)


def specimen_in(world: World, path: str | Path, image: Image.Image | None = None) -> Specimen | None:
    """The sample that a picture file shows; None for any other picture.

    Args:
        path: the file, known to be a picture.
        image: its pixels, where they are at hand; the code is believed only where they are the sample's.
    """
    with Image.open(path) as picture:
        code = str(picture.info.get(CODE) or marked(picture.info.get("comment")))
    try:
        specimen = specimen_by_code(world, code)
    except BadInput:
        return None
    pixels = np.asarray(read_picture(path) if image is None else image)
    return specimen if np.array_equal(pixels, np.asarray(world.picture(specimen.sample))) else None


def questions_of(world: World, specimen: Specimen) -> list[dict[str, str]]:
    """A question of every family, with its answer, for programs."""
    asked = world.questions(specimen.sample)
    return [{"family": q.family, "question": q.text, "answer": q.answer} for q in asked]


def any_question(world: World, specimen: Specimen) -> str:
    return random.choice(suggestions(world, specimen))


def examples_of(world: World) -> list[tuple[str, str]]:
    """The pictures on the page to begin with, the first one first, each with a question: paths of files."""
    if isinstance(world, PhotographWorld):
        return [(str(world.path(one)), one.questions[0]) for one in world.photographs.values()]
    table = json.loads((EXAMPLES / "examples.json").read_text(encoding="utf-8"))
    return [(str(EXAMPLES / one["picture"]), one["question"]) for one in table]


def suggestions(world: World, specimen: Specimen | None) -> list[str]:
    """Questions to offer, of different families, the same each time."""
    if specimen is None:
        return list(getattr(world, "for_any_picture", FOR_ANY_PICTURE))
    if len(world.families) <= MOST_OFFERED:
        return [sentence(question) for question in world.questions(specimen.sample)][:MOST_OFFERED]
    rng, offered = np.random.default_rng(crc32(specimen.code.encode())), []
    for family in drawn(world, rng):
        question = posed(world, specimen.sample, family, rng)
        if question is not None:
            offered.append(sentence(question))
        if len(offered) == MOST_OFFERED:
            break
    return offered


def drawn(world: TrainingWorld, rng: np.random.Generator) -> list[str]:
    """The families that have answers, in an order drawn as often as they are asked."""
    often = {name: n for name, n in world.often.items() if name not in getattr(world, "unanswerable", ())}
    return rng.choice(list(often), len(often), replace=False, p=np.array(list(often.values())) / sum(often.values()))


def posed(world: TrainingWorld, sample: Any, family: str, rng: np.random.Generator) -> Question | None:
    """A question of a family, worded as one would print it where the world can; None where the sample has none."""
    return world.pose(sample, family, rng) if hasattr(world, "pose") else world.ask(sample, family, rng)


def sentence(question: Question) -> str:
    """A question with a capital and a mark at its end."""
    text = question.text[0].upper() + question.text[1:].rstrip("?.")
    return text + ("." if text.startswith(ORDERS) or question.text.endswith(".") else "?")


def named_by(world: World, sample: Any, phrase: str) -> list[Subject]:
    """What of a sample a phrase, such as a word of an answer, names; nothing in a world that does not know."""
    if not phrase or not hasattr(world, "existence"):
        return []
    return world.subjects(sample, world.existence(phrase, True).text)


def everything_in(world: World, sample: Any) -> list[Subject]:
    """All that a world knows by name in a sample."""
    phrases = world.present(sample) if hasattr(world, "present") else ()
    return [thing for phrase in phrases for thing in named_by(world, sample, phrase)]


def phrases(things: list[Subject]) -> str:
    """Some things in words, each kind once."""
    return " and ".join(dict.fromkeys(thing.phrase for thing in things))


def with_article(phrase: str) -> str:
    """`an owl`, `a cat`."""
    return f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"


def specimen_endpoint(world: World) -> None:
    """Offer a new picture of the world to programs."""

    def new_scene() -> tuple:
        """A new picture, never trained on, which carries its code, and questions with their answers.

        Example: client.predict(api_name="/new_scene")
        """
        made = new_specimen(world)
        seed = {"seed": made.sample.seed} if hasattr(made.sample, "seed") else {}
        return picture_of(world, made), seed | {"code": made.code, "questions": questions_of(world, made)}

    endpoint("new_scene", new_scene, [], [gr.Image(label="scene", format="png"), gr.JSON(label="result")])
