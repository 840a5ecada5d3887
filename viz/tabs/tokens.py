"""The tokens: the patches of every set over the picture, the tokens as colours, and what a reducer merged."""

from collections.abc import Iterator
from functools import lru_cache
from math import isqrt

import gradio as gr
import numpy as np

from fmvr.arms import arm
from fmvr.explain.merging import Merged, merged
from viz.places import grid_side, patches_of, token_at
from viz.tabs.comparison import Exhibit
from viz.tabs.control import Control, is_place
from viz.tabs.endpoint import endpoint
from viz.tabs.events import QUIET
from viz.tabs.memo import memo
from viz.tabs.picture import Picture
from viz.tabs.tab import New, Tab, Visit
from viz.tokengrid import TokenEnergy, glance, level, merging
from viz.tokens import TokenColours, token_colours
from viz.units import percent, token_count

GLANCE = """## The same picture in fewer tokens
The vision tower, the network that reads the pixels, cuts the picture into patches, one token each; every further level
averages neighbours into one token. Like colours mean like tokens."""
GLANCE_HINT = """Look for objects that still stand out from the background as the tokens get fewer, and for the level at
which they no longer do."""
LEVEL = """## One level
Choose a token on any of these pictures."""
LEVEL_HINT = """Look for one object that has several tokens to itself, and for a token that has to stand for two."""
MERGED = """## What pooling merged
The chosen token, and the patches it holds. The energy of a token is the sum of its squared numbers."""
MERGED_HINT = """Look for a token whose patches have different colours: the more they differ, the less of their energy
their mean keeps.{}"""
APART = " The models were trained apart: compare patterns, not single colours."
MORE_ENERGY = " More energy after the blocks is not more knowledge: the mean cannot be unmixed."
FIRST = 36  # the set shown at first, where there is one

Colours = dict[str, TokenColours]  # by arm
Merges = dict[str, dict[int, Merged]]  # arm → budget


class TokensTab(Tab):
    """What the language model is given."""

    name, label, door = "tokens", "Tokens", "understand"

    def __init__(self, comparer):
        super().__init__(comparer)
        self.read = lru_cache(2)(_read)  # a click on a token of the same picture computes nothing anew
        self.first = min(self.lab.budgets, key=lambda n: abs(np.log(n / FIRST)))

    def endpoints(self) -> None:
        endpoint("tokens", self.tokens, [Picture(label="picture")])

    def tokens(self, picture: str) -> dict:
        """The tokens of each arm, by name (`pooling`: without FMVR, `fmvr`: with it): colours and energies of each set.

        `colours` are the first three principal components as red, green and blue in 0..1, one basis for all sets and
        arms. `kept` is the energy of the plain mean of the patches a token holds, `given` that of the token itself,
        both as shares of the patches' mean energy. Where the set is a square grid, all three have its rows and columns,
        and `side` is how many; else `side` is null.
        Example: client.predict(handle_file("examples/sky.png"), api_name="/tokens")
        """
        colours, merges = self.read(self.comparer.look(picture))
        return {
            name: {
                "variation_shown": shown.explained,
                "levels": [_in_json(shown, budget, one) for budget, one in merges[name].items()],
            }
            for name, shown in colours.items()
        }

    def build(self, visit: Visit) -> None:
        place = memo()  # a patch, as row and column of the finest grid
        gr.Markdown(GLANCE, elem_classes="section")
        self.all = gr.HTML()
        self.basis = gr.Markdown(elem_classes="hint")
        gr.Markdown(LEVEL, elem_classes="section")
        choices = [(self._called(budget), budget) for budget in self.lab.budgets]
        budget = gr.Radio(choices, value=self.first, label="Level", show_label=False, container=False)
        self.one = gr.HTML(js_on_load="fmvr.places(element, trigger)")
        gr.Markdown(LEVEL_HINT, elem_classes="hint")
        gr.Markdown(MERGED, elem_classes="section")
        self.holds = gr.HTML()
        gr.Markdown(MERGED_HINT.format(MORE_ENERGY if self.lab.form else ""), elem_classes="hint")
        self.controls = {
            "level": Control(budget, renew=self._renewed),
            "place": Control(place, lambda value: is_place(value, self.lab.member().grid_side)),
        }
        self.outputs = [self.all, self.basis, self.one, self.holds]

    def connect(self) -> list:
        self.one.select(_choose, None, self.controls["place"].component, **QUIET)  # what is changed shows the tab
        return []

    def show(self, visit: Visit) -> Iterator[New]:
        chosen, image = visit.chosen[self.name], visit.exhibit.view.image
        budget = chosen["level"]
        colours, merges = self.read(visit.exhibit)
        patch = tuple(chosen["place"] or self._most_lost(colours, merges))
        energies = {}
        for name, sets in merges.items():
            token = token_at(colours[name].places[budget], patch) if budget in sets else None
            if token is not None:
                energies[name] = TokenEnergy(float(sets[budget].kept[token]), float(sets[budget].given[token]))
        yield {
            self.all: glance(image, colours, budget),
            self.basis: _basis(colours, self.lab.one_model),
            self.one: level(image, colours, budget, patch),
            self.holds: merging(image, colours, budget, patch, energies),
        }

    def _called(self, budget: int) -> str:
        """A set by the grid that it is, where it is one."""
        side = isqrt(budget)
        return f"{side}×{side}" if side in self.lab.levels else token_count(budget)

    def _renewed(self, level: int) -> int:
        """A level as links of the first edition named it, by its grid's side: a budget."""
        square = type(level) is int and level not in self.lab.budgets and level in self.lab.levels
        return level * level if square else level

    def _most_lost(self, colours: Colours, merges: Merges) -> tuple[int, int]:
        """Where nobody has chosen: a patch of the token whose mean loses most energy, in the set shown at first."""
        name = next(name for name, sets in merges.items() if self.first in sets)
        first = merges[name][self.first]
        lost = first.whole * (1 - first.kept)
        its = np.argwhere(patches_of(colours[name].places[self.first], int(lost.argmax())))  # [patches, 2]
        middle = its[np.abs(its - its.mean(0) - 0.5).sum(1).argmin()]  # so that another set keeps the spot
        return int(middle[0]), int(middle[1])


def _choose(event: gr.EventData) -> list[int]:
    """A patch was chosen."""
    return [event.row, event.column]


def _read(exhibit: Exhibit) -> tuple[Colours, Merges]:
    """Every arm's tokens as colours, and what each of its sets merged, by budget."""
    view, lab = exhibit.view, exhibit.lab
    sets = {
        name: {budget: view.token_set(budget, name).arrays() for budget in lab.budgets_of(name)} for name in lab.arms
    }
    patches = {name: view.features(name).tokens.float().numpy(force=True) for name in sets}
    merges = {
        name: {budget: merged(patches[name], *arrays) for budget, arrays in own.items()} for name, own in sets.items()
    }
    return token_colours(sets), merges


def _in_json(colours: TokenColours, budget: int, merges: Merged) -> dict:
    side = grid_side(colours.places[budget])
    grid = (side, side) if side else (budget,)
    return {
        "side": side,
        "visual_tokens": budget,
        "colours": colours.colours[budget].reshape(*grid, 3).round(4).tolist(),
        "beyond_range": colours.outside[budget],
        "kept": merges.kept.reshape(grid).round(4).tolist(),
        "given": merges.given.reshape(grid).round(4).tolist(),
    }


def _basis(colours: Colours, one_model: bool) -> str:
    """What the colours are, and how much of the tokens they show."""
    shares = ", ".join(f"{percent(shown.explained)} {arm(name).label}" for name, shown in colours.items())
    apart = "" if len(colours) == 1 or one_model else APART
    return (
        f"{GLANCE_HINT}\n\nRed, green and blue are the three directions in which this picture’s finest tokens differ "
        f"most, the same in all these pictures; they show part of the differences ({shares}).{apart}"
    )
