"""How long the page takes: python -m viz.tabs.speed

Three things a visitor does, in one run with the time of one stock `generate` at 576 tokens, and with the forward and
backward passes of the models that they cannot do without. Drawing is included, the network is not.
"""

import argparse
import time
from collections.abc import Callable

import gradio as gr
import numpy as np

from fmvr.evaluation.speed import QUESTIONS, answer_passes, map_passes, stock_generate
from fmvr.lab import Lab
from fmvr.scenes.scene import SPLITS, Scene
from viz.tabs import tabs
from viz.tabs.comparison import Comparer, Seen
from viz.tabs.tab import Tab, Visit

TOKENS = 36


def timed(do: Callable, *given) -> float:
    start = time.perf_counter()
    for _ in do(*given) or ():
        pass
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

    def visit(self, seen: Seen, question: str, tab: Tab, **controls) -> Visit:
        chosen = {tab.name: {name: control.value for name, control in tab.controls.items()} | controls}
        return Visit(seen, question, TOKENS, chosen)


def measure(lab: Lab, rounds: int) -> dict[str, tuple[float, float]]:
    """What is done → medians over `rounds` scenes of its seconds and of its unavoidable passes' seconds."""
    page = Page(lab)
    answers, grid = page.tabs["answers"], page.tabs["budgets"]
    found: dict[str, list[tuple[float, float]]] = {}
    for i in range(rounds + 1):
        question, seen = QUESTIONS[i % len(QUESTIONS)], page.seen(i)
        stock = [timed(stock_generate, *lab.side(side == "with"), seen.view.image, question) for side in lab.models]
        at_once = page.visit(seen, question, answers)
        release = timed(answers.show, at_once)
        said = [side.answer for side in seen.sides(question, TOKENS).values()]
        word = timed(answers.show, page.visit(seen, question, answers, word=[lab.models[-1], 0], opacity=0.61))
        every = timed(grid.show, page.visit(page.seen(i), question, grid))
        decoding = sum(answer_passes(seen.view, answer) for answer in said)
        mapping = sum(map_passes(seen.view, answer) for answer in said)
        all_said = [seen.side(question, n, side == "with").answer for n in lab.budgets for side in lab.models]
        whole = sum(answer_passes(seen.view, answer) for answer in all_said)
        rows = {
            "one stock generate at 576 tokens": (float(np.mean(stock)), float(np.mean(stock))),
            "slider released: both answers and maps": (release, decoding + mapping),
            "word chosen: both maps": (word, mapping),
            "all budgets, both models": (every, whole),
        }
        for name, row in rows.items():
            found.setdefault(name, []).append(row)
    return {name: tuple(np.median(rows[1:], axis=0).tolist()) for name, rows in found.items()}  # the first warms up


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m viz.tabs.speed", description=__doc__)
    parser.add_argument("--scenes", type=int, default=20)
    parser.add_argument("--model", help="a checkpoint of your own instead of the embedded pair")
    arguments = parser.parse_args()
    found = measure(Lab.load(arguments.model), arguments.scenes)
    stock = next(iter(found.values()))[0]
    for name, (took, passes) in found.items():
        print(f"{name:<40} {1000 * took:6.0f} ms  {took / stock:5.2f} × stock  {took / passes:5.2f} × its passes")


if __name__ == "__main__":
    main()
