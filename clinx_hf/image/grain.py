"""Grain: noise with the spectrum, direction and local strength of the known pixels around a hole.

The chance comes from a seed and the geometry of the hole, never from what was under the mask.
"""

from __future__ import annotations

import hashlib

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

GRAIN = 0.9
"""Strength of the grain if nothing else is asked, 1 for that of the surroundings; chosen on training pictures."""
REACH = 48
"""Known pixels up to this far from the hole (chessboard, pixels) are measured."""
_BLUR = 2.5  # what a Gaussian of this width removes is grain
_SIDE, _STEP = 24, 12  # windows of the spectrum
_FEWEST = 3
_FLAT = 0.3  # levels: below this there is no grain to imitate
_CALM = 0.5  # share of the windows that give the spectrum: structured tissue would make it too coarse
_EDGE = 0.4  # pixels: next to the edge the fill carries on the grain of the known pixels, so less is added


def random_of(seed: int, place: tuple[int, ...], hole: Mask) -> np.random.Generator:
    """The random numbers of one hole: a function of the seed, where the hole is, and its outline."""
    digest = hashlib.sha256(repr((seed, place, hole.shape)).encode())
    digest.update(np.packbits(hole).tobytes())
    return np.random.default_rng(int.from_bytes(digest.digest()[:16], "big"))


def grain(filled: Floats, mask: Mask, hole: Mask, rng: np.random.Generator, gain: float) -> Floats:
    """Noise (H, W) in levels to be added inside `hole`, zero elsewhere.

    filled: (H, W) levels with every hole of `mask` filled from known pixels. hole: the part of the mask that
    is meant. gain: 1 for the full strength of the surroundings. Fewer than three whole windows of known
    pixels, or flat surroundings, give no grain.
    """
    noise = np.zeros_like(filled)
    residual = filled - _blurred(filled, _BLUR)
    known = ~mask
    # The black around a body has no grain and must not pass for calm tissue.
    grainy = np.abs(residual[known & (np.abs(residual) > _FLAT)])
    usual = float(np.median(grainy)) / 0.6745 if grainy.size else _FLAT
    limit = 3 * usual
    residual = np.clip(residual, -limit, limit)
    kernel = _kernel(residual, known)
    if kernel is None:
        return noise
    wanted = np.minimum(_strength(residual, known), 1.5 * usual)
    present = _strength(residual, hole)
    rest = np.sqrt(np.maximum(wanted**2 - present**2, 0.0))
    white = rng.standard_normal(filled.shape)
    coloured = fftconvolve(white, kernel, mode="same")
    depth = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_C, 3)
    feather = 1 - np.exp(-depth / _EDGE)
    # Black ground stays black where the strength of a body beside it reaches over: no noise without room below it.
    room = np.clip((filled - filled[known].min()) / (2 * np.maximum(wanted, _FLAT)), 0, 1)
    noise[hole] = np.clip((gain * feather * room * rest * coloured)[hole], -limit, limit)
    return noise


def _kernel(residual: Floats, known: Mask) -> Floats | None:
    """The mean amplitude spectrum of the calmer whole windows of known pixels, as a filter of unit energy."""
    if min(residual.shape) < _SIDE:
        return None
    whole = np.lib.stride_tricks.sliding_window_view(known, (_SIDE, _SIDE))[::_STEP, ::_STEP].all(axis=(2, 3))
    cut = np.lib.stride_tricks.sliding_window_view(residual, (_SIDE, _SIDE))[::_STEP, ::_STEP][whole]
    if len(cut) == 0:
        return None
    strength = cut.std(axis=(1, 2))
    cut, strength = cut[strength > _FLAT], strength[strength > _FLAT]
    if len(cut) < _FEWEST:
        return None
    calm = strength <= np.quantile(strength, _CALM)
    cut, strength = cut[calm], strength[calm]
    taper = np.outer(np.hanning(_SIDE), np.hanning(_SIDE))
    power = np.abs(np.fft.fft2(cut / strength[:, None, None] * taper)) ** 2
    kernel = np.fft.fftshift(np.fft.ifft2(np.sqrt(power.mean(axis=0))).real)
    return np.asarray(kernel / np.sqrt((kernel**2).sum()))


def _strength(residual: Floats, where: Mask) -> Floats:
    """Local standard deviation of the residual over `where`, carried on smoothly to all other pixels.

    From the mean of sqrt |r| rather than of r^2: edges of anatomy count less than the grain between them. It
    changes slowly, so it is computed on cells of 4 x 4 pixels.
    """
    height, width = residual.shape
    missing = ((0, -height % 4), (0, -width % 4))
    both = np.stack([np.where(where, np.sqrt(np.abs(residual)), 0.0), where.astype(np.float64)])
    padded = np.pad(both, ((0, 0), *missing))
    cells = padded.reshape(2, padded.shape[1] // 4, 4, padded.shape[2] // 4, 4).mean(axis=(2, 4))
    total, mass = np.zeros_like(cells[0]), np.zeros_like(cells[0])
    for sigma, share in ((1.25, 1.0), (4.0, 1e-3), (10.0, 1e-6)):
        total += share * _blurred(cells[0], sigma)
        mass += share * _blurred(cells[1], sigma)
    coarse = (total / np.maximum(mass, 1e-12) / 0.8222) ** 2  # E sqrt|x| of a unit normal is 0.822
    fine = cv2.resize(coarse, None, fx=4, fy=4, interpolation=cv2.INTER_LINEAR)
    return np.asarray(fine[:height, :width])


def _blurred(values: Floats, sigma: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma, borderType=cv2.BORDER_REFLECT))
