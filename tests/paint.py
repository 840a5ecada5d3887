"""How soon the page is seen: python -m tests.paint

First and largest contentful paint in a new browser, of the page and of an empty Gradio page on the same machine, taking
turns: the medians and their ratio.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from playwright.sync_api import sync_playwright

from tests.browser import find
from tests.conftest import free_port, started, wait_for

EMPTY = "import gradio as gr\nwith gr.Blocks() as page: gr.Markdown('empty')\npage.launch(server_port={})"
PAINTED = """new Promise(tell => {
  const seen = {};
  const note = list => list.getEntries().forEach(one => { seen[one.name || one.entryType] = one.startTime; });
  for (const type of ['paint', 'largest-contentful-paint'])
    new PerformanceObserver(note).observe({type, buffered: true});
  setTimeout(() => tell([seen['first-contentful-paint'], seen['largest-contentful-paint']]), 6000);
})"""


@contextmanager
def empty(folder: Path) -> Iterator[str]:
    """The address of a Gradio page that holds a word."""
    port, log = free_port(), folder / "empty.txt"
    with log.open("w") as out:
        process = subprocess.Popen([sys.executable, "-c", EMPTY.format(port)], stdout=out, stderr=out)
    try:
        url = f"http://127.0.0.1:{port}/"
        wait_for(url, process, log)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def painted(url: str) -> list[float]:
    """Milliseconds to the first and the largest contentful paint in a browser that holds nothing yet."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(url)
        found = page.evaluate(PAINTED)
        browser.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.paint", description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    given = parser.parse_args()
    with TemporaryDirectory() as folder, empty(Path(folder)) as plain, started(Path(folder)) as (ours, _):
        pairs = [(painted(ours), painted(plain)) for _ in range(given.rounds + 1)][1:]  # the first warms up
    own, other = np.median(pairs, axis=0)
    for name, mine, its in zip(("first", "largest"), own, other, strict=True):
        print(f"{name} contentful paint: {mine:.0f} ms; of an empty Gradio page {its:.0f} ms; ratio {mine / its:.2f}")


if __name__ == "__main__":
    main()
