"""What strangers hand in, drawn at random: it is read, or refused in a sentence; nothing else ever happens.

A few examples each here; `python -m tests.fuzz --minutes 60` tries as many as one likes.
"""

import io
import json
import os
import random
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from fmvr.errors import BadInput
from fmvr.media.picture import read_picture
from fmvr.media.question import MOST_LETTERS, read_question
from fmvr.worlds import WORLDS, folder
from fmvr.worlds.embedded import code as codes
from fmvr.worlds.embedded import edit
from fmvr.worlds.embedded.scene import scene
from fmvr.worlds.scenes.draw import SIDE
from viz.tabs import link

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", 25))
settings.register_profile("fuzz", max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile("fuzz")

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
LINK = (
    "#scene=scene-200000005&q=How+many%3F&tokens=36&tab=answers&answers.word=[%22fmvr%22,0]&cost.text=45&picture=UklG"
)
CODES = [
    *("scene-200000005", "board-7", "text-3", "200000005", "scene-0."),
    *(f"scene-5.{codes.write(edit.add(scene(5), 'sign', 40, 40, 64, 'red', 7)).split('.')[1]}",),
]
TABLE = b'image,question,answer\na.png,"How many, now?",3\na.png;x;y\n'
GIVEN = {"x", "y", "size", "noun", "colour", "number", "angle", "mirrored", "index", "seed"}


def damaged(data: bytes, seed: int) -> bytes:
    """Some bytes changed, taken out, doubled."""
    rng, data = random.Random(seed), bytearray(data)
    for _ in range(rng.randint(1, 4)):
        at, end = sorted(rng.choices(range(len(data) + 1), k=2))
        match rng.randrange(4):
            case 0:
                data[at : at + 1] = bytes([rng.randrange(256)])
            case 1:
                del data[at : min(end, at + 16)]
            case 2:
                data[at:at] = data[at : min(end, at + 16)]
            case 3:
                data[at:at] = rng.choice(
                    [b"\x00", b"%", b"\xed\xa0\x80", b"[" * 50, b'"', b"9" * 30, "Ωمرحبا".encode()]
                )
    return bytes(data)


SEED = st.integers(0, 2**32)
DAMAGED_LINK = SEED.map(lambda seed: damaged(LINK.encode(), seed).decode("utf-8", "replace"))
DAMAGED_CODE = st.tuples(st.sampled_from(CODES), SEED).map(
    lambda drawn: damaged(drawn[0].encode(), drawn[1]).decode("utf-8", "replace")
)


@given(st.text() | DAMAGED_LINK)
@example("#answers.word=" + "[" * 900)
def test_a_link_is_read_or_refused(text):
    try:
        state = link.read(text)
    except BadInput:
        return
    assert link.read(link.fragment(state)) == state  # what was read is written and read again


CODED = sorted(name for name, world in WORLDS.items() if hasattr(world, "from_code"))


@given(st.sampled_from(CODED), st.text() | DAMAGED_CODE)
def test_a_code_makes_a_picture_or_is_none(name, text):
    world = WORLDS[name]
    try:
        sample = world.from_code(text)
    except ValueError:
        return
    assert world.picture(sample).size == (SIDE, SIDE)
    assert world.from_code(world.code(sample)) == sample


@given(
    st.lists(
        st.fixed_dictionaries(
            {"do": st.sampled_from([*edit.EDITS]) | JSON},
            optional={
                name: JSON | st.integers(-50, 400) | st.sampled_from(["cat", "sign", "red"]) for name in sorted(GIVEN)
            },
        )
        | JSON,
        max_size=6,
    )
    | JSON
)
@example([{"do": "add", "noun": "cat", "x": 1e308, "y": float("nan")}])
def test_edits_make_a_scene_or_are_refused(steps):
    try:
        edited = edit.apply(scene(5), steps)
    except BadInput as refused:
        assert str(refused).endswith(".")
        return
    assert codes.read(codes.write(edited)) == edited
    assert all(0 <= low < high <= SIDE for item in edited.items for low, high in (item.box[::2], item.box[1::2]))


@given(st.text(st.characters(codec=None), max_size=400))
def test_a_question_is_one_line_or_refused(text):
    try:
        question = read_question(text, ("<image>", "</s>"))
    except BadInput:
        return
    assert 0 < len(question) <= MOST_LETTERS and question == " ".join(question.split())
    question.encode()


@given(st.sampled_from([".csv", ".json"]), st.binary(max_size=200) | SEED.map(lambda seed: damaged(TABLE, seed)) | JSON)
@example(".json", b"[" * 5000)
def test_a_table_of_questions_is_read_or_refused(ending, content):
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    with TemporaryDirectory() as name:
        (Path(name) / "a.png").touch()
        table = Path(name) / f"table{ending}"
        table.write_bytes(data)
        try:
            rows, problems = folder.read(Path(name), table)
        except BadInput:
            return
    assert rows and all(row.image == "a.png" and row.question for row in rows)
    assert all(problem.what.endswith(".") for problem in problems)


def _pictures() -> list[bytes]:
    pixels = np.random.default_rng(0).integers(0, 256, (9, 13, 4), dtype=np.uint8)
    files = []
    for kind in ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"):
        file = io.BytesIO()
        Image.fromarray(pixels).convert("RGB" if kind == "JPEG" else "RGBA").save(file, kind)
        files.append(file.getvalue())
    return files


PICTURES = _pictures()


@given(st.binary(max_size=200) | st.tuples(st.sampled_from(PICTURES), SEED).map(lambda drawn: damaged(*drawn)))
def test_a_picture_file_is_read_or_refused(data):
    with TemporaryDirectory() as name:
        path = Path(name) / "picture"
        path.write_bytes(data)
        try:
            picture = read_picture(path)
        except BadInput:
            return
    assert picture.mode == "RGB" and min(picture.size) > 0
