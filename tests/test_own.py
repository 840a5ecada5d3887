"""Training on a model and data of one's own: how long, how far apart, in what precision, and going on."""

import json
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file

from fmvr.blocks import FILE
from fmvr.loading import load
from fmvr.training.__main__ import main
from fmvr.training.data import lessons
from fmvr.training.options import parse
from fmvr.training.own import Own
from tests.conftest import ROOT
from tests.models import new_model, new_processor, trained_gains
from tests.rows import CAT, save, save_own


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A folder with a stock model and ten rows about its pictures."""
    at = tmp_path_factory.mktemp("own")
    save_own(at)
    return at


def words(own, out, more: str) -> list[str]:
    """The command that trains blocks, two rows a pass."""
    start = f"align --model {own}/stock --data {own}/data.json --images {own} --train blocks --batch 2 --lr 1e-2"
    return ["fmvr.training", *f"{start} --out {out} {more}".split()]


@pytest.fixture
def run(own, tmp_path, monkeypatch):
    """Trains blocks into a folder of a name: what stands in their file."""

    def train(name: str, more: str) -> dict[str, torch.Tensor]:
        monkeypatch.setattr(sys, "argv", words(own, tmp_path / name, more))
        main()
        return load_file(tmp_path / name / FILE)

    return train


@pytest.fixture(scope="module")
def two_steps(own, tmp_path_factory):
    """Blocks after two steps."""
    out = tmp_path_factory.mktemp("two")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", words(own, out, "--steps 2"))
        main()
    return load_file(out / FILE)


def same(one: dict, other: dict) -> bool:
    return one.keys() == other.keys() and all(torch.equal(weight, other[name]) for name, weight in one.items())


class Stopped(Exception):
    pass


def test_blocks_that_were_stopped_end_where_others_end(run, tmp_path, monkeypatch):
    pictures, read, most = [], lessons.read_picture, None

    def read_picture(path):
        if len(pictures) == most:
            raise Stopped
        pictures.append(path)
        return read(path)

    monkeypatch.setattr(lessons, "read_picture", read_picture)
    whole, all_pictures = run("whole", "--steps 3 --save-every 1"), len(pictures)
    pictures, most = [], 5
    with pytest.raises(Stopped):
        run("stopped", "--steps 3 --save-every 1")
    assert [path.name for path in (tmp_path / "stopped").glob("checkpoint-*")] == ["checkpoint-1"]
    pictures, most = [], None
    assert same(run("stopped", "--steps 3 --save-every 1"), whole)
    assert len(pictures) < all_pictures, "the run was begun anew"


def test_epochs_are_steps_over_all_rows(run, own, tmp_path):
    run("once", "--accumulate 2")
    card = json.loads((tmp_path / "once" / "fmvr_blocks.json").read_text())
    assert card["trained_on"] == {"data": "data.json", "rows": 10, "steps": 3}
    log = json.loads((tmp_path / "once" / "checkpoint-3" / "trainer_state.json").read_text())
    assert log["epoch"] == 1
    parsed = parse(words(own, tmp_path, "--epochs 2 --form residual")[1:])
    assert Own(**{name: vars(parsed)[name] for name in Own.__dataclass_fields__}).steps(parsed.epochs, 2, 1) == 10


def test_checkpoints_are_kept_as_often_and_as_many_as_asked_for(run, tmp_path):
    run("kept", "--steps 4 --save-every 1 --keep 2 --warmup 0.5")
    assert {path.name for path in (tmp_path / "kept").glob("checkpoint-*")} == {"checkpoint-3", "checkpoint-4"}
    schedule = torch.load(tmp_path / "kept" / "checkpoint-3" / "scheduler.pt")
    assert schedule["_last_lr"] == pytest.approx([1e-2 / 2] * 2)  # two steps up, then half of a cosine down


def test_layers_computed_again_give_the_same_gradients(run, two_steps):
    again = run("again", "--steps 2 --gradient-checkpointing")
    for name, weight in two_steps.items():
        torch.testing.assert_close(again[name], weight, rtol=1e-4, atol=1e-6)


def test_blocks_learn_in_full_precision_beside_a_model_in_half(run):
    weights = run("half", "--steps 2 --dtype bfloat16")
    assert all(gain.dtype == torch.float32 and gain.any() for gain in weights.values())
    assert any((gain != gain.bfloat16()).any() for gain in weights.values())


def test_data_are_read_by_other_processes_with_the_same_result(run, two_steps, monkeypatch):
    assert same(run("there", "--steps 2 --workers 1"), two_steps)

    def broken(path):
        raise lessons.BadInput("This picture is broken.")

    monkeypatch.setattr(lessons, "read_picture", broken)
    with pytest.raises(SystemExit, match=r"^Row \d+, \d.png(, 1.png)?: This picture is broken.$"):
        run("broken", "--steps 2 --workers 1")


def test_rows_may_be_as_long_as_asked_for(run):
    with pytest.raises(
        SystemExit, match="\nRow 6: It takes 1166 tokens with 576 visual tokens a picture, and at most 600"
    ):
        run("short", "--steps 1 --max-length 600")
    with pytest.raises(SystemExit, match="--max-length 4096 is more than the 2048 tokens that the model reads"):
        run("long", "--steps 1 --max-length 4096")


def test_ones_own_data_are_learnt_at_llavas_rates_and_the_embedded_ones_as_ever():
    own = parse(["tune", "--model", "a", "--data", "b"])
    assert (own.lr, own.muon, own.train, own.steps, own.epochs) == (2e-5, False, "all", None, 1.0)
    assert (parse(["align", "--model", "a", "--data", "b", "--steps", "3"]).lr, own.batch) == (1e-3, 16)
    embedded = parse(["tune"])
    assert (embedded.lr, embedded.muon, embedded.steps, embedded.epochs) == (3e-3, True, 3000, None)
    assert embedded.form == "residual"
    embedded = parse(["align"])
    assert (embedded.lr, embedded.muon, embedded.steps, embedded.train) == (1e-3, False, 80, "connector")


def test_a_second_tuning_need_not_begin_with_one_token_set(capsys):
    assert parse(["tune"]).begins == 0.25 and parse(["tune", "--begins", "0"]).begins == 0
    with pytest.raises(SystemExit):
        parse(["tune", "--begins", "2"])
    assert "--begins is a share, 0 to 1, not 2." in capsys.readouterr().err


@pytest.mark.parametrize("form", ["released", None])
def test_blocks_that_a_model_has_are_gone_on_with(form, own, tmp_path, monkeypatch):
    model = trained_gains(new_model(fmvr_form=form))
    model.save_pretrained(tmp_path / "model")
    new_processor().save_pretrained(tmp_path / "model")
    save(own, [CAT], "cat.json")
    given = f"tune --model {tmp_path}/model --data {own}/cat.json --images {own} --steps 1 --lr 0 --out {tmp_path}/out"
    monkeypatch.setattr(sys, "argv", ["fmvr.training", *given.split()])
    main()
    after = load(tmp_path / "out" / "model").model
    assert after.config.fmvr_form == (form or "residual")
    if form:
        before = model.model.pyramid.state_dict()
        assert same(before, after.model.pyramid.state_dict())


@pytest.mark.parametrize(
    "given, problem",
    [
        ("tune --data b", "--data needs --model"),
        ("tune --train blocks", "--train needs --data"),
        ("tune --epochs 2", "--epochs needs --data"),
        ("tune --model a --data b --steps 3 --epochs 2", "Give --steps or --epochs, not both"),
        ("tune --model a --data b --accumulate 0", "--accumulate is 1 or more, not 0"),
        ("tune --model a --data b --max-length -1", "--max-length is 1 or more, not -1"),
    ],
)
def test_options_that_do_not_go_together_are_told_of(given, problem, capsys):
    with pytest.raises(SystemExit):
        parse(given.split())
    assert problem in capsys.readouterr().err


def test_two_processes_that_share_a_model_end_where_one_does(own, tmp_path, monkeypatch):
    tune = (
        f"tune --model {own}/stock --data {own}/data.json --images {own} --batch 1 --lr 1e-3 --steps 2 --dtype float32"
    )
    spread = f"-m tests.spread {tune} --save-every 1 --keep 2 --out {tmp_path}/resumed"
    ran = subprocess.run([sys.executable, *spread.split()], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "resumed" / "checkpoint-2" / "optimizer_0").is_dir(), "the optimizer's state was not spread"
    monkeypatch.setattr(sys, "argv", ["fmvr.training", *f"{tune} --accumulate 2 --out {tmp_path}/one".split()])
    main()
    start, one = (load(folder).model.lm_head.weight for folder in (own / "stock", tmp_path / "one" / "model"))
    assert (one - start).abs().max() > 5e-4
    expected = load(tmp_path / "one" / "model").model.state_dict()
    for folder in (tmp_path / "whole", tmp_path / "resumed" / "model"):
        weights = load(folder).model.state_dict()
        assert weights.keys() == expected.keys()
        for name, weight in weights.items():
            torch.testing.assert_close(weight, expected[name], rtol=0, atol=1e-6)
