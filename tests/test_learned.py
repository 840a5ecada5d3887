"""Reducers with weights of their own: each against a plain NumPy writing of its formula, and how they learn."""

from itertools import product
from math import isqrt

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from fmvr.errors import BadInput
from fmvr.evaluation.shipped import folders, weights
from fmvr.explain.focus import focus
from fmvr.lab import Lab
from fmvr.loading import load
from fmvr.reduce import REDUCERS, Features
from fmvr.reduce.inside.seen import Seen
from fmvr.reduce.learned.focusllava import STEPS, likeliest
from fmvr.reduce.learned.network import Lesson, lesson_of
from fmvr.training.features import CachedSamples
from fmvr.training.loop import Run
from fmvr.training.reducer import NETWORKS, learn
from fmvr.worlds import WORLDS
from tests.models import WIDTH, new_model, new_processor, picture

SIDE, N = 24, 576
NAMES = ("pixel-shuffle", "mqt", "focus-vision", "focusllava")
QUESTION = "How many cats are there?"
LESSON = Lesson("0" * 64, 1, 1, 1e-3, 0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A checkpoint beside which every network lies, shaken so that it is no longer what it began as."""
    folder = tmp_path_factory.mktemp("model")
    new_model(fmvr_form=None).save_pretrained(folder)
    new_processor().save_pretrained(folder)
    model = load(folder).model
    for kind in NETWORKS.values():
        network = kind.new(model)
        with torch.no_grad():
            for parameter in network.parameters():
                parameter += 0.2 * torch.randn(parameter.shape, generator=torch.Generator().manual_seed(1))
        network.write(folder, LESSON)
    return folder


@pytest.fixture(scope="module")
def model(folder):
    return load(folder).model


@pytest.fixture(scope="module")
def view(folder):
    return Lab.load(folder).look(picture()).reduced(*NAMES)


def features(model, seed: int = 0) -> Features:
    draw = torch.Generator().manual_seed(seed)
    hidden = tuple(torch.randn(1 + N, WIDTH, generator=draw) for _ in range(3))
    return Features(torch.randn(N, WIDTH, generator=draw), hidden, model.model.vision_tower)


def reducer(name: str, model):
    return REDUCERS[name](model, new_processor())


@torch.inference_mode()
def reduced(name: str, model, frame: Features, n: int):
    return reducer(name, model)(frame, n)


class Plain:
    """A reducer's weights and a frame's patches as arrays."""

    def __init__(self, name: str, model, frame: Features):
        self.network = reducer(name, model).learnt
        self.w = {name: weight.double().numpy() for name, weight in self.network.state_dict().items()}
        self.X = frame.patches.double().numpy()

    @torch.no_grad()
    def projected(self, x: np.ndarray) -> np.ndarray:
        return self.network.projector(torch.tensor(x).float()).double().numpy()

    def norm(self, x: np.ndarray) -> np.ndarray:
        x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)
        return x * self.w["norm.weight"] + self.w["norm.bias"]


def softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def shuffle(one: Plain, n: int) -> np.ndarray:
    tokens, side = one.projected(one.X).reshape(SIDE, SIDE, -1), SIDE
    while side > isqrt(n):
        fewer = 1 if side == 3 else side // 2
        k, weight = side // fewer, one.w[f"pyramid.merges.{fewer}.linear.weight"]
        cells = tokens.reshape(fewer, k, fewer, k, WIDTH).transpose(0, 2, 4, 1, 3).reshape(fewer, fewer, -1)
        tokens, side = cells @ weight.T, fewer
    return tokens.reshape(n, -1)


def mqt(one: Plain, n: int) -> np.ndarray:
    heads, width = 4, WIDTH // 4
    places = []
    for i in range(N):
        y, x = (np.array(divmod(i, SIDE)) + 0.5) / SIDE
        places.append([np.sin(np.pi * y), np.cos(np.pi * y), np.sin(np.pi * x), np.cos(np.pi * x)] * heads)
    places = np.array(places).reshape(N, heads, 2, 2)  # a head: row and column, sine and cosine
    places = places.reshape(N, -1)
    keys = one.norm(one.X) @ one.w["key.weight"].T + places
    values = one.projected(one.X) @ one.w["value.weight"].T
    rows = []
    for h in range(heads):
        own = slice(h * width, (h + 1) * width)
        rows.append(softmax(one.w["queries"][:n, own] @ keys[:, own].T / np.sqrt(width)) @ values[:, own])
    return np.concatenate(rows, 1) @ one.w["out.weight"].T


def sampled(one: Plain, n: int) -> np.ndarray:
    grid, regions = one.X.reshape(SIDE, SIDE, -1), []
    for row, column in product(range(0, SIDE, 4), repeat=2):
        regions.append(grid[row : row + 4, column : column + 4])
    seen = np.stack([np.concatenate([r.max((0, 1)), r.mean((0, 1)), one.X.mean(0)]) for r in regions])
    inner = one.norm(seen) @ one.w["gate.0.weight"].T + one.w["gate.0.bias"]
    inner = torch.nn.functional.gelu(torch.tensor(inner)).numpy()
    scores = np.log(softmax(inner @ one.w["gate.2.weight"].T + one.w["gate.2.bias"]))
    best = {0: (0.0, [])}  # steps → sum of scores and the scales
    for region in scores:
        options = {}
        for steps, (total, scales) in best.items():
            for scale, more in enumerate(STEPS):
                found = total + region[scale], [*scales, scale]
                options[steps + more] = max(options.get(steps + more, (-np.inf, [])), found)
        best = options
    rows = []
    for region, scale in zip(regions, best[(n - 36) // 3][1]):
        k = 4 >> scale
        rows.append(region.reshape(4 // k, k, 4 // k, k, -1).max((1, 3)).reshape(-1, WIDTH))
    return one.projected(np.concatenate(rows))


FORMULAS = {
    "pixel-shuffle": (shuffle, (144, 9, 1)),
    "mqt": (mqt, (256, 64, 1)),
    "focus-vision": (sampled, (288, 63, 36)),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_the_set_is_that_of_the_formula(name, model):
    frame, (formula, budgets) = features(model), FORMULAS[name]
    for n in budgets:
        found = reduced(name, model, frame, n)
        np.testing.assert_allclose(found.tokens, formula(Plain(name, model, frame), n), rtol=1e-3, atol=1e-3)
        torch.testing.assert_close(found.places.sum(1), torch.ones(n))


@pytest.mark.parametrize("name", NAMES)
def test_every_budget_gives_a_set_of_its_size_where_all_is_alike_too(name, model):
    method = reducer(name, model)
    frame = features(model)
    alike = Features(torch.ones_like(frame.tokens), tuple(map(torch.ones_like, frame.hidden)), frame.tower)
    budgets = list(method.budgets(N))
    assert budgets == sorted(budgets, reverse=True) and budgets[0] <= N
    for n in {budgets[0], budgets[len(budgets) // 2], budgets[-1]}:
        found = reduced(name, model, alike, n)
        assert len(found) == method.entering(n, N) and torch.isfinite(found.tokens).all()


def test_what_they_can_make(model):
    assert list(reducer("pixel-shuffle", model).budgets(N)) == [576, 144, 36, 9, 1]
    assert list(reducer("mqt", model).budgets(N))[::255] == [256, 1]
    sizes = reducer("focus-vision", model).budgets(N)
    assert sizes[0] == 576 and sizes[-1] == 36 and 192 in sizes and 64 not in sizes
    both = reducer("focusllava", model).budgets(N)
    assert {576, 192, 128, 64, 36} < set(both) and 9 not in both


@pytest.mark.parametrize("name", NAMES)
def test_a_budget_that_cannot_be_is_refused_and_the_others_answer(view, name):
    for wrong in (577, 0):
        with pytest.raises(BadInput, match=f"no set of {wrong} visual tokens"):
            view.ask(QUESTION, wrong, name)
    budget = 36
    answer = view.ask(QUESTION, budget, name, longest=2)
    assert answer.arm == name and answer.visual_tokens == budget
    assert view.features(name) is view.features("pooling"), "nothing is encoded anew"


def test_at_first_they_are_near_pooling(folder):
    model = load(folder).model
    patches = torch.randn(1, N, WIDTH)
    pooled = model.model.pyramid(model.model.multi_modal_projector(patches))
    shuffled = NETWORKS["pixel-shuffle"].new(model)(patches, 36).tokens
    torch.testing.assert_close(shuffled, pooled[36])
    first = NETWORKS["mqt"].new(model)(patches, 1)
    torch.testing.assert_close(first.tokens, pooled[1], rtol=1e-3, atol=1e-3)


def test_the_likeliest_choice_is_that_of_all_choices():
    scores = torch.randn(3, 5, 3, generator=torch.Generator().manual_seed(2))
    for steps in (0, 1, 7, 25):
        found = likeliest(scores, steps)
        every = [c for c in product(range(3), repeat=5) if sum(STEPS[s] for s in c) == steps]
        for row, own in zip(scores, found.tolist()):
            assert tuple(own) == max(every, key=lambda c: sum(float(row[r, s]) for r, s in enumerate(c)))


def test_the_text_chooses_what_of_the_picture_stays(model, view):
    method = reducer("focusllava", model)
    for n in (192, 128, 64, 36):
        entering = method.entering(n, N)
        assert n < entering <= 1.5 * n + 3
        assert 0 <= method.average(method.left(n, entering), entering) - n < 1
    answer = view.ask(QUESTION, 64, "focusllava", longest=2)
    assert len(answer.kept) == method.left(64, 96)[1] == 32
    attention = torch.rand(7, 20, generator=torch.Generator().manual_seed(3))
    one = Seen(attention, *(torch.randn(size, WIDTH) for size in (20, 7, 20, 7)), (torch.rand(20), torch.rand(7)))
    kept, _ = method.choose(one, 6)
    assert kept.tolist() == sorted(np.argsort(-attention.numpy().mean(0))[:6].tolist())


@pytest.mark.parametrize("name", NAMES)
def test_a_model_on_which_none_has_learnt_is_refused(name, folder, tmp_path):
    with pytest.raises(BadInput, match="none have learnt on this model: `python -m fmvr.training reducer --network"):
        REDUCERS[name](new_model(fmvr_form=None), new_processor())
    model = load(folder).model
    new_model(fmvr_form=None).save_pretrained(tmp_path)
    model.name_or_path = str(tmp_path)
    (tmp_path / "reducers").mkdir()
    file = REDUCERS[name].network.file
    save_file({"a": torch.zeros(1)}, tmp_path / "reducers" / f"{file}.safetensors")
    with pytest.raises(BadInput, match="broken, or of another model"):
        REDUCERS[name](model, new_processor())


@pytest.mark.parametrize("file", NETWORKS)
def test_a_network_learns_and_the_model_stays_as_it_is(file, tmp_path):
    folder, world = tmp_path / "model", WORLDS["scenes"]
    new_model(fmvr_form=None).save_pretrained(folder)
    processor = new_processor()
    processor.save_pretrained(folder)
    model = load(folder, dtype=torch.float32).model
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    data = CachedSamples(np.random.default_rng(0).normal(size=(4, N, WIDTH)).astype(np.float16), world, 8, look=False)
    run = Run(tmp_path / "run", 2, 4, 1e-2, bfloat16=False)
    learn(run, file, folder, model, processor.tokenizer, data)
    assert all(torch.equal(weight, before[name]) for name, weight in model.state_dict().items())
    assert lesson_of(folder, file).steps == 2 and len(lesson_of(folder, file).base) == 64
    name = next(name for name, kind in REDUCERS.items() if getattr(kind, "network", None) is NETWORKS[file])
    learnt, new = reducer(name, load(folder).model).learnt.state_dict(), NETWORKS[file].new(model).state_dict()
    changed = {part for part in new if not torch.equal(learnt[part], new[part].bfloat16().float())}
    assert {part for part in changed if part.startswith("projector")}
    assert file != "focusllava" or "gate.2.weight" in changed, "the loss reaches the gate"


@pytest.mark.parametrize("file", NETWORKS)
def test_the_shipped_ones_have_learnt_on_the_shipped_model(file):
    assert lesson_of(folders()["pooling"], file).base == weights()["pooling"]


def test_both_choices_of_focusllava_can_be_seen(view):
    found = focus(view, QUESTION, 64)
    assert found.closeness.shape == (6, 6) and set(found.closeness.ravel().tolist()) <= {1, 2, 4}
    assert (found.closeness**2).sum() == 96, "half as many tokens again enter"
    model, prompt = view.member("focusllava").model, view.ask(QUESTION, 576, "pooling", longest=1).prompt_ids
    model.set_attn_implementation("eager")
    ids = torch.tensor([prompt])
    visual = ids[0] == model.config.image_token_id
    with torch.inference_mode():
        hidden = model.get_input_embeddings()(ids).index_copy(1, visual.nonzero()[:, 0], view.features().tokens[None])
        first = model.model.language_model(inputs_embeds=hidden, output_attentions=True).attentions[0][0].mean(0)
    model.set_attn_implementation("sdpa")
    words = visual.nonzero()[-1, 0] + 1
    plain = first[words:, visual].mean(0).reshape(24, 24)
    assert len(found.by_layer) == 1
    np.testing.assert_allclose(found.by_layer[0], plain, rtol=1e-3, atol=1e-6)
