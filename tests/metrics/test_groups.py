"""Intervals and chance gaps of grouped shares know what one cluster is."""

import numpy as np
import pytest

from clinx_hf.metrics.groups import cluster_weights, drawn_ratios, percentile_interval, shuffled_gaps


def test_a_draw_holds_as_many_clusters_as_there_are():
    assert (cluster_weights(7, 50, seed=1).sum(axis=1) == 7).all()


def test_alike_clusters_give_a_wider_interval_than_the_same_mentions_apart():
    rng = np.random.default_rng(0)
    clustered = np.repeat(rng.random(20) < 0.8, 25).astype(float)  # 25 mentions of a cluster share their fate

    def width(parts):
        drawn = drawn_ratios(cluster_weights(len(parts), 800, 2), parts, np.ones_like(parts) * 500 / len(parts))
        low, high = percentile_interval(drawn)
        return float(high[0] - low[0])

    by_cluster = clustered.reshape(20, 25).sum(axis=1, keepdims=True)
    assert width(by_cluster) > 3 * width(clustered[:, None])


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(3)
    covered = 0
    for run in range(120):
        parts = rng.binomial(10, 0.7, size=(40, 1)).astype(float)
        low, high = percentile_interval(drawn_ratios(cluster_weights(40, 300, run), parts, np.full((40, 1), 10.0)))
        covered += low[0] <= 0.7 <= high[0]
    assert 0.87 <= covered / 120 <= 1.0


def test_differences_are_within_clusters():
    parts = np.array([[9.0, 8.0], [5.0, 4.0], [10.0, 9.0], [2.0, 1.0]])  # clusters differ, the difference does not
    drawn = drawn_ratios(cluster_weights(4, 200, 0), parts, np.full((4, 2), 10.0))
    assert np.allclose(drawn[:, 0] - drawn[:, 1], 0.1)


def test_a_real_gap_is_above_chance_and_a_chance_gap_is_not():
    rng = np.random.default_rng(5)
    wholes = np.full((40, 8), 20.0)
    even = rng.binomial(20, 0.95, size=(40, 8)).astype(float)
    unfair = even.copy()
    unfair[:, 3] = rng.binomial(20, 0.7, size=40)

    def gap(parts):
        shares = parts.sum(0) / wholes.sum(0)
        return shares.max() - shares.min()

    assert gap(unfair) > np.percentile(shuffled_gaps(unfair, wholes, 200, 0), 95)
    assert gap(even) <= shuffled_gaps(even, wholes, 200, 0).max()


def test_the_level_widens_the_interval():
    values = np.random.default_rng(0).normal(size=(1000, 1))
    narrow, wide = percentile_interval(values, 0.5), percentile_interval(values, 0.99)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]
    assert narrow[1][0] - narrow[0][0] == pytest.approx(1.35, abs=0.2)  # quartiles of the normal distribution
