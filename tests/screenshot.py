"""Take README's picture of the running page: python -m tests.screenshot http://127.0.0.1:7860/ [width] [file]"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import find


def main(url: str, width: str = "1440", file: str = "examples/page.png") -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": int(width), "height": 1180})
        page.goto(url)
        page.wait_for_selector(".card img")
        page.wait_for_selector("#budget[aria-valuetext]")  # the page has come alive
        page.screenshot(path=Path(file), full_page=int(width) < 600)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
