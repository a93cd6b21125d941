"""Values of several kinds in one span are told apart, and no letter is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinx_hf.phi import Label, Span
from clinx_hf.text.parting import part


@pytest.mark.parametrize(
    ("value", "label", "expected"),
    [
        ("28021 Madrid", Label.CITY, [("28021", "ZIP"), ("Madrid", "CITY")]),
        ("Coslada. Madrid", Label.CITY, [("Coslada", "CITY"), ("Madrid", "CITY")]),
        ("28905 Getafe - Madrid", Label.CITY, [("28905", "ZIP"), ("Getafe", "CITY"), ("Madrid", "CITY")]),
        ("St. Louis", Label.CITY, [("St. Louis", "CITY")]),
        ("New York", Label.CITY, [("New York", "CITY")]),
        (
            "Avda. de la Ilustración s/n, 18071",
            Label.STREET,
            [("Avda. de la Ilustración s/n", "STREET"), ("18071", "ZIP")],
        ),
        ("12345 Oak Street", Label.STREET, [("12345 Oak Street", "STREET")]),
        (
            "Olano Grasa Apartado de Correos 93",
            Label.DOCTOR,
            [("Olano Grasa", "DOCTOR"), ("Apartado de Correos 93", "STREET")],
        ),
        ("Ann Lee", Label.DOCTOR, [("Ann Lee", "DOCTOR")]),
    ],
)
def test_parts(value, label, expected):
    found = part(value, Span(0, len(value), label, 0.9, "model"))
    assert [(value[s.start : s.end], str(s.label)) for s in found] == expected


@given(
    st.text("Aab1 .,-(/éCalle", min_size=1, max_size=40),
    st.sampled_from([Label.CITY, Label.STREET, Label.PATIENT, Label.ID]),
)
def test_no_letter_or_digit_is_lost(value, label):
    parts = part(value, Span(0, len(value), label, 0.9, "model"))
    covered = {i for s in parts for i in range(s.start, s.end)}
    country = label == Label.CITY and value[1:2] == "-"  # the country's letter before a post code
    assert all(i in covered or (country and i == 0) for i, c in enumerate(value) if c.isalnum())
