"""Take pictures of every tab of the running page: python -m tests.screenshot http://127.0.0.1:7860/ [folder] [width]"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import find
from tests.visitor import open_tab, settled
from viz.tabs.table import TABS


def main(url: str, folder: str = "examples/page", width: str = "1440") -> None:
    Path(folder).mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": int(width), "height": 1180})
        page.goto(url)
        page.wait_for_selector(".card img")
        page.wait_for_selector("#budget[aria-valuetext]")  # the page has come alive
        for name in (kind.label for kind in TABS):
            open_tab(page, name)
            settled(page)
            page.screenshot(path=Path(folder) / f"{name.lower().replace(' ', '-')}.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
