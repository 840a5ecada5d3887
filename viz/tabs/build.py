"""Build a scene: place, move, resize and remove objects by hand, and see whether the answers notice."""

import random
from collections.abc import Callable, Iterator
from tempfile import TemporaryDirectory
from typing import Any

import gradio as gr

from fmvr.inputs import BadInput
from fmvr.scenes import edit, told
from fmvr.scenes.catalog import COLOURS, NOUNS, SIGN, THINGS
from fmvr.scenes.draw import SIDE
from fmvr.scenes.reading import subjects
from fmvr.scenes.scene import LARGEST, MOST_OVERLAP, SMALLEST, SPLIT_SIZE, SPLITS, Scene
from viz import notes
from viz.noticed import asking, noticed
from viz.tabs.comparison import Seen
from viz.tabs.endpoint import endpoint
from viz.tabs.scenes import any_question, asked_of, new_scene, save_scene, scene_by_code, scene_picture
from viz.tabs.tab import QUIET, Tab, Visit, on_model
from viz.workbench import centre, workbench

TITLE = """## Build a scene
Change the scene and the page answers again. **Take the asked object away and see whether the answer notices.**"""
NO_SCENE = "This picture is no scene, so nothing in it can be moved: take a new scene, or an empty one."
HINT = """Look for an answer that stays when the object it was about has gone: it did not depend on that object. The
number beside an answer is the probability the model gave it."""
NOTHING_ASKED = "The question names no object that is in this scene: ask about one, or remove one by hand."
NEW = -1  # among the objects to choose from: one that is not there yet
LONGEST_CODE = 100
FIRST_SIZE = 64
OVERLAP = (
    f"Two objects overlap by more than {100 * MOST_OVERLAP:.0f} % of the smaller one. You may, but no scene the models "
    "were trained on has that."
)


class BuildTab(Tab):
    """Its States: `object`, which of the scene's objects is chosen; `edit`, the codes before and after the last one."""

    name, label = "build", "Build a scene"

    def endpoints(self) -> None:
        given = [gr.Textbox(label="code"), gr.JSON([], label="edits")]
        endpoint("build_scene", self.built, given, [gr.Image(label="scene", format="png"), gr.JSON(label="result")])

    def built(self, code: str, edits: list) -> tuple:
        """A scene by its code, edited: its picture, its new code, its objects and questions with their answers.

        `edits` is a list such as `[{"do": "add", "noun": "cat", "x": 100, "y": 60, "size": 64}, {"do": "remove",
        "index": 0}]`; the others are `move` (index, x, y), `resize` (index, size), `on_background` (seed) and `empty`.
        Shapes and signs have a `colour`, signs a `number`. Places are centres in pixels of 336, from the top left.
        Example: client.predict("200000005", [{"do": "add", "noun": "cat", "x": 100, "y": 60, "size": 64}],
        api_name="/build_scene")
        """
        scene = edit.apply(scene_by_code(code), edits or [])
        objects = [{"name": name, "box": thing.box} for name, thing in zip(told.names(scene), scene.objects)]
        return scene_picture(scene), {"code": scene.code, "objects": objects, "questions": asked_of(scene)}

    def build(self, visit: Visit) -> None:
        chosen, last = gr.State(None), gr.State(None)
        gr.Markdown(TITLE, elem_classes="section")
        self.about, self.problem = gr.HTML(), gr.HTML()
        with gr.Row(elem_classes="workshop") as self.workshop:
            with gr.Column(min_width=280):
                self.bench = gr.HTML(elem_classes="bench", js_on_load="fmvr.places(element, trigger)")
            with gr.Column(min_width=260):
                self.which = gr.Radio(
                    [("a new object", NEW)], value=NEW, label="A click in the picture places", elem_classes="which"
                )
                with gr.Row() as self.kind:
                    self.noun = gr.Dropdown(NOUNS, value="cat", label="Object", min_width=120)
                    self.colour = gr.Dropdown(list(COLOURS), value="red", label="Colour", visible=False, min_width=100)
                    self.number = gr.Number(7, label="Number", precision=0, minimum=0, maximum=99, visible=False)
                self.size = gr.Slider(SMALLEST, LARGEST, value=FIRST_SIZE, step=1, label="Size in pixels")
                self.removal = gr.Button("Remove it", interactive=False)
        with gr.Row(elem_classes="acts") as self.acts:
            self.asked = gr.Button("Take the asked object away", variant="primary", scale=0, min_width=250)
            self.undo = gr.Button("Undo", interactive=False, scale=0, min_width=80)
            self.background = gr.Button("Other background", scale=0, min_width=180)
            self.empty = gr.Button("Empty scene", scale=0, min_width=130)
        with gr.Row(elem_classes="acts", visible=False) as self.start:
            self.new = gr.Button("New scene", variant="primary")
            self.blank = gr.Button("Empty scene")
        gr.Markdown("### Did the answers notice?", elem_classes="section")
        self.noticed = gr.HTML()
        gr.Markdown(HINT, elem_classes="hint")
        self.controls = {"object": chosen, "edit": last}
        places = [self.workshop, self.acts, self.start]
        self.outputs = [self.noticed, self.bench, self.which, self.kind, self.size, self.removal, self.undo, self.about]
        self.outputs += places

    def fits(self, control: str, value: Any) -> bool:
        if value is None:
            return True
        if control == "object":
            return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < edit.MOST_OBJECTS
        codes = isinstance(value, list) and len(value) == 2
        return codes and all(isinstance(code, str) and len(code) <= LONGEST_CODE for code in value)

    def connect(self, showing: dict[str, Any]) -> list:
        """Every edit is drawn at once; the answers to it follow."""
        desk, new = self.board.desk, [self.noun, self.colour, self.number]
        outputs = [desk.picture, desk.question, *self.controls.values(), self.problem, *self.outputs]
        edits = (
            (self.bench.select, self._click, [self.which, *new, self.size]),
            (self.size.release, self._resize, [self.which, self.size]),
            (self.removal.click, self._remove, [self.which]),
            (self.asked.click, self._take_away, [desk.question]),
            (self.undo.click, self._undo, [self.controls["edit"]]),
            (self.background.click, self._background, []),
            (self.empty.click, self._empty, []),
            (self.blank.click, self._empty, []),
            (self.new.click, self._new, []),
        )
        # Answers that come late must not draw an earlier choice again, so they fill in the answers alone.
        answering = showing | {"fn": self.board.doing(self.answers)}
        running = [
            listen(act, [desk.picture, *given], outputs, **QUIET)
            .then(desk.offered, desk.picture, desk.chips, **on_model(show_progress="hidden"))
            .then(**answering)
            for listen, act, given in edits
        ]
        self.noun.input(_kinds, self.noun, new[1:], **QUIET)
        chosen = self.which.input(self._choose, [desk.picture, self.which], outputs, **QUIET)
        return [*running, chosen.then(**answering)]

    def show(self, visit: Visit) -> Iterator[dict]:
        scene, chosen = visit.seen.scene, visit.chosen[self.name]
        if scene is None:
            yield self._places(False) | {self.about: notes.note("fact", NO_SCENE), self.noticed: ""}
            return
        yield self._bench(scene, chosen["object"], _before(scene, chosen["edit"]) is not None)
        yield from self.answers(visit)

    def answers(self, visit: Visit) -> Iterator[dict]:
        """Both models' answers, before and after the last edit."""
        scene = visit.seen.scene
        if scene is None or visit.tab not in ("", self.name):
            yield {}
            return
        before = _before(scene, visit.chosen[self.name]["edit"])
        seen = [visit.seen] if before is None else [self._look(before), visit.seen]
        sides = [one.sides(visit.question, visit.tokens) for one in seen]
        said = {name: [both[name].said for both in sides] for name in sides[0]}
        edited = "" if before is None else told.edited(before, scene)
        yield {self.noticed: noticed([one.view.image for one in seen], said, edited)}

    def _bench(self, scene: Scene, chosen: int | None, edited: bool) -> dict:
        """The controls as they are for a scene and the object chosen in it."""
        chosen = chosen if chosen is not None and chosen < len(scene.objects) else None
        names, thing = told.names(scene), None if chosen is None else scene.objects[chosen]
        choices = [("a new object", NEW), *((name, i) for i, name in enumerate(names))]
        return {
            self.bench: workbench(scene.render(), names, chosen, thing and thing.box),
            self.which: gr.Radio(choices, value=NEW if chosen is None else chosen),
            self.kind: gr.Row(visible=thing is None),
            self.size: gr.skip() if thing is None else thing.size,
            self.removal: gr.Button(interactive=thing is not None),
            self.undo: gr.Button(interactive=edited),
            self.about: notes.note("fact", OVERLAP) if edit.most_overlap(scene) > MOST_OVERLAP else "",
        } | self._places(True)

    def _places(self, there: bool) -> dict:
        """What is on the page where the desk's picture is a scene, and where it is none."""
        return {
            self.workshop: gr.Row(visible=there),
            self.acts: gr.Row(visible=there),
            self.start: gr.Row(visible=not there),
        }

    def _look(self, scene: Scene) -> Seen:
        with TemporaryDirectory() as folder:
            return self.comparer.look(save_scene(scene, folder))

    def _edited(self, path: str | None, act: Callable[[Scene], Scene], chosen: int | None = None) -> Iterator[dict]:
        """Put the scene on the desk, edited, on the desk; what cannot be done is told."""
        try:
            scene = self.comparer.look(path).scene
            if scene is None:
                raise BadInput(NO_SCENE)
            if (new := act(scene)) == scene:
                yield {self.problem: ""}
            else:
                yield from self._put(new, chosen, [scene.code])
        except BadInput as problem:
            yield {self.problem: notes.note("problem", str(problem))}

    def _put(self, scene: Scene, chosen: int | None, before: list[str]) -> Iterator[dict]:
        last = [*before, scene.code] if before else None
        states = {self.controls["object"]: chosen, self.controls["edit"]: last}
        with TemporaryDirectory() as folder:
            yield (
                self._bench(scene, chosen, bool(before))
                | states
                | {self.board.desk.picture: save_scene(scene, folder), self.problem: "", self.noticed: asking()}
            )

    def _choose(self, path: str | None, which: int) -> dict:
        chosen = None if which == NEW else which
        scene = self.comparer.scene(path)
        drawn = self._bench(scene, chosen, True) if scene else {}
        drawn.pop(self.undo, None)
        return {self.controls["object"]: chosen} | drawn

    def _click(self, path, which, noun, colour, number, size, event: gr.EventData) -> Iterator[dict]:
        x, y = centre(event.row, event.column, SIDE)
        if which != NEW:
            yield from self._edited(path, lambda scene: edit.move(scene, which, x, y), which)
            return
        colour, number = None if noun in THINGS else colour, number if noun == SIGN else None
        yield from self._edited(path, lambda scene: edit.add(scene, noun, x, y, size, colour, number))

    def _resize(self, path, which, size) -> Iterator[dict]:
        if which == NEW:  # the size of the next new object
            yield {self.problem: ""}
        else:
            yield from self._edited(path, lambda scene: edit.resize(scene, which, size), which)

    def _remove(self, path, which) -> Iterator[dict]:
        yield from self._edited(path, lambda scene: edit.remove(scene, which))

    def _take_away(self, path, question) -> Iterator[dict]:
        def take(scene: Scene) -> Scene:
            things = subjects(scene, question or "")
            if not things:
                raise BadInput(NOTHING_ASKED)
            return edit.without(scene, things)

        yield from self._edited(path, take)

    def _undo(self, path, last) -> Iterator[dict]:
        yield from self._edited(path, lambda scene: _before(scene, last) or scene)

    def _background(self, path) -> Iterator[dict]:
        seed = SPLITS["test"] + random.randrange(SPLIT_SIZE)
        yield from self._edited(path, lambda scene: edit.on_background(scene, seed))

    def _empty(self, path) -> Iterator[dict]:
        if self.comparer.scene(path):
            yield from self._edited(path, edit.empty)
        else:
            yield from self._put(edit.empty(new_scene()), None, [])

    def _new(self, path) -> Iterator[dict]:
        scene = new_scene()
        for put in self._put(scene, None, []):
            yield put | {self.board.desk.question: any_question(scene)}


def _kinds(noun: str) -> tuple:
    """Things have no colour; only signs have a number."""
    return gr.Dropdown(visible=noun not in THINGS), gr.Number(visible=noun == SIGN)


def _before(scene: Scene, last: list[str] | None) -> Scene | None:
    """The scene before the last edit; None where the last edit did not make this scene."""
    if not last or last[1] != scene.code:
        return None
    try:
        return scene_by_code(last[0])
    except BadInput:
        return None
