"""A function that remembers its last results, for many threads: what several ask for at once is computed once."""

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Any


class Remembered:
    """As `functools.lru_cache(most)(function)`; but who asks while the function is at work waits for that result.

    What it raises is raised to all who waited, and not remembered. `computed`: how often the function was called.
    """

    def __init__(self, function: Callable, most: int):
        self.function, self.most, self.computed = function, most, 0
        self._kept: dict[Hashable, Future] = {}  # what was asked for last is last
        self._lock = Lock()

    def __call__(self, *key: Hashable) -> Any:
        with self._lock:
            future = self._kept.pop(key, None)
            if begins := future is None:
                future = Future()
                self.computed += 1
            self._kept[key] = future
            while len(self._kept) > self.most:
                del self._kept[next(iter(self._kept))]
        if begins:
            try:
                future.set_result(self.function(*key))
            except BaseException as problem:
                with self._lock:
                    self._kept.pop(key, None)
                future.set_exception(problem)
        return future.result()
