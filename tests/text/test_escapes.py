"""Escapes and look-alikes hide nothing, and places are always those of the input."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinx_hf.phi import Label, Policy
from clinx_hf.text import rules
from clinx_hf.text.folding import fold
from clinx_hf.text.fusion import fuse

PIECES = st.sampled_from(
    [
        "&nbsp;",
        "&eacute;",
        "<b>",
        "</b>",
        "<br/>",
        "\\'e9",
        "\\u00e9",
        "&#233;",
        "&",
        "<",
        "\\",
        "Ann",
        " ",
        "7",
        "\u0456",
        "\u200b",
        "e\u0301",
        "\U0001f600",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_every_character_of_the_shadow_has_its_place(text: str) -> None:
    folded = fold(text)
    assert len(folded.to_source) == len(folded.text) + 1
    assert len(folded.ends) == len(folded.text)
    for i in range(len(folded.text)):
        start, end = folded.span(i, i + 1)
        assert 0 <= start < end <= len(text)
    assert list(folded.to_source) == sorted(folded.to_source)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Patient:&nbsp;Jos&eacute; Smi<b>th</b>", "Patient: José Smith"),
        ("{\\rtf1\\ansi Patient: Ren\\'e9 Dupr\\'e9\\par MRN\\b : 7}", "{Patient: René Dupré\nMRN: 7}"),
        ("Zo\\u00eb", "Zoë"),
        ("<td>Ann</td><td>Lee</td>", "\nAnn\n\nLee\n"),
        ("Sm\u0456th, Sm\u0456th", "Smith, Smith"),
        ("55\u041e-0199", "550-0199"),
        ("\u041c\u043e\u0441\u043a\u0432\u0430", "\u041c\u043e\u0441\u043a\u0432\u0430"),
        ('<span title="Ann">x</span>', '<span title="Ann">x'),
        ("a < b & c > d; C:\\users", "a < b & c > d; C:\\users"),
    ],
)
def test_what_a_reader_sees(text: str, seen: str) -> None:
    assert fold(text).text == seen


@pytest.mark.parametrize(
    "text",
    [
        "MRN: 00<i>48</i>2716 ok",
        "MRN:&nbsp;00482716 ok",
        "MRN: 0048\u200b2716 \U0001f600 ok",
        "MRN: \u041e\u041e482716 ok",
        "MRN: 0\u03cc482716 ok".replace("\u03cc", "0\u0301"),
        "{\\rtf1 MRN: 0048\\b 2716\\b0  ok}",
    ],
)
def test_a_number_is_removed_however_it_is_written(text: str) -> None:
    folded = fold(text)
    spans, _ = fuse(folded.text, rules.find(folded.text), Policy.STRICT)
    mrn = [span for span in spans if span.label == Label.MRN]
    assert mrn
    start, end = folded.span(mrn[0].start, mrn[0].end)
    left = fold(text[:start] + text[end:]).text
    assert not any(digit in left.replace("rtf1", "") for digit in "48276")
    assert "ok" in left
