"""The pictures that reading and redaction are judged on: none of them, nor their patients, was trained on.

`text_free.txt` lists pictures that were looked at one by one and hold no letter and no digit. They are drawn first,
since only on them is every changed pixel beyond the planted text surely a wrong one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from clinx_hf.errors import BadInput
from clinx_hf.synthesis.backgrounds import licensed

Array = np.ndarray
SETS = ("brain_mri", "ultrasound", "covid_cxr", "medpix")
LONGEST = 768  # pictures are shrunk to this
_LEAST = 160  # px; a picture with a shorter side has no room for overlays
_FOOT = 0.14  # the part of a MedPix picture's foot that is cropped, with the footer of the portal
_PATIENT = {"ultrasound": "patient_id", "covid_cxr": "patientid"}


@dataclass(frozen=True)
class Ground:
    """A picture to plant on, (H, W, 3) uint8 RGB; `text_free`: it was looked at and holds no text of its own."""

    set: str
    picture: Array
    text_free: bool


def text_free_names() -> frozenset[str]:
    """Return the listed pictures, as set/images/file."""
    lines = files("clinx_hf.bench").joinpath("text_free.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def judge_names(data: Path, name: str) -> list[str]:
    """Return the pictures of a set that may judge, as set/images/file: those of no patient that was trained on.

    Raises:
        BadInput: the set is missing.
    """
    table = data / name / "metadata.jsonl"
    if not table.is_file():
        raise BadInput(f"The set {name} is missing: {table} is not there.")
    rows: list[dict[str, Any]] = [json.loads(line) for line in table.read_text(encoding="utf-8").splitlines()]
    trained = {path.relative_to(data).as_posix() for path in licensed(data)}
    patient = _PATIENT.get(name, "")
    known = {row.get(patient) for row in rows if f"{name}/{row['file_name']}" in trained} - {None}
    return [
        f"{name}/{row['file_name']}"
        for row in rows
        if f"{name}/{row['file_name']}" not in trained and row.get(patient) not in known
    ]


def grounds(data: Path, count: int, seed: int) -> list[Ground]:
    """Return `count` pictures, the sets in turn, in an order fixed by the seed, those without text first.

    Raises:
        BadInput: a set is missing.
    """
    free = text_free_names()
    found: list[Ground] = []
    waiting = {}
    for number, name in enumerate(SETS):
        names = judge_names(data, name)
        order = [names[i] for i in np.random.default_rng((seed, number)).permutation(len(names))]
        waiting[name] = iter(sorted(order, key=lambda file: file not in free))
    while len(found) < count and waiting:
        for name in list(waiting):
            ground = next(filter(None, (_opened(data, file, file in free) for file in waiting[name])), None)
            if ground is None:
                del waiting[name]
            elif len(found) < count:
                found.append(ground)
    return found


def text_free(data: Path, count: int, seed: int) -> list[Ground]:
    """Return `count` of the listed pictures, as they are, in an order fixed by the seed.

    Raises:
        BadInput: a set is missing.
    """
    may_judge = {file for name in SETS for file in judge_names(data, name)}
    names = sorted(text_free_names() & may_judge)
    order = np.random.default_rng(seed).permutation(len(names))[:count]
    return [ground for i in order if (ground := _opened(data, names[int(i)], True)) is not None]


def _opened(data: Path, file: str, free: bool) -> Ground | None:
    image = cv2.imread(str(data / file), cv2.IMREAD_COLOR)
    name = file.split("/", 1)[0]
    if image is None:
        return None
    if name == "medpix":
        image = image[: int(image.shape[0] * (1 - _FOOT))]
    scale = min(1.0, LONGEST / max(image.shape[:2]))
    if scale < 1:
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    if min(image.shape[:2]) < _LEAST:
        return None
    return Ground(name, np.ascontiguousarray(image[:, :, ::-1]), free)
