"""Spans of several sources become one set; nothing that was marked is lost."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinx_hf.phi import LABELS, Label, Policy, Span
from clinx_hf.text.fusion import fuse, propagate, protect, resolve, revealing_years

TEXT = "x" * 60
spans = st.builds(
    lambda start, size, label, score: Span(start, start + size, label, score, "model"),
    st.integers(0, 49),
    st.integers(1, 10),
    st.sampled_from(LABELS),
    st.floats(0.01, 1),
)


@given(st.lists(spans, max_size=12))
def test_resolving_loses_no_character_and_leaves_no_overlap(found):
    final = resolve(TEXT, found)
    covered = {i for s in final for i in range(s.start, s.end)}
    assert {i for s in found for i in range(s.start, s.end)} <= covered
    assert all(a.end <= b.start for a, b in pairwise(final))


@given(st.lists(spans, max_size=12), st.randoms())
def test_the_order_of_sources_does_not_matter(found, random):
    shuffled = list(found)
    random.shuffle(shuffled)
    assert resolve(TEXT, found) == resolve(TEXT, shuffled)


def _span(text: str, value: str, label: Label) -> Span:
    start = text.index(value)
    return Span(start, start + len(value), label, 0.9, "model")


def _fused(text: str, policy: Policy, *named: tuple[str, Label]) -> list[str]:
    final, _ = fuse(text, [_span(text, value, label) for value, label in named], policy)
    return [text[s.start : s.end] for s in final]


def test_a_name_found_once_is_found_everywhere():
    text = "Patient: Garcia, Maria. GARCIA was seen; Maria's garcia is left."
    assert _fused(text, Policy.STRICT, ("Garcia, Maria", Label.PATIENT)) == [
        "Garcia, Maria",
        "GARCIA",
        "Maria",
        "garcia",
    ]


def test_common_words_of_names_are_not_propagated():
    text = "Dr. Will May said it may help. May we wait? Will do."
    assert propagate(text, [_span(text, "Will May", Label.DOCTOR)]) == []


def test_safe_harbor_keeps_ages_to_89_and_bare_years():
    named = (("89", Label.AGE), ("93", Label.AGE), ("2011", Label.DATE), ("3/4/2011", Label.DATE))
    assert _fused("Ages 89 and 93, in 2011 and on 3/4/2011", Policy.SAFE_HARBOR, *named) == ["93", "3/4/2011"]
    assert len(_fused("Ages 89 and 93, in 2011 and on 3/4/2011", Policy.STRICT, *named)) == 4


def test_a_birth_year_that_reveals_an_age_above_89_goes_along():
    text = "93 years old in 2021, born 1928, hip replaced 2004."
    found = [_span(text, "93", Label.AGE), *(_span(text, y, Label.DATE) for y in ("2021", "1928", "2004"))]
    assert revealing_years(text, found) == {"1928"}
    final, _ = fuse(text, found, Policy.SAFE_HARBOR)
    assert [text[s.start : s.end] for s in final] == ["93", "1928"]


def test_a_kept_label_never_shields_a_removed_one():
    text = "Baker Street clinic"
    found = [Span(0, 5, Label.PROFESSION, 0.99), Span(0, 12, Label.STREET, 0.3)]
    final, _ = fuse(text, found, Policy.SAFE_HARBOR)
    assert [(s.start, s.end) for s in final] == [(0, 12)]


@pytest.mark.parametrize(
    ("text", "value", "score", "kept"),
    [
        ("Effusion seen", "Effusion", 0.9, False),
        ("Effusion seen", "Effusion", 0.99, True),
        ("Pons normal", "Pons", 0.2, False),
        ("Pons normal", "Pons", 0.9, True),
        ("seen with Carry at noon", "Carry", 0.5, True),
        ("asked doctor bright twice", "bright", 0.4, True),
        ("asked for Okafor", "Okafor", 0.2, True),
        ("the KH rechecked", "KH", 0.2, True),
        ("refused her Seroquel today", "Seroquel", 0.8, False),
        ("Tofranil", "Tofranil", 0.97, False),
        ("asked Dr. Seroquel today", "Seroquel", 0.8, True),
        ("man with ESLD and gout", "ESLD", 0.4, False),
        ("man with ESLD and gout", "ESLD", 0.7, True),
    ],
)
def test_clinical_words_are_protected_from_an_unsure_model(text, value, score, kept):
    start = text.index(value)
    assert bool(protect(text, [Span(start, start + len(value), Label.PATIENT, score, "model")])) is kept


def test_a_clinical_word_inside_a_longer_name_is_not_protected():
    text = "seen at Mater Bayside Private today"
    found = [Span(8, 21, Label.HOSPITAL, 0.4, "model"), Span(22, 29, Label.HOSPITAL, 0.3, "model")]
    assert protect(text, found) == found


def test_rules_and_codes_are_never_protected_from():
    text = "left 4 liver"
    rule = Span(0, 4, Label.PATIENT, 0.3, "rule:names")
    code = Span(0, 6, Label.PATIENT, 0.3, "model")
    assert protect(text, [rule, code]) == [rule, code]
