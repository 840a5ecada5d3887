"""Every reducer against a plain NumPy writing of its formula, on random features of 6 × 6 patches."""

from dataclasses import replace
from math import isqrt

import numpy as np
import pytest
import torch
from transformers import CLIPConfig, CLIPModel

from fmvr.answering.one import logits_after
from fmvr.errors import BadInput
from fmvr.evaluation.asking import scores_of
from fmvr.evaluation.measures import reducers
from fmvr.evaluation.statistics import Estimate, Paired
from fmvr.lab import Lab
from fmvr.loading import text_tower
from fmvr.reduce import REDUCERS, Dropping, Features
from fmvr.reduce.inside.seen import Seen
from fmvr.reduce.kept import read_kept, write_kept
from fmvr.reduce.learned.learned import Learned
from fmvr.worlds import WORLDS
from tests.models import TOKENIZER, WIDTH, new_lab, new_model, new_processor, picture, text_config, vision_config
from tests.watched import Watched

SIDE, N = 6, 36
QUESTION = "How many cats are there?"
MODEL, PROCESSOR = new_model(fmvr_form=None), new_processor()
INSIDE = [name for name, kind in REDUCERS.items() if issubclass(kind, Dropping)]
TRAINED = ("pooling", "fmvr")  # of the pyramid, which has tests of its own
LEARNED = [name for name, kind in REDUCERS.items() if issubclass(kind, Learned)]  # tests/test_learned.py
INSIDE = [name for name in INSIDE if name not in LEARNED]
BEFORE = [name for name in REDUCERS if name not in (*INSIDE, *TRAINED, *LEARNED)]


@pytest.fixture(scope="module", autouse=True)
def clip(tmp_path_factory):
    """A tiny CLIP with random weights, of which FMVR_CLIP is the folder."""
    folder = tmp_path_factory.mktemp("clip")
    text = text_config().to_dict() | {"projection_dim": 8, "max_position_embeddings": 6, "eos_token_id": 2}
    names = ("hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "vocab_size")
    names = (*names, "projection_dim", "max_position_embeddings", "eos_token_id")
    torch.manual_seed(0)
    config = CLIPConfig(
        text_config={name: text[name] for name in names}, vision_config=vision_config().to_dict(), projection_dim=8
    )
    CLIPModel(config).save_pretrained(folder)
    TOKENIZER.save_pretrained(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FMVR_CLIP", str(folder))
        yield folder


def features(seed: int = 0) -> Features:
    draw = torch.Generator().manual_seed(seed)
    hidden = tuple(torch.randn(1 + N, WIDTH, generator=draw) for _ in range(3))
    window = torch.randn(1, WIDTH, generator=draw) + 0.1 * torch.randn(9, WIDTH, generator=draw)
    hidden[1][1:].view(SIDE, SIDE, WIDTH)[:3, :3] = window.view(3, 3, WIDTH)  # a window that is alike
    pixels = torch.randn(3, 2 * SIDE, 2 * SIDE, generator=draw)
    return Features(torch.randn(N, WIDTH, generator=draw), hidden, MODEL.model.vision_tower, pixels)


def reducer(name: str):
    return REDUCERS[name](MODEL, PROCESSOR)


def reduced(name: str, frame: Features, n: int):
    with torch.inference_mode():
        return reducer(name)(frame, n, QUESTION)


# The formulas, plainly


class Plain:
    """A frame as arrays of float64."""

    def __init__(self, frame: Features):
        self.frame, self.P = frame, self.array(frame.tokens)
        self.hidden = [self.array(state) for state in frame.hidden]
        self.X, self.cls = self.hidden[-1][1:], self.hidden[-1][0]

    def array(self, x) -> np.ndarray:
        return x.detach().double().numpy()

    def heads(self, layer: int, part: str) -> np.ndarray:
        """[1 + N, heads, w]"""
        block, x = self.frame.tower.encoder.layers[layer], self.hidden[layer]
        norm, linear = block.layer_norm1, getattr(block.self_attn, part)
        x = (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + norm.eps)
        x = x * self.array(norm.weight) + self.array(norm.bias)
        return (x @ self.array(linear.weight).T + self.array(linear.bias)).reshape(1 + N, 2, -1)

    def attention(self, layer: int) -> np.ndarray:
        """[1 + N, 1 + N], mean over heads"""
        q, k = self.heads(layer, "q_proj"), self.heads(layer, "k_proj")
        return np.mean([softmax(q[:, h] @ k[:, h].T / np.sqrt(q.shape[2])) for h in range(2)], 0)

    def keys(self, layer: int) -> np.ndarray:
        return self.heads(layer, "k_proj")[1:].mean(1)

    def words(self) -> np.ndarray:
        ids = TOKENIZER(QUESTION, add_special_tokens=False)["input_ids"]
        return self.array(MODEL.get_input_embeddings().weight)[ids]

    def asked(self) -> np.ndarray:
        """The cosine of each segment of the question with each patch in CLIP's space: [segments, N]"""
        tower = text_tower.TextTower.of(MODEL, "a test")
        return cos(self.array(tower.texts(QUESTION)), self.array(tower.patches(self.frame)))

    def projected(self, x: np.ndarray) -> np.ndarray:
        return self.array(MODEL.model.multi_modal_projector(torch.tensor(x).float()))


def softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def cos(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (a / np.linalg.norm(a, axis=1, keepdims=True)) @ (b / np.linalg.norm(b, axis=1, keepdims=True)).T


def top(scores, n: int) -> list[int]:
    return sorted(range(len(scores)), key=lambda i: -scores[i])[:n]


def farthest(frame: Plain, n: int) -> list[int]:
    d = 1 - cos(frame.P, frame.P)
    kept = [max(range(N), key=lambda i: min(d[i, j] for j in range(N) if j != i))]
    while len(kept) < n:
        kept.append(max((i for i in range(N) if i not in kept), key=lambda i: min(d[i, j] for j in kept)))
    return kept


def greedy(value, n: int) -> list[int]:
    kept = []
    while len(kept) < n:
        kept.append(max((i for i in range(N) if i not in kept), key=lambda i: value([*kept, i])))
    return kept


def mmtok(frame: Plain, n: int) -> list[int]:
    words = frame.words()
    rows = np.concatenate(
        [softmax(cos(words, frame.P) / 0.02) / len(words), 0.5 * softmax(cos(frame.X, frame.X) / 0.2) / N]
    )
    return greedy(lambda kept: rows[:, kept].max(1).sum(), n)


def catp(frame: Plain, n: int) -> list[int]:
    s, t = (1 + cos(frame.P, frame.P)) / 2, (1 + cos(frame.words().mean(0, keepdims=True), frame.P)[0]) / 2
    return greedy(lambda kept: s[kept].max(0).sum() + 0.7 * t[kept].sum(), n)


def cdpruner(frame: Plain, n: int) -> list[int]:
    r = -frame.asked().mean(0)
    r = (r - r.min()) / (r.max() - r.min()) + 1e-6
    kernel = r[:, None] * cos(frame.P, frame.P) * r
    return greedy(lambda kept: np.linalg.slogdet(kernel[np.ix_(kept, kept)])[1], n)


def with_pivots(likeness: np.ndarray, pivots: list[int], n: int) -> list[int]:
    kept, rows = list(pivots), len(likeness)
    for i, row in enumerate(likeness):
        share = (n - len(pivots)) // rows + (i < (n - len(pivots)) % rows)
        kept += sorted((j for j in range(likeness.shape[1]) if j not in kept), key=lambda j: row[j])[:share]
    return kept


def dart(frame: Plain, n: int) -> list[int]:
    pivots = top(np.linalg.norm(frame.heads(1, "k_proj")[1:].reshape(N, -1), axis=1), min(4, n))
    return with_pivots(cos(frame.P[pivots], frame.P), pivots, n)


KEPT = {  # which patches stay
    "random": lambda frame, n: np.array(top_of_random(frame, n)),
    "every-kth": lambda frame, n: [i * N // n for i in range(n)],
    "vtc-cls": lambda frame, n: top(frame.attention(1)[0, 1:], n),  # 7 of 23 layers are 1 of 2
    "globalcom2": lambda frame, n: top(frame.attention(1)[0, 1:], n),
    "divprune": farthest,
    "dart": dart,
    "mmtok": mmtok,
    "catp": catp,
    "cdpruner": cdpruner,
}


def top_of_random(frame: Plain, n: int) -> list[int]:
    from fmvr.reduce.controls.random import seed_of

    return torch.randperm(N, generator=torch.Generator().manual_seed(seed_of(frame.frame)))[:n].tolist()


def grid(frame: Plain, n: int) -> np.ndarray:
    side = isqrt(n)
    fine = frame.P.reshape(SIDE, SIDE, -1).repeat(side, 0).repeat(side, 1)  # every patch as side × side parts
    return fine.reshape(side, SIDE, side, SIDE, -1).mean((1, 3)).reshape(n, -1)


def merge(metric: np.ndarray, n: int, by_size: bool) -> list[dict[int, float]]:
    """The weights of every merged token: patch → weight."""
    tokens = [({i: 1.0}, 1) for i in range(N)]
    while len(tokens) > n:
        vectors = np.stack([sum(w * metric[i] for i, w in weights.items()) for weights, _ in tokens])
        likeness = cos(vectors[::2], vectors[1::2])
        r = min(len(tokens) // 2, len(tokens) - n)
        pairs = {2 * a: 2 * int(likeness[a].argmax()) + 1 for a in top(likeness.max(1), r)}
        result = []
        for i, own in enumerate(tokens):
            if i in pairs:
                continue
            joined = [own, *(tokens[a] for a, b in pairs.items() if b == i)]
            counts = [size if by_size else 1 for _, size in joined]
            weights = {}
            for (part, _), count in zip(joined, counts):
                for patch, weight in part.items():
                    weights[patch] = weights.get(patch, 0) + weight * count / sum(counts)
            result.append((weights, sum(size for _, size in joined)))
        tokens = result
    return [weights for weights, _ in tokens]


def means(x: np.ndarray, merged: list[dict[int, float]]) -> np.ndarray:
    return np.stack([sum(w * x[i] for i, w in weights.items()) for weights in merged])


def visionzip(frame: Plain, n: int) -> np.ndarray:
    contextual = round(n * 5 / 32)
    dominant = sorted(top(frame.attention(1)[0, 1:], n - contextual - 1))
    rest = [i for i in range(N) if i not in dominant]
    targets = [rest[i * (len(rest) // contextual)] for i in range(contextual)]
    keys, joined = frame.keys(1), {t: [] for t in targets}
    for i in rest:
        if i not in targets:
            joined[targets[int(cos(keys[[i]], keys[targets]).argmax())]].append(i)
    merged = [frame.X[t] + (frame.X[own].mean(0) if own else 0) for t, own in joined.items()]
    return frame.projected(np.stack([frame.cls, *frame.X[dominant], *merged]))


def prumerge(frame: Plain, n: int) -> np.ndarray:
    q, k = frame.heads(2, "q_proj").reshape(1 + N, -1), frame.heads(2, "k_proj").reshape(1 + N, -1)
    c = softmax(q[0] @ k.T / np.sqrt(WIDTH))[1:]
    first = top(c, round((n - 1) / 4))
    rest, more = [i for i in range(N) if i not in first], n - 1 - len(first)
    kept = sorted([*first, *(rest[i * len(rest) // more] for i in range(more))])
    rows = []
    for i in kept:
        near = top([cos(k[[i + 1]], k[[j + 1]])[0, 0] if j != i else -2 for j in range(N)], 32)
        rows.append(frame.X[i] + sum(c[j] * frame.X[j] for j in near))
    rows.append(sum(c[j] * frame.X[j] for j in range(N) if j not in kept))
    return frame.projected(np.stack(rows))


def mustdrop(frame: Plain, n: int) -> np.ndarray:
    found, a = {}, frame.attention(2)[0, 1:]
    for top_row in (0, 3):
        for left in (0, 3):
            window = [(top_row + y) * SIDE + left + x for y in range(3) for x in range(3)]
            likeness = cos(frame.hidden[1][1:][window], frame.hidden[1][1:][window])
            found[tuple(window)] = (likeness.sum() - 9) / 72
    alike = sorted((w for w in found if found[w] >= 0.8), key=lambda w: -found[w])[: (N - n) // 8]
    tokens = [[i] for i in range(N) if not any(i in w for w in alike)] + [list(w) for w in alike]
    kept = sorted(sorted(tokens, key=lambda own: -a[own].mean())[:n])
    return frame.projected(np.stack([frame.X[own].mean(0) for own in kept]))


def vflowopt(frame: Plain, n: int) -> np.ndarray:
    grey = frame.frame.pixels.double().numpy().mean(0)
    grey = np.round((grey - grey.min()) / (grey.max() - grey.min()) * 255)
    entropy = []
    for i in range(N):
        y, x = divmod(i, SIDE)
        _, counts = np.unique(grey[2 * y : 2 * y + 2, 2 * x : 2 * x + 2], return_counts=True)
        entropy.append(-(counts / 4 * np.log2(counts / 4)).sum())
    scores = frame.attention(1)[1:, 1:].mean(0) + softmax(np.array(entropy))
    kept = sorted(top(scores, n - 1))
    left = [i for i in range(N) if i not in kept]
    return frame.projected(np.stack([*frame.X[kept], np.average(frame.X[left], 0, scores[left])]))


def recoverable(frame: Plain, n: int) -> np.ndarray:
    c, asked, keys = frame.attention(2)[0, 1:], frame.asked().mean(0), frame.heads(2, "k_proj")[1:].reshape(N, -1)
    seen = top(c, round((n - 1) / 2))
    recovered = [i for i in top(asked, N) if i not in seen][: round((n - 1) / 4)]
    whole = [*seen, *recovered]
    centres = [i for i in top(c, N) if i not in whole][: n - 1 - len(whole)]
    rows = {i: frame.X[i] for i in whole}
    for i in centres:
        others = [j for j in range(N) if j != i and j not in whole]
        near = sorted(others, key=lambda j: -(cos(keys[[i]], keys[[j]])[0, 0] + asked[j]))[:32]
        rows[i] = frame.X[i] + sum(c[j] * frame.X[j] for j in near)
    left = sum(c[j] * frame.X[j] for j in range(N) if j not in rows)
    return frame.projected(np.stack([*(rows[i] for i in sorted(rows)), left]))


MERGED = {  # the tokens themselves
    "grid": grid,
    "visionzip": visionzip,
    "prumerge+": prumerge,
    "mustdrop": mustdrop,
    "vflowopt": vflowopt,
    "recoverable": recoverable,
    "tome": lambda frame, n: frame.projected(means(frame.X, merge(frame.keys(1), n, by_size=True))),
    "aim": lambda frame, n: means(frame.P, merge(frame.P, n, by_size=False)),
}


def test_every_entry_has_its_formula_here():
    assert {*KEPT, *MERGED, *TRAINED, *SCORES, *LEARNED, "dart-layer"} == set(REDUCERS)


@pytest.mark.parametrize("n", [4, 9, 16])
@pytest.mark.parametrize("name", KEPT)
def test_what_is_kept_is_what_the_formula_keeps(name, n):
    frame = features()
    if name == "cdpruner" and n == WIDTH:
        n -= 1  # the determinant of as many vectors as there are channels is still no rounding error
    found = reduced(name, frame, n)
    assert found.indices == sorted(KEPT[name](Plain(frame), n))
    assert torch.equal(found.tokens, frame.tokens[found.indices])


@pytest.mark.parametrize("n", [4, 9, 25])
@pytest.mark.parametrize("name", MERGED)
def test_what_is_merged_is_what_the_formula_merges(name, n):
    frame = features()
    found = reduced(name, frame, n)
    np.testing.assert_allclose(found.tokens, MERGED[name](Plain(frame), n), rtol=1e-3, atol=1e-3)


# Every entry


@pytest.mark.parametrize("name", BEFORE)
@pytest.mark.parametrize("alike", [False, True])
def test_every_budget_gives_a_set_of_its_size(name, alike):
    frame = features(1)
    if alike:  # ties everywhere
        hidden = tuple(torch.ones_like(state) for state in frame.hidden)
        frame = Features(torch.ones_like(frame.tokens), hidden, frame.tower, torch.zeros_like(frame.pixels))
    budgets = reducer(name).budgets(N)
    assert budgets[0] == N and budgets[-1] == 1
    torch.testing.assert_close(reduced(name, frame, N).tokens, frame.tokens)
    for n in (N, 25, 4, 1):
        found, again = reduced(name, frame, n), reduced(name, frame, n)
        assert found.tokens.shape == (n, WIDTH) and found.places.shape == (n, N)
        assert torch.isfinite(found.tokens).all() and torch.equal(found.places, again.places)
        torch.testing.assert_close(found.places.sum(1), torch.ones(n))
        if found.indices is not None:
            assert found.indices == sorted(set(found.indices))


def test_of_equal_patches_the_first_are_kept():
    frame = features()
    frame = Features(torch.ones_like(frame.tokens), tuple(map(torch.ones_like, frame.hidden)), frame.tower)
    for name in ("vtc-cls", "globalcom2", "divprune", "mmtok", "catp", "dart"):
        assert reduced(name, frame, 5).indices == [0, 1, 2, 3, 4], name


@pytest.fixture(scope="module")
def view():
    return new_lab().look(picture()).reduced(*BEFORE, *INSIDE)


@pytest.mark.parametrize("name", [*BEFORE, *INSIDE])
def test_a_budget_that_cannot_be_is_refused(view, name):
    for wrong in (577, 0):
        with pytest.raises(BadInput, match=f"no set of {wrong} visual tokens"):
            view.ask(QUESTION, wrong, name)


@pytest.mark.parametrize("name", BEFORE)
def test_every_reducer_answers_with_the_model_that_pools(view, name):
    answer = view.ask(QUESTION, 9, name, longest=2)
    assert answer.arm == name and answer.visual_tokens == 9 and len(answer.prompt_ids) == 9 + answer.text_tokens
    assert view.features(name) is view.features("pooling"), "nothing is encoded anew"


def test_a_reducer_that_reads_the_question_wants_one(view):
    with pytest.raises(BadInput, match="MMTok chooses tokens by the question"):
        view.token_set(9, "mmtok")


@pytest.mark.parametrize("name", ["cdpruner", "recoverable"])
def test_what_needs_a_text_tower_is_refused_without_one(monkeypatch, tmp_path, name):
    monkeypatch.delenv("FMVR_CLIP")
    with pytest.raises(BadInput, match="no text tower: name the folder"):
        new_lab().look(picture()).reduced(name)
    monkeypatch.setenv("FMVR_CLIP", str(tmp_path))
    with pytest.raises(BadInput, match="cannot be read"):
        reducer(name)


# Inside the language model


def seen(n: int = 20, words: int = 7) -> Seen:
    draw = torch.Generator().manual_seed(3)
    states = [torch.randn(size, WIDTH, generator=draw) for size in (n, words, n, words)]
    attention = torch.rand(words, n, generator=draw)
    return Seen(attention, *states, (torch.rand(n, generator=draw), torch.rand(words, generator=draw)))


def raters(one: Seen) -> np.ndarray:
    shares = softmax(one.first_visual.double().numpy() @ one.first_text.double().numpy().T).mean(0)
    return one.attention.double().numpy()[shares >= shares.mean()].mean(0)


def dual(one: Seen) -> np.ndarray:
    a = one.attention.double().numpy()
    return np.maximum(a.sum(0) / a.sum(0).max(), a.max(0) / a.max())


SCORES = {  # of every visual token
    "fastv": lambda one: one.attention[-1].double().numpy(),
    "pyramiddrop": lambda one: one.attention[-1].double().numpy(),
    "mustdrop-text": dual,
    "sparsevlm": raters,
}


@pytest.mark.parametrize("name", SCORES)
def test_inside_the_scores_are_those_of_the_formula(name):
    one = seen()
    np.testing.assert_allclose(reducer(name).scores(one), SCORES[name](one), rtol=1e-5)
    kept, states = reducer(name).choose(one, 12)
    if name != "sparsevlm":
        assert kept.tolist() == sorted(top(SCORES[name](one), 12)) and torch.equal(states, one.visual[kept])


def test_dart_inside_keeps_what_is_least_like_its_pivots():
    one = seen()
    pivots, words = top(one.keys[0], 4), top(one.keys[1], 4)
    likeness = cos(torch.cat([one.visual[pivots], one.text[words]]).double().numpy(), one.visual.double().numpy())
    kept, _ = reducer("dart-layer").choose(one, 13)
    assert kept.tolist() == sorted(with_pivots(likeness, pivots, 13))


def test_sparsevlm_adds_the_dropped_to_their_cluster():
    one = seen(n=120)
    kept, states = reducer("sparsevlm").choose(one, 20)  # 17 kept, and of 103 dropped the best 31 as 3 clusters
    scores = raters(one)
    whole, recycled = top(scores, 17), top(scores, 48)[17:]
    assert set(whole) < set(kept.tolist()) < set(whole) | set(recycled) and len(kept) == 20
    x = one.visual[recycled].double().numpy()
    d = np.linalg.norm(x[:, None] - x[None], axis=2) / np.sqrt(WIDTH)
    rho = np.exp(-(np.sort(d, 1)[:, 1:6] ** 2).mean(1))
    delta = [d[i][rho > rho[i]].min() if (rho > rho[i]).any() else d[i].max() for i in range(31)]
    centres = top(rho * delta, 3)
    for at in centres:
        own = [i for i in range(31) if (i == at if i in centres else centres[int(d[i, centres].argmin())] == at)]
        np.testing.assert_allclose(states[kept.tolist().index(recycled[at])], x[own].sum(0), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", INSIDE)
def test_the_average_over_the_layers_is_the_budget(name):
    MODEL.config.text_config.num_hidden_layers = 32
    try:
        method = reducer(name)
    finally:
        MODEL.config.text_config.num_hidden_layers = 2
    assert method.stages == list(method.after)
    for n in (192, 128, 64):
        if n in method.budgets(576):
            left = method.left(n, 576)
            assert 0 <= method.average(left, 576) - n < 1 and [*left.values()] == sorted(left.values(), reverse=True)


@pytest.mark.parametrize("name", INSIDE)
def test_dropping_is_not_seeing_from_a_layer_on(view, name):
    """The same as a model whose second layer is masked for what was dropped: here with all tokens, in one pass."""
    member, budget = view.member(name), 300
    answer = view.ask(QUESTION, budget, name, longest=4)
    assert answer.visual_tokens == budget and len(answer.prompt_ids) == 576 + answer.text_tokens
    stays = member.reducer.left(budget, 576)[1]
    assert len(answer.kept) == stays
    ids, keep = [*answer.prompt_ids, *answer.answer_ids], len(answer.answer_ids)
    sets = [view.token_set(budget, name)]
    with torch.inference_mode():
        logits = logits_after(member, sets, budget, ids[:-1], keep)
        llama, row = member.model.model.language_model, torch.tensor([ids[:-1]])
        hidden = llama.embed_tokens(row)
        visual = (row[0] == member.model.config.image_token_id).nonzero()[:, 0]
        hidden[0, visual] = sets[0].tokens
        rotation = llama.rotary_emb(hidden, torch.arange(len(ids) - 1)[None])
        seen = torch.ones(len(ids) - 1, len(ids) - 1).tril().bool()
        gone = visual[[i for i in range(576) if i not in answer.kept]]
        for layer in llama.layers:
            hidden = layer(hidden, attention_mask=seen[None, None], position_embeddings=rotation)
            seen = seen.index_fill(1, gone, False).index_fill(0, gone, True)
        plain = member.model.lm_head(llama.norm(hidden))[0, -keep:]
    if name != "sparsevlm":  # which puts sums in the place of some states
        torch.testing.assert_close(logits, plain, rtol=1e-3, atol=1e-3)
    chances = logits.softmax(-1).gather(1, torch.tensor(answer.answer_ids)[:, None])
    assert np.isclose(float(chances.prod()), answer.probability, rtol=1e-3), "with a cache and without"


def test_with_all_tokens_nothing_is_dropped(view):
    whole = view.ask(QUESTION, 576, "pooling", longest=4)
    for name in INSIDE:
        answer = view.ask(QUESTION, 576, name, longest=4)
        assert answer.text == whole.text and np.isclose(answer.probability, whole.probability, rtol=1e-4)


def test_no_map_of_what_is_dropped_inside(view):
    with pytest.raises(BadInput, match="no map can follow"):
        view.gradcam(view.ask(QUESTION, 300, "fastv", longest=2))


# The measure


def test_the_measure_holds_every_reducer_against_random_and_pooling(monkeypatch):
    monkeypatch.delenv("FMVR_CLIP")
    lab, names = new_lab(), ("random", "grid", "divprune", "fastv", "cdpruner")
    table = reducers.measure(lab, WORLDS["scenes"], 2, budgets=(300, 9), reducers=names, questions=None)
    assert table.samples == 2 and table.arm == "pooling" and list(table.unable) == ["cdpruner"]
    found = {(one.reducer, one.visual_tokens): one for one in table.scores}
    assert set(found) == {("random", 300), ("divprune", 300), ("fastv", 300)} | {(n, 9) for n in names[:3]}
    drawn = [WORLDS["scenes"].sample("test", place) for place in range(2)]
    own = scores_of(lab.reduced(["divprune", "grid"], [9]), WORLDS["scenes"], drawn, test=True)
    apart = (own["divprune"][9] - own["grid"][9])[:, np.isfinite(own["grid"][9]).any(0)]  # families that were asked
    assert np.isclose(found["divprune", 9].over_pooling.difference.mean, np.nanmean(apart, 0).mean())
    assert found["random", 9].over_random is None and found["grid", 9].over_pooling is None
    assert all(one.time_ratio > 0 for one in table.scores) and "With 9 visual tokens" in str(table)


def test_the_measure_goes_on_where_it_stopped(tmp_path, monkeypatch):
    folder, out = tmp_path / "model", tmp_path / "marks"
    new_model(fmvr_form=None).save_pretrained(folder)
    new_processor().save_pretrained(folder)
    lab, world, some = Lab.load(folder), WORLDS["scenes"], {"budgets": (9,), "reducers": ["random", "aim"], "timed": 0}
    models = Watched(lab)
    first = reducers.measure(lab, world, 3, folder=out, **some)
    assert models.encoded == 1 and {path.stem for path in out.iterdir()} == {"random", "aim", "grid"}
    assert reducers.measure(lab, world, 3, folder=out, **some) == first and models.encoded == 1
    assert first.questions["average"] == 3, "one about each"
    monkeypatch.setattr("fmvr.evaluation.arena.marks.BATCH", 2)
    longer = reducers.measure(lab, world, 5, folder=out, **some)
    assert longer == reducers.measure(lab, world, 5, **some), "a run that ended amid a batch is gone on with, too"
    monkeypatch.undo()
    (out / "aim.json").write_text("{")
    encoded = models.encoded
    assert reducers.measure(lab, world, 3, folder=out, **some) == first and models.encoded == encoded + 1
    for wrong in (0, 577):
        with pytest.raises(BadInput, match=f"1 to 576 visual tokens, not {wrong}"):
            reducers.measure(lab, world, 1, budgets=(wrong,))
    before = (out / "aim.json").read_bytes()
    new_model(seed=7, fmvr_form=None).save_pretrained(folder)
    reducers.measure(Lab.load(folder), world, 3, folder=out, **some)
    assert (out / "aim.json").read_bytes() != before, "marks of other weights are not gone on with"


def test_who_loses_to_random_is_said_in_a_sentence():
    def score(name: str, apart: float, spread: float) -> reducers.ReducerScore:
        pair = Paired(Estimate(apart, apart - spread, apart + spread), 0, 0, 1.0)
        return reducers.ReducerScore(name, name.upper(), 64, Estimate(0.5, 0.4, 0.6), {}, pair, None, 1.0)

    scores = [score("a", -0.02, 0.01), score("b", -0.02, 0.03), score("c", -0.1, 0.01)]
    table = reducers.Reducers("scenes", 2, "pooling", 576, Estimate(1, 1, 1), {}, scores, {})
    assert table.sentences == ["With 64 visual tokens, 2 of 3 lose to random patches: C (−10.0), A (−2.0)."]
    table = replace(table, scores=scores[1:2])
    assert table.sentences == ["With 64 visual tokens, none of 1 loses to random patches."]


# Kept patches as files


def test_kept_patches_are_written_read_and_asked_about(view, tmp_path):
    file = tmp_path / "kept.npz"
    write_kept(file, {"mine": [30, 2, 7], "ours": view.token_set(9, "divprune").indices})
    kept = read_kept(file, 576)
    assert kept["mine"] == (2, 7, 30)
    both = view.reduced(kept=kept)
    assert both.ask(QUESTION, 9, "ours", longest=4).text == view.ask(QUESTION, 9, "divprune", longest=4).text
    assert both.token_set(3, "mine").indices == [2, 7, 30]


@pytest.mark.parametrize(
    "arrays, sentence",
    [
        ({"mine": [576]}, "mine keeps patch 576; the patches are 0 to 575"),
        ({"mine": [-1, 3]}, "mine keeps patch -1"),
        ({"mine": [3, 3]}, "mine keeps a patch twice"),
        ({"mine": [0.5]}, "mine is to be a list of whole numbers"),
        ({"mine": [[1, 2]]}, "mine is to be a list of whole numbers"),
        ({"mine": []}, "mine is to be a list of whole numbers"),
        ({"mine": np.array([{}])}, "no file of kept patches"),
        ({"mine": np.zeros(1 << 18)}, "too large"),
        ({}, "says of nothing"),
    ],
)
def test_a_file_of_kept_patches_is_refused_in_a_sentence(tmp_path, arrays, sentence):
    np.savez(tmp_path / "kept.npz", **{name: np.array(values) for name, values in arrays.items()})
    with pytest.raises(BadInput, match=sentence):
        read_kept(tmp_path / "kept.npz", 576)


def test_what_is_no_file_of_kept_patches_is_refused(tmp_path):
    (tmp_path / "kept.npz").write_text("kept")
    for path in (tmp_path / "kept.npz", tmp_path / "none.npz"):
        with pytest.raises(BadInput, match="no file of kept patches"):
            read_kept(path, 576)
