"""What a link to the page shows where it is shared."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from starlette.responses import HTMLResponse, JSONResponse
from starlette.testclient import TestClient

from tests.models import picture
from viz.preview import PICTURE, TITLE, dissolving
from viz.tabs.previewing import Preview

PAGE = '<html><head><meta\n property="og:title"\n content="x" /><title>a</title></head><body>og:title</body></html>'


@pytest.fixture(scope="module")
def stranger():
    """Somebody who asks a server whose page is PAGE, and all else JSON."""

    async def page(scope, receive, send):
        answer = HTMLResponse(PAGE) if scope["path"] == "/" else JSONResponse({"path": scope["path"]})
        await answer(scope, receive, send)

    return TestClient(Preview(page, lambda: b"a picture"), "http://here")


def told(html: str) -> dict[str, str]:
    """The names and contents of a head's tags."""
    return dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)"', html))


def test_a_pages_head_is_ours_and_the_rest_stays(stranger):
    html = stranger.get("/").text
    assert html.endswith("<title>a</title></head><body>og:title</body></html>") and 'content="x"' not in html
    tags = told(html)
    assert tags["og:title"] == TITLE and "visual tokens" in tags["og:description"] == tags["description"]
    assert tags["og:url"] == "http://here" and tags["og:image"] == f"http://here/{PICTURE}"
    assert stranger.get("/config").json() == {"path": "/config"}


def test_behind_another_server_links_name_that_one(stranger):
    html = stranger.get("/", headers={"x-forwarded-host": "lab.example", "x-forwarded-proto": "https"}).text
    assert told(html)["og:image"] == f"https://lab.example/{PICTURE}"


def test_the_picture_is_served_as_one(stranger):
    answer = stranger.get(f"/{PICTURE}")
    assert answer.content == b"a picture" and answer.headers["content-type"] == "image/png"


def test_the_picture_shows_how_tokens_merge():
    shown = np.asarray(Image.open(io.BytesIO(dissolving(picture(), [24, 1]))).convert("RGB"))
    assert shown.shape == (630, 1200, 3)
    fine, coarse = (len(np.unique(shown[300:450, start : start + 470].reshape(-1, 3), axis=0)) for start in (80, 650))
    assert coarse <= 14**2 < fine
