"""One running page for all tests that need one."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
import warnings
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from zlib import crc32

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser import find
from tests.visitor import sideways

ROOT = Path(__file__).parents[1]
START_S = 180
WIDTHS = {"desktop": 1440, "tablet": 768, "phone": 390}
QUIET = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
CAMERA = "--use-fake-device-for-media-stream --use-fake-ui-for-media-stream"  # a camera that shows a test picture
WAIT_MS = 60_000
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
PORTS = count(20_000 + 500 * WORKER)  # this worker's own, below those that the system hands out
expect.set_options(timeout=WAIT_MS)


def free_port() -> int:
    """A port that nobody listens on. One that the system hands out could be handed to another before it is taken."""
    for port in PORTS:
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


@contextmanager
def started(folder: Path, **variables: str):
    """app.py, started as a visitor would start it, on a free port: its address and its process; a log in `folder`.

    `variables`: of its environment.
    """
    port = free_port()
    log = folder / "log.txt"
    settings = {"GRADIO_SERVER_PORT": str(port), "GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1"}
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, env=os.environ | settings | variables, stdout=out, stderr=out
        )
    try:
        url = f"http://127.0.0.1:{port}/"
        wait_for(url, process, log)
        yield url, process
    finally:
        if process.poll() is not None:
            warnings.warn(f"app.py had ended before, with {process.returncode}:\n{log.read_text()}", stacklevel=2)
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """One running page for all tests: its address and its process."""
    with started(tmp_path_factory.mktemp("page")) as found:
        yield found


@pytest.fixture(scope="session")
def page_url(server):
    return server[0]


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """A browser that has been here before: it keeps the page's scripts, as compiled, from one visit to the next."""
    with sync_playwright() as playwright:
        folder, arguments = tmp_path_factory.mktemp("browser"), f"{QUIET} {CAMERA}".split()
        browser = playwright.chromium.launch_persistent_context(folder, executable_path=find(), args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, page_url):
    """Opens the page as a new visitor, at a width.

    Fails the test on any error in a console, any request elsewhere, and any page that can be scrolled sideways.
    """
    visitors, errors, outside = [], [], []

    def arrive(width: int = WIDTHS["desktop"], address: str = "", home: str = page_url):
        page = browser.new_page()
        visitors.append(page)
        page.set_viewport_size({"width": width, "height": 900})
        page.set_default_timeout(WAIT_MS)
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        ours = (home, "data:", "blob:")
        page.on("request", lambda sent: None if sent.url.startswith(ours) else outside.append(sent.url))
        page.goto(home + address)
        page.wait_for_selector(".card img", state="attached")  # a link may lead to another tab
        page.wait_for_selector("#budget[aria-valuetext]")  # the page has come alive
        page.evaluate("document.fonts.ready.then(() => true)")  # another font moves what stands below
        return page

    yield arrive
    too_wide = [page.url for page in visitors if not page.is_closed() and sideways(page)]
    for page in set(browser.pages[1:]) | set(visitors):  # the first is the browser's own
        page.close()
    browser.clear_permissions()
    assert errors == []
    assert outside == []
    assert too_wide == []


@pytest.fixture(scope="session")
def watched():
    """The page once more, in this process: its address, and what its models do."""
    from fmvr.lab import Lab
    from tests.watched import Watched

    lab = Lab.load()
    with launched(lab) as url:
        yield url, Watched(lab)


@contextmanager
def launched(lab, **settings):
    """The page on a lab in this process, launched with further settings: its address."""
    from app import build  # here, so that tests of other parts do not load the page
    from viz.tabs.theme import page_theme
    from viz.theme import css, script

    page = build(lab)
    looks = {"theme": page_theme(), "css": css(), "head": script()}
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, ssr_mode=False, **looks | settings)
    yield url
    page.close()


@pytest.fixture
def page(request, visit):
    """The loaded page: each test meets it at one of the widths, always at the same one.

    That every tab fits into all is tested apart (see test_accessibility), and so is what depends on the width.
    """
    widths = list(WIDTHS.values())
    return visit(widths[crc32(request.node.name.encode()) % len(widths)])


def wait_for(url: str, process: subprocess.Popen, log: Path) -> None:
    for _ in range(2 * START_S):
        try:
            return urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            assert process.poll() is None, log.read_text()
            time.sleep(0.5)
    raise AssertionError(f"app.py did not answer within {START_S} s:\n{log.read_text()}")
