"""Numbers and answers as a person reads them."""

NO_ANSWER = "(no answer)"


def seconds(value: float) -> str:
    """`42 ms`, `1.3 s`."""
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"


def token_count(count: int) -> str:
    """`1 token`, `36 tokens`."""
    return f"{count} token{'s' * (count != 1)}"


def flops(value: float) -> str:
    """`0.86 T`, `1.9 G`, `35 M`: three orders of magnitude a letter."""
    for size, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M")):
        if value >= 0.1 * size:
            return f"{value / size:.2f} {letter}" if value < 10 * size else f"{value / size:.0f} {letter}"
    return f"{value:.0f}"


def amount(value: float) -> str:
    """`12,300`, `1.23`, `0.0123`: three digits that count."""
    return f"{float(f'{value:.3g}'):,.10g}"


def memory(size: float) -> str:
    """`6.1 kB`, `524 kB`, `302 MB`, `13.2 GB`; a MB is a million bytes."""
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if size >= unit:
            return f"{size / unit:.1f} {name}" if size < 100 * unit else f"{size / unit:.0f} {name}"
    return f"{size:.0f} B"


def tenths(share: float) -> str:
    """`92.6 %`, `95 %`: a share that was measured, on one line."""
    return f"{100 * share:.1f}".removesuffix(".0") + "\N{NO-BREAK SPACE}%"


def percent(share: float) -> str:
    """`97 %`; never rounded up to certainty or down to nothing."""
    if 0.99 < share < 1:
        return "> 99 %"
    if 0 < share < 0.01:
        return "< 1 %"
    return f"{share:.0%}".replace("%", " %")


def said(text: str) -> str:
    """An answer, or that there was none: a model may end at once."""
    return text or NO_ANSWER


def quoted(text: str) -> str:
    """`“47”`: an answer within a sentence."""
    return f"“{text}”" if text else NO_ANSWER
