"""Streets, post codes, cities with a state, states and countries."""

from __future__ import annotations

import pytest

from clinx_hf.phi import Label
from clinx_hf.text.rules import find

PLACES = {Label.STREET, Label.CITY, Label.STATE, Label.COUNTRY, Label.ZIP, Label.LOCATION}


def places(text: str) -> set[tuple[str, str]]:
    return {(span.label.value, text[span.start : span.end]) for span in find(text) if span.label in PLACES}


@pytest.mark.parametrize(
    ("text", "label", "value"),
    [
        ("lives at 512 E 4th St, Duluth", "STREET", "512 E 4th St"),
        ("14 Ardmore St, Wānaka", "STREET", "14 Ardmore St"),
        ("lives on Black Rock Rd w/ dog", "STREET", "Black Rock Rd"),
        ("PO Box 118, Crow Agency", "STREET", "PO Box 118"),
        ("use RR 2 Box 19, Bucyrus", "STREET", "RR 2 Box 19"),
        ("||27 SLATE CT^^CORBIN", "STREET", "27 SLATE CT"),
        ("Dayton, OH 45419", "ZIP", "45419"),
        ("Dayton, OH 45419", "CITY", "Dayton"),
        ("Dayton, OH 45419", "STATE", "OH"),
        ("Portland Oregon 97210", "ZIP", "97210"),
        ("Windermere, LA23 1QX", "ZIP", "LA23 1QX"),
        ("Surrey, BC  V4N 0Y2", "ZIP", "V4N 0Y2"),
        ("Waterford X91 AB12", "ZIP", "X91 AB12"),
        ("Toowoomba QLD 4350", "ZIP", "4350"),
        ("Mumbai 400086, was", "ZIP", "400086"),
        ("Kamarajar Street, Coimbatore - 641012", "ZIP", "641012"),
        ("7 Tui St, Whakatāne 3120", "ZIP", "3120"),
        ("Calle Mayor 4, 28013 Madrid", "ZIP", "28013"),
        ("from Ghana in 2012", "COUNTRY", "Ghana"),
        ("a Ghanaian woman", "COUNTRY", "Ghanaian"),
        ("grew up in Nebraska.", "STATE", "Nebraska"),
    ],
)
def test_found(text: str, label: str, value: str) -> None:
    assert (label, value) in places(text)


@pytest.mark.parametrize(
    "text",
    [
        "12/4 WR Dr Wanjiru reviewed",
        "lungs, heart, GI, GU, skin",
        "Wendell Chiu, MD",
        "risks: MI, DVT, PE and death",
        "10 and CT chest",
        "German measles, Spanish-speaking, 16 French Foley",
        "Congo red negative",
        "GCS E4V4M6, G3P2A0",
        "heparin 2000 then 500/h",
        "margin 3 o'clock close",
        "2 SD above the mean. For Dr Krishna",
        "RxNorm 860975",
        "platelets 45419",
        "T12 and L1 fractures",
        "Oncotype DX 24",
        "Diagonal 1 and diagonal 2",
    ],
)
def test_not_found(text: str) -> None:
    assert places(text) == set()
