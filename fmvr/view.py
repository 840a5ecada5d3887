"""A clip that the lab has looked at: answers, maps, bands and tokens, all from one pass of the tower."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

import numpy as np
import torch
from PIL import Image

from fmvr.answering.answer import Answer, Word, products
from fmvr.answering.likelihood import token_log_probabilities
from fmvr.answering.one import MOST_ANSWER_TOKENS, Asked, answers_of, logits_after, most_tokens
from fmvr.errors import BadInput
from fmvr.explain.bands import LevelBands, Spectrum
from fmvr.explain.cam import FromLayer
from fmvr.explain.maps import Map, Reading
from fmvr.explain.methods import METHOD, METHODS
from fmvr.media.seen import Cut
from fmvr.member import Member, budgets_of, chosen, pooling_arm
from fmvr.memory import memory_for
from fmvr.model.pyramid import Knobs, Level
from fmvr.prompt import Prompt, encoded
from fmvr.reduce import FMVR, Features, TokenSet
from fmvr.reduce.kept import Kept
from fmvr.sets import TokenSets
from fmvr.turns import Turns, most_together


class View:
    """A clip that the lab has looked at: every question after that leaves the vision tower alone.

    `frames`: as they enter the model; `image`: the first of them. `arms`: names of the arms that looked at it.
    `cut`: what they see of the first frame; None for all of it.
    """

    def __init__(
        self,
        frames: tuple[Image.Image, ...],
        members: Mapping[str, Member],
        main: str,
        features: Mapping[str, list[Features]],
        turns: Turns,
        cut: Cut | None = None,
    ):
        self.frames, self.members, self.main, self.turns, self.cut = frames, members, main, turns, cut
        self._features, self._sets = features, TokenSets(members, features)

    @property
    def image(self) -> Image.Image:
        return self.frames[0]

    @property
    def arms(self) -> tuple[str, ...]:
        return tuple(self.members)

    def budgets_of(self, arm: str) -> list[int]:
        """An arm's token budgets, the largest first."""
        return [n for n in budgets_of(self.members) if n in self.member(arm).budgets]

    def member(self, arm: str | None = None) -> Member:
        """An arm as it runs; None for the main one. Raises BadInput for an arm that is not here."""
        return chosen(self.members, arm or self.main)

    def ask(
        self,
        question: str,
        tokens: int = 36,
        arm: str | None = None,
        longest: int = MOST_ANSWER_TOKENS,
        fmvr: bool | None = None,
        system: str = "",
    ) -> Answer:
        """Answer from `tokens` visual tokens a frame, in at most `longest` tokens of text, told `system` before it all.

        `arm`: its name; None for the main one. `fmvr=True`, `fmvr=False` is how the first edition chose between two.
        Raises BadInput for what cannot be asked.
        """
        member = self.member(arm if fmvr is None else ("pooling", "fmvr")[fmvr])
        budget, prompt = self._asked(member, question, tokens, system)
        asked = Asked(member, self._sets.of(member, budget, prompt.question), prompt, budget)
        most = most_tokens(asked, longest)
        kind = "answer", id(member.model), asked.inside and member.arm.name, budget, len(self.frames), most
        together = 1 if asked.inside else most_together(budget * len(self.frames))
        with memory_for(budget, member.budgets):
            return self.turns.together(kind, asked, partial(answers_of, most=most), together)

    def ask_each(self, question: str, tokens: Iterable[int], arm: str | None = None) -> list[Answer]:
        """The same question at several budgets."""
        return [self.ask(question, n, arm) for n in tokens]

    def chance(self, text: str, question: str, tokens: int = 36, arm: str | None = None, system: str = "") -> float:
        """The probability that a model answers exactly `text` and ends there, in one forward pass.

        Raises BadInput for a question or a text that cannot be read, and for a budget that does not exist.
        """
        member = self.member(arm)
        tokenizer = member.processor.tokenizer
        for mark in tokenizer.all_special_tokens:
            if mark in text:
                raise BadInput(f"An answer cannot contain {mark}: that mark is the model's own; leave it out.")
        budget, prompt = self._asked(member, question, tokens, system)
        start = len(prompt.ids)
        ids = tokenizer(f"{prompt.text} {text}".rstrip())["input_ids"] + [tokenizer.eos_token_id]
        if len(ids) > member.context + 1:
            raise BadInput(f"This answer is too long: with its question it has more than {member.context} tokens.")
        logits = self._logits(member, ids[:-1], budget, prompt.question, len(ids) - start)
        answer = torch.tensor(ids[start:], device=logits.device)
        return float(token_log_probabilities(logits, answer).sum().exp())

    def gradcam(self, answer: Answer, word: int | None = None, method: str = METHOD, layer: int | None = None) -> Map:
        """As `maps`, of the first frame."""
        return self.maps(answer, word, method, layer)[0]

    def maps(
        self, answer: Answer, word: int | None = None, method: str = METHOD, layer: int | None = None
    ) -> tuple[Map, ...]:
        """The raw map of one word of an answer (by its place in `answer.words`), or of the whole answer, in each frame.

        Args:
            method: a key of `METHODS`.
            layer: after how many layers of the tower the map is taken; None for the last.

        Raises BadInput for a word, a method or a layer that does not exist.
        """
        member = self.member(answer.arm)
        if word is not None and not 0 <= word < len(answer.words):
            raise BadInput(f"The answer has {len(answer.words)} words; there is no word {word}.")
        if method not in METHODS:
            raise BadInput(f"There is no method {method!r}; the methods are {', '.join(METHODS)}.")
        layer = member.layer(layer)
        if not answer.answer_ids:
            empty = np.zeros((member.grid_side, member.grid_side), np.float32)
            return tuple(Map(empty, frame.width) for frame in self.frames)
        kind = "map", id(member.model), answer.visual_tokens, len(self.frames), layer, method
        work = partial(METHODS[method], layer=layer)
        with memory_for(answer.visual_tokens, member.budgets):
            return self.turns.together(kind, self.reading(answer, word), work, most_together(answer.all_visual_tokens))

    def from_layer(self, answer: Answer, layer: int | None = None, word: int | None = None) -> FromLayer:
        """The model from a layer of the tower on (None: the last), with prompt and answer; out come the logits of a
        word's tokens (None: the whole answer's)."""
        return FromLayer([self.reading(answer, word)], self.member(answer.arm).layer(layer))

    def reading(self, answer: Answer, word: int | None) -> Reading:
        member, start = self.member(answer.arm), len(answer.prompt_ids)
        if member.drops_inside:
            raise BadInput(f"{member.arm.label} drops tokens inside the language model, where no map can follow them.")
        positions = tuple(start + i for i, w in enumerate(answer.word_of) if word in (None, w))
        ids = answer.prompt_ids + answer.answer_ids
        return Reading(member, self._features[member.arm.name], answer.visual_tokens, answer.question, ids, positions)

    def without_place(self, answer: Answer, places: np.ndarray) -> tuple[float, ...]:
        """The probability of each of the answer's words when the tower's features at some places are gone.

        A direct test of what the words depend on: there, the features are replaced by their mean over the frame, and
        the same answer is read once more.

        Args:
            places: which places, [24, 24] bool, in every frame; or [F, 24, 24].
        """
        if not answer.answer_ids:
            return ()
        wrapped = self.from_layer(answer)
        hidden = wrapped.hidden.clone()  # [F, 1 + N, W]
        gone = torch.from_numpy(places.reshape(-1, hidden.shape[1] - 1)).to(hidden.device).expand(len(hidden), -1)
        mean = hidden[:, 1:].mean(1, keepdim=True).expand(-1, hidden.shape[1] - 1, -1)
        hidden[:, 1:][gone] = mean[gone]
        with memory_for(answer.visual_tokens, self.member(answer.arm).budgets):
            logits = self.turns.alone(partial(wrapped, hidden))
        chances = token_log_probabilities(logits, wrapped.tokens).exp().tolist()
        return products(answer.word_of, chances, len(answer.words))

    def turned(self, knobs: Knobs) -> "View":
        """The same clip with the knobs of the blocks turned, in every arm that has blocks.

        Raises BadInput where none has.
        """
        with_blocks = {name: one.turned(knobs) for name, one in self.members.items() if one.blocks}
        if not with_blocks:
            self.member().turned(knobs)  # refuses
        return View(self.frames, {**self.members, **with_blocks}, self.main, self._features, self.turns, self.cut)

    def reduced(
        self, *reducers: str, kept: Mapping[str, Sequence[int]] | None = None, arm: str | None = None
    ) -> "View":
        """The same clip with an arm more for each reducer, called after it, and for each name in `kept` one that keeps
        these patches (see `fmvr.reduce.kept`): all with an arm's model, and nothing is encoded anew.

        `arm`: whose model; None for the one that pools, where it is here, else the main one. Raises BadInput for a
        reducer that does not exist or that cannot work on the model.
        """
        base = chosen(self.members, arm or pooling_arm(self.members, self.main))
        more = {name: base.reduced(name) for name in reducers if name not in self.members}
        more |= {name: base.using(name, Kept(indices)) for name, indices in (kept or {}).items()}
        features = {**self._features, **dict.fromkeys(more, self._features[base.arm.name])}
        return View(self.frames, {**self.members, **more}, self.main, features, self.turns, self.cut)

    @torch.inference_mode()
    def bands(self, arm: str | None = None, frame: int = 0) -> list[LevelBands]:
        """The bands of every level, from 24×24 to 1. Raises BadInput for an arm without a pyramid."""
        return [LevelBands.of(level) for level in self._trace(arm, frame)]

    @torch.inference_mode()
    def spectra(self, arm: str | None = None, frame: int = 0) -> list[Spectrum]:
        """The Fourier spectrum of every level's token grid, from 24×24 to 1. Raises BadInput as `bands`."""
        return [Spectrum.of(level) for level in self._trace(arm, frame)]

    @torch.inference_mode()
    def token_set(self, tokens: int, arm: str | None = None, question: str | None = None, frame: int = 0) -> TokenSet:
        """The visual tokens of a frame at a budget, and what they stand for. Raises BadInput as `ask`."""
        member = self.member(arm)
        return self._sets.of(member, member.budget(tokens), question)[frame]

    def features(self, arm: str | None = None, frame: int = 0) -> Features:
        """What the tower and an arm's projector make of a frame."""
        return self._features[self.member(arm).arm.name][frame]

    def prompt(self, answer: Answer) -> tuple[str | None, ...]:
        """The prompt of an answer, token by token; None is a visual token."""
        member = self.member(answer.arm)
        placeholder, decode = member.model.config.image_token_id, member.processor.tokenizer.decode
        return tuple(None if i == placeholder else decode([i]) for i in answer.prompt_ids)

    @torch.inference_mode()
    def next_words(self, answer: Answer, most: int = 5) -> tuple[Word, ...]:
        """The likeliest first tokens of an answer, the likeliest first; an empty text is the end of the answer."""
        member = self.member(answer.arm)
        model, decode = member.model, member.processor.tokenizer.decode
        logits = self._logits(member, answer.prompt_ids, answer.visual_tokens, answer.question, 1)
        chances = logits[0].float().softmax(-1)  # as in `ask`
        chances[model.config.image_token_id] = 0
        likeliest = zip(*(part.tolist() for part in chances.topk(most)))
        return tuple(Word(decode([i], skip_special_tokens=True).strip(), chance) for chance, i in likeliest)

    def _asked(self, member: Member, question: str, tokens, system: str) -> tuple[int, Prompt]:
        """The budget, and the prompt that asks. Raises BadInput for what cannot be asked."""
        budget, frames = member.budget(tokens), len(self.frames)
        return budget, encoded(member.processor, question, member.entering(budget), frames, member.context, system)

    def _logits(self, member: Member, ids: Iterable[int], budget: int, question: str, keep: int) -> torch.Tensor:
        """What a model expects after each of the last `keep` tokens of a text, [keep, V]."""
        read = partial(logits_after, member, self._sets.of(member, budget, question), budget, list(ids), keep)
        with memory_for(budget, member.budgets):
            return self.turns.alone(read)

    def _trace(self, arm: str | None, frame: int) -> list[Level]:
        member = self.member(arm)
        if not isinstance(member.reducer, FMVR):
            raise BadInput(f"The model {member.arm.label} makes its tokens without a pyramid, so it has no bands.")
        return member.reducer.trace(self.features(member.arm.name, frame))
