"""The times of a shape: prefill by budget, the tower, the pyramid and its blocks, and what they cannot be below."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import nn
from transformers import CLIPVisionConfig, CLIPVisionModel, LlamaConfig, LlamaForCausalLM

from fmvr.cost import LLAMA_VOCABULARY, TEXT_TOKENS, Gpu, Shape, cost, least_seconds, weight_bytes
from fmvr.model.forms import FORMS
from fmvr.model.pyramid import TokenPyramid, budgets
from fmvr.training.precision import bfloat16_is_faster

SIDE = 24
TOWER = dict(  # CLIP-L/14-336
    hidden_size=1024,
    intermediate_size=4096,
    num_hidden_layers=24,
    num_attention_heads=16,
    image_size=336,
    patch_size=14,
)
HEAD = 128  # channels of an attention head
PROBE = 2048  # side of the matrices by which the machine is measured


@dataclass(frozen=True)
class Row:
    """Seconds at one budget. `floor_s`: the least that arithmetic and the reading of the weights allow here."""

    tokens: int
    flops: float
    floor_s: float
    prefill_s: float
    first_token_s: float  # tower, pyramid without blocks, prefill


@dataclass(frozen=True)
class ShapeSpeed:
    """A shape on a machine. `layers`: of the language model that were measured; times are scaled up to `shape`'s.

    `pooling_s`: of the pyramid without blocks; `blocks_s`: form → what its blocks add to that, all levels together.
    """

    shape: Shape
    layers: int
    machine: str
    precision: str
    tower_s: float
    pooling_s: float
    blocks_s: dict[str, float]
    rows: list[Row]

    def __str__(self) -> str:
        scaled = f"{self.layers} of {self.shape.layers} layers measured, times scaled up"
        whole = "all layers measured"
        lines = [
            f"{self.shape.layers} layers of {self.shape.width} channels, random weights, {self.precision}, "
            f"{self.machine}; {scaled if self.layers < self.shape.layers else whole}.",
            f"Tower {_ms(self.tower_s)}; pyramid without blocks {_ms(self.pooling_s)}; its blocks add "
            + ", ".join(f"{form} {_ms(seconds)}" for form, seconds in self.blocks_s.items())
            + ".",
            "tokens    TFLOPs      floor    prefill  first token  " + "  ".join(f"{f:>9}" for f in self.blocks_s),
        ]
        for row in self.rows:
            shares = "  ".join(f"{100 * seconds / row.prefill_s:>7.2f} %" for seconds in self.blocks_s.values())
            lines.append(
                f"{row.tokens:>6} {row.flops / 1e12:>9.2f} {_ms(row.floor_s):>10} {_ms(row.prefill_s):>10} "
                f"{_ms(row.first_token_s):>12}  {shares}"
            )
        return "\n".join([*lines, "The last columns: what the blocks of a form add, as a share of the prefill."])


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:,.1f} ms"


@torch.inference_mode()
def measure(shape: Shape, layers: int | None = None, rounds: int = 3, tower: dict = TOWER) -> ShapeSpeed:
    """Time a LLaVA of this shape with random weights, each part by itself.

    Args:
        layers: of the language model, and as large a share of the tower's; None for all on a GPU, else for one.
        rounds: of each time; the fastest counts.
    """
    gpu = torch.cuda.is_available()
    device, layers = torch.device("cuda" if gpu else "cpu"), layers or (shape.layers if gpu else 1)
    dtype = torch.bfloat16 if bfloat16_is_faster() else torch.float32
    scale, seen = shape.layers / layers, max(1, round(tower["num_hidden_layers"] * layers / shape.layers))
    torch.manual_seed(0)
    with torch.device(device):
        language = of_random(LlamaForCausalLM, language_config(shape, layers), dtype)
        sight = of_random(CLIPVisionModel, CLIPVisionConfig(**tower | {"num_hidden_layers": seen}), dtype)
        tokens = torch.randn(1, SIDE**2, shape.width, dtype=dtype)
        pixels = torch.randn(1, 3, tower["image_size"], tower["image_size"], dtype=dtype)
        pyramids = {form: TokenPyramid(shape.width, SIDE, form).to(dtype) for form in (None, *FORMS)}

    def fastest(work: Callable[[], object]) -> float:
        return min(_seconds(work, device) for _ in range(rounds + 1))  # the first one warms up

    tower_s = fastest(partial(sight, pixels)) * tower["num_hidden_layers"] / seen
    pyramid_s = {form: fastest(partial(pyramid, tokens)) for form, pyramid in pyramids.items()}
    machine, rows = _machine(device, dtype, fastest), []
    for n in budgets(SIDE):
        inputs = torch.cat([tokens[:, :n], tokens[:, :TEXT_TOKENS]], 1)
        prefill = scale * fastest(partial(language, inputs_embeds=inputs, logits_to_keep=1))
        flops = cost(shape, n).flops
        floor = least_seconds(flops, weight_bytes(shape) * dtype.itemsize / 2, machine)
        rows.append(Row(n, flops, floor, prefill, tower_s + pyramid_s[None] + prefill))
    return ShapeSpeed(
        shape,
        layers,
        torch.cuda.get_device_name() if gpu else f"the processor, {torch.get_num_threads()} threads",
        str(dtype).removeprefix("torch."),
        tower_s,
        pyramid_s[None],
        {form: pyramid_s[form] - pyramid_s[None] for form in FORMS},
        rows,
    )


def language_config(shape: Shape, layers: int) -> LlamaConfig:
    """A Llama of a shape, with so many layers."""
    return LlamaConfig(
        vocab_size=LLAMA_VOCABULARY,
        hidden_size=shape.width,
        intermediate_size=shape.inner,
        num_hidden_layers=layers,
        num_attention_heads=max(1, shape.width // HEAD),
        num_key_value_heads=max(1, shape.kv_width // HEAD),
    )


def of_random(kind: type[nn.Module], config, dtype: torch.dtype) -> nn.Module:
    """A model of a configuration with random weights, made in its precision at once."""
    return kind._from_config(config, dtype=dtype).eval()


def _machine(device: torch.device, dtype: torch.dtype, fastest: Callable) -> Gpu:
    """What this machine does at most, as far as a product of matrices and a copy can tell."""
    matrix = torch.randn(PROBE, PROBE, device=device, dtype=dtype)
    large = torch.empty(2**28 if device.type == "cuda" else 2**25, device=device)
    copied = 2 * large.nbytes / fastest(large.clone)
    return Gpu(peak=2 * PROBE**3 / fastest(lambda: matrix @ matrix), bandwidth=copied)


def _seconds(work: Callable[[], object], device: torch.device) -> float:
    wait = torch.cuda.synchronize if device.type == "cuda" else lambda: None
    wait()
    start = time.perf_counter()
    work()
    wait()
    return time.perf_counter() - start
