"""What an answer costs: FLOPs of the language model's prefill and bytes of its KV cache, by formula."""

from dataclasses import dataclass

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
