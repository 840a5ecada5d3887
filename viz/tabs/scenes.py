"""Scenes as picture files that carry their code, so that the page knows the truth about them."""

import random
from pathlib import Path

import gradio as gr
import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from fmvr.inputs import BadInput
from fmvr.scenes.questions import Question, ask_all
from fmvr.scenes.scene import SPLIT_SIZE, SPLITS, Scene, SceneObject
from viz.tabs.endpoint import endpoint

CODE = "fmvr-scene"  # the PNG text that holds the code
ORDERS = ("Count", "Describe", "Name", "Read")  # questions that end in a full stop begin so
FOR_ANY_PICTURE = ("What is in the picture?", "How many objects are there?", "Is there a cat?")


def new_scene() -> Scene:
    """A scene of the test split: no model was trained on it."""
    return Scene.from_seed(SPLITS["test"] + random.randrange(SPLIT_SIZE))


def scene_endpoint() -> None:
    """Offer a new scene to programs."""

    def scene() -> tuple:
        """A new scene, never trained on: its picture, which carries its code, and questions with their answers.

        Example: client.predict(api_name="/new_scene")
        """
        made = new_scene()
        return scene_picture(made), {"seed": made.seed, "code": made.code, "questions": asked_of(made)}

    endpoint("new_scene", scene, [], [gr.Image(label="scene", format="png"), gr.JSON(label="result")])


def scene_picture(scene: Scene) -> Image.Image:
    """The scene's picture with its code as PNG text."""
    picture = scene.render()
    picture.info[CODE] = scene.code
    return picture


def scene_by_code(code: str | None) -> Scene:
    """The scene of a code as people bring it. Raises BadInput for what is none."""
    try:
        return Scene.from_code((code or "").strip())
    except ValueError as error:
        raise BadInput(str(error)) from error


def save_scene(scene: Scene, folder: str | Path) -> str:
    """Write the scene's picture, with its code, into a folder; returns the file's path."""
    path, text = Path(folder) / "scene.png", PngInfo()
    text.add_text(CODE, scene.code)
    scene.render().save(path, pnginfo=text)
    return str(path)


def scene_of(path: str | Path, image: Image.Image) -> Scene | None:
    """The scene a picture file shows; None for any other picture.

    Args:
        path: the file, known to be a picture.
        image: its pixels as the model sees them; the code is believed only where they are the scene's.
    """
    with Image.open(path) as picture:
        code = str(picture.info.get(CODE, ""))
    try:
        scene = Scene.from_code(code)
    except ValueError:
        return None
    return scene if np.array_equal(np.asarray(image), scene.pixels()[0]) else None


def phrases(things: list[SceneObject]) -> str:
    """Some objects in words, each kind once."""
    return " and ".join(dict.fromkeys(thing.phrase for thing in things))


def asked_of(scene: Scene) -> list[dict[str, str]]:
    """A question of every family, with its answer, for programs."""
    return [{"family": q.family, "question": q.text, "answer": q.answer} for q in ask_all(scene)]


def any_question(scene: Scene) -> str:
    return sentence(random.choice(ask_all(scene)))


def suggestions(scene: Scene | None) -> list[str]:
    """Questions to offer: one of every family the scene has a question for."""
    return [sentence(question) for question in ask_all(scene)] if scene else list(FOR_ANY_PICTURE)


def sentence(question: Question) -> str:
    """A question with a capital and a mark at its end."""
    text = question.text[0].upper() + question.text[1:].rstrip("?.")
    return text + ("." if text.startswith(ORDERS) else "?")
