"""The shadow of a text: every form folds to the plain one, every place leads back."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinx_hf.text.folding import fold

ANYTHING = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
ODD = st.text(
    st.sampled_from("aé\u0301\u0327\u200b\u200d\xad\x00\ufeff\ud800\u05d0\u202e5\u0665\uff15 \xa0-\u2013\n"),
    max_size=40,
)


@pytest.mark.parametrize(
    ("text", "shadow"),
    [
        ("plain ASCII, 3/4/2021\n\tend", "plain ASCII, 3/4/2021\n\tend"),
        ("\uff15\uff15\uff15\uff0d\uff10\uff11\uff19\uff19", "555-0199"),
        ("\u0665\u0665\u0665", "555"),
        ("\u096b\u096b\u096b", "555"),
        ("\U0001d7d3\U0001d7d3", "55"),
        ("555\u2011019\u20139\u2212", "555-019-9-"),
        ("555\xa00199\u202f5\u3000", "555 0199 5 "),
        ("\u201cO\u2019Brien\u201d", '"O\'Brien"'),
        ("3\u20444\u22152021", "3/4/2021"),
        ("5\u200b5\u200d5\u2060-\ufeff0\xad1\x0099", "555-0199"),
        ("Jose\u0301 Nun\u0303ez", "José Nuñez"),
        ("\uff21\uff42\uff03", "Ab#"),
        ("5\ufe0f\u20e35", "55"),
        ("10\u2079/L", "10\u2079/L"),  # a power is no digit of the number
        ("\u0915\u093f", "\u0915\u093f"),  # an Indic vowel sign stays
        ("a\u2028b\x85c", "a\nb\nc"),
        ("\ud800 \udfff", "\ud800 \udfff"),
        ("\u0301x", "x"),
        ("", ""),
    ],
)
def test_forms_fold(text: str, shadow: str) -> None:
    assert fold(text).text == shadow


@given(ANYTHING | ODD)
def test_every_place_leads_back(text: str) -> None:
    folded = fold(text)
    size = len(folded.text)
    assert len(folded.to_source) == size + 1
    assert folded.to_source[size] == len(text)
    places = list(folded.to_source)
    assert places[:size] == sorted(set(places[:size]))
    for i in range(size):
        start, end = folded.span(i, i + 1)
        assert start == places[i] < end <= max(places[i + 1], start + 1)
        assert fold(text[start:end]).text[:1] == folded.text[i]


@given(st.text(st.characters(codec="ascii", exclude_categories=("Cc",))))
def test_ascii_is_its_own_shadow(text: str) -> None:
    folded = fold(text)
    assert folded.text == text
    assert list(folded.to_source) == list(range(len(text) + 1))


@given(st.text(st.sampled_from("abz059éßñ"), min_size=1), st.data())
def test_widthless_characters_change_nothing(word: str, data: st.DataObject) -> None:
    fillers = data.draw(
        st.lists(
            st.text(st.sampled_from("\u200b\u200d\xad\x00\u202e\ufeff")),
            min_size=len(word),
            max_size=len(word),
        )
    )
    text = "".join(letter + filler for letter, filler in zip(word, fillers, strict=True))
    assert fold(text).text == fold(word).text
    assert fold(text).span(0, len(word))[0] == 0


@given(st.text(st.characters(categories=("Lu", "Ll"), max_codepoint=0x24F), max_size=30))
def test_decomposed_and_composed_are_one(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    if len(unicodedata.normalize("NFC", decomposed)) == len(text):
        assert fold(decomposed).text == fold(unicodedata.normalize("NFC", decomposed)).text


def test_long_runs_are_fast() -> None:
    text = "e" + "\u0301\u0316" * 200_000 + "5\u200b" * 100_000
    assert fold(text).text == "é" + "5" * 100_000
