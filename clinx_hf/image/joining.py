"""Join oriented boxes that lie on one line of type, and drop boxes that lie inside others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clinx_hf.image.detection import Found

Array = np.ndarray
GAP = 1.2  # boxes with less than this many heights between them belong together
SLANT = np.deg2rad(6)  # largest difference in direction
OFFSET = 0.4  # largest shift across the line, in heights
LIKE = 1.7  # largest ratio of heights
INSIDE = 0.8  # a box is dropped when this part of it lies in another


def join_lines(found: Sequence[Found]) -> list[Found]:
    """Return the boxes with neighbours on one line joined; a joined box has its parts' best score."""
    kept = _without_nested(found)
    if len(kept) < 2:
        return kept
    group = _groups(_neighbours(np.stack([f.quad for f in kept])))
    out = []
    for label in dict.fromkeys(group):
        parts = [kept[i] for i in np.flatnonzero(np.array(group) == label)]
        out.append(parts[0] if len(parts) == 1 else Found(_around(parts), max(p.score for p in parts)))
    return out


def _without_nested(found: Sequence[Found]) -> list[Found]:
    """Drop boxes that lie mostly inside a larger upright one (parts of large type seen at both scales)."""
    if len(found) < 2:
        return list(found)
    quads = np.stack([f.quad for f in found])
    low, high = quads.min(1), quads.max(1)
    area = (high - low).prod(1)
    overlap = np.minimum(high[:, None], high[None]) - np.maximum(low[:, None], low[None])
    shared = np.clip(overlap, 0, None).prod(2)
    step = np.abs(quads[:, 1] - quads[:, 0])
    straight = step.min(1) < 0.06 * step.max(1)
    rank = np.arange(len(found))
    larger = (area[None] > area[:, None]) | ((area[None] == area[:, None]) & (rank[None] < rank[:, None]))
    nested = (shared >= INSIDE * area[:, None]) & larger & straight[None]
    return [f for f, drop in zip(found, nested.any(1), strict=True) if not drop]


def _neighbours(quads: Array) -> Array:
    """Return which boxes (N, 4, 2) continue each other along a line, (N, N) bool."""
    along, down = quads[:, 1] - quads[:, 0], quads[:, 3] - quads[:, 0]
    long, tall = np.hypot(*along.T), np.hypot(*down.T)
    middle = quads.mean(1)
    turn = np.arctan2(along[:, 1], along[:, 0])
    # A box about as long as tall (one sign) has no direction of its own: it takes that of the longer one.
    loose = long < 1.5 * tall
    difference = np.abs((turn[:, None] - turn[None] + np.pi / 2) % np.pi - np.pi / 2)
    aligned = (difference < SLANT) | loose[:, None] | loose[None]
    lead = np.where((long[:, None] >= long[None])[..., None], along[:, None], along[None])
    unit = lead / np.maximum(np.hypot(lead[..., 0], lead[..., 1]), 1e-6)[..., None]
    between = middle[None] - middle[:, None]
    across = np.abs(between[..., 0] * unit[..., 1] - between[..., 1] * unit[..., 0])
    reach = np.abs((between * unit).sum(-1)) - (long[:, None] + long[None]) / 2
    height = np.maximum(tall[:, None], tall[None])
    like = height <= LIKE * np.minimum(tall[:, None], tall[None])
    joined: Array = aligned & like & (across < OFFSET * height) & (reach < GAP * height)
    # Two single signs have no direction to go by: they are joined only side by side.
    side = np.abs(between[..., 1]) < OFFSET * height
    joined &= ~(loose[:, None] & loose[None]) | side
    return joined


def _groups(near: Array) -> list[int]:
    """Return a label for each box, the same for boxes linked directly or through others."""
    labels = list(range(len(near)))
    for i in range(len(near)):
        if labels[i] != i:
            continue
        stack = [i]
        while stack:
            at = stack.pop()
            for j in np.flatnonzero(near[at] | near[:, at]):
                if labels[j] == j and j > i:
                    labels[j] = i
                    stack.append(int(j))
    return labels


def _around(parts: Sequence[Found]) -> Array:
    """Return the smallest box in the direction of the longest part that holds all parts."""
    lead = max(parts, key=lambda p: float(np.hypot(*(p.quad[1] - p.quad[0])))).quad
    u = (lead[1] - lead[0]) / max(1e-6, float(np.hypot(*(lead[1] - lead[0]))))
    v = np.array([-u[1], u[0]], np.float32)
    points = np.concatenate([p.quad for p in parts])
    s, t = points @ u, points @ v
    corners = [(s.min(), t.min()), (s.max(), t.min()), (s.max(), t.max()), (s.min(), t.max())]
    return np.array([a * u + b * v for a, b in corners], np.float32)
