"""From a visit to its link and back."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fmvr.errors import BadInput
from fmvr.media.question import MOST_LETTERS
from viz.tabs.comparison import Comparer, budgets_of_pair
from viz.tabs.link import State, fragment
from viz.tabs.manner import Manner
from viz.tabs.packing import unpacked
from viz.tabs.samples import save, specimen_by_code
from viz.tabs.tab import Tab, Visit

ALWAYS = "answers"  # the tab whose controls are in every link
OWN = "own"  # in the place of a scene's code: a picture that the address does not hold
GONE = "Your own picture is not kept when a page is loaded anew: here is the first one. Choose yours again."
NO_SCENE = "This link names a picture that cannot be drawn, so here is the first one."
NOT_SO = "Some settings in this link cannot be used, so they are as at the start."


@dataclass(frozen=True)
class Arrival:
    """What a link leads to: the picture's file (None: the one that is there), the visit, and what could not be used."""

    path: str | None
    visit: Visit
    problems: tuple[str, ...]


class Sharing:
    """Writes and follows links for the tabs of one page; `first` is what a visitor meets without one."""

    def __init__(self, comparer: Comparer, tabs: dict[str, Tab], first: Visit, first_path: str):
        self.comparer, self.tabs, self.first, self.first_path = comparer, tabs, first, first_path

    def link(self, visit: Visit, tab: str, own_picture: bool) -> str:
        """The fragment that shows `visit` again with `tab` in front.

        Args:
            own_picture: whether a picture that is no sample of the world goes into the link.
        """
        exhibit = visit.exhibit
        picture = exhibit.packed if own_picture and exhibit.specimen is None else None
        names = [name for name in dict.fromkeys((ALWAYS, tab)) if name in visit.chosen]
        controls = {name: self._changed(name, visit.chosen[name]) for name in names}
        question = (visit.question or "")[:MOST_LETTERS] or None
        code = exhibit.code or (None if picture else OWN)
        return fragment(State(code, picture, question, visit.tokens, tab, controls))

    def follow(self, state: State, folder: Path, there: str | None = None) -> Arrival:
        """The visit a link leads to; its picture is written into `folder`. What does not fit here is left out.

        `there`: the picture's file on the page.
        """
        own = state.scene == OWN and state.picture is None
        stays = own and there is not None and self.comparer.specimen(there) is None
        path, problems = (there, ()) if stays else self._picture(state, folder)
        gone = GONE in problems
        exists = state.tokens in budgets_of_pair(self.comparer.lab)
        usable = exists or state.tokens is None
        tab = self._today(state.tab) if self._today(state.tab) in self.tabs else next(iter(self.tabs))
        chosen = self.at_first()
        for name, values in ((self._today(older), values) for older, values in state.controls.items()):
            for control, value in values.items():
                if name in self.tabs and control in self.tabs[name].retired:
                    continue
                try:
                    chosen[name][control] = self.tabs[name].controls[control].read(value)
                except (KeyError, ValueError):
                    usable = False
        if not usable:
            problems = (*problems, NOT_SO)
        visit = Visit(
            self.comparer.look(path, Manner.of(chosen[ALWAYS])),
            self.first.question if gone else state.question or self.first.question,
            state.tokens if exists else self.first.tokens,
            chosen,
            tab,
            tab,
        )
        return Arrival(None if stays else path, visit, problems)

    def at_first(self) -> dict[str, dict[str, Any]]:
        """Every tab's controls as they are at the start."""
        return {name: tab.at_first for name, tab in self.tabs.items()}

    def _today(self, name: str | None) -> str | None:
        """What a tab that a link names is called today."""
        return next((tab.name for tab in self.tabs.values() if name in tab.former), name)

    def _changed(self, tab: str, chosen: dict[str, Any]) -> dict[str, Any]:
        """What a link has to say of a tab's controls; what no link may bring, such as a file, is in none."""
        controls = self.tabs[tab].controls
        return {key: value for key, value in chosen.items() if value != controls[key].first and controls[key].linked}

    def _picture(self, state: State, folder: Path) -> tuple[str, tuple[str, ...]]:
        if state.picture is not None:
            unpacked(state.picture).save(folder / "picture.png")
            return str(folder / "picture.png"), ()
        if state.scene in (None, OWN):
            return self.first_path, (GONE,) if state.scene else ()
        world = self.comparer.lab.world
        try:
            return save(world, specimen_by_code(world, state.scene), folder), ()
        except BadInput:
            return self.first_path, (NO_SCENE,)
