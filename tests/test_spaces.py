"""The cards of Spaces, one with the embedded pair and one for a 7B: what the hub reads in them fits what is here."""

import re

import pytest
import yaml

from tests.conftest import ROOT

CARDS = {"pair": ROOT / "README.md", "7b": ROOT / "examples" / "spaces" / "llava-1.5-7b.md"}
SHORT = 60  # characters of a short description, at most


def card(name: str) -> dict:
    """The front matter of a card."""
    return yaml.safe_load(CARDS[name].read_text(encoding="utf-8").split("---\n")[1])


@pytest.mark.parametrize("name", CARDS)
def test_a_card_names_what_is_here(name):
    said = card(name)
    assert said["sdk"] == "gradio" and (ROOT / said["app_file"]).is_file()
    required = re.search(r"^gradio>=([\d.]+)$", (ROOT / "requirements.txt").read_text(), re.M)[1]
    assert said["sdk_version"].startswith(required)
    assert len(said["short_description"]) <= SHORT and isinstance(said["python_version"], str)


def test_a_7b_is_fetched_before_it_is_started_and_has_a_gpu():
    said = card("7b")
    assert said["preload_from_hub"] == said["models"] and "FMVR_MODEL" in CARDS["7b"].read_text()
    assert said["suggested_hardware"].startswith("zero") and "suggested_hardware" not in card("pair")
