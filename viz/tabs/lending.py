"""ZeroGPU: a GPU is lent to each event for as long as it runs; between two events the page has none.

What `spaces.GPU` wraps runs in a process of its own, forked from the page's: what goes in and comes out is pickled,
what is remembered there stays there.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from importlib.util import find_spec
from inspect import isgenerator, isgeneratorfunction
from tempfile import gettempdir
from typing import Any

import gradio as gr
from gradio.blocks import Block, BlockFunction
from gradio.processing_utils import save_file_to_cache
from gradio.utils import get_upload_folder

from fmvr.errors import BadInput
from viz.tabs.comparison import Comparer
from viz.tabs.events import ON_GPU
from viz.tabs.slider import BUDGET

LEAST_S, MOST_S = 20, 120  # for an event at few tokens, where the weights have to come; for one at all budgets
FULL_S, FULL = 60, 576  # for an event at this many tokens


def lent_gpu() -> Callable | None:
    """`spaces.GPU` on ZeroGPU; None anywhere else."""
    if not find_spec("spaces"):
        return None
    import spaces  # late: on ZeroGPU it patches torch

    return spaces.GPU if spaces.config.Config.zero_gpu else None


def seconds(tokens: int | None) -> int:
    """How long a GPU is lent for: by the budget of the event, where it is about one."""
    return MOST_S if tokens is None else round(LEAST_S + (FULL_S - LEAST_S) * min(tokens, FULL) / FULL)


def lend(page: gr.Blocks, comparer: Comparer, gpu: Callable, device: str = "cuda") -> None:
    """Move the models to the GPU, and have every event of a page that runs one run under `gpu`, which is `spaces.GPU`.

    The page was laid out on the processor: what was looked at then is looked at anew.
    """
    comparer.lab.move(device)
    comparer.forget()
    for event in page.fns.values():
        if event.concurrency_id in ON_GPU:
            event.fn = lent(event, gpu)


def lent(event: BlockFunction, gpu: Callable) -> Callable:
    """An event's function on a GPU that is lent; components, which are no data, travel by their numbers."""
    function, outputs = event.fn, list(event.outputs)
    at = next((i for i, one in enumerate(event.inputs) if getattr(one, "label", None) == BUDGET), None)

    def duration(*values: Any) -> int:
        tokens = None if at is None else values[at]
        return seconds(tokens if isinstance(tokens, int) else None)

    @gpu(duration=duration)
    def away(*values: Any) -> Iterator[tuple[str, Any]]:
        try:
            result = function(*values)
            for part in result if isgenerator(result) else [result]:
                yield "part", _packed(part, outputs)
        except (BadInput, gr.Error) as problem:
            yield "problem", str(getattr(problem, "message", problem))

    @wraps(function)
    def parts(*values: Any) -> Iterator[Any]:
        for kind, part in away(*values):
            if kind == "problem":
                raise gr.Error(part, print_exception=False)
            yield _unpacked(part, outputs)

    @wraps(function)
    def whole(*values: Any) -> Any:
        return next(parts(*values))

    return parts if isgeneratorfunction(function) else whole


def _packed(part: Any, outputs: Sequence[Block] = ()) -> Any:
    """A result as data: new values by their outputs' numbers, changed components as what is changed of them."""
    if isinstance(part, Block):
        part = gr.update(**part.constructor_args)
    if isinstance(part, dict):
        return {outputs.index(key) if isinstance(key, Block) else key: _packed(one) for key, one in part.items()}
    if isinstance(part, tuple | list):
        return type(part)(map(_packed, part))
    if isinstance(part, str) and part.startswith(gettempdir()) and os.path.isfile(part):
        return save_file_to_cache(part, get_upload_folder())  # its own folder goes with the event
    return part


def _unpacked(part: Any, outputs: Sequence[Block]) -> Any:
    numbers = isinstance(part, dict) and part and all(isinstance(key, int) for key in part)
    return {outputs[key]: value for key, value in part.items()} if numbers else part
