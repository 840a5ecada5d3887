"""Out of the world: accuracy by how far a picture or a scene is from those of training."""

from viz.evidence.parts import Panel, Section, heading, hint, small_multiples, source, standing_out
from viz.units import token_count

LEAD = (
    "The same questions about pictures and scenes unlike those of training: disturbed pictures, smaller objects, more "
    "objects (the questions of training were about up to 8), colours and shapes never seen together. Percent right, "
    "averaged over the kinds of question."
)
LOOK = (
    "The leftmost mark of each plot is the undisturbed scene. Look whether one line falls more steeply than the other."
)
NAMES = {
    "noise": ("Noise", "deviation, of 255"),
    "blur": ("Blur", "deviation in pixels"),
    "JPEG": ("JPEG", "quality"),
    "darker": ("Darker", "times as bright"),
    "brighter": ("Brighter", "times as bright"),
    "size": ("Smaller objects", "times their size"),
    "crowd": ("More objects", "at least"),
    "combination": ("Colour and shape", "0 seen, 1 unseen together"),
}


def draw(record, tokens: int) -> Section:
    """One plot for each change, at one budget."""
    at = [part for row in record.result["rows"] if row["visual_tokens"] == tokens for part in _two_ways(row)]
    panels = []
    for change in dict.fromkeys(row["change"] for row in at):
        rows = [row for row in at if row["change"] == change]
        steps = list(dict.fromkeys(row["step"] for row in rows))
        lines = {
            side: [next(r["average"] for r in rows if (r["side"], r["step"]) == (side, step)) for step in steps]
            for side in dict.fromkeys(row["side"] for row in rows)
        }
        name, unit = NAMES.get(change, (change, rows[0]["unit"]))
        panels.append(Panel(f"{name}<br><sup>{unit}</sup>", [f"{step:g}" for step in steps], lines))
    scenes = max(row["scenes"] for row in at)
    ahead = {f"{NAMES[row['change']][0]} {row['step']:g}": row["ahead"] for row in at if row["ahead"]}
    return Section(
        heading(f"Out of their world, at {token_count(tokens)}", LEAD),
        small_multiples(panels),
        hint(f"{LOOK} {standing_out(ahead, 'steps')} The budget is the one on the slider above.")
        + source(record, f"{scenes:,} test scenes at each step"),
    )


def _two_ways(row: dict) -> list[dict]:
    """Brightness goes two ways from the undisturbed picture: a plot for each."""
    if row["change"] != "brightness":
        return [row]
    ways = {"darker": row["step"] <= 1, "brighter": row["step"] >= 1}
    return [row | {"change": way} for way, there in ways.items() if there]
