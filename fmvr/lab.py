"""The lab: look at a picture once, ask it many questions at any token budget, with every arm.

lab = Lab.load()
view = lab.look("picture.png")
answer = view.ask("How many cats are there?", tokens=36, arm="fmvr")
heat = view.gradcam(answer)
"""

from collections.abc import Iterable, Mapping
from copy import copy
from functools import partial
from math import isqrt
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np
import torch
from PIL import Image

from fmvr.arms import ARMS, PAIR, Arm, arm, current
from fmvr.cost import Shape
from fmvr.encoding import encoded
from fmvr.envelope import Envelope
from fmvr.errors import BadInput
from fmvr.loading import CHECKPOINTS, Checkpoint, load, load_all
from fmvr.loading.folder import folder_of, read_json
from fmvr.media.clip import Clip
from fmvr.media.question import MOST_LETTERS
from fmvr.media.seen import as_seen, cut_of
from fmvr.member import Member, budgets_of, check_arms, chosen, pooling_arm
from fmvr.memory import enough_memory
from fmvr.plugged import plugged
from fmvr.reduce import REDUCERS, TRAINED, Features
from fmvr.sharing import share
from fmvr.turns import Turns
from fmvr.view import View
from fmvr.worlds import WORLDS, World


class Lab:
    """Any number of arms, and what they can do. Threads may share a lab: its models run in turns.

    `members`: arm name → member. `arms`: the same names → `Arm`. `pair`: the two that stand side by side, or the only
    one; `main`: the last of them. `budgets`: every arm's token budgets, largest first. `layers`: of the tower, up to
    the features that every arm's projector takes. `world`: what can be drawn and asked here.
    """

    def __init__(
        self,
        checkpoints: Mapping[str, Checkpoint],
        envelope: Envelope | None = None,
        world: World | None = None,
        called: str = "",
    ):
        """`checkpoints`: arm name → its checkpoint; `envelope`: of what the embedded arms learnt on, theirs alone;
        `world`: in the place of the one that the main arm learnt on; `called`: what the arms are, in words, where they
        are somebody's own.

        Raises BadInput for arms that cannot stand side by side.
        """
        known = [name for name in ARMS if name in checkpoints]
        ordered = [*known, *(name for name in checkpoints if name not in known)]
        share([checkpoints[name].model for name in ordered])
        self.members = {name: Member.of(arm(name), checkpoints[name]) for name in ordered}
        self.arms: dict[str, Arm] = {name: member.arm for name, member in self.members.items()}
        check_arms(checkpoints, self.members)
        self.envelope, self.turns, self.called = envelope, Turns(), called
        self._strange: WeakKeyDictionary[View, bool] = WeakKeyDictionary()
        paired = [name for name in PAIR if name in self.members]
        self.pair = tuple(dict.fromkeys([*paired, *ordered]))[:2]
        self.main = self.pair[-1]
        self.world = world or WORLDS.get(self.member().model.config.fmvr_world, WORLDS["scenes"])
        self.budgets = budgets_of(self.members)
        self.layers = min(member.layers for member in self.members.values())

    @classmethod
    def load(
        cls, directory: str | Path | None = None, device_map: str | None = None, blocks: str | Path | None = None
    ) -> "Lab":
        """The embedded arms; one checkpoint of your own, FMVR-LLaVA or stock LLaVA-1.5; or several: a folder that holds
        one in each of its folders, which name the arms. All in safetensors.

        `device_map`: see `fmvr.loading.load`. A stock checkpoint has no trained block, so it is the arm `pooling`;
        `blocks`, a file of those that were trained on it, plug into it and are the arm `fmvr`, with all else in common.
        Raises BadInput where there is none, or they do not go together.
        """
        if directory is None:
            shipped = {name: CHECKPOINTS / one.checkpoint for name, one in ARMS.items() if one.checkpoint}
            envelope = Envelope(**read_json(CHECKPOINTS / "world.json"))
            return cls(load_all(shipped, device_map), envelope)
        folder, name = folder_of(directory), Path(directory).resolve().name
        inside = sorted(path.parent for path in folder.glob("*/config.json"))
        if inside and not (folder / "config.json").is_file():
            arms = load_all({current(path.name): path for path in inside}, device_map)
            return cls(arms, called=f"{name}: {', '.join(path.name for path in inside)}")
        if blocks:
            both, told = plugged(folder, blocks, device_map)
            return cls(both, called=f"{name}, {told}")
        checkpoint = load(folder, device_map)
        return cls({checkpoint.arm: checkpoint}, called=name)

    @property
    def one_model(self) -> bool:
        """Whether the pair is one model, without blocks and with them: nothing else was trained apart."""
        languages = {id(self.members[name].model.model.language_model) for name in self.pair}
        return len(languages) == 1 < len(self.pair)

    @property
    def photographs(self) -> bool:
        """Whether the main arm learnt on photographs: its checkpoint is somebody's own, and names no world of ours."""
        return not self.embedded and self.member().model.config.fmvr_world is None

    @property
    def embedded(self) -> bool:
        """Whether these are the arms that ship with the project."""
        return self.envelope is not None

    @property
    def pooling_arm(self) -> str:
        """The arm whose model reducers run on that no model was trained for: the one that pools, else the main one."""
        return pooling_arm(self.members, self.main)

    def member(self, name: str | None = None) -> Member:
        """An arm as it runs; None for the main one. Raises BadInput for an arm that is not here."""
        return chosen(self.members, name or self.main)

    def budgets_of(self, name: str) -> list[int]:
        """Those of the lab's budgets that an arm can make, the largest first."""
        return [n for n in self.budgets if n in self.member(name).budgets]

    def reduced(self, reducers: Iterable[str], budgets: Iterable[int], arm: str | None = None) -> "Lab":
        """A lab of one arm's model (None: of the one that pools, else the main one), an arm for each reducer, at these
        budgets as far as each can make them; a reducer that a model is trained for is the arm here. Raises BadInput for
        a reducer that cannot work on it.
        """
        base, other = self.member(arm or self.pooling_arm), copy(self)
        own = self.members if arm is None else {}
        other.members = {n: own[n] if n in TRAINED and n in own else base.reduced(n) for n in reducers}
        other.arms = {name: member.arm for name, member in other.members.items()}
        other.pair, other.main = tuple(other.members)[:2], next(iter(other.members))
        other.budgets = sorted(set(budgets), reverse=True)
        return other

    def able(self, reducers: Iterable[str] | None = None) -> tuple[list[str], dict[str, str]]:
        """Of some reducers (None: all, but those that a model is trained for which is not here), those that the model
        that pools can run with, and those that it cannot, with the reason.
        """
        able, unable = [], {}
        for name in reducers or [name for name in REDUCERS if name not in TRAINED or name in self.members]:
            try:
                self.reduced([name], [])
                able.append(name)
            except BadInput as problem:
                unable[name] = str(problem)
        return able, unable

    def move(self, device: str) -> None:
        """Move all models to another device; what was looked at before is of no use then."""
        for member in self.members.values():
            member.model.to(device)

    def share_cores(self) -> None:
        """Run a pass on each core, instead of one at a time on all: sooner for many visitors of small models."""
        if self.member().model.device.type == "cpu":
            self.turns = Turns(torch.get_num_threads())
            torch.set_num_threads(1)

    @property
    def machine(self) -> str:
        """What the models run on, in words."""
        device, threads = self.member().model.device, torch.get_num_threads()
        if device.type == "cuda":
            return torch.cuda.get_device_name(device)
        return f"the processor (CPU), {threads} thread{'s' * (threads > 1)}"

    @property
    def number_bytes(self) -> int:
        """Bytes of one number of the models as they run here."""
        return self.member().model.dtype.itemsize

    @property
    def levels(self) -> tuple[int, ...]:
        """Grid sides of the square token sets, largest first."""
        return tuple(isqrt(n) for n in self.budgets if isqrt(n) ** 2 == n)

    @property
    def block_arm(self) -> str | None:
        """The last arm with blocks; None where there is none."""
        return next((name for name in reversed(self.members) if self.members[name].blocks), None)

    @property
    def block_levels(self) -> list[int]:
        """Grid sides of the levels with a block, largest first; none for arms that pool only."""
        return list(self.members[self.block_arm].blocks) if self.block_arm else []

    def gains(self) -> dict[int, dict[str, np.ndarray]]:
        """What the blocks learned: grid side → gain → its value for each channel, [D] float32; empty without blocks."""
        blocks = self.members[self.block_arm].blocks if self.block_arm else {}
        return {
            side: {name: gain.detach().float().cpu().numpy() for name, gain in block.gains.named_parameters()}
            for side, block in blocks.items()
        }

    @property
    def form(self) -> str | None:
        """The form of the blocks, a key of `fmvr.model.forms.FORMS`; None for arms that pool only."""
        return self.members[self.block_arm].model.config.fmvr_form if self.block_arm else None

    def shape(self, name: str | None = None) -> Shape:
        """A language model's shape, for `fmvr.cost`."""
        return self.member(name).shape

    def look(self, source) -> View:
        """Encode a picture, or a clip, once (see `Clip.read`). Raises BadInput for what is neither."""
        clip = Clip.read(source)
        features = self.features(list(clip.frames))
        processor = self.member().processor.image_processor
        frames = tuple(as_seen(frame, processor) for frame in clip.frames)
        return View(frames, self.members, self.main, features, self.turns, cut_of(clip.frames[0], processor))

    def features(self, pictures: list[Image.Image]) -> dict[str, list[Features]]:
        """Arm → the features of each picture; arms that share a tower share its one pass."""
        with enough_memory():
            return self.turns.alone(partial(encoded, self.members, pictures))

    @property
    def knowledge(self) -> str:
        """What embedded models know, in words."""
        return getattr(self.world, "knowledge", "pictures of their world.")

    def doubts(self, question: str, view: View | None) -> list[str]:
        """Reasons to mistrust an embedded model here, as sentences: words or a picture unlike all it has seen.

        `view`: None for a picture that is known to be the world's.
        """
        if not self.embedded or len(question) > MOST_LETTERS:
            return []
        doubts = []
        if unknown := getattr(self.world, "unknown", lambda text: [])(question):
            doubts.append(f"This model has never seen the words: {', '.join(dict.fromkeys(unknown))}.")
        if view and self._is_strange(view):
            doubts.append("This picture is unlike all that this model was trained on.")
        return doubts

    def _is_strange(self, view: View) -> bool:
        """Whether a picture is unlike the world's, found out once for each view."""
        if view not in self._strange:
            self._strange[view] = self.envelope.is_strange(view.image)
        return self._strange[view]
