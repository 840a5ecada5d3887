"""A member of the lab: an arm with its model, its processor and its reducer, ready to answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from fmvr.arms import ARMS, PAIR, Arm, arm, current
from fmvr.cost import Shape
from fmvr.errors import BadInput
from fmvr.loading import Checkpoint
from fmvr.model import FMVRLlavaForConditionalGeneration, FMVRLlavaProcessor
from fmvr.model.pyramid import MERGE, Knobs
from fmvr.reduce import FMVR, REDUCERS, Dropping, Reducer

HAS = {"fmvr": "has trained blocks", MERGE: "has a learned merge", "pooling": "has no trained blocks"}


@dataclass(frozen=True)
class Member:
    """One arm as it runs."""

    arm: Arm
    model: FMVRLlavaForConditionalGeneration
    processor: FMVRLlavaProcessor
    reducer: Reducer

    @classmethod
    def of(cls, arm: Arm, checkpoint: Checkpoint) -> "Member":
        """Raises BadInput for a reducer that nobody has listed, or that cannot work on this model."""
        return cls(arm, *checkpoint, _reducer(arm.reducer, *checkpoint))

    @property
    def grid_side(self) -> int:
        """Patches along a side of the picture."""
        return self.model.config.token_grid_side

    @property
    def layers(self) -> int:
        """Layers of the tower up to the features that the projector takes."""
        return self.model.config.feature_layer

    @property
    def context(self) -> int:
        """The most tokens that the language model reads."""
        return self.model.config.text_config.max_position_embeddings

    @cached_property
    def budgets(self) -> Sequence[int]:
        """Its token budgets, the largest first."""
        return self.reducer.budgets(self.grid_side**2)

    @property
    def trained_budgets(self) -> list[int] | None:
        """The token budgets that its model was trained for; None where its checkpoint does not say."""
        return self.model.config.fmvr_budgets

    @property
    def drops_inside(self) -> bool:
        """Whether its reducer drops tokens inside the language model."""
        return isinstance(self.reducer, Dropping)

    @property
    def shape(self) -> Shape:
        """The language model's shape, for `fmvr.cost`."""
        text = self.model.config.text_config
        kv_width = text.num_key_value_heads * (text.hidden_size // text.num_attention_heads)
        return Shape(text.num_hidden_layers, text.hidden_size, text.intermediate_size, kv_width)

    @property
    def blocks(self) -> dict:
        """Grid side → the trained block of that level, largest first; none for an arm without FMVR."""
        pyramid = self.reducer.pyramid if isinstance(self.reducer, FMVR) else None
        return {int(side): block for side, block in pyramid.blocks.items()} if pyramid else {}

    def budget(self, tokens) -> int:
        """A token budget as people give it. Raises BadInput, naming those that exist, for one that does not."""
        whole = int(tokens) if isinstance(tokens, float) and tokens.is_integer() else tokens
        if isinstance(whole, bool) or not isinstance(whole, int) or whole not in self.budgets:
            exist = self.budgets
            listed = f"{exist[-1]} to {exist[0]}" if isinstance(exist, range) else ", ".join(map(str, exist))
            raise BadInput(f"There is no set of {str(tokens)[:20]} visual tokens; the token budgets are {listed}.")
        return whole

    def layer(self, layer: int | None) -> int:
        """A layer of its tower, counted from 1; None for the last. Raises BadInput for one that does not exist."""
        found = self.layers if layer is None else layer
        if not 1 <= found <= self.layers:
            raise BadInput(f"There is no layer {layer}; the tower's layers are 1 to {self.layers}.")
        return found

    def turned(self, knobs: Knobs) -> "Member":
        """The same with the knobs of its blocks turned. Raises BadInput where it has no blocks."""
        if not self.blocks:
            raise BadInput(f"The model {self.arm.label} has no block whose knobs could be turned.")
        return replace(self, reducer=self.reducer.turned(knobs))

    def reduced(self, reducer: str) -> "Member":
        """The same model with another reducer, a key of REDUCERS, after which the arm is called.

        Raises BadInput for a reducer that nobody has listed, or that cannot work on this model.
        """
        return self.using(reducer, _reducer(reducer, self.model, self.processor))

    def using(self, name: str, reducer: Reducer) -> "Member":
        """The same model with any reducer, as an arm of a name of its own."""
        return replace(self, arm=replace(arm(name), label=reducer.label or name, reducer=name), reducer=reducer)

    def entering(self, budget: int) -> int:
        """How many tokens of a frame enter the language model at a budget."""
        return self.reducer.entering(budget, self.grid_side**2)


def _reducer(name: str, model, processor) -> Reducer:
    if name not in REDUCERS:
        raise BadInput(f"There is no reducer {name!r}; the reducers are {', '.join(REDUCERS)}.")
    return REDUCERS[name](model, processor)


def chosen(members: Mapping[str, Member], name: str) -> Member:
    """The member of a name, old names too. Raises BadInput where there is none."""
    if (name := current(name)) not in members:
        there = " and ".join(member.arm.label for member in members.values())
        called = ARMS[name].label if name in ARMS else name
        raise BadInput(f"There is no model {called} here, only {there}.")
    return members[name]


def pooling_arm(members: Mapping[str, Member], main: str) -> str:
    """The arm whose model reducers run on that no model was trained for: the one that pools, else the main one."""
    return PAIR[0] if PAIR[0] in members else main


def budgets_of(members: Mapping[str, Member]) -> list[int]:
    """The token budgets of all members, the largest first; where one can make any, those that the others name."""
    named = {n for one in members.values() if not isinstance(one.budgets, range) for n in one.budgets}
    return sorted(named or {one.budgets[0] for one in members.values()}, reverse=True)


def check_arms(checkpoints: Mapping[str, Checkpoint], members: Mapping[str, Member]) -> None:
    """Raises BadInput for arms that cannot stand side by side."""
    for name, checkpoint in checkpoints.items():
        if name in PAIR and checkpoint.arm != name:
            has = HAS[checkpoint.arm]
            raise BadInput(f"The arm {name} is to answer {members[name].arm.label}, and its model {has}.")
    if len({member.grid_side for member in members.values()}) > 1:
        raise BadInput(f"The arms {', '.join(members)} see grids of different sizes; their maps cannot be compared.")
