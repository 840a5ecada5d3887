"""Many visitors of the page over HTTP, a session each, with ever new pictures; and the memory of the page's process.

`python -m tests.visitors --visitors 60 --questions 20` starts the page and prints what it holds after every ten
visitors, and how the second half compares with the first.
"""

import argparse
import io
import time
import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from PIL import Image, ImageChops

from tests.conftest import ROOT, started

EXAMPLES = sorted((ROOT / "examples").glob("*.png"))
QUESTIONS = ("How many objects are there?", "Is there a cat?", "What is in the picture?", "Is there a red sign?")
ASKED = list(product(QUESTIONS, (576, 144, 36, 9, 1)))
AT_ONCE = 6
ANSWERED_S = 300


def held_bytes(process) -> int:
    """What a process holds for itself; pages of files come and go as the system likes."""
    status = Path(f"/proc/{process.pid}/status").read_text().split()
    return int(status[status.index("RssAnon:") + 1]) * 1024


def call(url: str, endpoint: str, visits: Iterable[Iterable[list]]) -> None:
    """Visitors come, a few at once, each in a session of its own: one call of an endpoint for each list of values."""
    with httpx.Client(base_url=f"{url}gradio_api", timeout=ANSWERED_S) as http, ThreadPoolExecutor(AT_ONCE) as several:
        list(several.map(lambda values: _visit(http, endpoint, values), visits))


def ask(url: str, visits: Iterable[Iterable[int]]) -> None:
    """Visitors come, each with the numbers of the pictures to ask about."""
    with httpx.Client(base_url=f"{url}gradio_api", timeout=ANSWERED_S) as http:
        call(url, "compare", (([sent(http, n), *ASKED[n % len(ASKED)]] for n in numbers) for numbers in visits))


def _visit(http: httpx.Client, endpoint: str, each: Iterable[list]) -> None:
    session = uuid.uuid4().hex
    for values in each:
        called(http, endpoint, values, session)


def called(http: httpx.Client, endpoint: str, values: list, session: str) -> None:
    """One call of an endpoint. Raises AssertionError where no result comes."""
    begun = http.post(f"/call/{endpoint}", json={"data": values, "session_hash": session}).json()["event_id"]
    answer = http.get(f"/call/{endpoint}/{begun}").text
    assert "event: complete" in answer, answer


def sent(http: httpx.Client, number: int) -> dict[str, Any]:
    """The `number`-th of as many different pictures as one likes, uploaded: the examples, shifted sideways."""
    shift, example = divmod(number, len(EXAMPLES))
    file = io.BytesIO()
    with Image.open(EXAMPLES[example]) as drawn:
        ImageChops.offset(drawn.convert("RGB"), shift, 0).save(file, "PNG")
    path = http.post("/upload", files={"files": ("picture.png", file.getvalue())}).json()[0]
    return {"path": path, "meta": {"_type": "gradio.FileData"}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=60)
    parser.add_argument("--questions", type=int, default=20, help="of each visitor")
    given = parser.parse_args()
    held, start = {}, time.perf_counter()
    with TemporaryDirectory() as folder, started(Path(folder)) as (url, process):
        print(f"before any visitor: {held_bytes(process) / 1e6:.0f} MB", flush=True)
        for first in range(0, given.visitors, 10):
            last = min(first + 10, given.visitors)
            ask(url, [range(n * given.questions, (n + 1) * given.questions) for n in range(first, last)])
            held[last] = held_bytes(process)
            spent = time.perf_counter() - start
            print(f"after {last} visitors: {held[last] / 1e6:.0f} MB, {spent:.0f} s", flush=True)
    half = min(held, key=lambda count: abs(count - given.visitors / 2))
    print(f"after {given.visitors} visitors, against after {half}: {held[given.visitors] / held[half]:.3f}")


if __name__ == "__main__":
    main()
