"""Means with intervals, and two models on the same questions. The questions about a sample stand or fall together.

Scores are matrices [samples, families], NaN where a sample (a scene) has no question of a family. Intervals are of
95 %, from a bootstrap over samples (Efron and Tibshirani, An Introduction to the Bootstrap, 1993): they say how much
the figure would move with other test samples, not with other training seeds.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

ROUNDS = 2000
SHARES = (2.5, 97.5)  # percentiles of an interval of 95 %


@dataclass(frozen=True)
class Estimate:
    """A mean and its interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Paired:
    """Two models on the same questions: the mean difference with its interval, and an exact sign test.

    `better`, `worse`: questions on which the first model scores higher, lower than the second.
    `p`: how likely so uneven a split, or a more uneven one, would be if neither were better and all questions were
    independent (where every score is 0 or 1, McNemar's exact test); those about one sample are not quite, so p is a
    little too small.
    """

    difference: Estimate
    better: int
    worse: int
    p: float


class Bootstrap:
    """The same resamples for every figure of a table, so that figures can be compared.

    Args:
        samples: how many there are; matrices of scores have as many rows.
        seed: of the draws; `rounds`: how many resamples.
    """

    def __init__(self, samples: int, seed: int = 0, rounds: int = ROUNDS):
        draw = np.random.default_rng(seed)
        self.counts = draw.multinomial(samples, np.full(samples, 1 / samples), rounds).astype(np.float32)  # [R, S]

    def means(self, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The mean of every family, [F], and of every resample, [R, F]."""
        known = np.isfinite(scores)
        filled = np.where(known, scores, 0).astype(np.float32)
        with np.errstate(invalid="ignore"):
            return filled.sum(0) / known.sum(0), (self.counts @ filled) / (self.counts @ known.astype(np.float32))

    def estimate(self, scores: np.ndarray) -> Estimate:
        """The mean over families of their means over questions; no number where there are none."""
        if not np.isfinite(scores).any():
            return Estimate(np.nan, np.nan, np.nan)
        mean, resampled = self.means(scores)
        return interval(_mean(mean), _mean(resampled, 1))

    def retention(self, scores: np.ndarray, full: np.ndarray) -> Estimate:
        """The mean as a share of the mean of other scores on the same samples."""
        (mean, resampled), (whole, wholes) = self.means(scores), self.means(full)
        with np.errstate(invalid="ignore", divide="ignore"):
            return interval(_mean(mean) / _mean(whole), _mean(resampled, 1) / _mean(wholes, 1))

    def ratio(self, part: np.ndarray, whole: np.ndarray) -> Estimate:
        """A sum over samples as a share of another one, both [S]; NaN where there is nothing of the whole.

        Resamples with nothing of the whole are left out of the interval.
        """
        parts, wholes = self.counts @ part, self.counts @ whole  # [R]
        with np.errstate(invalid="ignore"):
            return interval(part.sum() / whole.sum(), parts / np.where(wholes > 0, wholes, np.nan))

    def paired(self, first: np.ndarray, second: np.ndarray) -> Paired:
        """The first model against the second; no difference where neither was asked."""
        if not np.isfinite(first - second).any():
            return Paired(Estimate(np.nan, np.nan, np.nan), 0, 0, 1.0)
        (one, ones), (other, others) = self.means(first), self.means(second)
        apart = interval(_mean(one) - _mean(other), _mean(ones, 1) - _mean(others, 1))
        better, worse = int((first > second).sum()), int((first < second).sum())
        p = binomtest(better, better + worse).pvalue if better + worse else 1.0
        return Paired(apart, better, worse, float(p))


def _mean(values: np.ndarray, axis: int | None = None) -> np.ndarray:
    """The mean of what is a number; no number where nothing is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.nanmean(values, axis)


def interval(mean: float, resampled: np.ndarray) -> Estimate:
    """A mean with the middle 95 % of its resamples, [R]; NaN among them is left out."""
    known = resampled[np.isfinite(resampled)]
    low, high = np.percentile(known, SHARES) if known.size else (np.nan, np.nan)
    return Estimate(float(mean), float(low), float(high))
