"""What can be taken away: every file is opened again by what it is made for."""

import csv
import io
import json
import re
import zlib
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from gradio_client import Client, handle_file
from PIL import Image
from playwright.sync_api import expect

from fmvr.lab import Lab
from tests.conftest import ROOT
from tests.visitor import open_tab, settled, sideways
from viz.numbers import as_csv
from viz.panel import DPI, MEDIA, PanelSide, panel, written
from viz.tabs.answers import FIRST
from viz.tabs.comparison import Comparer
from viz.tabs.parcel import pack
from viz.tabs.tab import Visit

PICTURE = Image.new("RGB", (336, 336), (90, 140, 90))
FILES = {"panel.png", "panel.svg", "panel.pdf", "arrays.npz", "numbers.json", "words.csv", "bands.csv"}


def drawn(sides=("without", "with"), question="Is there a cat?", answer="yes"):
    columns = [PanelSide(side, f"{side} FMVR", PICTURE, answer, "right") for side in sides]
    return panel(PICTURE, question, columns, 0.0123, "how it was made")


@pytest.fixture(scope="module")
def packed_files(tmp_path_factory):
    """The files of a scene, a chosen word and another method, and the visit they are of."""
    comparer = Comparer(Lab.load())
    seen = comparer.look(str(ROOT / "examples" / "38-count.png"))
    visit = Visit(seen, "How many objects are there?", 36, {"answers": FIRST | {"method": "LayerCAM", "layer": 2}})
    visit = replace(visit, chosen={"answers": visit.chosen["answers"] | {"word": ["with", 0]}})
    folder = tmp_path_factory.mktemp("files")
    paths = pack(visit, folder, "#scene=1")
    assert {path.rsplit("/", 1)[1] for path in paths} == FILES
    return folder, visit


def test_the_panel_as_png_has_print_size():
    picture = Image.open(io.BytesIO(written(drawn(), "png")))
    picture.load()
    assert round(picture.info["dpi"][0]) == DPI == 300
    assert 6 < picture.width / DPI < 7.5, "fits across a page"


def test_the_panel_as_svg_is_whole_and_needs_no_font():
    root = ElementTree.fromstring(written(drawn(), "svg"))
    assert root.tag.endswith("svg")
    assert len(root.findall(".//{*}image")) >= 3, "the picture and both maps"
    assert not root.findall(".//{*}text")


def test_the_panel_as_pdf_is_one_page_with_its_font_inside():
    data = written(drawn(), "pdf")
    assert data.startswith(b"%PDF-") and data.rstrip().endswith(b"%%EOF")
    assert len(re.findall(rb"/Type\s*/Page\b", data)) == 1
    assert b"/FontFile2" in data and b"/Type3" not in data


def test_the_same_panel_gives_the_same_file():
    assert all(written(drawn(), medium) == written(drawn(), medium) for medium in MEDIA)


def test_words_cannot_break_the_panel():
    figure = drawn(question="$x_{ \\frac <b> & ü 猫 " * 10, answer="a cat and " * 60)
    assert all(written(figure, medium) for medium in MEDIA)


def test_one_model_alone_has_a_panel_too():
    both, one = (Image.open(io.BytesIO(written(drawn(sides), "png"))) for sides in (("without", "with"), ("without",)))
    assert one.width < both.width


def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless():
    table = as_csv([{"question": "=HYPERLINK(1)", "n": -1}]).decode("utf-8-sig")
    assert list(csv.DictReader(io.StringIO(table))) == [{"question": "'=HYPERLINK(1)", "n": "-1"}]


def test_the_arrays_are_the_maps_and_bands_of_the_page(packed_files):
    folder, visit = packed_files
    listed = json.loads((folder / "numbers.json").read_text(encoding="utf-8"))["arrays"]
    with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
        assert set(arrays.files) == set(listed)
        assert {name: list(arrays[name].shape) for name in arrays.files} == {n: a["shape"] for n, a in listed.items()}
        assert np.array_equal(arrays["picture"], np.asarray(visit.seen.view.image))
        same = visit.seen.map(visit.sides["with"].answer, 0, "LayerCAM", 2).grid
        assert np.array_equal(arrays["map_with"], same)
        band = visit.seen.view.bands()[1]
        assert np.array_equal(arrays["band_12x12_high_average_after"], band.after.high_average)
        assert "band_24x24_low_max_before" in arrays.files and "band_24x24_low_max_after" not in arrays.files


def test_the_numbers_are_those_of_the_page(packed_files):
    folder, visit = packed_files
    numbers = json.loads((folder / "numbers.json").read_text(encoding="utf-8"))
    assert numbers["question"] == visit.question and numbers["visual_tokens"] == 36
    assert numbers["map"]["method"] == "LayerCAM" and numbers["map"]["layer"] == 2
    assert numbers["permalink"] == "#scene=1" and numbers["scene"] == visit.seen.scene.code
    for name, side in visit.sides.items():
        assert numbers["answers"][name]["answer"] == side.answer.text
        assert numbers["answers"][name]["truth"] == side.verdict.truth


def test_the_tables_have_a_row_for_every_word_and_every_band(packed_files):
    folder, visit = packed_files
    rows = {
        name: list(csv.DictReader(io.StringIO((folder / name).read_bytes().decode("utf-8-sig"))))
        for name in ("words.csv", "bands.csv")
    }
    assert len(rows["words.csv"]) == sum(len(side.answer.words) for side in visit.sides.values())
    assert [float(row["probability"]) for row in rows["words.csv"]] == [
        word.probability for side in visit.sides.values() for word in side.answer.words
    ]
    assert len(rows["bands.csv"]) == 5 * 4
    assert rows["bands.csv"][0]["energy_after"] == "", "no block stands at 24×24"


def test_the_words_of_the_panel_are_in_the_pdf_as_text(packed_files):
    folder, _ = packed_files
    data = (folder / "panel.pdf").read_bytes()
    streams = [zlib.decompress(s) for s in re.findall(rb"FlateDecode.*?stream\r?\n(.*?)\r?\nendstream", data, re.S)[:1]]
    assert streams and b"BT" in streams[0]


# The page


def test_a_program_gets_the_files_and_the_link(page_url, tmp_path):
    client = Client(page_url, verbose=False, download_files=str(tmp_path))
    asked = handle_file(str(ROOT / "examples" / "38-count.png")), "How many objects are there?", 36
    files, told = client.predict(*asked, api_name="/take_away")
    assert {path.rsplit("/", 1)[1] for path in files} == FILES
    assert told["permalink"] == "#scene=200000038&q=How+many+objects+are+there%3F&tokens=36&tab=answers"
    with np.load(next(path for path in files if path.endswith(".npz")), allow_pickle=False) as arrays:
        assert arrays["map_with"].shape == (24, 24)


def test_a_visitor_takes_the_link_and_the_files_away(page):
    open_tab(page, "Take away")
    link = page.locator(".link textarea")
    expect(link).to_have_value(re.compile(r"^http://.*#scene=\d+&q=.*&tab=answers$"))
    page.get_by_role("button", name="Prepare the files").click()
    expect(page.locator(".panel img")).to_be_visible()
    settled(page)
    assert sideways(page) == 0
    with page.expect_download() as coming:
        page.locator(".sheet a[download]", has_text="KB").first.click()
    assert coming.value.path().read_bytes()


def test_the_link_leads_back_to_the_tab_before(page):
    open_tab(page, "Bands")
    open_tab(page, "Take away")
    expect(page.locator(".link textarea")).to_have_value(re.compile("tab=bands"))


def test_a_picture_of_ones_own_is_in_the_link_but_not_in_the_address_bar(page, tmp_path):
    Image.effect_mandelbrot((336, 336), (-2, -1.5, 1, 1.5), 60).convert("RGB").save(tmp_path / "own.png")
    page.get_by_role("button", name="Remove Image").click()
    page.locator("input[type=file]").first.set_input_files(tmp_path / "own.png")
    page.wait_for_function("location.hash && !location.hash.includes('scene=')")
    open_tab(page, "Take away")
    link = page.locator(".link textarea")
    expect(link).to_have_value(re.compile("#picture="))
    assert "picture=" not in page.evaluate("location.hash")
    expect(page.locator(".sheet").filter(has_text="inside the link itself").last).to_be_visible()
    whole = link.input_value()
    page.goto("about:blank")
    page.goto(whole)
    page.wait_for_function("location.hash.includes('tokens=') && !location.hash.includes('picture=')")
    expect(page.locator(".card .truth").first).to_have_text("")
