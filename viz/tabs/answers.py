"""The answers: one question, one budget, both models side by side, and the map of any word of them."""

from collections.abc import Iterator
from dataclasses import replace

import gradio as gr

from fmvr.evaluation.record import kept
from fmvr.gradcam import Map
from fmvr.grids import around
from fmvr.lab import METHOD, METHODS
from fmvr.scenes.reading import subjects
from viz import notes
from viz.card import Shown, card, cards, difference
from viz.cells import box_of
from viz.heatmap import common_scale, difference_layer, heat_layer
from viz.tabs.comparison import Seen, Side
from viz.tabs.endpoint import asked, endpoint
from viz.tabs.link.fits import is_place
from viz.tabs.scenes import phrases
from viz.tabs.tab import QUIET, Tab, Visit
from viz.tags import stacked
from viz.units import percent

AROUND = 1  # places hidden on each side of the chosen one
HINT = """Choose a word to see what it alone leans on; choose it again for the whole answer. Choose a place on a map to
hide it (with its neighbours) from the models: each word then says how sure they still are of it."""
DIFFERENCE = "difference of the two maps, with minus without FMVR"
BEST = "At first: the one most faithful in the embedded pair, by `python -m fmvr.evaluation faithfulness`."
FIRST = {"word": None, "place": None, "method": METHOD, "layer": None, "opacity": 0.6}  # the controls at the start


class AnswersTab(Tab):
    """What a visitor meets first."""

    name, label = "answers", "Answers"

    def endpoints(self) -> None:
        endpoint("compare", self.compare, asked())

    def compare(self, picture: str, question: str, visual_tokens: int) -> dict:
        """The answer of each model, `without` FMVR and `with`, and what belongs to it.

        `right` (0 to 1) and `truth` are null unless the picture is a scene whose answer is known.
        Example: client.predict(handle_file("examples/38-count.png"), "How many objects are there?", 36,
        api_name="/compare")
        """
        seen = self.comparer.look(picture)
        sides = seen.sides(question, visual_tokens)
        maps = seen.maps(sides)
        answers = {name: in_json(side, maps[name]) for name, side in sides.items()}
        return answers | {"doubts": self.lab.doubts(question, seen.view)}

    def build(self, visit: Visit) -> None:
        word, place = gr.State(None), gr.State(None)
        shown = self._drawn(visit, FIRST)
        self.cards = gr.HTML(shown, elem_classes="answers", js_on_load="fmvr.answers(element, trigger)")
        gr.Markdown(HINT, elem_classes="hint")
        with gr.Accordion("How the maps are made", open=False), gr.Row():
            method = gr.Dropdown(list(METHODS), value=METHOD, label="Method", info=BEST)
            layers = self.lab.layers
            layer = gr.Slider(1, layers, value=layers, step=1, label="Layer of the vision tower")
            opacity = gr.Slider(0.0, 1.0, value=FIRST["opacity"], step=0.05, label="Opacity")
        self.measured = gr.Markdown(self._measured(visit.tokens), elem_classes="hint")
        self.controls = {"word": word, "place": place, "method": method, "layer": layer, "opacity": opacity}
        self.outputs = [self.cards, self.measured]

    def fits(self, control: str, value) -> bool:
        if control == "word" and value is not None:
            pair = value if isinstance(value, list) and len(value) == 2 else [None, None]
            return pair[0] in self.lab.models and type(pair[1]) is int and pair[1] >= 0
        if control == "place" and value is not None:
            return is_place(value, self.lab.sides[0])
        return super().fits(control, value)

    def connect(self, showing: dict) -> list:
        chosen = [self.controls["word"], self.controls["place"]]
        self.cards.select(_choose, chosen, chosen, **QUIET)  # a changed State shows the tab
        return super().connect(showing)

    def show(self, visit: Visit) -> Iterator[dict]:
        drawn = self._drawn(visit, visit.chosen[self.name])
        yield {self.cards: drawn, self.measured: self._measured(visit.tokens)}

    def _drawn(self, visit: Visit, chosen: dict) -> str:
        """The cards of both models, the difference of their maps, and what holds for both."""
        seen, sides = visit.seen, visit.sides
        words, maps = mapped(seen, sides, chosen)
        scale = common_scale([found.grid for found in maps.values()])
        both = []
        for name, side in sides.items():
            layer = heat_layer(maps[name].grid, scale, chosen["opacity"])
            inside = self._inside(visit, side, words[name], maps[name])
            shown = Shown(seen.behind, layer, chosen["method"], words[name], inside)
            if place := chosen["place"]:
                hidden = seen.view.without_place(side.answer, around(place, self.lab.sides[0], AROUND))
                shown = replace(shown, place=_frame(place, self.lab.sides[0]), hidden=hidden)
            both.append(card(name, side.answer, side.verdict, shown, side.cost.flops))
        cost = next(iter(sides.values())).cost
        drawn = cards(both, scale, notes.small_print(cost.formula, cost.text_tokens, chosen["method"], len(maps)))
        if len(maps) > 1:
            apart = maps["with"].grid - maps["without"].grid
            widest = common_scale([apart])
            layer = difference_layer(apart, widest, chosen["opacity"])
            drawn += difference(stacked(seen.behind, layer, DIFFERENCE), widest)
        return drawn

    def _measured(self, tokens: int) -> str:
        """How the embedded pair does in general, whatever one answer suggests."""
        if not self.lab.embedded:
            return ""
        found = kept("accuracy").result
        without, with_ = (found["scores"][side][str(tokens)]["average"]["mean"] for side in ("without", "with"))
        return notes.measured(found["scenes"], without, with_, tokens)

    def _inside(self, visit: Visit, side: Side, word: int | None, found: Map) -> str:
        """How much of a map lies where it should, in words; nothing where no one knows."""
        if visit.seen.scene is None:
            return ""
        said = side.answer.words[word].text.strip(".,") if word is not None else ""
        things = [o for o in visit.seen.scene.objects if said and said in o.noun.split()]
        things = things or subjects(visit.seen.scene, side.answer.question)
        if not things:
            return ""
        boxes = [o.box for o in things]
        inside, share = percent(found.inside(boxes)), percent(found.covered(boxes))
        return f"{inside} of it inside: {phrases(things)} ({share} of the picture)."


def mapped(seen: Seen, sides: dict[str, Side], chosen: dict) -> tuple[dict[str, int | None], dict[str, Map]]:
    """For each side: which word of its answer was chosen (None: the whole answer), and its map."""
    words = {name: _word_of(sides, name, chosen["word"]) for name in sides}
    return words, seen.maps(sides, words, chosen["method"], chosen["layer"])


def in_json(side: Side, found: Map) -> dict:
    return {
        "answer": side.answer.text,
        "words": [{"text": word.text, "probability": word.probability} for word in side.answer.words],
        "right": side.verdict and side.verdict.score,
        "truth": side.verdict and side.verdict.truth,
        "visual_tokens": side.answer.visual_tokens,
        "text_tokens": side.cost.text_tokens,
        "first_token_seconds": side.answer.first_token_s,
        "seconds": side.answer.total_s,
        "flops": side.cost.flops,
        "flops_formula": side.cost.formula,
        "kv_cache_bytes": side.cost.kv_bytes,
        "gradcam": found.grid.tolist(),
    }


def _choose(word, place, event: gr.EventData):
    """A word or a place was chosen; chosen again, it is let go."""
    if "word" in event._data:
        picked = [event.side, event.word]
        return (None if picked == word else picked), place
    picked = [event.row, event.column]
    return word, (None if picked == place else picked)


def _word_of(sides: dict[str, Side], name: str, chosen) -> int | None:
    """Which word of a side's answer the map is of: the chosen one, or the other answer's counterpart.

    The counterpart is the same word where the answer has it, else the word at the same place, else the last.
    """
    words = [word.text for word in sides[name].answer.words]
    if chosen is None or chosen[0] not in sides or not words:
        return None
    theirs, index = [word.text for word in sides[chosen[0]].answer.words], chosen[1]
    if index >= len(theirs):
        return None
    if name == chosen[0]:
        return index
    return words.index(theirs[index]) if theirs[index] in words else min(index, len(words) - 1)


def _frame(place: list[int], side: int) -> tuple[float, float, float, float]:
    """A place of side × side and its neighbours as a box, in parts of the picture's side."""
    return tuple(min(max(edge, 0), 1) for edge in box_of(place, 1 / side, AROUND))
