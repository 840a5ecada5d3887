"""The paper's own numbers, never ours: Pan, Dou, Li, arXiv 2603.11220, main image table."""

BENCHMARKS = ("VQAv2", "GQA", "VizWiz", "SQA-I", "TextVQA", "POPE", "MME", "MMBench-EN", "MMBench-CN", "MM-Vet")
LLAVA = (78.5, 62.0, 50.0, 66.8, 58.2, 85.9, 1510.7, 64.3, 58.3, 30.5)  # LLaVA-1.5-7B at 576 visual tokens
FMVR_LLAVA = {  # FMVR-LLaVA-7B: visual tokens → scores
    576: (79.2, 63.0, 56.5, 68.9, 57.8, 87.5, 1510.1, 65.9, 58.0, 34.3),
    144: (78.6, 62.3, 55.1, 69.7, 55.5, 86.4, 1473.9, 65.8, 57.6, 33.4),
    36: (76.5, 60.9, 52.9, 69.5, 55.3, 85.9, 1452.5, 65.2, 58.3, 32.2),
    9: (74.5, 59.1, 50.7, 69.9, 50.8, 84.1, 1415.0, 64.2, 57.5, 29.0),
    1: (68.3, 55.2, 49.7, 68.6, 49.2, 81.1, 1284.8, 60.7, 53.4, 26.4),
}
MME, MME_SCALE = 6, 20  # MME's points are divided by 20, so that all ten count alike


def retention(tokens: int) -> float | None:
    """What FMVR-LLaVA-7B keeps of LLaVA-1.5-7B's average at 576 tokens, a share; None for a budget not published."""
    return average(FMVR_LLAVA[tokens]) / average(LLAVA) if tokens in FMVR_LLAVA else None


def loss(tokens: int) -> str:
    """The benchmark on which FMVR-LLaVA-7B loses most against LLaVA-1.5-7B, in words; empty where it loses nowhere."""
    shares = [some / full for some, full in zip(FMVR_LLAVA[tokens], LLAVA)]
    least = min(shares)
    return f"{BENCHMARKS[shares.index(least)]} (keeps {100 * least:.1f} %)" if least < 1 else ""


def average(scores: tuple[float, ...]) -> float:
    """The mean of the ten benchmarks."""
    return sum(score / MME_SCALE if i == MME else score for i, score in enumerate(scores)) / len(scores)
