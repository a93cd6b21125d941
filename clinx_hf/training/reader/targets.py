"""What the detector should answer: for each line a kernel, a ring that counts little, and places that count nothing."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from clinx_hf.synthesis.overlays import Drawn

Array = np.ndarray
INSET = 0.2  # the kernel is the line's quad moved in by this part of its short side
RING = 0.25  # weight of the ring between kernel and quad, as background: keeps lines of a block apart
SHIFT = 4  # fractional bits of OpenCV's polygon corners


def visible(quad: Array, side: int) -> Array:
    """Return the part of a quad inside the picture: exact for upright quads, the quad itself for slanted ones."""
    step = quad[1] - quad[0]
    if min(abs(step)) > 0.5:
        return quad
    return np.asarray(np.clip(quad, 0, side))


def inset(quad: Array, by: float) -> Array:
    """Return the quad with every side moved in by `by` pixels."""
    along = quad[1] - quad[0]
    down = quad[3] - quad[0]
    u = along / max(1e-6, float(np.hypot(*along))) * min(by, float(np.hypot(*along)) * 0.45)
    v = down / max(1e-6, float(np.hypot(*down))) * min(by, float(np.hypot(*down)) * 0.45)
    return np.stack([quad[0] + u + v, quad[1] - u + v, quad[2] - u - v, quad[3] + u - v])


def _fill(canvas: Array, quad: Array, value: float) -> None:
    # OpenCV fills from pixel middles, our edges are half a pixel before them.
    corners = np.round((quad - 0.5) * (1 << SHIFT)).astype(np.int32)
    cv2.fillPoly(canvas, [corners], value, lineType=cv2.LINE_8, shift=SHIFT)


def draw(lines: Sequence[Drawn], side: int, scale: int, least: float = 0.0) -> tuple[Array, Array]:
    """Return target and weight, both (scale*side, scale*side) float32, for a square picture of `side` pixels.

    Lines under `least` pixels, and lines of which only a sliver is left at the border, count nothing.
    """
    size = side * scale
    target, weight = np.zeros((size, size), np.float32), np.ones((size, size), np.float32)
    for line in lines:
        quad = visible(line.quad, side)
        tall = float(min(np.hypot(*(quad[3] - quad[0])), np.hypot(*(quad[1] - quad[0]))))
        whole = float(min(line.height, np.hypot(*(line.quad[1] - line.quad[0]))))
        if tall < max(0.4 * whole, 1.0) or line.height < least:
            _fill(weight, line.quad * scale, 0.0)
            continue
        _fill(weight, quad * scale, RING)
        kernel = inset(quad, INSET * tall) * scale
        _fill(target, kernel, 1.0)
        _fill(weight, kernel, float(np.clip(12 / max(1.0, line.height), 0.5, 2)))
    return target, weight


def inside(quads: Sequence[Array], height: int, width: int) -> Array:
    """Return the inside of oriented boxes as bool (height, width)."""
    out = np.zeros((height, width), np.uint8)
    for quad in quads:
        _fill(out, np.asarray(quad), 1)
    return out.astype(bool)
