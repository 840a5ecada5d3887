"""Build the page and launch it. FMVR_MODEL names a LLaVA-1.5 or FMVR-LLaVA checkpoint to use instead of the pair,
FMVR_BLOCKS blocks that plug into it.
"""

import ctypes
import platform
import sys

import gradio as gr

from fmvr.errors import BadInput
from fmvr.lab import Lab
from fmvr.settings import settings
from viz.tabs.board import Board
from viz.tabs.comparison import Comparer
from viz.tabs.table import tabs
from viz.tabs.theme import page_theme
from viz.theme import css, script

MOST_BYTES = 24 * 2**20  # of one request; a picture has at most 20 megabytes
SESSIONS = 32  # kept, a half megabyte each; a visitor whose session is let go loses nothing
M_ARENA_MAX = -8  # as in glibc's malloc.h


def keep_one_heap() -> None:
    """Have all threads share one heap: glibc gives each its own, where what a picture took stays unused."""
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


def build(lab: Lab) -> gr.Blocks:
    """The page on a lab's models."""
    comparer = Comparer(lab)
    with gr.Blocks(title="FMVR Lab", analytics_enabled=False, delete_cache=(3600, 6 * 3600)) as page:
        Board(comparer, tabs(comparer))
    return page


if __name__ == "__main__":
    keep_one_heap()
    try:
        chosen = settings()
        lab = Lab.load(chosen.model, blocks=chosen.blocks)
    except BadInput as problem:
        sys.exit(str(problem))
    if lab.embedded:
        lab.share_cores()
    build(lab).launch(
        theme=page_theme(),
        css=css(),
        head=script(),
        footer_links=["api"],
        max_file_size="20mb",
        app_kwargs={"max_body_size": MOST_BYTES},
        ssr_mode=False,
        state_session_capacity=SESSIONS,
    )
