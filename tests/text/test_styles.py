"""Replacements of every style."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinx_hf.errors import BadSetting
from clinx_hf.phi import Label, Policy, Span
from clinx_hf.text.styles import STYLES, style_named
from clinx_hf.text.styles.replacing import Document


def _document(text: str, *named: tuple[str, Label], **settings) -> Document:
    spans, at = [], 0
    for value, label in named:
        start = text.index(value, at)
        at = start + len(value)
        spans.append(Span(start, at, label))
    return Document(text, tuple(spans), settings.pop("policy", Policy.SAFE_HARBOR), **settings)


def test_tags_name_the_label():
    document = _document("Ann Lee, 3/4/2021", ("Ann Lee", Label.DOCTOR), ("3/4/2021", Label.DATE))
    assert STYLES["tag"](document) == ["[DOCTOR]", "[DATE]"]


def test_tags_keep_year_and_zip3_only_where_asked_and_allowed():
    named = (("3/4/2021", Label.DATE), ("94110", Label.ZIP), ("03601", Label.ZIP), ("3/4", Label.DATE))
    text = "3/4/2021 94110 03601 3/4"
    keep = frozenset({"year", "zip3"})
    assert STYLES["tag"](_document(text, *named, keep=keep)) == [
        "[DATE 2021]",
        "[ZIP 941]",
        "[ZIP]",
        "[DATE]",
    ]
    assert STYLES["tag"](_document(text, *named, keep=keep, policy=Policy.STRICT)) == [
        "[DATE]",
        "[ZIP]",
        "[ZIP]",
        "[DATE]",
    ]


def test_a_revealing_year_is_not_kept():
    document = _document(
        "born 3/4/1928",
        ("3/4/1928", Label.DATE),
        keep=frozenset({"year"}),
        revealing_years=frozenset({"1928"}),
    )
    assert STYLES["tag"](document) == ["[DATE]"]


def test_ages_above_89_become_90_plus():
    document = _document("aged 93", ("93", Label.AGE))
    assert STYLES["tag"](document) == STYLES["surrogate"](document) == ["90+"]


@given(st.text(min_size=1, max_size=40))
def test_masks_have_the_length_of_what_they_hide(value):
    document = Document(value, (Span(0, len(value), Label.ID),), Policy.STRICT)
    (masked,) = STYLES["mask"](document)
    assert len(masked) == len(value)
    assert set(masked) <= {"█", "\n", "\r"}


_TEXT = "Garcia, Maria came. Ms. Garcia, MRN 00-482, on 3 March 2021; MRN 00-482."
_NAMED = (
    ("Garcia, Maria", Label.PATIENT),
    ("Garcia", Label.PATIENT),
    ("00-482", Label.MRN),
    ("3 March 2021", Label.DATE),
    ("00-482", Label.MRN),
)


@pytest.mark.parametrize("key", [None, b"a secret of sixteen bytes"])
def test_surrogates_are_consistent_and_never_the_original(key):
    document = _document(_TEXT, *_NAMED, key=key)
    full, short, first, date, second = STYLES["surrogate"](document)
    assert full.split(",")[0] == short
    assert first == second != "00-482"
    assert len(first) == 6
    assert date != "3 March 2021"
    assert re.fullmatch(r"\d\d? [A-Z][a-z]+ 202[0-2]", date)
    assert "garcia" not in (full + short).lower()
    assert STYLES["surrogate"](document) == [full, short, first, date, second]


def test_with_a_key_values_agree_over_documents_and_differ_between_keys():
    one = _document("MRN 00-482-19", ("00-482-19", Label.MRN), key=b"k" * 16)
    other = _document("x y 00-482-19", ("00-482-19", Label.MRN), key=b"k" * 16)
    third = _document("MRN 00-482-19", ("00-482-19", Label.MRN), key=b"q" * 16)
    assert STYLES["surrogate"](one) == STYLES["surrogate"](other) != STYLES["surrogate"](third)


def test_without_a_key_the_draw_does_not_depend_on_the_value():
    """Nobody can test a guess by replaying it."""
    one = _document("MRN 00-482-19", ("00-482-19", Label.MRN))
    other = _document("MRN 77-315-62", ("77-315-62", Label.MRN))
    assert STYLES["surrogate"](one) == STYLES["surrogate"](other)


def test_an_unknown_style_is_refused():
    with pytest.raises(BadSetting, match="tag, mask, surrogate"):
        style_named("blackout")
