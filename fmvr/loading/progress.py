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
        return bar(*((_told(args[0], tell), *args[1:]) if named.get("desc") == BAR and args else args), **named)

    before = logging.set_tqdm_hook(counted)
    try:
        yield
    finally:
        logging.set_tqdm_hook(before)


def _told(items, tell: Callable[[float], None]) -> Iterator:
    """The same items; nothing is told twice."""
    items, last = list(items), -1
    for i, item in enumerate(items):
        if (percent := 100 * i // len(items)) > last:
            last = percent
            tell(percent / 100)
        yield item
