"""What a visitor does on the page and sees there."""

from viz.tabs.doors import DOORS
from viz.tabs.table import TABS

BUDGETS = [1, 9, 36, 144, 576]
LAID_OUT_MS = 3000


def shown(page) -> list[tuple[str, str]]:
    """For each card: tokens and map, as they stand on the page."""
    cards = page.locator(".cards:not(.plain) .card").all()
    return [(card.locator("dl dd").first.inner_text(), card.locator(".layer").get_attribute("src")) for card in cards]


def after(page, act) -> None:
    """Do something and wait until the cards have been drawn anew."""
    page.evaluate("document.querySelectorAll('.card').forEach(card => card.dataset.old = 1)")
    act()
    page.wait_for_function("!document.querySelector('.card[data-old]') && document.querySelector('.card img')")


def choose(page, budget: int) -> None:
    """Choose a token budget, whatever tab is in front."""
    page.locator(".budget li", has_text=str(budget)).locator(f"text=/^{budget}$/").click()


def slide(page, budget: int) -> None:
    """As `choose`, until the cards have been drawn anew."""
    after(page, lambda: choose(page, budget))


def sideways(page) -> int:
    """How many pixels the page can be scrolled sideways, once a plot has had the time to find its width."""
    for _ in range(LAID_OUT_MS // 100):
        if not (wide := page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")):
            break
        page.wait_for_timeout(100)
    return wide


def settled(page) -> None:
    """Wait until nothing on the tab in front is being computed."""
    page.wait_for_timeout(400)  # a click's request is not there at once
    page.wait_for_function(
        "![...document.querySelectorAll('.sheet :is([data-testid=status-tracker]:not(.hide), .empty)')]"
        ".some(part => part.offsetParent)"
    )


def tab_of(page, name: str):
    """A tab, its door opened."""
    door = page.get_by_role("tab", name=DOORS[next(kind.door for kind in TABS if kind.label == name)].label, exact=True)
    if door.get_attribute("aria-selected") != "true":
        door.click()
    return page.get_by_role("tab", name=name, exact=True)


def open_tab(page, name: str) -> None:
    tab = tab_of(page, name)
    if tab.get_attribute("aria-selected") != "true":
        tab.click()  # the address names the tab as soon as something is shown on it
        page.wait_for_function("id => location.hash.includes(`tab=${id}`)", arg=tab.get_attribute("data-tab-id"))
    settled(page)


def unfold(page) -> None:
    """Open every fold of the tab in front."""
    closed = page.locator(".sheet button.label-wrap:not(.open)").locator("visible=true")
    while closed.count():
        closed.first.click()


def tab_to(page, part, backwards: bool = False, most: int = 80) -> None:
    """Reach a part of the page with the Tab key alone."""
    for _ in range(most):
        if part.evaluate("part => part === document.activeElement"):
            return
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
    raise AssertionError(f"the Tab key does not reach {part}")


def drag(page, slider, share: float) -> None:
    """Take a slider's thumb to a share of its way and let it go."""
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    page.mouse.click(box["x"] + min(max(share, 0.01), 0.99) * box["width"], box["y"] + box["height"] / 2)
