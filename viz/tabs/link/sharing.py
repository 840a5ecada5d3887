"""From a visit to its link and back."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fmvr.inputs import MOST_LETTERS
from fmvr.scenes.scene import Scene
from viz.tabs.comparison import Comparer
from viz.tabs.link import State, fragment, unpacked
from viz.tabs.scenes import save_scene
from viz.tabs.tab import Tab, Visit

ALWAYS = "answers"  # the tab whose controls are in every link
NO_SCENE = "This link names a scene that cannot be drawn, so here is the first one."
NOT_SO = "Some settings in this link cannot be used, so they are as at the start."


@dataclass(frozen=True)
class Arrival:
    """What a link leads to: the picture's file, the visit, and what could not be used, in sentences."""

    path: str
    visit: Visit
    told: tuple[str, ...]


class Sharing:
    """Writes and follows links for the tabs of one page; `first` is what a visitor meets without one."""

    def __init__(self, comparer: Comparer, tabs: dict[str, Tab], first: Visit, first_path: str):
        self.comparer, self.tabs, self.first, self.first_path = comparer, tabs, first, first_path

    def link(self, visit: Visit, tab: str, own_picture: bool) -> str:
        """The fragment that shows `visit` again with `tab` in front.

        Args:
            own_picture: whether a picture that is no scene goes into the link.
        """
        seen = visit.seen
        picture = seen.packed if own_picture and seen.scene is None else None
        kept = dict.fromkeys((ALWAYS, tab))
        controls = {name: self._changed(name, visit.chosen[name]) for name in kept if name in visit.chosen}
        question = (visit.question or "")[:MOST_LETTERS] or None
        return fragment(State(seen.scene and seen.scene.code, picture, question, visit.tokens, tab, controls))

    def follow(self, state: State, folder: Path) -> Arrival:
        """The visit a link leads to; its picture is written into `folder`. What does not fit here is left out."""
        path, told = self._picture(state, folder)
        tokens = self.first.tokens if state.tokens is None else state.tokens
        if tokens not in self.comparer.lab.budgets:
            tokens, told = self.first.tokens, (*told, NOT_SO)
        tab = state.tab if state.tab in self.tabs else next(iter(self.tabs))
        chosen = self.at_first()
        for name, given in state.controls.items():
            own = chosen.get(name, {})
            fitting = {key: value for key, value in given.items() if key in own and self.tabs[name].fits(key, value)}
            own |= fitting
            if len(fitting) < len(given) and NOT_SO not in told:
                told = (*told, NOT_SO)
        question = state.question or self.first.question
        return Arrival(path, Visit(self.comparer.look(path), question, tokens, chosen, tab, tab), told)

    def at_first(self) -> dict[str, dict[str, Any]]:
        """Every tab's controls as they are at the start."""
        return {name: {key: control.value for key, control in tab.controls.items()} for name, tab in self.tabs.items()}

    def _changed(self, tab: str, chosen: dict[str, Any]) -> dict[str, Any]:
        controls = self.tabs[tab].controls
        return {key: value for key, value in chosen.items() if value != controls[key].value}

    def _picture(self, state: State, folder: Path) -> tuple[str, tuple[str, ...]]:
        if state.picture is not None:
            unpacked(state.picture).save(folder / "picture.png")
            return str(folder / "picture.png"), ()
        if state.scene is None:
            return self.first_path, ()
        try:
            scene = Scene.from_code(state.scene)
        except ValueError:
            return self.first_path, (NO_SCENE,)
        return save_scene(scene, folder), ()
