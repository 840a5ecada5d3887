"""Before the page is there: the port answers with a notice that follows the progress, and then it is free."""

import socket
import urllib.error
import urllib.request

import pytest

import app
from fmvr.loading import load
from fmvr.loading.progress import loading_told
from fmvr.settings import Settings
from tests.conftest import free_port
from tests.models import save_stock_checkpoint
from viz.opening import STATE, Opening


@pytest.fixture
def address(monkeypatch):
    """Where the page will be: a port that is free."""
    port = free_port()
    monkeypatch.setenv("GRADIO_SERVER_PORT", str(port))
    monkeypatch.delenv("GRADIO_SERVER_NAME", raising=False)
    return f"http://127.0.0.1:{port}/"


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stock")
    save_stock_checkpoint(folder)
    return str(folder)


def notice(address: str) -> str:
    """What a visitor sees, and programs are told to wait for."""
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(address, timeout=5)
    assert refused.value.code == 503 and refused.value.headers["Retry-After"]
    return refused.value.read().decode()


def state(address: str) -> str:
    return urllib.request.urlopen(address + STATE, timeout=5).read().decode()


def test_the_notice_follows_the_progress_and_the_port_is_free_after_it(address):
    with Opening() as opening:
        assert "Starting" in notice(address) and "<progress" in notice(f"{address}any/page?x=1")
        opening.tell("Loading the <weights>", 0.25)
        assert "Loading the &lt;weights&gt;" in notice(address) and 'value="0.25"' in notice(address)
        assert state(address) == '{"doing": "Loading the <weights>", "share": 0.25}'
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as Gradio does
        again.bind(("127.0.0.1", int(address.rstrip("/").split(":")[-1])))


def test_a_port_that_is_taken_is_left_alone(address):
    with Opening(), Opening() as second:
        assert second.server is None
        second.tell("Nobody hears it")
        assert "Starting" in state(address)


def test_the_share_of_the_weights_that_is_there_grows(stock):
    shares = []
    with loading_told(shares.append):
        load(stock)
    assert shares[0] == 0 and shares == sorted(set(shares)) and len(shares) > 10 and shares[-1] < 1
    before = list(shares)
    load(stock)
    assert shares == before, "told after the end"


def test_the_page_on_a_checkpoint_of_ones_own_tells_what_it_does_meanwhile(address, stock, monkeypatch):
    heard, built = [], {}

    def build(lab, gpu=None):
        heard.append(state(address))
        built["lab"] = lab
        return "the page"

    monkeypatch.setattr(app, "build", build)
    assert app.opened(Settings(stock)) == "the page"
    assert "Answering a first question" in heard[0] and built["lab"].world.name == "photographs"
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(address, timeout=5)


def test_no_notice_stands_before_the_embedded_models(address, monkeypatch):
    asked = []
    monkeypatch.setattr(app, "build", lambda lab, gpu=None: lab)
    monkeypatch.setattr(app, "Opening", lambda: asked.append("opened"))
    assert app.opened(Settings()).world.name != "photographs" and not asked
