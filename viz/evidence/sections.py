"""The sections by measure; a measure that has none of its own shows what it prints."""

from collections.abc import Callable

from fmvr.evaluation.measures import MEASURES
from fmvr.evaluation.record import Record
from viz.evidence import ablations, accuracy, band_energy, clips, faithfulness, hallucination, reducers, robustness
from viz.evidence.parts import Section, heading, source
from viz.templates import render

SECTIONS: dict[str, Callable[[Record, int], Section]] = {
    "accuracy": accuracy.draw,
    "hallucination": hallucination.draw,
    "faithfulness": faithfulness.draw,
    "robustness": robustness.draw,
    "reducers": reducers.draw,
    "clips": clips.draw,
    "ablations": ablations.draw,
    "bands": band_energy.draw,
}


def section(name: str, record: Record, tokens: int) -> Section:
    """A measure as it is shown, at a budget where it has several."""
    if name in SECTIONS:
        return SECTIONS[name](record, tokens)
    measure = MEASURES[name]
    printed = render("evidence/printed.html", text=str(record.result))
    return Section(heading(measure.label or name, measure.help), None, printed + source(record))
