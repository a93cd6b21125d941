"""The bench of fills: its measures must tell good fills from bad ones."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from scipy import ndimage

from clinx_hf.bench import fill_detector, inpainting
from clinx_hf.bench.fill_detector import detection_auc
from clinx_hf.image.pipeline_ppgan import PPGANPipeline
from clinx_hf.image.ppgan import SPADEGenerator


def _case(seed: int = 0) -> inpainting.Case:
    rng = np.random.default_rng(seed)
    rough = ndimage.gaussian_filter(rng.uniform(0, 255, (256, 256)), 5) - 127
    truth = np.clip(128 + 8 * rough + rng.normal(0, 5, rough.shape), 0, 255).astype(np.uint8)
    mask = np.zeros((256, 256), dtype=bool)
    mask[100:130, 40:200] = True
    return inpainting.Case(truth, mask, "chest", False)


def test_measures_at_the_truth_and_away_from_it() -> None:
    case = _case()
    psnr, ssim, spectrum, detail, seam = inpainting._measure(case, case.truth)
    assert (ssim, spectrum, detail) == (pytest.approx(1), 0, 1)
    assert psnr > 60
    assert seam == pytest.approx(1, abs=0.15)
    flat = np.where(case.mask, np.uint8(120), case.truth)
    worse = inpainting._measure(case, flat)
    assert worse[0] < 30
    assert worse[1] < 0.6
    assert worse[2] > 10
    assert worse[3] == 0
    assert worse[4] > 1.5


def test_detector_finds_blurs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fill_detector, "_SEEDS", 1)
    monkeypatch.setattr(fill_detector, "_BATCH", 16)
    some = [_case(seed) for seed in range(12)]
    truths, masks = [c.truth for c in some], [c.mask for c in some]
    blurred = [np.where(c.mask, ndimage.gaussian_filter(c.truth, 4), c.truth) for c in some]
    assert detection_auc(truths, masks, blurred, 0, 0) is None
    found = detection_auc(truths, masks, blurred, 50, 0)
    assert found is not None
    assert found > 0.8


def test_the_table_over_a_small_folder(tmp_path: Path) -> None:
    sets = {
        "brain_mri": None,
        "medpix": None,
        "nih_cxr512": "patient_id",
        "covid_cxr": "patientid",
        "ultrasound": "patient_id",
    }
    for source, patient in sets.items():
        (tmp_path / source / "images").mkdir(parents=True)
        rows = []
        for i in range(12):
            cv2.imwrite(str(tmp_path / source / "images" / f"{i}.png"), cv2.resize(_case(i).truth, (320, 320)))
            row = {"file_name": f"images/{i}.png", "license": "CC BY 4.0"}
            rows.append(json.dumps(row | ({patient: str(i)} if patient else {})))
        (tmp_path / source / "metadata.jsonl").write_text("\n".join(rows), encoding="utf-8")
    pipeline = PPGANPipeline(SPADEGenerator(channels=(8, 8, 8), hidden=4))
    figures = inpainting.evaluate(tmp_path, pipeline, per_set=1)
    names = [row.fill for row in figures.fills]
    assert names == ["telea", "harmonic", "blend", "blend + grain", "generator", "generator + grain"]
    by = {row.fill: row for row in figures.fills}
    # Untrained, the generator is the blend but for the bounds that the pipeline sets.
    assert by["generator"].psnr == pytest.approx(by["blend"].psnr, abs=0.2)
    assert by["blend + grain"].detail > by["blend"].detail
    assert figures.against_blend[0].crops == 4
