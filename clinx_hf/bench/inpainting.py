"""How well holes are filled, against the classical fills: `clinx-hf bench inpainting`.

The crops are of pictures that PP-GAN was never trained on: brain MRI, MedPix CT and MR (without the bottom
14 %, where its captions are), and held-out patients of the films and the ultrasound. A fill of a real
picture has a truth, so nothing is planted.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from clinx_hf.bench.fill_detector import detection_auc
from clinx_hf.image import compositing, fills
from clinx_hf.image.pipeline_ppgan import PPGANPipeline, base_fill
from clinx_hf.image.ppgan import SPADEGenerator
from clinx_hf.training.ppgan_crops import pictures

Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
Fill = Callable[[Bytes, Mask], Bytes]

JUDGES = ("brain_mri", "medpix", "ultrasound", "chest")
_SIDE = 256
_LEAST = 4.0  # levels: a hole that hides less tells fills apart by noise only


@dataclass(frozen=True)
class Case:
    """One crop to fill: truth (256, 256), mask, where it comes from, and whether the hole is a block."""

    truth: Bytes
    mask: Mask
    source: str
    block: bool


@dataclass(frozen=True)
class FillFigures:
    """One row of the table, means over the crops, in the hole.

    psnr in dB; ssim; spectrum: mean |dB| between the radial spectra of fill and truth; detail: fine
    structure of the fill / of the truth; seam: step across the edge / step beside it (1: invisible);
    milliseconds a crop; auc: how well a small network tells filled patches from real ones (None: not asked).
    """

    fill: str
    psnr: float
    ssim: float
    spectrum: float
    detail: float
    seam: float
    milliseconds: float
    auc: float | None = None


@dataclass(frozen=True)
class Difference:
    """Generator (without grain) minus blend over the crops of a group: mean and half of its 95 % interval."""

    group: str
    crops: int
    psnr: float
    psnr_error: float
    ssim: float
    ssim_error: float


@dataclass(frozen=True)
class InpaintingFigures:
    """The table, the paired differences, and the gate: is the generator at least as good as the blend?"""

    fills: list[FillFigures]
    against_blend: list[Difference]
    passes: bool


def cases(data: Path, per_set: int, seed: int) -> list[Case]:
    """The crops, `per_set` of each of JUDGES, the same ones for the same seed."""
    paths = _paths(data)
    found = []
    for number, source in enumerate(JUDGES):
        rng = np.random.default_rng((seed, number))
        order = rng.permutation(len(paths[source]))
        taken = 0
        for index in np.tile(order, 8):
            if taken == per_set:
                break
            case = _case(rng, paths[source][index], source)
            if case is not None:
                found.append(case)
                taken += 1
    return found


def _paths(data: Path) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {name: [] for name in JUDGES}
    for name in ("brain_mri", "medpix"):
        with open(data / name / "metadata.jsonl", encoding="utf-8") as lines:
            found[name] = [data / name / json.loads(line)["file_name"] for line in lines]
    for picture in pictures(data):
        if picture.held_out:
            found["ultrasound" if picture.source == "ultrasound" else "chest"].append(picture.path)
    return found


def _case(rng: np.random.Generator, path: Path, source: str) -> Case | None:
    picture = np.asarray(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
    if source == "medpix":
        picture = picture[: int(0.86 * picture.shape[0])]
    if min(picture.shape) < _SIDE:
        return None
    y, x = (int(rng.integers(size - _SIDE + 1)) for size in picture.shape)
    truth = picture[y : y + _SIDE, x : x + _SIDE]
    mask, block = _holes(rng)
    return Case(truth, mask, source, block) if truth[mask].std() >= _LEAST else None


def _holes(rng: np.random.Generator) -> tuple[Mask, bool]:
    """Lines of 12-40 px, padded, 40 % of them upright, one or two; a fifth are blocks of 64 x 200."""
    mask = np.zeros((_SIDE, _SIDE), dtype=np.bool_)
    block = bool(rng.random() < 0.2)
    for _ in range(1 if block else int(rng.integers(1, 3))):
        height, width = (64, 200) if block else (int(rng.integers(16, 47)), int(rng.integers(40, 241)))
        if rng.random() < 0.4:
            height, width = width, height
        y, x = int(rng.integers(4, _SIDE - height - 3)), int(rng.integers(4, _SIDE - width - 3))
        mask[y : y + height, x : x + width] = True
    return mask, block


def evaluate(
    data: Path, pipeline: PPGANPipeline | None = None, per_set: int = 60, seed: int = 11, detector_steps: int = 0
) -> InpaintingFigures:
    """Measure the pipeline (the embedded one if None) beside the classical fills.

    detector_steps: length of the training of the network that looks for fills; 0 leaves it out.
    """
    ours = pipeline or PPGANPipeline.from_pretrained()
    judged = cases(data, per_set, seed)
    rows, scores = [], {}
    for name, fill in _fills(ours).items():
        began = time.perf_counter()
        filled = [fill(case.truth, case.mask) for case in judged]
        cost = 1000 * (time.perf_counter() - began) / len(judged)
        figures = np.array([_measure(case, result) for case, result in zip(judged, filled, strict=True)])
        scores[name] = figures
        auc = detection_auc([c.truth for c in judged], [c.mask for c in judged], filled, detector_steps, seed)
        psnr, ssim, spectrum, detail, seam = (round(float(v), 4) for v in np.nanmean(figures, axis=0))
        rows.append(FillFigures(name, psnr, ssim, spectrum, detail, seam, round(cost, 1), auc))
    gains = scores["generator"][:, :2] - scores["blend"][:, :2]
    differences = _grouped(judged, gains)
    total = differences[0]
    return InpaintingFigures(rows, differences, total.psnr >= 0 and total.ssim >= 0)


def _fills(ours: PPGANPipeline) -> dict[str, Fill]:
    """Every fill of the table by name. An untrained generator changes nothing: that is the blend."""
    plain = SPADEGenerator(channels=(4, 4, 4), hidden=4)
    grain = float(ours.config.grain)
    return {
        "telea": lambda image, mask: _telea(image, mask),
        "harmonic": lambda image, mask: _classical(image, mask, harmonic=True),
        "blend": lambda image, mask: _classical(image, mask, harmonic=False),
        "blend + grain": PPGANPipeline(plain, grain=grain).fill,
        "generator": PPGANPipeline(ours.generator, grain=0.0).fill,
        "generator + grain": PPGANPipeline(ours.generator, grain=grain).fill,
    }


def _telea(image: Bytes, mask: Mask) -> Bytes:
    blank = np.where(mask, np.uint8(0), image)
    return np.asarray(cv2.inpaint(blank, mask.astype(np.uint8), 5, cv2.INPAINT_TELEA), dtype=np.uint8)


def _classical(image: Bytes, mask: Mask, harmonic: bool) -> Bytes:
    values = compositing.blanked(image[..., None], mask)
    for hole in compositing.holes(mask):
        if harmonic:
            window = hole.window.grown(2, mask.shape)
            inside = np.zeros(window.shape, dtype=np.bool_)
            inside[hole.window.within(window).slices] = hole.inside
            values[window.slices] = fills.harmonic(values[window.slices], inside, mask[window.slices])
        else:
            base_fill(values, mask, hole)
    return np.asarray(compositing.composite(image[..., None], mask, values)[..., 0], dtype=np.uint8)


def _measure(case: Case, filled: Bytes) -> tuple[float, float, float, float, float]:
    """PSNR, SSIM, spectrum, detail, seam of one crop."""
    truth, fill, mask = case.truth.astype(np.float64), filled.astype(np.float64), case.mask
    mse = float(((truth - fill)[mask] ** 2).mean())
    psnr = 10 * np.log10(255**2 / max(mse, 1e-2))
    inner = cv2.erode(mask.astype(np.uint8), np.ones((9, 9), np.uint8)).astype(np.bool_)
    fine = [(x - cv2.GaussianBlur(x, (9, 9), 1.5))[inner].std() for x in (fill, truth)]
    detail = fine[0] / fine[1] if fine[1] > 0.2 else np.nan
    return psnr, float(_ssim(truth, fill)[mask].mean()), _spectrum(truth, fill, mask), detail, _seam(fill, truth, mask)


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


def _grouped(judged: list[Case], gains: Floats) -> list[Difference]:
    groups = {"all": np.ones(len(judged), dtype=bool)}
    groups |= {source: np.array([case.source == source for case in judged]) for source in JUDGES}
    groups |= {
        name: np.array([case.block == flag for case in judged]) for name, flag in (("lines", False), ("blocks", True))
    }
    found = []
    for name, chosen in groups.items():
        part = gains[chosen]
        if len(part) > 1:
            mean, error = part.mean(axis=0), 1.96 * part.std(axis=0, ddof=1) / np.sqrt(len(part))
            pairs = [float(v) for pair in zip(mean, error, strict=True) for v in pair]
            found.append(Difference(name, len(part), *(round(v, 4) for v in pairs)))
    return found
