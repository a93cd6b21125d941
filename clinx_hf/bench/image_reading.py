"""How well burned-in text is found and read: ours, RapidOCR and Tesseract on the same planted pictures.

A line is found when 90 % of its ink lies inside a system's boxes. What was read of it is the text of the boxes that
hold more of its ink than of any other line's, in the direction of the line; signs are compared without spaces.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from clinx_hf.bench.image_peers import Answer, Piece, Told
from clinx_hf.bench.image_planting import Case, Planted
from clinx_hf.bench.image_scores import Proportion, distance, groups, inside, is_covered, proportion
from clinx_hf.image.recognition import straighten

Array = np.ndarray
_PAD = 0.15  # of the height, that a cut is wider than the ink on each side, and half a pixel


@dataclass(frozen=True)
class Errors:
    """Signs read wrong (added, left out, taken for another; at most all of a line), of how many."""

    wrong: int
    signs: int

    @property
    def rate(self) -> float:
        """The error rate, 0 where there was nothing to read."""
        return self.wrong / self.signs if self.signs else 0.0


@dataclass(frozen=True)
class ReadingFigures:
    """One system. By group of lines: found, sign errors of the whole way, sign errors where the line is cut out for it.

    outside: mean part of the pictures without text of their own that its boxes cover beyond the planted lines.
    seconds: mean of a picture.
    """

    system: str
    found: dict[str, Proportion]
    errors: dict[str, Errors]
    cut_errors: dict[str, Errors]
    outside: float
    seconds: float


def cuts(cases: Sequence[Case]) -> list[Array]:
    """Return every planted line straightened, in the order of the cases and their lines."""
    return [straighten(case.picture, _grown(line.drawn.quad)) for case in cases for line in case.lines]


def _grown(quad: Array) -> Array:
    along, down = quad[1] - quad[0], quad[3] - quad[0]
    pad = _PAD * float(np.hypot(*down)) + 0.5
    u, v = (side / max(1e-6, float(np.hypot(*side))) * pad for side in (along, down))
    return np.asarray(quad + np.array([-u - v, u - v, u + v, v - u]), np.float32)


def reading_figures(answer: Answer, cases: Sequence[Case]) -> ReadingFigures:
    """Score a system's answers on the cases; answers on further pictures are left aside."""
    found: dict[str, list[bool]] = defaultdict(list)
    errors: dict[str, list[Errors]] = defaultdict(list)
    cut_errors: dict[str, list[Errors]] = defaultdict(list)
    outside, done = [], 0
    told_pictures = answer.pictures[: len(cases)]
    for case, told in zip(cases, told_pictures, strict=True):
        mask = inside([piece.quad for piece in told.pieces], case.picture.shape)
        if case.ground.text_free:
            planted = inside([line.drawn.quad for line in case.lines], case.picture.shape)
            outside.append(float((mask & ~planted).mean()))
        read_cuts, done = answer.cuts[done : done + len(case.lines)], done + len(case.lines)
        for line, text, cut in zip(case.lines, _texts(case, told), read_cuts, strict=True):
            for name in groups(case, line):
                found[name].append(is_covered(line.drawn.coverage(*mask.shape), mask))
                errors[name].append(_errors(line, text))
                cut_errors[name].append(_errors(line, cut))
    return ReadingFigures(
        answer.system,
        {name: proportion(outcomes) for name, outcomes in found.items()},
        {name: _total(rows) for name, rows in errors.items()},
        {name: _total(rows) for name, rows in cut_errors.items()},
        round(float(np.mean(outside)), 4) if outside else 0.0,
        round(float(np.mean([told.seconds for told in told_pictures])), 3),
    )


def _errors(line: Planted, text: str) -> Errors:
    true, read = line.drawn.text.replace(" ", ""), text.replace(" ", "")
    return Errors(min(distance(true, read), len(true)), len(true))


def _total(rows: Sequence[Errors]) -> Errors:
    return Errors(sum(row.wrong for row in rows), sum(row.signs for row in rows))


def _texts(case: Case, told: Told) -> list[str]:
    """Return what a system read of each planted line."""
    height, width = case.picture.shape[:2]
    owner = np.zeros((height, width), np.int64)
    for number, line in enumerate(case.lines, 1):
        owner[line.drawn.coverage(height, width)] = number
    parts: list[list[tuple[float, str]]] = [[] for _ in case.lines]
    for piece in told.pieces:
        number = _owner_of(piece, owner)
        if number:
            quad = case.lines[number - 1].drawn.quad
            along = (quad[1] - quad[0]) / max(1e-6, float(np.hypot(*(quad[1] - quad[0]))))
            parts[number - 1].append((float(piece.quad.mean(0) @ along), piece.text))
    return [" ".join(text for _, text in sorted(found)) for found in parts]


def _owner_of(piece: Piece, owner: Array) -> int:
    """Return the number of the line that most ink in the box belongs to, 0 for none."""
    low = np.maximum(np.floor(piece.quad.min(0)).astype(int), 0)
    high = np.maximum(np.ceil(piece.quad.max(0)).astype(int) + 1, low)
    part = owner[low[1] : high[1], low[0] : high[0]]
    if not part.size:
        return 0
    box = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(box, [np.round(piece.quad - low - 0.5).astype(np.int32)], 1)
    ink = np.bincount(part[box.astype(bool)], minlength=2)[1:]
    return int(ink.argmax()) + 1 if ink.any() else 0
