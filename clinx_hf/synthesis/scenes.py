"""Whole pictures with overlays, as they train and judge the reader: blocks, footers, watermarks, marks, JPEG."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from clinx_hf.synthesis import distractors
from clinx_hf.synthesis.backgrounds import Backgrounds
from clinx_hf.synthesis.fonts import Fonts
from clinx_hf.synthesis.overlay_texts import fold, footer, text
from clinx_hf.synthesis.overlays import Drawn, Stamp, Type, place, stamp

Array = np.ndarray
STYLES = ("light", "dark", "colour", "boxed", "outlined", "shadow")
STYLE_SHARES = (0.37, 0.21, 0.14, 0.14, 0.07, 0.07)


@dataclass(frozen=True)
class Scene:
    """A picture (H, W, 3) uint8 RGB and every line that was drawn into it."""

    picture: Array
    lines: tuple[Drawn, ...]


def draw_type(rng: np.random.Generator, fonts: Fonts, large: bool = False) -> Type:
    """Return a random way to set a line: half of it 4-8 px tall, or 14-44 px if `large`; a third is faint."""
    u = rng.random()
    low, high = (14, 44) if large else (4, 8) if u < 0.5 else (7, 14) if u < 0.82 else (12, 36)
    cap = float(np.exp(rng.uniform(np.log(low), np.log(high))))
    v = rng.random()
    contrast = rng.uniform(13, 30) if v < 0.25 else rng.uniform(30, 75) if v < 0.45 else rng.uniform(75, 255)
    w = rng.random()
    angle = (
        0.0
        if w < 0.64
        else 90.0 * float(rng.choice([1, 3]))
        if w < 0.85
        else 180.0
        if w < 0.88
        else float(rng.uniform(-20, 20))
        if w < 0.96
        else float(rng.uniform(0, 360))
    )
    enlarge, blocky = 1.0, False
    if rng.random() < 0.25:
        enlarge = float(rng.uniform(1.0, 3.0)) if cap >= 9 else float(rng.uniform(0.4, 1.0))
        enlarge, blocky = min(enlarge, cap / 4), rng.random() < 0.3
    return Type(
        fonts.pick(rng),
        cap,
        float(contrast),
        str(rng.choice(STYLES, p=STYLE_SHARES)),
        angle,
        rng.random() > 0.35,
        enlarge,
        blocky,
    )


def _room(taken: Array, x: int, y: int, w: int, h: int) -> bool:
    part = taken[max(0, y) : max(0, y + h), max(0, x) : max(0, x + w)]
    return bool(part.size) and not part.any()


def _take(taken: Array, line: Drawn) -> None:
    cv2.fillPoly(taken, [np.round(line.quad).astype(np.int32)], 1)
    taken[:] = cv2.dilate(taken, np.ones((3, 3), np.uint8))


def _block(rng: np.random.Generator, picture: Array, taken: Array, kind: Type) -> list[Drawn]:
    """Draw one to five lines under one another, anywhere, also hanging over the border."""
    count = int(rng.integers(1, 6)) if kind.angle == 0 and rng.random() < 0.5 else 1
    marks = [m for m in (stamp(text(rng), kind) for _ in range(count)) if m is not None]
    if not marks:
        return []
    height, width = picture.shape[:2]
    widest, lead, right = max(m.ink.shape[1] for m in marks), rng.uniform(1.5, 2.4) * kind.cap, rng.random() < 0.4
    if kind.angle:
        return _single(rng, picture, taken, marks[0], kind)
    x = (
        int(rng.uniform(-0.9 * widest, width - 8))
        if widest > 0.8 * width
        else int(rng.uniform(-0.15 * widest, width - 0.85 * widest))
    )
    y = float(rng.uniform(-0.4 * kind.cap, height - 0.7 * kind.cap))
    lines = []
    for mark in marks:
        h, w = mark.ink.shape
        at = (x + widest - w if right else x, round(y))
        if _room(taken, *at, w, h) and at[1] < height - 0.5 * h:
            lines.append(place(picture, mark, kind, *at, rng))
            _take(taken, lines[-1])
        y += max(lead, h + 2)
    return lines


def _single(rng: np.random.Generator, picture: Array, taken: Array, mark: Stamp, kind: Type) -> list[Drawn]:
    """Draw one turned line, its middle part somewhere in the picture."""
    height, width = picture.shape[:2]
    h, w = mark.ink.shape
    a = np.deg2rad(kind.angle)
    bw, bh = abs(w * np.cos(a)) + abs(h * np.sin(a)), abs(w * np.sin(a)) + abs(h * np.cos(a))
    x = (
        int(rng.uniform(min(0, width - bw) - 0.2 * h, max(1.0, width - bw)))
        if bw > width
        else int(rng.uniform(-0.2 * h, width - bw))
    )
    y = (
        int(rng.uniform(min(0, height - bh) - 0.2 * h, max(1.0, height - bh)))
        if bh > height
        else int(rng.uniform(-0.2 * h, height - bh))
    )
    if not _room(taken, x, y, int(bw), int(bh)):
        return []
    line = place(picture, mark, kind, x, y, rng)
    _take(taken, line)
    return [line]


def _footer(rng: np.random.Generator, picture: Array, taken: Array, kind: Type) -> list[Drawn]:
    """Draw a portal's footer: one or two long small lines on a flat strip or on the picture, often cut."""
    height, width = picture.shape[:2]
    kind = replace(
        kind,
        cap=float(rng.uniform(4.5, 11)),
        angle=0.0,
        enlarge=1.0,
        style="dark" if rng.random() < 0.2 else "light",
        contrast=float(rng.uniform(60, 255)),
    )
    whole = fold(footer(rng))
    parts = [whole]
    if rng.random() < 0.3 and "," in whole:
        at = whole.rindex(",Source") if ",Source" in whole else whole.rindex(",")
        parts = [whole[:at], whole[at + 1 :]]
    marks = [m for m in (stamp(p, kind) for p in parts if p.strip()) if m is not None]
    tall = sum(m.ink.shape[0] for m in marks) + int(rng.integers(1, 6)) * len(marks)
    top = rng.random() < 0.1
    y = int(rng.integers(-1, 4)) if top else height - tall + int(rng.integers(-2, 2))
    if rng.random() < 0.75:
        strip = slice(0, y + tall + 2) if top else slice(max(0, y - int(rng.integers(1, 6))), height)
        picture[strip] = 0 if kind.style == "light" else 255
    lines = []
    shift = int(rng.uniform(-0.85, 0.0) * max([m.ink.shape[1] for m in marks], default=0)) + int(
        rng.integers(0, width // 2)
    )
    for mark in marks:
        h, w = mark.ink.shape
        x = (width - w) // 2 if w < width and rng.random() < 0.5 else shift
        lines.append(place(picture, mark, kind, x, y, rng))
        _take(taken, lines[-1])
        y += h + int(rng.integers(1, 4))
    return lines


def degrade(rng: np.random.Generator, picture: Array) -> Array:
    """Return the picture with a little noise, blur and JPEG loss, each with its own chance."""
    if rng.random() < 0.3:
        grain = rng.standard_normal(picture.shape[:2]).astype(np.float32) * np.float32(rng.uniform(1, 8))
        picture = np.clip(picture + grain[..., None], 0, 255).astype(np.uint8)
    if rng.random() < 0.1:
        picture = cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.3, 0.8)))
    if rng.random() < 0.6:
        code = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 97))])[1]
        picture = np.asarray(cv2.imdecode(code, cv2.IMREAD_COLOR))
    return np.asarray(picture, np.uint8)


def dress(
    rng: np.random.Generator, picture: Array, fonts: Fonts, footers: float, blocks: int, large: float = 0.0
) -> Scene:
    """Draw overlays into an RGB picture (H, W, 3), in place, and return it degraded, with its lines.

    footers: chance of a footer; blocks: how many blocks of lines are tried; large: chance that a block is large type.
    """
    taken = np.zeros(picture.shape[:2], np.uint8)
    lines: list[Drawn] = []
    if rng.random() < footers:
        lines += _footer(rng, picture, taken, draw_type(rng, fonts))
    for _ in range(blocks):
        lines += _block(rng, picture, taken, draw_type(rng, fonts, rng.random() < large))
    return Scene(degrade(rng, picture), tuple(lines))


def scene(
    rng: np.random.Generator,
    grounds: Backgrounds,
    fonts: Fonts,
    side: int,
    large: bool = False,
    film: float = 0.33,
    empty: float = 0.2,
) -> Scene:
    """Return a square picture of `side` pixels with overlays; text-free with probability `empty`."""
    picture = np.repeat(grounds.piece(rng, side, side, film)[..., None], 3, 2)
    distractors.scatter(rng, picture, 4)
    if rng.random() < empty:
        return Scene(degrade(rng, picture), ())
    return dress(rng, picture, fonts, 0.0 if large else 0.3, int(rng.integers(1, 4)), 0.75 if large else 0.0)
