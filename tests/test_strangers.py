"""What a stranger may ask of the server, and what may befall it: nobody else is held back, nothing else is served."""

import hashlib
import re
import resource
import socket
import threading
import uuid
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

from tests.conftest import ROOT
from tests.visitors import called
from viz.tabs.events import AT_ONCE

SCENE = ROOT / "examples" / "sky.png"
FILES = (
    "app.py",
    "/etc/passwd",
    "//etc/passwd",
    "file:///etc/passwd",
    "/proc/self/environ",
    "~/.bashrc",
    "fmvr/checkpoints/world.json",
    str(ROOT / "README.md"),
    str(SCENE),
    "/tmp/gradio",
    "/tmp/gradio/../../etc/passwd",
    "%2e%2e/%2e%2e/etc/passwd",
    "..%2f..%2fapp.py",
    "http://127.0.0.1/",
)
BODIES = (
    {"data": [], "fn_index": 10**9, "session_hash": "x"},
    {"data": [None], "fn_index": -1, "session_hash": "x"},
    {"data": None, "fn_index": 3},
    {"fn_index": "a"},
    {"data": [1, [2, {"path": 3}]], "fn_index": 0, "session_hash": "../../x", "event_id": "../x"},
    [],
    "x",
)


@pytest.fixture(scope="module")
def http(page_url):
    with httpx.Client(base_url=page_url, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def forbidden():
    """A server on this machine that nobody may be sent to: its port, and the paths that were asked for."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("0.0.0.0", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, seen
    server.shutdown()


def answered(http, picture) -> str:
    """What the server says to a comparison of a picture."""
    begun = http.post("gradio_api/call/compare", json={"data": [picture, "How many?", 36], "session_hash": _session()})
    return http.get(f"gradio_api/call/compare/{begun.json()['event_id']}").text


def upload(http) -> dict:
    [path] = http.post("gradio_api/upload", files={"files": ("picture.png", SCENE.read_bytes())}).json()
    return {"path": path, "meta": {"_type": "gradio.FileData"}}


def _session() -> str:
    return uuid.uuid4().hex


@pytest.mark.parametrize("path", FILES)
def test_no_file_is_served_that_is_not_meant_to_be(http, path):
    assert http.get(f"gradio_api/file={path}").status_code in (403, 404)


@pytest.mark.parametrize("path", ["/etc/passwd", str(ROOT / "README.md"), "app.py", "/proc/self/environ"])
def test_no_file_of_the_server_is_looked_at(http, path):
    assert answered(http, {"path": path, "meta": {"_type": "gradio.FileData"}}).startswith("event: error")


def test_another_visitors_picture_cannot_be_had_by_guessing(http):
    path = upload(http)["path"]
    digest = path.split("/")[-2]
    guessed = path.replace(digest, hashlib.sha256(b"another picture").hexdigest())
    assert len(digest) == 64  # as good as a password
    assert http.get(f"gradio_api/file={guessed}").status_code in (403, 404)
    assert http.get(f"gradio_api/file={path.rsplit('/', 2)[0]}").status_code in (403, 404)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "127.1"])
def test_nobody_is_sent_to_a_private_address(http, forbidden, host):
    port, seen = forbidden
    address = f"http://{host}:{port}/picture.png"
    for picture in (address, {"path": address, "meta": {"_type": "gradio.FileData"}}):
        assert answered(http, picture).startswith("event: error")
    assert not seen


@pytest.mark.parametrize("endpoint", ["call/compare", "queue/join", "upload"])
def test_a_request_has_its_limit(http, endpoint):
    sent = http.post(f"gradio_api/{endpoint}", content=b" " * 25 * 2**20)
    assert sent.status_code == 413


def test_a_question_that_fills_a_request_gets_its_sentence(http):
    picture, api = upload(http), httpx.Client(base_url=f"{http.base_url}gradio_api", timeout=60)
    with api, pytest.raises(AssertionError, match="This question has"):
        called(
            httpx.Client(base_url=f"{http.base_url}gradio_api", timeout=60), "compare", [picture, "a" * 10**6, 36], "x"
        )


def test_after_odd_requests_the_next_visitor_is_answered(http):
    for body in BODIES:
        for endpoint in ("queue/join", "run/predict", "call/compare"):
            with suppress(httpx.HTTPError):  # hung up on
                http.post(f"gradio_api/{endpoint}", json=body)
    deep = b'{"data":' + b"[" * 10**5 + b"]" * 10**5 + b"}"
    assert http.post("gradio_api/queue/join", content=deep).status_code in (400, 422)
    assert "event: complete" in answered(http, upload(http))


def test_who_leaves_in_the_middle_of_an_upload_holds_nobody_back(http):
    host, port = http.base_url.host, http.base_url.port
    head = f"POST /gradio_api/upload HTTP/1.1\r\nHost: {host}\r\nContent-Length: 100000\r\n"
    kind = "Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"
    part = 'Content-Disposition: form-data; name="files"; filename="a.png"\r\n\r\nhalf'
    slow = [socket.create_connection((host, port)) for _ in range(20)]
    for one in slow:
        one.sendall(f"{head}{kind}{part}".encode())
    for one in slow[:10]:
        one.close()  # the others are only slow
    assert "event: complete" in answered(http, upload(http))
    for one in slow[10:]:
        one.close()


def test_who_does_not_wait_for_answers_holds_nobody_back(http):
    picture = upload(http)
    for _ in range(AT_ONCE + 4):
        http.post(
            "gradio_api/call/compare", json={"data": [picture, "Is there a cat?", 36], "session_hash": _session()}
        )
    assert "event: complete" in answered(http, picture)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits a process that runs")
def test_a_full_disk_refuses_an_upload_and_nothing_else(http, server):
    picture, (_, process) = upload(http), server
    limits = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (10**6, limits[1]))  # no file may grow beyond it
    try:
        files = {"files": ("other.png", bytes(2 * 10**6))}
        assert httpx.post(f"{http.base_url}gradio_api/upload", files=files).status_code >= 400
        assert "event: complete" in answered(http, picture)
    finally:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, limits)
    assert "event: complete" in answered(http, upload(http))


def test_a_link_to_the_page_shows_the_page_where_it_is_shared(page_url):
    tags = re.findall(r"<meta[^>]*(?:og:|twitter:)[^>]*>", httpx.get(page_url).text)
    assert len(tags) == 8 and not any("gradio" in tag.lower() for tag in tags)
    picture = next(re.search(r'content="([^"]+)"', tag)[1] for tag in tags if '"og:image"' in tag)
    assert httpx.get(picture).headers["content-type"] == "image/png"
