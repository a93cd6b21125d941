"""Draw lines of type into pictures, and say exactly where their ink is.

Coordinates are pixels with edges at whole numbers: a line's quad covers [x0, x1) x [y0, y1) before it is turned.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw

from clinx_hf.synthesis.fonts import at_cap

Array = np.ndarray
INK = 48  # coverage (0..255) from which a pixel counts as ink


@dataclass(frozen=True)
class Type:
    """How a line is set. cap: height of capitals in pixels; enlarge: drawn that much smaller and blown up, as
    scanners do; angle: degrees counter-clockwise; style: light, dark, colour, boxed, outlined, shadow, faint;
    contrast: grey levels between ink and ground."""

    font: str
    cap: float
    contrast: float
    style: str = "light"
    angle: float = 0.0
    smooth: bool = True
    enlarge: float = 1.0
    blocky: bool = False


@dataclass(frozen=True)
class Stamp:
    """One line of ink, cut to its ink: coverage (h, w) uint8, and the x of the middle of every sign."""

    text: str
    ink: Array
    centres: Array


@dataclass(frozen=True)
class Drawn:
    """A line in a picture: quad (4, 2) in reading order from its upper left corner, its ink and where that lies."""

    text: str
    quad: Array
    ink: Array
    corner: tuple[int, int]
    type: Type

    @property
    def height(self) -> float:
        """The height of the line's ink in pixels, across the reading direction."""
        return float(np.hypot(*(self.quad[3] - self.quad[0])))

    def coverage(self, height: int, width: int) -> Array:
        """Return the ink as bool (height, width), cut at the picture's border."""
        out = np.zeros((height, width), bool)
        x, y = self.corner
        h, w = self.ink.shape
        top, left = max(0, y), max(0, x)
        low, right = min(height, y + h), min(width, x + w)
        if low > top and right > left:
            out[top:low, left:right] = self.ink[top - y : low - y, left - x : right - x] >= INK
        return out


def stamp(text: str, kind: Type, centres: bool = False) -> Stamp | None:
    """Draw `text` upright; None when it leaves no ink. The middles of signs are measured only if asked for."""
    font = at_cap(kind.font, kind.cap / kind.enlarge)
    left, top, right, bottom = font.getbbox(text)
    if right <= left or bottom <= top:
        return None
    canvas = Image.new("L", (int(right - left) + 6, int(bottom - top) + 6))
    pen = ImageDraw.Draw(canvas)
    pen.fontmode = "L" if kind.smooth else "1"
    pen.text((3 - left, 3 - top), text, fill=255, font=font)
    ink = np.asarray(canvas)
    if kind.enlarge != 1.0:
        how = cv2.INTER_NEAREST if kind.blocky else cv2.INTER_CUBIC if kind.enlarge > 1 else cv2.INTER_AREA
        size = (max(1, round(ink.shape[1] * kind.enlarge)), max(1, round(ink.shape[0] * kind.enlarge)))
        ink = cv2.resize(ink, size, interpolation=how)
    rows, columns = (np.flatnonzero((ink >= INK).any(axis)) for axis in (1, 0))
    if not len(rows):
        return None
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    middles = np.zeros(0, np.float32)
    if centres:
        ends = np.array([font.getlength(text[:i]) for i in range(len(text) + 1)], np.float32)
        middles = (((ends[1:] + ends[:-1]) / 2 + 3 - left) * kind.enlarge - columns[0]).astype(np.float32)
    return Stamp(text, np.ascontiguousarray(cut), middles)


def turn(ink: Array, angle: float) -> tuple[Array, Array]:
    """Turn ink by `angle` degrees counter-clockwise; return it and the 2 x 3 map from old to new coordinates.

    Right angles move whole pixels, so that crisp type stays crisp.
    """
    h, w = ink.shape
    quarter = round(angle / 90)
    if abs(angle - 90 * quarter) < 1e-6:
        move = ([[1, 0, 0], [0, 1, 0]], [[0, 1, 0], [-1, 0, w]], [[-1, 0, w], [0, -1, h]], [[0, -1, h], [1, 0, 0]])[
            quarter % 4
        ]
        return np.ascontiguousarray(np.rot90(ink, quarter)), np.array(move, np.float32)
    a = np.deg2rad(angle)
    c, s = float(np.cos(a)), float(np.sin(a))
    axes = np.array([[c, s], [-s, c]], np.float32)
    corners = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32) @ axes.T
    shift = 1 - corners.min(0)
    size = np.ceil(corners.max(0) + shift + 1).astype(int)
    centre = shift - 0.5 + axes @ np.array([0.5, 0.5], np.float32)  # OpenCV counts from pixel middles
    turned = cv2.warpAffine(ink, np.column_stack([axes, centre]), (int(size[0]), int(size[1])), flags=cv2.INTER_LINEAR)
    return turned, np.column_stack([axes, shift]).astype(np.float32)


def place(picture: Array, mark: Stamp, kind: Type, x: int, y: int, rng: np.random.Generator) -> Drawn:
    """Draw `mark` into an RGB picture (H, W, 3), in place, its turned box starting at (x, y); return where it is.

    What hangs over the border is cut, as in a cropped picture.
    """
    ink, move = turn(mark.ink, kind.angle)
    h, w = mark.ink.shape
    corners = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
    quad = corners @ move[:, :2].T + move[:, 2] + np.array([x, y], np.float32)
    drawn = Drawn(mark.text, quad.astype(np.float32), ink, (x, y), kind)
    height, width = picture.shape[:2]
    cover = np.zeros((height, width), np.uint8)
    top, left = max(0, y), max(0, x)
    low, right = min(height, y + ink.shape[0]), min(width, x + ink.shape[1])
    if low > top and right > left:
        cover[top:low, left:right] = ink[top - y : low - y, left - x : right - x]
        pad = 2 + h // 4
        area = (slice(max(0, top - pad), min(height, low + pad)), slice(max(0, left - pad), min(width, right + pad)))
        _blend(picture[area], cover[area], kind, rng)
    return drawn


def _blend(part: Array, cover: Array, kind: Type, rng: np.random.Generator) -> None:
    """Lay ink over `part` in place, in the style asked for."""
    inside = cover > 0
    if not inside.any():
        return
    if kind.style == "boxed":
        ys, xs = np.nonzero(inside)
        grow = int(rng.integers(1, 4))
        box = (slice(max(0, ys.min() - grow), ys.max() + 1 + grow), slice(max(0, xs.min() - grow), xs.max() + 1 + grow))
        part[box] = int(rng.choice([0, 0, 0, 255, int(rng.integers(256))]))
    ground = part[inside].mean(0)
    colour = _colour(ground, kind, rng)
    if kind.style in ("outlined", "shadow"):
        edge = (
            cv2.dilate(cover, np.ones((3, 3), np.uint8)) if kind.style == "outlined" else np.roll(cover, (1, 1), (0, 1))
        )
        share = (edge.astype(np.float32) / 255)[..., None]
        part[:] = np.round(part + (255.0 * (colour.mean() < 128) - part) * share).astype(np.uint8)
    share = (cover.astype(np.float32) / 255)[..., None]
    part[:] = np.clip(np.round(part + (colour - part) * share), 0, 255).astype(np.uint8)


def _colour(ground: Array, kind: Type, rng: np.random.Generator) -> Array:
    """Return the RGB of the ink: `contrast` away from the ground, towards light or dark, where there is room."""
    mean = float(ground.mean())
    up = kind.style != "dark"
    if kind.contrast > (255 - mean if up else mean):
        up = 255 - mean >= mean
    if kind.style == "colour":
        tint = rng.uniform(0, 1, 3)
        tint[int(rng.integers(3))], tint[int(rng.integers(3))] = 1.0, 0.1
        return np.asarray(np.clip(ground + (tint * 255 - ground) * max(0.4, kind.contrast / 255), 0, 255))
    return np.asarray(np.clip(ground + (kind.contrast if up else -kind.contrast), 0, 255))
