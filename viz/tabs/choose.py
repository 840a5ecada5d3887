"""Choose a budget: a target and a limit in, a budget with its interval and what breaks out."""

from collections.abc import Iterator
from dataclasses import replace

import gradio as gr

from fmvr.arms import PAIR, arm
from fmvr.cost import GPUS, LLAVA_7B, LLAVA_13B, TEXT_TOKENS
from fmvr.errors import BadInput
from fmvr.evaluation.choice import LIMITS, Option, calculated, choose, losses, reported
from fmvr.evaluation.record import kept
from fmvr.evaluation.statistics import Estimate
from fmvr.worlds import WORLDS
from viz.choice import offer, verdict
from viz.evidence import paper
from viz.tabs.control import Control
from viz.tabs.endpoint import endpoint
from viz.tabs.tab import New, Tab, Visit

GPU = next(iter(GPUS))
INTRO = """## Choose a budget
Say what must be kept and what must not be exceeded; the smallest budget that does both is named."""
EMBEDDED, REPORT = "the models of this page", "a report of my own"
CALCULATED = (
    f"Costs calculated: FLOPs with {TEXT_TOKENS} text tokens (multiply and add), KV cache of the visual tokens in 16 "
    f"bits, first token at least, on an {GPU}."
)
PUBLISHED = (
    " Kept: of LLaVA-1.5-7B’s ten benchmarks, by FMVR-LLaVA-7B; the paper’s figures (arXiv 2603.11220), no interval."
    " The small models of this page have figures of their own: choose them above."
)
NOT_PUBLISHED = " What fewer tokens keep was not published at this size."
MEASURED = "Measured on {:,} test pictures ({}); costs calculated, times not measured here."
OF_REPORT = "Measured by your report ({}); times are medians on its machine."
TARGET = "The target is a share from 1 to 100 %."
NO_LIMIT = "The limit is a number above 0."
NO_FILE = "Drop the summary.json of your report here first."
SEVEN, THIRTEEN = "FMVR-LLaVA-7B", "LLaVA-1.5-13B"


class ChooseTab(Tab):
    """Nothing here runs a model."""

    name, label, door = "choose", "Choose", "judge"

    def endpoints(self) -> None:
        inputs = [
            gr.Dropdown([SEVEN, THIRTEEN, EMBEDDED], value=SEVEN, label="model"),
            gr.Number(95, label="keep_percent"),
            gr.Dropdown(["none", *LIMITS], value="none", label="limit"),
            gr.Number(0, label="most"),
        ]
        endpoint("choose_budget", self.choice, inputs)

    def choice(self, model: str, keep_percent: float, limit: str, most: float) -> dict:
        """The smallest budget that keeps `keep_percent` of the accuracy at all tokens within a limit, null if none.

        `limit`: none, flops (percent of the full set's), memory (MB of KV cache) or time (ms to the first token).
        Example: client.predict("FMVR-LLaVA-7B", 95, "time", 20, api_name="/choose_budget")
        """
        options, origin = self._options(model, None)
        chosen = choose(options, *checked(keep_percent, limit, most))
        return {
            "budget": chosen.best and chosen.best.tokens,
            "sentence": verdict(chosen, *checked(keep_percent, limit, most)),
            "figures": origin,
            "within": [one.tokens for one in chosen.within],
            "enough": [one.tokens for one in chosen.enough],
        }

    def build(self, visit: Visit) -> None:
        gr.Markdown(INTRO, elem_classes="section")
        with gr.Row(elem_classes="choices"):
            model = gr.Dropdown([SEVEN, THIRTEEN, EMBEDDED, REPORT], value=SEVEN, label="For", min_width=200)
            keep = gr.Number(95, label="Keep at least, % of the accuracy", min_width=160)
            limits = [("no limit", "none"), *((limit.label, name) for name, limit in LIMITS.items())]
            limit = gr.Dropdown(limits, value="none", label="Within", min_width=200)
            most = gr.Number(20, label="At most", min_width=100)
        self.file = gr.File(label="summary.json of your report", file_types=[".json"], height=110, visible=False)
        self.offer = gr.HTML(apply_default_css=False)
        self.controls = {
            "model": Control(model),
            "keep": Control(keep),
            "limit": Control(limit),
            "most": Control(most),
            "report": Control(self.file, linked=False),
        }
        self.outputs = [self.offer, self.file]

    def show(self, visit: Visit) -> Iterator[New]:
        chosen = visit.chosen[self.name]
        yield {self.file: gr.File(visible=chosen["model"] == REPORT)}
        target = checked(chosen["keep"], chosen["limit"], chosen["most"])
        options, origin = self._options(chosen["model"], chosen["report"])
        yield {self.offer: offer(choose(options, *target), *target, origin)}

    def _options(self, model: str, report: str | None) -> tuple[list[Option], str]:
        """What can be chosen from, the largest first, and where the figures are from."""
        if model == REPORT:
            if not report:
                raise BadInput(NO_FILE)
            arms = reported(report)
            name = PAIR[-1] if PAIR[-1] in arms else next(iter(arms))
            return arms[name], OF_REPORT.format(arm(name).label)
        if model == EMBEDDED:
            return self._measured()
        seven = model == SEVEN
        options = calculated(LLAVA_7B if seven else LLAVA_13B, list(paper.FMVR_LLAVA), TEXT_TOKENS, GPUS[GPU])
        if not seven:
            return options, CALCULATED + NOT_PUBLISHED
        return [
            replace(one, keeps=_exactly(paper.retention(one.tokens)), breaks=paper.loss(one.tokens)) for one in options
        ], (CALCULATED + PUBLISHED)

    def _measured(self) -> tuple[list[Option], str]:
        if not self.lab.embedded:
            raise BadInput("This model was not measured; a report on your own pictures does it.")
        result, name = kept("accuracy").result, PAIR[-1]
        retention, lost = result.retention[name], losses(result, name, list(WORLDS[result.world].families))
        options = calculated(self.lab.shape(name), self.lab.budgets_of(name), TEXT_TOKENS, None, self.lab.number_bytes)
        options = [replace(one, keeps=retention[one.tokens], breaks=lost.get(one.tokens, "")) for one in options]
        return options, MEASURED.format(result.samples, arm(name).label)


def checked(keep: float | None, limit: str, most: float | None) -> tuple[float, str | None, float]:
    """Target and limit as `choose` takes them. Raises BadInput for what is neither."""
    if keep is None or not 1 <= keep <= 100:
        raise BadInput(TARGET)
    if limit == "none":
        return keep / 100, None, 0.0
    if limit not in LIMITS:
        raise BadInput(f"The limits are none, {', '.join(LIMITS)}.")
    if most is None or not 0 < most < 1e12:
        raise BadInput(NO_LIMIT)
    return keep / 100, limit, float(most)


def _exactly(share: float) -> Estimate:
    return Estimate(share, share, share)
