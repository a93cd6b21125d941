"""A small synthetic study: pictures with burned-in identifiers and notes, all invented, and what was planted in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from clinx_hf.synthesis.phantoms import abdomen, chest, head
from clinx_hf.text.people import names_by_culture

_NOTES = (
    "DISCHARGE SUMMARY\nPatient: {name}   MRN: {mrn}   DOB: {born}\n{title} {family} is a {age}-year-old {sex} admitted on "
    "{seen} with chest pain. Troponin 0.03, EF 55 %. Metoprolol 25 mg BID. Seen by Dr. {doctor} at {hospital}. "
    "Call {phone} with questions. No Parkinson disease.",
    "RADIOLOGY REPORT\n{name} / {mrn} / {born}\nCT of the abdomen dated {seen}. Compared with 2019. Findings: 5 mm stone in the "
    "right kidney, no hydronephrosis. Impression: nephrolithiasis.\nDictated by {doctor}, MD. E-mail {mail}",
    "Dear Dr. {doctor},\nthank you for referring {name} ({born}), of {street}. {title} {family} was well when we spoke on "
    "{seen}. The Foley catheter is out. Please ring {phone}.\n{hospital}",
)
_SIDE = 448


@dataclass(frozen=True)
class StudyRow:
    """One row of the study: its picture, note, question, and the identifiers planted in picture and note."""

    image: Image.Image
    note: str
    question: str
    answer: str
    in_image: tuple[str, ...]
    in_note: tuple[str, ...]


def _values(rng: Random) -> dict[str, str]:
    names = rng.choice(list(names_by_culture().values()))
    gender = rng.choice("fm")
    given, family = rng.choice(names.given_for(gender) or names.given_for("u")), rng.choice(names.family)
    others = rng.choice(list(names_by_culture().values()))
    return {
        "given": given,
        "family": family,
        "name": f"{given} {family}",
        "title": "Ms." if gender == "f" else "Mr.",
        "sex": "woman" if gender == "f" else "man",
        "mrn": f"{rng.randint(10, 99)}-{rng.randint(100, 999)}-{rng.randint(100, 999)}",
        "born": f"{rng.randint(1, 12):02}/{rng.randint(1, 28):02}/{rng.randint(1940, 1999)}",
        "age": str(rng.randint(30, 85)),
        "seen": f"{rng.randint(1, 12):02}/{rng.randint(1, 28):02}/{rng.randint(2015, 2024)}",
        "doctor": f"{rng.choice(others.given_for('u'))} {rng.choice(others.family)}",
        "hospital": f"{rng.choice(others.family)} Memorial Hospital",
        "phone": f"({rng.randint(201, 989)}) 555-01{rng.randint(10, 99)}",
        "mail": f"{family.split()[0].lower()}{rng.randint(10, 99)}@example.org",
        "street": f"{rng.randint(10, 999)} {rng.choice(others.family)} Street",
    }


def _picture(values: dict[str, str], rng: Random) -> tuple[Image.Image, tuple[str, ...]]:
    pixels: NDArray[np.uint8] = rng.choice((head, abdomen, chest))(np.random.default_rng(rng.randrange(2**32)), _SIDE)
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    draw = ImageDraw.Draw(picture)
    size = rng.choice((11, 12, 14))
    font = ImageFont.load_default(size)
    stamp = f"{values['family'].upper()}^{values['given'].upper()}"
    draw.text((6, 6), f"{stamp}\nID {values['mrn']}\nDOB {values['born']}", fill=235, font=font)
    draw.text((_SIDE - 70, 6), "W 350\nL 40", fill=235, font=font)
    draw.text((8, _SIDE // 2), "L", fill=235, font=ImageFont.load_default(20))
    footer = f"{values['hospital']}, {values['doctor']}, {values['seen']}"
    draw.text((6, _SIDE - size - 6), footer, fill=235, font=font)
    planted = (
        values["family"].upper(),
        values["given"].upper(),
        values["mrn"],
        values["born"],
        values["seen"],
    )
    return picture, planted


def study(rows: int, seed: int) -> Iterator[StudyRow]:
    """Yield the rows of a study; the same seed gives the same study."""
    rng = Random(seed)
    for number in range(rows):
        values = _values(rng)
        note = _NOTES[number % len(_NOTES)].format(**values)
        image, in_image = _picture(values, rng)
        shown = ("name", "family", "mrn", "born", "seen", "doctor", "hospital", "phone", "mail", "street")
        in_note = tuple(values[key] for key in shown if values[key] in note)
        yield StudyRow(image, note, f"Is the scan of {values['name']} normal?", "No", in_image, in_note)
