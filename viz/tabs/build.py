"""Build a scene: place, move, resize and remove objects by hand, and see whether the answers notice."""

from collections.abc import Callable, Iterator
from functools import partial
from tempfile import TemporaryDirectory
from typing import Any

import gradio as gr
from PIL import Image

from fmvr.errors import BadInput
from fmvr.worlds.embedded import captions, draw, edit
from fmvr.worlds.embedded import code as codes
from fmvr.worlds.embedded.catalog import COLOURS, NOUNS, SIGN, THINGS
from fmvr.worlds.embedded.kinds import LARGEST, SMALLEST
from fmvr.worlds.embedded.picture import Picture
from fmvr.worlds.embedded.scene import MOST
from fmvr.worlds.scenes.scene import MOST_OVERLAP
from viz import notes
from viz.noticed import asking, noticed
from viz.tabs import edits
from viz.tabs.comparison import Exhibit
from viz.tabs.control import Control, is_whole
from viz.tabs.edits import Edit
from viz.tabs.endpoint import endpoint
from viz.tabs.events import QUIET
from viz.tabs.memo import memo
from viz.tabs.samples import any_question, picture_of, questions_of, save, specimen_by_code
from viz.tabs.scenes import NO_SCENE, is_scene, new_scene, scene_of, specimen_of
from viz.tabs.tab import New, Tab, Visit
from viz.workbench import workbench

TITLE = """## Build a scene
Change the scene and the page answers again. **Take the asked object away and see whether the answer notices.**"""
HINT = """Look for an answer that stays when the object it was about has gone: it did not depend on that object. The
number beside an answer is the probability the model gave it."""
FIRST_SIZE = 64
NEW = "a new object"
OVERLAP = (
    f"Two objects overlap by more than {100 * MOST_OVERLAP:.0f} % of the smaller one. You may, but no scene the models "
    "were trained on has that."
)


class BuildTab(Tab):
    """Its `object` is the chosen one of the scene's objects, its `edit` the codes before and after the last one."""

    name, label, door = "build", "Build", "try"
    needs = frozenset({"scenes"})

    def endpoints(self) -> None:
        inputs = [gr.Textbox(label="code"), gr.JSON([], label="edits")]
        endpoint("build_scene", self.edited, inputs, [gr.Image(label="scene", format="png"), gr.JSON(label="result")])

    def edited(self, code: str, edits: list) -> tuple:
        """A scene by its code, edited: its picture, its new code, its objects and questions with their answers.

        `edits` is a list such as `[{"do": "add", "noun": "cat", "x": 100, "y": 60, "size": 64}, {"do": "remove",
        "index": 0}]`; the others are `move` (index, x, y), `resize` (index, size), `on_background` (seed) and `empty`.
        Shapes and signs have a `colour`, signs a `number`. Places are centres in pixels of 336, from the top left.
        Example: client.predict("200000005", [{"do": "add", "noun": "cat", "x": 100, "y": 60, "size": 64}],
        api_name="/build_scene")
        """
        world = self.lab.world
        scene = edit.apply(scene_of(specimen_by_code(world, (code or "").strip())), edits or [])
        made = specimen_of(world, scene)
        objects = [{"name": name, "box": item.box} for name, item in zip(captions.names(scene), scene.items)]
        result = {"code": made.code, "objects": objects, "questions": questions_of(world, made)}
        return picture_of(world, made), result

    def build(self, visit: Visit) -> None:
        chosen, last = memo(), memo()
        gr.Markdown(TITLE, elem_classes="section")
        self.about, self.problem = gr.HTML(), gr.HTML()
        with gr.Row(elem_classes="workshop") as self.workshop:
            with gr.Column(min_width=280):
                self.bench = gr.HTML(elem_classes="bench", js_on_load="fmvr.places(element, trigger)")
            with gr.Column(min_width=260):
                self.which = gr.Radio(
                    [NEW], value=NEW, label="A click in the picture places", interactive=True, elem_classes="which"
                )
                with gr.Row() as self.kind:
                    self.noun = gr.Dropdown(NOUNS, value="cat", label="Object", min_width=120)
                    self.colour = gr.Dropdown(list(COLOURS), value="red", label="Colour", visible=False, min_width=100)
                    self.number = gr.Number(7, label="Number", precision=0, minimum=0, maximum=99, visible=False)
                self.size = gr.Slider(SMALLEST, LARGEST, value=FIRST_SIZE, step=1, label="Size in pixels")
                self.removal = gr.Button("Remove it", interactive=False)
        with gr.Row(elem_classes="acts") as self.acts:
            self.taking = gr.Button("Take the asked object away", variant="primary", scale=0, min_width=250)
            self.undo = gr.Button("Undo", interactive=False, scale=0, min_width=80)
            self.background = gr.Button("Other background", scale=0, min_width=180)
            self.empty = gr.Button("Empty scene", scale=0, min_width=130)
        with gr.Row(elem_classes="acts", visible=False) as self.start:
            self.new = gr.Button("New scene", variant="primary")
            self.blank = gr.Button("Empty scene")
        gr.Markdown("### Did the answers notice?", elem_classes="section")
        self.noticed = gr.HTML()
        gr.Markdown(HINT, elem_classes="hint")
        self.controls = {  # what changes them draws the scene itself
            "object": Control(chosen, _is_object, shows=False),
            "edit": Control(last, _is_edit, shows=False),
        }
        places = [self.workshop, self.acts, self.start]
        self.outputs = [self.noticed, self.bench, self.which, self.kind, self.size, self.removal, self.undo, self.about]
        self.outputs += places

    def connect(self) -> list:
        """Every edit is drawn at once; the answers to it follow."""
        desk, look = self.board.desk, [self.noun, self.colour, self.number]
        chosen, last = (control.component for control in self.controls.values())
        outputs = [desk.picture, desk.question, chosen, last, self.problem, *self.outputs]
        acts = (
            (self.bench.select, self._place, [chosen, *look, self.size]),
            (self.size.release, self._act(edits.resize), [chosen, self.size]),
            (self.removal.click, self._act(edits.remove), [chosen]),
            (self.taking.click, self._take_away, [desk.question]),
            (self.undo.click, self._act(edits.undo), [last]),
            (self.background.click, self._act(edits.on_another_background), []),
            (self.empty.click, self._empty, []),
            (self.blank.click, self._empty, []),
            (self.new.click, self._new, []),
        )
        # Answers that come late must not draw an earlier choice again, so they fill in the answers alone.
        answering, offering = self.board.event(self, self.answers), desk.offering
        running = [
            listen(act, [desk.picture, *inputs], outputs, **QUIET).then(**offering).then(**answering)
            for listen, act, inputs in acts
        ]
        self.noun.input(_kinds, self.noun, look[1:], **QUIET)
        choosing = self.which.select(self._choose, desk.picture, outputs, **QUIET)
        return [*running, choosing.then(**answering)]

    def show(self, visit: Visit) -> Iterator[New]:
        chosen = visit.chosen[self.name]
        if not is_scene(visit.exhibit.specimen):
            yield self._places(False) | {self.about: notes.note("fact", NO_SCENE), self.noticed: ""}
            return
        scene = scene_of(visit.exhibit.specimen)
        yield self._bench(scene, chosen["object"], edits.before(scene, chosen["edit"]) is not None)
        yield from self.answers(visit)

    def answers(self, visit: Visit) -> Iterator[New]:
        """Every arm's answers, before and after the last edit."""
        if not is_scene(visit.exhibit.specimen):
            yield {}
            return
        scene = scene_of(visit.exhibit.specimen)
        before = edits.before(scene, visit.chosen[self.name]["edit"])
        exhibits = [visit.exhibit] if before is None else [self._look(before), visit.exhibit]
        each = [one.responses(visit.question, visit.tokens, self.lab.arms) for one in exhibits]
        replies = {name: [responses[name].reply for responses in each] for name in each[0]}
        caption = "" if before is None else captions.change(before, scene)
        yield {self.noticed: noticed([one.view.image for one in exhibits], replies, caption)}

    def _bench(self, scene: Picture, chosen: int | None, undoes: bool) -> New:
        """The controls as they are for a scene and the object chosen in it; `undoes`: whether an edit can be undone."""
        chosen = chosen if chosen is not None and chosen < len(scene.items) else None
        names, thing = captions.names(scene), None if chosen is None else scene.items[chosen]
        return {
            self.bench: str(workbench(Image.fromarray(draw.pixels(scene)[0]), names, chosen, thing and thing.box)),
            self.which: gr.Radio([NEW, *names], value=NEW if chosen is None else names[chosen]),
            self.kind: gr.Row(visible=thing is None),
            self.size: gr.skip() if thing is None else thing.size,
            self.removal: gr.Button(interactive=thing is not None),
            self.undo: gr.Button(interactive=undoes),
            self.about: str(notes.note("fact", OVERLAP)) if edit.most_overlap(scene) > MOST_OVERLAP else "",
        } | self._places(True)

    def _places(self, there: bool) -> New:
        """What is on the page where the desk's picture is a scene, and where it is none."""
        return {
            self.workshop: gr.Row(visible=there),
            self.acts: gr.Row(visible=there),
            self.start: gr.Row(visible=not there),
        }

    def _look(self, scene: Picture) -> Exhibit:
        with TemporaryDirectory() as folder:
            return self.comparer.look(save(self.lab.world, specimen_of(self.lab.world, scene), folder))

    def _act(self, act: Callable[..., Edit]) -> Callable:
        """The function of an event that edits the scene on the desk."""
        return partial(self._edit, act)

    def _edit(self, act: Callable[..., Edit], path: str | None, *values: Any) -> Iterator[New]:
        """Put the scene on the desk, edited, on the desk; for what cannot be done there is a sentence."""
        try:
            specimen = self.comparer.shown(path)
            scene, chosen = act(scene_of(specimen), *values)
            if scene == scene_of(specimen):
                yield {self.problem: ""}
            else:
                yield from self._put(scene, chosen, [specimen.code])
        except BadInput as problem:
            yield {self.problem: str(notes.note("problem", str(problem)))}

    def _take_away(self, path: str | None, question: str | None) -> Iterator[New]:
        specimen = self.comparer.specimen(path)
        things = self.lab.world.subjects(specimen.sample, question or "") if specimen else []
        yield from self._edit(edits.take_away, path, things)

    def _put(self, scene: Picture, chosen: int | None, before: list[str]) -> Iterator[New]:
        specimen = specimen_of(self.lab.world, scene)
        last = [*before, specimen.code] if before else None
        states = {self.controls["object"].component: chosen, self.controls["edit"].component: last}
        with TemporaryDirectory() as folder:
            picture = save(self.lab.world, specimen, folder)
            drawn = {self.board.desk.picture: picture, self.problem: "", self.noticed: str(asking())}
            yield self._bench(scene, chosen, bool(before)) | states | drawn

    def _choose(self, path: str | None, event: gr.SelectData) -> New:
        chosen, specimen = event.index - 1 if event.index else None, self.comparer.specimen(path)
        drawn = self._bench(scene_of(specimen), chosen, True) if is_scene(specimen) else {}
        drawn.pop(self.undo, None)
        return {self.controls["object"].component: chosen} | drawn

    def _place(self, path, chosen, noun, colour, number, size, event: gr.EventData) -> Iterator[New]:
        yield from self._edit(edits.place, path, chosen, noun, colour, number, size, event.row, event.column)

    def _empty(self, path) -> Iterator[New]:
        if is_scene(self.comparer.specimen(path)):
            yield from self._edit(edits.empty, path)
        else:
            yield from self._put(edits.empty(scene_of(new_scene(self.lab.world))).scene, None, [])

    def _new(self, path) -> Iterator[New]:
        specimen = new_scene(self.lab.world)
        for put in self._put(scene_of(specimen), None, []):
            yield put | {self.board.desk.question: any_question(self.lab.world, specimen)}


def _is_object(value: Any) -> bool:
    return value is None or is_whole(value, 0, MOST)


def _is_edit(value: Any) -> bool:
    two = isinstance(value, list) and len(value) == 2
    return value is None or two and all(isinstance(code, str) and len(code) <= codes.LONGEST for code in value)


def _kinds(noun: str) -> tuple:
    """Things have no colour; only signs have a number."""
    return gr.Dropdown(visible=noun not in THINGS), gr.Number(visible=noun == SIGN)
