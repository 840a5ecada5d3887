"""Turns at the models, and what is remembered for many threads."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import pytest

from fmvr.turns import Turns
from viz.tabs.remembered import Remembered


def doubled(seen: list):
    """Work that notes what is done together, and fails for lists with a 13."""

    def work(pieces):
        seen.append(list(pieces))
        if 13 in pieces:
            raise ValueError("unlucky")
        return [2 * piece for piece in pieces]

    return work


def waiting(turns: Turns, kinds, most: int | dict[str, int], work):
    """The results, or errors, of pieces that all came while a model was busy; `most`: of every kind, or of each."""
    busy = Event()
    with ThreadPoolExecutor(32) as threads:
        threads.submit(turns.alone, busy.wait)
        futures = []
        for piece, kind in enumerate(kinds):
            futures.append(
                threads.submit(turns.together, kind, piece, work, most if isinstance(most, int) else most[kind])
            )
            while sum(map(len, turns.waiting.values())) <= piece:
                pass
        busy.set()
        return [future.exception() or future.result() for future in futures]


def test_what_waits_of_one_kind_is_done_together_and_the_longest_waiting_first():
    seen = []
    assert waiting(Turns(), "abab", 8, doubled(seen)) == [0, 2, 4, 6]
    assert seen == [[0, 2], [1, 3]]


def test_a_list_has_its_limit_and_the_rest_waits_behind_the_others():
    seen = []
    assert waiting(Turns(), "aaaab", 2, doubled(seen)) == [0, 2, 4, 6, 8]
    assert seen == [[0, 1], [4], [2, 3]]


def test_every_kind_has_a_limit_of_its_own_whoever_has_the_turn():
    seen = []  # the first turn is brought by a small piece, the work done in it is the large ones'
    assert waiting(Turns(), "bbsss", {"b": 1, "s": 8}, doubled(seen)) == [0, 2, 4, 6, 8]
    assert waiting(Turns(), "sbbb", {"b": 1, "s": 8}, doubled(seen)) == [0, 2, 4, 6]
    assert seen == [[0], [2, 3, 4], [1], [0], [1], [2], [3]]


def test_a_piece_that_fails_fails_alone():
    results = waiting(Turns(), ["a"] * 15, 16, doubled([]))
    assert isinstance(results.pop(13), ValueError)
    assert results == [2 * piece for piece in range(15) if piece != 13]


def test_no_more_passes_run_at_a_time_than_there_are_turns():
    running, most, lock, turns = 0, 0, Lock(), Turns(2)
    gate = Event()

    def work(_=None):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        gate.wait(0.02)
        with lock:
            running -= 1
        return [None]

    with ThreadPoolExecutor(12) as threads:
        done = [threads.submit(turns.alone, work) for _ in range(6)]
        done += [threads.submit(turns.together, kind, None, work, 4) for kind in range(6)]
        for future in done:
            future.result()
    assert most == 2


def test_results_come_in_the_order_of_what_was_asked_for():
    assert Turns().each(lambda n: n * n, range(5)) == [0, 1, 4, 9, 16]


def test_what_several_ask_for_at_once_is_computed_once():
    go, calls = Event(), []

    def slow(key):
        calls.append(key)
        go.wait()
        return key.upper()

    kept = Remembered(slow, 4)
    with ThreadPoolExecutor(5) as threads:
        futures = [threads.submit(kept, "a") for _ in range(5)]
        while not calls:
            pass
        go.set()
        assert {future.result() for future in futures} == {"A"}
    assert calls == ["a"] and kept.computed == 1


def test_what_was_asked_for_last_is_kept():
    kept = Remembered(str, 2)
    for key in (1, 2, 1, 3, 1):
        kept(key)
    assert kept.computed == 3
    kept(2)
    assert kept.computed == 4


def test_a_failure_is_told_and_not_remembered():
    kept = Remembered(int, 2)
    for _ in range(2):
        with pytest.raises(ValueError):
            kept("x")
    assert kept.computed == 2
