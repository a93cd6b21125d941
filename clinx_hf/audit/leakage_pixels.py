"""What pixels tell about a redaction without reading: ink that shines through, and changes where none were reported."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from clinx_hf.audit.readers import Box, Picture

Floats = NDArray[np.float32]
_SIGMA = 2.0  # px; what a Gaussian of this width removes is strokes, edges and grain
_WINDOW = 48  # px; a word that is left must not be lost in a long line
_EDGE = 3  # px inside a box that still feel what is outside
_FAINT = 3.0  # levels; a window with a weaker spread had no ink to leave


def changed_outside(before: Picture, after: Picture, boxes: Sequence[Box]) -> int:
    """Count the pixels outside the boxes that are not bit-identical."""
    if before.shape != after.shape:
        return int(np.prod(before.shape[:2]))
    changed = (before != after).any(axis=2)
    for x0, y0, x1, y1 in boxes:
        changed[y0:y1, x0:x1] = False
    return int(changed.sum())


def changed_boxes(before: Picture, after: Picture) -> tuple[Box, ...]:
    """Return the boxes around the patches that changed, for outputs whose boxes are not known.

    Patches with a gap of a few pixels between them are one.
    """
    if before.shape != after.shape:
        return ((0, 0, before.shape[1], before.shape[0]),)
    changed = (before != after).any(axis=2).astype(np.uint8)
    if not changed.any():
        return ()
    joined = cv2.morphologyEx(changed, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    return tuple((int(x), int(y), int(x + w), int(y + h)) for x, y, w, h, _ in stats[1:])


def ink_left(before: Picture, after: Picture, boxes: Sequence[Box]) -> tuple[float, ...]:
    """Return for each box how much of the original's strokes can be traced in the output: -1..1, about 0 for none.

    It is the normalised correlation of what a Gaussian of 2 px removes from either, taken in windows along the box;
    the highest counts. Windows without strokes are left out.
    """
    if before.shape != after.shape:
        return tuple(0.0 for _ in boxes)
    original, output = _strokes(before), _strokes(after)
    return tuple(max((_alike(original[w], output[w]) for w in _windows(box)), default=0.0) for box in boxes)


def _strokes(picture: Picture) -> Floats:
    grey: Floats = picture.mean(axis=2, dtype=np.float32)
    smooth: Floats = cv2.GaussianBlur(grey, (0, 0), _SIGMA, borderType=cv2.BORDER_REPLICATE)
    return grey - smooth


def _windows(box: Box) -> list[tuple[slice, slice]]:
    (x0, x1), (y0, y1) = _inner(box[0], box[2]), _inner(box[1], box[3])
    return [
        (slice(top, min(y1, top + _WINDOW)), slice(left, min(x1, left + _WINDOW)))
        for top in _steps(y0, y1)
        for left in _steps(x0, x1)
    ]


def _inner(low: int, high: int) -> tuple[int, int]:
    return (low + _EDGE, high - _EDGE) if high - low > 4 * _EDGE else (low, high)


def _steps(low: int, high: int) -> range | list[int]:
    return [low] if high - low <= _WINDOW else range(low, high - _WINDOW // 2, _WINDOW // 2)


def _alike(a: Floats, b: Floats) -> float:
    a, b = a - a.mean(), b - b.mean()
    spread = float(a.std())
    if spread < _FAINT:
        return 0.0
    both = float(np.sqrt((a**2).sum() * (b**2).sum()))
    return float((a * b).sum()) / both if both else 0.0
