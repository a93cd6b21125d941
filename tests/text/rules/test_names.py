"""Names beside a word that gives them away, log-ins, typist marks."""

from __future__ import annotations

import pytest

from clinx_hf.phi import PERSON_LABELS, Label
from clinx_hf.text.rules import find

NAMES = {*PERSON_LABELS, Label.USERNAME}


def names(text: str) -> set[tuple[str, str]]:
    return {(span.label.value, text[span.start : span.end]) for span in find(text) if span.label in NAMES}


@pytest.mark.parametrize(
    ("text", "label", "value"),
    [
        ("Seen by Dr. Ann Lee today", "DOCTOR", "Ann Lee"),
        ("Dr. Lamb's opinion", "DOCTOR", "Lamb"),
        ("Nurse K. Ruiz called", "DOCTOR", "K. Ruiz"),
        ("Mr. García left", "PATIENT", "García"),
        ("DR. SMITH CALLED", "DOCTOR", "SMITH"),
        ("Wendell Chiu, MD", "DOCTOR", "Wendell Chiu"),
        ("TORREY BLACKWELL, MD", "DOCTOR", "TORREY BLACKWELL"),
        ("her wife Verna called", "PERSON", "Verna"),
        ("daughter, Naa Dedei Lamptey, said", "PERSON", "Naa Dedei Lamptey"),
        ("Patient: Rosalind Achterberg\nLocation", "PATIENT", "Rosalind Achterberg"),
        ("Attending: Jun-ho Baek, MD", "DOCTOR", "Jun-ho Baek"),
        ("RE: HAILE, DAWIT G.\n", "PATIENT", "HAILE, DAWIT G"),
        ("Signed by Ilse Brandt", "DOCTOR", "Ilse Brandt"),
        ("||SMITH^JOHN^A||", "PATIENT", "SMITH^JOHN^A"),
        ("user=jmwangi4 src", "USERNAME", "jmwangi4"),
        ("logged by jcarver2", "USERNAME", "jcarver2"),
        ("\nAO:dd  conf", "USERNAME", "AO:dd"),
        ("IG, @zoe.gerchu, posted", "USERNAME", "@zoe.gerchu"),
    ],
)
def test_found(text: str, label: str, value: str) -> None:
    assert (label, value) in names(text)


@pytest.mark.parametrize(
    "text",
    [
        "MSH|^~\\&|A|B|||ORU^R01|X",
        "labs: CBC, PT, PTT",
        "Radiograph Chest PA and lateral",
        "mother has diabetes, father died",
        "Dr. X saw him",
        "MR brain and MR pelvis",
        "PMH: none\nPSH: none",
        "glucose 92 mg/dl",
        "followed by Mastisol and Steri-Strips",
        "Patient: See above",
        "Per CT, the colon",
        "wife is well; son lives alone",
        "Parkinson disease and Foley catheter",
        "TASC D. Hunter canal",
    ],
)
def test_not_found(text: str) -> None:
    assert names(text) == set()
