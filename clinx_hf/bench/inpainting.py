"""How well holes are filled, beside the classical fills: the inpainting part of `clinx-hf bench image`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clinx_hf.bench.fill_detector import Pair, detection_auc
from clinx_hf.bench.inpainting_cases import JUDGES, Case, cases
from clinx_hf.bench.inpainting_scores import FillScores, mean_scores, scores
from clinx_hf.image import compositing, fills
from clinx_hf.image.pipeline_ppgan import PPGANPipeline, base_fill
from clinx_hf.image.ppgan import SPADEGenerator
from clinx_hf.threads import one_thread, side_by_side

Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
Fill = Callable[[Bytes, Mask], Bytes]

ALL, LINES, BLOCKS = "all", "lines", "blocks"
CLASSICAL = ("mean of the ring", "telea", "navier-stokes", "harmonic", "biharmonic", "blend")
GRAINY_BLEND = "blend + grain"
MEAN, TEXTURED = "PP-GAN mean", "PP-GAN textured"
_PAIRED = ("harmonic", "biharmonic", "blend")  # differences that the table shows
_RING = 16  # pixels around a hole whose mean is the flat fill
_RADIUS = 5  # pixels, of OpenCV's fills


@dataclass(frozen=True)
class FillFigures:
    """One fill over one group of crops: means of the scores, and milliseconds a crop on one thread."""

    fill: str
    group: str
    crops: int
    scores: FillScores
    milliseconds: float


@dataclass(frozen=True)
class Difference:
    """`fill` minus `against` over the crops of a group: means and half of their 95 % intervals (over crops)."""

    fill: str
    against: str
    group: str
    crops: int
    psnr: float
    psnr_error: float
    ssim: float
    ssim_error: float


@dataclass(frozen=True)
class Detected:
    """How well a small network tells a fill from real pixels: AUC of each seed and their mean."""

    fill: str
    mask_known: bool
    steps: int
    auc: float
    by_seed: list[float]


@dataclass(frozen=True)
class InpaintingFigures:
    """Every fill by group, paired differences, and what the detector finds (empty if it was left out)."""

    fills: list[FillFigures]
    differences: list[Difference]
    detected: list[Detected]


def read_figures(figures: Mapping[str, Any]) -> InpaintingFigures:
    """The figures from plain data, as the results file holds them."""
    return InpaintingFigures(
        [FillFigures(**{**row, "scores": FillScores(**row["scores"])}) for row in figures["fills"]],
        [Difference(**row) for row in figures["differences"]],
        [Detected(**row) for row in figures["detected"]],
    )


def evaluate(
    data: Path,
    pipeline: PPGANPipeline | None = None,
    per_set: int = 60,
    seed: int = 11,
    detector_steps: int = 500,
    detector_seeds: int = 3,
) -> InpaintingFigures:
    """Measure the pipeline (the embedded one if None) beside the classical fills.

    per_set: crops of each set. seed: of crops and detector. detector_steps: length of the training of the network
    that looks for fills; 0 leaves it out. detector_seeds: how many of them.
    """
    ours = pipeline or PPGANPipeline.from_pretrained()
    judged = cases(data, per_set, seed)
    groups = _groups(judged)
    rows, measured, filled = [], {}, {}
    for name, fill in _fills(ours).items():
        filled[name], spent = _timed(fill, judged)
        measured[name] = [scores(c.truth, c.mask, f) for c, f in zip(judged, filled[name], strict=True)]
        for group, members in groups.items():
            some = [measured[name][i] for i in members]
            cost = round(1000 * float(np.mean(spent[members])), 1)
            rows.append(FillFigures(name, group, len(some), mean_scores(some), cost))
    pairs = [(MEAN, other) for other in CLASSICAL] + [(TEXTURED, "harmonic"), (TEXTURED, GRAINY_BLEND)]
    differences = [
        _difference(one, other, group, [(measured[one][i], measured[other][i]) for i in members])
        for one, other in pairs
        for group, members in groups.items()
    ]
    seeds = range(seed, seed + detector_seeds)
    detected = _detected(judged, filled, detector_steps, list(seeds)) if detector_steps else []
    return InpaintingFigures(rows, differences, detected)


def _timed(fill: Fill, judged: Sequence[Case]) -> tuple[list[Bytes], Floats]:
    results, spent = [], []
    with one_thread():
        for case in judged:
            began = time.perf_counter()
            results.append(fill(case.truth, case.mask))
            spent.append(time.perf_counter() - began)
    return results, np.array(spent)


def _groups(judged: Sequence[Case]) -> dict[str, list[int]]:
    found = {ALL: list(range(len(judged)))}
    found |= {source: [i for i, case in enumerate(judged) if case.source == source] for source in JUDGES}
    found |= {name: [i for i, c in enumerate(judged) if c.block == flag] for name, flag in ((LINES, 0), (BLOCKS, 1))}
    return {name: members for name, members in found.items() if members}


def _difference(one: str, other: str, group: str, both: Sequence[tuple[FillScores, FillScores]]) -> Difference:
    gains = np.array([(a.psnr - b.psnr, a.ssim - b.ssim) for a, b in both])
    spread = gains.std(axis=0, ddof=1) if len(gains) > 1 else np.zeros(2)
    numbers = zip(gains.mean(axis=0), 1.96 * spread / np.sqrt(len(gains)), strict=True)
    return Difference(one, other, group, len(gains), *(round(float(v), 4) for pair in numbers for v in pair))


def _detected(
    judged: Sequence[Case], filled: Mapping[str, Sequence[Bytes]], steps: int, seeds: Sequence[int]
) -> list[Detected]:
    """The training-free grain and ours under the same detector; ours once more with the mask known."""
    asked = [(GRAINY_BLEND, False, seeds), (TEXTURED, False, seeds), (TEXTURED, True, seeds[:1])]
    pairs = {
        name: [Pair(c.truth, f, c.mask, f"{c.source}/{c.picture}") for c, f in zip(judged, filled[name], strict=True)]
        for name in (GRAINY_BLEND, TEXTURED)
    }
    tasks = [(name, known, one) for name, known, some in asked for one in some]
    areas = dict(
        zip(
            tasks, side_by_side(lambda task: detection_auc(pairs[task[0]], steps, task[2], task[1]), tasks), strict=True
        )
    )
    found = []
    for name, known, some in asked:
        by_seed = [round(areas[name, known, one], 4) for one in some]
        found.append(Detected(name, known, steps, round(float(np.mean(by_seed)), 4), by_seed))
    return found


def _fills(ours: PPGANPipeline) -> dict[str, Fill]:
    """Every fill of the table by name. An untrained generator changes nothing: that is the blend."""
    untrained = PPGANPipeline(SPADEGenerator(channels=(4, 4, 4), hidden=4), grain=float(ours.config.grain))
    flat, telea, stokes, harmonic, biharmonic, blend = CLASSICAL
    return {
        flat: lambda image, mask: _classical(image, mask, _mean_of_ring),
        telea: lambda image, mask: _opencv(image, mask, cv2.INPAINT_TELEA),
        stokes: lambda image, mask: _opencv(image, mask, cv2.INPAINT_NS),
        harmonic: lambda image, mask: _classical(image, mask, fills.harmonic),
        biharmonic: lambda image, mask: _classical(image, mask, _biharmonic),
        blend: lambda image, mask: _classical(image, mask, None),
        GRAINY_BLEND: untrained.fill,
        MEAN: lambda image, mask: ours.fill(image, mask, output="mean"),
        TEXTURED: ours.fill,
    }


def _opencv(image: Bytes, mask: Mask, method: int) -> Bytes:
    blank = np.where(mask, np.uint8(0), image)
    return np.asarray(cv2.inpaint(blank, mask.astype(np.uint8), _RADIUS, method), dtype=np.uint8)


def _mean_of_ring(values: Floats, hole: Mask, mask: Mask) -> Floats:
    filled, ring = values.copy(), compositing.ring(mask, _RING)
    filled[hole] = values[ring].mean()
    return filled


def _biharmonic(values: Floats, hole: Mask, mask: Mask) -> Floats:
    filled = fills.biharmonic(values, hole, mask)
    return fills.harmonic(values, hole, mask) if filled is None else filled


def _classical(image: Bytes, mask: Mask, fill: Callable[[Floats, Mask, Mask], Floats] | None) -> Bytes:
    """Fill each hole by itself from the pixels around it; without `fill` by the blend."""
    values = compositing.blanked(image[..., None], mask)
    for hole in compositing.holes(mask):
        if fill is None:
            base_fill(values, mask, hole)
            continue
        window = hole.window.grown(_RING, mask.shape)
        inside = np.zeros(window.shape, dtype=np.bool_)
        inside[hole.window.within(window).slices] = hole.inside
        values[window.slices] = fill(values[window.slices], inside, mask[window.slices])
    return np.asarray(compositing.composite(image[..., None], mask, values)[..., 0], dtype=np.uint8)


def asked_and_reached(figures: InpaintingFigures) -> list[tuple[str, str, str, bool]]:
    """Each figure that fills are held to: what, measured, asked, reached."""
    by = {(row.fill, row.group): row.scores for row in figures.fills}
    rows = []
    for group in [row.group for row in figures.fills if row.fill == MEAN and row.group in JUDGES]:
        for score, unit in (("psnr", " dB"), ("ssim", "")):
            least = min(
                (getattr(d, score), getattr(d, f"{score}_error"), d.against)
                for d in figures.differences
                if d.fill == MEAN and d.group == group
            )
            told = f"{least[0]:+.3f}{unit} (± {least[1]:.3f}) over {least[2]}"
            rows.append((f"mean, {score.upper()}, {group}", told, "above every classical fill", least[0] > 0))
    ours, harmonic = by[TEXTURED, ALL], by["harmonic", ALL]
    rows += [
        ("textured, spectrum distance", f"{ours.spectrum:.2f} dB", "< 4 dB", ours.spectrum < 4),
        ("textured, deviation / truth", f"{ours.deviation:.2f}", "0.85 to 1.15", abs(ours.deviation - 1) <= 0.15),
        (
            "textured, PSNR against harmonic",
            f"{ours.psnr - harmonic.psnr:+.2f} dB",
            "≥ -0.5 dB",
            ours.psnr >= harmonic.psnr - 0.5,
        ),
        ("textured, seam", f"{ours.seam:.2f}", "0.9 to 1.1", 0.9 <= ours.seam <= 1.1),
    ]
    blind = {one.fill: one.auc for one in figures.detected if not one.mask_known}
    if blind:
        told = f"{blind[TEXTURED]:.3f}"
        asked = f"≤ {blind[GRAINY_BLEND]:.3f} ({GRAINY_BLEND})"
        rows.append(("textured, blind detector's AUC", told, asked, blind[TEXTURED] <= blind[GRAINY_BLEND]))
    return rows


def table(figures: InpaintingFigures) -> str:
    """Asked and reached, all fills, ours by set, paired differences, and what the detector finds, in Markdown."""
    held = [
        [what, told, asked, "yes" if reached else "no"] for what, told, asked, reached in asked_and_reached(figures)
    ]
    heads = ["PSNR", "SSIM", "spectrum dB", "deviation", "detail", "seam", "ms"]
    overall = [[row.fill, *_cells(row)] for row in figures.fills if row.group == ALL]
    groups = list(dict.fromkeys(row.group for row in figures.fills if row.group != ALL))
    shown = ("harmonic", "blend", MEAN, TEXTURED)
    parts = [[g, r.fill, *_cells(r)] for g in groups for r in figures.fills if r.group == g and r.fill in shown]
    tables = [
        _markdown(["figure", "measured", "asked", "reached"], held),
        _markdown(["fill", *heads], overall),
        _markdown(["crops", "fill", *heads], parts),
        _markdown(["crops", *(f"mean minus {other}: dB, SSIM" for other in _PAIRED)], _paired(figures)),
    ]
    if figures.detected:
        seen = [
            [d.fill, "yes" if d.mask_known else "no", f"{d.auc:.3f}", ", ".join(f"{a:.3f}" for a in d.by_seed)]
            for d in figures.detected
        ]
        steps = figures.detected[0].steps
        tables.append(_markdown(["fill", "mask known", f"AUC of a detector, {steps} steps", "by seed"], seen))
    return "\n\n".join(tables)


def _paired(figures: InpaintingFigures) -> list[list[str]]:
    by = {(d.group, d.against): d for d in figures.differences if d.fill == MEAN}
    return [
        [f"{group} ({by[group, _PAIRED[0]].crops})"]
        + [
            f"{d.psnr:+.2f} ± {d.psnr_error:.2f}, {d.ssim:+.3f} ± {d.ssim_error:.3f}"
            for d in (by[group, o] for o in _PAIRED)
        ]
        for group in dict.fromkeys(group for group, _ in by)
    ]


def _cells(row: FillFigures) -> list[str]:
    psnr, ssim, *others = asdict(row.scores).values()
    return [f"{psnr:.2f}", f"{ssim:.3f}", *(f"{value:.2f}" for value in others), f"{row.milliseconds:.0f}"]


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:]])
