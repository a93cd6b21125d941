"""Boxes that cover lines of type and do not spell.

A box holds a whole line, a pixel or two of its surroundings, and what JPEG left of it: ringing fills the blocks of
8 x 8 pixels that the ink touches, so a side that lies near the end of its block is moved out to it. (Blocks are counted
from the corner of the picture: of a picture that was cut after it was compressed nobody knows where they lie. The
16 x 16 blocks of subsampled colour leave so little more that they are not worth their area.) The length is rounded up
to a multiple of one and a half heights, so that it does not tell how many letters the line had.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from clinx_hf.image.reader import Line

Box = tuple[int, int, int, int]

_PAD = 1  # px; the reader's own boxes hold the soft edges of the type
_PAD_SHARE = 1 / 24  # of the height: shadows and frames of large type
_BLOCK, _NEAR = 8, 2  # px: blocks of JPEG; a side moves out to the end of its block if that is so near
_STEP = 1.5  # heights; lengths are multiples of it
_LEAST_STEP = 8  # px
_SLANT = 0.75  # heights, and
_LEAST_SLANT = 3.0  # px that a line must rise to be covered by a chain of boxes
_PIECE = 1.5  # heights, the length of a box in a chain


def cover(
    box: tuple[float, float, float, float], height: float, size: tuple[int, int], stay: Iterable[Box] = ()
) -> Box:
    """Return the box that is filled for type of `height` pixels in `box`.

    size: height and width of the image, at which boxes end; stay: boxes into which the length does not grow.
    """
    x0, y0, x1, y1 = _padded(box, height)
    step = max(_LEAST_STEP, math.ceil(_STEP * height))
    if box[2] - box[0] >= box[3] - box[1]:
        blocks = [(b[0], b[2]) for b in stay if b[1] < y1 and y0 < b[3]]
        x0, x1 = _lengthened(x0, x1, step, size[1], blocks)
    else:
        blocks = [(b[1], b[3]) for b in stay if b[0] < x1 and x0 < b[2]]
        y0, y1 = _lengthened(y0, y1, step, size[0], blocks)
    return max(0, x0), max(0, y0), min(size[1], x1), min(size[0], y1)


def _padded(box: tuple[float, float, float, float], height: float) -> Box:
    pad = _PAD + int(_PAD_SHARE * height)
    x0, y0, x1, y1 = box
    return (_low(x0 - pad), _low(y0 - pad), -_low(-(x1 + pad)), -_low(-(y1 + pad)))


def _low(value: float) -> int:
    """A lower side in whole pixels, at the end of its block if that is near."""
    side = math.floor(value)
    return side - side % _BLOCK if side % _BLOCK <= _NEAR else side


def _lengthened(start: int, end: int, step: int, most: int, blocks: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Grow a run to a multiple of `step`: at its end, and at its start where something stands in the way."""
    missing = -(end - start) % step
    right = min([most, *(low for low, _ in blocks if low >= end)])
    left = max([0, *(high for _, high in blocks if high <= start)])
    after = min(missing, max(0, right - end))
    return start - min(missing - after, max(0, start - left)), end + after


@dataclass(frozen=True)
class Axis:
    """The middle line of a quad: corners in order along it, its height and what it rises, in pixels."""

    corners: NDArray[np.float64]
    length: float
    height: float
    rise: float


def axis_of(line: Line) -> Axis:
    """Return the middle line of the quad of a line."""
    corners = np.asarray(line.quad, dtype=np.float64)
    first, second = corners[1] - corners[0], corners[2] - corners[1]
    if np.hypot(*first) < np.hypot(*second):
        corners = np.roll(corners, -1, axis=0)
    along = (corners[1] + corners[2] - corners[0] - corners[3]) / 2
    height = max(np.hypot(*(corners[2] - corners[1])), np.hypot(*(corners[3] - corners[0])))
    return Axis(corners, float(np.hypot(*along)), float(height), float(np.abs(along).min()))


def is_slanted(line: Line) -> bool:
    """Tell whether one upright box around a line would cover far more than the line."""
    axis = axis_of(line)
    return axis.length > 3 * axis.height and axis.rise > max(_LEAST_SLANT, _SLANT * axis.height)


def chain(line: Line, size: tuple[int, int]) -> list[Box]:
    """Cover a slanted line by short boxes, which take far less than one box around it."""
    axis = axis_of(line)
    pieces = max(1, math.ceil(axis.length / (_PIECE * axis.height)))
    reach = pieces * _PIECE * axis.height / axis.length  # beyond 1: the length is rounded up
    top, bottom = (axis.corners[0], axis.corners[1]), (axis.corners[3], axis.corners[2])
    boxes = []
    for k in range(pieces):
        at = (k / pieces * reach, (k + 1) / pieces * reach)
        points = np.array([side[0] + (side[1] - side[0]) * t for side in (top, bottom) for t in at])
        (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
        left, upper, right, lower = _padded((float(x0), float(y0), float(x1), float(y1)), axis.height)
        boxes.append((max(0, left), max(0, upper), min(size[1], right), min(size[0], lower)))
    return boxes


def around(line: Line) -> tuple[float, float, float, float]:
    """Return the upright box that holds both the line's box and its quad."""
    xs = [line.box[0], line.box[2], *(x for x, _ in line.quad)]
    ys = [line.box[1], line.box[3], *(y for _, y in line.quad)]
    return min(xs), min(ys), max(xs), max(ys)
