"""Gaps: what is swallowed with an identifier, what is told of it, and that nothing of it is told."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinx_hf.phi import LABELS, Label, Span
from clinx_hf.synthesis.notes import parse_markup
from clinx_hf.text import lists
from clinx_hf.text.fence import protected
from clinx_hf.text.gaps import find_gaps
from clinx_hf.text.hints import all_hints
from clinx_hf.text.rewriter import prompt, windows


def _gaps(marked):
    text, mentions = parse_markup(marked)
    spans = [Span(m.start, m.end, m.label) for m in mentions]
    return text, find_gaps(text, spans, [text[s.start : s.end] for s in spans])


@pytest.mark.parametrize(
    ("marked", "swallowed", "hints"),
    [
        ("seen by Dr. <<DOCTOR#1u:Lee>>.", ["Dr. Lee"], [set()]),
        ("<<PATIENT#1m:Smith>> and Mr. <<PATIENT#1m:Smith>>", ["Smith", "Mr. Smith"], [{"m"}, {"m", "again"}]),
        ("her daughter <<PERSON#1f:Kim>> came", ["daughter Kim"], [{"noun", "f"}]),
        ("Her mother, <<PERSON#1f:Ann>>, left", ["mother, Ann,"], [{"noun", "f"}]),
        ("a nurse, <<DOCTOR#1f:Ann>> and", ["Ann"], [set()]),
        ("a <<AGE:64>>-year-old man", ["a 64-year-old man"], [{"years", "indef", "noun", "m", "sixties"}]),
        ("<<AGE:58>> F admitted", ["58 F"], [{"years", "noun", "f", "fifties"}]),
        ("died at <<AGE:7 months>>", ["at 7 months"], [{"prep", "infant"}]),
        ("seen on <<DATE:3 March 2021>>", ["on 3 March 2021"], [{"prep", "spring"}]),
        ("since <<DATE:2003>>", ["2003"], [{"year"}]),
        ("he is a <<PROFESSION:retired bus driver>>", ["a retired bus driver"], [{"indef", "transport", "retired"}]),
        ("at the <<HOSPITAL:Hill Clinic>>", ["the Hill Clinic"], [{"clinic"}]),
        (
            "<<STREET:1 Elm St>>, <<CITY:Ayr>> <<ZIP:KA7>>",
            ["1 Elm St", ", Ayr", " KA7"],
            [set(), {"joined"}, {"joined"}],
        ),
        ("rm <<LOCATION:12>>", ["rm 12"], [{"noun"}]),
        ("an <<COUNTRY:Italian>> nurse", ["an Italian"], [{"adj", "dropped", "indef"}]),
    ],
)
def test_a_gap_takes_in_what_is_attached(marked, swallowed, hints):
    text, gaps = _gaps(marked)
    assert [text[g.span.start : g.span.end] for g in gaps] == swallowed
    assert [set(g.hints) for g in gaps] == hints


@given(st.lists(st.tuples(st.sampled_from(LABELS), st.text("aZ '-,.0m\n", max_size=12)), max_size=12))
def test_gaps_never_overlap_and_hold_their_identifier(parts):
    text, spans = "", []
    for label, before in parts:
        text += before
        spans.append(Span(len(text), len(text) + 4, label))
        text += "Xq7z"
    gaps = find_gaps(text, spans, ["3 March"] * len(spans))
    assert [g.inner for g in gaps] == spans
    for gap in gaps:
        assert gap.span.start <= gap.inner.start < gap.inner.end <= gap.span.end
        assert set(gap.hints) <= set(all_hints())
    for one, two in pairwise(gaps):
        assert one.span.end <= two.span.start


@given(st.lists(st.tuples(st.sampled_from(LABELS), st.text("abc ,.\n", max_size=150)), min_size=1, max_size=30))
def test_no_identifier_reaches_the_model(parts):
    text, spans = "", []
    for label, before in parts:
        text += before
        spans.append(Span(len(text), len(text) + 5, label))
        text += "ΩΨΩΨΩ"
    gaps = find_gaps(text, spans, ["[X]"] * len(spans))
    seen = []
    for first, last in windows(gaps):
        asked = prompt(text, gaps, first, last)
        assert not {"Ω", "Ψ", "ω", "ψ"} & set(asked)
        assert asked.count("<g") == last - first
        seen += range(first, last)
    assert seen == list(range(len(gaps)))


def test_digits_and_capitals_do_not_reach_the_model():
    text, gaps = _gaps("BP 148/90, seen by <<DOCTOR#1u:Lee>>\non the Ward")
    assert prompt(text, gaps, 0, 1) == "bp 000/00, seen by <g0><DOCTOR><nl>on the ward"


def test_attached_words_are_no_numbers_units_negations_or_sides():
    for row in lists.rows("attached_words"):
        if len(row[0]) > 1:  # "M" behind an age is a man
            assert not protected(row[0]), row[0]


def test_a_season_is_that_of_the_surrogate():
    text = "on 3 March 2021"
    (gap,) = find_gaps(text, [Span(3, 15, Label.DATE)], ["9 October 2020"])
    assert set(gap.hints) == {"prep", "autumn"}


def test_the_language_is_judged_by_what_stands_outside_the_gaps():
    _, (gap,) = _gaps("Paciente vista por la Dra. <<DOCTOR#1f:Ruiz>> en el hospital, con fiebre desde ayer")
    assert "es" in gap.hints
    _, (gap,) = _gaps("Seen by <<DOCTOR#1f:María de los Ángeles del Río y Paz>>")
    assert "es" not in gap.hints
