"""The model cards of the embedded arms, written from the measured results.

`python -m fmvr.evaluation card` writes them anew from `results/`.
"""

import json
from pathlib import Path

from fmvr.arms import arm
from fmvr.evaluation.asking import AVERAGE, SEEN, UNSEEN, size_of
from fmvr.evaluation.measures.accuracy import Accuracy
from fmvr.evaluation.measures.faithfulness import MethodFigures
from fmvr.evaluation.measures.strangers import is_right
from fmvr.evaluation.record import kept, names
from fmvr.evaluation.shipped import folders
from fmvr.evaluation.statistics import Estimate
from fmvr.loading import load
from fmvr.model import FORMS
from fmvr.runs.whole import write_whole
from fmvr.worlds import WORLDS, World

TRAINING = Path(__file__).with_name("TRAINING.md")

CARD = """---
library_name: transformers
pipeline_tag: image-text-to-text
license: apache-2.0
tags: [llava, fmvr, matryoshka]
---

# FMVR Lab's embedded model, {label}

A LLaVA in miniature: {parameters:.1f} million parameters, CLIP vision tower (336 pixels, 24×24 patches), two-layer
projector, Llama decoder, LLaVA-1.5's prompt. {what}

## What it knows

{knowledge} It knows nothing else: about photographs its answers mean nothing.

## How well

Percent right on {samples}, whose seeds and some of whose wordings and combinations were kept from training
(`{asked}`). "Blind": the best guess without the picture.

{table}

What lists things is scored by the F1 of what it names. One training seed. {few}

{against}

Maps (`{mapped}`): {faithful}

{asked_by_a_stranger}{training}
"""

STRANGER = """## A stranger's questions

{count} questions by somebody who saw the pictures and nothing else (`{command}`). Percent right, by tokens: {right}.
With {most} tokens the model answers:

{table}

"""

BLOCK = "A block of form `{form}` stands at the levels 12×12, 6×6 and 3×3 of its token pyramid: {origin}."
POOLING = "Its token sets are average-pooled and nothing more (M3); it is the baseline of the model with FMVR."
FEW = 36  # tokens whose retention a card tells


def write() -> None:
    """Write `README.md` into the checkpoint of every embedded arm."""
    for name, card in cards().items():
        write_whole(folders()[name] / "README.md", card)


def cards() -> dict[str, str]:
    """Arm → its model card, from the kept results."""
    questions, maps = kept("accuracy"), kept("faithfulness")
    accuracy, faithfulness, world = questions.result, maps.result, WORLDS[questions.result.world]
    return {
        name: CARD.format(
            label=arm(name).label,
            parameters=load(folder).model.num_parameters() / 1e6,
            what=_what(folder),
            knowledge=world.knowledge[0].upper() + world.knowledge[1:],
            samples=size_of(accuracy.samples, accuracy.world),
            asked=questions.command,
            mapped=maps.command,
            table=_table(accuracy, name, world),
            few=_few(accuracy, name),
            against=" ".join(_against(accuracy, other) for other in accuracy.paired),
            faithful=_sentence(
                next(row for row in faithfulness.methods if (row.arm, row.method) == (name, faithfulness.method))
            ),
            asked_by_a_stranger=_stranger(name, world),
            training=TRAINING.read_text(encoding="utf-8").strip(),
        )
        for name, folder in folders().items()
        if name in accuracy.scores
    }


def _what(folder: Path) -> str:
    form = json.loads((folder / "config.json").read_text(encoding="utf-8"))["fmvr_form"]
    return BLOCK.format(form=form, origin=FORMS[form].origin) if form else POOLING


def _table(accuracy: Accuracy, name: str, world: World) -> str:
    """Percent right by kind of question, group by group where the world's families are in groups."""
    scores, alone = accuracy.scores[name], () if hasattr(world, "groups") else world.families
    kinds = [kind for kind in accuracy.questions if kind in alone or kind not in world.families]
    levels = [f"{n} token{'s' * (n != 1)}" for n in scores]
    rows = [["kind", "questions", "blind", *levels], ["---"] * (3 + len(scores))]
    for kind in kinds:
        blind = accuracy.blind.get(kind)
        cells = [f"{100 * by[kind].mean:.1f}" for by in scores.values()]
        rows.append([kind, str(accuracy.questions[kind]), "" if blind is None else f"{100 * blind:.1f}", *cells])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _few(accuracy: Accuracy, name: str) -> str:
    retained = accuracy.retention[name]
    if FEW not in retained:
        return ""
    return f"{FEW} tokens keep {_percent(retained[FEW])} % of the accuracy at {max(retained)}."


def _against(accuracy: Accuracy, name: str) -> str:
    paired = accuracy.paired[name]
    apart = {
        row: ", ".join(f"{_percent(by[row].difference, '+')} at {n}" for n, by in paired.items())
        for row in (AVERAGE, SEEN, UNSEEN)
    }
    return (
        f"Average of the model {arm(name).label} minus that of the one {arm(accuracy.baseline).label}, in points, by "
        f"tokens: {apart[AVERAGE]}; in {SEEN} alone {apart[SEEN]}, in {UNSEEN} {apart[UNSEEN]}. At "
        f"{max(paired)} no block is applied in either, so what differs there is the training."
    )


def _sentence(row: MethodFigures) -> str:
    return (
        f"on {row.maps} test pictures at {row.visual_tokens} tokens, {_percent(row.inside)} % of the "
        f"{row.method} map of an object's name lies inside its box, which is {100 * row.box:.1f} % of the "
        f"picture; mean ratio {row.ratio.mean:.1f} ({row.ratio.low:.1f} to {row.ratio.high:.1f})."
    )


def _stranger(name: str, world: World) -> str:
    """A stranger's questions and the answers from all tokens; nothing where they were not asked."""
    if "strangers" not in names():
        return ""
    record = kept("strangers")
    asked, said, most = record.result.questions, record.result.said[name], max(record.result.said[name])
    rows = [["picture", "question", "answer", "right"], ["---"] * 4]
    for one, text in zip(asked, said[most], strict=True):
        right = "yes" if is_right(world, one, text) else f"no: {one.answers[0]}"
        rows.append([str(one.picture), one.question, text, right])
    return STRANGER.format(
        count=len(asked),
        command=record.command,
        right=", ".join(f"{100 * share:.0f} at {n}" for n, share in record.result.right[name].items()),
        most=most,
        table="\n".join(f"| {' | '.join(cell.replace('|', ' ') for cell in row)} |" for row in rows),
    )


def _percent(estimate: Estimate, sign: str = "") -> str:
    """`91.3 (91.0 to 91.6)`: an estimate with its interval of 95 %."""
    ends = (estimate.mean, estimate.low, estimate.high)
    mean, low, high = (f"{100 * end:{sign}.1f}".replace("-", "−") for end in ends)
    return f"{mean} ({low} to {high})"
