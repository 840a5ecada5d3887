"""One video, one question, frames × tokens a frame, two arms, and where in each frame they look."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import gradio as gr
from markupsafe import Markup

from fmvr.errors import BadInput
from fmvr.evaluation.measures.clips import Clips
from fmvr.evaluation.record import kept
from fmvr.explain.methods import METHOD
from fmvr.media.clip import Clip
from fmvr.media.collage import FRAMES as COLLAGE
from fmvr.media.collage import collage
from fmvr.media.video import read_video
from viz.card import plain_card, plain_cards
from viz.course import course_figure
from viz.evidence.clips import equal_totals, known, sentence
from viz.filmstrip import filmstrip, shares
from viz.heatmap import common_scale
from viz.notes import note
from viz.tabs.comparison import Exhibit, Responses
from viz.tabs.control import Control
from viz.tabs.endpoint import endpoint
from viz.tabs.events import QUIET
from viz.tabs.remembered import Remembered
from viz.tabs.samples import EXAMPLES
from viz.tabs.slider import BUDGET
from viz.tabs.tab import New, Tab, Visit
from viz.units import percent, token_count

FRAMES = [1, 2, 4, 8, 16]
FIRST, EACH = 8, 36  # frames, and tokens of each
KEPT = 2  # videos whose frames stay encoded
QUESTION = "What moved?"
AS_FRAMES, AS_COLLAGE = "frames", "collage"
WAYS = [("Frame by frame", AS_FRAMES), ("Six in a collage", AS_COLLAGE)]
WAY = "A collage is M3's way: six frames as one picture, seen whole and in four quarters."
INTRO = """## Video
A video is read as a few frames, evenly over its whole length, each with its own token set. Twice the frames is twice
the work, and so is twice the tokens of each."""
HINT = """Under each frame: its time, and the share of the answer's map that lies in it. Look for the frame that the
answer leans on."""
COURSE = """How much of each frame's tokens lies in what is smooth (<b class="low">low: L<sub>A</sub></b>) and in
detail (<b class="high">high: H<sub>A</sub>, H<sub>M</sub></b>), before the block, at the tokens chosen above. A jump is
a frame that looks unlike the one before."""
TRADES = """Right answers of the two models to questions about test clips, in percent with 95 % intervals. Each plot has
one number of tokens in all: on the left as fewer frames of more tokens, on the right as more frames of fewer."""
EMPTY = "Bring a video: an MP4 or a WebM of up to half an hour; or take the example."


class VideoTab(Tab):
    """Frames are encoded once, whatever is asked and with however many tokens."""

    name, label, door = "video", "Video", "try"

    def __init__(self, comparer):
        super().__init__(comparer)
        self.look = Remembered(self._look_at, KEPT)

    def endpoints(self) -> None:
        frames = gr.Number(FIRST, label="frames", precision=0)
        tokens = gr.Number(EACH, label=BUDGET, precision=0)
        way = gr.Radio(WAYS, value=AS_FRAMES, label="way")
        endpoint("ask_video", self.ask, [gr.File(label="video"), gr.Textbox(label="question"), frames, tokens, way])

    def ask(self, video: str, question: str, frames: int, visual_tokens: int, way: str = AS_FRAMES) -> dict:
        """The answer of each arm that can make the budget, from `frames` frames of `visual_tokens` tokens each.

        `way`: `frames`, or `collage`: six frames as one picture of which five views are read, whatever `frames` says.
        `times`: of the frames, in seconds; null of a collage, whose views have `names`. `flops_share`: of the work that
        all tokens of the same frames would be. `frame_shares`: how much of the answer's map lies in each frame.
        Example: client.predict(handle_file("examples/video.mp4"), "What moved?", 8, 36, api_name="/ask_video")
        """
        exhibit, clip = self._watched(video, frames, way)
        responses = exhibit.responses(question, visual_tokens, self.lab.arms)
        return {"times": clip.times and list(clip.times), "names": clip.names and list(clip.names)} | {
            name: {
                "answer": response.answer.text,
                "probabilities": [word.probability for word in response.answer.words],
                "visual_tokens": response.answer.all_visual_tokens,
                "flops_share": response.cost.flops / exhibit.full_cost(response).flops,
                "frame_shares": shares([one.grid for one in exhibit.view.maps(response.answer)]),
            }
            for name, response in responses.items()
        }

    def build(self, visit: Visit) -> None:
        gr.Markdown(INTRO, elem_classes="section")
        with gr.Row(elem_classes="choices"):
            with gr.Column():
                self.video = gr.Video(label="Video", sources=["upload", "webcam"])
                self.example = gr.Button("Example video", size="sm")
            with gr.Column():
                question = gr.Textbox(QUESTION, label="Question about the video", max_lines=2)
                way = gr.Radio(WAYS, value=AS_FRAMES, label="Read", info=WAY)
                frames = gr.Radio(FRAMES, value=FIRST, label="Frames, of a video read frame by frame")
                tokens = gr.Radio(self.lab.budgets, value=visit.tokens, label="Visual tokens a frame")
        self.told = gr.HTML(str(note("fact", EMPTY)), apply_default_css=False)
        self.answers = gr.HTML(elem_classes="answers", apply_default_css=False)
        gr.Markdown(HINT, elem_classes="hint")
        with gr.Accordion("The energy of the bands over time", open=False, visible=False) as self.fold:
            gr.Markdown(COURSE, elem_classes="fold")
            self.course = gr.Plot(
                label="Energy of the bands, frame after frame",
                show_label=False,
                container=False,
                elem_classes=["bandplot", "course"],
            )
        if self.lab.embedded:  # of which this was measured
            with gr.Accordion("Is it better to see more frames, or more of each?", open=False) as self.measured:
                gr.Markdown(TRADES, elem_classes="fold")
                self.trades = gr.Plot(
                    label="Percent right at equal numbers of tokens in all",
                    show_label=False,
                    container=False,
                    elem_classes="against",
                )
                gr.Markdown(" ".join(sentence(self._clips, name) for name in self.lab.pair), elem_classes="hint")
        self.controls = {
            "video": Control(self.video, linked=False),
            "question": Control(question),
            "way": Control(way),
            "frames": Control(frames),
            "tokens": Control(tokens),
        }
        self.outputs = [self.answers, self.course, self.told, self.fold]

    def connect(self) -> list:
        taken = self.example.click(lambda: str(EXAMPLES / "video.mp4"), None, self.video, **QUIET)
        taken.then(**self.board.ring)  # what a visitor has not brought is no input of theirs
        if self.lab.embedded:
            self.measured.expand(lambda: equal_totals(self._clips), None, self.trades, **QUIET)
        return []

    def show(self, visit: Visit) -> Iterator[New]:
        chosen = visit.chosen[self.name]
        if not chosen["video"]:
            yield {self.answers: "", self.told: note("fact", EMPTY), self.fold: gr.Accordion(visible=False)}
            return
        exhibit, clip = self._watched(chosen["video"], chosen["frames"], chosen["way"])
        responses = exhibit.responses(chosen["question"], chosen["tokens"])
        maps = {name: exhibit.view.maps(one.answer) for name, one in responses.items()}
        scale = common_scale([frame.grid for of in maps.values() for frame in of])
        cards = []
        for name, response in responses.items():
            grids = [frame.grid for frame in maps[name]]
            strip = filmstrip(exhibit.view.frames, clip.captions, grids, scale, f"{METHOD} map")
            cards.append(plain_card(name, exhibit.view.member(name).arm.label, response.answer, None, strip))
        yield {self.answers: plain_cards(cards), self.told: self._told(exhibit, clip, responses)} | self._course(
            exhibit, clip, chosen["tokens"]
        )

    def _course(self, exhibit: Exhibit, clip: Clip, tokens: int) -> New:
        """The bands over time, where there is a time, and a pyramid with such a level."""
        levels = [{one.side**2: one for one in exhibit.bands(i)} for i in range(len(clip.frames))]
        if not clip.times or len(clip.frames) == 1 or tokens not in levels[0]:
            return {self.fold: gr.Accordion(visible=False)}
        energies = [of[tokens].before.energies() for of in levels]
        return {self.fold: gr.Accordion(visible=True), self.course: course_figure(clip.times, energies)}

    def _watched(self, path: str, frames: int, way: str) -> tuple[Exhibit, Clip]:
        if not path or not Path(path).is_file():
            raise BadInput("There is no video yet: bring one.")
        if way == AS_COLLAGE:
            frames = COLLAGE
        with open(path, "rb") as file:
            return self.look(_File(hashlib.file_digest(file, "sha256").hexdigest(), frames, way, path))

    def _look_at(self, file: "_File") -> tuple[Exhibit, Clip]:
        clip = read_video(file.path, file.frames)
        if file.way == AS_COLLAGE:
            clip = collage(clip)
        return Exhibit(self.lab, self.lab.look(clip), None), clip

    def _told(self, exhibit: Exhibit, clip: Clip, responses: Responses) -> Markup:
        """What was read, and what it cost."""
        one = next(iter(responses.values()))
        frames, each = len(exhibit.view.frames), one.answer.visual_tokens
        share = percent(one.cost.flops / exhibit.full_cost(one).flops)
        kind = "view" if clip.names else "frame"
        read = (
            f"{frames} {kind}{'s' * (frames > 1)} × {token_count(each)} = {token_count(one.answer.all_visual_tokens)}"
        )
        doubt = note("doubt", known(self._clips)) if self.lab.embedded and frames > 1 else Markup()
        return note("fact", f"{read}: {share} of the work of all tokens of these {kind}s.") + doubt

    @cached_property
    def _clips(self) -> Clips:
        """What was measured of the embedded pair."""
        return kept("clips").result


@dataclass(frozen=True)
class _File:
    """A file known by its content, how many of its frames are read, and in which way."""

    digest: str
    frames: int
    way: str
    path: str = field(compare=False)
