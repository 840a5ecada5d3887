"""The endpoints, as a program calls them."""

import json

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from tests.pictures import BAD, GOOD, write

BUDGETS = [576, 144, 36, 9, 1]


@pytest.fixture(scope="module")
def client(page_url):
    return Client(page_url, verbose=False)


@pytest.fixture(scope="module")
def scene(client):
    """A new scene: path of its picture, and what is known about it."""
    return client.predict(api_name="/new_scene")


def test_only_these_endpoints_are_offered(client):
    offered = client.view_api(return_format="dict")["named_endpoints"]
    assert set(offered) == {
        "/compare",
        "/bands",
        "/new_scene",
        "/tokens",
        "/turn_knobs",
        "/all_budgets",
        "/arena",
        "/ask_video",
        "/choose_budget",
        "/cost",
        "/evidence",
        "/walkthrough_step",
        "/build_scene",
        "/worksheet",
        "/take_away",
    }


@pytest.mark.parametrize("budget", BUDGETS)
def test_both_models_answer_at_every_budget(client, scene, budget):
    path, known = scene
    question = known["questions"][0]
    result = client.predict(handle_file(path), question["question"], budget, api_name="/compare")
    for arm in ("pooling", "fmvr"):
        assert result[arm]["visual_tokens"] == budget
        assert result[arm]["truth"] == question["answer"]
        assert 0 <= result[arm]["right"] <= 1
        assert all(0 <= word["probability"] <= 1 for word in result[arm]["words"])
        assert result[arm]["flops"] > 0 and result[arm]["first_token_seconds"] > 0
        assert len(result[arm]["gradcam"]) == 24


def test_fewer_tokens_cost_fewer_flops(client, scene):
    asked = (handle_file(scene[0]), "Is there a cat?")
    flops = [client.predict(*asked, budget, api_name="/compare")["fmvr"]["flops"] for budget in BUDGETS]
    assert flops == sorted(flops, reverse=True)


def test_the_bands_of_every_level(client, scene):
    levels = client.predict(handle_file(scene[0]), api_name="/bands")
    assert [level["side"] for level in levels] == [24, 12, 6, 3, 1]
    assert [level["side"] for level in levels if level["after"]] == [12, 6, 3]


@pytest.mark.parametrize("name", GOOD)
def test_a_picture_of_an_unusual_kind_is_answered(client, tmp_path, name):
    result = client.predict(handle_file(write(tmp_path, name)), "Is there a cat?", 36, api_name="/compare")
    assert result["fmvr"]["right"] is None


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("endpoint", ["/compare", "/bands"])
def test_a_bad_picture_gets_its_sentence_and_the_next_request_works(client, scene, tmp_path, name, endpoint):
    more = ("Is there a cat?", 36) if endpoint == "/compare" else ()
    with pytest.raises(AppError, match=BAD[name][1]):
        client.predict(handle_file(write(tmp_path, name)), *more, api_name=endpoint)
    assert client.predict(handle_file(scene[0]), *more, api_name=endpoint)


@pytest.mark.parametrize(
    "question, budget, sentence",
    [
        ("", 36, "no question yet"),
        ("  \n ", 36, "no question yet"),
        (None, 36, "no question yet"),
        ("why " * 2000, 36, "the most is"),
        ("What is this? <image>", 36, "cannot contain <image>"),
        ("Is there a cat?", 100, "576, 144, 36, 9, 1"),
        ("Is there a cat?", 0, "576, 144, 36, 9, 1"),
        ("Is there a cat?", -36, "576, 144, 36, 9, 1"),
        ("Is there a cat?", None, "576, 144, 36, 9, 1"),
    ],
)
def test_a_question_or_budget_that_cannot_be_used_gets_its_sentence(client, scene, question, budget, sentence):
    with pytest.raises(AppError, match=sentence):
        client.predict(handle_file(scene[0]), question, budget, api_name="/compare")
    assert client.predict(handle_file(scene[0]), "Is there a cat?", 36, api_name="/compare")


def test_no_picture_gets_its_sentence(client):
    with pytest.raises(AppError, match="no picture yet"):
        client.predict(None, "Is there a cat?", 36, api_name="/compare")


def test_words_the_model_has_never_seen_are_named(client, scene):
    result = client.predict(handle_file(scene[0]), "Is there a zeppelin?", 36, api_name="/compare")
    assert "zeppelin" in json.dumps(result["doubts"])


def test_a_file_of_the_server_cannot_be_asked_about(client):
    picture = {"path": "/etc/hostname", "meta": {"_type": "gradio.FileData"}}
    with pytest.raises(AppError):
        client.predict(picture, "Is there a cat?", 36, api_name="/compare")
