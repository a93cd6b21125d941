"""The fence: no digit, no identifier, no clinical statement, no unknown word passes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinx_hf.phi import Label, Span
from clinx_hf.text import lists
from clinx_hf.text.fence import LONGEST, Fence, protected, vocabulary
from clinx_hf.text.gaps import Gap
from clinx_hf.text.people import known_name_words

# Words of fillers that some people bear as names; in lower case inside a filler they name nobody.
_ALSO_NAMES = frozenset(
    "an autumn bridge charity de del doctor el her la lady lago man mercado my on park sala summer that the to una ward "
    "winter y young".split()
)


def _gap(label=Label.PATIENT, hints=(), noun=""):
    span = Span(0, 4, label)
    return Gap(span, span, hints, noun)


def test_a_plain_filler_passes():
    fence = Fence.around([(Label.PATIENT, "John Smith"), (Label.DATE, "3 March 2021")])
    assert fence.passes("the patient", _gap())
    assert fence.passes("in his sixties", _gap(Label.AGE, ("sixties",)))
    assert fence.passes("that spring", _gap(Label.DATE, ("spring",)))


@pytest.mark.parametrize(
    "filler",
    [None, "", "the patient 2", "the Patient", "the zorgon", "not the patient", "the left man", "the patient.",
     "the patient\n", "the patient,", "smith", "the smith", "the patient " * 9, "in 2021", "x", "the  patient", "the the patient", "²"],
)  # fmt: skip
def test_what_is_no_filler_is_refused(filler):
    assert not Fence.around([(Label.PATIENT, "John Smith")]).passes(filler, _gap())


def test_words_of_names_are_refused_however_they_are_written():
    for name in ("Ana Dóctor", "DOCTOR, A", "ｄｏｃｔｏｒ", "doc\u200btor"):
        assert not Fence.around([(Label.PERSON, name)]).passes("the doctor", _gap(Label.DOCTOR))
    assert Fence.around([(Label.PERSON, "Ana")]).passes("the doctor", _gap(Label.DOCTOR))


def test_a_generic_value_may_share_a_word_but_not_come_back_whole():
    fence = Fence.around([(Label.PROFESSION, "farm worker"), (Label.HOSPITAL, "Hill Hospital")])
    assert not fence.passes("farm worker", _gap(Label.PROFESSION))
    assert fence.passes("a food worker", _gap(Label.PROFESSION, ("food",)))
    assert fence.passes("the hospital", _gap(Label.HOSPITAL))


def test_only_a_joined_or_dropped_gap_may_be_emptied():
    fence = Fence.around([])
    assert fence.passes("", _gap(Label.CITY, ("joined",)))
    assert not fence.passes("", _gap(Label.CITY))


def test_a_swallowed_noun_must_be_written_again_once():
    fence = Fence.around([])
    gap = _gap(Label.PERSON, ("noun",), "sister-in-law")
    assert fence.passes("the sister-in-law", gap)
    assert not fence.passes("the relative", gap)
    assert not fence.passes("sister-in-law sister-in-law", gap)


@given(st.text(max_size=60))
def test_what_passes_is_short_known_and_harmless(filler):
    if Fence.around([]).passes(filler, _gap()):
        assert len(filler) <= LONGEST
        assert not any(c.isdigit() for c in filler)
        assert set(filler.split()) <= vocabulary()
        assert not protected(filler)


def test_the_vocabulary_holds_no_name_and_nothing_clinical():
    given_names, family_names = known_name_words()
    both = vocabulary() | vocabulary(spanish=True)
    assert {w for w in both if w in given_names or w in family_names} <= _ALSO_NAMES
    assert not [w for w in both if protected(w) or any(c.isdigit() for c in w)]
    assert not both & lists.words("months")


def test_a_filler_is_of_the_language_of_its_text():
    fence = Fence.around([])
    assert fence.passes("el paciente", _gap(hints=("es",)))
    assert not fence.passes("el paciente", _gap())
    assert not fence.passes("the patient", _gap(hints=("es",)))


def test_protected_counts_numbers_units_negations_and_sides():
    assert protected("No 5 mg in the LEFT arm, denies pain") == protected("denies left 5mg no")
    assert protected("the patient, M") == protected("")
    assert protected("5 mg") != protected("5 g")


@pytest.mark.parametrize(
    ("label", "hints", "right", "wrong"),
    [
        (Label.AGE, ("sixties",), "in her sixties", "in her twenties"),
        (Label.AGE, ("years", "eighties"), "elderly", "young adult"),
        (Label.DATE, ("spring",), "that spring", "that winter"),
        (Label.DATE, (), "that day", "that winter"),
        (Label.PROFESSION, ("food",), "a food worker", "a farm worker"),
        (Label.HOSPITAL, ("pharmacy",), "the pharmacy", "the nursing home"),
    ],
)
def test_a_filler_may_not_contradict_what_is_known(label, hints, right, wrong):
    fence = Fence.around([])
    assert fence.passes(right, _gap(label, hints))
    assert not fence.passes(wrong, _gap(label, hints))
