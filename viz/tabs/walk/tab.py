"""The walkthrough on the page: its steps, one in front, each closed by a question to guess at."""

from collections.abc import Callable, Iterator
from functools import lru_cache

import gradio as gr
from markupsafe import Markup

from fmvr.errors import BadInput
from fmvr.media.question import read_question
from viz.tabs.control import Control, is_whole
from viz.tabs.endpoint import endpoint, parameters
from viz.tabs.events import QUIET
from viz.tabs.memo import memo
from viz.tabs.tab import New, Tab, Visit
from viz.tabs.walk.quizzes import smallest
from viz.tabs.walk.steps import STEPS
from viz.tabs.walk.stop import Stop
from viz.walk import Quiz, sheet, verdict

GUESS = "Guess before you go on"
ABOUT = Markup("<p>Your picture and your question, {}, at {} visual tokens.</p>")
TOP = "() => document.querySelector('.walk').scrollIntoView({ behavior: 'smooth' })"


class WalkTab(Tab):
    """One step at a time is computed: the one in front."""

    name, label, door = "walk", "Walkthrough", "understand"

    def __init__(self, comparer):
        super().__init__(comparer)
        self.steps = [step for step in STEPS if self.lab.block_arm or not step.of_block]
        self.stop = lru_cache(4)(Stop)  # going on to the next step computes nothing anew

    def endpoints(self) -> None:
        endpoint("walkthrough_step", self.numbers, [*parameters(), gr.Number(0, label="step", precision=0)])

    def numbers(self, picture: str, question: str, visual_tokens: int, step: int) -> dict:
        """The numbers of one step of the walkthrough, and the question that closes it with its answer.

        `step` counts from 0; a model with FMVR has nine steps: pixels, features, pooling, split, gains, words in,
        words out, where, price.
        Example: client.predict(handle_file("examples/sky.png"), "How many objects are there?", 36, 3,
        api_name="/walkthrough_step")
        """
        if step not in range(len(self.steps)):
            raise BadInput(f"There is no step {step}; the steps are 0 to {len(self.steps) - 1}.")
        at = self.stop(self.comparer.look(picture), question, visual_tokens)
        at.response_at(visual_tokens)  # refuses what cannot be asked
        quiz = self.quiz(step, at)
        closing = {"question": quiz.question, "choices": list(quiz.choices), "right": quiz.right}
        shown = self.steps[step]
        return {"step": step, "label": shown.label, "numbers": shown.text(at).numbers, "asked": closing}

    def quiz(self, step: int, at: Stop) -> Quiz:
        """The question that closes a step: it leads to the next one."""
        last = step == len(self.steps) - 1
        return smallest(at) if last else self.steps[step + 1].lead(at)

    def build(self, visit: Visit) -> None:
        self.about = gr.HTML(elem_classes="walk-told")
        self.step, self.guesses = memo(0), memo([])
        self.mark = memo()  # of what the guesses are about
        self.sheets, self.quizzes, self.verdicts = [], [], []
        with gr.Walkthrough(selected=0, elem_classes="walk") as self.bar:
            for i, step in enumerate(self.steps):
                with gr.Step(step.label, id=i):
                    self.sheets.append(gr.HTML())
                    self.quizzes.append(gr.Radio([], label=GUESS, interactive=True, elem_classes="quiz"))
                    self.verdicts.append(gr.HTML())
        with gr.Row(elem_classes="walk-on"):
            self.back = gr.Button("Back", interactive=False)
            self.on = gr.Button("Next", variant="primary")
        self.controls = {
            "step": Control(self.step, lambda value: is_whole(value, 0, len(self.steps))),
            "guesses": Control(self.guesses),
        }
        parts = [*self.sheets, *self.quizzes, *self.verdicts]
        self.outputs = [self.about, self.bar, self.back, self.on, self.mark, *parts]

    def connect(self) -> list:
        last = len(self.steps) - 1
        self.back.click(lambda step: max(step - 1, 0), self.step, self.step, **QUIET).then(js=TOP)
        self.on.click(lambda step: min(step + 1, last), self.step, self.step, **QUIET).then(js=TOP)
        self.bar.select(_chosen, None, self.step, **QUIET)
        for i, quiz in enumerate(self.quizzes):
            quiz.select(self._guess(i), [self.mark, self.guesses], self.guesses, **QUIET)
        return []

    def _guess(self, step: int) -> Callable:
        """The function of an event that guesses at a step: the guesses about what is asked now, with a new one."""

        def guess(mark: int, guesses: list, event: gr.SelectData) -> list:
            others = guesses[1:] if guesses[:1] == [mark] else [None] * len(self.steps)
            return [mark, *others[:step], event.index, *others[step + 1 :]]

        return guess

    def show(self, visit: Visit) -> Iterator[New]:
        chosen = visit.chosen[self.name]
        i, last = min(chosen["step"], len(self.steps) - 1), len(self.steps) - 1
        read_question(visit.question)  # refuses what cannot be asked, whether or not this step asks it
        self.lab.member(self.lab.block_arm).budget(visit.tokens)
        at = self.stop(visit.exhibit, visit.question, visit.tokens)
        yield {
            self.bar: gr.Walkthrough(selected=i),
            self.about: ABOUT.format(at.arm.label, at.tokens),
            self.mark: at.mark,
            self.back: gr.Button(interactive=i > 0),
            self.on: gr.Button(f"Next: {self.steps[i + 1].label}" if i < last else "Next", interactive=i < last),
        }
        text, quiz = self.steps[i].text(at), self.quiz(i, at)
        guess = self._guessed(chosen["guesses"], i, at.mark, len(quiz.choices))
        choices = [(text, n) for n, text in enumerate(quiz.choices)]
        yield {
            self.sheets[i]: sheet(text),
            self.quizzes[i]: gr.Radio(choices, value=guess, label=quiz.question),
            self.verdicts[i]: verdict(quiz, guess),
        }

    def _guessed(self, guesses: list, step: int, mark: int, choices: int) -> int | None:
        """What was guessed at a step, if it was about what is asked now."""
        if len(guesses) != 1 + len(self.steps) or guesses[0] != mark:
            return None
        guess = guesses[1 + step]
        return guess if type(guess) is int and guess in range(choices) else None


def _chosen(event: gr.SelectData) -> int:
    return event.index
