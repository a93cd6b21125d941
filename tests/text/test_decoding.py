"""From scores of words to spans: what goes, how runs are cut, and what they are called."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from clinx_hf.phi import Label
from clinx_hf.text.decoding import decode
from clinx_hf.text.words import split

LABELS = (Label.PATIENT, Label.DOCTOR, Label.DATE)


def _spans(text, *rows, limit=0.1):
    words = split(text)
    found = decode(text, words, np.array(rows, float), LABELS, np.full(3, limit))
    return [(text[s.start : s.end], s.label) for s in found]


def test_one_unsure_word_does_not_part_a_name():
    rows = [(0.9, 0.05, 0.0), (0.3, 0.4, 0.0), (0.8, 0.1, 0.0)]
    assert _spans("Ann Marie Leeworth", *rows) == [("Ann Marie Leeworth", Label.PATIENT)]


def test_values_of_different_kinds_are_parted():
    rows = [(0.9, 0.01, 0.0), (0.0, 0.01, 0.95)]
    assert _spans("Ann Monday", *rows) == [("Ann", Label.PATIENT), ("Monday", Label.DATE)]


def test_marks_that_tie_two_words_go_with_them():
    rows = [(0.9, 0.0, 0.0), (0.0, 0.0, 0.0), (0.9, 0.0, 0.0)]
    assert _spans("Malik-Torres", *rows) == [("Malik-Torres", Label.PATIENT)]
    assert _spans("Malik Torres", rows[0], rows[2]) == [("Malik Torres", Label.PATIENT)]
    dates = [(0.0, 0.0, 0.9), (0.0, 0.0, 0.0), (0.0, 0.0, 0.9)]
    assert _spans("3/5", *dates) == [("3/5", Label.DATE)]
    assert len(_spans("Rao/Kim", *rows)) == 2  # two people


def test_the_point_of_an_initial_belongs_to_it():
    rows = [(0.9, 0.0, 0.0), (0.9, 0.0, 0.0), (0.0, 0.0, 0.0)]
    assert _spans("Lupe F.", *rows) == [("Lupe F.", Label.PATIENT)]


@given(st.data())
def test_every_word_that_goes_is_covered(data):
    text = data.draw(st.text("Ab3 .-/\n", max_size=40))
    words = split(text)
    inside = data.draw(arrays.arrays(np.float64, (len(words), 3), elements=st.floats(0, 1)))
    spans = decode(text, words, inside, LABELS, np.full(3, 0.3))
    covered = {i for s in spans for i in range(s.start, s.end)}
    assert len(covered) == sum(s.end - s.start for s in spans)  # no overlap
    for (start, end), row in zip(words, inside, strict=True):
        if 1 - np.prod(1 - row) >= 0.3 and text[start:end].isalnum():
            assert covered.issuperset(range(start, end))


def test_a_name_with_a_capital_needs_less_of_the_model():
    low = [(0.03, 0.0, 0.0)]
    assert _spans("Okafor", *low) == [("Okafor", Label.PATIENT)]  # listed
    assert _spans("Zuwerika", *low) == [("Zuwerika", Label.PATIENT)]  # in no list at all
    assert _spans("Crohn", *low) == []  # an eponym
    assert _spans("Effusion", *low) == []
    assert _spans("okafor", *low) == []
