"""The bench of fills: its measures must tell good fills from bad ones."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from scipy import ndimage

from clinx_hf.bench import fill_detector, inpainting, inpainting_cases
from clinx_hf.bench.fill_detector import Pair, detection_auc
from clinx_hf.bench.inpainting_pictures import before_after
from clinx_hf.bench.inpainting_scores import FillScores, mean_scores, scores
from clinx_hf.image.pipeline_ppgan import PPGANPipeline
from clinx_hf.image.ppgan import SPADEGenerator
from clinx_hf.training.ppgan_crops import pictures

PATIENTS = {"nih_cxr512": "patient_id", "covid_cxr": "patientid", "ultrasound": "patient_id"}


def _truth(seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    rough = ndimage.gaussian_filter(rng.uniform(0, 255, (256, 256)), 5) - 127
    return np.clip(128 + 8 * rough + rng.normal(0, 5, rough.shape), 0, 255).astype(np.uint8)


def _mask() -> np.ndarray:
    mask = np.zeros((256, 256), dtype=bool)
    mask[100:130, 40:200] = True
    return mask


def test_measures_at_the_truth_and_away_from_it() -> None:
    truth, mask = _truth(), _mask()
    right = scores(truth, mask, truth)
    assert (right.ssim, right.spectrum, right.detail, right.deviation) == (pytest.approx(1), 0, 1, 1)
    assert right.psnr > 60
    assert right.seam == pytest.approx(1, abs=0.15)
    flat = scores(truth, mask, np.where(mask, np.uint8(120), truth))
    assert flat.psnr < 30
    assert flat.ssim < 0.6
    assert flat.spectrum > 10
    assert (flat.detail, flat.deviation) == (0, 0)
    assert flat.seam > 1.5


def test_means_pass_over_what_has_no_detail() -> None:
    none = FillScores(20.0, 0.5, 4.0, 1.0, float("nan"), 1.0)
    assert mean_scores([none, replace(none, psnr=30.0, detail=0.5)]) == FillScores(25.0, 0.5, 4.0, 1.0, 0.5, 1.0)


@pytest.fixture
def pairs(monkeypatch: pytest.MonkeyPatch) -> list[Pair]:
    monkeypatch.setattr(fill_detector, "_BATCH", 16)
    mask = _mask()
    truths = [_truth(seed) for seed in range(12)]
    return [Pair(t, np.where(mask, ndimage.gaussian_filter(t, 4), t), mask, str(i)) for i, t in enumerate(truths)]


def test_detector_finds_blurs_and_nothing_where_nothing_was_done(pairs: list[Pair]) -> None:
    found = detection_auc(pairs, 40, 0)
    assert found > 0.8
    assert detection_auc(pairs, 3, 0) == detection_auc(pairs, 3, 0)
    untouched = [replace(pair, filled=pair.truth) for pair in pairs]
    assert detection_auc(untouched, 2, 0) == 0.5
    assert detection_auc(pairs, 40, 0, mask_known=True) > 0.8


def test_no_picture_is_learned_from_and_judged(pairs: list[Pair], monkeypatch: pytest.MonkeyPatch) -> None:
    doubled = [replace(pair, picture=str(i // 2)) for i, pair in enumerate(pairs)]
    sides: list[set[str]] = []
    train, judge = fill_detector._train, fill_detector._judge
    monkeypatch.setattr(
        fill_detector,
        "_train",
        lambda r, m, some, s, k: (sides.append({p.picture for p in some}), train(r, m, some, s, k)),
    )
    monkeypatch.setattr(
        fill_detector,
        "_judge",
        lambda r, m, some, k: (sides.append({p.picture for p in some}), judge(r, m, some, k))[1],
    )
    detection_auc(doubled, 1, 0)
    assert sides[0]
    assert sides[1]
    assert not sides[0] & sides[1]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small sets like the real ones: 2 pictures a patient, every third row not free."""
    folder = tmp_path_factory.mktemp("data")
    for source in ("brain_mri", "medpix", *PATIENTS):
        (folder / source / "images").mkdir(parents=True)
        rows = []
        for i in range(24):
            cv2.imwrite(str(folder / source / "images" / f"{i}.png"), cv2.resize(_truth(i), (340, 400)))
            row = {"file_name": f"images/{i}.png", "license": "CC BY-NC 4.0" if i % 3 == 0 else "CC BY 4.0"}
            rows.append(json.dumps(row | ({PATIENTS[source]: str(i // 2)} if source in PATIENTS else {})))
        (folder / source / "metadata.jsonl").write_text("\n".join(rows), encoding="utf-8")
    return folder


def test_judge_patients_have_no_picture_that_was_trained_on(data: Path) -> None:
    for source in ("covid_cxr", "ultrasound"):
        trained = {int(p.path.stem) // 2 for p in pictures(data) if p.source == source and not p.held_out}
        judges = inpainting_cases.judge_paths(data, source)
        assert judges
        assert not trained & {int(path.stem) // 2 for path in judges}


def test_cases_are_the_same_again_and_hold_lines_and_whole_blocks(data: Path) -> None:
    found, again = inpainting_cases.cases(data, 8, 3), inpainting_cases.cases(data, 8, 3)
    assert all((a.truth == b.truth).all() and (a.mask == b.mask).all() for a, b in zip(found, again, strict=True))
    blocks = [case for case in found if case.block]
    assert len(blocks) == len(found) // 4
    assert {int(case.mask.sum()) for case in blocks} == {64 * 256}
    for case in blocks:
        rows, columns = (np.nonzero(case.mask.any(axis=axis))[0] for axis in (1, 0))
        assert min(rows[0], columns[0]) >= 16
        assert sorted((len(rows), len(columns))) == [64, 256]
    assert all(not case.mask.all() and case.mask.any() for case in found)


def test_the_tables_over_a_small_folder(data: Path) -> None:
    pipeline = PPGANPipeline(SPADEGenerator(channels=(8, 8, 8), hidden=4))
    figures = inpainting.evaluate(data, pipeline, per_set=4, detector_steps=1, detector_seeds=2)
    by = {row.fill: row.scores for row in figures.fills if row.group == "all"}
    assert list(by) == [*inpainting.CLASSICAL, "blend + grain", "PP-GAN mean", "PP-GAN textured"]
    # Untrained, the generator is the blend but for the bounds that the pipeline sets.
    assert by["PP-GAN mean"].psnr == pytest.approx(by["blend"].psnr, abs=0.2)
    assert by["PP-GAN textured"] == by["blend + grain"]
    assert by["blend + grain"].detail > by["blend"].detail
    assert by["mean of the ring"].psnr < by["harmonic"].psnr
    assert {row.crops for row in figures.fills if row.group == "brain_mri"} == {4}
    assert [len(one.by_seed) for one in figures.detected] == [2, 2, 1]
    assert inpainting.read_figures(json.loads(json.dumps(asdict(figures)))) == figures
    table = inpainting.table(figures)
    assert "| PP-GAN textured |" in table
    # Equal AUCs are not above each other; and the untrained mean is above no blend.
    reached = {what: reached for what, _, _, reached in inpainting.asked_and_reached(figures)}
    assert reached["textured, blind detector's AUC"]
    assert sum(reached[f"mean, PSNR, {name}"] for name in inpainting_cases.JUDGES) < 4


def test_the_pictures_of_the_card_show_the_text_and_then_no_more(tmp_path: Path) -> None:
    path = tmp_path / "shown.png"
    before_after(path, PPGANPipeline(SPADEGenerator(channels=(4, 4, 4), hidden=4)))
    sheet = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    assert sheet.shape == (4 * 228, 4 * 228)
    foot = [sheet[3 * 228 + 195 : 3 * 228 + 222, 228 * i : 228 * i + 224] for i in range(4)]  # a date on black ground
    assert foot[0].max() > 200
    assert max(foot[2].max(), foot[3].max()) < 60
