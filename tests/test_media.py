"""The entrance: every odd picture becomes upright RGB, every bad one and every bad question gets its sentence."""

from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import ExifTags, Image
from transformers import CLIPImageProcessor, LlavaImageProcessor

from fmvr.errors import BadInput
from fmvr.media.clip import MOST_FRAMES, Clip
from fmvr.media.picture import LONGEST_SIDE, read_picture
from fmvr.media.question import MOST_LETTERS, read_question
from fmvr.media.seen import as_seen, cut_of

WIDTH, HEIGHT = 60, 40
RED, BLUE = (255, 0, 0), (0, 0, 255)
TURNED_RIGHT = Image.Exif()
TURNED_RIGHT[0x0112] = 6  # shown upright after a quarter turn clockwise


def half_red_half_blue() -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), RED)
    picture.paste(BLUE, (WIDTH // 2, 0, WIDTH, HEIGHT))
    return picture


def clear_left() -> Image.Image:
    """Fully transparent on the left, blue on the right."""
    picture = half_red_half_blue().convert("RGBA")
    picture.paste((255, 0, 0, 0), (0, 0, WIDTH // 2, HEIGHT))
    return picture


def saved(picture: Image.Image, file, **options):
    picture.save(file, **options)
    return file


def encoded(picture: Image.Image, kind: str, **options) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def colours(picture: Image.Image) -> tuple[list[int], list[int]]:
    """The colour left and right of the middle."""
    values = np.asarray(picture).astype(int)
    y, x = picture.height // 2, picture.width // 4
    return values[y, x].tolist(), values[y, -1 - x].tolist()


ODD = {
    # name: (how it is saved, colour expected on the left, colour expected on the right)
    "grey": (lambda d: saved(half_red_half_blue().convert("L"), d / "a.png"), (76,) * 3, (29,) * 3),
    "black and white": (lambda d: saved(Image.new("1", (60, 40), 1), d / "a.png"), (255,) * 3, (255,) * 3),
    "palette": (lambda d: saved(half_red_half_blue().quantize(2), d / "a.png"), RED, BLUE),
    "CMYK": (lambda d: saved(half_red_half_blue().convert("CMYK"), d / "a.jpg", quality=95), (254, 0, 0), (0, 0, 254)),
    "transparent": (lambda d: saved(clear_left(), d / "a.png"), (255,) * 3, BLUE),
    "grey and transparent": (lambda d: saved(clear_left().convert("LA"), d / "a.png"), (255,) * 3, (29,) * 3),
    "palette with a clear colour": (
        lambda d: saved(half_red_half_blue().quantize(2), d / "a.png", transparency=0),
        None,
        None,
    ),
    "16 bits of grey": (
        lambda d: saved(Image.fromarray(np.full((40, 60), 32768, np.uint16)), d / "a.png"),
        (127,) * 3,
        (127,) * 3,
    ),
    "floating grey": (
        lambda d: saved(Image.fromarray(np.full((40, 60), 0.5, np.float32)), d / "a.tif"),
        (127,) * 3,
        (127,) * 3,
    ),
    "animated GIF": (
        lambda d: saved(half_red_half_blue(), d / "a.gif", save_all=True, append_images=[Image.new("RGB", (60, 40))]),
        RED,
        BLUE,
    ),
    "WebP": (lambda d: saved(half_red_half_blue(), d / "a.webp", lossless=True), RED, BLUE),
    "wrong ending": (lambda d: saved(half_red_half_blue(), d / "a.jpg", format="PNG"), RED, BLUE),
}


@pytest.mark.parametrize("make, left, right", ODD.values(), ids=ODD)
def test_an_odd_picture_becomes_rgb_as_it_looks(tmp_path, make, left, right):
    picture = read_picture(make(tmp_path))
    assert (picture.mode, picture.size) == ("RGB", (WIDTH, HEIGHT))
    for seen, expected in zip(colours(picture), (left, right)):
        assert expected is None or np.allclose(seen, expected, atol=3)


def test_a_clear_palette_colour_is_white(tmp_path):
    picture = read_picture(ODD["palette with a clear colour"][0](tmp_path))
    assert [255, 255, 255] in colours(picture)


@pytest.mark.parametrize("kind", ["jpg", "png", "webp"])
def test_a_turned_photograph_stands_upright(tmp_path, kind):
    picture = read_picture(saved(half_red_half_blue(), tmp_path / f"a.{kind}", exif=TURNED_RIGHT))
    assert picture.size == (HEIGHT, WIDTH)
    top, bottom = np.asarray(picture)[[5, -5], HEIGHT // 2].astype(int)
    assert np.allclose(top, RED, atol=5) and np.allclose(bottom, BLUE, atol=5)


def test_a_picture_that_was_read_is_not_turned_again(tmp_path):
    picture = read_picture(saved(half_red_half_blue(), tmp_path / "a.jpg", exif=TURNED_RIGHT))
    assert read_picture(picture).size == picture.size == (HEIGHT, WIDTH)


@pytest.mark.parametrize("mark, value", [("ResolutionUnit", "inch"), ("ImageWidth", 1.5), ("Software", 2.0)])
def test_a_photograph_with_odd_marks_is_read_all_the_same(mark, value):
    picture = half_red_half_blue()
    exif = picture.getexif()
    exif[ExifTags.Base.Orientation], exif[ExifTags.Base[mark]] = 6, value
    assert read_picture(picture).size == (HEIGHT, WIDTH)


def test_the_picture_given_is_left_as_it_was():
    given = Image.new("RGB", (3000, 20), RED)
    read_picture(given)
    assert given.size == (3000, 20)


def test_one_pixel_is_a_picture():
    assert read_picture(Image.new("RGB", (1, 1), RED)).getpixel((0, 0)) == RED


def test_a_large_picture_is_scaled_down_with_its_proportions(tmp_path):
    picture = read_picture(saved(Image.new("RGB", (5000, 2500), BLUE), tmp_path / "a.jpg"))
    assert picture.size == (LONGEST_SIDE, LONGEST_SIDE // 2)


def test_an_array_is_a_picture():
    pixels = np.asarray(half_red_half_blue())
    assert np.array_equal(np.asarray(read_picture(pixels)), pixels)


@pytest.mark.parametrize(
    "numbers",
    [
        lambda pixels: pixels / np.float32(255),
        lambda pixels: pixels.astype(np.float64),
        lambda pixels: pixels.astype(np.int64),
        lambda pixels: pixels.transpose(2, 0, 1),
        lambda pixels: torch.tensor(pixels),
        lambda pixels: (torch.tensor(pixels).permute(2, 0, 1) / 255).requires_grad_(),
    ],
    ids=["fractions", "floats", "integers", "channels first", "a tensor", "a tensor of fractions"],
)
def test_numbers_of_every_kind_are_a_picture(numbers):
    pixels = np.asarray(half_red_half_blue())
    assert np.array_equal(np.asarray(read_picture(numbers(pixels))), pixels)


@pytest.mark.parametrize("shape", [(4, 6), (4, 6, 1), (1, 4, 6)])
def test_grey_numbers_are_a_picture(shape):
    picture = read_picture(np.full(shape, 7, np.uint8))
    assert (picture.mode, picture.size, picture.getpixel((0, 0))) == ("RGB", (6, 4), (7, 7, 7))


@pytest.mark.parametrize(
    "array, sentence",
    [
        (np.zeros((5, 4, 7), np.uint8), "this array is 5×4×7"),
        (np.zeros((2, 4, 4, 3), np.uint8), "this array is 2×4×4×3"),
        (np.zeros((0, 4, 3), np.uint8), "this array is 0×4×3"),
        (np.array(7), "this array is one number"),
        (np.full((4, 4, 3), -1), "from 0 to 255"),
        (np.full((4, 4, 3), 300), "from 0 to 255"),
        (np.full((4, 4, 3), np.nan), "from 0 to 255"),
        (np.full((4, 4, 3), "red"), "from 0 to 255"),
    ],
)
def test_an_array_that_is_no_picture_is_refused(array, sentence):
    with pytest.raises(BadInput, match=sentence):
        read_picture(array)


@pytest.mark.parametrize("thing", [7, b"picture", {"a": 1}])
def test_what_is_neither_file_nor_picture_nor_array_is_refused(thing):
    with pytest.raises(BadInput, match=f"not a {type(thing).__name__}"):
        read_picture(thing)


def test_a_picture_is_a_clip_of_one_frame_and_a_clip_stays_one():
    clip = Clip.read(half_red_half_blue())
    assert [frame.size for frame in clip.frames] == [(WIDTH, HEIGHT)]
    assert Clip.read(clip) is clip
    assert len(Clip.read([half_red_half_blue()] * 3).frames) == 3


@pytest.mark.parametrize("count", [0, MOST_FRAMES + 1])
def test_a_clip_of_no_or_too_many_frames_is_refused(count):
    with pytest.raises(BadInput, match=f"1 to {MOST_FRAMES} frames, not {count}"):
        Clip.read([None] * count)


def test_no_picture_is_refused():
    with pytest.raises(BadInput, match="There is no picture yet"):
        read_picture(None)


@pytest.mark.parametrize("name", ["missing.png", "."])
def test_a_path_without_a_file_is_refused(tmp_path, name):
    with pytest.raises(BadInput, match="There is no such picture file"):
        read_picture(tmp_path / name)


@pytest.mark.parametrize("content", [b"", b"not a picture", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"GIF89a"])
def test_a_file_that_is_no_picture_is_refused(tmp_path, content):
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(BadInput, match="not a picture that can be read|broken"):
        read_picture(tmp_path / "a.png")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP"])
def test_a_truncated_picture_is_refused(tmp_path, kind):
    whole = encoded(half_red_half_blue().resize((300, 200)), kind)
    (tmp_path / "a").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadInput, match="broken|not a picture that can be read"):
        read_picture(tmp_path / "a")


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP", "PPM", "AVIF"])
def test_a_damaged_picture_is_read_or_refused_in_words(tmp_path, kind):
    noise = np.random.default_rng(0)
    options = {} if kind in ("GIF", "BMP", "PPM") else {"exif": TURNED_RIGHT}
    whole = np.frombuffer(encoded(half_red_half_blue(), kind, **options), np.uint8)
    outcomes = set()
    for _ in range(150):
        damaged = whole.copy()
        damaged[noise.integers(0, 60, 2)] = noise.integers(0, 256, 2)  # in its header
        damaged[noise.integers(0, len(whole), 2)] = noise.integers(0, 256, 2)
        (tmp_path / "a").write_bytes(damaged.tobytes())
        try:
            outcomes.add(read_picture(tmp_path / "a").mode)
        except BadInput as error:
            outcomes.add(type(error))
    assert BadInput in outcomes and outcomes <= {BadInput, "RGB"}


def test_a_png_with_a_short_header_is_refused(tmp_path):
    whole = bytearray(encoded(half_red_half_blue(), "PNG"))
    whole[11] = 5  # the header's length, 13
    (tmp_path / "a.png").write_bytes(whole)
    with pytest.raises(BadInput):
        read_picture(tmp_path / "a.png")


@pytest.mark.parametrize("side", [7200, 20000], ids=["too large", "a decompression bomb"])
def test_a_huge_picture_is_refused_unread(tmp_path, side):
    with pytest.raises(BadInput, match="the most (that can be read )?is 50"):
        read_picture(saved(Image.new("1", (side, side)), tmp_path / "a.png"))


@pytest.mark.parametrize("text", ["Is there a cat?", "  Is there \n a\tcat?  "])
def test_a_question_becomes_one_line(text):
    assert read_question(text) == "Is there a cat?"


@pytest.mark.parametrize("text", [None, "", "  \n "])
def test_an_empty_question_is_refused(text):
    with pytest.raises(BadInput, match="There is no question yet"):
        read_question(text)


def test_half_a_letter_is_a_question_mark():
    assert read_question("Is there \ud83d a cat?") == "Is there ? a cat?"


def test_an_endless_question_is_refused_with_its_length():
    assert read_question("a" * MOST_LETTERS) == "a" * MOST_LETTERS
    with pytest.raises(BadInput, match=f"has {MOST_LETTERS + 1} characters; the most is {MOST_LETTERS}"):
        read_question("a" * (MOST_LETTERS + 1))


@pytest.mark.parametrize("text, mark", [("Is <image> a cat?", "<image>"), ("stop</s>", "</s>")])
def test_a_question_with_the_models_own_mark_is_refused(text, mark):
    with pytest.raises(BadInput, match=f"cannot contain {mark}"):
        read_question(text, ("<image>", "</s>"))


@pytest.mark.parametrize(
    "size, part", [((672, 336), (0.25, 0, 0.75, 1)), ((300, 900), (0, 1 / 3, 1, 2 / 3)), ((500, 500), None)]
)
def test_of_a_picture_that_is_no_square_the_middle_is_seen(size, part):
    picture = Image.new("RGB", size)
    processor = CLIPImageProcessor(size={"shortest_edge": 336}, crop_size={"height": 336, "width": 336})
    cut = cut_of(picture, processor)
    assert (cut and cut.part) == (part and pytest.approx(part))
    assert as_seen(picture, processor).size == (336, 336)
    padding = LlavaImageProcessor(do_pad=True, size={"shortest_edge": 336}, crop_size={"height": 336, "width": 336})
    assert cut_of(picture, padding) is None
