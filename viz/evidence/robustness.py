"""Out of the world: accuracy by how far a picture or a scene is from those of training."""

from dataclasses import replace

from fmvr.evaluation.measures.robustness import Robustness, StepScore
from fmvr.evaluation.record import Record
from viz.evidence.parts import (
    ONE_SEED,
    Panel,
    Section,
    heading,
    hint,
    nearest,
    nearness,
    small_multiples,
    source,
    standing_out,
    versus,
)
from viz.units import token_count

LEAD = (
    "The same questions about pictures unlike those of training: disturbed pictures, smaller objects, colours "
    "and shapes never seen together. Percent right, averaged over the kinds of question, on {} pictures each{}."
)
FEW = 100  # pictures: fewer show a trend along many steps, not what one step does
LOOK = "The leftmost mark of each plot: nothing was changed. Look whether one line falls more steeply than the other."
NAMES = {  # change → how it is called, and its unit; any other goes by its own
    "noise": ("Noise", "deviation, of 255"),
    "blur": ("Blur", "deviation in pixels"),
    "JPEG": ("JPEG", "quality"),
    "darker": ("Darker", "times as bright"),
    "brighter": ("Brighter", "times as bright"),
    "size": ("Smaller objects", "times their size"),
    "crowd": ("More objects", "at least"),
    "combination": ("Colour and shape", "0 seen, 1 unseen together"),
}


def draw(record: Record[Robustness], tokens: int) -> Section:
    """One plot for each change, at one budget."""
    near = nearest({step.visual_tokens for step in record.result.steps}, tokens)
    at = [part for step in record.result.steps if step.visual_tokens == near for part in _two_ways(step)]
    panels = [_panel([step for step in at if step.change == change]) for change in dict.fromkeys(s.change for s in at)]
    samples = max(step.samples for step in at)
    lead = LEAD.format(f"{samples:,}", ": too few to tell one step from another" if samples < FEW else "")
    slider = ["The budget is the one on the slider above."] if near == tokens else []
    return Section(
        heading(f"Out of their world, at {token_count(near)}", lead) + nearness(tokens, near),
        small_multiples(panels),
        hint(" ".join([LOOK, *_ahead(record.result.baseline, at), *slider]))
        + source(record, f"{samples:,} test pictures at each step", ONE_SEED),
    )


def _panel(steps: list[StepScore]) -> Panel:
    lines: dict[str, dict] = {}
    for step in steps:
        lines.setdefault(step.arm, {})[f"{step.step:g}"] = step.average
    name, unit = _name(steps[0])
    return Panel(f"{name}<br><sup>{unit}</sup>", list(dict.fromkeys(f"{step.step:g}" for step in steps)), lines)


def _ahead(baseline: str, steps: list[StepScore]) -> list[str]:
    """A sentence for each arm that is held against the baseline."""
    differences: dict[str, dict] = {}
    for step in steps:
        if step.ahead:
            differences.setdefault(step.arm, {})[f"{_name(step)[0]} {step.step:g}"] = step.ahead
    return [standing_out(places, "steps", versus(arm, baseline)) for arm, places in differences.items()]


def _name(step: StepScore) -> tuple[str, str]:
    return NAMES.get(step.change, (step.change, step.unit))


def _two_ways(step: StepScore) -> list[StepScore]:
    """Brightness goes two ways from the undisturbed picture: a plot for each."""
    if step.change != "brightness":
        return [step]
    ways = {"darker": step.step <= 1, "brighter": step.step >= 1}
    return [replace(step, change=way) for way, there in ways.items() if there]
