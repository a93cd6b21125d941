"""Marks that are drawn over medical pictures and are not text: rulers, arrows, grids, calipers, calcifications."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

Array = np.ndarray


def _level(rng: np.random.Generator) -> tuple[int, int, int]:
    if rng.random() < 0.25:
        r, g, b = (int(v) for v in rng.integers(0, 256, 3))
        return r, g, b
    v = int(rng.choice([0, 255, 200, int(rng.integers(60, 255))]))
    return v, v, v


def _point(rng: np.random.Generator, p: Array) -> tuple[int, int]:
    return int(rng.integers(p.shape[1])), int(rng.integers(p.shape[0]))


def ruler(rng: np.random.Generator, p: Array) -> None:
    """Draw a scale: ticks of two lengths, upright or lying, with or without its spine."""
    step, long, short = int(rng.integers(3, 26)), int(rng.integers(5, 20)), int(rng.integers(2, 8))
    colour, thick, every = _level(rng), int(rng.integers(1, 3)), int(rng.choice([2, 5, 10]))
    at, start, count = int(rng.integers(p.shape[1])), int(rng.integers(-60, p.shape[0])), int(rng.integers(4, 40))
    side, lying = int(rng.choice([-1, 1])), rng.random() < 0.4
    for i in range(count):
        length = side * (long if i % every == 0 else short)
        a, b = (at, start + i * step), (at + length, start + i * step)
        cv2.line(p, a[::-1] if lying else a, b[::-1] if lying else b, colour, thick)
    if rng.random() < 0.6:
        a, b = (at, start), (at, start + count * step)
        cv2.line(p, a[::-1] if lying else a, b[::-1] if lying else b, colour, 1)


def caliper(rng: np.random.Generator, p: Array) -> None:
    """Draw two crosses joined by a dotted line."""
    a, b, colour, arm = _point(rng, p), _point(rng, p), _level(rng), int(rng.integers(2, 7))
    for x, y in (a, b):
        cv2.line(p, (x - arm, y), (x + arm, y), colour, 1)
        cv2.line(p, (x, y - arm), (x, y + arm), colour, 1)
    n = max(2, int(np.hypot(a[0] - b[0], a[1] - b[1]) / rng.integers(3, 9)))
    for t in np.linspace(0, 1, n):
        cv2.circle(p, (round(a[0] + t * (b[0] - a[0])), round(a[1] + t * (b[1] - a[1]))), 0, colour, -1)


def bar(rng: np.random.Generator, p: Array) -> None:
    """Draw a grey or colour scale bar."""
    x, y = _point(rng, p)
    w, h = int(rng.integers(4, 16)), int(rng.integers(30, 160))
    ramp = np.linspace(0, 255, h, dtype=np.uint8)[:, None].repeat(w, 1)
    strip = (
        cv2.applyColorMap(ramp, int(rng.integers(0, 20)))
        if rng.random() < 0.4
        else cv2.cvtColor(ramp, cv2.COLOR_GRAY2RGB)
    )
    if rng.random() < 0.3:
        strip = np.ascontiguousarray(strip.transpose(1, 0, 2))
    part = p[y : y + strip.shape[0], x : x + strip.shape[1]]
    part[:] = strip[: part.shape[0], : part.shape[1]]


def arrow(rng: np.random.Generator, p: Array) -> None:
    """Draw an arrow or arrow head."""
    a, length, turn = _point(rng, p), rng.uniform(6, 40), rng.uniform(0, 2 * np.pi)
    b = (round(a[0] + length * np.cos(turn)), round(a[1] + length * np.sin(turn)))
    cv2.arrowedLine(p, a, b, _level(rng), int(rng.integers(1, 4)), cv2.LINE_AA, tipLength=float(rng.uniform(0.2, 0.9)))


def outline(rng: np.random.Generator, p: Array) -> None:
    """Draw a line, a rectangle or an ellipse (a region of interest, a collimation edge)."""
    a, b, colour, thick = _point(rng, p), _point(rng, p), _level(rng), int(rng.integers(1, 3))
    kind = int(rng.integers(3))
    if kind == 0:
        cv2.line(p, a, b, colour, thick, cv2.LINE_AA)
    elif kind == 1:
        cv2.rectangle(p, a, b, colour, thick)
    else:
        cv2.ellipse(
            p,
            a,
            (int(rng.integers(3, 40)), int(rng.integers(3, 40))),
            float(rng.uniform(0, 180)),
            0,
            360,
            colour,
            thick,
            cv2.LINE_AA,
        )


def curve(rng: np.random.Generator, p: Array) -> None:
    """Draw a wavy trace: an ECG strip, a lead, a wire, a catheter."""
    n = int(rng.integers(20, 120))
    steps = rng.normal(0, rng.uniform(0.5, 6), n).cumsum() if rng.random() < 0.6 else rng.normal(0, 4, n)
    xs = np.linspace(0, rng.uniform(0.2, 1.0) * p.shape[1], n) + rng.uniform(0, p.shape[1] / 2)
    points = np.stack([xs, rng.uniform(0, p.shape[0]) + steps], 1)
    if rng.random() < 0.4:
        points = points[:, ::-1]
    cv2.polylines(p, [np.round(points).astype(np.int32)], False, _level(rng), int(rng.integers(1, 4)), cv2.LINE_AA)


def crumbs(rng: np.random.Generator, p: Array) -> None:
    """Draw a row of blobs as long as a word: calcified vessels, sutures, staples, clips, electrodes."""
    n, size = int(rng.integers(2, 14)), rng.uniform(0.6, 5)
    x, y = _point(rng, p)
    turn, bend, gap, colour = rng.uniform(0, 2 * np.pi), rng.normal(0, 0.15), rng.uniform(1.5, 4), _level(rng)
    kind = int(rng.integers(4))
    for _ in range(n):
        a, b = (size * rng.uniform(0.4, 1.4) for _ in range(2))
        if kind < 2:
            cv2.ellipse(
                p,
                (round(x), round(y)),
                (max(1, round(a)), max(0, round(b))),
                float(rng.uniform(0, 180)),
                0,
                360,
                colour,
                -1,
                cv2.LINE_AA,
            )
        elif kind == 2:
            u = turn + np.pi / 2
            cv2.line(
                p,
                (round(x - a * np.cos(u)), round(y - a * np.sin(u))),
                (round(x + a * np.cos(u)), round(y + a * np.sin(u))),
                colour,
                1,
                cv2.LINE_AA,
            )
        else:
            cv2.rectangle(p, (round(x), round(y)), (round(x + a), round(y + b)), colour, -1)
        x, y, turn = x + gap * size * np.cos(turn), y + gap * size * np.sin(turn), turn + bend
    if rng.random() < 0.3:
        p[:] = cv2.GaussianBlur(p, (3, 3), 0)


def mesh(rng: np.random.Generator, p: Array) -> None:
    """Draw a grid of lines or dots over a part of the picture."""
    step, colour = int(rng.integers(6, 40)), _level(rng)
    (x0, y0), side = _point(rng, p), int(rng.integers(40, 160))
    for i in range(0, side, step):
        if rng.random() < 0.9:
            cv2.line(p, (x0 + i, y0), (x0 + i, y0 + side), colour, 1)
            cv2.line(p, (x0, y0 + i), (x0 + side, y0 + i), colour, 1)


KINDS: tuple[Callable[[np.random.Generator, Array], None], ...] = (
    ruler,
    ruler,
    caliper,
    bar,
    arrow,
    outline,
    curve,
    crumbs,
    crumbs,
    mesh,
)


def scatter(rng: np.random.Generator, picture: Array, most: int = 4) -> None:
    """Draw up to `most` marks of any kind into an RGB picture (H, W, 3), in place."""
    for _ in range(int(rng.integers(0, most + 1))):
        KINDS[int(rng.integers(len(KINDS)))](rng, picture)
