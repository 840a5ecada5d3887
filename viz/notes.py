"""What the page says in words beside its pictures."""

from collections.abc import Sequence

from markupsafe import Markup
from PIL import Image

from fmvr.arms import arm
from viz.tags import source
from viz.templates import render
from viz.units import percent

ANOTHER_MODEL = "To ask about photographs, start the page on LLaVA-1.5: "
ONE_MODEL = (
    "This checkpoint is one model, {}: there is nothing to compare it with. {}Where nobody knows the right answer, "
    "the tab All budgets holds each answer against the model’s own from all tokens. LLaVA-1.5 answers in few words "
    "when a question ends with “Answer the question using a single word or phrase.”"
)
BOTH_ARMS = "Both arms are one model, without blocks and with them. {}{}"
TRAINED_FOR_ALL = "{} trained with all token budgets in turn. "
TRAINED_FOR_SOME = "{} trained with {} visual tokens alone: other budgets are new to it. "
CORNER = " It is brightest in a corner, where nothing asked about lies: a sink of attention, as transformers have them."
OWN_SCALE = " Each map has a colour scale of its own: their brightness cannot be compared."
EIGEN = "Eigen-CAM"
WITHOUT_ANSWER = " It does not look at the answer: it is the same for every word."
SEEN = "The models see what lies inside the frame."
COMMAND = "FMVR_MODEL=/path/to/llava-1.5-7b-hf python app.py"


def note(kind: str, text: str, command: str = "") -> Markup:
    """One visible notice; `kind` is `problem`, `doubt` or `fact`."""
    return render("note.html", kind=kind, text=text, command=command)


def problem(sentence: str) -> Markup:
    """Something given cannot be used; what was shown stays."""
    return note("problem", f"{sentence} Nothing is lost: what stands below is from before.")


def budget_notes(
    tokens: int,
    budgets: list[int],
    arms: tuple[str, ...],
    trained: Sequence[int] | None = None,
    one_model: bool = False,
) -> Markup:
    """What to know about a budget at which no block of its own stands.

    Args:
        budgets: all there are.
        arms: all that are compared, by name.
        trained: the budgets that the main arm was trained for, where that is known.
        one_model: whether the arms differ in blocks alone.
    """
    if len(arms) == 1:
        return note("fact", ONE_MODEL.format(arm(arms[0]).label, trained_for(budgets, trained)))
    if one_model:
        alike = f"At {tokens} tokens no block is applied: they answer alike. " if tokens == max(budgets) else ""
        return note("fact", BOTH_ARMS.format(alike, trained_for(budgets, trained, "Without blocks it was")))
    if tokens == max(budgets):
        return note(
            "fact",
            f"At {tokens} tokens no block is applied: this compares two separately trained models, not the block.",
        )
    if tokens == min(budgets) == 1:
        return note(
            "fact",
            "The last step to 1 token has no block of its own: it pools the 3×3 set, which passed the blocks above it.",
        )
    return Markup()


def trained_for(budgets: list[int], trained: Sequence[int] | None, opening: str = "It was") -> str:
    """Whether a model was trained for all budgets, as a sentence before others; none where that is not known."""
    if trained is None:
        return ""
    if set(budgets) <= set(trained):
        return TRAINED_FOR_ALL.format(opening)
    return TRAINED_FOR_SOME.format(opening, ", ".join(map(str, trained)))


def doubt_notes(doubts: list[str], knows: str) -> Markup:
    """Why not to trust the embedded model here, what it does know, and what to load instead."""
    if not doubts:
        return Markup()
    return note("doubt", f"{' '.join(doubts)} It knows {knows} {ANOTHER_MODEL}", COMMAND)


def seen_part(picture: Image.Image, part: tuple[float, float, float, float]) -> Markup:
    """What of a picture the models see: x0, y0, x1, y1 in parts of its sides."""
    return render("seen.html", picture=source(picture), part=part, text=SEEN)


def inside(share: float, covered: float, what: str, corner: bool = False) -> str:
    """How much of a map lies inside what was asked about, beside the part of the picture that it covers.

    `corner`: whether the brightest place is a corner of the picture, outside of it.
    """
    poor = "" if share >= covered else " Less than chance: this map marks other things."
    sink = CORNER if corner else ""
    return f"{percent(share)} of it inside: {what} ({percent(covered)} of the picture).{poor}{sink}"


def small_print(formula: str, text_tokens: int, method: str, maps: int, common: bool = True) -> str:
    """How the maps and the numbers under the cards were come by; `common`: whether the maps share one scale."""
    shared = f" Both {method} maps share this colour scale." if common else OWN_SCALE
    scale = shared if maps > 1 else ""
    blind = WITHOUT_ANSWER if method == EIGEN else ""
    return (
        f"{_article(method)} {method} map is brighter where the answer leans more on the picture.{blind}{scale} FLOPs: "
        "the multiplications and additions of the language model's reading of picture and question (its prefill), by "
        f"{formula}, n = visual tokens + {text_tokens} text tokens; "
        "the vision tower is not counted."
    )


def _article(method: str) -> str:
    """`An` before what begins with a vowel as it is spoken."""
    return "An" if method[0] in "AEIOX" else "A"
