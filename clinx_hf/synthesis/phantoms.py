"""Procedural medical pictures: heads, abdomens, chests, spines, ultrasound sectors, films, textures.

They look enough like CT, MR and ultrasound to teach a text detector what is not text: folds, skull rims, sutures,
ribs, calcified vessels, bowel gas, speckle. Each function returns a grey uint8 picture of (side, side) without text.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

Array = np.ndarray


def noise(rng: np.random.Generator, side: int, sigma: float) -> Array:
    """Return smooth noise of unit deviation, (side, side) float32, with features about `sigma` pixels wide."""
    step = max(1.0, sigma / 2.5)
    small = max(4, int(np.ceil(side / step)) + 4)
    field = cv2.GaussianBlur(rng.standard_normal((small, small)).astype(np.float32), (0, 0), sigma / step)
    field = cv2.resize(field, (side + 8, side + 8), interpolation=cv2.INTER_CUBIC)[4 : 4 + side, 4 : 4 + side]
    return np.asarray((field - field.mean()) / (field.std() + 1e-6), np.float32)


def folds(rng: np.random.Generator, side: int, sigma: float, sharp: float) -> Array:
    """Return a labyrinth of thin lines in 0..1, like sulci: 1 on the zero crossings of band-passed noise."""
    band = noise(rng, side, sigma) - 0.6 * noise(rng, side, sigma * 2.2)
    return np.exp(-((band * sharp) ** 2))


def _grid(side: int) -> tuple[Array, Array]:
    axis = np.linspace(-1, 1, side, dtype=np.float32)
    return axis[None, :], axis[:, None]


def _radius(rng: np.random.Generator, side: int, width: float, height: float, wobble: float = 0.04) -> Array:
    """Return a field that is 1 on a wobbly ellipse around the middle and below 1 inside."""
    x, y = _grid(side)
    turn = rng.normal(0, 0.12)
    u, v = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    power = rng.uniform(2.0, 2.6)
    field = (np.abs(u / width) ** power + np.abs(v / height) ** power) ** (1 / power)
    return np.asarray(field + wobble * noise(rng, side, side / 7) * 0.5, np.float32)


def _between(field: Array, low: float, high: float, soft: float = 0.012) -> Array:
    return np.clip((field - low) / soft, 0, 1) * np.clip((high - field) / soft, 0, 1)


def _pair(rng: np.random.Generator, low: float, high: float) -> tuple[float, float]:
    return float(rng.uniform(low, high)), float(rng.uniform(low, high))


def _paint(picture: Array, mask: Array, level: float | Array) -> None:
    picture += (level - picture) * mask


def _blob(rng: np.random.Generator, side: int, x: float, y: float, rx: float, ry: float, wobble: float = 0.15) -> Array:
    gx, gy = _grid(side)
    field = np.sqrt(((gx - x) / rx) ** 2 + ((gy - y) / ry) ** 2) + wobble * noise(
        rng, side, max(4.0, side * max(rx, ry) / 3)
    )
    return np.asarray(np.clip((1 - field) * max(rx, ry) * side / 3, 0, 1), np.float32)


def _finish(rng: np.random.Generator, picture: Array, grain: float) -> Array:
    if rng.random() < 0.6:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.6))
    picture = picture + grain * cv2.GaussianBlur(
        rng.standard_normal(picture.shape).astype(np.float32), (0, 0), rng.uniform(0.4, 1.2)
    )
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def head(rng: np.random.Generator, side: int) -> Array:
    """Return an axial head: scalp, skull, folded brain with ventricles or skull base; T1-, T2- or CT-like."""
    r = _radius(rng, side, rng.uniform(0.62, 0.85), rng.uniform(0.8, 0.97), 0.03)
    picture = np.full((side, side), rng.uniform(0, 12), np.float32)
    brain, fluid = (
        (rng.uniform(70, 140), rng.uniform(10, 60))
        if rng.random() < 0.6
        else (rng.uniform(60, 110), rng.uniform(150, 250))
    )
    skull = rng.uniform(190, 255) if rng.random() < 0.4 else rng.uniform(5, 50)
    edge = rng.uniform(0.84, 0.93)
    _paint(picture, _between(r, -1, 1.0), rng.uniform(60, 255))
    _paint(picture, _between(r, -1, rng.uniform(edge + 0.03, 0.98)), skull)
    _paint(picture, _between(r, -1, edge), fluid)
    depth = np.clip((r - rng.uniform(0.2, 0.6)) * 3, 0.0, 1)
    sulci = folds(rng, side, side * rng.uniform(0.012, 0.03), rng.uniform(2.5, 6)) * depth
    white = np.clip((noise(rng, side, side * 0.03) + (0.55 - r) * 5) * 0.8 + 0.5, 0, 1) * rng.uniform(-25, 35)
    _paint(picture, _between(r, -1, edge - 0.02), brain + white)
    _paint(picture, _between(r, -1, edge - 0.005) * np.clip(sulci * rng.uniform(0.5, 1.1), 0, 1), fluid)
    x, _ = _grid(side)
    _paint(
        picture,
        (np.abs(x + 0.01 * noise(rng, side, side / 8)) < 0.006) * _between(r, -1, edge) * 0.9,
        rng.uniform(0, 255),
    )
    if rng.random() < 0.6:
        for s in (-1, 1):
            _paint(
                picture,
                _blob(
                    rng,
                    side,
                    s * rng.uniform(0.06, 0.16),
                    rng.uniform(-0.25, 0.2),
                    rng.uniform(0.04, 0.11),
                    rng.uniform(0.12, 0.3),
                ),
                fluid,
            )
    else:
        base = noise(rng, side, side * rng.uniform(0.008, 0.025))
        area = _blob(rng, side, 0, rng.uniform(-0.5, -0.1), rng.uniform(0.3, 0.6), rng.uniform(0.25, 0.5))
        _paint(
            picture,
            area,
            np.where(base > 0.3, rng.uniform(150, 255), np.where(base < -0.6, 0, brain)).astype(np.float32),
        )
    for _ in range(int(rng.integers(0, 5))):
        _paint(picture, _blob(rng, side, *_pair(rng, -0.5, 0.5), *_pair(rng, 0.015, 0.15)), rng.uniform(0, 255))
    return _finish(rng, picture, rng.uniform(0.5, 9))


def _ribs(rng: np.random.Generator, picture: Array, r: Array, low: float, high: float) -> None:
    side = picture.shape[0]
    x, y = _grid(side)
    angle = np.arctan2(y, x)
    for _ in range(int(rng.integers(4, 16))):
        at, wide = rng.uniform(-np.pi, np.pi), rng.uniform(0.04, 0.2)
        arc = np.clip((wide - np.abs(np.angle(np.exp(1j * (angle - at))))) * 40, 0, 1)
        _paint(picture, np.asarray(arc * _between(r, low, high), np.float32), rng.uniform(170, 255))


def _spine(rng: np.random.Generator, picture: Array, y: float) -> None:
    side, bone = picture.shape[0], rng.uniform(180, 255)
    rx = rng.uniform(0.09, 0.15)
    trabecular = bone - 40 * (noise(rng, side, side * 0.008) > 0)
    _paint(picture, _blob(rng, side, 0, y, rx, rx * 0.8, 0.08), trabecular.astype(np.float32))
    for s in (-1, 1):
        _paint(picture, _blob(rng, side, s * rx * 1.3, y + rx, rx * 0.9, rx * 0.3, 0.3), bone)
    _paint(picture, _blob(rng, side, 0, y + 1.6 * rx, rx * 0.2, rx, 0.2), bone)
    _paint(picture, _blob(rng, side, 0, y + 0.95 * rx, rx * 0.4, rx * 0.3), rng.uniform(60, 120))


def _table(rng: np.random.Generator, picture: Array) -> None:
    side = picture.shape[0]
    for _ in range(int(rng.integers(0, 3))):
        y = rng.uniform(0.8, 0.97) * side
        axes = (int(side * rng.uniform(0.3, 0.9)), int(side * rng.uniform(0.02, 0.2)))
        cv2.ellipse(
            picture,
            (side // 2, int(y - axes[1])),
            axes,
            0,
            40,
            140,
            rng.uniform(80, 255),
            int(rng.integers(1, 3)),
            cv2.LINE_AA,
        )


def abdomen(rng: np.random.Generator, side: int) -> Array:
    """Return an axial abdomen as CT shows it: fat ring, ribs, liver, kidneys, bowel with gas, vessels, table."""
    r = _radius(rng, side, rng.uniform(0.75, 0.96), rng.uniform(0.5, 0.75), 0.05)
    picture = np.full((side, side), rng.uniform(0, 10), np.float32)
    fat, tissue = rng.uniform(20, 80), rng.uniform(95, 150)
    inner = rng.uniform(0.75, 0.9)
    _paint(picture, _between(r, -1, 1.0), fat)
    _paint(picture, _between(r, 0.985, 1.0, 0.006), tissue)
    _paint(picture, _between(r, inner - 0.08, inner), tissue)
    _ribs(rng, picture, r, inner - 0.07, inner - 0.02)
    inside = _between(r, -1, inner - 0.08)
    strands = folds(rng, side, side * rng.uniform(0.012, 0.03), 5) * rng.uniform(0, 0.5)
    _paint(picture, inside * strands, tissue)
    if rng.random() < 0.7:
        _paint(picture, inside * _blob(rng, side, -0.4, -0.05, 0.38, 0.36, 0.2), tissue + 10 + 4 * noise(rng, side, 3))
    for _ in range(int(rng.integers(4, 22))):
        x, y, size = rng.uniform(-0.6, 0.6), rng.uniform(-0.45, 0.3), rng.uniform(0.03, 0.14)
        loop = inside * _blob(rng, side, x, y, size, size * rng.uniform(0.5, 1.2), 0.25)
        _paint(picture, loop, tissue + rng.uniform(-10, 60))
        kind = rng.random()
        if kind < 0.5:
            fill = rng.uniform(0, 15) if kind < 0.3 else rng.uniform(200, 255)
            _paint(picture, inside * _blob(rng, side, x, y - size * 0.2, size * 0.7, size * 0.5, 0.35), fill)
        elif kind < 0.7:
            _paint(picture, loop * (noise(rng, side, rng.uniform(1.2, 4)) > 0.5), rng.uniform(0, 40))
    for s in (-1, 1):
        if rng.random() < 0.6:
            _paint(picture, _blob(rng, side, s * 0.4, 0.22, 0.11, 0.14, 0.12), rng.uniform(130, 240))
            _paint(picture, _blob(rng, side, s * 0.36, 0.22, 0.05, 0.06, 0.3), fat)
    _spine(rng, picture, rng.uniform(0.2, 0.35))
    for _ in range(int(rng.integers(0, 30))):
        size = rng.uniform(0.005, 0.03)
        _paint(
            picture, _blob(rng, side, *_pair(rng, -0.5, 0.5), size, size * rng.uniform(0.5, 2)), rng.uniform(150, 255)
        )
    _table(rng, picture)
    return _finish(rng, picture, rng.uniform(1, 9))


def chest(rng: np.random.Generator, side: int) -> Array:
    """Return an axial chest: dark lungs with vessels, or a soft-tissue window with calcifications."""
    r = _radius(rng, side, rng.uniform(0.8, 0.95), rng.uniform(0.55, 0.75), 0.05)
    picture = np.full((side, side), rng.uniform(0, 10), np.float32)
    tissue = rng.uniform(100, 200)
    _paint(picture, _between(r, -1, 1.0), rng.uniform(40, 120))
    _paint(picture, _between(r, -1, 0.88), tissue)
    _ribs(rng, picture, r, 0.8, 0.86)
    vessels = folds(rng, side, side * rng.uniform(0.008, 0.02), 6) * (noise(rng, side, side * 0.03) > 0.3)
    for s in (-1, 1):
        lung = _blob(rng, side, s * 0.42, 0, 0.33, 0.48, 0.12)
        _paint(picture, lung, rng.uniform(5, 50) + rng.uniform(30, 180) * vessels)
    _paint(picture, _blob(rng, side, 0.1, 0.0, 0.28, 0.3, 0.1), tissue + rng.uniform(-10, 40))
    _spine(rng, picture, 0.4)
    for _ in range(int(rng.integers(0, 12))):
        _paint(
            picture,
            _blob(rng, side, *_pair(rng, -0.25, 0.25), rng.uniform(0.005, 0.03), rng.uniform(0.004, 0.012), 0.4),
            250,
        )
    _table(rng, picture)
    return _finish(rng, picture, rng.uniform(1, 10))


def spine(rng: np.random.Generator, side: int) -> Array:
    """Return a sagittal spine or neck: a curved row of vertebrae, discs and a canal (rows of blobs, not letters)."""
    picture = 40 + rng.uniform(5, 40) * noise(rng, side, side * 0.05)
    bone, disc = rng.uniform(60, 230), rng.uniform(10, 220)
    n, x = int(rng.integers(7, 22)), rng.uniform(-0.4, 0.4)
    bend, phase = rng.uniform(0, 0.2), rng.uniform(0, 6)
    for i in range(n):
        y = -1 + 2 * (i + 0.5) / n
        cx = x + bend * np.sin(2.5 * y + phase)
        width = rng.uniform(0.9, 1.1) * (0.5 + 0.5 * (i + 4) / n) * 0.2
        _paint(picture, _blob(rng, side, cx, y, width, 0.72 / n, 0.08), bone + 8 * noise(rng, side, 2))
        _paint(picture, _blob(rng, side, cx, y + 1 / n, width * 0.9, 0.18 / n, 0.15), disc)
        _paint(picture, _blob(rng, side, cx + 2.2 * width, y + 0.4 / n, width * 0.8, 0.4 / n, 0.3), bone)
    gx, gy = _grid(side)
    canal = np.abs(gx - (x + 0.27 + bend * np.sin(2.5 * gy + phase)))
    _paint(picture, np.clip((0.05 - canal) * 60, 0, 1), rng.uniform(0, 255))
    return _finish(rng, np.asarray(picture, np.float32), rng.uniform(1, 8))


def sector(rng: np.random.Generator, side: int) -> Array:
    """Return an ultrasound sector: multiplicative speckle, layers, cysts, shadows, black around it."""
    x, y = _grid(side)
    layers = 80 + 50 * noise(rng, side, side * 0.06) + 30 * np.sin(y * rng.uniform(5, 40) + noise(rng, side, side / 6))
    speckle = (
        np.abs(cv2.GaussianBlur(rng.standard_normal((side, side)).astype(np.float32), (0, 0), rng.uniform(0.8, 2.5)))
        * 2.2
    )
    picture = np.clip(layers, 5, 220) * (0.35 + speckle)
    for _ in range(int(rng.integers(0, 5))):
        _paint(picture, _blob(rng, side, *_pair(rng, -0.6, 0.6), *_pair(rng, 0.03, 0.25)), rng.uniform(0, 20))
    if rng.random() < 0.7:
        apex = rng.uniform(1.0, 1.6)
        far, turn = np.hypot(x, y + apex), np.arctan2(x, y + apex)
        picture *= (np.abs(turn) < rng.uniform(0.4, 0.8)) & (far > apex - 1 + rng.uniform(0, 0.2)) & (far < apex + 0.95)
    return _finish(rng, np.asarray(picture, np.float32), 1.0)


def texture(rng: np.random.Generator, side: int) -> Array:
    """Return a flat, noisy, graded, gridded or cloudy ground without anatomy."""
    kind = rng.random()
    base: Array = np.full((side, side), rng.choice([0, 0, 0, 8, 30, 128, 255, 255, rng.uniform(0, 255)]), np.float32)
    if kind < 0.35:
        return np.asarray(base, np.uint8)
    if kind < 0.5:
        x, y = _grid(side)
        base = 128 + rng.uniform(-120, 120) * x + rng.uniform(-120, 120) * y
    elif kind < 0.75:
        base = rng.uniform(20, 220) + rng.uniform(5, 50) * noise(rng, side, rng.uniform(2, 60))
    elif kind < 0.85:
        base = rng.uniform(0, 200) + rng.uniform(20, 90) * folds(rng, side, rng.uniform(3, 12), rng.uniform(2, 6))
    else:
        step = int(rng.integers(4, 40))
        base[::step], base[:, ::step] = rng.uniform(0, 255), rng.uniform(0, 255)
    return _finish(rng, np.asarray(base, np.float32), rng.uniform(0, 12))


KINDS: tuple[tuple[Callable[[np.random.Generator, int], Array], float], ...] = (
    (head, 0.30),
    (abdomen, 0.26),
    (chest, 0.10),
    (spine, 0.09),
    (sector, 0.07),
    (texture, 0.18),
)


def phantom(rng: np.random.Generator, side: int = 448) -> Array:
    """Return one picture of any kind."""
    at = int(rng.choice(len(KINDS), p=[share for _, share in KINDS]))
    return KINDS[at][0](rng, side)
