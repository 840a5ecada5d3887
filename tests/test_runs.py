"""Runs: one identity of a set of weights, one way of resuming."""

import errno
import hashlib
import json
from pathlib import Path
from unittest.mock import patch

import pytest

from fmvr.arms import ARMS
from fmvr.errors import BadInput
from fmvr.loading import CHECKPOINTS
from fmvr.runs.identity import digest
from fmvr.runs.settings import check, note
from fmvr.runs.whole import write_whole


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("arm", ARMS.values(), ids=ARMS)
def test_a_shipped_checkpoint_is_known_by_its_weights(arm):
    files = sorted((CHECKPOINTS / arm.checkpoint).glob("*.safetensors"))
    assert digest(files[0].parent) == sha256(b"".join(file.read_bytes() for file in files))


def test_a_checkpoint_in_pieces_is_known_by_all_of_them_in_the_order_of_their_names(tmp_path):
    (tmp_path / "model-00002.safetensors").write_bytes(b"two")
    (tmp_path / "model-00001.safetensors").write_bytes(b"one")
    (tmp_path / "config.json").write_text("{}")
    assert digest(tmp_path) == digest(str(tmp_path)) == sha256(b"onetwo")
    (tmp_path / "model-00002.safetensors").write_bytes(b"Two")
    assert digest(tmp_path) == sha256(b"oneTwo")


def test_a_folder_of_checkpoints_has_an_identity_too(tmp_path):
    for name in ("fmvr", "pooling"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.safetensors").write_bytes(name.encode())
    assert digest(tmp_path) == sha256(b"fmvrpooling")


def test_weights_larger_than_one_read_are_read_to_their_end(tmp_path):
    data = bytes(range(256)) * 10_000
    (tmp_path / "model.safetensors").write_bytes(data)
    assert digest(tmp_path) == sha256(data)


def test_no_weights_have_no_identity(tmp_path):
    with pytest.raises(BadInput, match="no safetensors weights in"):
        digest(tmp_path)


def test_a_run_goes_on_under_the_settings_it_was_begun_with(tmp_path):
    noted = tmp_path / "run" / "settings.json"
    check(noted, {"seed": "0"})
    note(noted, {"seed": "0", "form": "residual"})
    check(noted, {"seed": "0", "form": "residual"})
    assert json.loads(noted.read_text()) == {"seed": "0", "form": "residual"}
    with pytest.raises(BadInput, match="holds a run with other seed .0, not 1.: give another folder with --out"):
        check(noted, {"seed": "1", "form": "residual"})


def test_a_setting_that_there_was_not_when_a_run_began_is_as_usual(tmp_path):
    note(tmp_path / "settings.json", {"seed": "0"})
    check(tmp_path / "settings.json", {"seed": "0", "accumulate": "1"}, {"seed": "7", "accumulate": "1"})
    with pytest.raises(BadInput, match="a run with other accumulate .1, not 2."):
        check(tmp_path / "settings.json", {"seed": "0", "accumulate": "2"}, {"seed": "7", "accumulate": "1"})


@pytest.mark.parametrize("text", ["", "{", "[]", '"seed"', "\0"])
def test_settings_that_cannot_be_read_are_told_of(text, tmp_path):
    noted = tmp_path / "settings.json"
    noted.write_text(text)
    with pytest.raises(BadInput, match="settings.json .*give another folder with --out"):
        check(noted, {"seed": "0"})


def test_a_folder_that_cannot_be_written_is_told_of(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="Nothing can be written to .*file"):
        note(tmp_path / "file" / "settings.json", {})


def test_a_file_is_whole_or_as_it_was_when_its_writing_ends_half_way(tmp_path):
    path = tmp_path / "results" / "result.json"
    write_whole(path, "the first one")
    with patch("os.replace", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        write_whole(path, "the second")
    assert path.read_text() == "the first one"
    write_whole(path, "the third")
    assert path.read_text() == "the third" and [other.name for other in path.parent.iterdir()] == ["result.json"]


def test_on_a_full_disk_what_was_there_stays(tmp_path):
    path = tmp_path / "result.json"
    write_whole(path, "the first one")
    full = OSError(errno.ENOSPC, "No space left on device")
    with patch.object(Path, "write_bytes", side_effect=full), pytest.raises(BadInput, match="No space left on device"):
        write_whole(path, "the second")
    assert path.read_text() == "the first one"
