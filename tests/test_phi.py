"""Labels, policies and spans."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinx_hf import phi
from clinx_hf.errors import BadSetting
from clinx_hf.phi import CATEGORY, LABELS, Label, Policy, Span


def test_there_are_28_labels_each_with_a_category():
    assert len(LABELS) == 28
    assert set(CATEGORY) == set(LABELS)
    assert CATEGORY[Label.MRN] == "H"
    assert CATEGORY[Label.DEVICE] == "M"
    assert CATEGORY[Label.STATE] == CATEGORY[Label.COUNTRY] == "-"


@pytest.mark.parametrize(
    ("policy", "kept"),
    [
        ("safe-harbor", {"PROFESSION", "STATE", "COUNTRY", "AGE"}),
        ("strict", set()),
        ("limited-dataset", {"PROFESSION", "CITY", "STATE", "COUNTRY", "ZIP", "DATE", "AGE"}),
    ],
)
def test_policies_keep_what_the_label_table_says(policy, kept):
    assert set(LABELS) - phi.removed_labels(policy) == kept


def test_unknown_policy_is_refused_with_the_offered_ones():
    with pytest.raises(BadSetting, match="safe-harbor, strict, limited-dataset"):
        phi.as_policy("hipaa")


@pytest.mark.parametrize(
    ("text", "old"),
    [
        ("89", False),
        ("90", True),
        ("103", True),
        ("ninety-two", True),
        ("045Y", False),
        ("092Y", True),
        ("95 months", False),
    ],
)
def test_only_ages_above_89_are_old(text, old):
    assert phi.is_old_age(text) is old


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("94110", "941"),
        ("94110-1234", "941"),
        ("03601", None),
        ("36901", None),
        ("20501", None),
        ("SW1A 1AA", None),
        ("00012", None),
    ],
)
def test_zip3_only_where_the_union_of_both_lists_allows(text, kept):
    assert phi.zip3_of(text) == kept


@given(st.integers(1800, 2099))
def test_years_are_read_from_any_date(year):
    assert phi.year_of(f"March 3, {year}") == str(year)
    assert phi.is_bare_year(str(year))
    assert not phi.is_bare_year(f"3/{year}")


@pytest.mark.parametrize(("start", "end"), [(3, 3), (4, 2), (-1, 2)])
def test_a_span_holds_at_least_one_character(start, end):
    with pytest.raises(ValueError, match="start"):
        Span(start, end, Label.DATE)


def test_policy_names_are_the_contract():
    assert [p.value for p in Policy] == ["safe-harbor", "strict", "limited-dataset"]
