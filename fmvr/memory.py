"""Memory that runs out, told in one sentence with the way out."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from fmvr.errors import BadInput

# How PyTorch says it: of a GPU, of the processor, of the libraries below.
OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "not enough memory", "ALLOC_FAILED")
SMALLER = "close what else runs, or hold the weights smaller with FMVR_DTYPE or FMVR_QUANTIZE"


@contextmanager
def enough_memory(way_out: str = SMALLER) -> Iterator[None]:
    """Raises BadInput, ending in `way_out`, where memory runs out inside."""
    try:
        yield
        return
    except (MemoryError, RuntimeError) as error:
        if not isinstance(error, MemoryError) and not any(words in str(error) for words in OUT_OF_MEMORY):
            raise
    raise BadInput(f"There is not enough memory here: {way_out}.")  # now that the error holds no tensors any more


def memory_for(tokens: int, budgets: Sequence[int]) -> AbstractContextManager[None]:
    """The same around a pass over `tokens` visual tokens a frame; `budgets`: those there are, the largest first."""
    smaller = next((n for n in budgets if n <= tokens // 2), None)
    return enough_memory(f"{tokens} visual tokens are too many for it; choose {smaller}" if smaller else SMALLER)
