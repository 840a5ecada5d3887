"""How long the page takes: python -m tests.speed

Four things a visitor does, in one run with the time of one stock `generate` at 576 tokens, and with the forward and
backward passes of the models that they cannot do without; what a reducer computes for its token set is a pass of its
own. Drawing is included, the network is not. Then what a look at a picture takes with towers shared among the arms, and
without.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import astuple, dataclass
from unittest.mock import patch

import gradio as gr
import numpy as np

from fmvr.evaluation.measures.speed import QUESTIONS
from fmvr.evaluation.passes import answer_passes, making, map_passes, reading_pass, stock_generate
from fmvr.lab import Lab
from viz.tabs.arena import BUDGET
from viz.tabs.budgets import followed
from viz.tabs.comparison import Comparer, Exhibit
from viz.tabs.samples import specimen_at
from viz.tabs.tab import Tab, Visit
from viz.tabs.table import tabs

BEFORE, TOKENS = 144, 36  # where the slider stood, and where it is let go


@dataclass(frozen=True)
class Took:
    """Seconds of one thing a visitor does."""

    answers: float
    maps: float
    drawing: float
    passes: float  # of answers and maps: the models' bare forward and backward passes

    @property
    def whole(self) -> float:
        return self.answers + self.maps + self.drawing


def timed(do: Callable, *given) -> float:
    start = time.perf_counter()
    do(*given)
    return time.perf_counter() - start


class Page:
    """The page's tabs on a lab, with what their controls say at first."""

    def __init__(self, lab: Lab):
        comparer = Comparer(lab)
        self.lab, self.tabs = lab, {tab.name: tab for tab in tabs(comparer)}
        first = Visit(self.exhibit(0), QUESTIONS[0], TOKENS)
        with gr.Blocks():
            for tab in self.tabs.values():
                tab.build(first)

    def exhibit(self, i: int) -> Exhibit:
        """A new test picture, encoded; nothing has been asked about it."""
        specimen = specimen_at(self.lab.world, i)
        return Exhibit(self.lab, self.lab.look(self.lab.world.picture(specimen.sample)), specimen)

    def show(self, name: str, exhibit: Exhibit, question: str, tokens: int = TOKENS, **controls) -> None:
        """Show a tab; what its models answered and where they looked is remembered if it was asked before."""
        tab: Tab = self.tabs[name]
        for _ in tab.show(Visit(exhibit, question, tokens, {name: tab.at_first | controls})):
            pass


def release(page: Page, exhibit: Exhibit, question: str) -> Took:
    """The slider is let go: both answers, both maps."""
    page.show("answers", exhibit, question, BEFORE)
    answers = timed(exhibit.responses, question, TOKENS)
    responses = exhibit.responses(question, TOKENS)
    maps = timed(exhibit.maps, responses)
    drawing = timed(page.show, "answers", exhibit, question)
    texts = [response.answer for response in responses.values()]
    passes = sum(answer_passes(exhibit.view, one) + map_passes(exhibit.view, one) for one in texts)
    return Took(answers, maps, drawing, passes)


def word(page: Page, exhibit: Exhibit, question: str) -> Took:
    """A word is chosen: both maps."""
    page.show("answers", exhibit, question)
    responses = exhibit.responses(question, TOKENS)
    maps = timed(exhibit.maps, responses, dict.fromkeys(responses, 0))
    drawing = timed(lambda: page.show("answers", exhibit, question, word=[page.lab.main, 0]))
    return Took(0.0, maps, drawing, sum(map_passes(exhibit.view, one.answer) for one in responses.values()))


def grid(page: Page, exhibit: Exhibit, question: str) -> Took:
    """All budgets, all arms."""
    whole = timed(page.show, "budgets", exhibit, question)
    drawing = timed(page.show, "budgets", exhibit, question)  # all is remembered
    arms = page.lab.arms
    answers = [one.answer for n in page.lab.budgets for one in exhibit.responses(question, n, arms).values()]
    passes = sum(answer_passes(exhibit.view, answer) for answer in answers)
    curve = followed(exhibit.responses(question, page.lab.budgets[0], arms))
    for answer in answers:
        if answer.text != (text := curve[answer.arm]):
            passes += reading_pass(exhibit.view, answer, text)
    return Took(whole - drawing, 0.0, drawing, passes)


def arena(page: Page, exhibit: Exhibit, question: str) -> Took:
    """One budget, all reducers."""
    whole = timed(page.show, "arena", exhibit, question)
    drawing = timed(page.show, "arena", exhibit, question)  # all is remembered
    inside = exhibit.reduced(tuple(page.lab.able()[0]))
    responses = list(inside.responses(question, BUDGET, inside.view.arms).values())
    passes = sum(making(inside.view, one.answer) + answer_passes(inside.view, one.answer) for one in responses)
    if verdict := responses[0].verdict:
        text = verdict.truth
    else:
        member = page.lab.member(page.lab.pooling_arm)
        full = exhibit.response(question, member.budgets[0], member.arm.name).answer
        text, passes = full.text, passes + answer_passes(exhibit.view, full)
    for one in responses:
        if one.answer.text != text or one.answer.exact is None:
            passes += reading_pass(inside.view, one.answer, text)
    return Took(whole - drawing, 0.0, drawing, passes)


DOINGS = {
    "slider released: both answers and maps": release,
    "word chosen: both maps": word,
    "all budgets, both models": grid,
    "arena, all reducers": arena,
}


def measure(lab: Lab, rounds: int) -> tuple[float, dict[str, Took]]:
    """Medians over `rounds` pictures: seconds of one stock `generate`, and of each doing."""
    page, stock, rows = Page(lab), [], {name: [] for name in DOINGS}
    for i in range(rounds + 1):  # the first picture warms up
        question, picture = QUESTIONS[i % len(QUESTIONS)], page.exhibit(i).view.image
        members = [lab.member(name) for name in lab.pair]
        stock.append(np.mean([timed(stock_generate, member, picture, question) for member in members]))
        for name, do in DOINGS.items():
            rows[name].append(astuple(do(page, page.exhibit(i), question)))
    medians = {name: Took(*np.median(own[1:], axis=0).tolist()) for name, own in rows.items()}
    return float(np.median(stock[1:])), medians


def look_times(shared: Lab, apart: Lab, rounds: int) -> tuple[float, float]:
    """Medians over `rounds` pictures, taking turns: seconds of a look with towers shared, and with one for each arm."""
    times = {id(lab): [] for lab in (shared, apart)}
    for i in range(rounds + 1):
        picture = shared.world.picture(shared.world.sample("test", i))
        for lab in (shared, apart):
            times[id(lab)].append(timed(lab.look, picture))
    return tuple(float(np.median(times[id(lab)][1:])) for lab in (shared, apart))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.speed", description=__doc__)
    parser.add_argument("--scenes", type=int, default=20)
    parser.add_argument("--model", help="a checkpoint of your own instead of the embedded pair")
    arguments = parser.parse_args()
    lab = Lab.load(arguments.model)
    stock, doings = measure(lab, arguments.scenes)
    print(f"one stock generate at 576 tokens: {1000 * stock:.0f} ms; milliseconds:")
    print(f"{'':<40} whole   answers   maps   drawing   passes   whole/stock   whole/passes")
    for name, took in doings.items():
        ms = [1000 * part for part in (took.whole, took.answers, took.maps, took.drawing, took.passes)]
        row = "{:>5.0f} {:>9.0f} {:>6.0f} {:>9.0f} {:>8.0f}".format(*ms)
        print(f"{name:<40} {row} {took.whole / stock:>13.2f} {took.whole / took.passes:>14.2f}")
    with patch("fmvr.lab.share"):
        one, each = look_times(lab, Lab.load(arguments.model), arguments.scenes)
    print(f"a look: {1000 * one:.0f} ms; with a tower for each arm {1000 * each:.0f} ms; ratio {one / each:.2f}")


if __name__ == "__main__":
    main()
