"""Everyone can use the page: axe finds nothing serious on any tab, light or dark, wide or narrow."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.conftest import WIDTHS
from tests.visitor import open_tab, sideways, unfold
from viz.tabs.table import TABS

AXE = Axe()
GRAVE = {"serious", "critical"}
ALIKE = {"exclude": [["tbody tr:nth-child(n+6)"]]}  # a table's further rows are as its first ones
STILL = "document.getAnimations().every(change => change.playState != 'running')"  # what fades in is pale until then
IN_FRONT = (
    "document.querySelectorAll('.sheet').forEach(part => part.toggleAttribute('data-in-front', !!part.offsetParent))"
)
PLOTS = {
    "All budgets": "Probability against the budget",
    "The block": "Energy of the bands, before and after the block",
}
GROUND = "getComputedStyle(document.querySelector('gradio-app')).backgroundColor"


@pytest.mark.parametrize("theme, width", [("light", "desktop"), ("dark", "phone")])  # colours do not go by the width
def test_axe_finds_nothing_serious_on_any_tab(visit, theme, width):
    """Every tab is opened at every width; axe looks at each in one of the two walks: half of them light, half dark."""
    page, found = visit(WIDTHS[width], f"?__theme={theme}"), {}
    widths = [WIDTHS[width]] if width == "phone" else [WIDTHS["tablet"], WIDTHS[width]]
    assert (page.evaluate(GROUND) == "rgb(255, 255, 255)") == (theme == "light")
    for i, name in enumerate(kind.label for kind in TABS):
        open_tab(page, name)
        for wide in widths:
            page.set_viewport_size({"width": wide, "height": 900})
            assert sideways(page) == 0, (name, wide)
        if name in PLOTS:
            unfold(page)
            expect(page.get_by_role("figure", name=PLOTS[name], exact=True)).to_be_visible()
        if i and i % 2 != (theme == "dark"):
            continue
        page.wait_for_function(STILL)
        page.evaluate(IN_FRONT)
        part = ALIKE | {"include": [["[data-in-front]"]]} if i else ALIKE  # what stands around the tabs, once
        grave = [v for v in AXE.run(page, part).response["violations"] if v["impact"] in GRAVE]
        found |= {(name, v["id"]): [_short(node["html"]) for node in v["nodes"]][:3] for v in grave}
    assert found == {}


def _short(html: str) -> str:
    return re.sub(r'src="data:[^"]+"', 'src="…"', html)[:300]
