"""A value found once is found everywhere, in the forms in which it may stand; common words are not."""

from __future__ import annotations

import pytest

from clinx_hf.phi import Label, Span
from clinx_hf.text.forms_of_values import confusable
from clinx_hf.text.propagation import propagate
from clinx_hf.text.rules import find


def spread(text: str, *named: tuple[str, Label]) -> set[str]:
    spans = [Span(text.index(v), text.index(v) + len(v), label, 0.9, "model") for v, label in named]
    return {text[s.start : s.end] for s in propagate(text, spans)}


NAME = ("Núria Ortegal-Bravo", Label.PATIENT)


@pytest.mark.parametrize(
    ("form", "found"),
    [
        ("seen: ORTEGAL, NURIA", {"ORTEGAL", "NURIA"}),
        ("Ortegal's chart", {"Ortegal"}),
        ("ask N. Ortegal now", {"N. Ortegal"}),
        ("ask Ortegal N now", {"Ortegal N"}),
        ("signed N.B. today", {"N.B."}),
        ("0rtega1 on the film", {"0rtega1"}),
        ("file ortegal_nuria.pdf", {"ortegal", "nuria"}),
        ("mail nortegal@x", set()),
        ("mail nbravo@x", {"nbravo"}),
        ("nuria said", {"nuria"}),
    ],
)
def test_forms_of_a_name(form: str, found: set[str]) -> None:
    assert found <= spread(f"Patient Núria Ortegal-Bravo came.\n{form}", NAME)


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Will Stone left. A stone was seen; will call. STONE PROTOCOL CT",
        "Dr. Parkinsen-Hunt, Alois Crohnen. Crohnen disease was told.",
        "Cliff Waters fell. The cliff was low and the waters clear.",
    ],
)
def test_words_that_mean_something_else_stay(text: str) -> None:
    name = {"D": "Will Stone", "C": "Cliff Waters"}[text[0]] if "Parkinsen" not in text else "Alois Crohnen"
    rest = text.index(".") + 1 if "Stone" not in text else text.index("left")
    start = text.index(name)
    found = propagate(text, [Span(start, start + len(name), Label.DOCTOR, 0.9, "model")])
    assert not [text[s.start : s.end] for s in found if s.start > start + len(name) + 2 and s.start > rest]


def test_codes_and_places_spread_in_any_case_and_with_any_signs() -> None:
    text = "MRN 0048-2716 at Tamarisk Valley Hospital. Again: 00482716; TAMARISK VALLEY HOSPITAL"
    found = propagate(text, [Span(4, 13, Label.MRN, 0.9), Span(17, 41, Label.HOSPITAL, 0.98)])
    assert {text[s.start : s.end] for s in found} >= {"00482716", "TAMARISK VALLEY HOSPITAL"}


def test_what_the_model_is_unsure_of_does_not_spread() -> None:
    text = "Okeefer came. Okeefer left."
    assert propagate(text, [Span(0, 7, Label.PATIENT, 0.3, "model")]) == []


def test_confused_signs_are_one() -> None:
    assert confusable("Sm1th") == confusable("SMITH") != confusable("Smart")


def test_every_rule_has_its_own_name_as_source() -> None:
    assert {s.source for s in find("mail a.b@mail.example.org")} >= {"rule:emails"}
