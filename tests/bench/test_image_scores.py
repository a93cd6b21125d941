"""Shares with intervals, boxes as masks, ink under boxes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from image_cases import planted

from clinx_hf.bench.image_scores import ALL, CLEAR, distance, groups, inside, is_covered, proportion, upright


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_interval_holds_the_share(outcomes: list[bool]) -> None:
    share = proportion(outcomes)
    assert 0 <= share.low <= share.value + 1e-4
    assert share.value - 1e-4 <= share.high <= 1


def test_wilson_of_known_counts() -> None:
    share = proportion([True] * 8 + [False] * 2)
    assert (share.low, share.high) == pytest.approx((0.490, 0.943), abs=1e-3)
    assert proportion([]).value == 0


@given(st.integers(0, 30), st.integers(0, 30), st.integers(1, 30), st.integers(1, 30))
def test_an_upright_box_is_exactly_its_pixels(x: int, y: int, width: int, height: int) -> None:
    mask = inside([upright((x, y, x + width, y + height))], (64, 64, 3))
    wanted = np.zeros((64, 64), bool)
    wanted[y : y + height, x : x + width] = True
    assert (mask == wanted).all()


def test_covered_from_nine_tenths_of_the_ink() -> None:
    ink, mask = np.zeros((10, 10), bool), np.zeros((10, 10), bool)
    ink[0], mask[0, :9] = True, True
    assert is_covered(ink, mask)
    mask[0, 8] = False
    assert not is_covered(ink, mask)


@given(st.text("ab1", max_size=6), st.text("ab1", max_size=6))
def test_distance_is_symmetric_and_zero_for_equals(a: str, b: str) -> None:
    assert distance(a, b) == distance(b, a)
    assert (distance(a, b) == 0) == (a == b)


def test_every_line_has_one_group_of_each_kind() -> None:
    for case in planted():
        for line in case.lines:
            names = groups(case, line)
            assert names[0] == ALL
            assert len(names) == len(set(names)) == 8 + (CLEAR in names)
