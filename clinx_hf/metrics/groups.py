"""How sure differences between groups are, where whole clusters (notes, patients) are drawn again.

What stands in one cluster is alike, so that mentions are not counted as if each were a find of its own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def cluster_weights(clusters: int, draws: int, seed: int) -> Floats:
    """Return (draws, clusters): how often each cluster was drawn, with replacement, in each draw."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(clusters, np.full(clusters, 1 / clusters), size=draws).astype(np.float64)


def drawn_ratios(weights: Floats, parts: Floats, wholes: Floats) -> Floats:
    """Return (draws, groups) ratios of sums, from (clusters, groups) parts and wholes; NaN where a draw holds none.

    All groups see the same draws, so that a difference of two columns is one within clusters.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return (weights @ parts) / (weights @ wholes)


def percentile_interval(values: Floats, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return the low and the high end over the first axis, draws that hold NaN left out."""
    tail = 50 * (1 - level)
    low, high = np.nanpercentile(values, [tail, 100 - tail], axis=0)
    return low, high


def shuffled_gaps(parts: Floats, wholes: Floats, draws: int, seed: int) -> Floats:
    """Return (draws,) largest differences between groups when group names are dealt anew inside each cluster.

    It is what the gap would be by chance alone: with many groups the largest difference is never zero.
    """
    rng = np.random.default_rng(seed)
    gaps = np.empty(draws)
    for i in range(draws):
        order = rng.random(parts.shape).argsort(axis=1)
        ratio = np.take_along_axis(parts, order, 1).sum(0) / np.take_along_axis(wholes, order, 1).sum(0)
        gaps[i] = ratio.max() - ratio.min()
    return gaps
