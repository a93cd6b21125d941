"""The trainer of PP-GAN: crops, losses, and a run of a few seconds that must improve on the base fill."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from clinx_hf.image import fills
from clinx_hf.image.pipeline_ppgan import PPGANPipeline
from clinx_hf.image.ppgan import SPADEGenerator
from clinx_hf.synthesis.phantoms import phantom
from clinx_hf.training import ppgan, ppgan_crops, ppgan_losses
from clinx_hf.training.ppgan_crops import CropMaker


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = partial(SPADEGenerator, channels=(8, 12, 16), hidden=8)
    monkeypatch.setattr(ppgan, "SPADEGenerator", narrow)
    monkeypatch.setattr(ppgan, "_BATCH", 4)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like the real one, with phantoms as pictures and one picture whose licence forbids its use."""
    folder = tmp_path_factory.mktemp("data")
    rng = np.random.default_rng(0)
    for source, patient in ppgan_crops.SETS.items():
        (folder / source / "images").mkdir(parents=True)
        rows = []
        for i in range(12):
            name = f"images/{i}.png"
            cv2.imwrite(str(folder / source / name), phantom(rng, 288))
            licence = "CC BY-NC 4.0" if i == 0 else "CC BY 4.0"
            rows.append(json.dumps({"file_name": name, patient: str(i // 2), "license": licence}))
        (folder / source / "metadata.jsonl").write_text("\n".join(rows), encoding="utf-8")
    return folder


def test_patients_do_not_cross_the_split_and_licences_are_kept(data: Path) -> None:
    found = ppgan_crops.pictures(data)
    free = [p for p in found if p.source != "nih_cxr512"]
    assert all(p.path.name != "0.png" for p in free)
    for source in ppgan_crops.SETS:
        side = {int(p.path.stem) // 2: p.held_out for p in found if p.source == source}
        assert all(side[int(p.path.stem) // 2] == p.held_out for p in found if p.source == source)


def test_a_crop_is_a_function_of_seed_and_number_and_its_fills_are_those_of_the_pipeline(data: Path) -> None:
    one, again = CropMaker(data, 3).make(4), CropMaker(data, 3).make(4)
    assert (one.truth == again.truth).all()
    assert (one.mask == again.mask).all()
    assert (one.stack == again.stack).all()
    assert one.truth.shape == ppgan_crops.SHAPES[0]
    assert CropMaker(data, 3).make(5).truth.shape == ppgan_crops.SHAPES[1]
    generator = PPGANPipeline(SPADEGenerator(channels=(8, 8, 8), hidden=4), grain=0.0)
    filled = generator.fill(one.truth, one.mask)
    stack = one.stack.astype(float) + 128
    base = fills.HARMONIC_SHARE * stack[0] + (1 - fills.HARMONIC_SHARE) * stack[1]
    assert np.abs(base - filled[one.mask]).mean() < 0.6  # rounding, and the bounds of the pipeline


def test_augmentation_commutes_with_the_fills(data: Path) -> None:
    crop = CropMaker(data, 5).make(2)
    for seed in range(8):
        rng = np.random.default_rng(seed)
        truth, mask, stack = ppgan._augmented(crop, rng, turned=bool(seed % 2))
        values = np.where(mask, 0, truth)[..., None]
        redone = np.zeros_like(stack)
        for hole in ppgan.compositing.holes(mask):
            part = ppgan_crops.base_fill(values, mask, hole)
            assert part is not None
            redone[(slice(None), *hole.window.slices)] += part * hole.inside
        worst = np.abs(redone - stack)[:, mask].mean(axis=1)
        assert worst.max() < 1.0


def test_losses_tell_good_from_bad() -> None:
    hole = torch.zeros(2, 1, 32, 32)
    hole[..., 8:24, 4:28] = 1
    target = torch.randn(2, 1, 32, 32, generator=torch.Generator().manual_seed(0))
    near, far = (ppgan_losses.mean_fill_loss(target * share, target, hole) for share in (0.9, 0.1))
    assert near < far
    assert ppgan_losses.mean_fill_loss(target + 100 * (1 - hole), target, hole) < near
    share = ppgan_losses.patch_share(hole, torch.zeros(2, 1, 8, 8))
    right, wrong = torch.full((2, 1, 8, 8), 2.0), torch.full((2, 1, 8, 8), -2.0)
    assert ppgan_losses.discriminator_hinge(right, wrong, share) == 0
    assert ppgan_losses.discriminator_hinge(wrong, right, share) == pytest.approx(6)
    assert ppgan_losses.generator_hinge(right, share) == pytest.approx(-2)
    assert ppgan_losses.feature_matching([right], [right], hole) == 0
    assert ppgan_losses.feature_matching([right], [wrong], hole) == pytest.approx(4)
    assert ppgan_losses.band_energy(target, target, hole) == 0
    assert ppgan_losses.band_energy(0 * target, target, hole) > 1


def test_thirty_steps_improve_on_the_base(data: Path, tmp_path: Path) -> None:
    torch.manual_seed(0)
    crops = [CropMaker(data, 9).make(i) for i in range(16)]
    phase = ppgan._MeanFill(ppgan.PPGANTraining(data, tmp_path), crops, crops)
    assert ppgan.gain_over_base(phase.average, crops, "cpu") == (0.0, 0.0)
    for _ in range(30):
        phase._one(0.1)
    assert ppgan.gain_over_base(phase.average, crops, "cpu")[0] > 0.02


def test_a_run_resumes_and_writes_a_pipeline(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ppgan_crops, "_SHARD", 24)
    settings = {"data": data, "output": tmp_path, "crops": 24}
    first = ppgan.train(ppgan.PPGANTraining(**settings, minutes=0.03))
    assert first.steps > 0
    second = ppgan.train(ppgan.PPGANTraining(**settings, minutes=0.06, minutes_adversarial=0.03))
    assert second.steps > first.steps
    assert second.adversarial_steps > 0
    pipeline = PPGANPipeline.from_pretrained(second.folder)
    assert pipeline.generator.config.texture
    assert json.loads((second.folder / "provenance.json").read_text(encoding="utf-8"))["steps"] == second.steps
    size = sum(file.stat().st_size for file in second.folder.rglob("*") if file.is_file())
    assert size < 8 * 2**20
