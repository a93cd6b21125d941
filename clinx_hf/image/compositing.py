"""Mask-aware arithmetic on pixels: blank the hole, find holes and their surroundings, put a fill back.

Values are "levels": float64, where 0..255 is the full range whatever the pixel type, so that every constant
of the fills means the same for 8-bit, 16-bit and float images.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clinx_hf.errors import BadInput

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

LUMA = np.array([0.299, 0.587, 0.114])
_NEAR, _SAME, _DARK = 64, 8.0, 32.0  # background: pixels around a hole, levels above the darkest, levels at most
_FAR, _BODY = 48, 16.0  # pixels; levels above the background. Chosen on training pictures (0, 32, 48, 64 tried)
_SCALE = {"uint8": 1.0, "uint16": 257.0, "float32": 1 / 255, "float64": 1 / 255}


@dataclass(frozen=True)
class Window:
    """A rectangle of an image, half-open, in pixels."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Index of the window in an (H, W, ...) array."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width."""
        return self.bottom - self.top, self.right - self.left

    def grown(self, margin: int, shape: tuple[int, int], wide: int | None = None) -> Window:
        """With `margin` pixels more on all sides (`wide` left and right), cut at the border of an image."""
        side = margin if wide is None else wide
        return Window(
            max(0, self.top - margin),
            min(shape[0], self.bottom + margin),
            max(0, self.left - side),
            min(shape[1], self.right + side),
        )

    def within(self, outer: Window) -> Window:
        """The same rectangle in the coordinates of `outer`."""
        return Window(self.top - outer.top, self.bottom - outer.top, self.left - outer.left, self.right - outer.left)


@dataclass(frozen=True)
class Hole:
    """A connected part of a mask.

    window: its bounding box. inside: (h, w) bool, the hole within that box.
    """

    window: Window
    inside: Mask


def scale_of(image: NDArray[Any]) -> float:
    """Pixel values per level. Raises BadInput for pixel types other than uint8, uint16 and float (0..1)."""
    try:
        return _SCALE[image.dtype.name]
    except KeyError:
        raise BadInput("Image arrays must be uint8, uint16, or float in 0..1.") from None


def blanked(image: NDArray[Any], mask: Mask) -> Floats:
    """The levels (H, W, C) of an image with the hole at zero. Nothing later sees what was under the mask."""
    visible = np.where(mask[..., None], np.zeros((), image.dtype), image)
    return visible.astype(np.float64) / scale_of(image)


def composite(image: NDArray[Any], mask: Mask, levels: Floats) -> NDArray[Any]:
    """The image with `levels` (H, W, C) under the mask and its own pixels, untouched, everywhere else."""
    # Rounding twice keeps solver noise of 1e-12 from deciding ties such as 100.5.
    if image.dtype.kind == "f":
        inside = (np.clip(levels, 0, 255) * scale_of(image)).astype(image.dtype)
    else:
        scaled = np.round(np.clip(levels, 0, 255) * scale_of(image), 3)
        inside = np.rint(scaled).astype(image.dtype)
    return np.where(mask[..., None], inside, image)


def luma(levels: Floats) -> Floats:
    """Brightness (..., H, W) of levels (..., H, W, C), C 1 or 3."""
    if levels.shape[-1] == 1:
        return levels[..., 0]
    return np.asarray(levels @ LUMA)


def holes(mask: Mask, reach: int = 1) -> list[Hole]:
    """The separate holes of a mask, top left first; parts with up to 2 x `reach` pixels between them are one.

    With a reach of 1 no stencil of the fills touches two holes, so each can be solved alone.
    """
    near = _grown(mask, reach).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(near, connectivity=8)
    found = []
    for label in range(1, count):
        left, top, width, height = (int(v) for v in stats[label, :4])
        part = (slice(top, top + height), slice(left, left + width))
        inside = mask[part] & (labels[part] == label)
        rows, columns = np.nonzero(inside.any(axis=1))[0], np.nonzero(inside.any(axis=0))[0]
        box = Window(top + int(rows[0]), top + int(rows[-1]) + 1, left + int(columns[0]), left + int(columns[-1]) + 1)
        found.append(Hole(box, mask[box.slices] & (labels[box.slices] == label)))
    return sorted(found, key=lambda hole: (hole.window.top, hole.window.left))


def with_background(levels: Floats, mask: Mask) -> tuple[Floats, Mask, Window]:
    """The image with what may be taken for known outside of it, and where the image lies in that.

    Where a hole lies at the border and the border is background on both sides of it, the background is taken to go
    on behind the hole: else a head whose foot is covered would be drawn out to the border. Background: dark, and as
    dark as anything known around the hole. levels: (H, W, C), the last channel is the brightness. Without such a
    hole nothing is added.
    """
    behind = _behind(levels, mask)
    layers = (levels[..., -1], mask, behind[..., -1])
    sides = (layers, [x[::-1] for x in layers], [x.T for x in layers], [x.T[::-1] for x in layers])
    top, bottom, left, right = (_margin(*side) for side in sides)
    pads = ((top, bottom), (left, right))
    outer, behind = (np.pad(each, (*pads, (0, 0)), mode="edge") for each in (levels, behind))
    beyond = np.ones(outer.shape[:2], dtype=np.bool_)
    beyond[tuple(slice(2 if first else 0, -2 if last else None) for first, last in pads)] = False
    told = beyond & ~np.isnan(behind[..., -1])
    outer[told] = behind[told]
    inner = Window(top, top + mask.shape[0], left, left + mask.shape[1])
    return outer, np.pad(mask, pads, mode="edge") & ~told, inner


def _margin(bright: Floats, mask: Mask, behind: Floats) -> int:
    """How many rows to add before the first one, of which the first two are background; 0 for none.

    A body that does not narrow towards the hole most often reaches further than the border, so the background is put
    _FAR pixels from the hole's inner edge; one that narrows is closed as much sooner as it will have lost width.
    """
    run = ~np.isnan(behind[0])
    if not run.any():
        return 0
    depth = int(np.where(mask.all(axis=0), len(mask), np.argmin(mask, axis=0))[run].max())
    step = max(8, depth // 2)
    rows = bright[np.minimum([depth, depth + step], len(mask) - 1)][:, run]
    near, far = (rows > behind[0][run] + _BODY).sum(axis=1)
    left = 1 - (far - near) / max(near, 1) * depth / step
    return 2 + max(0, int(_FAR * np.clip(left, 0, 1)) - depth)


def _behind(levels: Floats, mask: Mask) -> Floats:
    """The level (H, W, C) behind each border pixel that is hidden in front of background, NaN elsewhere."""
    y, x = _around(*mask.shape)
    hidden, behind = mask[y, x], np.full(levels.shape, np.nan)
    if not hidden.any() or hidden.all():
        return behind
    start = int(np.argmin(hidden))  # a known pixel, so that no run of hidden ones is cut in two
    y, x, hidden = np.roll(y, -start), np.roll(x, -start), np.roll(hidden, -start)
    turns = np.flatnonzero(np.diff(np.append(hidden, False).astype(np.int8)))
    bright = levels[..., -1]
    for before, last in zip(turns[::2], turns[1::2], strict=True):
        ends = [(y[at % len(y)], x[at % len(y)]) for at in (before, last + 1)]
        run = (y[before + 1 : last + 1], x[before + 1 : last + 1])
        box = Window(*(int(v) for v in (run[0].min(), run[0].max() + 1, run[1].min(), run[1].max() + 1)))
        near = box.grown(_NEAR, mask.shape).slices
        if max(bright[end] for end in ends) <= min(bright[near][~mask[near]].min() + _SAME, _DARK):
            behind[run] = np.mean([levels[end] for end in ends], axis=0)
    return behind


def _around(height: int, width: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of the border pixels, once around."""
    down, across = np.arange(height), np.arange(width)
    y = [0 * across, down[1:], 0 * across[1:] + height - 1, down[-2:0:-1]]
    x = [across, 0 * down[1:] + width - 1, across[-2::-1], 0 * down[-2:0:-1]]
    return np.concatenate(y), np.concatenate(x)


def ring(mask: Mask, width: int, inner: int = 0) -> Mask:
    """Known pixels more than `inner` and at most `width` pixels (chessboard) away from the hole."""
    outer = _grown(mask, width)
    return outer & ~_grown(mask, inner) if inner else outer & ~mask


def _grown(mask: Mask, width: int) -> Mask:
    side = np.ones((2 * width + 1, 1), np.uint8)
    grown = cv2.dilate(cv2.dilate(mask.astype(np.uint8), side), side.T)
    return np.asarray(grown, dtype=np.bool_)


def tiles(length: int, core: int, overlap: int) -> Iterator[tuple[int, int, Floats]]:
    """Cut 0..length into runs (start, stop, weights) of about `core`; weights add up to one everywhere."""
    count = max(1, round(length / core))
    edges = [round(i * length / count) for i in range(count + 1)]
    half = overlap // 2
    for i in range(count):
        start = edges[i] - (half if i else 0)
        stop = edges[i + 1] + (half if i + 1 < count else 0)
        at = np.arange(start, stop) + 0.5
        weights = np.ones(stop - start)
        if i:
            weights = np.minimum(weights, (at - edges[i] + half) / (2 * half))
        if i + 1 < count:
            weights = np.minimum(weights, (edges[i + 1] + half - at) / (2 * half))
        yield start, stop, weights
