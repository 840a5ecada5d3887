"""What the visual tokens cost, and why the wait falls less than the arithmetic."""

from collections.abc import Callable

import plotly.graph_objects as go
from markupsafe import Markup

from fmvr.arms import arm
from viz.budgets import against_budgets
from viz.plot import GREY
from viz.table import table
from viz.templates import render
from viz.units import memory, seconds

HEIGHT = 380  # pixels


def cost_table(title: str, origin: str, heads: list[str], rows: list[list[str]]) -> Markup:
    """One model's costs: a row for each budget, the first column its name.

    Args:
        title: the model.
        origin: how the numbers were come by.
        heads: of all columns.
        rows: cells as text.
    """
    return table("cost", Markup("<b>{}</b> {}").format(title, origin), heads, rows)


def cost_tables(tables: list[Markup], small_print: str) -> Markup:
    """Tables beside each other where there is room, and what holds for all."""
    return render("costs.html", tables=tables, small_print=small_print)


def published(ratio: float, formula: str, text_tokens: int) -> Markup:
    """The paper's own result, and what the formula chosen here gives beside it; never one for the other.

    Args:
        ratio: FLOPs at 576 tokens over those at 36, by `formula`.
    """
    return render("published.html", ratio=ratio, formula=formula, text_tokens=text_tokens)


def why(gpu: str, weights: float, floor_s: float, crossing: int, flops_ratio: float, time_ratio: float) -> str:
    """The paragraph on the floor, in numbers of LLaVA-1.5-7B.

    Args:
        weights: bytes a prefill reads.
        floor_s: how long reading them takes at least.
        crossing: with so many tokens in all, or fewer, reading takes longer than the arithmetic.
        flops_ratio, time_ratio: 576 tokens over 36.
    """
    return (
        "Before its first word, the language model reads the picture’s tokens and the question in one go: the "
        "*prefill*. For that it has to fetch every one of its weights from memory once, whether there are 600 tokens "
        "or 30. With many tokens the arithmetic takes longer than the fetching, and fewer tokens mean less waiting. "
        f"With few, the fetching is what one waits for: LLaVA-1.5-7B’s {memory(weights)} take at least "
        f"{1000 * floor_s:.1f} ms on an {gpu}. There the two are even at {crossing} tokens, visual and text together; "
        f"below that, fewer tokens save arithmetic but hardly any time. From 576 to 36 visual tokens the FLOPs fall to "
        f"1/{flops_ratio:.1f}, the least time to 1/{time_ratio:.1f}. A real machine has further fixed costs "
        "(starting each operation, encoding the picture, every later word), so what one gains in waiting is smaller "
        "still. What does fall in step with the tokens is the KV cache: memory, and with it how many people one GPU "
        "can serve."
    )


def least_figure(models: dict[str, Callable[[int], tuple[float, float]]], budgets: list[int], gpu: str) -> go.Figure:
    """The least time of a prefill against the budget, and what it would be if it fell as the FLOPs do.

    Args:
        models: name → a function of the visual tokens: the least time and that of the arithmetic alone, in seconds.
        gpu: its name and published figures.
    """
    figure = _times(budgets, f"ms at least (dotted: if time fell as FLOPs do)<br>{gpu}")
    every = sorted({*budgets, *(round(1.06**i) for i in range(110) if 1.06**i < max(budgets))})
    for (name, times), width in zip(models.items(), (2.5, 4.5)):
        least, arithmetic = zip(*((1000 * t for t in times(n)) for n in every))
        for y, dash, of in ((least, "solid", "at least"), (arithmetic, "dot", "for the arithmetic alone")):
            figure.add_scatter(
                x=every,
                y=y,
                mode="lines",
                line={"color": GREY, "width": width, "dash": dash},
                name=name,
                showlegend=dash == "solid",
                hovertemplate=f"{name}, %{{x}} tokens: %{{y:.1f}} ms {of}<extra></extra>",
            )
    return figure


def measured_figure(times: dict[str, dict[int, float]], share: dict[int, float], budgets: list[int]) -> go.Figure:
    """Measured times to the first token against the budget, and what they would be if they fell as the FLOPs do.

    Args:
        times: arm → budget → seconds; empty before anything was measured.
        share: budget → its FLOPs as a share of the largest budget's.
    """
    figure = _times(budgets, "ms to first token (dotted: if it fell as FLOPs do)<br>measured here")
    for name, taken in times.items():
        entry, there = arm(name), sorted(taken)
        fallen = [1000 * taken[max(there)] * share[n] / share[max(there)] for n in there]
        for y, dash, of in (
            ([1000 * taken[n] for n in there], "solid", ""),
            (fallen, "dot", " if it fell as FLOPs do"),
        ):
            figure.add_scatter(
                x=there,
                y=y,
                mode="lines" if of else "lines+markers",
                line={"color": entry.colour, "width": 2.5, "dash": dash},
                marker={"symbol": entry.mark, "size": 10},
                name=entry.label,
                showlegend=not of,
                hovertemplate=f"{entry.label}, %{{x}} tokens: %{{y:.1f}} ms{of}<extra></extra>",
            )
    return figure


def _times(budgets: list[int], title: str) -> go.Figure:
    """A figure of times against the budget, empty yet."""
    above = {"xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom", "yshift": 34}
    titled = {"text": title, "align": "left", "showarrow": False, "font": {"size": 14}} | above
    layout = {"annotations": [titled], "margin": {"t": 80, "r": 12}}
    return go.Figure(layout=against_budgets(budgets, HEIGHT) | layout)


def measured_words(
    times: dict[str, dict[int, float]], share: dict[int, float], done: int, rounds: int, machine: str
) -> Markup:
    """What was measured, where and how often, and what it says. Arguments: `measured_figure`.

    Args:
        done, rounds: how often it was measured by now, and how often it will be.
    """
    most, some = (max(share), min(share, key=lambda n: abs(n - 36))) if share else (0, 0)
    return render(
        "measured.html", times=times, share=share, most=most, some=some, done=done, rounds=rounds, machine=machine
    )


def time_row(value: float) -> str:
    """A time in a table, in seconds."""
    return f"{1000 * value:.1f} ms" if value < 0.1 else seconds(value)
