"""Turns at the models: threads bring their work, and what is of one kind and waits at once is done together."""

import os
from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any, NamedTuple
from weakref import WeakSet

import torch

CALLERS = 32  # threads that may wait for several results at once
MOST_TOGETHER, TOKENS_TOGETHER = 16, 1152  # answers of different visitors in one pass, and all their visual tokens


def most_together(visual_tokens: int) -> int:
    """How many answers, or maps, from so many visual tokens a model makes at once: small ones leave room for more."""
    return max(1, min(MOST_TOGETHER, TOKENS_TOGETHER // visual_tokens))


class Piece(NamedTuple):
    """A piece of work that waits, and where its result will be."""

    piece: Any
    work: Callable[[list], list]
    most: int
    future: Future


class Turns:
    """Work of any number of threads, done by a few; the longest waiting kind comes first.

    `at_once`: passes of a model that run at the same time.
    """

    def __init__(self, at_once: int = 1):
        self.at_once = at_once
        self.begin()
        _ALL.add(self)

    def begin(self) -> None:
        """Nothing waits, and nobody works yet."""
        self.waiting: dict[Hashable, list[Piece]] = {}  # kinds in the order they came
        self._lock = Lock()
        self._workers = ThreadPoolExecutor(self.at_once, thread_name_prefix="model")
        self._callers = ThreadPoolExecutor(CALLERS, thread_name_prefix="caller")

    def alone(self, work: Callable[[], Any]) -> Any:
        """The result of `work`, in its turn and in inference mode."""
        return self._workers.submit(torch.inference_mode()(work)).result()

    def together(self, kind: Hashable, piece: Any, work: Callable[[list], list], most: int) -> Any:
        """The result for a piece of work, of those that `work` returns for a list of pieces of the same kind.

        `most`: pieces of this kind that are done together. A list that fails is done piece by piece, so that each fails
        for itself.
        """
        future = Future()
        with self._lock:
            self.waiting.setdefault(kind, []).append(Piece(piece, work, most, future))
        self._workers.submit(self._next)
        return future.result()

    def each(self, function: Callable, items: Iterable) -> list:
        """A function's result for each item, all begun at the same time. Not for use inside of itself."""
        return list(self._callers.map(function, items))

    def _next(self) -> None:
        """Do what has waited longest."""
        with self._lock:
            if not self.waiting:
                return  # done together with other work
            kind, pieces = next(iter(self.waiting.items()))
            del self.waiting[kind]
            most = pieces[0].most  # of this kind, whoever's turn it is
            if pieces[most:]:
                self.waiting[kind] = pieces[most:]  # behind the others
        _do(pieces[:most])


_ALL: WeakSet[Turns] = WeakSet()


def _in_a_fork() -> None:
    """A process that was forked has the threads of neither these pools nor of torch's."""
    torch.set_num_threads(1)
    for turns in _ALL:
        turns.begin()


os.register_at_fork(after_in_child=_in_a_fork)


def _do(pieces: list[Piece]) -> None:
    try:
        results = pieces[0].work([one.piece for one in pieces])
    except Exception as problem:
        if len(pieces) > 1:
            for one in pieces:
                _do([one])
        else:
            pieces[0].future.set_exception(problem)
        return
    for one, result in zip(pieces, results, strict=True):
        one.future.set_result(result)
