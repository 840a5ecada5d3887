"""Models that tell when they are run, and that can be kept waiting."""

import threading

from fmvr.lab import Lab

LONGEST_WAIT_S = 60


class Watched:
    """Counts the passes of a lab's towers; while `gate` is closed, its language models wait."""

    def __init__(self, lab: Lab):
        self.encoded = 0  # pictures, counted once for each tower
        self.gate = threading.Event()
        self.gate.set()
        self.held = threading.Event()  # a language model has come to the closed gate
        models = [member.model.model for member in lab.members.values()]
        for tower in {model.vision_tower for model in models}:  # arms may share one
            tower.register_forward_pre_hook(self._count)
        for model in models:
            model.language_model.register_forward_pre_hook(self._wait)

    def _count(self, *_) -> None:
        self.encoded += 1

    def _wait(self, *_) -> None:
        if not self.gate.is_set():
            self.held.set()
        self.gate.wait(LONGEST_WAIT_S)
