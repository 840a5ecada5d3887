"""The page's process does not grow with the pictures it has seen."""

import gc
import weakref
from pathlib import Path

import pytest
from gradio_client import Client, handle_file

from fmvr.lab import Lab
from fmvr.worlds.scenes.scene import SPLITS, Scene
from tests.conftest import started
from viz.tabs.comparison import KEPT, Comparer

MOST_BYTES = 2.5e9
NOISE_BYTES = 100e6  # what caches and the allocator take and give back; 180 kept pictures would be 400 MB and more


@pytest.fixture
def own(tmp_path):
    """A page of its own: one that other tests have used keeps and gives back what they left."""
    with started(tmp_path) as found:
        yield found


def test_two_hundred_pictures_take_no_more_memory_than_twenty(own, tmp_path):
    url, process = own
    client = Client(url, verbose=False)

    def resident_bytes(kind: str = "RssAnon:") -> int:  # pages of files come and go as the system likes
        status = Path(f"/proc/{process.pid}/status").read_text().split()
        return int(status[status.index(kind) + 1]) * 1024

    def ask_about(places: range) -> int:
        for place in places:
            picture = tmp_path / f"{place}.png"
            Scene.from_seed(SPLITS["test"] + place).render().save(picture)
            client.predict(handle_file(picture), "How many objects are there?", 36, api_name="/compare")
        return resident_bytes()

    ask_about(range(10))
    after_twenty = ask_about(range(10, 20))
    after_two_hundred = ask_about(range(20, 200))
    print([f"{size / 1e6:.0f} MB" for size in (after_twenty, after_two_hundred)])
    assert after_two_hundred < after_twenty + NOISE_BYTES
    assert resident_bytes("VmRSS:") < MOST_BYTES


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
