"""The precision to train in."""

import time
from functools import cache

import torch


@cache
def bfloat16_is_faster() -> bool:
    """Whether to train in bfloat16: always on a GPU; on a CPU where a measured product of matrices says so.

    Processors without instructions for it are ten and more times slower in it than in float32.
    """
    if torch.cuda.is_available():
        return True
    seconds = {}
    for kind in (torch.float32, torch.bfloat16):
        rows, columns = torch.ones(1024, 192, dtype=kind), torch.ones(192, 768, dtype=kind)
        taken = []
        for _ in range(8):  # the fastest of them: the first may be compiling, others interrupted
            began = time.perf_counter()
            rows @ columns
            taken.append(time.perf_counter() - began)
        seconds[kind] = min(taken)
    faster = seconds[torch.bfloat16] < 0.8 * seconds[torch.float32]  # casting costs something too
    ratio = seconds[torch.bfloat16] / seconds[torch.float32]
    print(
        f"bfloat16 takes {ratio:.2f} times as long as float32 here: training in {'bfloat16' if faster else 'float32'}."
    )
    return faster
