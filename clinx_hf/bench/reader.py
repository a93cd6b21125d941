"""How well the reader finds and reads burned-in text: by size, contrast and turn, and what it sees where there is none.

Judged on pictures and fonts that training never saw: brain MR and MedPix pictures (their own footers cropped off)
with planted lines in held-out font families, and brain MR pictures as they are.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from clinx_hf.image.reader import Line, Reader
from clinx_hf.image.recognition import straighten
from clinx_hf.synthesis.fonts import installed
from clinx_hf.synthesis.overlays import Drawn
from clinx_hf.synthesis.scenes import dress

Array = np.ndarray
COVERED = 0.9  # a line counts as found when this part of its ink lies inside the boxes
LONGEST = 512  # pictures are shrunk to this
FOOTER = 0.14  # the part of a picture's foot that is cropped, with the footer that some carry


@dataclass(frozen=True)
class Share:
    """How many of how many lines were found."""

    found: int
    lines: int


@dataclass(frozen=True)
class ReaderFigures:
    """recall: by name of the group; errors: characters wrong, of how many (spaces left out), by group, of upright
    lines cut where they truly are; false_boxes: mean number of boxes on an unmarked brain MR picture, its own marks
    included (an upper bound); outside: mean part of a marked picture that boxes cover beyond the planted lines."""

    images: int
    recall: dict[str, Share]
    errors: dict[str, tuple[int, int]]
    false_boxes: float
    unmarked: int
    outside: float


def groups(line: Drawn) -> list[str]:
    """Return the names of the groups that a line counts in."""
    cap, contrast, angle = line.type.cap, line.type.contrast, line.type.angle % 360
    names = ["all"]
    names += [
        f"cap {n}"
        for n, low, high in (("<6", 0, 6), ("6-8", 6, 8), ("8-12", 8, 12), ("12-20", 12, 20), (">=20", 20, 999))
        if low <= cap < high
    ]
    names += [
        f"contrast {n}"
        for n, low, high in (("<30", 0, 30), ("30-75", 30, 75), (">=75", 75, 999))
        if low <= contrast < high
    ]
    names.append(
        "turn " + ("0" if angle == 0 else "90/270" if angle in (90, 270) else "180" if angle == 180 else "slanted")
    )
    if cap >= 6 and contrast >= 40:
        names.append("cap >=6, contrast >=40")
    return names


def mask(quads: Sequence[Array], height: int, width: int) -> Array:
    """Return the inside of oriented boxes as bool (height, width)."""
    out = np.zeros((height, width), np.uint8)
    for quad in quads:
        cv2.fillPoly(out, [np.round((np.asarray(quad) - 0.5) * 16).astype(np.int32)], 1, shift=4)
    return out.astype(bool)


def distance(a: str, b: str) -> int:
    """Return the edit distance of two texts."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def pictures(folder: Path, count: int, rng: np.random.Generator, foot: float) -> list[Array]:
    """Return `count` random pictures of a folder as RGB, at most LONGEST long, with the foot cropped off."""
    files = sorted((folder / "images").iterdir())
    out = []
    for i in rng.permutation(len(files))[:count]:
        image = cv2.imread(str(files[int(i)]), cv2.IMREAD_COLOR)
        if image is None:
            continue
        image = image[: int(image.shape[0] * (1 - foot)), :, ::-1]
        scale = min(1.0, LONGEST / max(image.shape[:2]))
        size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
        out.append(np.ascontiguousarray(cv2.resize(np.ascontiguousarray(image), size, interpolation=cv2.INTER_AREA)))
    return out


def _read_errors(
    reader: Reader, picture: Array, lines: Sequence[Drawn], rng: np.random.Generator
) -> list[tuple[Drawn, int, int]]:
    """Return for every whole upright line the wrong signs and the signs, spaces left out."""
    h, w = picture.shape[:2]
    whole = [
        x for x in lines if x.type.angle == 0 and (x.quad >= 0).all() and (x.quad <= (w, h)).all() and len(x.text) > 1
    ]
    grown = []
    for line in whole:
        pad = rng.uniform(0, 0.3, 4) * line.height + 0.5
        grown.append(
            line.quad
            + np.array([[-pad[0], -pad[1]], [pad[2], -pad[1]], [pad[2], pad[3]], [-pad[0], pad[3]]], np.float32)
        )
    readings = reader.recogniser([straighten(picture, quad) for quad in grown])
    out = []
    for line, reading in zip(whole, readings, strict=True):
        true, told = line.text.replace(" ", ""), reading.text.replace(" ", "")
        out.append((line, min(distance(true, told), len(true)), len(true)))
    return out


def evaluate(data: Path, reader: Reader, images: int = 60, seed: int = 5) -> ReaderFigures:
    """Measure `reader` on planted lines over pictures of `data` (folders brain_mri and medpix), and on bare ones."""
    rng = np.random.default_rng(seed)
    bare = pictures(data / "brain_mri", images, rng, 0.0)
    false = [len(reader.locate(picture)) for picture in bare]
    grounds = pictures(data / "brain_mri", images // 2, rng, FOOTER) + pictures(
        data / "medpix", images - images // 2, rng, FOOTER
    )
    recall: dict[str, list[bool]] = {}
    errors: dict[str, list[tuple[int, int]]] = {}
    outside = []
    for ground in grounds:
        made = dress(rng, ground, installed(held_out=True), 0.3, 5, 0.1)
        h, w = made.picture.shape[:2]
        seen = mask([found.quad for found in reader.locate(made.picture)], h, w)
        for line in made.lines:
            ink = line.coverage(h, w)
            if ink.sum() < 12:
                continue
            for name in groups(line):
                recall.setdefault(name, []).append(bool((seen & ink).sum() >= COVERED * ink.sum()))
        outside.append(float((seen & ~mask([line.quad for line in made.lines], h, w)).mean()))
        for line, wrong, signs in _read_errors(reader, made.picture, made.lines, rng):
            for name in groups(line):
                errors.setdefault(name, []).append((wrong, signs))
    return ReaderFigures(
        images=len(grounds),
        recall={name: Share(sum(hits), len(hits)) for name, hits in sorted(recall.items())},
        errors={name: (sum(a for a, _ in rows), sum(b for _, b in rows)) for name, rows in sorted(errors.items())},
        false_boxes=float(np.mean(false)),
        unmarked=len(false),
        outside=float(np.mean(outside)),
    )


@dataclass(frozen=True)
class FooterFigures:
    """In how many pictures Tesseract read a footer before and after boxes were painted black; boxes a picture."""

    images: int
    before: int
    after: int
    boxes: float


def tesseract(image: Array) -> str:
    """Return what Tesseract reads in a picture (H, W, 3); it must be installed (apt: tesseract-ocr)."""
    code = cv2.imencode(".png", image)[1].tobytes()
    done = subprocess.run(["tesseract", "-", "-", "--psm", "11"], input=code, capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")


def has_footer(text: str) -> bool:
    """Whether a text shows the footer of VQA-RAD: the word before a name, a date, or a run of a uuid."""
    low = text.lower()
    return bool(re.search(r"uploa|source\b|[0-9a-f]{4}-[0-9a-f]{4}|\d\d-\d\d-\d{4}", low))


def footers(
    folder: Path, locate: Callable[[Array], Sequence[Line]], count: int = 315, strip: int = 60
) -> FooterFigures:
    """Paint the boxes of `locate` black in the pictures of `folder`; Tesseract reads their foot, enlarged 3 times."""
    before = after = boxes = 0
    files = sorted(folder.iterdir())
    chosen = files[:: max(1, len(files) // count)][:count]
    for file in chosen:
        image = np.asarray(cv2.imread(str(file), cv2.IMREAD_COLOR))
        lines = locate(np.ascontiguousarray(image[:, :, ::-1]))
        painted = image.copy()
        for line in lines:
            x0, y0, x1, y1 = line.box
            painted[y0:y1, x0:x1] = 0
        boxes += len(lines)
        for which, shown in enumerate((image, painted)):
            foot = cv2.resize(shown[-strip:], None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
            hit = has_footer(tesseract(foot))
            before, after = before + (hit and not which), after + (hit and bool(which))
    return FooterFigures(len(chosen), int(before), int(after), boxes / max(1, len(chosen)))
