"""Build the page and launch it. FMVR_MODEL names a LLaVA-1.5 or FMVR-LLaVA checkpoint to use instead of the pair,
FMVR_BLOCKS blocks that plug into it. On ZeroGPU, each event has a GPU for as long as it runs.
"""

import ctypes
import platform
import sys
from contextlib import nullcontext

import gradio as gr

from fmvr.errors import BadInput
from fmvr.lab import Lab
from fmvr.loading.progress import loading_told
from fmvr.settings import Settings, settings
from fmvr.worlds.photographs import PhotographWorld
from viz.opening import Opening
from viz.preview import TITLE
from viz.tabs.board import Board
from viz.tabs.comparison import Comparer
from viz.tabs.lending import lend, lent_gpu
from viz.tabs.previewing import previewed
from viz.tabs.table import tabs
from viz.tabs.theme import page_theme
from viz.theme import css, script

MOST_BYTES = 24 * 2**20  # of one request; a picture has at most 20 megabytes
SESSIONS = 64  # kept, a half megabyte each; one that is let go loses nothing, but is made anew, in a tenth of a second
M_ARENA_MAX = -8  # as in glibc's malloc.h


def keep_one_heap() -> None:
    """Have all threads share one heap: glibc gives each its own, where what a picture took stays unused."""
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


def build(lab: Lab, gpu=None, device: str = "cuda") -> gr.Blocks:
    """The page on a lab's models; `gpu`: `spaces.GPU`, where a GPU, `device`, is lent to its events."""
    comparer = Comparer(lab)
    with gr.Blocks(title=TITLE, analytics_enabled=False, delete_cache=(3600, 6 * 3600)) as page:
        Board(comparer, tabs(comparer))
    if gpu:
        lend(page, comparer, gpu, device)
    return page


def opened(chosen: Settings, gpu=None) -> gr.Blocks:
    """The page on the chosen models. A checkpoint of one's own takes its time: the port tells meanwhile of it."""
    with Opening() if chosen.model else nullcontext() as opening:
        tell = opening.tell if opening else lambda *_: None
        with loading_told(lambda share: tell("Loading the weights", share)):
            lab = Lab.load(chosen.model, "cpu" if gpu else None, chosen.blocks)
        if lab.embedded:
            lab.share_cores()
        if lab.photographs:
            lab.world = PhotographWorld()
        tell("Answering a first question about a first picture")
        return build(lab, gpu)


def main() -> None:
    keep_one_heap()
    try:
        page = opened(settings(), lent_gpu())
    except BadInput as problem:
        sys.exit(str(problem))
    page.launch(
        theme=page_theme(),
        css=css(),
        head=script(),
        footer_links=["api"],
        max_file_size="20mb",
        app_kwargs={"max_body_size": MOST_BYTES, "middleware": previewed()},
        ssr_mode=False,
        state_session_capacity=SESSIONS,
    )


if __name__ == "__main__":
    main()
