"""Ages: the number of years alone, with its unit below a year."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinx_hf.phi import Label
from clinx_hf.text.rules import find


def ages(text: str) -> set[str]:
    return {text[span.start : span.end] for span in find(text) if span.label is Label.AGE}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a 58-year-old woman", {"58"}),
        ("52F with pain", {"52"}),
        ("73 y/o male", {"73"}),
        ("45yo with cough", {"45"}),
        ("aged 58 years", {"58"}),
        ("Age: 73", {"73"}),
        ("AGE 91  SEX F", {"91"}),
        ("(0010,1010) AS [045Y]", {"045Y"}),
        ("a 7 months old boy", {"7 months"}),
        ("Edad: 62 años", {"62 años"}),
        ("varón de 82 años", {"82 años"}),
        ("Brother Rafael, 10, has started", {"10"}),
        ("her son Kuba (6) and", {"6"}),
        ("She is 52, still working", {"52"}),
        ("father died at 71 of a stroke", {"71"}),
        ("Thelma Boudreaux, 90, lives alone", {"90"}),
        ("DOB 02/03/1988 (34)", {"34"}),
        ("M/23 from town", {"23"}),
        ("HARLEEN  F  34Y", {"34"}),
        ("in her late 60s", {"late 60s"}),
    ],
)
def test_found(text: str, expected: set[str]) -> None:
    assert ages(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "26 weeks pregnant, 28/40",
        "women over 65 years old should",
        "3 years ago",
        "smoked 20 years",
        "3M dressing",
        "walks 30 m",
        "normal for age. 1. No acute finding",
        "patients aged 18 to 65",
        "Using 5-0 Monocryl, 4 sutures",
        "Pulse is 78.",
        "Incisions (5) closed",
        "DM2 14 años",
        "PT 13, INR 0.96",
        "on Sunday, 07/19/04",
    ],
)
def test_not_found(text: str) -> None:
    assert ages(text) == set()


@given(st.integers(1, 110), st.sampled_from(["{}-year-old", "{} y/o", "{}yo", "Age: {}", "aged {}", "{} years old"]))
def test_every_age_is_found(years: int, form: str) -> None:
    assert str(years) in ages(f"Patient, {form.format(years)} with cough.")
