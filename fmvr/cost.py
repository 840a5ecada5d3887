"""What an answer costs: FLOPs of the language model's prefill and bytes of its KV cache, by formula; the least time
a GPU needs for it, by a simple roofline; and the time it takes here, measured.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

TEXT_TOKENS = 30  # text length of published figures; pass another where it is known

# Fields differ in what they count. n: visual + text tokens, d: width, m: inner width of the MLP, L: layers.
FORMULAS = {
    "2ndm": ("L(4nd² + 2n²d + 2ndm)", lambda n, d, m: 4 * n * d * d + 2 * n * n * d + 2 * n * d * m),
    "3ndm": ("L(4nd² + 2n²d + 3ndm)", lambda n, d, m: 4 * n * d * d + 2 * n * n * d + 3 * n * d * m),
    "multiply and add": (
        "2L(4nd² + 2n²d + 3ndm)",
        lambda n, d, m: 2 * (4 * n * d * d + 2 * n * n * d + 3 * n * d * m),
    ),
}


@dataclass(frozen=True)
class Shape:
    """What of a language model the formulas need."""

    layers: int
    width: int
    inner: int
    kv_width: int  # key/value heads × head size


@dataclass(frozen=True)
class Gpu:
    """The most a GPU can do in a second, as its maker publishes it."""

    peak: float  # FLOP/s in bf16, without sparsity; a multiplication and an addition count as two
    bandwidth: float  # bytes/s of its memory


GPUS = {"A100 80 GB (SXM)": Gpu(312e12, 2.039e12), "H100 80 GB (SXM)": Gpu(989e12, 3.35e12)}
LLAMA_VOCABULARY = 32_000
LLAVA_7B = Shape(layers=32, width=4096, inner=11008, kv_width=4096)
LLAVA_13B = Shape(layers=40, width=5120, inner=13824, kv_width=5120)


@dataclass(frozen=True)
class Cost:
    """FLOPs of the prefill; the vision tower is not counted."""

    flops: float
    kv_bytes: int  # of the visual tokens alone
    formula: str
    text_tokens: int


def cost(
    shape: Shape,
    visual_tokens: int,
    text_tokens: int = TEXT_TOKENS,
    formula: str = "multiply and add",
    bytes_a_number: int = 2,
) -> Cost:
    """The cost of answering from `visual_tokens`. `formula` is a key of FORMULAS."""
    name, count = FORMULAS[formula]
    flops = shape.layers * count(visual_tokens + text_tokens, shape.width, shape.inner)
    kv_bytes = 2 * shape.layers * visual_tokens * shape.kv_width * bytes_a_number
    return Cost(float(flops), kv_bytes, name, text_tokens)


def weight_bytes(shape: Shape, vocabulary: int = LLAMA_VOCABULARY, bytes_a_number: int = 2) -> int:
    """Bytes of the weights that a prefill reads: every layer's, and the output head; of the embeddings, only rows."""
    attention = 2 * shape.width * (shape.width + shape.kv_width)
    layer = attention + 3 * shape.width * shape.inner
    return bytes_a_number * (shape.layers * layer + vocabulary * shape.width)


def least_seconds(flops: float, weights: float, peak: float, bandwidth: float) -> float:
    """The least time of a prefill: that of its arithmetic or that of reading the weights, whichever is longer.

    Args:
        flops: with multiplications and additions both counted.
        weights: bytes.
        peak: FLOP/s.
        bandwidth: bytes/s.
    """
    return max(flops / peak, weights / bandwidth)


def floor_tokens(shape: Shape, peak: float, bandwidth: float) -> int:
    """How many tokens, visual and text together, a prefill may have and still wait for its weights."""
    least, tokens = weight_bytes(shape) / bandwidth, 1
    while cost(shape, tokens, 0).flops / peak <= least:
        tokens += 1
    return tokens - 1


def first_token_times(view, question: str, rounds: int = 5) -> Iterator[dict[str, dict[int, float]]]:
    """Measure how long each model takes to its first token at each budget, the picture already encoded.

    The budgets take turns, so that a busy moment of the machine falls on all of them; a first round warms up and is
    not counted.

    Args:
        view: a `fmvr.lab.View`.

    Yields, after each round, the medians so far: model → budget → seconds.
    """
    taken = {name: {tokens: [] for tokens in view.lab.budgets} for name in view.lab.models}
    for done in range(rounds + 1):
        for name, budgets in taken.items():
            for tokens, times in budgets.items():
                answer = view.ask(question, tokens, name == "with", longest=1)
                if done:
                    times.append(answer.first_token_s)
        if done:
            yield {name: {n: median(times) for n, times in budgets.items()} for name, budgets in taken.items()}
