"""What images are scored with: shares with their intervals, groups of planted lines, ink under boxes, sign errors."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from clinx_hf.bench.image_planting import Case, Planted

Array = np.ndarray
COVERED = 0.9  # a line counts as covered when this part of its ink lies inside the boxes
_HEIGHTS = ((8, "5-8 px"), (12, "8-12 px"), (20, "12-20 px"), (999, "20-36 px"))
_CONTRASTS = ((40, "contrast 18-40"), (75, "contrast 40-75"), (999, "contrast 75 up"))
CLEAR = "8 px and contrast 40 up"
ALL = "all"


@dataclass(frozen=True)
class Proportion:
    """`hits` of `of`, with Wilson's 95 % interval."""

    hits: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """The share itself, 0 where nothing was counted."""
        return self.hits / self.of if self.of else 0.0


def proportion(outcomes: Iterable[bool]) -> Proportion:
    """Count what is true.

    >>> proportion([True] * 99 + [False])
    Proportion(hits=99, of=100, low=0.9455, high=0.9982)
    """
    counted = [bool(outcome) for outcome in outcomes]
    hits, of, z = sum(counted), len(counted), 1.96
    if not of:
        return Proportion(0, 0, 0.0, 1.0)
    share, spread = hits / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return Proportion(hits, of, round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4))


def groups(case: Case, line: Planted) -> list[str]:
    """Return the groups that a line counts in: all, set, height, contrast, turn, style, file form, what it tells."""
    cap, angle = line.drawn.type.cap, line.drawn.type.angle % 360
    turn = "upright" if angle == 0 else "90/270" if angle in (90, 270) else "180" if angle == 180 else "slanted"
    names = [
        ALL,
        case.ground.set,
        next(name for most, name in _HEIGHTS if cap < most),
        next(name for most, name in _CONTRASTS if line.contrast < most),
        turn,
        line.drawn.type.style,
        case.form,
        line.what,
    ]
    return [*names, CLEAR] if cap >= 8 and line.contrast >= 40 else names


def inside(quads: Iterable[Array], shape: Sequence[int]) -> Array:
    """Return the inside of oriented boxes as bool, of a picture of `shape` (H, W, ...)."""
    out = np.zeros((shape[0], shape[1]), np.uint8)
    for quad in quads:
        # OpenCV fills the outline, too, and counts from the middles of pixels: a box 3..10 holds the pixels 3 to 9.
        centre = np.asarray(quad, np.float64).mean(0)
        shrunk = centre + (quad - centre) * (1 - 0.98 / np.maximum(np.ptp(quad, axis=0), 1))
        cv2.fillPoly(out, [np.round((shrunk - 0.5) * 16).astype(np.int32)], 1, shift=4)
    return out.astype(bool)


def upright(box: Sequence[int]) -> Array:
    """Return the corners of a box (x0, y0, x1, y1)."""
    x0, y0, x1, y1 = box
    return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.float32)


def is_covered(ink: Array, mask: Array) -> bool:
    """Tell whether enough of a line's ink lies inside a mask."""
    return bool((ink & mask).sum() >= COVERED * ink.sum())


def distance(a: str, b: str) -> int:
    """Return the edit distance of two texts.

    >>> distance("SMITH", "5MlTH"), distance("", "ab")
    (2, 2)
    """
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]
