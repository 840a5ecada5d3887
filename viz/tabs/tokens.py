"""The tokens: the grid of every level over the picture, the tokens as colours, and what pooling merged."""

from collections.abc import Iterator
from functools import lru_cache

import gradio as gr
import numpy as np

from fmvr.merging import Merged, merged
from viz.tabs.comparison import Seen
from viz.tabs.endpoint import endpoint
from viz.tabs.link.fits import is_place
from viz.tabs.picture import Picture
from viz.tabs.tab import QUIET, Tab, Visit
from viz.theme import SIDE_NAMES
from viz.tokengrid import Held, glance, level, merging
from viz.tokens import TokenColours, token_colours
from viz.units import percent

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
their mean keeps. More energy after the blocks is not more knowledge: the mean cannot be unmixed."""


class TokensTab(Tab):
    """What the language model is given."""

    name, label = "tokens", "Tokens"

    def __init__(self, comparer):
        super().__init__(comparer)
        self.read = lru_cache(2)(_read)  # a click on a token of the same picture computes nothing anew

    def endpoints(self) -> None:
        endpoint("tokens", self.tokens, [Picture(label="picture")])

    def tokens(self, picture: str) -> dict:
        """The tokens of each model, `without` FMVR and `with`: for every level, each token's colour and energies.

        `colours` are the first three principal components as red, green and blue in 0..1, one basis for all levels and
        both models. `kept` is the energy of the plain mean of the patches a token holds, `given` that of the token
        itself, both as shares of the patches' mean energy.
        Example: client.predict(handle_file("examples/38-count.png"), api_name="/tokens")
        """
        colours, merges = self.read(self.comparer.look(picture))
        return {
            name: {
                "variation_shown": found.explained,
                "levels": [
                    {
                        "side": level.side,
                        "colours": found.grids[level.side].round(4).tolist(),
                        "beyond_range": found.outside[level.side],
                        "kept": level.kept.round(4).tolist(),
                        "given": level.given.round(4).tolist(),
                    }
                    for level in merges[name].values()
                ],
            }
            for name, found in colours.items()
        }

    def build(self, visit: Visit) -> None:
        place = gr.State(None)  # a patch, as row and column of the finest grid
        gr.Markdown(GLANCE, elem_classes="section")
        self.all = gr.HTML()
        self.basis = gr.Markdown(elem_classes="hint")
        gr.Markdown(LEVEL, elem_classes="section")
        choices = [(f"{side}×{side}", side) for side in self.lab.sides]
        side = gr.Radio(choices, value=self.lab.sides[2], label="Level", show_label=False, container=False)
        self.one = gr.HTML(js_on_load="fmvr.places(element, trigger)")
        gr.Markdown(LEVEL_HINT, elem_classes="hint")
        gr.Markdown(MERGED, elem_classes="section")
        self.holds = gr.HTML()
        gr.Markdown(MERGED_HINT, elem_classes="hint")
        self.controls = {"level": side, "place": place}
        self.outputs = [self.all, self.basis, self.one, self.holds]

    def fits(self, control: str, value) -> bool:
        if control == "place" and value is not None:
            return is_place(value, self.lab.sides[0])
        return super().fits(control, value)

    def connect(self, showing: dict) -> list:
        place = self.controls["place"]
        self.one.select(self._choose, self.controls["level"], place, **QUIET)  # a changed State shows the tab
        return super().connect(showing)

    def show(self, visit: Visit) -> Iterator[dict]:
        chosen, image = visit.chosen[self.name], visit.seen.view.image
        side = chosen["level"]
        colours, merges = self.read(visit.seen)
        patch = chosen["place"] or self._most_lost(merges)
        place = tuple(at * side // self.lab.sides[0] for at in patch)
        held = {
            name: Held(float(levels[side].kept[place]), float(levels[side].given[place]))
            for name, levels in merges.items()
        }
        yield {
            self.all: glance(image, colours, side),
            self.basis: _basis(colours),
            self.one: level(image, colours, side, place),
            self.holds: merging(image, colours, side, place, held),
        }

    def _choose(self, side: int, event: gr.EventData) -> list[int]:
        """A token was chosen."""
        return self._middle((event.row, event.column), side)

    def _most_lost(self, merges: dict[str, dict[int, Merged]]) -> list[int]:
        """Where nobody has chosen: a patch of the token whose mean loses most energy, at the level shown at first."""
        first = next(iter(merges.values()))[self.lab.sides[2]]
        lost = first.whole * (1 - first.kept)
        return self._middle(np.unravel_index(lost.argmax(), lost.shape), first.side)

    def _middle(self, place, side: int) -> list[int]:
        """The patch in the middle of a token, so that another level keeps the spot."""
        each = self.lab.sides[0] // side
        return [int(at) * each + each // 2 for at in place]


def _read(seen: Seen) -> tuple[dict[str, TokenColours], dict[str, dict[int, Merged]]]:
    """Every model's tokens as colours, and what each of them merged, by grid side."""
    tokens = {name: seen.view.tokens(name == "with") for name in seen.lab.models}
    merges = {name: {found.side: found for found in merged(levels)} for name, levels in tokens.items()}
    return token_colours(tokens), merges


def _basis(colours: dict[str, TokenColours]) -> str:
    """What the colours are, and how much of the tokens they show."""
    shares = ", ".join(f"{percent(found.explained)} {SIDE_NAMES[name]}" for name, found in colours.items())
    apart = "" if len(colours) == 1 else " The models were trained apart: compare patterns, not single colours."
    return (
        f"{GLANCE_HINT}\n\nRed, green and blue are the three directions in which this picture’s finest tokens differ "
        f"most, the same in all these pictures; they show part of the differences ({shares}).{apart}"
    )
