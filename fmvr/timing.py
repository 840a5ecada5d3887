"""What an answer costs in time, measured where the models run."""

from collections.abc import Iterator
from statistics import median

from fmvr.view import View


def first_token_times(view: View, question: str, rounds: int = 5) -> Iterator[dict[str, dict[int, float]]]:
    """Measure how long each arm takes to its first token at each of its budgets, the picture already encoded.

    The budgets take turns, so that a busy moment of the machine falls on all of them; a first round warms up and is
    not counted.

    Yields, after each round, the medians so far: arm → budget → seconds.
    """
    taken = {name: {tokens: [] for tokens in view.budgets_of(name)} for name in view.arms}
    for done in range(rounds + 1):
        for name, budgets in taken.items():
            for tokens, times in budgets.items():
                answer = view.ask(question, tokens, name, longest=1)
                if done:
                    times.append(answer.first_token_s)
        if done:
            yield {name: {n: median(times) for n, times in budgets.items()} for name, budgets in taken.items()}
