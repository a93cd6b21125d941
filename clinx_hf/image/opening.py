"""Any picture -> arrays that can be read and filled -> the same kind of picture again, without metadata.

Supported are the PIL modes 1, L, LA, P, RGB, RGBA, CMYK, I, I;16 and F, and arrays (H, W) or (H, W, C) of these
depths. Values outside the filled boxes come back bit for bit in their own depth. Pixels are never passed on
together with what travelled beside them: the picture that leaves is always built anew from its values.
"""

from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from clinx_hf.errors import BadInput

Values = NDArray[Any]
Patch = tuple[tuple[int, int, int, int], NDArray[np.uint8]]
"""A box and the uint8 (h, w, 1 or 3) pixels that fill it."""

_CHANNELS = {"1": 1, "L": 1, "LA": 2, "P": 1, "RGB": 3, "RGBA": 4, "CMYK": 4, "I": 1, "I;16": 1, "F": 1}
_PNG_MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
_ROWS = 256  # rows that are turned into floating point at a time
_RING = 2  # px around a hole that give the transparency of its fill
_MOST_BLANK = 1 << 26  # pixels; a broken header may claim any size
_UNREADABLE = "An image cannot be decoded: it is damaged or of an unknown format; leave it out or store it anew."


@dataclass(frozen=True, eq=False)
class Picture:
    """One frame. `values`: (H, W) or (H, W, C) as stored; `mode`: its PIL mode, "" for a plain array."""

    values: Values
    mode: str
    palette: bytes = b""

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return int(self.values.shape[0]), int(self.values.shape[1])

    @property
    def is_deep(self) -> bool:
        """Tell whether the values do not fit into eight bits, so that a window on them is needed."""
        return self.values.dtype not in (np.dtype(np.uint8), np.dtype(np.bool_))

    @property
    def _has_alpha(self) -> bool:
        return self.mode in ("LA", "RGBA") or (not self.mode and self.values.ndim == 3 and self.values.shape[2] == 4)

    def _colour(self) -> Values:
        """The values without transparency, (H, W, 1 or 3 or 4 for CMYK)."""
        values = self.values if self.values.ndim == 3 else self.values[..., None]
        return values[..., :-1] if self._has_alpha else values

    def pixels(self, hidden: NDArray[np.bool_] | None = None) -> NDArray[np.uint8]:
        """Return uint8 (H, W, 1 or 3) for a reader. The window on deep values never depends on `hidden` pixels."""
        colour = self._colour()
        if self.mode == "P":
            return _palette(self.palette)[self.values]
        if self.mode == "CMYK":
            return np.asarray(_frombytes("CMYK", self.values).convert("RGB"))
        if colour.dtype == np.bool_:
            return colour.astype(np.uint8) * np.uint8(255)
        return _windowed(colour, *_extremes(colour, hidden)) if self.is_deep else np.ascontiguousarray(colour)

    def views(self) -> tuple[NDArray[np.uint8], ...]:
        """Return further readings of the same pixels: transparency, and deep values without their extremes."""
        views = []
        if self._has_alpha and self.values[..., -1].min() != self.values[..., -1].max():
            alpha = self.values[..., -1:]
            views.append(_windowed(alpha, *_extremes(alpha)) if self.is_deep else np.ascontiguousarray(alpha))
        if self.is_deep:
            colour = self._colour()
            finite = _finite(colour)
            low, high = np.percentile(finite, (0.5, 99.5)) if finite.size else (0.0, 0.0)
            if high > low and (low, high) != _extremes(colour):
                views.append(_windowed(colour, float(low), float(high)))
        return tuple(views)

    def patched(self, patches: Sequence[Patch]) -> Picture:
        """Return the picture with boxes filled; values elsewhere are untouched, and none under the boxes is used."""
        hidden = np.zeros(self.size, dtype=np.bool_)
        for (x0, y0, x1, y1), _ in patches:
            hidden[y0:y1, x0:x1] = True
        values = self.values.copy()
        colours = self._colour().shape[2]
        window = _extremes(self._colour(), hidden) if self.is_deep and patches else (0.0, 0.0)
        for (x0, y0, x1, y1), patch in patches:
            stored = self._stored(patch, window)
            if values.ndim == 2:
                values[y0:y1, x0:x1] = stored[..., 0]
            else:
                values[y0:y1, x0:x1, :colours] = stored
        if self._has_alpha and hidden.any():
            values[hidden, -1] = self._alpha_near(hidden)
        return replace(self, values=values)

    def _stored(self, patch: NDArray[np.uint8], window: tuple[float, float]) -> Values:
        """Turn filled pixels into values of this picture, (h, w, number of colours)."""
        if self.mode == "P":
            return _nearest(patch, _palette(self.palette))[..., None]
        if self.mode == "CMYK":
            return np.asarray(Image.fromarray(patch).convert("CMYK"))
        if self.values.dtype == np.bool_:
            return patch >= 128
        if not self.is_deep:
            return patch
        low, high = window
        levels = low + patch.astype(np.float64) / 255 * (high - low)
        whole = self.values.dtype.kind in "iu"
        return (np.rint(levels) if whole else levels).astype(self.values.dtype)

    def _alpha_near(self, hidden: NDArray[np.bool_]) -> Any:
        padded = np.pad(hidden, _RING)
        near = np.zeros_like(hidden)
        for dy in range(2 * _RING + 1):
            for dx in range(2 * _RING + 1):
                near |= padded[dy : dy + hidden.shape[0], dx : dx + hidden.shape[1]]
        known = self.values[near & ~hidden, -1]
        return np.sort(known)[len(known) // 2] if known.size else 0

    def image(self) -> Image.Image:
        """Return a fresh PIL image of the picture's mode that carries nothing but its values."""
        if self.mode == "1":
            return Image.fromarray(self.values.astype(np.uint8) * np.uint8(255)).convert("1", dither=Image.Dither.NONE)
        if self.mode in ("I", "I;16", "F"):
            return Image.fromarray(np.ascontiguousarray(self.values))
        image = _frombytes(self.mode, self.values)
        if self.mode == "P":
            image.putpalette(self.palette, "RGB")
        return image


def open_frames(source: Any) -> tuple[Picture, ...]:
    """Open a picture: a PIL image, encoded bytes, a path, {"bytes", "path"} or an array; one `Picture` a frame.

    EXIF orientation is applied. Modes other than those of this module become RGB or RGBA.

    Raises:
        BadInput: it cannot be decoded, has no pixels, or is of a type or shape that is not a picture.
    """
    if isinstance(source, np.ndarray):
        return (_of_array(source),)
    try:
        image = _opened(source)
        if min(image.size) == 0:
            raise BadInput("An image has no pixels; leave it out.")
        return _frames(image)
    except BadInput:
        raise
    except Exception:  # decoders raise anything, with parts of the input in the message
        raise BadInput(_UNREADABLE) from None


def blank_for(source: Any) -> Picture:
    """Return a black picture to stand in for one that cannot be opened, of its size if its header tells it."""
    width, height, mode = 1, 1, "L"
    try:
        image = _opened(source)
        if 0 < image.size[0] * image.size[1] <= _MOST_BLANK:
            width, height = image.size
            mode = "L" if image.mode in ("1", "L", "LA", "I", "I;16", "F") else "RGB"
    except Exception:  # nothing is known about it
        pass
    shape = (height, width) if mode == "L" else (height, width, 3)
    return Picture(np.zeros(shape, np.uint8), mode)


def to_image(frames: Sequence[Picture]) -> Image.Image:
    """Return a PIL image of one frame, or of several (as a TIFF in memory)."""
    if len(frames) == 1:
        return frames[0].image()
    return Image.open(io.BytesIO(encoded(frames)))


def encoded(frames: Sequence[Picture]) -> bytes:
    """Return the picture as a PNG, or as a TIFF where PNG cannot hold its depth or its frames. Lossless."""
    images = [frame.image() for frame in frames]
    out = io.BytesIO()
    if len(images) == 1 and images[0].mode in _PNG_MODES:
        images[0].save(out, "PNG", compress_level=4)
    elif len(images) == 1:
        images[0].save(out, "TIFF")
    else:
        images[0].save(out, "TIFF", save_all=True, append_images=images[1:])
    return out.getvalue()


def _opened(source: Any) -> Image.Image:
    if isinstance(source, Image.Image):
        return source
    if isinstance(source, Mapping):
        source = source["bytes"] if source.get("bytes") is not None else source.get("path")
    if isinstance(source, bytes | bytearray | memoryview):
        return Image.open(io.BytesIO(bytes(source)))
    if isinstance(source, str | os.PathLike):
        with open(source, "rb") as file:
            return Image.open(io.BytesIO(file.read()))
    raise BadInput("An image must be a PIL image, encoded bytes, a path, a dict with 'bytes' or 'path', or an array.")


def _frames(image: Image.Image) -> tuple[Picture, ...]:
    count = int(getattr(image, "n_frames", 1))
    if count == 1:
        return (_of_image(image),)
    place = image.tell()
    frames = []
    for number in range(count):
        image.seek(number)
        frames.append(_of_image(image))
    image.seek(place)
    return tuple(frames)


def _of_image(image: Image.Image) -> Picture:
    image.load()
    upright = ImageOps.exif_transpose(image)
    if "transparency" in upright.info and upright.mode in ("1", "L", "P", "RGB"):
        upright = upright.convert("LA" if upright.mode in ("1", "L") else "RGBA")
    elif upright.mode.startswith("I;16"):
        return Picture(np.asarray(upright).astype(np.uint16), "I;16")
    elif upright.mode not in _CHANNELS:
        upright = upright.convert("RGBA" if upright.mode in ("PA", "La", "RGBa") else "RGB")
    palette = b""
    if upright.mode == "P":
        entries = upright.getpalette("RGB") or []
        palette = bytes(entries).ljust(768, b"\0")
    return Picture(np.array(upright), upright.mode, palette)


def _of_array(array: Values) -> Picture:
    channels = array.shape[2] if array.ndim == 3 else 1
    if array.ndim not in (2, 3) or channels not in (1, 3, 4) or array.dtype.kind not in "buif":
        raise BadInput("An image array must be (H, W) or (H, W, C) with C 1, 3 or 4, of whole or real numbers.")
    if 0 in array.shape:
        raise BadInput("An image has no pixels; leave it out.")
    return Picture(array, "")


def _frombytes(mode: str, values: Values) -> Image.Image:
    height, width = values.shape[:2]
    return Image.frombytes(mode, (width, height), np.ascontiguousarray(values, dtype=np.uint8).tobytes())


def _palette(palette: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(palette, np.uint8).reshape(-1, 3)


def _nearest(patch: NDArray[np.uint8], palette: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Index of the palette's colour nearest to each pixel; the first one on a tie."""
    colours, back = np.unique(patch.reshape(-1, patch.shape[2]), axis=0, return_inverse=True)
    apart = colours.astype(np.int32)[:, None, :] - palette.astype(np.int32)[None]
    best = (apart**2).sum(axis=2).argmin(axis=1).astype(np.uint8)
    return np.asarray(best[back.reshape(-1)].reshape(patch.shape[:2]))


def _extremes(values: Values, hidden: NDArray[np.bool_] | None = None) -> tuple[float, float]:
    lows, highs = [], []
    for top in range(0, len(values), _ROWS):
        rows = values[top : top + _ROWS]
        finite = _finite(rows if hidden is None else rows[~hidden[top : top + _ROWS]])
        if finite.size:
            lows.append(float(finite.min()))
            highs.append(float(finite.max()))
    return (min(lows), max(highs)) if lows else (0.0, 0.0)


def _finite(values: Values) -> Values:
    """The values that are numbers; whole ones all are, and a check of them would take eight bytes each."""
    return values[np.isfinite(values)] if values.dtype.kind == "f" else values


def _windowed(values: Values, low: float, high: float) -> NDArray[np.uint8]:
    """Map low..high to 0..255, clipped; what is no number becomes 0."""
    levels = np.zeros(values.shape, np.uint8)
    if high <= low:
        return levels
    for top in range(0, len(values), _ROWS):
        rows = np.nan_to_num(values[top : top + _ROWS].astype(np.float64), nan=low, posinf=high, neginf=low)
        levels[top : top + _ROWS] = np.rint(np.clip((rows - low) / (high - low), 0, 1) * 255)
    return levels
