"""Carriers are read and refilled without losing a mention."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinx_hf.errors import BadInput
from clinx_hf.phi import Label
from clinx_hf.synthesis.noise import add_noise, without
from clinx_hf.synthesis.notes import Note, carriers, parse_markup

pytest.importorskip("faker", reason="refilling needs the train extra")

from clinx_hf.synthesis.refill import Refiller

NOTES = carriers()
REFILLER = Refiller(NOTES)


def test_there_are_over_a_thousand_carriers_with_unique_names():
    assert len(NOTES) > 1000
    assert len({note.id for note in NOTES}) == len(NOTES)


@pytest.mark.parametrize("markup", ["<<NAME:x>>", "<<PATIENT:x>>", "a << b", "<<DATE:3/4>> b >>"])
def test_faulty_markup_is_refused(markup):
    with pytest.raises(BadInput):
        parse_markup(markup)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(NOTES), st.integers(0, 2**32))
def test_refilling_keeps_text_around_mentions_and_their_labels(note, seed):
    new = REFILLER.refill(note, Random(seed))
    assert [m.label for m in new.mentions] == [m.label for m in note.mentions]
    assert _between(new) == _between(note)
    noisy = add_noise(new, Random(seed))
    assert len(noisy.mentions) == len(new.mentions)
    assert all(0 <= m.start < m.end <= len(noisy.text) for m in noisy.mentions)


@given(st.sampled_from(NOTES), st.sets(st.integers(0, 300)))
def test_dropped_characters_leave_every_mention_its_own_text(note, gone):
    def left(start, end):
        return "".join(c for i, c in enumerate(note.text[start:end], start) if i not in gone)

    kept = without(note, gone)
    assert kept.text == left(0, len(note.text))
    expected = [left(m.start, m.end) for m in note.mentions]
    assert [kept.text[m.start : m.end] for m in kept.mentions] == [text for text in expected if text]


def _between(note):
    borders = [0, *(x for m in note.mentions for x in (m.start, m.end)), len(note.text)]
    return [note.text[start:end] for start, end in zip(borders[::2], borders[1::2], strict=True)]


def test_all_forms_of_a_person_change_together():
    text, mentions = parse_markup(
        "<<PATIENT#1f:Garcia, Maria>> came. Ms. <<PATIENT#1f:GARCIA>> said <<PATIENT#1f:Maria>> is fine. <<PATIENT#1f:MG>>"
    )
    new = REFILLER.refill(Note("x", "k", "en", text, mentions), Random(1))
    full, upper, given_name, initials = (new.text[m.start : m.end] for m in new.mentions)
    family, first = full.split(", ")
    assert upper == family.upper()
    assert given_name == first
    assert initials == (first[0] + family[0]).upper()
    assert "Garcia" not in new.text


def test_the_same_code_gets_the_same_new_code():
    text, mentions = parse_markup("MRN <<MRN:00-482>>, again <<MRN:00-482>>")
    new = REFILLER.refill(Note("x", "k", "en", text, mentions), Random(4))
    one, two = (new.text[m.start : m.end] for m in new.mentions)
    assert one == two != "00-482"
    assert new.mentions[0].label == Label.MRN
