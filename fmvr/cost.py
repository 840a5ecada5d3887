"""What an answer costs, by formula: FLOPs of the language model's prefill, bytes of its KV cache, and the least time a
GPU needs for it, by a simple roofline.
"""

from dataclasses import dataclass

TEXT_TOKENS = 30  # text length of published figures; pass another where it is known

# Fields differ in what they count. n: visual + text tokens, d: width, m: inner width of the MLP, L: layers. Each
# formula: its text, what it multiplies everything by, how many matrices it sees in the MLP.
FORMULAS = {
    "2ndm": ("L(4nd² + 2n²d + 2ndm)", 1, 2),
    "3ndm": ("L(4nd² + 2n²d + 3ndm)", 1, 3),
    "multiply and add": ("2L(4nd² + 2n²d + 3ndm)", 2, 3),
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
    name, factor, matrices = FORMULAS[formula]
    n, d, m, k = visual_tokens + text_tokens, shape.width, shape.inner, shape.kv_width
    if k != d:  # grouped-query attention: keys and values are narrower than the tokens
        name = name.replace("4nd²", "2nd(d + k)") + f", k = {k}"
    flops = factor * shape.layers * (2 * n * d * (d + k) + 2 * n * n * d + matrices * n * d * m)
    kv_bytes = 2 * shape.layers * visual_tokens * k * bytes_a_number
    return Cost(float(flops), kv_bytes, name, text_tokens)


def weight_bytes(shape: Shape) -> int:
    """Bytes of LLaMA's weights that a prefill reads: every layer's, and the output head; of the embeddings, only rows.

    In 16 bits a number.
    """
    attention = 2 * shape.width * (shape.width + shape.kv_width)
    layer = attention + 3 * shape.width * shape.inner
    return 2 * (shape.layers * layer + LLAMA_VOCABULARY * shape.width)


def least_seconds(flops: float, weights: float, gpu: Gpu) -> float:
    """The least time of a prefill: that of its arithmetic or that of reading the weights, whichever is longer.

    Args:
        flops: with multiplications and additions both counted.
        weights: bytes.
    """
    return max(flops / gpu.peak, weights / gpu.bandwidth)


def floor_tokens(shape: Shape, gpu: Gpu) -> int:
    """How many tokens, visual and text together, a prefill may have and still wait for its weights."""
    least, tokens = weight_bytes(shape) / gpu.bandwidth, 1
    while cost(shape, tokens, 0).flops / gpu.peak <= least:
        tokens += 1
    return tokens - 1
