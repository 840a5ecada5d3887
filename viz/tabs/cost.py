"""Cost: FLOPs, KV cache and time at every token budget, calculated for LLaVA-1.5 and measured for the models here."""

from collections.abc import Iterator

import gradio as gr
from markupsafe import Markup

from fmvr.arms import arm
from fmvr.cost import (
    FORMULAS,
    GPUS,
    LLAVA_7B,
    LLAVA_13B,
    TEXT_TOKENS,
    Shape,
    cost,
    floor_tokens,
    least_seconds,
    weight_bytes,
)
from fmvr.errors import BadInput
from fmvr.timing import first_token_times
from viz.costs import cost_table, cost_tables, least_figure, measured_figure, measured_words, published, time_row, why
from viz.tabs.control import Control
from viz.tabs.endpoint import endpoint
from viz.tabs.picture import Picture
from viz.tabs.tab import New, Tab, Visit
from viz.units import flops, memory

LLAVA = {"LLaVA-1.5-7B": LLAVA_7B, "LLaVA-1.5-13B": LLAVA_13B}
LLAVA_BUDGETS = [576, 144, 36, 9, 1]
FORMULA, GPU = "multiply and add", "A100 80 GB (SXM)"
ROUNDS = 5  # of a measurement
MOST_TEXT = 4000  # tokens: LLaVA-1.5 reads 4,096 in all
INTRO = """## What the visual tokens cost
Every visual token is read by every layer of the language model, and leaves its keys and values in memory (the KV
cache) for each later word. Fewer tokens, less of both."""
WHY = "## Why the wait falls less than the arithmetic"
LEAST_HINT = """Look where the full line leaves the dotted one and turns flat: from there on, fewer tokens buy no time.
The full line is the larger of FLOPs ÷ peak and weight bytes ÷ bandwidth: no machine is faster, most are slower."""
MEASURED = """## And here?
The models on this page, on the machine they run on: the time from the question to the first word."""
MEASURED_HINT = """Look how far the marks stand above the dotted lines: that part of the wait does not fall with the
tokens. Other work on the machine makes such times swing; measure again to see how much."""
SMALL = """ A model as small as the embedded one waits mostly for the start of each operation, hardly for its
weights."""


class CostTab(Tab):
    """What is calculated follows the controls; what is measured comes when it is asked for."""

    name, label, door = "cost", "Cost", "judge"

    def endpoints(self) -> None:
        inputs = [
            gr.Dropdown(list(FORMULAS), value=FORMULA, label="formula"),
            gr.Number(TEXT_TOKENS, label="text_tokens", precision=0),
            gr.Dropdown(list(GPUS), value=GPU, label="gpu"),
            Picture(label="picture"),
            gr.Textbox(label="question"),
        ]
        endpoint("cost", self.cost, inputs)

    def cost(self, formula: str, text_tokens: int, gpu: str, picture: str | None = None, question: str = "") -> dict:
        """FLOPs, KV cache and time at every token budget.

        Calculated for LLaVA-1.5-7B and 13B (`least_seconds`: the longer of FLOPs / peak and weight bytes / bandwidth of
        `gpu`) and for the models on the page. With a picture and a question, each arm's times to the first token, by
        its name, are measured as well: medians of five runs, the picture already encoded; otherwise `measured` is null.
        Example: client.predict("multiply and add", 30, "A100 80 GB (SXM)", handle_file("examples/sky.png"), "How
        many objects are there?", api_name="/cost")
        """
        check_text(text_tokens)
        if formula not in FORMULAS or gpu not in GPUS:
            raise BadInput(f"The formulas are {', '.join(FORMULAS)}; the GPUs are {', '.join(GPUS)}.")
        measured = None
        if picture:
            for times in first_token_times(self.comparer.look(picture).view, question, ROUNDS):
                measured = {name: {str(n): one for n, one in own.items()} for name, own in times.items()}
        return {
            "formula": FORMULAS[formula][0],
            "text_tokens": text_tokens,
            "gpu": {"name": gpu, "peak_flops": GPUS[gpu].peak, "bytes_a_second": GPUS[gpu].bandwidth},
            "calculated": {name: self._calculated(shape, formula, text_tokens, 2, gpu) for name, shape in LLAVA.items()}
            | {"here": self._calculated(self._here, formula, text_tokens, self.lab.number_bytes, None)},
            "measured": measured and {"on": self.lab.machine, "first_token_seconds": measured},
        }

    def build(self, visit: Visit) -> None:
        gr.Markdown(INTRO, elem_classes="section")
        with gr.Row(elem_classes="choices"):
            named = [(text, name) for name, (text, *_) in FORMULAS.items()]
            formula = gr.Dropdown(named, value=FORMULA, label="FLOPs by", min_width=200)
            text = gr.Number(TEXT_TOKENS, label="Text tokens", precision=0, min_width=100)
            gpu = gr.Dropdown(list(GPUS), value=GPU, label="GPU", min_width=180)
        self.tables = gr.HTML(apply_default_css=False)
        gr.Markdown(WHY, elem_classes="section")
        self.why = gr.Markdown(elem_classes="reason")
        plot = {"show_label": False, "container": False, "elem_classes": "against"}
        self.least = gr.Plot(label="Least time against the budget, calculated", **plot)
        gr.Markdown(LEAST_HINT, elem_classes="hint")
        gr.Markdown(MEASURED, elem_classes="section")
        button = gr.Button("Measure here", elem_classes="measure")
        self.words = gr.HTML(apply_default_css=False)
        self.measured = gr.Plot(label="Time to the first token against the budget, measured", visible=False, **plot)
        self.hint = gr.Markdown(MEASURED_HINT + SMALL * self.lab.embedded, elem_classes="hint", visible=False)
        self.controls = {"formula": Control(formula), "text": Control(text), "gpu": Control(gpu)}
        self.outputs = [self.tables, self.why, self.least, self.words, self.measured, self.hint]
        self.deeds = {button: self._measure}

    def show(self, visit: Visit) -> Iterator[New]:
        chosen = visit.chosen[self.name]
        formula, text, gpu = (chosen[name] for name in ("formula", "text", "gpu"))
        check_text(text)
        yield {
            self.tables: self._tables(formula, text, gpu),
            self.why: self._why(text, gpu),
            self.least: least_figure(
                {name: lambda n, shape=shape: _times(shape, n, text, gpu) for name, shape in LLAVA.items()},
                LLAVA_BUDGETS,
                f"{gpu}: {_figures(gpu)}",
            ),
        }

    def _measure(self, visit: Visit) -> Iterator[New]:
        """Measure round by round; what was measured stays when it is stopped."""
        view, question, budgets = visit.exhibit.view, visit.question, self.lab.budgets
        text = next(iter(visit.responses.values())).cost.text_tokens
        flops_of = {n: cost(self._here, n, text).flops for n in budgets}
        share = {n: count / flops_of[budgets[0]] for n, count in flops_of.items()}
        yield {self.words: measured_words({}, share, 0, ROUNDS, "")}
        for done, times in enumerate(first_token_times(view, question, ROUNDS), 1):
            yield {
                self.words: measured_words(times, share, done, ROUNDS, self.lab.machine)
                + self._measured_table(times, text),
                self.measured: gr.Plot(measured_figure(times, share, budgets), visible=True),
                self.hint: gr.Markdown(visible=True),
            }

    @property
    def _here(self) -> Shape:
        return self.lab.shape()

    def _calculated(self, shape: Shape, formula: str, text: int, number_bytes: int, gpu: str | None) -> list[dict]:
        budgets = LLAVA_BUDGETS if gpu else self.lab.budgets
        costs = {n: cost(shape, n, text, formula, number_bytes) for n in budgets}
        return [
            {"visual_tokens": n, "flops": one.flops, "kv_cache_bytes": one.kv_bytes}
            | ({"least_seconds": _times(shape, n, text, gpu)[0]} if gpu else {})
            for n, one in costs.items()
        ]

    def _tables(self, formula: str, text: int, gpu: str) -> Markup:
        heads, tables = ["tokens", "FLOPs", "KV cache"], []
        named = "The small model of this page" if self.lab.embedded else "The model of this page"
        bits = 8 * self.lab.number_bytes
        for name, shape, size, on in (
            *((name, shape, 2, gpu) for name, shape in LLAVA.items()),
            (named, self._here, self.lab.number_bytes, None),
        ):
            rows = [
                [str(row["visual_tokens"]), flops(row["flops"]), memory(row["kv_cache_bytes"])]
                + ([time_row(row["least_seconds"])] if on else [])
                for row in self._calculated(shape, formula, text, size, on)
            ]
            tables.append(cost_table(name, "calculated", heads + ["at least"] * bool(on), rows))
        full, some = (cost(LLAVA_7B, n, text, formula).flops for n in (576, 36))
        return cost_tables(
            tables,
            f"FLOPs of the language model’s prefill by {FORMULAS[formula][0]}: L layers, width d, inner width m, "
            f"n = visual tokens + {text} text tokens; the vision tower is not counted. Formulas differ in what they "
            "count, so compare within one. KV cache of the visual tokens alone, 16 bits a number for LLaVA-1.5 and "
            f"{bits} here. “At least”: the time of the prefill on an {gpu}, see below.",
        ) + published(full / some, FORMULAS[formula][0], text)

    def _why(self, text: int, gpu: str) -> str:
        made, weights = GPUS[gpu], weight_bytes(LLAVA_7B)
        (full, full_flops), (some, some_flops) = (_times(LLAVA_7B, n, text, gpu) for n in (576, 36))
        crossing = floor_tokens(LLAVA_7B, made)
        return why(gpu, weights, weights / made.bandwidth, crossing, full_flops / some_flops, full / some)

    def _measured_table(self, times: dict[str, dict[int, float]], text: int) -> Markup:
        rows = [
            [str(n), *(time_row(taken[n]) if n in taken else "–" for taken in times.values())] for n in self.lab.budgets
        ]
        origin = f"to the first token, {text} text tokens"
        return cost_table("Measured here", origin, ["tokens", *(arm(name).label for name in times)], rows)


def check_text(tokens: int | None) -> None:
    """Raises BadInput for what is no length of a text."""
    if tokens is None or not 1 <= tokens <= MOST_TEXT:
        raise BadInput(f"The text length is a number of tokens from 1 to {MOST_TEXT}.")


def _times(shape: Shape, visual_tokens: int, text: int, gpu: str) -> tuple[float, float]:
    """The least time of a prefill and that of its arithmetic alone, in seconds.

    A GPU's peak counts multiplications and additions, so the FLOPs do here, whatever formula was chosen.
    """
    made = GPUS[gpu]
    count = cost(shape, visual_tokens, text).flops
    return least_seconds(count, weight_bytes(shape), made), count / made.peak


def _figures(gpu: str) -> str:
    return f"{GPUS[gpu].peak / 1e12:.0f} TFLOP/s in bf16, {GPUS[gpu].bandwidth / 1e12:.4g} TB/s"
