"""What is measured of one fill, in the hole: likeness to the truth, grain, and the seam."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from clinx_hf.image import compositing

Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FillScores:
    """psnr in dB; ssim; spectrum: mean |dB| between the radial spectra of fill and truth; deviation: standard
    deviation of the levels of the fill / of the truth; detail: that of their fine structure (NaN where the truth
    has none); seam: step across the edge / steps beside it (1: invisible).
    """

    psnr: float
    ssim: float
    spectrum: float
    deviation: float
    detail: float
    seam: float


def scores(truth: Bytes, mask: Mask, filled: Bytes) -> FillScores:
    """Measure one fill; truth, mask and fill are (H, W)."""
    real, fill = truth.astype(np.float64), filled.astype(np.float64)
    mse = float(((real - fill)[mask] ** 2).mean())
    inner = cv2.erode(mask.astype(np.uint8), np.ones((9, 9), np.uint8)).astype(np.bool_)
    fine = [(x - cv2.GaussianBlur(x, (9, 9), 1.5))[inner].std() for x in (fill, real)]
    return FillScores(
        psnr=float(10 * np.log10(255**2 / max(mse, 1e-2))),
        ssim=float(_ssim(real, fill)[mask].mean()),
        spectrum=_spectrum(real, fill, mask),
        deviation=float(fill[mask].std() / max(real[mask].std(), 1.0)),
        detail=float(fine[0] / fine[1]) if fine[1] > 0.2 else float("nan"),
        seam=_seam(fill, real, mask),
    )


def mean_scores(measured: list[FillScores]) -> FillScores:
    """The mean of every score, four digits."""
    means = np.nanmean(np.array([astuple(one) for one in measured]), axis=0)
    return FillScores(*(round(float(value), 4) for value in means))


def _ssim(a: Floats, b: Floats) -> Floats:
    """The map of structural similarity, Gaussian windows of 1.5 px, constants of the paper."""

    def mean(x: Floats) -> Floats:
        return np.asarray(cv2.GaussianBlur(x, (11, 11), 1.5))

    ma, mb = mean(a), mean(b)
    va, vb, cov = mean(a * a) - ma**2, mean(b * b) - mb**2, mean(a * b) - ma * mb
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return np.asarray((2 * ma * mb + c1) * (2 * cov + c2) / ((ma**2 + mb**2 + c1) * (va + vb + c2)))


def _spectrum(truth: Floats, fill: Floats, mask: Mask) -> float:
    """Mean |dB| between radial spectra (8 bins) of the largest hole's box."""
    box = max(compositing.holes(mask), key=lambda hole: int(hole.inside.sum())).window.slices
    height, width = truth[box].shape
    taper = np.outer(np.hanning(height), np.hanning(width))
    radius = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width)[None])
    bins = np.minimum((radius * 16).astype(int), 7)
    levels = []
    for x in (truth[box], fill[box]):
        power = np.abs(np.fft.fft2((x - x.mean()) * taper)) ** 2
        total = np.bincount(bins.ravel(), power.ravel(), 8) / np.maximum(np.bincount(bins.ravel(), minlength=8), 1)
        levels.append(10 * np.log10(total + 1.0))
    return float(np.abs(levels[0] - levels[1]).mean())


def _seam(fill: Floats, truth: Floats, mask: Mask) -> float:
    """Mean step between neighbours across the edge of the hole / between known neighbours just outside."""
    near = compositing.ring(mask, 6)
    across, beside = [], []
    for axis in (0, 1):
        step = np.abs(np.diff(fill, axis=axis))
        first, second = (np.take(mask, range(s, mask.shape[axis] - 1 + s), axis=axis) for s in (0, 1))
        outside = np.take(near, range(mask.shape[axis] - 1), axis=axis)
        across.append(step[first != second])
        beside.append(np.abs(np.diff(truth, axis=axis))[outside & ~first & ~second])
    return float(np.concatenate(across).mean() / max(np.concatenate(beside).mean(), 0.25))
