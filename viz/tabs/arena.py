"""Arena: one picture, one question, one budget, every reducer."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import gradio as gr
import numpy as np

from fmvr.arms import arm
from fmvr.errors import BadInput
from fmvr.explain.focus import ARM as FOCUS
from fmvr.explain.focus import focus
from fmvr.worlds.embedded.world import EmbeddedWorld
from viz import notes
from viz.arena import Entry, arena, ordered
from viz.evidence.parts import nearest
from viz.focus import focus_pictures
from viz.heatmap import common_scale, overlay
from viz.presets import ONE_PICTURE, PRESETS, Preset
from viz.tabs import manner
from viz.tabs.comparison import Exhibit, Response
from viz.tabs.control import Control
from viz.tabs.endpoint import endpoint, parameters
from viz.tabs.events import QUIET
from viz.tabs.manner import USUAL, Manner
from viz.tabs.memo import memo
from viz.tabs.samples import picture_of, specimen_at
from viz.tabs.tab import New, Tab, Visit
from viz.tags import source

BUDGETS = [576, 192, 144, 128, 64, 36, 32, 9, 1]  # ours, and those of the field
BUDGET = 64
PINNED = 2
INTRO = """## Arena
Every way to spend the same token budget, on this picture and this question. All but FMVR run on the model {}, those
with weights of their own on it as it is. Dark patches are gone, coloured ones are merged."""
HINT = """One question is an anecdote: who wins on average is under *Evidence*. Reducers inside the language model read
all tokens in its first layers; their budget is the average over the layers."""
CLOSER = "Left: {}. Right: {}. Move the line; brighter is where the answer leans more on the picture, on one scale."
NO_MAP = "{} drops tokens inside the language model, where no map can follow; choose another one to compare."


class ArenaTab(Tab):
    """The picture stays encoded; each reducer costs a pass of the language model."""

    name, label, door = "arena", "Arena", "try"

    def endpoints(self) -> None:
        endpoint("arena", self.arena, parameters() + manner.parameters(self.lab))

    def arena(
        self, picture: str, question: str, visual_tokens: int, longest: int = USUAL.longest, system: str = USUAL.system
    ) -> dict:
        """One question from `visual_tokens` visual tokens, by every reducer that can make them, the best first.

        `followed_probability` is that of the answer in `followed`: the right one where it is known, else the model's
        own from all tokens. `kept`: the patches that are tokens as they are, null where any are merged.
        Example: client.predict(handle_file("examples/sky.png"), "How many objects are there?", 64,
        api_name="/arena")
        """
        exhibit = self.comparer.look(picture, Manner.asked(longest, system))
        entries, followed, _, unable = self._entries(exhibit, question, visual_tokens)
        return {
            "followed": followed,
            "entries": [
                {
                    "reducer": one.name,
                    "answer": one.reply.text,
                    "right": one.reply.verdict and one.reply.verdict.score,
                    "followed_probability": one.chance,
                    "flops_share": one.share,
                    "kept": one.places.argmax(1).tolist() if (one.places == 1).any(1).all() else None,
                }
                for one in ordered(entries)
            ],
            "unable": unable,
        }

    def build(self, visit: Visit) -> None:
        gr.Markdown(INTRO.format(arm(self.lab.pooling_arm).label), elem_classes="section")
        self.presets = gr.Dataset(
            components=[gr.Textbox(visible=False)],
            samples=[[preset.name] for preset in PRESETS],
            label="To begin with",
            type="index",
            visible=self._has_presets,
            elem_classes="presets",
        )
        self.look = gr.HTML(elem_classes="told")
        budget = gr.Radio(BUDGETS, value=BUDGET, label="Token budget of the arena")
        self.grid = gr.HTML(apply_default_css=False, js_on_load="fmvr.entries(element, trigger)")
        self.closer = gr.ImageSlider(
            show_label=False,
            label="Two maps, one over the other",
            visible=False,
            interactive=False,
            elem_classes="closer",
        )
        self.caption = gr.Markdown(elem_classes="hint")
        if FOCUS in self._able[0]:
            self.deeds = {gr.Button("Where FocusLLaVA looks", size="sm"): self._focus}
        self.focus = gr.HTML(apply_default_css=False)
        gr.Markdown(HINT, elem_classes="hint")
        self.controls = {"budget": Control(budget), "pins": Control(memo([]), self._are_pins)}
        self.outputs = [self.grid, self.closer, self.focus, self.caption, self.look]

    def connect(self) -> list:
        pins = self.controls["pins"].component
        self.grid.select(_pin, pins, pins, **QUIET)
        desk, budget = self.board.desk, self.controls["budget"].component
        laid = self.presets.click(self._lay, self.presets, [desk.picture, desk.question, budget], **QUIET)
        offered = laid.then(**desk.offering | {"trigger_mode": "always_last"})
        offered.then(**self.board.ring)
        return [offered]

    def show(self, visit: Visit) -> Iterator[New]:
        chosen = visit.chosen[self.name]
        tokens, pins = chosen["budget"], chosen["pins"]
        entries, followed, right, unable = self._entries(visit.exhibit, visit.question, tokens)
        yield {
            self.look: self._look_for(visit, tokens),
            self.focus: "",
            self.grid: arena(source(visit.exhibit.view.image), entries, pins, followed, right, unable),
        } | self._closer(visit, tokens, [one for one in entries if one.name in pins])

    def _focus(self, visit: Visit) -> Iterator[New]:
        """Both choices of FocusLLaVA, at the nearest budget that it makes."""
        view = visit.exhibit.reduced((FOCUS,)).view
        tokens = nearest(view.member(FOCUS).budgets, visit.chosen[self.name]["budget"])
        found = focus(view, visit.question, tokens)
        yield {self.focus: focus_pictures(view.image, found.closeness, found.by_layer, visit.question)}

    @property
    def _has_presets(self) -> bool:
        """Their claims are about the models that ship with the project, in the world that these know."""
        return self.lab.embedded and self.lab.world.name == EmbeddedWorld.name

    @cached_property
    def _asked(self) -> dict[tuple[str, str, int], Preset]:
        """What makes each preset: the picture's code, the question, the budget."""
        presets = PRESETS if self._has_presets else ()
        return {(specimen_at(self.lab.world, one.place).code, one.question, one.tokens): one for one in presets}

    def _lay(self, index: int) -> tuple:
        """A preset for the desk, and its budget."""
        preset, world = PRESETS[index], self.lab.world
        return picture_of(world, specimen_at(world, preset.place)), preset.question, preset.tokens

    def _look_for(self, visit: Visit, tokens: int) -> str:
        """What to look for where a preset is what is asked, however one came to it."""
        preset = self._asked.get((visit.exhibit.code, visit.question, tokens))
        return notes.note("fact", f"{preset.look} {ONE_PICTURE}") if preset else ""

    @cached_property
    def _able(self) -> tuple[list[str], dict[str, str]]:
        return self.lab.able()

    def _are_pins(self, value: Any) -> bool:
        return isinstance(value, list) and len(value) <= PINNED and all(isinstance(one, str) for one in value)

    def _entries(self, exhibit: Exhibit, question: str, tokens: int) -> tuple[list[Entry], str, bool, dict[str, str]]:
        """Each reducer's entry, the answer that is followed and whether it is the right one, and who cannot be here."""
        reducers, unable = self._able
        inside = exhibit.reduced(tuple(reducers))
        able = [name for name in inside.view.arms if tokens in inside.view.member(name).budgets]
        unable = unable | {
            inside.view.member(name).arm.label: f"makes no set of {tokens} visual tokens."
            for name in inside.view.arms
            if name not in able
        }
        if not able:
            raise BadInput(f"Nobody here makes a set of {tokens} visual tokens; the most is {self._patches}.")
        responses = inside.responses(question, tokens, able)
        verdict = responses[able[0]].verdict
        if verdict:
            followed = verdict.truth
        else:  # nobody knows the right answer
            followed = exhibit.response(question, self._patches, self.lab.pooling_arm).answer.text
        chances = self.lab.turns.each(lambda name: inside.chance(followed, question, tokens, name), able)
        return (
            [self._entry(inside, one, chance) for one, chance in zip(responses.values(), chances)],
            followed,
            verdict is not None,
            unable,
        )

    @property
    def _patches(self) -> int:
        return self.lab.member(self.lab.pooling_arm).grid_side ** 2

    def _entry(self, exhibit: Exhibit, response: Response, chance: float) -> Entry:
        answer = response.answer
        member = exhibit.view.member(answer.arm)
        _, places = exhibit.view.token_set(answer.visual_tokens, answer.arm, answer.question).arrays()
        if answer.kept is not None:
            places = places[[one for one in answer.kept if one < len(places)]]
        share = response.cost.flops / exhibit.full_cost(response).flops
        return Entry(answer.arm, member.arm.label, response.reply, chance, share, places, member.drops_inside)

    def _closer(self, visit: Visit, tokens: int, pinned: list[Entry]) -> New:
        """Two maps, one over the other, where two reducers are chosen."""
        hidden = {self.closer: gr.ImageSlider(visible=False), self.caption: ""}
        if len(pinned) < PINNED:
            return hidden
        if blind := next((one.label for one in pinned if one.inside), None):
            return hidden | {self.caption: NO_MAP.format(blind)}
        exhibit = visit.exhibit.reduced(tuple(self._able[0]))
        responses = exhibit.responses(visit.question, tokens, [one.name for one in pinned])
        grids = [one.grid for one in exhibit.maps(responses).values()]
        scale = common_scale(grids)
        pictures = tuple(np.asarray(overlay(exhibit.view.image, grid, scale)) for grid in grids)
        return {
            self.closer: gr.ImageSlider(pictures, visible=True),
            self.caption: CLOSER.format(*(one.label for one in pinned)),
        }


def _pin(pins: list[str] | None, event: gr.EventData) -> list[str]:
    """A reducer was chosen; chosen again, it is let go; of three, the first one is."""
    name = event.reducer
    if name in (pins or []):
        return [one for one in pins if one != name]
    return [*(pins or []), name][-PINNED:]
