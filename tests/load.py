"""A class at the page over HTTP: python -m tests.load --visitors 50 --minutes 10

First one visitor alone, then all at once, each without a pause: a comparison (two answers and two maps, at 36 tokens or
as `--tokens` says), and a new picture every third one. It prints percentiles, what went wrong, how many times as many
comparisons a second that is, and the memory of the page's process after the first minute and at the end.
"""

import argparse
import os
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import numpy as np

from tests.conftest import started
from tests.visitors import ANSWERED_S, QUESTIONS, called, held_bytes, sent

PICTURE_EVERY = 3
BUDGETS = (576, 144, 36, 9, 1)


@dataclass
class Load:
    """What visitors met with."""

    seconds: list[float] = field(default_factory=list)  # of each comparison, its upload included
    problems: list[str] = field(default_factory=list)
    whole: float = 0.0  # seconds

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.whole

    def __str__(self) -> str:
        middle, late, last = np.percentile(self.seconds, (50, 95, 100))
        return (
            f"{len(self.seconds)} comparisons, {self.rate:.2f} a second; median {middle:.2f} s, 95th percentile "
            f"{late:.2f} s, at most {last:.2f} s; errors: {len(self.problems)}"
        )


def visit(url: str, number: int, until: float, budgets: tuple[int, ...], load: Load) -> None:
    """One visitor, who compares until it is time to go."""
    session, step = uuid.uuid4().hex, 0
    with httpx.Client(base_url=f"{url}gradio_api", timeout=ANSWERED_S) as http:
        while time.perf_counter() < until:
            start = time.perf_counter()
            try:
                if step % PICTURE_EVERY == 0:
                    picture = sent(http, 1000 * number + step)
                question = QUESTIONS[(number + step) % len(QUESTIONS)]
                called(http, "compare", [picture, question, budgets[(number + step) % len(budgets)]], session)
                load.seconds.append(time.perf_counter() - start)
            except (AssertionError, httpx.HTTPError) as problem:
                load.problems.append(str(problem)[:200])
            step += 1


def of(url: str, visitors: int, seconds: float, budgets: tuple[int, ...], first: int = 0) -> Load:
    """What so many visitors meet with in that time."""
    load, start = Load(), time.perf_counter()
    with ThreadPoolExecutor(visitors) as several:
        for number in range(visitors):
            several.submit(visit, url, first + number, start + seconds, budgets, load)
    load.whole = time.perf_counter() - start
    return load


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--visitors", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--tokens", choices=["any", *map(str, BUDGETS)], default="36")
    given = parser.parse_args()
    os.environ.pop("OMP_NUM_THREADS", None)  # of the tests: here the page has the machine
    budgets = BUDGETS if given.tokens == "any" else (int(given.tokens),)
    with TemporaryDirectory() as folder, started(Path(folder)) as (url, process):
        of(url, 1, 5, budgets, 10**6)  # what comes first is slow
        alone = of(url, 1, min(60, 20 * given.minutes), budgets, 10**5)
        print(f"one visitor: {alone}", flush=True)
        minute = min(60, 30 * given.minutes)
        early = of(url, given.visitors, minute, budgets)
        held = held_bytes(process)
        rest = of(url, given.visitors, 60 * given.minutes - minute, budgets, given.visitors)
        after = held_bytes(process)
        both = Load(early.seconds + rest.seconds, early.problems + rest.problems, early.whole + rest.whole)
        print(f"{given.visitors} visitors: {both}")
        print(f"{both.rate / alone.rate:.2f} times as many comparisons a second as one visitor")
        print(f"memory: {held / 1e6:.0f} MB early, {after / 1e6:.0f} MB at the end, ratio {after / held:.3f}")
        for problem in sorted(set(both.problems)):
            print(f"error: {problem}")


if __name__ == "__main__":
    main()
