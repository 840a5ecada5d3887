"""How much of a checkpoint's weights has been loaded, told while it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from transformers.utils import logging

BAR = "Loading weights"  # what transformers calls its own progress bar


@contextmanager
def loading_told(tell: Callable[[float], None]) -> Iterator[None]:
    """Whatever is loaded inside, `tell` hears which share of its tensors is there, 0..1, before each of them."""

    def counted(bar: Callable, args: tuple, named: dict[str, Any]):
        if named.get("desc") == BAR and args:
            items = list(args[0])
            args, named = (_told(items, tell), *args[1:]), {"total": len(items), **named}
        return bar(*args, **named)

    before = logging.set_tqdm_hook(counted)
    try:
        yield
    finally:
        logging.set_tqdm_hook(before)


def _told(items: list, tell: Callable[[float], None]) -> Iterator:
    """The same items; nothing is told twice."""
    last = -1
    for i, item in enumerate(items):
        if (percent := 100 * i // len(items)) > last:
            last = percent
            tell(percent / 100)
        yield item
