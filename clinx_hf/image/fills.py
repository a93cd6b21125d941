"""Smooth fills of a hole from the pixels around it: harmonic, biharmonic, their blend, and sheared lines.

All functions take one window of levels (H, W, C), `hole`: the pixels to fill, and where it matters `mask`:
all pixels that are not known, other holes in the window included. The window holds the hole and at least
two pixels more on every side, less only at the border of the image, where a fill ends freely.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import solveh_banded

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

HARMONIC_SHARE = 0.5
"""Weight of the harmonic fill in the blend; the rest is biharmonic. The best of 0, 0.2 ... 1 on training crops."""
_DEGREES = (-68, -52, -36, -18, 0, 18, 36, 52, 68)
SLOPES: tuple[float, ...] = tuple(float(np.tan(np.radians(a))) for a in _DEGREES)
"""Slopes (pixels along the hole per pixel across it) of the sheared lines, symmetric around zero."""

COUNT = 2 + len(SLOPES)
_HARMONIC_COST = 1e9  # unknowns x bandwidth^2: a third of a second on one core
_BIHARMONIC_COST = 8e8
_SWEEPS = 12
_NEIGHBOURS = np.array([[0, 0.25, 0], [0.25, 0, 0.25], [0, 0.25, 0]])


@dataclass(frozen=True)
class Candidates:
    """Fills of one window; pixels outside the hole are left as they came.

    base: (H, W, C) the blend, which is the fill if nothing better is known.
    stack: (COUNT, H, W) of the last channel: harmonic, biharmonic, then one sheared fill a slope. None for a
    hole so large that only the harmonic fill is affordable (and the middle is lost whatever one does).
    """

    base: Floats
    stack: Floats | None


def reach(hole: Mask) -> tuple[int, int]:
    """How many rows and columns around the bounding box of a hole `candidates` can make use of."""
    height, width = _extent(hole)
    along = int(np.ceil(min(height, width) / 2 * SLOPES[-1])) + 2
    return (2, along) if width >= height else (along, 2)


def candidates(values: Floats, hole: Mask, mask: Mask) -> Candidates:
    """All fills of one hole."""
    even = harmonic(values, hole, mask)
    curved = biharmonic(values, hole, mask)
    if curved is None:
        return Candidates(even, None)
    base = HARMONIC_SHARE * even + (1 - HARMONIC_SHARE) * curved
    last = slice(values.shape[2] - 1, None)
    lines = [sheared(values[..., last], hole, mask, s, base[..., last]) for s in SLOPES]
    return Candidates(base, np.stack([even[..., last], curved[..., last], *lines])[..., 0])


def harmonic(values: Floats, hole: Mask, mask: Mask) -> Floats:
    """The membrane through the known pixels (Laplace's equation).

    A hole too large for a direct solve is solved at half the size and smoothed. Without any known pixel the
    fill is zero.
    """
    filled = values.copy()
    if mask.all():
        filled[hole] = 0.0
        return filled
    if hole.sum() * float(min(_extent(hole))) ** 2 > _HARMONIC_COST:
        return _coarse(values, hole, mask)
    near, order, laplacian, unknown, flat = _system(values, hole)
    rows = laplacian[unknown]
    right = -(rows[:, ~unknown] @ flat[~unknown])
    filled[near] = _put(filled[near], hole[near], order, _solve(rows[:, unknown].tocoo(), right))
    return filled


def biharmonic(values: Floats, hole: Mask, mask: Mask) -> Floats | None:
    """The thin plate through the known pixels, clipped to their range; None if it would cost too much."""
    if mask.all() or hole.sum() * (2.0 * min(_extent(hole))) ** 2 > _BIHARMONIC_COST:
        return None
    near, order, laplacian, unknown, flat = _system(values, hole)
    # The energy |L u|^2 over the pixels whose five-point stencil reaches the hole.
    rows = laplacian[abs(laplacian) @ unknown.astype(np.float64) > 0]
    inside = rows[:, unknown]
    right = -(inside.T @ (rows[:, ~unknown] @ flat[~unknown]))
    filled = values.copy()
    filled[near] = _put(filled[near], hole[near], order, _solve((inside.T @ inside).tocoo(), right))
    known = values[~mask]
    filled[hole] = np.clip(filled[hole], known.min(axis=0), known.max(axis=0))
    return filled


def sheared(values: Floats, hole: Mask, mask: Mask, slope: float, fallback: Floats) -> Floats:
    """Straight lines of one slope across the short side of the hole, between the known pixels at its edges.

    Where a line meets no known pixel the value of `fallback` stays.
    """
    height, width = _extent(hole)
    if height > width:
        drawn = _across(np.swapaxes(values, 0, 1), hole.T, mask.T, slope, np.swapaxes(fallback, 0, 1))
        return np.swapaxes(drawn, 0, 1)
    return _across(values, hole, mask, slope, fallback)


def _across(values: Floats, hole: Mask, mask: Mask, slope: float, fallback: Floats) -> Floats:
    rows, columns = hole.shape
    shift = slope * (np.arange(rows) - (rows - 1) / 2)
    margin = int(np.ceil(np.abs(shift).max()))
    x = np.arange(-margin, columns + margin)[None, :] + shift[:, None]
    left = np.floor(x).astype(np.int64)
    part = (x - left)[..., None]
    row = np.arange(rows)[:, None]
    a, b = np.clip(left, 0, columns - 1), np.clip(left + 1, 0, columns - 1)
    known = (left >= 0) & (left + 1 < columns) & ~mask[row, a] & ~mask[row, b]
    lines = _fill_columns((1 - part) * values[row, a] + part * values[row, b], known)
    y, at = np.nonzero(hole)
    back = at - shift[y] + margin
    start = np.clip(np.floor(back).astype(np.int64), 0, lines.shape[1] - 2)
    share = (back - start)[:, None]
    drawn = (1 - share) * lines[y, start] + share * lines[y, start + 1]
    filled = values.copy()
    filled[hole] = np.where(np.isnan(drawn), fallback[hole], drawn)
    return filled


def _fill_columns(values: Floats, known: Mask) -> Floats:
    """Linear interpolation down each column between known rows; NaN in a column that has none."""
    rows = known.shape[0]
    index = np.arange(rows)[:, None]
    above = np.maximum.accumulate(np.where(known, index, -1), axis=0)
    below = np.minimum.accumulate(np.where(known, index, rows)[::-1], axis=0)[::-1]
    empty = (above < 0) & (below >= rows)
    top = np.where(above < 0, below, above) % rows
    bottom = np.where(below >= rows, above, below) % rows
    span = np.maximum(bottom - top, 1)
    part = np.clip((index - top) / span, 0, 1)[..., None]
    column = np.arange(known.shape[1])[None, :]
    filled = (1 - part) * values[top, column] + part * values[bottom, column]
    filled[empty] = np.nan
    return np.asarray(filled)


def _extent(hole: Mask) -> tuple[int, int]:
    rows, columns = np.nonzero(hole.any(axis=1))[0], np.nonzero(hole.any(axis=0))[0]
    return int(rows[-1] - rows[0] + 1), int(columns[-1] - columns[0] + 1)


def _system(values: Floats, hole: Mask) -> tuple[tuple[slice, slice], bool, sparse.csr_array, Mask, Floats]:
    """The part of the window that the stencils touch, and there: pixel order, Laplacian, unknowns, values.

    Pixels are numbered across the shorter side of the hole, which keeps the band of the system narrow.
    """
    rows, columns = np.nonzero(hole.any(axis=1))[0], np.nonzero(hole.any(axis=0))[0]
    near = (slice(max(0, rows[0] - 2), rows[-1] + 3), slice(max(0, columns[0] - 2), columns[-1] + 3))
    height, width = _extent(hole)
    order = width > height
    inside, part = hole[near], values[near]
    if order:
        inside, part = inside.T, np.swapaxes(part, 0, 1)
    return near, order, _laplacian(*inside.shape), inside.ravel(), part.reshape(-1, values.shape[2])


def _put(filled: Floats, hole: Mask, order: bool, solution: Floats) -> Floats:
    if order:
        np.swapaxes(filled, 0, 1)[hole.T] = solution
    else:
        filled[hole] = solution
    return filled


def _laplacian(rows: int, columns: int) -> sparse.csr_array:
    """Degree minus neighbours of the four-connected grid: at the border a missing neighbour pulls nowhere."""
    count = rows * columns
    across = np.ones((rows, columns))
    across[:, -1] = 0  # no pixel is linked to the next row through the end of its own
    right = across.ravel()[: count - 1]
    down = np.ones(count - columns)
    degree = np.zeros(count)
    for link, step in ((right, 1), (down, columns)):
        degree[: count - step] += link
        degree[step:] += link
    if columns == 1:
        return sparse.diags_array([degree, -down, -down], offsets=[0, 1, -1]).tocsr()
    return sparse.diags_array(
        [degree, -right, -right, -down, -down], offsets=[0, 1, -1, columns, -columns], shape=(count, count)
    ).tocsr()


def _bandwidth(system: sparse.coo_array) -> int:
    return int(np.abs(system.coords[0] - system.coords[1]).max(initial=0))


def _solve(system: sparse.coo_array, right: Floats) -> Floats:
    """Banded Cholesky: exact, and for a text line cheaper than any sparse or iterative solver."""
    row, column = system.coords
    lower = row >= column
    band = np.zeros((_bandwidth(system) + 1, system.shape[0]))
    band[row[lower] - column[lower], column[lower]] = system.data[lower]
    solution: Floats = solveh_banded(band, right, lower=True, overwrite_ab=True, check_finite=False)
    return solution


def _coarse(values: Floats, hole: Mask, mask: Mask) -> Floats:
    """Harmonic at half the size (cells with any known pixel are known), then a few sweeps at full size."""
    height, width = hole.shape
    grow = ((0, height % 2), (0, width % 2))
    known = np.pad(~mask, grow)
    cells = np.pad(values, (*grow, (0, 0))) * known[..., None]
    shape = (known.shape[0] // 2, 2, known.shape[1] // 2, 2)
    count = known.reshape(shape).sum(axis=(1, 3))
    total = cells.reshape(*shape, -1).sum(axis=(1, 3))
    small = harmonic(total / np.maximum(count, 1)[..., None], count == 0, count == 0)
    filled = values.copy()
    filled[hole] = small.repeat(2, axis=0).repeat(2, axis=1)[:height, :width][hole]
    for _ in range(_SWEEPS):
        mean = cv2.filter2D(filled, -1, _NEIGHBOURS, borderType=cv2.BORDER_REPLICATE).reshape(filled.shape)
        filled[hole] += 0.9 * (mean - filled)[hole]
    return filled
