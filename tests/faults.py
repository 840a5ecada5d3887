"""The page's process is killed in the middle of an answer, and started again: python -m tests.faults"""

from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from tests.conftest import started
from tests.visitors import ANSWERED_S, called, sent

QUESTION = "How many objects are there?"


def main() -> None:
    with TemporaryDirectory() as folder:
        with started(Path(folder)) as (url, process):
            with httpx.Client(base_url=f"{url}gradio_api", timeout=ANSWERED_S) as http:
                picture = sent(http, 0)
                http.post("/call/compare", json={"data": [picture, QUESTION, 576], "session_hash": "x"})
                process.kill()
                process.wait()
        print("killed in the middle of an answer")
        with started(Path(folder)) as (url, _):
            with httpx.Client(base_url=f"{url}gradio_api", timeout=ANSWERED_S) as http:
                called(http, "compare", [picture, QUESTION, 576], "x")  # the picture that was uploaded before
                called(http, "compare", [sent(http, 1), QUESTION, 36], "y")
        print("started again: the picture that was there is answered, and a new one")


if __name__ == "__main__":
    main()
