"""Training on a model and data of one's own: how long, how far apart, in what precision, and going on."""

import json
import sys

import pytest
import torch
from safetensors.torch import load_file

from fmvr.blocks import FILE
from fmvr.training.__main__ import main
from fmvr.training.data import lessons
from fmvr.training.options import parse
from tests.rows import save_own


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A folder with a stock model and ten rows about its pictures."""
    at = tmp_path_factory.mktemp("own")
    save_own(at)
    return at


@pytest.fixture
def run(own, tmp_path, monkeypatch):
    """Trains blocks, two rows a pass, into a folder of a name: what stands in their file."""

    def train(name: str, more: str = "--steps 5") -> dict[str, torch.Tensor]:
        words = (
            f"align --model {own}/stock --data {own}/data.json --images {own} --train blocks --out {tmp_path}/{name}"
        )
        monkeypatch.setattr(sys, "argv", ["fmvr.training", *words.split(), *f"--batch 2 --lr 1e-2 {more}".split()])
        main()
        return load_file(tmp_path / name / FILE)

    return train


def same(one: dict, other: dict) -> bool:
    return one.keys() == other.keys() and all(torch.equal(weight, other[name]) for name, weight in one.items())


class Stopped(Exception):
    pass


def test_blocks_that_were_stopped_end_where_others_end(run, tmp_path, monkeypatch):
    whole, read, left = run("whole", "--steps 5 --save-every 2"), lessons.read_picture, [7]

    def until_it_stops(path):
        left[0] -= 1
        if left[0] < 0:
            raise Stopped
        return read(path)

    with monkeypatch.context() as patch:
        patch.setattr(lessons, "read_picture", until_it_stops)
        with pytest.raises(Stopped):
            run("stopped", "--steps 5 --save-every 2")
    assert [path.name for path in (tmp_path / "stopped").glob("checkpoint-*")] == ["checkpoint-2"]
    assert same(run("stopped", "--steps 5 --save-every 2"), whole)


def test_epochs_are_steps_over_all_rows(run, tmp_path):
    run("once", "--accumulate 2")
    card = json.loads((tmp_path / "once" / "fmvr_blocks.json").read_text())
    assert card["trained_on"] == {"data": "data.json", "rows": 10, "steps": 3}
    log = json.loads((tmp_path / "once" / "checkpoint-3" / "trainer_state.json").read_text())
    assert log["epoch"] == 1
    run("twice", "--epochs 2")
    assert (tmp_path / "twice" / "checkpoint-10").is_dir()


def test_checkpoints_are_kept_as_often_and_as_many_as_asked_for(run, tmp_path):
    run("kept", "--steps 4 --save-every 1 --keep 2 --warmup 0.5")
    assert {path.name for path in (tmp_path / "kept").glob("checkpoint-*")} == {"checkpoint-3", "checkpoint-4"}
    schedule = torch.load(tmp_path / "kept" / "checkpoint-3" / "scheduler.pt")
    assert schedule["_last_lr"] == pytest.approx([1e-2 / 2] * 2)  # two steps up, then half of a cosine down


def test_layers_computed_again_give_the_same_gradients(run):
    plain, again = run("plain", "--steps 2"), run("again", "--steps 2 --gradient-checkpointing")
    for name, weight in plain.items():
        torch.testing.assert_close(again[name], weight, rtol=1e-4, atol=1e-6)


def test_blocks_learn_in_full_precision_beside_a_model_in_half(run):
    weights = run("half", "--steps 2 --dtype bfloat16")
    assert all(gain.dtype == torch.float32 and gain.any() for gain in weights.values())
    assert any((gain != gain.bfloat16()).any() for gain in weights.values())


def test_data_are_read_by_other_processes_with_the_same_result(run, own, tmp_path, monkeypatch):
    assert same(run("here", "--steps 2"), run("there", "--steps 2 --workers 1"))

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
    embedded = parse(["align"])
    assert (embedded.lr, embedded.muon, embedded.steps, embedded.train) == (1e-3, False, 80, "connector")


@pytest.mark.parametrize(
    "words, problem",
    [
        ("tune --data b", "--data needs --model"),
        ("tune --train blocks", "--train needs --data"),
        ("tune --epochs 2", "--epochs needs --data"),
        ("tune --model a --data b --steps 3 --epochs 2", "Give --steps or --epochs, not both"),
        ("tune --model a --data b --accumulate 0", "--accumulate is 1 or more, not 0"),
        ("tune --model a --data b --max-length -1", "--max-length is 1 or more, not -1"),
    ],
)
def test_options_that_do_not_go_together_are_told_of(words, problem, capsys):
    with pytest.raises(SystemExit):
        parse(words.split())
    assert problem in capsys.readouterr().err
