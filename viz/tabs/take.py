"""Take away: a link to what is on the page, the panel for print, and the arrays and numbers behind it."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import gradio as gr
import numpy as np
from PIL import Image

from fmvr.arms import arm
from viz.tabs import manner
from viz.tabs.answers import AnswersTab
from viz.tabs.endpoint import endpoint, parameters
from viz.tabs.events import QUIET
from viz.tabs.manner import USUAL, Manner
from viz.tabs.packing import unpacked
from viz.tabs.parcel import pack
from viz.tabs.tab import New, Tab, Visit
from viz.tags import image_tag

FIRST_TAB = AnswersTab.name
LINK = """## A link to what you see
It brings anyone back to this picture, question and budget, on the tab you came from, with the choices made there. It
also works after this page has been restarted."""
SCENE = "The link holds the picture’s code: whoever opens it sees exactly this picture."
OWN = """Your own picture is not stored here. It travels **inside the link itself**: as the model sees it, 336 × 336
pixels, compressed as WebP{loss}. Whoever has the link has the picture; the browser's address bar leaves it out."""
LOSS = ", so answers to the link can differ a little from those to the original"
FILES = """## Files
The panel for print: the picture, where each model looked, and what each answered. Beside it the arrays and numbers
behind it. They are made when you press the button, for you alone."""
HINT = """`panel.png` has 300 dots per inch; in `panel.svg` and `panel.pdf` all words are drawn as shapes or with their
font inside. `arrays.npz` holds the picture, the raw maps and the bands; `numbers.json` says what each array is.
`words.csv` has a line for every word of the answers, `bands.csv` one for every band of a level."""


class TakeTab(Tab):
    """The last tab; its link leads to the one before it."""

    name, label, door = "take", "Take away", "judge"

    def endpoints(self) -> None:
        outputs = [gr.File(file_count="multiple", label="files"), gr.JSON(label="result")]
        endpoint("take_away", self.take_away, parameters() + manner.parameters(self.lab), outputs)

    def take_away(
        self, picture: str, question: str, visual_tokens: int, longest: int = USUAL.longest, system: str = USUAL.system
    ) -> tuple:
        """The panel as PNG, SVG and PDF, the raw arrays as NPZ, the numbers as JSON and CSV; and the permalink.

        The permalink is what follows the page's address; a picture that is no scene is inside it.
        Example: client.predict(handle_file("examples/sky.png"), "How many boats are there?", 36,
        api_name="/take_away")
        """
        exhibit = self.comparer.look(picture, how := Manner.asked(longest, system))
        chosen = self.board.sharing.at_first()
        chosen[FIRST_TAB] |= {name: value for name, value in vars(how).items() if name in chosen[FIRST_TAB]}
        visit = Visit(exhibit, question, visual_tokens, chosen, FIRST_TAB, FIRST_TAB)
        with TemporaryDirectory() as folder:
            yield pack(visit, Path(folder), link := self._link(visit)), {"permalink": link}

    def build(self, visit: Visit) -> None:
        gr.Markdown(LINK, elem_classes="section")
        self.link = gr.Textbox("", label="Link", buttons=["copy"], interactive=False, max_lines=3, elem_classes="link")
        self.link.change(None, self.link, self.link, js="(link) => fmvr.whole(link)", **QUIET)
        self.about = gr.Markdown(elem_classes="hint")
        gr.Markdown(FILES, elem_classes="section")
        self.prepare = gr.Button("Prepare the files", elem_classes="prepare")
        self.files = gr.File(file_count="multiple", label="Files", interactive=False, visible=False)
        self.preview = gr.HTML(elem_classes="panel")
        gr.Markdown(HINT, elem_classes="hint")
        self.outputs = [self.preview, self.link, self.about, self.files]
        self.deeds = {self.prepare: self.pack}

    def show(self, visit: Visit) -> Iterator[New]:
        exhibit = visit.exhibit
        exact = exhibit.specimen or np.array_equal(unpacked(exhibit.packed), exhibit.view.image)
        about = SCENE if exhibit.specimen else OWN.format(loss="" if exact else LOSS)
        yield {
            self.link: self._link(visit),
            self.about: about,
            self.files: gr.File(None, visible=False, interactive=False),
            self.preview: "",
        }

    def pack(self, visit: Visit) -> Iterator[New]:
        """The files; Gradio copies them before the folder goes."""
        with TemporaryDirectory() as folder:
            files = pack(visit, Path(folder), self._link(visit))
            answers = "; ".join(f"{arm(name).label}: {one.answer.text}" for name, one in visit.responses.items())
            with Image.open(Path(folder) / "panel.png") as drawn:
                preview = image_tag(drawn.convert("RGB"), f"The panel: {visit.question} {answers}")
            yield {self.files: gr.File(files, visible=True, interactive=False), self.preview: preview}

    def _link(self, visit: Visit) -> str:
        before = visit.before if visit.before != self.name else FIRST_TAB
        return self.board.sharing.link(visit, before, own_picture=True)
