"""All budgets: one question at every token budget, every arm, from one pass of the tower."""

from collections.abc import Iterator

import gradio as gr
from markupsafe import Markup

from viz.budgets import Cell, Rows, asking, budget_grid, chance_figure, finding, smallest_budget
from viz.tabs import manner
from viz.tabs.comparison import Exhibit, Responses
from viz.tabs.endpoint import endpoint, parameters
from viz.tabs.manner import USUAL, Manner
from viz.tabs.tab import New, Tab, Visit
from viz.templates import render

INTRO = """## Every budget, one question
The picture was encoded once; each row asks the same question from fewer visual tokens."""
GRID_HINT = """Look down a column for the row where the answer turns. “Sure” is the probability the model gave to its
own answer, the product over its words. The marked row is the budget on the slider."""
CURVE_HINT = """Look for the budget at which a curve drops. Full mark: the model’s own answer at that budget is {};
open mark: it is not. This is one question about one picture, not how the models do in general."""


class BudgetsTab(Tab):
    """Nothing here runs the vision tower again."""

    name, label, door = "budgets", "All budgets", "try"

    def endpoints(self) -> None:
        endpoint("all_budgets", self.all_budgets, parameters()[:2] + manner.parameters(self.lab))

    def all_budgets(
        self, picture: str, question: str, longest: int = USUAL.longest, system: str = USUAL.system
    ) -> dict:
        """One question at every token budget, the largest first, with each arm; a row holds the arms that can make it.

        `probability` is that of the model's own answer (the product over its words), `followed_probability` that of
        the answer in `followed`: the right one where the scene knows it (`truth`), else the model's own at its largest
        budget. `smallest_budget` is the smallest at which the answer is still right (or still that one), null where
        it never is.
        Example: client.predict(handle_file("examples/sky.png"), "How many objects are there?",
        api_name="/all_budgets")
        """
        exhibit = self.comparer.look(picture, Manner.asked(longest, system))
        *_, rows = self._rows(exhibit, question)
        full = self._full(exhibit, question)
        return {
            "truth": truth_of(full),
            "followed": followed(full),
            "smallest_budget": {name: smallest_budget(rows, name) for name in full},
            "rows": [
                {"visual_tokens": tokens} | {name: _in_json(cell) for name, cell in row.items()}
                for tokens, row in rows.items()
            ],
        }

    def build(self, visit: Visit) -> None:
        gr.Markdown(INTRO, elem_classes="section")
        grid = budget_grid({}, self.lab.budgets, tuple(self.lab.arms), visit.tokens)
        self.grid = gr.HTML(str(grid), apply_default_css=False)
        gr.Markdown(GRID_HINT, elem_classes="hint")
        self.of = gr.HTML(elem_classes="section")
        self.curve = gr.Plot(
            label="Probability against the budget", show_label=False, container=False, elem_classes="against"
        )
        self.hint = gr.Markdown(elem_classes="hint")
        self.outputs = [self.grid, self.of, self.curve, self.hint]

    def show(self, visit: Visit) -> Iterator[New]:
        exhibit, budgets, arms = visit.exhibit, self.lab.budgets, tuple(self.lab.arms)
        known_before = exhibit.chance.computed
        for rows in self._rows(exhibit, visit.question):
            done, passes = len(rows) == len(budgets), exhibit.chance.computed
            if passes == known_before and not done:
                continue  # what is remembered is shown at once
            known_before, full = passes, self._full(exhibit, visit.question)
            above = finding(rows, arms) if done else asking()
            new: New = {self.grid: above + budget_grid(rows, budgets, arms, visit.tokens)}
            if len(rows) == 1 or done:  # drawing it takes as long as an answer
                new |= {
                    self.of: _title(full),
                    self.curve: chance_figure(rows, arms, budgets),
                    self.hint: CURVE_HINT.format("right" if truth_of(full) else "that of the full set"),
                }
            yield new

    def _full(self, exhibit: Exhibit, question: str) -> Responses:
        """What each arm answers at its own largest budget."""
        return {name: exhibit.response(question, self.lab.budgets_of(name)[0], name) for name in self.lab.arms}

    def _rows(self, exhibit: Exhibit, question: str) -> Iterator[Rows]:
        """The rows so far, after each row; the largest sets come first, since the others may be held against them."""
        rows: Rows = {}
        full = self._full(exhibit, question)
        curve = followed(full)
        for tokens in self.lab.budgets:
            rows[tokens] = {
                name: Cell(
                    answer=response.answer.text,
                    probability=response.answer.probability,
                    operations=response.cost.flops,
                    first_token_s=response.answer.first_token_s,
                    total_s=response.answer.total_s,
                    verdict=response.verdict,
                    same=response.answer.text == full[name].answer.text,
                    chance=exhibit.chance(curve[name], question, tokens, name),
                )
                for name, response in exhibit.responses(question, tokens, self.lab.arms).items()
            }
            yield dict(rows)


def truth_of(responses: Responses) -> str | None:
    """The right answer, where it is known."""
    verdict = next(iter(responses.values())).verdict
    return verdict and verdict.truth


def followed(full: Responses) -> dict[str, str]:
    """The answer each arm's curve is of: the right one, or its own from the full set."""
    return {name: truth_of(full) or response.answer.text for name, response in full.items()}


def _title(full: Responses) -> Markup:
    """What the curves are of."""
    sizes = dict.fromkeys(response.answer.visual_tokens for response in full.values())
    return render("followed.html", truth=truth_of(full), sizes=list(sizes), answers=followed(full))


def _in_json(cell: Cell) -> dict:
    return {
        "answer": cell.answer,
        "right": cell.verdict and cell.verdict.score,
        "probability": cell.probability,
        "followed_probability": cell.chance,
        "flops": cell.operations,
        "first_token_seconds": cell.first_token_s,
        "seconds": cell.total_s,
    }
