"""The screen: what it is told, what it drops, and that a sure reading is never dropped."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinx_hf.image.detection import Found
from clinx_hf.image.recognition import Reading, join
from clinx_hf.image.screening import BELIEVED, GEOMETRY, Screen, describe


def found(score: float = 0.6, long: float = 80.0, tall: float = 10.0) -> Found:
    return Found(np.array([[5, 5], [5 + long, 5], [5 + long, 5 + tall], [5, 5 + tall]], np.float32), score)


def reading(text: str, confidence: float, *trace: float) -> Reading:
    return Reading(text, confidence, -0.5, np.array(trace, np.float32))


def screen(least: float) -> Screen:
    """Likeness = sigmoid of the last figure of the trace."""
    n = GEOMETRY + 2
    weight = np.zeros(n)
    weight[-1] = 1.0
    return Screen(np.zeros(n), np.ones(n), weight, 0.0, least)


def test_description_holds_the_box_and_the_trace() -> None:
    told = describe(found(0.7, 80, 10), reading("AB", 0.9, 1.5, -2.0))
    assert told == pytest.approx([0.7, np.log(10), np.log(8), 1.5, -2.0])


def test_unlikely_boxes_are_dropped_and_likely_ones_stay() -> None:
    pairs = [reading("x", 0.3, 0, -3.0), reading("x", 0.3, 0, 3.0)]
    assert screen(0.5).keeps([found(), found()], pairs) == [False, True]


@given(trace=st.floats(-30, 30), confidence=st.floats(BELIEVED, 1.0), text=st.text("ABC123", min_size=2, max_size=9))
def test_what_was_surely_read_stays(trace: float, confidence: float, text: str) -> None:
    assert screen(0.999).keeps([found()], [reading(text, confidence, 0, trace)]) == [True]


@given(trace=st.floats(-30, 30))
def test_likeness_is_a_probability_and_a_threshold_of_nothing_drops_nothing(trace: float) -> None:
    one = reading("", 0.0, 0, trace)
    assert 0 <= screen(0.0).likeness(found(), one) <= 1
    assert screen(0.0).keeps([found()], [one]) == [True]


def test_a_line_that_was_not_asked_about_stays() -> None:
    assert screen(0.9).keeps([found()], [Reading("", 0.0, -10.0)]) == [True]


def test_the_trace_of_pieces_is_their_mean() -> None:
    whole = join([reading("AB", 0.9, 1.0, 3.0), Reading("", 0.0, -10.0, np.array([3.0, 5.0], np.float32))])
    assert whole.text == "AB"
    assert whole.trace == pytest.approx([2.0, 4.0])
