"""The page's process does not grow with the pictures it has seen."""

from pathlib import Path

from gradio_client import Client, handle_file

from fmvr.scenes.scene import SPLITS, Scene

MOST_BYTES = 2.5e9
SETTLING = 1.05  # what caches and the allocator's arenas may take until they are full
NOISE = 1.02  # what an allocator may keep or give back between two readings


def test_two_hundred_pictures_take_no_more_memory_than_twenty(server, tmp_path):
    url, process = server
    client = Client(url, verbose=False)

    def resident_bytes() -> int:
        status = Path(f"/proc/{process.pid}/status").read_text().split()
        return int(status[status.index("VmRSS:") + 1]) * 1024

    def ask_about(places: range) -> int:
        for place in places:
            picture = tmp_path / f"{place}.png"
            Scene.from_seed(SPLITS["test"] + place).render().save(picture)
            client.predict(handle_file(picture), "How many objects are there?", 36, api_name="/compare")
        return resident_bytes()

    ask_about(range(10))
    after_twenty = ask_about(range(10, 20))
    after_hundred = ask_about(range(20, 100))
    after_two_hundred = ask_about(range(100, 200))
    print([f"{size / 1e6:.0f} MB" for size in (after_twenty, after_hundred, after_two_hundred)])
    assert after_two_hundred < SETTLING * after_twenty
    assert after_two_hundred < NOISE * after_hundred
    assert after_two_hundred < MOST_BYTES
