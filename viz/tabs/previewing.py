"""The page's own preview, between server and page: see `viz.preview`."""

from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
from typing import Any

from gradio.route_utils import get_root_url
from PIL import Image
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from fmvr.model import levels
from viz.preview import PICTURE, dissolving, head
from viz.tabs.samples import EXAMPLES

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]


def previewed() -> list[Middleware]:
    """The middleware that gives the page its preview."""
    return [Middleware(Preview, picture=_picture)]


@cache
def _picture() -> bytes:
    with Image.open(EXAMPLES / "sky.png") as picture:
        return dissolving(picture, levels(24))


class Preview:
    """Puts the page's own preview into its head, and serves the preview's picture."""

    def __init__(self, app, picture: Callable[[], bytes]):
        """`picture`: its PNG file, asked for when somebody does."""
        self.app, self.picture = app, picture

    async def __call__(self, scope: Message, receive, send: Send) -> None:
        path = scope.get("path", "").removeprefix(scope.get("root_path", "")) if scope["type"] == "http" else None
        if path == f"/{PICTURE}":
            await Response(self.picture(), media_type="image/png")(scope, receive, send)
        elif path in ("", "/"):
            root = get_root_url(Request(scope), "/", None)
            await self.app(scope, receive, _rewritten(send, f"{root}/{PICTURE}", root))
        else:
            await self.app(scope, receive, send)


def _rewritten(send: Send, picture: str, page: str) -> Send:
    """Sends a page on when it is whole, with its head rewritten; all that is not HTML as it comes."""
    started: list[Message] = []
    parts: list[bytes] = []

    async def pass_on(message: Message) -> None:
        if message["type"] == "http.response.start" and _is_html(message):
            started.append(message)
        elif not started:
            await send(message)
        else:
            parts.append(message.get("body", b""))
            if not message.get("more_body"):
                body = head(b"".join(parts).decode(), picture, page).encode()
                kept = [(name, value) for name, value in started[0]["headers"] if name != b"content-length"]
                await send(started[0] | {"headers": [*kept, (b"content-length", str(len(body)).encode())]})
                await send({"type": "http.response.body", "body": body})

    return pass_on


def _is_html(message: Message) -> bool:
    return dict(message["headers"]).get(b"content-type", b"").startswith(b"text/html")
