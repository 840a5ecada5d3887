"""The second half of the walkthrough: what the language model makes of the visual tokens."""

from markupsafe import Markup

from fmvr.explain.grids import around
from fmvr.explain.methods import METHOD
from viz.card import badge
from viz.heatmap import common_scale, overlay
from viz.table import table
from viz.tabs.samples import phrases
from viz.tabs.walk import quizzes
from viz.tabs.walk.stop import Stop
from viz.templates import render
from viz.units import flops, memory, percent
from viz.walk import Bar, StepText, bars, figures, prompt

MOST_WORDS = 5  # next words shown


def words_in(at: Stop) -> StepText:
    answer = at.response.answer
    pieces, colours = at.exhibit.view.prompt(answer), at.colours["given"].colours[at.tokens]
    width = at.lab.shape(at.arm.name).width
    return StepText(
        idea="The language model reads one row of tokens: the visual tokens (squares, in their colours) stand between "
        f"the words. To the model all are alike, rows of {width} numbers. It was told nothing else about the picture.",
        drawing=prompt(["(start)" if piece == "<s>" else piece for piece in pieces], colours),
        look="Look for where your question stands: after the picture, so that its words can look back at it.",
        facts=(
            (f"{at.tokens}", "visual tokens"),
            (f"{answer.text_tokens}", "tokens of text"),
            (percent(at.tokens / len(pieces)), "of the row is picture"),
        ),
        trial=Markup("Type a question of your own into <b>Question</b> and choose <b>Ask</b>: see how it is cut up."),
        numbers={
            "visual_tokens": at.tokens,
            "text_tokens": answer.text_tokens,
            "numbers_in_a_token": width,
            "text": [piece for piece in pieces if piece is not None],
        },
    )


def words_out(at: Stop) -> StepText:
    response = at.response
    answer, verdict = response.answer, response.verdict
    nexts = at.exhibit.view.next_words(answer, MOST_WORDS)
    likeliest = [Bar(w.text or "(the end)", w.probability, percent(w.probability)) for w in nexts]
    written = render("written.html", answer=answer, verdict=badge(verdict))
    known = f" The right answer: {verdict.truth}." if verdict else ""
    return StepText(
        idea="At the end of the row the model gives every word it knows a probability, and the likeliest is written. "
        "Then it reads the row again with that word in it, until the likeliest is to stop.",
        drawing=written + bars(likeliest, "The likeliest first words"),
        look=f"Look for the runner-up: how close was another first word?{known}",
        facts=((f"{len(answer.answer_ids)}", "tokens written"),),
        trial=Markup("Move <b>Token budget</b> to 1: do the bars come closer together?"),
        numbers={
            "answer": answer.text,
            "words": [{"text": w.text, "probability": w.probability} for w in answer.words],
            "first_words": [{"text": w.text, "probability": w.probability} for w in nexts],
            "truth": verdict and verdict.truth,
        },
    )


def looked(at: Stop) -> StepText:
    grid, answer = at.map.grid, at.response.answer
    strongest = divmod(int(grid.argmax()), at.grid)
    without = at.exhibit.view.without_place(answer, around(strongest, at.grid))
    drawn = overlay(at.image, grid, common_scale([grid]))
    drawing = figures(
        [
            (at.framed(at.image, strongest, reach=1), "the picture", "The picture, the strongest place framed"),
            (
                at.framed(drawn, strongest, reach=1),
                "the map, its strongest place framed",
                "The map of the answer, its strongest place framed",
            ),
        ]
    )
    facts = [(percent(quizzes.gathered(at)), "of the map in a tenth of the places")]
    if at.things:
        facts.append((percent(quizzes.inside(at)[0]), f"of it inside: {phrases(at.things)}"))
    if without:
        now = f"{percent(answer.words[0].probability)} → {percent(without[0])}"
        facts.append((now, f"“{answer.words[0].text}”, with the framed place hidden"))
    return StepText(
        idea=f"A map (here by {METHOD}) follows the answer back to the tower’s features: bright places are those whose "
        "features speak for it. A map is a hint, no proof: so we also hide the brightest place and ask how sure the "
        "model still is.",
        drawing=drawing,
        look="Look for whether the bright places are where the answer can be seen.",
        facts=tuple(facts),
        trial=Markup("In the tab <b>Answers</b>, choose a word to see its own map, or a place on a map to hide it."),
        numbers={
            "gradcam": grid.tolist(),
            "strongest": list(strongest),
            "in_a_tenth_of_the_places": quizzes.gathered(at),
            "inside_the_asked": quizzes.inside(at)[0] if at.things else None,
            "words_without_the_strongest_place": list(without),
        },
    )


def price(at: Stop) -> StepText:
    budgets = at.budgets
    costs, left = {n: at.cost_at(n) for n in budgets}, {n: quizzes.left(at, n) for n in budgets}
    most = costs[budgets[0]].flops
    rows = [
        [
            f"{n}",
            _lined(flops(costs[n].flops), costs[n].flops / most),
            memory(costs[n].kv_bytes),
            _lined(percent(left[n]), left[n]),
        ]
        for n in budgets
    ]
    chosen, small = costs[at.tokens], costs[at.tokens].formula
    return StepText(
        idea="Fewer tokens mean fewer operations and less memory, and the differences among neighbours are lost. "
        "What was averaged away cannot be looked up again; a block can only make what is left plainer.",
        drawing=table(
            "told", "", ["tokens", "operations", "memory", "differences left"], rows, budgets.index(at.tokens)
        ),
        look=f"Look for the row where the cost has fallen much and the loss is still small. Operations of reading the "
        f"row by {small}, n = visual tokens + {chosen.text_tokens} of text, without the tower; memory of the visual "
        "tokens’ keys and values.",
        facts=(
            (flops(chosen.flops), "operations at your budget"),
            (f"{most / chosen.flops:.1f} ×", "as many at the full set"),
            (percent(left[at.tokens]), "of the tokens’ differences left"),
        ),
        trial=Markup("Choose <b>New picture</b>, set <b>Token budget</b> to 1 and walk through again."),
        numbers={
            "formula": small,
            "text_tokens": chosen.text_tokens,
            "budgets": {
                str(n): {"flops": costs[n].flops, "kv_cache_bytes": costs[n].kv_bytes, "differences_left": left[n]}
                for n in budgets
            },
        },
    )


def _lined(text: str, share: float) -> Markup:
    """A number with a line under it, as long as its share of the most."""
    return Markup('{}<i style="--share:{:.4f}"></i>').format(text, max(0.0, min(share, 1.0)))
