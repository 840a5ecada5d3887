"""What reducers take at LLaVA-1.5's size: python -m tests.real

A stock checkpoint with random weights is written, and loaded as anybody's own: CLIP-L/14-336 and `--layers` layers of
a Llama of 2,048 channels, new blocks plugged in, networks of reducers that have learnt nothing, and a CLIP with a text
tower of CLIP-L's size. One picture is encoded once; every reducer answers about it at 192, 128 and 64 tokens, or at the
most below that it can make.

Time is from the question to the answer's last token, the making of the token set included. Memory is how far the peak
of the process (Linux's VmHWM) lies above what it held before the question, weights and encoded picture: what is freed
goes back to the system at once while this is measured. Both are shares of what all 576 tokens take, by pooling, which
has its turn before each reducer in each round.
"""

import argparse
import ctypes
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
import torch
from transformers import CLIPConfig, CLIPModel, CLIPVisionConfig, LlavaConfig, LlavaForConditionalGeneration

from fmvr.answering.answer import Answer
from fmvr.blocks import PYRAMID, Blocks, Card
from fmvr.cost import Shape
from fmvr.evaluation.shape.measure import TOWER, language_config, of_random
from fmvr.lab import Lab
from fmvr.loading import checked, load
from fmvr.reduce import REDUCERS
from fmvr.reduce.learned.network import Lesson
from fmvr.training.reducer import NETWORKS
from fmvr.view import View
from tests.models import IDS, TOKENIZER, new_processor
from viz.arena import GONE, kept_layer

WIDTH, INNER = 2048, 5504
TEXT = dict(  # CLIP-L's
    hidden_size=768,
    intermediate_size=3072,
    num_hidden_layers=12,
    num_attention_heads=12,
    vocab_size=49408,
    max_position_embeddings=77,
)
ASKED, ALL = (192, 128, 64), 576
QUESTION, LONGEST = "How many cats are there on the left?", 4
PICTURE = Path(__file__).parents[1] / "fmvr" / "worlds" / "photographs" / "sign.jpg"
FORM = "residual"
LIBC, TRIM, MAP = ctypes.CDLL(None), -1, -3  # of mallopt: M_TRIM_THRESHOLD, M_MMAP_THRESHOLD


def write(folder: Path, layers: int, dtype: torch.dtype) -> None:
    """A stock checkpoint, `blocks` for it and the `clip` of its tower, side by side in a folder."""
    torch.manual_seed(0)
    text = language_config(Shape(layers, WIDTH, INNER, WIDTH), layers)
    text.update({"vocab_size": len(TOKENIZER)} | {name: of for name, of in IDS.items() if name in text.to_dict()})
    config = LlavaConfig(vision_config=CLIPVisionConfig(**TOWER), text_config=text, **IDS)
    model = of_random(LlavaForConditionalGeneration, config, dtype)
    model.lm_head.weight.data[list(IDS.values())] = 0  # never the likeliest: all answers are of one length
    model.save_pretrained(folder / "stock")
    new_processor(TOWER["image_size"], TOWER["patch_size"]).save_pretrained(folder / "stock")
    model = load(folder / "stock", "cpu").model
    for kind in NETWORKS.values():
        kind.new(model).write(folder / "stock", Lesson("", 0, 0, 0.0, 0))
    card = Card.of(checked(folder / "stock", fmvr_form=FORM).config)
    blocks = {f"{PYRAMID}{name}": weight for name, weight in card.pyramid().state_dict().items()}
    Blocks(card, blocks).write(folder / "blocks" / "fmvr_blocks.safetensors")
    clip = CLIPConfig(
        text_config=TEXT | {"bos_token_id": TOKENIZER.bos_token_id, "eos_token_id": TOKENIZER.eos_token_id},
        vision_config=TOWER | {"num_hidden_layers": 1},  # nobody reads it
        projection_dim=TEXT["hidden_size"],
    )
    of_random(CLIPModel, clip, dtype).save_pretrained(folder / "clip")
    TOKENIZER.save_pretrained(folder / "clip")


def budgets(view: View, name: str) -> list[int]:
    """Those of `ASKED` that a reducer can make, or the largest below each."""
    there = view.member(name).budgets
    return list(dict.fromkeys(max(below) for most in ASKED if (below := [n for n in there if n <= most])))


def ask(view: View, name: str, tokens: int) -> Answer:
    """An answer for which nothing is remembered but the encoded picture."""
    features = {name: [replace(view.features(name))]}
    new = View(view.frames, {name: view.member(name)}, name, features, view.turns, view.cut)
    return new.ask(QUESTION, tokens, name, LONGEST)


def check(view: View, answer: Answer) -> None:
    """The set has the size asked for, stands for whole patches, and can be drawn."""
    member, tokens = view.member(answer.arm), answer.visual_tokens
    made = view.token_set(tokens, answer.arm, answer.question)
    assert len(made) == len(made.places) == member.entering(tokens), f"{len(made)} tokens"
    assert made.tokens.isfinite().all(), "a token is no number"
    _, places = made.arrays()
    if member.drops_inside:
        left = member.reducer.left(tokens, len(made))
        assert abs(member.reducer.average(left, len(made)) - tokens) < 1, f"{left} are not {tokens} on average"
        assert len(answer.kept) == list(left.values())[-1], f"{len(answer.kept)} are left of {left}"
        places = places[list(answer.kept)]
    assert np.allclose(places.sum(1), 1, atol=torch.finfo(made.places.dtype).eps), "rows do not add up to 1"
    drawn = np.asarray(kept_layer(places))
    gone = (drawn == GONE).all(-1)
    assert (gone.ravel() == (places.max(0) == 0)).all(), "what is gone is not what is dark"
    assert len(answer.answer_ids) == LONGEST, f"{len(answer.answer_ids)} tokens of answer"


def seconds(view: View, name: str, tokens: int) -> float:
    start = time.perf_counter()
    ask(view, name, tokens)
    return time.perf_counter() - start


def memory(view: View, name: str, tokens: int) -> float:
    """MB at the peak of an answer, above what was held before it; the answer is checked."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak is forgotten
    before = held("VmRSS")
    answer = ask(view, name, tokens)
    most = held("VmHWM") - before
    try:
        check(view, answer)
    except AssertionError as problem:
        raise SystemExit(f"{name}, {tokens} tokens: {problem}.") from problem
    return most


def held(field: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith(f"{field}:"))


def in_turn(
    view: View, measure: Callable[[View, str, int], float], whole: list[float]
) -> Iterator[tuple[tuple[str, int], float]]:
    """Reducer and tokens, and what they take as a share of all tokens; that is added to `whole`, for each reducer."""
    for name in REDUCERS:
        if name in view.arms:
            whole.append(measure(view, "pooling", ALL))
            yield from (((name, n), measure(view, name, n) / whole[-1]) for n in budgets(view, name))


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.real", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--layers", type=int, default=8, help="of the language model (%(default)s)")
    parser.add_argument("--dtype", choices=("float32", "bfloat16"), default="bfloat16")
    parser.add_argument("--rounds", type=int, default=3, help="of each time; their median counts (%(default)s)")
    given = parser.parse_args()
    LIBC.mallopt(MAP, 2**16)  # arrays are given back when they are freed
    with TemporaryDirectory() as folder:
        folder = Path(folder)
        write(folder, given.layers, getattr(torch, given.dtype))
        os.environ |= {"FMVR_CLIP": str(folder / "clip"), "FMVR_DTYPE": given.dtype}
        lab, passes = Lab.load(folder / "stock", "cpu", folder / "blocks"), []
        lab.member().model.model.vision_tower.register_forward_hook(lambda *_: passes.append(1))
        able, unable = lab.able()
        view = lab.look(PICTURE).reduced(*able)
    mb, s = [], []
    memories = dict(in_turn(view, memory, mb))
    LIBC.mallopt(MAP, 2**25), LIBC.mallopt(TRIM, 2**26)  # and kept for the next, as in any other process
    rounds = [dict(in_turn(view, seconds, s)) for _ in range(given.rounds)]
    assert len(passes) == 1, f"the tower read {len(passes)} times"
    size = f"{given.layers} layers of {WIDTH:,}, {given.dtype}, threads: {torch.get_num_threads()}"
    print(f"{size}; all {ALL} tokens take {median(s):.2f} s and {median(mb):.0f} MB, medians.")
    print("The tower read the picture once; every set has its size, rows that add up to 1, and is drawn as it is.")
    print(f"{'reducer':<16} tokens  memory   time")
    for (name, n), share in memories.items():
        print(f"{name:<16} {n:>6} {share:>7.2f} {median(one[name, n] for one in rounds):>6.2f}")
    for name, reason in unable.items():
        print(f"{name}: {reason}")


if __name__ == "__main__":
    main()
