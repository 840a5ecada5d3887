"""A visit as files: the panel, the arrays and the numbers behind it."""

from pathlib import Path
from typing import Any

from fmvr.gradcam import Map
from viz.heatmap import common_scale, overlay
from viz.numbers import arrays, as_csv, as_json, npz
from viz.panel import MEDIA, PanelSide, panel, written
from viz.tabs.answers import in_json, mapped
from viz.tabs.comparison import Side
from viz.tabs.tab import Visit
from viz.theme import SIDE_NAMES
from viz.units import token_count

NOTE = """{method} of {of}, after layer {layer} of the vision tower; {scale}. Made with FMVR Lab.
The method is Frequency-Modulated Visual Restoration (arXiv 2603.11220); the models, answers and maps are not the \
paper's."""


def pack(visit: Visit, folder: Path, permalink: str) -> list[str]:
    """Write every file of the visit into a folder; returns their paths."""
    seen, chosen = visit.seen, visit.chosen["answers"]
    sides = visit.sides
    words, maps = mapped(seen, sides, chosen)
    levels = seen.view.bands(fmvr="with" in sides)
    named = arrays(seen.view.image, {name: found.grid for name, found in maps.items()}, levels)
    numbers = {
        "question": visit.question,
        "visual_tokens": visit.tokens,
        "permalink": permalink,
        "scene": seen.scene and seen.scene.code,
        "map": {
            "method": chosen["method"],
            "layer": _layer(visit),
            "of": {name: _of(side, words[name]) for name, side in sides.items()},
        },
        "answers": {name: _without_map(side, maps[name]) for name, side in sides.items()},
        "bands": _bands(levels),
    }
    figure = panel(*_drawn(visit, words, maps))
    made = {f"panel.{medium}": written(figure, medium) for medium in MEDIA} | {
        "arrays.npz": npz(named),
        "numbers.json": as_json(numbers, named),
        "words.csv": as_csv(_words(visit)),
        "bands.csv": as_csv(_bands(levels)),
    }
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return [str(folder / name) for name in made]


def _drawn(visit: Visit, words: dict[str, int | None], maps: dict[str, Map]) -> tuple:
    """What the panel shows, as `panel` takes it."""
    seen, chosen, sides = visit.seen, visit.chosen["answers"], visit.sides
    scale = common_scale([found.grid for found in maps.values()])
    columns = [
        PanelSide(
            name,
            f"{SIDE_NAMES[name]}, {token_count(visit.tokens)}",
            overlay(seen.view.image, maps[name].grid, scale, chosen["opacity"]),
            side.answer.text,
            _verdict(side),
        )
        for name, side in sides.items()
    ]
    of = " and ".join(dict.fromkeys(_of(side, words[name]) for name, side in sides.items()))
    shared = "one colour scale for both maps" if len(sides) > 1 else "the colour scale begins at zero"
    note = NOTE.format(method=chosen["method"], of=of, layer=_layer(visit), scale=shared)
    return seen.view.image, visit.question, columns, scale, note


def _of(side: Side, word: int | None) -> str:
    return "the whole answer" if word is None else f"the word “{side.answer.words[word].text}”"


def _layer(visit: Visit) -> int:
    layer = visit.chosen["answers"]["layer"]
    return visit.seen.lab.layers if layer is None else layer


def _verdict(side: Side) -> str:
    """In a font that has every sign: right, or what would have been."""
    if side.verdict is None:
        return ""
    if side.verdict.kind == "right":
        return "right"
    return f"{'partly right' if side.verdict.kind == 'partly' else 'wrong'}: the scene says “{side.verdict.truth}”"


def _without_map(side: Side, found: Map) -> dict[str, Any]:
    return {key: value for key, value in in_json(side, found).items() if key != "gradcam"}


def _words(visit: Visit) -> list[dict[str, Any]]:
    """A row for every word of every answer; one without a word for an empty answer."""
    rows = []
    for name, side in visit.sides.items():
        for i, word in enumerate(side.answer.words or [None]):
            rows.append(
                {
                    "model": SIDE_NAMES[name],
                    "visual_tokens": visit.tokens,
                    "question": visit.question,
                    "answer": side.answer.text,
                    "right": side.verdict.score if side.verdict else None,
                    "truth": side.verdict.truth if side.verdict else None,
                    "word_number": i + 1 if word else None,
                    "word": word.text if word else None,
                    "probability": word.probability if word else None,
                    "first_token_seconds": side.answer.first_token_s,
                    "seconds": side.answer.total_s,
                    "flops": side.cost.flops,
                    "kv_cache_bytes": side.cost.kv_bytes,
                }
            )
    return rows


def _bands(levels) -> list[dict[str, Any]]:
    """A row for every band of every level: the mean energy of a token, before and after the block."""
    return [
        {
            "level": f"{level.side}×{level.side}",
            "band": band,
            "energy_before": before,
            "energy_after": level.after.energies()[band] if level.after else None,
        }
        for level in levels
        for band, before in level.before.energies().items()
    ]
