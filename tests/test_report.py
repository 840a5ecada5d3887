"""The report on one's own pictures: read with care, stopped and resumed, alone or shared, and shown as one page."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
import torch
from axe_playwright_python.sync_playwright import Axe

from fmvr.errors import BadInput
from fmvr.evaluation.__main__ import main
from fmvr.evaluation.report import measure
from fmvr.evaluation.report.answers import Answered, Answers, Reply
from fmvr.evaluation.report.maps import examples
from fmvr.evaluation.report.run import ask_all, budgets_of, processes
from fmvr.evaluation.report.settings import Settings
from fmvr.evaluation.report.summary import summarise
from fmvr.lab import Lab
from fmvr.loading import CHECKPOINTS, Checkpoint
from fmvr.runs.identity import digest
from fmvr.settings import settings
from fmvr.worlds import WORLDS
from fmvr.worlds.folder import QUESTION, FolderWorld, Problem, Row, read
from tests.conftest import ROOT, WIDTHS
from tests.models import BUDGETS, new_lab, new_model, new_processor, picture
from tests.pictures import write
from tests.visitor import sideways
from viz.report import page
from viz.report.plot import NARROW, SVG, WIDE, Point, plot

HOSTILE = '"><script>document.title = "taken"</script><img src=x onerror=alert(1)>'
HOSTILE_NAME = "<b onclick=1>&'.png"
BROKEN = ("text.png", "empty.png", "broken.png")
ASKED = [  # image, question, answer
    ("0.png", "How many objects are there?", "two"),
    ("1.png", "Is there a cat?", "no"),
    ("2.png", HOSTILE, HOSTILE),
    (HOSTILE_NAME, "What is the leftmost object?", ""),
]
OLD_NAMES = {"pooling": "without", "fmvr": "with"}
PROCESSES = "--multi_gpu --num_processes 2 --num_machines 1 --mixed_precision no --dynamo_backend no"


def table(path: Path, rows: list, head=("image", "question", "answer")) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def lines(out: Path) -> list[dict]:
    files = sorted(out.glob("answers.*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text().splitlines() if line.endswith("}")]


def answers_in(out: Path) -> dict:
    """(Image, question) → arm → budget → answer; fails where a question was answered twice."""
    answered = [line for line in lines(out) if "replies" in line]
    texts = {
        (line["image"], line["question"]): {
            arm: {n: reply["text"] for n, reply in by_budget.items()} for arm, by_budget in line["replies"].items()
        }
        for line in answered
    }
    assert len(texts) == len(answered)
    return texts


def command(folder: Path, out: Path) -> list[str]:
    return ["report", "--images", str(folder), "--questions", str(folder / "questions.csv"), "--out", str(out)]


def run(*arguments: str) -> None:
    """The command in this process, without a GPU, so that answers can be compared."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["fmvr.evaluation", *arguments])
        patch.setattr(torch.cuda, "is_available", lambda: False)
        main()


def start(*arguments: str) -> subprocess.Popen:
    """A process of its own, without a GPU."""
    settings = os.environ | {"CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen([sys.executable, "-m", *arguments], cwd=ROOT, env=settings, stderr=subprocess.PIPE)


def scene(place: int):
    """The picture of a scene that nobody was trained on."""
    world = WORLDS["scenes"]
    return world.picture(world.sample("validation", place))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Four pictures, three broken files and a table with a malformed row."""
    folder = tmp_path_factory.mktemp("pictures")
    for i, (name, _, _) in enumerate(ASKED):
        scene(i).save(folder / name)
    broken = [(Path(write(folder, name)).name, "Is there a dog?", "yes") for name in BROKEN]
    malformed = ("0.png", "How many cats", " dogs", " birds", "two")
    table(folder / "questions.csv", [*broken[:1], *ASKED[:2], malformed, *broken[1:], *ASKED[2:]])
    return folder


@pytest.fixture(scope="module")
def stopped(folder, tmp_path_factory) -> Path:
    """A run that was killed in the middle of writing its second line."""
    out = tmp_path_factory.mktemp("stopped") / "out"
    process = start("fmvr.evaluation", *command(folder, out))
    while not (out.exists() and any("replies" in line for line in lines(out))):
        assert process.poll() is None, process.stderr.read().decode()
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    whole = (out / "answers.0.jsonl").read_bytes().splitlines()
    first = next(i for i, line in enumerate(whole) if b"replies" in line) + 1
    (out / "answers.0.jsonl").write_bytes(b"\n".join(whole[:first]) + b'\n{"image": "1.png", "question": "Is th')
    return out


@pytest.fixture(scope="module")
def resumed(folder, stopped, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("resumed") / "out"
    shutil.copytree(stopped, out)
    run(*command(folder, out))
    return out


def test_a_killed_run_goes_on_where_it_stopped_and_its_page_is_complete(stopped, resumed):
    assert len(answers_in(stopped)) == 1
    before, after = (lines(out)[: len(lines(stopped))] for out in (stopped, resumed))
    assert before == after
    assert list(answers_in(resumed)) == [(image, question) for image, question, _ in ASKED]
    for arms in answers_in(resumed).values():
        budgets = {arm: list(by_budget) for arm, by_budget in arms.items()}
        assert budgets == dict.fromkeys(("pooling", "fmvr"), [str(n) for n in BUDGETS])
    shown = (resumed / "index.html").read_text()
    assert "4 questions about 4" in " ".join(shown.split())
    for problem in (*BROKEN, "questions.csv, line 5", "5 cells here and 3 columns", "cannot be read to its end"):
        assert problem in shown


def test_two_processes_go_on_with_a_killed_run_and_answer_as_one(folder, stopped, resumed, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(stopped, out)
    launch = f"accelerate.commands.launch {PROCESSES} --main_process_port 0 -m fmvr.evaluation".split()
    process = start(*launch, *command(folder, out))
    error = process.communicate()[1].decode()
    assert process.returncode == 0, error
    assert {file.name for file in out.glob("answers.*")} == {"answers.0.jsonl", "answers.1.jsonl"}
    assert any("replies" in line for line in map(json.loads, (out / "answers.1.jsonl").read_text().splitlines()))
    assert answers_in(out) == answers_in(resumed)
    run(*command(folder, out))  # one process goes on with what two have done
    assert answers_in(out) == answers_in(resumed)
    alone, shared = (json.loads((path / "summary.json").read_text()) for path in (resumed, out))
    assert shared["problems"] == alone["problems"]
    for one, other in zip(alone["measures"], shared["measures"], strict=True):
        for arm, by_budget in one["arms"].items():
            for n, at in by_budget.items():
                same = ("share", "retention", "lost", "flops", "kv_bytes")
                assert {name: at[name] for name in same} == {name: other["arms"][arm][n][name] for name in same}


def test_a_run_of_the_first_edition_goes_on(resumed, folder, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(resumed, out)
    (out / "index.html").unlink()
    noted = json.loads((out / "run.json").read_text())
    size = sum(file.stat().st_size for file in CHECKPOINTS.rglob("*.safetensors"))
    old = noted | {"weights": f"{size} bytes, last written 2025-11-22 03:22:43"}
    (out / "run.json").write_text(json.dumps(old))
    before = [line for line in lines(out) if "replies" in line][:-1]  # one question is left
    for line in before:
        line["replies"] = {OLD_NAMES[arm]: by_budget for arm, by_budget in line["replies"].items()}
    (out / "answers.0.jsonl").write_text("".join(json.dumps(line) + "\n" for line in before))
    run(*command(folder, out))
    assert lines(out)[: len(before)] == before and len(answers_in(out)) == len(ASKED)
    assert json.loads((out / "run.json").read_text()) == noted
    assert verdicts(out) == verdicts(resumed) and (out / "index.html").exists()


def verdicts(out: Path) -> list:
    """What a summary says of every arm, times left out."""
    names = ("share", "retention", "lost")
    return [
        {arm: {n: [at[name] for name in names] for n, at in by.items()} for arm, by in measure["arms"].items()}
        for measure in json.loads((out / "summary.json").read_text())["measures"]
    ]


@pytest.mark.parametrize("noted", ["1 bytes, last written 2025-11-22 03:22:43", 7, None])
def test_a_run_of_the_first_edition_with_other_weights_is_refused(folder, resumed, tmp_path, noted):
    old = json.loads((resumed / "run.json").read_text()) | {"weights": noted}
    (tmp_path / "run.json").write_text(json.dumps(old))
    with pytest.raises(SystemExit, match="holds a run with other weights"):
        run(*command(folder, tmp_path))


def test_weights_are_known_by_what_is_in_them(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "model.safetensors").write_bytes(b"weights")
    before = Settings.of(settings(model=str(tmp_path)), tmp_path, None)
    assert before.weights == digest(tmp_path)
    (tmp_path / "one" / "model.safetensors").write_bytes(b"weighty")  # as many bytes
    assert Settings.of(settings(model=str(tmp_path)), tmp_path, None) != before


def test_a_run_that_is_done_asks_nothing_and_a_mended_table_only_what_is_new(folder, resumed, tmp_path, capsys):
    own, out = tmp_path / "pictures", tmp_path / "out"
    shutil.copytree(folder, own)
    run(*command(own, out))
    before = answers_in(out)
    table(own / "questions.csv", [*ASKED[:2], ("0.png", "Where is the <image>?", ""), (BROKEN[0], "Is it?", "")])
    scene(9).save(own / BROKEN[0])
    run(*command(own, out), "--keep", "0.5")
    assert set(answers_in(out)) == set(before) | {(BROKEN[0], "Is it?")}
    printed = capsys.readouterr().out.split("4 questions about 4 pictures")[-1]
    assert "3 questions about 3 pictures, 1 passed over" in printed
    assert "A question cannot contain &lt;image&gt;" in (out / "index.html").read_text()


@pytest.mark.parametrize("theme, width", [("light", "desktop"), ("dark", "phone")])
def test_the_page_opens_from_the_disk_at_any_width_and_asks_nothing_of_others(browser, resumed, width, theme):
    errors, requests = [], []
    shown = browser.new_page()
    shown.set_viewport_size({"width": WIDTHS[width], "height": 900})
    shown.emulate_media(color_scheme=theme)
    shown.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    shown.on("pageerror", lambda error: errors.append(str(error)))
    shown.on("dialog", lambda dialog: errors.append(dialog.message))
    shown.on("request", lambda sent: None if sent.url.startswith("data:") else requests.append(sent.url))
    address = (resumed / "index.html").as_uri()
    shown.goto(address)
    assert shown.get_by_role("heading", level=1).inner_text() == "How few visual tokens are enough?"
    assert shown.get_by_role("heading", name=HOSTILE).count() <= 1
    assert all(shown.evaluate("[...document.images].map(image => image.naturalWidth > 0)"))
    assert "taken" not in shown.title()
    assert sideways(shown) == 0
    grave = [v for v in Axe().run(shown).response["violations"] if v["impact"] in ("serious", "critical")]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in grave] == []
    shown.close()
    assert (errors, requests) == ([], [address])


WRONG = {
    "no folder": (["--images", "nowhere"], "There is no folder nowhere."),
    "an empty folder": (["--images", "empty"], "There is no picture in empty."),
    "a wrong checkpoint": (["--images", "some", "--model", "empty"], "There is no checkpoint at empty"),
    "a share above 1": (["--images", "some", "--keep", "95"], "95 is none"),
    "a reducer there is not": (["--images", "some", "--reducers", "halve"], "There is no reducer 'halve'"),
    "a budget nobody can make": (
        ["--images", "some", "--budgets", "700"],
        "No arm can make a set of 700",
    ),
    "no table": (["--images", "some", "--questions", "no.csv"], "There is no table of questions no.csv."),
    "broken JSON": (["--images", "some", "--questions", "broken.json"], "cannot be read as JSON"),
    "a table without questions": (["--images", "some", "--questions", "bare.csv"], "There is no question here"),
    "a file in the place of --out": (["--images", "some", "--out", "bare.csv"], "bare.csv is no folder"),
    "nothing but broken pictures": (["--images", "torn"], "None of the 1 questions could be asked: text.png: "),
}


@pytest.mark.parametrize("arguments, words", WRONG.values(), ids=WRONG)
def test_what_cannot_be_done_ends_with_one_sentence(arguments, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("empty", "some", "torn"):
        Path(name).mkdir()
    picture().save("some/a.png")
    write(Path("torn"), "text.png")
    Path("broken.json").write_text('[{"image": ')
    Path("bare.csv").write_text("image\na.png\n")
    with pytest.raises(SystemExit) as end:
        run("report", *arguments)
    assert words in end.value.code and "\n" not in end.value.code
    assert not Path("runs/report/index.html").exists()


@pytest.mark.parametrize("setting", ["model", "weights", "images", "questions"])
def test_a_folder_of_answers_takes_no_run_with_other_settings(folder, resumed, tmp_path, setting):
    noted = json.loads((resumed / "run.json").read_text())
    (tmp_path / "run.json").write_text(json.dumps(noted | {setting: "another"}))
    with pytest.raises(
        SystemExit, match=f"holds a run with other {setting} .another, .*give another folder with --out"
    ):
        run(*command(folder, tmp_path))


def test_a_run_that_somebody_stops_says_how_to_go_on(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(Lab, "look", lambda lab, image: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(SystemExit, match="The same command goes on from here"):
        run(*command(folder, tmp_path))


def test_answers_about_a_file_whose_name_is_no_text_are_kept(tmp_path):
    row = Row(os.fsdecode(b"\xff.png"), "Is it?")
    Answers(tmp_path).add(answered(row, {"fmvr": ["yes"] * 5}))
    assert list(Answers(tmp_path).of([row, Row("other.png", "Is it?")])) == [row]


def test_answers_that_lack_an_arm_or_a_budget_do_not_count(tmp_path):
    row, budgets = Row("a.png", "Is it?"), {"pooling": [576, 36]}
    Answers(tmp_path).add(answered(row, {"pooling": ["yes"] * 5, "fmvr": ["no"] * 5}))
    (cut,) = Answers(tmp_path).of([row], lambda _: budgets).values()
    assert {arm: list(replies) for arm, replies in cut.replies.items()} == budgets
    assert Answers(tmp_path).of([row], lambda _: {"pooling": [576, 7]}) == {}
    assert Answers(tmp_path).of([row], lambda _: budgets | {"third": [1]}) == {}


@pytest.fixture
def some(tmp_path) -> Path:
    (tmp_path / "below").mkdir()
    (tmp_path / "folder.png").mkdir()
    for name in ("a.png", "below/b.PNG", ".hidden.png", "two  spaces.png"):
        picture().save(tmp_path / name)
    (tmp_path / "notes.txt").write_text("no picture")
    return tmp_path


def test_without_a_table_every_picture_is_asked_one_question(some):
    names = ("a.png", "below/b.PNG", "two  spaces.png")
    assert read(some) == ([Row(name, QUESTION) for name in names], [])
    table(some / "q.csv", [("two  spaces.png", "Is  it?")], ("image", "question"))
    assert read(some, some / "q.csv") == ([Row("two  spaces.png", "Is it?")], [])


@pytest.mark.parametrize(
    "text",
    [
        'image,question,answer\na.png,"One, or two?",one\nbelow/../below/b.PNG,  Is  it? ,\n',
        "\ufeffImage;Question;Answer\r\na.png;One, or two?;one\r\n\r\nbelow/b.PNG;Is it?\r\n",
        "question\tanswer\timage\tid\nOne, or two?\tone\ta.png\t1\nIs it?\t\tbelow/b.PNG\t2",
    ],
    ids=["commas", "semicolons", "tabs"],
)
def test_tables_are_read_as_people_write_them(some, text):
    (some / "table.csv").write_text(text, encoding="utf-8")
    rows = [Row("a.png", "One, or two?", "one"), Row("below/b.PNG", "Is it?")]
    assert read(some, some / "table.csv") == (rows, [])


def test_json_may_leave_answers_out_and_give_numbers(some):
    records = [{"image": "a.png", "question": "Is it?"}, {"image": "a.png", "question": "How many?", "answer": 2}]
    (some / "table.json").write_text(json.dumps(records))
    assert read(some, some / "table.json") == ([Row("a.png", "Is it?"), Row("a.png", "How many?", "2")], [])


MALFORMED = {
    # a row: what is told of it
    "no question": ("a.png\n", "There is no question here"),
    "an empty question": ("a.png, \n", "The question is empty."),
    "an empty image": (",Is it?\n", "The image is empty."),
    "a missing picture": ("c.png,Is it?\n", "There is no picture c.png."),
    "a folder for a picture": ("below,Is it?\n", "There is no picture below."),
    "a picture outside": ("../a.png,Is it?\n", "The picture ../a.png lies outside the folder of pictures."),
    "a picture at the root": ("/etc/hostname,Is it?\n", "lies outside the folder"),
    "a name too long": (f"{'x' * 5000},Is it?\n", "There is no picture xxx"),
    "a comma too many": ("a.png,Is it, or not?,yes\n", "There are 4 cells here and 3 columns"),
    "a quotation mark in the middle": ('a.png,"Is it" a cat?,yes\n', "it has to be doubled"),
    "a text without end": (f"a.png,{'x' * 200_000},yes\n", "A text here is too long"),
    "a row again": ("b.png,Is it?\n", "stands in line 2"),
    "another code": (b"a.png,Caf\xe9?\n", "The question is not written in UTF-8."),
}


@pytest.mark.parametrize("row, words", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_row_is_told_with_its_place_and_the_others_are_read(tmp_path, row, words):
    (tmp_path / "below").mkdir()
    for name in ("a.png", "b.png"):
        picture().save(tmp_path / name)
    row = row if isinstance(row, bytes) else row.encode()
    rest = b"image,question,answer\nb.png,Is it?,yes\n"
    (tmp_path / "q.csv").write_bytes(rest + row + b'a.png,"Is it\nwell?",\n')
    rows, problems = read(tmp_path, tmp_path / "q.csv")
    assert rows == [Row("b.png", "Is it?", "yes"), Row("a.png", "Is it well?")]
    assert [problem.where for problem in problems] == ["q.csv, line 3"]
    assert words in problems[0].what


def test_a_quotation_mark_left_open_is_told_with_all_it_swallows(some):
    (some / "q.csv").write_text('image,question\na.png,Is it?\na.png,"Is it so?\na.png,Or not?\n')
    rows, problems = read(some, some / "q.csv")
    assert rows == [Row("a.png", "Is it?")]
    assert problems[0].where == "q.csv, lines 3 to 4" and "quotation mark" in problems[0].what


@pytest.mark.parametrize("record", [7, {"image": "a.png"}, {"image": "a.png", "question": ["Is it?"]}])
def test_a_malformed_record_of_json_is_told(some, record):
    (some / "q.json").write_text(json.dumps([record, {"image": "a.png", "question": "Is it?"}]))
    rows, problems = read(some, some / "q.json")
    assert rows == [Row("a.png", "Is it?")] and [p.where for p in problems] == ["q.json, entry 1"]


def test_json_that_is_no_list_is_refused(some):
    (some / "q.json").write_text('{"image": "a.png"}')
    with pytest.raises(BadInput, match="a list of objects"):
        read(some, some / "q.json")


def answered(row: Row, arms: dict[str, list[str]], seconds: float = 0.1, budgets=BUDGETS) -> Answered:
    """Answers of each arm, one for each budget from the full one down."""
    replies = {
        arm: {n: Reply(text, 0.5, seconds, 2 * seconds, 1e9 * n, 100 * n) for n, text in zip(budgets, texts)}
        for arm, texts in arms.items()
    }
    return Answered(row.image, row.question, replies, "a machine", False)


def made(*texts: str, answer: str | None = "yes") -> dict[Row, Answered]:
    """A question and a text each; a text is one arm's answers from the full budget down: `y` is yes, `n` is no."""
    rows = [Row(f"{i}.png", "Is it?", answer) for i in range(len(texts))]
    return {row: answered(row, {"fmvr": [{"y": "Yes.", "n": "no"}[c] for c in text]}) for row, text in zip(rows, texts)}


def test_few_pictures_name_no_budget():
    for count, said in ((1, "1 picture cannot tell"), (19, "19 pictures cannot tell")):
        summary = summarise(made(*["yyyyn"] * count), [], keep=0.9)
        (measured,) = summary.measures
        assert not measured.enough and said in measured.verdict("fmvr") and "20 or more" in measured.verdict("fmvr")
        drawn = page(about(BUDGETS), summary, [])
        assert "<b>9</b>" not in drawn and 'class="now"' not in drawn
    assert summarise(made(*["yyyyn"] * 20), [], keep=0.9).measures[0].enough


def test_accuracy_by_budget_and_the_smallest_that_keeps_enough(monkeypatch):
    monkeypatch.setattr(measure, "ENOUGH", 1)
    measured = summarise(made("yyyyn", "yyyyn", "yyyny", "ynyyn", "nyyyy"), [], keep=0.9).measures[0]
    by = measured.arms["fmvr"]
    assert measured.kind == "accuracy"
    assert [by[n].share.mean for n in BUDGETS] == pytest.approx([0.8, 0.8, 1.0, 0.8, 0.4])
    assert [by[n].retention.mean for n in BUDGETS] == pytest.approx([1, 1, 1.25, 1, 0.5])
    assert [by[n].lost for n in BUDGETS] == [0, 0, 0, 0, 3]
    assert by[144].share.low < 0.8 < by[144].share.high
    assert measured.smallest("fmvr") == 9
    assert measured.verdict("fmvr").startswith("With FMVR, 9 visual tokens keep 100 % of the accuracy of 576 (95 % ")
    assert "more pictures would make it surer" in measured.verdict("fmvr")


def test_agreement_is_with_the_models_own_answer_where_none_is_given(monkeypatch):
    monkeypatch.setattr(measure, "ENOUGH", 1)
    measured = summarise(made("nnyyy", "yyyny", answer=None), [], keep=0.5).measures[0]
    assert (measured.kind, measured.questions) == ("agreement", 2)
    assert [measured.arms["fmvr"][n].share.mean for n in BUDGETS] == [1, 1, 0.5, 0, 0.5]
    assert measured.smallest("fmvr") == 1
    assert "1 visual token keeps 50 % of the answers of 576" in measured.verdict("fmvr")
    assert "More tokens are not always better: 9 keep 0 %." in measured.verdict("fmvr")


def test_both_kinds_of_questions_stand_apart():
    known, unknown = made("yyyyy"), made("nnnnn", "nnnnn", answer=None)
    summary = summarise(known | unknown, [], keep=0.95)
    assert [(m.kind, m.questions) for m in summary.measures] == [("accuracy", 1), ("agreement", 2)]


def test_no_budget_is_named_where_none_keeps_enough(monkeypatch):
    monkeypatch.setattr(measure, "ENOUGH", 1)
    measured = summarise(made("ynnnn", "yynnn"), [], keep=0.95).measures[0]
    assert measured.smallest("fmvr") == 576
    words = "With FMVR, no smaller budget keeps 95 % of the accuracy of 576 visual tokens: the best, "
    assert measured.verdict("fmvr") == words + "144 visual tokens, keeps 50 %."
    measured = summarise(made("nyyyy"), [], keep=0.95).measures[0]
    assert measured.smallest("fmvr") is None
    assert (
        measured.verdict("fmvr") == "With FMVR, no answer is right at 576 visual tokens, so there is nothing to keep."
    )


def test_an_interval_is_over_pictures_not_over_questions():
    rows = [Row("one.png", f"Is it {i}?", "yes") for i in range(40)]
    one = {row: answered(row, {"fmvr": ["yes" if i % 2 else "no"] * 5}) for i, row in enumerate(rows)}
    share = summarise(one, [], 0.95).measures[0].arms["fmvr"][36].share
    assert (share.low, share.mean, share.high) == (0.5, 0.5, 0.5)
    many = {Row(f"{row.image}{i}", row.question, "yes"): line for i, (row, line) in enumerate(one.items())}
    share = summarise(many, [], 0.95).measures[0].arms["fmvr"][36].share
    assert share.low < 0.4 and share.high > 0.6


def test_what_breaks_at_the_largest_budget_comes_first_and_what_comes_back_does_not_break():
    summary = summarise(made("yyyyn", "ynyny", "nnnnn", "ynnnn", "yynyn", "yyyyy"), [], keep=0.95)
    assert [(b.row.image, b.budgets) for b in summary.breaks] == [
        ("3.png", {"fmvr": 144}),
        ("0.png", {"fmvr": 1}),
        ("4.png", {"fmvr": 1}),
    ]


def test_a_summary_tells_the_middle_of_the_times_and_what_was_passed_over():
    rows = [Row(f"{i}.png", "Is it?", "yes") for i in range(3)]
    answers = {row: answered(row, {"pooling": ["yes"] * 5}, s) for row, s in zip(rows, (1.0, 9.0, 2.0))}
    summary = summarise(answers, [Problem("x.png", "It is broken.")], keep=0.95)
    at = summary.measures[0].arms["pooling"][36]
    assert (at.first_token_s, at.total_s, at.flops, at.kv_bytes) == (2, 4, 36e9, 3600)
    assert str(summary).startswith("3 questions about 3 pictures, 1 passed over.\nWithout FMVR, 3 pictures cannot")


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_a_plot_has_a_mark_for_each_point_open_where_too_little_is_kept(size):
    points = [Point("fmvr", n, 0.8, 0.7, 0.9, keeps=n > 9) for n in BUDGETS]
    root = ElementTree.fromstring(plot(points, {"fmvr": 0.76}, "Accuracy", size))
    assert root.get("aria-label") == "Accuracy" and root.get("role") == "img"
    classes = [group.get("class") for group in root.iter(f"{{{SVG}}}g")]
    assert [classes.count(name) for name in ("mark", "mark open", "curve", "needed")] == [3, 2, 1, 1]
    (intervals,) = (group for group in root.iter(f"{{{SVG}}}g") if group.get("class") == "interval")
    assert len(intervals) == 5
    titles = [title.text for title in root.iter(f"{{{SVG}}}title")]
    assert titles == [f"with FMVR, {n} token{'s' * (n > 1)}: 80.0 %" for n in sorted(BUDGETS)]
    texts = {text.text for text in root.iter(f"{{{SVG}}}text")}
    assert texts == {"70 %", "80 %", "90 %"} | {str(n) for n in BUDGETS}


def test_plots_of_one_page_share_no_id():
    points = [Point("fmvr", n, 0.8, 0.7, 0.9, keeps=True) for n in BUDGETS]
    kinds = [(title, size) for title in ("Accuracy", "Agreement") for size in (WIDE, NARROW)]
    drawn = [plot(points, {"fmvr": 0.76}, *kind) for kind in kinds]
    ids = [part.get("id") for one in drawn for part in ElementTree.fromstring(one).iter() if part.get("id")]
    assert len(ids) == len(set(ids)) > 0 and not any("<style" in one for one in drawn)


def test_any_number_of_arms_each_at_its_own_budgets_goes_from_the_folder_to_the_page(tmp_path):
    picture().save(tmp_path / "a.png")
    table(tmp_path / "q.csv", [("a.png", "Is it?", "yes"), ("a.png", "What is it?", "")])
    lab = new_lab(third=Checkpoint(new_model(fmvr_form=None, seed=3), new_processor()))
    lab.budgets_of = lambda arm: [144, 9] if arm == "third" else BUDGETS  # as its reducer would say
    world, out = FolderWorld(tmp_path, tmp_path / "q.csv"), tmp_path / "out"
    out.mkdir()
    ask_all(lab, world, out, processes())
    answers = Answers(out).of(world.rows, lambda _: budgets_of(lab))
    assert list(answers) == world.rows
    summary = summarise(answers, [], keep=0.95)
    for measured in summary.measures:
        assert {arm: list(by_budget) for arm, by_budget in measured.arms.items()} == budgets_of(lab)
    row, replies = world.rows[0], {}
    for arm, budgets in budgets_of(lab).items():
        texts = ["yes" if n > 9 else "no" for n in budgets]
        replies |= answered(row, {arm: texts}, budgets=budgets).replies
    broken = summarise({row: Answered(row.image, row.question, replies, "a machine", False)}, [], 0.95)
    assert broken.breaks[0].budgets == dict.fromkeys(lab.arms, 9)
    shown = examples(lab, world, broken.breaks)
    full = {arm: max(budgets) for arm, budgets in budgets_of(lab).items()}
    assert {arm: list(maps) for arm, maps in shown[0].maps.items()} == {arm: [n, 9] for arm, n in full.items()}
    drawn = page(about(BUDGETS), broken, shown)
    for arm in lab.arms.values():
        assert f"--arm: {arm.colour}" in drawn and f"{arm.label}, 9 tokens" in drawn
    assert "an arm’s largest budget" in drawn


def test_reducers_are_asked_beside_the_pair_at_the_budgets_that_they_can_make(tmp_path):
    picture().save(tmp_path / "a.png")
    table(tmp_path / "q.csv", [("a.png", "Is there a cat?", "")])
    more = ("--reducers", "divprune", "fastv", "--budgets", "64")
    run("report", "--images", str(tmp_path), "--questions", f"{tmp_path}/q.csv", "--out", f"{tmp_path}/out", *more)
    (line,) = lines(tmp_path / "out")
    asked = {name: list(map(int, by_budget)) for name, by_budget in line["replies"].items()}
    pair = dict.fromkeys(("pooling", "fmvr"), BUDGETS)
    assert asked == pair | {"divprune": [576, 144, 64, 36, 9, 1], "fastv": [576, 144]}
    drawn = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "divprune" in drawn and "fastv" in drawn
    assert line["replies"]["divprune"]["576"]["text"] == line["replies"]["pooling"]["576"]["text"]


def test_an_arm_of_one_budget_has_a_verdict_and_a_place_on_the_page(monkeypatch):
    monkeypatch.setattr(measure, "ENOUGH", 1)
    row = Row("a.png", "Is it?", "yes")
    summary = summarise({row: answered(row, {"third": ["yes"]}, budgets=[7])}, [], 0.95)
    assert summary.measures[0].verdict("third") == "Third, 7 visual tokens are the only budget."
    assert "each asked with 7 visual tokens." in " ".join(page(about([7]), summary, []).split())


def about(budgets: list[int], text: str = "something") -> SimpleNamespace:
    names = ("command", "date", "model", "form", "images", "questions", "formula", "method")
    return SimpleNamespace(**dict.fromkeys(names, text), budgets=budgets, one_model=False, frames=8, left_out=text)


def test_the_page_shows_what_people_bring_and_runs_none_of_it():
    row = Row(HOSTILE, HOSTILE, HOSTILE)
    summary = summarise({row: answered(row, {"fmvr": [HOSTILE] * 5})}, [Problem(HOSTILE, HOSTILE)], keep=0.95)
    drawn = page(about(BUDGETS, HOSTILE), summary, [])
    assert "&lt;script&gt;" in drawn
    assert "<script" not in drawn and "<img" not in drawn
