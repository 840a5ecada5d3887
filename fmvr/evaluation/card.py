"""The model cards of the embedded pair, written from the measured results.

`python -m fmvr.evaluation card` writes them anew from `results/`.
"""

import json
from pathlib import Path

from fmvr.evaluation.accuracy import AVERAGE, SEEN, UNSEEN
from fmvr.evaluation.record import kept
from fmvr.lab import CHECKPOINTS, METHOD, SIDES, load_model
from fmvr.model import FORMS
from fmvr.scenes.catalog import COLOURS, SHAPES, THINGS

TRAINING = Path(__file__).with_name("TRAINING.md")

CARD = """---
library_name: transformers
pipeline_tag: image-text-to-text
license: apache-2.0
tags: [llava, fmvr, matryoshka]
---

# FMVR Lab's embedded model, {side} FMVR

A LLaVA in miniature: {parameters:.1f} million parameters, CLIP vision tower (336 pixels, 24×24 patches), two-layer
projector, Llama decoder, LLaVA-1.5's prompt. {what}

## What it knows

Rendered scenes of one to eight objects: {things} things ({names}, …), {shapes} and numbered signs in {colours}; and the
words of nine kinds of question about them. It knows nothing else: about photographs its answers mean nothing.

## How well

Percent right on {scenes} test scenes whose seeds, some of whose wordings and some of whose combinations of colour and
shape were kept from training (`{asked}`). "Blind": the best guess without the picture.

{table}

A description is scored by the F1 of the objects it names. One training seed. {few}

{against}

Maps (`{mapped}`): {faithful}

{training}
"""

WHAT = {
    "with": "A block of form `{form}` stands at the levels 12×12, 6×6 and 3×3 of its token pyramid: {origin}.",
    "without": "Its token sets are average-pooled and nothing more (M3); it is the baseline of the model with FMVR.",
}


def write() -> None:
    """Write `README.md` into both checkpoints."""
    for side, card in cards().items():
        (CHECKPOINTS / side / "README.md").write_text(card)


def cards() -> dict[str, str]:
    """Side → its model card, from the kept results."""
    questions, maps = kept("accuracy"), kept("faithfulness")
    accuracy, faithfulness = questions.result, maps.result["maps"]
    form = json.loads((CHECKPOINTS / "with" / "config.json").read_text())["fmvr_form"]
    return {
        side: CARD.format(
            side=side,
            parameters=load_model(CHECKPOINTS / side)[0].num_parameters() / 1e6,
            what=WHAT[side].format(form=form, origin=FORMS[form].origin),
            things=len(THINGS),
            names=", ".join(list(THINGS)[:6]),
            shapes=", ".join(SHAPES),
            colours=", ".join(COLOURS),
            scenes=accuracy["scenes"],
            asked=questions.command,
            mapped=maps.command,
            table=_table(accuracy, side),
            few=_few(accuracy, side),
            against=_against(accuracy["paired"]),
            faithful=next(_sentence(row) for row in faithfulness if (row["side"], row["method"]) == (side, METHOD)),
            training=TRAINING.read_text().strip(),
        )
        for side in SIDES
    }


def _table(accuracy: dict, side: str) -> str:
    scores = accuracy["scores"][side]
    levels = [f"{n} token{'s' * (n != '1')}" for n in scores]
    rows = [["family", "questions", "blind", *levels], ["---"] * (3 + len(scores))]
    for family, count in accuracy["questions"].items():
        blind = accuracy["blind"].get(family)
        cells = [f"{100 * by[family]['mean']:.1f}" for by in scores.values()]
        rows.append([family, str(count), "" if blind is None else f"{100 * blind:.1f}", *cells])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _few(accuracy: dict, side: str) -> str:
    kept, by = accuracy["retention"][side]["36"], accuracy["scores"][side]
    return f"36 tokens keep {_percent(kept)} % of the accuracy at {next(iter(by))}."


def _against(paired: dict) -> str:
    apart = {
        row: ", ".join(f"{_percent(by[row]['difference'], '+')} at {n}" for n, by in paired.items())
        for row in (AVERAGE, SEEN, UNSEEN)
    }
    return (
        f"Average of the model with FMVR minus that of the one without, in points, by tokens: {apart[AVERAGE]}; in "
        f"{SEEN} alone {apart[SEEN]}, in {UNSEEN} {apart[UNSEEN]}. At "
        f"{next(iter(paired))} no block is applied in either, so what differs there is the training."
    )


def _sentence(row: dict) -> str:
    return (
        f"on {row['maps']} test scenes at {row['visual_tokens']} tokens, {_percent(row['inside'])} % of the "
        f"{row['method']} map of an object's name lies inside its box, which is {100 * row['box']:.1f} % of the "
        f"picture; mean ratio {row['ratio']['mean']:.1f} ({row['ratio']['low']:.1f} to {row['ratio']['high']:.1f})."
    )


def _percent(found: dict, sign: str = "") -> str:
    """`91.3 (91.0 to 91.6)`: an estimate with its interval of 95 %."""
    mean, low, high = (f"{100 * found[which]:{sign}.1f}".replace("-", "−") for which in ("mean", "low", "high"))
    return f"{mean} ({low} to {high})"
