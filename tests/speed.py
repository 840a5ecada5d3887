"""How long the page takes: python -m tests.speed

Three things a visitor does, in one run with the time of one stock `generate` at 576 tokens, and with the forward and
backward passes of the models that they cannot do without. Drawing is included, the network is not.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import astuple, dataclass

import gradio as gr
import numpy as np

from fmvr.evaluation.speed import QUESTIONS, answer_passes, map_passes, reading_pass, stock_generate
from fmvr.lab import Lab
from fmvr.scenes.scene import SPLITS, Scene
from viz.tabs import tabs
from viz.tabs.budgets import followed
from viz.tabs.comparison import Comparer, Seen
from viz.tabs.tab import Tab, Visit

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
        first = Visit(self.seen(0), QUESTIONS[0], TOKENS)
        with gr.Blocks():
            for tab in self.tabs.values():
                tab.build(first)

    def seen(self, i: int) -> Seen:
        """A new test scene, encoded; nothing has been asked about it."""
        scene = Scene.from_seed(SPLITS["test"] + i)
        return Seen(self.lab, self.lab.look(scene.render()), scene)

    def show(self, name: str, seen: Seen, question: str, tokens: int = TOKENS, **controls) -> None:
        """Show a tab; what its models said and where they looked is remembered if it has been asked before."""
        tab: Tab = self.tabs[name]
        chosen = {name: {control: component.value for control, component in tab.controls.items()} | controls}
        for _ in tab.show(Visit(seen, question, tokens, chosen)):
            pass


def release(page: Page, seen: Seen, question: str) -> Took:
    """The slider is let go: both answers, both maps."""
    page.show("answers", seen, question, BEFORE)
    answers = timed(seen.sides, question, TOKENS)
    sides = seen.sides(question, TOKENS)
    maps = timed(seen.maps, sides)
    drawing = timed(page.show, "answers", seen, question)
    said = [side.answer for side in sides.values()]
    return Took(answers, maps, drawing, sum(answer_passes(seen.view, a) + map_passes(seen.view, a) for a in said))


def word(page: Page, seen: Seen, question: str) -> Took:
    """A word is chosen: both maps."""
    page.show("answers", seen, question)
    sides = seen.sides(question, TOKENS)
    maps = timed(seen.maps, sides, dict.fromkeys(sides, 0))
    drawing = timed(lambda: page.show("answers", seen, question, word=[page.lab.models[-1], 0]))
    return Took(0.0, maps, drawing, sum(map_passes(seen.view, side.answer) for side in sides.values()))


def grid(page: Page, seen: Seen, question: str) -> Took:
    """All budgets, both models."""
    whole = timed(page.show, "budgets", seen, question)
    drawing = timed(page.show, "budgets", seen, question)  # all is remembered
    sides = [side for n in page.lab.budgets for side in seen.sides(question, n).values()]
    passes = sum(answer_passes(seen.view, side.answer) for side in sides)
    curve = followed(seen.sides(question, page.lab.budgets[0]))
    for answer in (side.answer for side in sides):
        if answer.text != (text := curve["with" if answer.fmvr else "without"]):
            passes += reading_pass(seen.view, answer, text)
    return Took(whole - drawing, 0.0, drawing, passes)


DOINGS = {
    "slider released: both answers and maps": release,
    "word chosen: both maps": word,
    "all budgets, both models": grid,
}


def measure(lab: Lab, rounds: int) -> tuple[float, dict[str, Took]]:
    """Medians over `rounds` scenes: seconds of one stock `generate`, and of each doing."""
    page, stock, found = Page(lab), [], {name: [] for name in DOINGS}
    for i in range(rounds + 1):  # the first scene warms up
        question, picture = QUESTIONS[i % len(QUESTIONS)], page.seen(i).view.image
        sides = [lab.side(side == "with") for side in lab.models]
        stock.append(np.mean([timed(stock_generate, *side, picture, question) for side in sides]))
        for name, do in DOINGS.items():
            found[name].append(astuple(do(page, page.seen(i), question)))
    medians = {name: Took(*np.median(rows[1:], axis=0).tolist()) for name, rows in found.items()}
    return float(np.median(stock[1:])), medians


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.speed", description=__doc__)
    parser.add_argument("--scenes", type=int, default=20)
    parser.add_argument("--model", help="a checkpoint of your own instead of the embedded pair")
    arguments = parser.parse_args()
    stock, found = measure(Lab.load(arguments.model), arguments.scenes)
    print(f"one stock generate at 576 tokens: {1000 * stock:.0f} ms; milliseconds:")
    print(f"{'':<40} whole   answers   maps   drawing   passes   whole/stock   whole/passes")
    for name, took in found.items():
        ms = [1000 * part for part in (took.whole, took.answers, took.maps, took.drawing, took.passes)]
        row = "{:>5.0f} {:>9.0f} {:>6.0f} {:>9.0f} {:>8.0f}".format(*ms)
        print(f"{name:<40} {row} {took.whole / stock:>13.2f} {took.whole / took.passes:>14.2f}")


if __name__ == "__main__":
    main()
