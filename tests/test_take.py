"""What can be taken away: every file is opened again by what it is made for."""

import base64
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

from fmvr.arms import arm
from fmvr.lab import Lab
from tests.conftest import ROOT
from tests.visitor import after, open_tab, shown, sideways, slide
from viz.numbers import as_csv
from viz.panel import DPI, MEDIA, PanelColumn, _lines, panel, written
from viz.tabs.answers import FIRST
from viz.tabs.comparison import Comparer
from viz.tabs.parcel import pack
from viz.tabs.tab import Visit

PICTURE = Image.new("RGB", (336, 336), (90, 140, 90))
FILES = {"panel.png", "panel.svg", "panel.pdf", "arrays.npz", "numbers.json", "words.csv", "bands.csv"}


def drawn(arms=("pooling", "fmvr"), question="Is there a cat?", answer="yes"):
    columns = [PanelColumn(name, arm(name).label, PICTURE, answer, "right") for name in arms]
    return panel(PICTURE, question, columns, 0.0123, "how it was made")


@pytest.fixture(scope="module")
def packed_files(tmp_path_factory):
    """The files of a scene, a chosen word and another method, and the visit they are of."""
    comparer = Comparer(Lab.load())
    exhibit = comparer.look(str(ROOT / "examples" / "sky.png"))
    visit = Visit(exhibit, "How many objects are there?", 36, {"answers": FIRST | {"method": "LayerCAM", "layer": 2}})
    visit = replace(visit, chosen={"answers": visit.chosen["answers"] | {"word": ["fmvr", 0]}})
    folder = tmp_path_factory.mktemp("files")
    paths = pack(visit, folder, "#scene=1")
    assert {path.rsplit("/", 1)[1] for path in paths} == FILES
    return folder, visit


def test_the_panel_as_png_has_print_size():
    picture = Image.open(io.BytesIO(written(drawn(), "png")))
    picture.load()
    assert round(picture.info["dpi"][0]) == DPI == 300
    assert 6 < picture.width / DPI < 7.5, "fits across a page"


def test_a_letter_that_cannot_be_printed_breaks_no_file():
    assert _lines("a\x02b\x00c", 40, 1) == "a b c"


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
    both, one = (Image.open(io.BytesIO(written(drawn(arms), "png"))) for arms in (("pooling", "fmvr"), ("pooling",)))
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
        assert np.array_equal(arrays["picture"], np.asarray(visit.exhibit.view.image))
        same = visit.exhibit.map(visit.responses["fmvr"].answer, 0, "LayerCAM", 2).grid
        assert np.array_equal(arrays["map_fmvr"], same)
        band = visit.exhibit.view.bands()[1]
        assert np.array_equal(arrays["band_12x12_high_average_after"], band.after.high_average)
        assert "band_24x24_low_max_before" in arrays.files and "band_24x24_low_max_after" not in arrays.files


def test_the_numbers_are_those_of_the_page(packed_files):
    folder, visit = packed_files
    numbers = json.loads((folder / "numbers.json").read_text(encoding="utf-8"))
    assert numbers["question"] == visit.question and numbers["visual_tokens"] == 36
    assert numbers["map"]["method"] == "LayerCAM" and numbers["map"]["layer"] == 2
    assert numbers["permalink"] == "#scene=1" and numbers["scene"] == visit.exhibit.code
    for name, response in visit.responses.items():
        assert numbers["answers"][name]["answer"] == response.answer.text
        assert numbers["answers"][name]["truth"] == response.verdict.truth


def test_the_tables_have_a_row_for_every_word_and_every_band(packed_files):
    folder, visit = packed_files
    rows = {
        name: list(csv.DictReader(io.StringIO((folder / name).read_bytes().decode("utf-8-sig"))))
        for name in ("words.csv", "bands.csv")
    }
    assert len(rows["words.csv"]) == sum(len(one.answer.words) for one in visit.responses.values())
    assert [float(row["probability"]) for row in rows["words.csv"]] == [
        word.probability for one in visit.responses.values() for word in one.answer.words
    ]
    assert len(rows["bands.csv"]) == 5 * 4
    assert rows["bands.csv"][0]["energy_after"] == "", "no block stands at 24×24"


def test_the_words_of_the_panel_are_in_the_pdf_as_text(packed_files):
    folder, _ = packed_files
    data = (folder / "panel.pdf").read_bytes()
    packed = re.search(rb"FlateDecode.*?stream\r?\n(.*?)\nendstream", data, re.S)[1]  # its last byte may be a \r
    assert b"BT" in zlib.decompressobj().decompress(packed)


# The page


def test_a_program_gets_the_files_and_the_link(page_url, tmp_path):
    client = Client(page_url, verbose=False, download_files=str(tmp_path))
    asked = handle_file(str(ROOT / "examples" / "sky.png")), "How many objects are there?", 36
    files, result = client.predict(*asked, api_name="/take_away")
    assert {path.rsplit("/", 1)[1] for path in files} == FILES
    assert result["permalink"] == "#scene=scene-200000072&q=How+many+objects+are+there%3F&tokens=36&tab=answers"
    with np.load(next(path for path in files if path.endswith(".npz")), allow_pickle=False) as arrays:
        assert arrays["map_fmvr"].shape == (24, 24)


def chosen(page) -> None:
    """A question, a budget, a word and a method as nobody meets them first."""
    page.get_by_label("Question").fill("How many objects are there?")
    after(page, page.get_by_role("button", name="Ask").click)
    slide(page, 144)
    after(page, page.locator(".card[data-arm=fmvr] [data-word]").first.click)
    page.get_by_role("button", name="How the maps are made").click()
    page.get_by_role("combobox", name="Method").click()
    after(page, page.get_by_role("option", name="LayerCAM").click)


def test_every_file_a_visitor_downloads_opens_and_is_of_what_was_shown(page, tmp_path):
    chosen(page)
    answers = page.locator(".card .answer").all_inner_texts()
    open_tab(page, "Take away")
    link = page.locator(".link textarea")
    expect(link).to_have_value(re.compile(r"^http://.*#scene=[\w-]+&q=.*&tab=answers&answers.word="))
    page.get_by_role("button", name="Prepare the files").click()
    expect(page.locator(".panel img")).to_be_visible()
    assert sideways(page) == 0
    files = page.locator(".sheet a[download]")
    expect(files).to_have_count(len(FILES))
    for file in files.all():
        with page.expect_download() as coming:
            file.click()
        coming.value.save_as(tmp_path / coming.value.suggested_filename)
    assert {path.name for path in tmp_path.iterdir()} == FILES
    with Image.open(tmp_path / "panel.png") as panel_:
        panel_.load()
        assert round(panel_.info["dpi"][0]) == DPI
    assert len(ElementTree.parse(tmp_path / "panel.svg").findall(".//{*}image")) >= 3
    assert (tmp_path / "panel.pdf").read_bytes().rstrip().endswith(b"%%EOF")
    with np.load(tmp_path / "arrays.npz", allow_pickle=False) as arrays:
        assert arrays["map_fmvr"].shape == arrays["map_pooling"].shape == (24, 24)
    numbers = json.loads((tmp_path / "numbers.json").read_text(encoding="utf-8"))
    assert [numbers["answers"][name]["answer"] for name in ("pooling", "fmvr")] == answers
    assert (numbers["visual_tokens"], numbers["map"]["method"]) == (144, "LayerCAM")
    assert link.input_value().endswith(numbers["permalink"])
    for name in ("words.csv", "bands.csv"):
        assert list(csv.DictReader(io.StringIO((tmp_path / name).read_bytes().decode("utf-8-sig"))))


def test_the_link_shows_the_same_to_another_visitor_of_another_process(page, visit, watched):
    chosen(page)
    open_tab(page, "Take away")
    expect(page.locator(".link textarea")).to_have_value(re.compile("answers.method=LayerCAM"))
    fragment = "#" + page.locator(".link textarea").input_value().partition("#")[2]
    open_tab(page, "Answers")
    other = visit(1440, fragment, home=watched[0])  # which has seen no visit
    expect(other.locator(".budget output b")).to_have_text("144")
    expect(other.locator(".card[data-arm=fmvr] [data-word='0']")).to_have_attribute("aria-pressed", "true")
    expect(other.get_by_label("Question")).to_have_value("How many objects are there?")
    assert other.locator(".card .answer").all_inner_texts() == page.locator(".card .answer").all_inner_texts()
    for here, there in zip(maps(page), maps(other)):
        assert np.abs(here - there).max() <= 1, "the same map"


def maps(page) -> list[np.ndarray]:
    """The pixels of both maps on the page, RGBA."""
    found = [image.split(",")[1] for _, image in shown(page)]
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(data))), int) for data in found]


def test_nobody_gets_another_visitor_s_files_by_guessing(page, visit, tmp_path):
    Image.effect_mandelbrot((300, 300), (-2, -1.5, 1, 1.5), 50).convert("RGB").save(tmp_path / "mine.png")
    page.get_by_role("button", name="Remove Image").click()
    expect(page.locator(".note.problem")).to_be_visible()
    page.locator(".picture input[type=file]").set_input_files(tmp_path / "mine.png")
    expect(page.locator(".note.doubt")).to_be_visible()
    after(page, page.locator(".chips .gallery-item").nth(1).click)
    open_tab(page, "Take away")
    page.get_by_role("button", name="Prepare the files").click()
    expect(page.locator(".panel img")).to_be_visible()
    mine = page.locator(".sheet a[download]", has_text="KB").first.get_attribute("href")
    folder, digest, name = mine.rsplit("/", 2)
    assert re.fullmatch("[0-9a-f]{64}", digest), "its place cannot be guessed by one who does not have the file"
    other = visit()
    open_tab(other, "Take away")
    assert other.locator(".sheet a[download]").count() == 0 and other.locator(".panel img").count() == 0
    assert other.request.get(mine).ok, "the address itself works, or nothing below says anything"
    guesses = [
        folder,
        f"{folder}/",
        f"{folder}/{digest}",
        f"{folder}/{name}",
        f"{folder}/{'0' * 64}/{name}",
        f"{folder}/{digest[:-1]}{'1' if digest[-1] == '0' else '0'}/{name}",
        f"{folder}/*/{name}",
        f"{folder}/{digest}/../",
        f"{folder}/mine.png",
        f"{folder.partition('file=')[0]}file=app.py",
        f"{folder.partition('file=')[0]}file=/etc/passwd",
        f"{folder.partition('file=')[0]}file={folder.partition('file=')[2]}/../../etc/passwd",
    ]
    assert [guess for guess in guesses if other.request.get(guess).ok] == []


def test_the_link_leads_back_to_the_tab_before(page):
    open_tab(page, "Cost")
    open_tab(page, "Take away")
    expect(page.locator(".link textarea")).to_have_value(re.compile("tab=cost"))


def test_a_picture_of_ones_own_is_in_the_link_but_not_in_the_address_bar(page, visit, tmp_path):
    Image.effect_mandelbrot((336, 336), (-2, -1.5, 1, 1.5), 60).convert("RGB").save(tmp_path / "own.png")
    page.get_by_role("button", name="Remove Image").click()
    page.locator(".picture input[type=file]").set_input_files(tmp_path / "own.png")
    expect(page.locator(".note.doubt")).to_be_visible()
    after(page, page.locator(".chips .gallery-item").first.click)  # the last picture's question is gone
    page.wait_for_function("location.hash.includes('scene=own')")
    open_tab(page, "Take away")
    link = page.locator(".link textarea")
    expect(link).to_have_value(re.compile("#picture="))
    assert "picture=" not in page.evaluate("location.hash")
    expect(page.locator(".sheet").filter(has_text="inside the link itself").last).to_be_visible()
    whole = link.input_value()
    page = visit(address=f"#{whole.partition('#')[2]}")
    page.wait_for_function("location.hash.includes('tokens=') && !location.hash.includes('picture=')")
    expect(page.locator(".card .truth").first).to_have_text("")
