"""The page's process grows neither with its visitors nor with the pictures it has seen."""

import gc
import weakref

import pytest

from app import SESSIONS
from fmvr.lab import Lab
from fmvr.worlds.scenes.scene import SPLITS, Scene
from tests.conftest import started
from tests.visitors import ask, call, held_bytes
from viz.tabs.comparison import KEPT, Comparer

COSTS = ["multiply and add", 30, "A100 80 GB (SXM)", None, ""]
MOST_BYTES = 1.5e9
VISITORS, MORE_FOR_VISITORS = 60, 20e6  # kept, their sessions would be half a megabyte each
PICTURES, MORE_FOR_PICTURES = 20, 60e6  # kept, they would be several megabytes each


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A page of their own: one that other tests have used keeps and gives back what they left."""
    with started(tmp_path_factory.mktemp("page")) as found:
        yield found


def test_many_visitors_leave_nothing_behind(own):
    url, process = own
    call(url, "cost", [[COSTS]] * SESSIONS)
    first = held_bytes(process)
    call(url, "cost", [[COSTS]] * VISITORS)
    assert held_bytes(process) < first + MORE_FOR_VISITORS


def test_many_pictures_leave_nothing_behind(own):
    url, process = own
    ask(url, [range(20)])  # as many as are kept, and more; one after another, for what is held at once stays the heap's
    first = held_bytes(process)
    ask(url, [range(20, 20 + PICTURES)])
    last = held_bytes(process)
    assert last < first + MORE_FOR_PICTURES
    assert last < MOST_BYTES


def test_a_picture_is_gone_once_it_is_no_longer_kept(tmp_path):
    comparer, seen = Comparer(Lab.load()), []
    for place in range(KEPT + 3):
        picture = tmp_path / f"{place}.png"
        Scene.from_seed(SPLITS["test"] + place).render().save(picture)
        exhibit = comparer.look(str(picture))
        responses = exhibit.responses("How many objects are there?", 36)
        exhibit.maps(responses)
        seen.append([weakref.ref(one) for one in (exhibit, exhibit.view, exhibit.view.image)])
    del exhibit, responses
    gc.collect()
    assert [all(one() is None for one in refs) for refs in seen] == [True] * 3 + [False] * KEPT
