"""Every endpoint is documented with an example, and the example runs."""

import re

import pytest
from gradio_client import Client, handle_file

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def client(page_url):
    return Client(page_url, verbose=False)


def described(client) -> dict[str, str]:
    offered = client.view_api(return_format="dict")["named_endpoints"]
    return {name: about.get("description", "") for name, about in offered.items()}


def test_every_endpoint_says_what_it_does_with_an_example(client):
    offered = described(client)
    assert {"/compare", "/bands", "/new_scene", "/take_away"} <= set(offered)
    assert [name for name, text in offered.items() if f'api_name="{name}")' not in text] == []


def test_every_documented_example_runs(client, monkeypatch):
    monkeypatch.chdir(ROOT)  # examples name pictures from the repository's root
    for name, text in described(client).items():
        example = re.search(rf'Example: (client\.predict\(.*api_name="{name}"\))', text)
        assert example, name
        assert eval(example[1], {"client": client, "handle_file": handle_file}), name
