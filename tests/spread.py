"""`python -m tests.spread WORDS`: `python -m fmvr.training WORDS` in two processes that share one model, on the CPU.

The model is spread as `examples/accelerate/8-gpus.yaml` says. The run is made twice: whole, and once more from its
checkpoint after one step of two.
"""

import os
import shutil
import sys
from pathlib import Path

import torch
import yaml
from accelerate import DistributedType, PartialState, debug_launcher
from accelerate.state import AcceleratorState

from fmvr.training.__main__ import main

ROOT = Path(__file__).parents[1]
NAMES = {"FSDP_TRANSFORMER_LAYER_CLS_TO_WRAP": "FSDP_TRANSFORMER_CLS_TO_WRAP"}  # in the environment, another one


def spread() -> None:
    """Say in the environment what `accelerate launch` would, and have it done on the CPU, too."""
    config = yaml.safe_load((ROOT / "examples" / "accelerate" / "8-gpus.yaml").read_text())["fsdp_config"]
    settings = {name.upper(): str(value) for name, value in config.items()}
    os.environ |= {NAMES.get(name, name): value for name, value in settings.items()} | {"ACCELERATE_USE_FSDP": "true"}
    begin = AcceleratorState.__init__

    def shared(state, *arguments, fsdp_plugin=None, **more):
        begin(state, *arguments, fsdp_plugin=fsdp_plugin, **more)
        if fsdp_plugin and state.distributed_type == DistributedType.MULTI_CPU:  # accelerate spreads over GPUs alone
            state.distributed_type, state.fsdp_plugin = DistributedType.FSDP, fsdp_plugin

    AcceleratorState.__init__ = shared


def twice() -> None:
    """In each process: train; take away all but the first checkpoint; go on."""
    os.environ |= dict.fromkeys(("RANK", "LOCAL_RANK"), str(torch.distributed.get_rank()))
    out = Path(sys.argv[sys.argv.index("--out") + 1])
    main()
    first = out / "checkpoint-1" / "trainer_state.json"
    written = first.stat().st_mtime_ns
    PartialState().wait_for_everyone()
    if PartialState().is_main_process:
        shutil.copytree(out / "model", out.with_name("whole"))
        for folder in (out / "model", out / "checkpoint-2"):
            shutil.rmtree(folder)
    PartialState().wait_for_everyone()
    main()
    assert first.stat().st_mtime_ns == written, "the run was begun anew"


if __name__ == "__main__":
    spread()
    debug_launcher(twice, num_processes=2)
