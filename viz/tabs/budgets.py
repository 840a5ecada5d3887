"""All budgets: one question at every token budget, both models, from one pass of the tower."""

from collections.abc import Iterator
from html import escape

import gradio as gr

from viz.budgets import Cell, Rows, budget_grid, chance_figure, finding, smallest_budget
from viz.tabs.comparison import Seen, Side
from viz.tabs.endpoint import asked, endpoint
from viz.tabs.tab import Tab, Visit

INTRO = """## Every budget, one question
The picture was encoded once; each row asks the same question from fewer visual tokens."""
GRID_HINT = """Look down a column for the row where the answer turns. “Sure” is the probability the model gave to its
own answer, the product over its words. Times were measured here, the picture already encoded. The marked row is the
budget on the slider."""
RIGHT = """<h2>How probable is the right answer?</h2><p>The scene says “{}”. The curve is the probability that the model
answers exactly this and stops there, whatever it answers by itself.</p>"""
OWN = """<h2>How probable is the answer of the full set?</h2><p>Nobody knows the right answer here, so each curve
follows what its own model says at {} tokens ({}): the probability that it answers exactly this and stops there. A model
can be sure of something wrong.</p>"""
CURVE_HINT = """Look for the budget at which a curve drops. Full mark: the model’s own answer at that budget is {};
open mark: it is not. This is one question about one picture, not how the models do in general."""


class BudgetsTab(Tab):
    """Nothing here runs the vision tower again."""

    name, label = "budgets", "All budgets"

    def endpoints(self) -> None:
        endpoint("all_budgets", self.all_budgets, asked()[:2])

    def all_budgets(self, picture: str, question: str) -> dict:
        """One question at every token budget, the largest first, with each model.

        `probability` is that of the model's own answer (the product over its words), `followed_probability` that of
        the answer in `followed`: the right one where the scene knows it (`truth`), else the model's own at the largest
        budget. `smallest_budget` is the smallest at which the answer is still right (or still that one), null where
        it never is.
        Example: client.predict(handle_file("examples/38-count.png"), "How many objects are there?",
        api_name="/all_budgets")
        """
        seen = self.comparer.look(picture)
        *_, rows = self._rows(seen, question)
        sides = seen.sides(question, self.lab.budgets[0])
        return {
            "truth": _truth(sides),
            "followed": followed(sides),
            "smallest_budget": {name: smallest_budget(rows, name) for name in sides},
            "rows": [
                {"visual_tokens": tokens} | {name: _in_json(cell) for name, cell in row.items()}
                for tokens, row in rows.items()
            ],
        }

    def build(self, visit: Visit) -> None:
        gr.Markdown(INTRO, elem_classes="section")
        self.grid = gr.HTML(
            budget_grid({}, self.lab.budgets, self.lab.models, visit.tokens),
            apply_default_css=False,
        )
        gr.Markdown(GRID_HINT, elem_classes="hint")
        self.of = gr.HTML(elem_classes="section")
        self.curve = gr.Plot(
            label="Probability against the budget", show_label=False, container=False, elem_classes="against"
        )
        self.hint = gr.Markdown(elem_classes="hint")
        self.outputs = [self.grid, self.of, self.curve, self.hint]

    def show(self, visit: Visit) -> Iterator[dict]:
        seen, budgets, models = visit.seen, self.lab.budgets, self.lab.models
        known_before = seen.chance.cache_info().misses
        for rows in self._rows(seen, visit.question):
            done, new = len(rows) == len(budgets), seen.chance.cache_info().misses
            if new == known_before and not done:
                continue  # what is remembered is shown at once
            known_before = new
            sides = seen.sides(visit.question, budgets[0])
            told = finding(rows, models) if done else '<p class="finding">Asking …</p>'
            new = {self.grid: told + budget_grid(rows, budgets, models, visit.tokens)}
            if len(rows) == 1 or done:  # drawing it takes as long as an answer
                new |= {
                    self.of: _title(sides),
                    self.curve: chance_figure(rows, models, budgets),
                    self.hint: CURVE_HINT.format("right" if _truth(sides) else "that of the full set"),
                }
            yield new

    def _rows(self, seen: Seen, question: str) -> Iterator[Rows]:
        """The rows so far, after each row; the full budget comes first, since the others may be held against it."""
        rows: Rows = {}
        full = seen.sides(question, self.lab.budgets[0])
        curve = followed(full)
        for tokens in self.lab.budgets:
            sides = seen.sides(question, tokens)
            rows[tokens] = {
                name: Cell(
                    answer=side.answer.text,
                    probability=side.answer.probability,
                    first_token_s=side.answer.first_token_s,
                    total_s=side.answer.total_s,
                    verdict=side.verdict,
                    same=side.answer.text == full[name].answer.text,
                    chance=seen.chance(curve[name], question, tokens, name == "with"),
                )
                for name, side in sides.items()
            }
            yield dict(rows)


def _truth(sides: dict[str, Side]) -> str | None:
    verdict = next(iter(sides.values())).verdict
    return verdict and verdict.truth


def followed(sides: dict[str, Side]) -> dict[str, str]:
    """The answer each model's curve is of: the right one, or its own from the full set."""
    return {name: _truth(sides) or side.answer.text for name, side in sides.items()}


def _title(sides: dict[str, Side]) -> str:
    if truth := _truth(sides):
        return RIGHT.format(escape(truth))
    own = ", ".join(f"{name} FMVR “{escape(text)}”" for name, text in followed(sides).items())
    return OWN.format(next(iter(sides.values())).answer.visual_tokens, own)


def _in_json(cell: Cell) -> dict:
    return {
        "answer": cell.answer,
        "right": cell.verdict and cell.verdict.score,
        "probability": cell.probability,
        "followed_probability": cell.chance,
        "first_token_seconds": cell.first_token_s,
        "seconds": cell.total_s,
    }
