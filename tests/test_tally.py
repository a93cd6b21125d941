"""Counts merge like numbers and cannot hold text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinx_hf.phi import Label
from clinx_hf.tally import Case, Entry, Tally

additions = st.lists(
    st.tuples(
        st.sampled_from(list(Case)),
        st.one_of(st.none(), st.sampled_from(list(Label))),
        st.sampled_from(["", "model", "rule:dates", "overlay"]),
        st.integers(0, 5),
    )
)


def tally_of(items):
    tally = Tally()
    for item in items:
        tally.add(*item)
    return tally


@given(additions, additions)
def test_counting_apart_and_adding_is_counting_together(left, right):
    together = tally_of(left + right)
    assert tally_of(left) + tally_of(right) == together
    assert tally_of(right) + tally_of(left) == together
    merged = tally_of(left)
    merged.merge(tally_of(right))
    assert merged == together


def test_totals_are_by_case_and_label():
    tally = tally_of([(Case.IDENTIFIER, Label.DATE, "model", 2), (Case.IDENTIFIER, Label.MRN, "rule:numbers", 1)])
    assert tally.total(Case.IDENTIFIER) == 3
    assert tally.total(Case.IDENTIFIER, Label.MRN) == 1
    assert tally.total(Case.TEXT) == 0
    assert next(iter(tally.entries())) == Entry(Case.IDENTIFIER, Label.DATE, "model", 2)
    assert tally.as_dict() == {"identifier DATE model": 2, "identifier MRN rule:numbers": 1}


@pytest.mark.parametrize("source", ["John Smith", "rule:4832219", "Model", "rule:dates\n"])
def test_a_source_cannot_hold_text(source):
    with pytest.raises(ValueError, match="lower-case words"):
        Tally().add(Case.IDENTIFIER, Label.DATE, source)


@pytest.mark.parametrize("count", [-1, 0.5])
def test_a_count_is_a_whole_number(count):
    with pytest.raises(ValueError, match="whole number"):
        Tally().add(Case.ROW, count=count)


def test_a_label_must_be_one_of_ours():
    with pytest.raises(ValueError, match="Label"):
        Tally().add(Case.IDENTIFIER, "SMITH")
