"""What the page says in words beside its pictures."""

from html import escape

from viz.units import token_count

ANOTHER_MODEL = "To ask about photographs, start the page on LLaVA-1.5: "
ONE_MODEL = (
    "This checkpoint is one model, {} FMVR: there is nothing to compare it with. Right or wrong goes by the words, "
    "case and articles aside; LLaVA-1.5 answers in few when a question ends with “Answer the question using a single "
    "word or phrase.”"
)
COMMAND = "FMVR_MODEL=/path/to/llava-1.5-7b-hf python app.py"


def note(kind: str, text: str, command: str = "") -> str:
    """One visible notice; `kind` is `problem`, `doubt` or `fact`."""
    code = f" <code>{escape(command)}</code>" if command else ""
    return f'<p class="note {kind}" role="status">{escape(text)}{code}</p>'


def problem(sentence: str) -> str:
    """Something given cannot be used; what was shown stays."""
    return note("problem", f"{sentence} Nothing is lost: what stands below is from before.")


def budget_notes(tokens: int, budgets: list[int], sides: tuple[str, ...]) -> str:
    """What to know about a budget at which no block of its own stands."""
    if len(sides) == 1:
        return note("fact", ONE_MODEL.format(sides[0]))
    if tokens == max(budgets):
        return note(
            "fact",
            f"At {tokens} tokens no block is applied: this compares two separately trained models, not the block.",
        )
    if tokens == min(budgets):
        return note(
            "fact",
            "The last step to 1 token has no block of its own: it pools the 3×3 set, which passed the blocks above it.",
        )
    return ""


def doubt_notes(doubts: list[str], knows: str) -> str:
    """Why not to trust the embedded model here, what it does know, and what to load instead."""
    if not doubts:
        return ""
    return note("doubt", f"{' '.join(doubts)} It knows {knows} {ANOTHER_MODEL}", COMMAND)


def measured(scenes: int, without: float, with_: float, tokens: int) -> str:
    """What the embedded pair scores on average; `without` and `with_` are shares of 1."""
    return (
        f"Measured on {scenes:,} test scenes, at {token_count(tokens)}, averaged over all kinds of question: "
        f"without FMVR {100 * without:.1f} % right, with FMVR {100 * with_:.1f} %. One training seed each: "
        "trained from another one, the difference may turn round."
    )


def small_print(formula: str, text_tokens: int, method: str, maps: int) -> str:
    """How the maps and the numbers under the cards were come by."""
    scale = f" Both {method} maps share this colour scale." if maps > 1 else ""
    return (
        f"A {method} map is brighter where the answer leans more on the picture.{scale} Time to first token was "
        f"measured here, the picture already encoded. FLOPs: the multiplications and additions of the language model's "
        f"reading of picture and question (its prefill), by {formula}, n = visual tokens + {text_tokens} text tokens; "
        "the vision tower is not counted."
    )
