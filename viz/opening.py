"""Before the page is there: what is being done, told on the port where the page will be."""

import json
import os
from contextlib import AbstractContextManager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from viz.templates import render

STATE = "opening.json"  # what the notice asks for, again and again
HOST, PORT = "127.0.0.1", 7860  # Gradio's, where its variables name none


class Opening(AbstractContextManager):
    """Answers every visitor with a notice that follows the progress, and gives way to the page when it is there.

    Programs are told that there is no service yet (503), so that what waits for the page still does. Where the port is
    taken nothing is served, and Gradio finds the page another one.
    """

    def __init__(self):
        self.state = {"doing": "Starting", "share": None}
        self.server: ThreadingHTTPServer | None = None

    def __enter__(self) -> "Opening":
        host, port = os.environ.get("GRADIO_SERVER_NAME", HOST), int(os.environ.get("GRADIO_SERVER_PORT", PORT))
        try:
            self.server = ThreadingHTTPServer((host, port), _answering(self))
        except OSError:
            return self
        Thread(target=self.server.serve_forever, args=(0.1,), daemon=True).start()
        print(f"* The page opens at http://{host}:{port} when the model is loaded", flush=True)
        return self

    def tell(self, doing: str, share: float | None = None) -> None:
        """What is being done, in words, and how much of it is done, 0..1; None where nobody knows."""
        self.state = {"doing": doing, "share": share}

    def __exit__(self, *_) -> None:
        """The port is free for the page."""
        if self.server:
            self.server.shutdown()
            self.server.server_close()


def _answering(opening: Opening) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.endswith(f"/{STATE}"):
                status, kind, body = HTTPStatus.OK, "application/json", json.dumps(opening.state)
            else:
                status, kind = HTTPStatus.SERVICE_UNAVAILABLE, "text/html; charset=utf-8"
                body = str(render("opening.html", **opening.state, at=STATE))
            data = body.encode()
            self.send_response(status)
            for name, value in (("Content-Type", kind), ("Content-Length", len(data)), ("Retry-After", 5)):
                self.send_header(name, str(value))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(data)

        do_POST = do_GET

        def log_message(self, *_) -> None:
            """Nothing: the notice asks once a second."""

    return Handler
