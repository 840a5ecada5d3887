"""The answers: one question, one budget, two arms side by side, and the map of any word of them."""

from collections.abc import Iterator
from typing import Any

import gradio as gr
import numpy as np
from markupsafe import Markup

from fmvr.arms import arm
from fmvr.explain.grids import around, elsewhere, touched
from fmvr.explain.maps import Map
from fmvr.explain.methods import METHOD, METHODS
from viz import notes
from viz.card import CardMap, card, cards, difference
from viz.cells import box_of
from viz.heatmap import common_scale, difference_layer, heat_layer
from viz.tabs import manner
from viz.tabs.comparison import Exhibit, Response
from viz.tabs.control import Control, is_place, is_whole
from viz.tabs.endpoint import endpoint, parameters
from viz.tabs.events import QUIET
from viz.tabs.manner import USUAL, Manner
from viz.tabs.memo import memo
from viz.tabs.samples import named_by, phrases
from viz.tabs.tab import New, Tab, Visit
from viz.tabs.words import mapped, renewed, word_of
from viz.tags import stacked

AROUND = 1  # places hidden on each side of the chosen one
HINT = """Choose a word to see what it alone leans on; choose it again for the whole answer. Choose a place on a map to
hide it (with its neighbours) from the models: each word then says how sure they still are of it."""
HIDE = "Hide what is asked about from the models and, to compare, as much elsewhere"
NOT_KNOWN = " Nobody knows where what is asked about lies, so it cannot be hidden."
DIFFERENCE = "difference of the two maps, {} minus {}"
SCALE = "Common: one for both maps, so that they can be compared."
BEST = "At first: the one most faithful in the embedded pair, by `python -m fmvr.evaluation faithfulness`."
SCALES = ["common", "own"]
# The controls at the start.
FIRST = {
    "word": None,
    "place": None,
    "method": METHOD,
    "layer": None,
    "opacity": 0.6,
    "scale": "common",
    "hide": False,
}


class AnswersTab(Tab):
    """What a visitor meets first."""

    name, label, door = "answers", "Answers", "try"

    def endpoints(self) -> None:
        endpoint("compare", self.compare, parameters() + manner.parameters(self.lab))

    def compare(
        self, picture: str, question: str, visual_tokens: int, longest: int = USUAL.longest, system: str = USUAL.system
    ) -> dict:
        """The answer of each arm that can make the budget, by name (`pooling`: without FMVR, `fmvr`: with it).

        `right` (0 to 1) and `truth` are null unless the picture is a scene whose answer is known. `doubts`: why not to
        trust the answers here, as sentences. On a model of one's own, `longest` is the most tokens of an answer (8 to
        512), and `system` what it is told first.
        Example: client.predict(handle_file("examples/sky.png"), "How many objects are there?", 36,
        api_name="/compare")
        """
        exhibit = self.comparer.look(picture, Manner.asked(longest, system))
        responses = exhibit.responses(question, visual_tokens, self.lab.arms)
        maps = exhibit.maps(responses)
        answers = {name: in_json(response, maps[name]) for name, response in responses.items()}
        return answers | {"doubts": exhibit.doubts(question)}

    def build(self, visit: Visit) -> None:
        word, place = memo(), memo()  # an arm and the number of a word; a row and a column of the map
        drawn = str(self._drawn(visit, FIRST))
        self.cards = gr.HTML(drawn, elem_classes="answers", js_on_load="fmvr.answers(element, trigger)")
        hide = gr.Checkbox(False, label=HIDE, container=False)
        gr.Markdown(HINT, elem_classes="hint")
        with gr.Accordion("How the maps are made", open=False), gr.Row():
            method = gr.Dropdown(list(METHODS), value=METHOD, label="Method", info=BEST)
            layers = self.lab.layers
            layer = gr.Slider(1, layers, value=layers, step=1, label="Layer of the vision tower")
            opacity = gr.Slider(0.0, 1.0, value=FIRST["opacity"], step=0.05, label="Opacity")
            scale = gr.Radio(SCALES, value=FIRST["scale"], label="Colour scale", info=SCALE)
        asking = {} if self.lab.embedded else manner.controls()
        self.controls = {
            "word": Control(word, self._is_word, renewed),
            "place": Control(place, lambda value: is_place(value, self.lab.member().grid_side)),
            "method": Control(method),
            "layer": Control(layer),
            "opacity": Control(opacity),
            "scale": Control(scale),
            "hide": Control(hide),
            **asking,
        }
        self.outputs = [self.cards]

    def connect(self) -> list:
        chosen = [self.controls[name].component for name in ("word", "place")]
        self.cards.select(_choose, chosen, chosen, **QUIET)  # what is changed shows the tab
        return []

    def show(self, visit: Visit) -> Iterator[New]:
        yield {self.cards: self._drawn(visit, visit.chosen[self.name])}

    def _is_word(self, value: Any) -> bool:
        if value is None:
            return True
        pair = isinstance(value, list) and len(value) == 2
        return pair and isinstance(value[0], str) and value[0] in self.lab.arms and is_whole(value[1], 0)

    def _drawn(self, visit: Visit, chosen: dict) -> Markup:
        """The cards side by side, the difference of their maps, and what holds for both."""
        exhibit, responses = visit.exhibit, visit.responses
        words, maps = mapped(exhibit, responses, chosen)
        common, grid = common_scale([one.grid for one in maps.values()]), self.lab.member().grid_side
        own = chosen["scale"] == "own"
        each = []
        for name, response in responses.items():
            scale = common_scale([maps[name].grid]) if own else common
            layer = heat_layer(maps[name].grid, scale, chosen["opacity"])
            inside = self._inside(visit, response, words[name], maps[name])
            frame = _frame(chosen["place"], grid) if chosen["place"] else None
            hidden = tuple(
                (what, exhibit.view.without_place(response.answer, places))
                for what, places in self._hidden(visit, chosen).items()
            )
            lacks = word_of(responses, chosen["word"]) if words[name] is None else ""
            shown = CardMap(
                exhibit.behind,
                layer,
                chosen["method"],
                words[name],
                inside,
                frame,
                hidden,
                scale if own else None,
                lacks,
            )
            share = response.cost.flops / exhibit.full_cost(response).flops
            each.append(card(name, response.answer, response.verdict, shown, response.cost.flops, share))
        cost = next(iter(responses.values())).cost
        print_ = notes.small_print(cost.formula, cost.text_tokens, chosen["method"], len(maps), not own)
        if chosen["hide"] and not exhibit.subjects(visit.question):
            print_ += NOT_KNOWN
        drawn = [cards(each, None if own else common, print_)]
        if len(maps) > 1 and len({word is None for word in words.values()}) == 1:  # both of the same thing
            drawn.append(_difference(exhibit, maps, chosen["opacity"]))
        return Markup("").join(drawn)

    def _hidden(self, visit: Visit, chosen: dict) -> dict[str, np.ndarray]:
        """What is hidden from the models, in words → its places, [24, 24] bool."""
        side, found = self.lab.member().grid_side, {}
        if chosen["place"]:
            found["the place"] = around(chosen["place"], side, AROUND)
        things = visit.exhibit.subjects(visit.question) if chosen["hide"] else []
        if things:
            places = touched([thing.box for thing in things], side, visit.exhibit.view.image.width)
            found |= {f"the {phrases(things)}": places, "as much elsewhere": elsewhere(places)}
        return found

    def _inside(self, visit: Visit, response: Response, word: int | None, map: Map) -> str:
        """How much of a map lies where it should, in words; nothing where no one knows."""
        exhibit = visit.exhibit
        if exhibit.specimen is None:
            return ""
        text = response.answer.words[word].text.strip(".,") if word is not None else ""
        things = named_by(self.lab.world, exhibit.sample, text) or exhibit.subjects(response.answer.question)
        if not things:
            return ""
        boxes = [thing.box for thing in things]
        corner = map.in_corner and not any(map.points_at(box) for box in boxes)
        return notes.inside(map.inside(boxes), map.covered(boxes), phrases(things), corner)


def in_json(response: Response, map: Map) -> dict:
    return {
        "answer": response.answer.text,
        "words": [{"text": word.text, "probability": word.probability} for word in response.answer.words],
        "right": response.verdict and response.verdict.score,
        "truth": response.verdict and response.verdict.truth,
        "visual_tokens": response.answer.visual_tokens,
        "text_tokens": response.cost.text_tokens,
        "first_token_seconds": response.answer.first_token_s,
        "seconds": response.answer.total_s,
        "flops": response.cost.flops,
        "flops_formula": response.cost.formula,
        "kv_cache_bytes": response.cost.kv_bytes,
        "gradcam": map.grid.tolist(),
    }


def _difference(exhibit: Exhibit, maps: dict[str, Map], opacity: float) -> Markup:
    """The second arm's map less the first's."""
    pair = first, second = tuple(maps)
    apart = maps[second].grid - maps[first].grid
    scale = common_scale([apart])
    layer = difference_layer(apart, scale, opacity, pair)
    return difference(
        stacked(exhibit.behind, layer, DIFFERENCE.format(arm(second).label, arm(first).label)), scale, pair
    )


def _choose(word, place, event: gr.EventData):
    """A word or a place was chosen; chosen again, it is let go."""
    if "word" in event._data:
        picked = [event.arm, event.word]
        return (None if picked == word else picked), gr.skip()
    picked = [event.row, event.column]
    return gr.skip(), (None if picked == place else picked)


def _frame(place: list[int], side: int) -> tuple[float, float, float, float]:
    """A place of side × side and its neighbours as a box, in parts of the picture's side."""
    return tuple(min(max(edge, 0), 1) for edge in box_of(place, 1 / side, AROUND))
