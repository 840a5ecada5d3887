"""A visit as files: the panel, the arrays and the numbers behind it."""

from pathlib import Path
from typing import Any

from fmvr.arms import arm
from fmvr.explain.bands import LevelBands
from fmvr.explain.maps import Map
from viz.heatmap import common_scale, difference_layer, overlay, under
from viz.numbers import arrays, as_csv, as_json, npz
from viz.panel import MEDIA, PanelColumn, panel, written
from viz.tabs.answers import in_json
from viz.tabs.comparison import Response
from viz.tabs.tab import Visit
from viz.tabs.words import mapped
from viz.theme import colour_name
from viz.units import percent, token_count

NOTE = """{method} of {of}, after layer {layer} of the vision tower; {scale}. Made with FMVR Lab.
The method is Frequency-Modulated Visual Restoration (arXiv 2603.11220); the models, answers and maps are not the \
paper's."""


def pack(visit: Visit, folder: Path, permalink: str) -> list[str]:
    """Write every file of the visit into a folder; returns their paths. Without bands there is no `bands.csv`."""
    exhibit, chosen = visit.exhibit, visit.chosen["answers"]
    responses = visit.responses
    words, maps = mapped(exhibit, responses, chosen)
    levels = exhibit.bands()
    named = arrays(exhibit.view.image, {name: one.grid for name, one in maps.items()}, levels)
    numbers = {
        "question": visit.question,
        "visual_tokens": visit.tokens,
        "permalink": permalink,
        "scene": exhibit.code,
        "map": {
            "method": chosen["method"],
            "layer": _layer(visit),
            "of": {name: _of(response, words[name]) for name, response in responses.items()},
        },
        "answers": {name: _without_map(response, maps[name]) for name, response in responses.items()},
        "bands": _bands(levels),
    }
    figure = panel(*_drawn(visit, words, maps))
    files = {f"panel.{medium}": written(figure, medium) for medium in MEDIA} | {
        "arrays.npz": npz(named),
        "numbers.json": as_json(numbers, named),
        "words.csv": as_csv(_words(visit)),
    }
    if levels:
        files["bands.csv"] = as_csv(_bands(levels))
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [str(folder / name) for name in files]


def _drawn(visit: Visit, words: dict[str, int | None], maps: dict[str, Map]) -> tuple:
    """What the panel shows, as `panel` takes it."""
    exhibit, chosen, responses = visit.exhibit, visit.chosen["answers"], visit.responses
    scale = common_scale([one.grid for one in maps.values()])
    columns = [
        PanelColumn(
            name,
            f"{arm(name).label}, {token_count(visit.tokens)}",
            overlay(exhibit.view.image, maps[name].grid, scale, chosen["opacity"]),
            response.answer.text,
            _below(response),
        )
        for name, response in responses.items()
    ]
    if len(set(words.values())) == 1 < len(maps):  # both of the same thing
        columns.append(_difference(visit, maps))
    of = " and ".join(dict.fromkeys(_of(response, words[name]) for name, response in responses.items()))
    shared = "one colour scale for both maps" if len(responses) > 1 else "the colour scale begins at zero"
    note = NOTE.format(method=chosen["method"], of=of, layer=_layer(visit), scale=shared)
    return exhibit.view.image, visit.question, columns, scale, note


def _difference(visit: Visit, maps: dict[str, Map]) -> PanelColumn:
    """The second arm's map less the first's."""
    pair = first, second = tuple(maps)
    apart = maps[second].grid - maps[first].grid
    scale = common_scale([apart])
    layer = difference_layer(apart, scale, visit.chosen["answers"]["opacity"], pair)
    meaning = "; ".join(f"{colour_name(name).lower()}: more {arm(name).label}" for name in reversed(pair))
    return PanelColumn(
        None,
        "Difference of the maps",
        under(visit.exhibit.view.image, layer),
        meaning,
        f"−{scale:.2g} to +{scale:.2g}",
    )


def _of(response: Response, word: int | None) -> str:
    return "the whole answer" if word is None else f"the word “{response.answer.words[word].text}”"


def _layer(visit: Visit) -> int:
    layer = visit.chosen["answers"]["layer"]
    return visit.exhibit.lab.layers if layer is None else layer


def _below(response: Response) -> str:
    """How sure the model is of its answer, and whether it is right, in a font that has every sign."""
    sure = f"{percent(response.answer.probability)} sure"
    return f"{sure}; {verdict}" if (verdict := _verdict(response)) else sure


def _verdict(response: Response) -> str:
    """Right, or what would have been."""
    verdict = response.verdict
    if verdict is None:
        return ""
    if verdict.kind == "right":
        return "right"
    return f"{'partly right' if verdict.kind == 'partly' else 'wrong'}: the right answer is “{verdict.truth}”"


def _without_map(response: Response, map: Map) -> dict[str, Any]:
    return {key: value for key, value in in_json(response, map).items() if key != "gradcam"}


def _words(visit: Visit) -> list[dict[str, Any]]:
    """A row for every word of every answer; one without a word for an empty answer."""
    rows = []
    for name, response in visit.responses.items():
        for i, word in enumerate(response.answer.words or [None]):
            rows.append(
                {
                    "model": arm(name).label,
                    "visual_tokens": visit.tokens,
                    "question": visit.question,
                    "answer": response.answer.text,
                    "right": response.verdict.score if response.verdict else None,
                    "truth": response.verdict.truth if response.verdict else None,
                    "word_number": i + 1 if word else None,
                    "word": word.text if word else None,
                    "probability": word.probability if word else None,
                    "first_token_seconds": response.answer.first_token_s,
                    "seconds": response.answer.total_s,
                    "flops": response.cost.flops,
                    "kv_cache_bytes": response.cost.kv_bytes,
                }
            )
    return rows


def _bands(levels: list[LevelBands]) -> list[dict[str, Any]]:
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
