"""The reader's trainers: samples, losses, checkpoints that resume, and a weights folder that loads."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from clinx_hf.image.detection import build, features, grey_and_colour
from clinx_hf.image.reader import Reader
from clinx_hf.synthesis.backgrounds import Backgrounds
from clinx_hf.synthesis.fonts import installed
from clinx_hf.synthesis.overlay_texts import VOCABULARY
from clinx_hf.training.reader import detector, recogniser
from clinx_hf.training.reader.export import write_weights
from clinx_hf.training.reader.schedule import Run


@pytest.fixture(scope="module")
def grounds() -> Backgrounds:
    return Backgrounds([], np.random.default_rng(0), 6)


def test_detector_samples_mark_text_and_leave_bare_crops_empty(grounds: Backgrounds) -> None:
    rng = np.random.default_rng(1)
    marked = [detector.sample(rng, grounds, installed(), empty=0.0) for _ in range(8)]
    bare = [detector.sample(rng, grounds, installed(), empty=1.0) for _ in range(3)]
    assert all(x.shape == (3, 320, 320) and t.shape == w.shape == (320, 320) for x, t, w in marked)
    assert sum(bool(t.any()) for _, t, _ in marked) >= 6
    assert not any(t.any() for _, t, _ in bare)


def test_detector_loss_is_low_where_the_answer_is_right_and_bears_text_free_crops() -> None:
    target = torch.zeros(2, 64, 64)
    target[0, 10:20, 10:40] = 1
    weight = torch.ones_like(target)
    right = detector.loss(target * 16 - 8, target, weight)
    wrong = detector.loss(8 - target * 16, target, weight)
    assert float(right) < 0.05 < float(wrong)
    logits = torch.zeros(1, 64, 64, requires_grad=True)
    empty = detector.loss(logits, torch.zeros(1, 64, 64), torch.ones(1, 64, 64))
    empty.backward()
    assert torch.isfinite(empty)
    assert logits.grad is not None
    assert logits.grad.abs().sum() > 0


def test_recogniser_batches_name_the_frame_of_every_sign(grounds: Backgrounds) -> None:
    rng = np.random.default_rng(2)
    for easy in (True, False):
        made = recogniser.batches(rng, grounds, installed(), easy)
        assert len(made) == 2 * recogniser.POOL
        x, labels, weights, numbers = recogniser.collate(made[0])
        assert x.shape[0] == recogniser.BATCH
        assert x.shape[3] == labels.shape[1] * 4
        for row, sample in enumerate(made[0]):
            spelled = "".join(VOCABULARY[i] for i in numbers[row])
            assert spelled == sample.text
            heavy = labels[row][weights[row] == 1]
            assert (heavy != len(VOCABULARY)).all()
            assert len(heavy) == len(set(sample.frames))


def test_recogniser_loss_falls_when_frames_are_right() -> None:
    numbers = [[3, 5]]
    labels = torch.full((1, 8), len(VOCABULARY))
    labels[0, 2], labels[0, 5] = 3, 5
    weights = torch.where(labels == len(VOCABULARY), 0.15, 1.0)
    right = torch.nn.functional.one_hot(labels, len(VOCABULARY) + 1).float() * 20
    good, ctc = recogniser.loss(right, labels, weights, numbers, 1.0, 1.0)
    bad, worse = recogniser.loss(-right, labels, weights, numbers, 1.0, 1.0)
    assert float(good) < 0.01 < float(bad)
    assert ctc < worse


def test_a_run_resumes_where_it_stopped(tmp_path: Path) -> None:
    model = torch.nn.Linear(2, 2)
    optimiser = torch.optim.AdamW(model.parameters())
    run = Run(tmp_path, "detector", 10.0, 1e-3)
    first = run.set_rate(optimiser)
    run.step, run.seconds = 120, 300.0
    later = run.set_rate(optimiser, warm=1)
    assert first < later < 1e-3
    run.log(loss=1.0)
    run.save(model, optimiser)
    other = torch.nn.Linear(2, 2)
    again = Run(tmp_path, "detector", 10.0, 1e-3)
    assert again.load(other, torch.optim.AdamW(other.parameters()))
    assert again.step == 120
    assert 0.5 <= again.share < 0.7
    assert (other.weight == model.weight).all()
    assert json.loads((tmp_path / "detector.jsonl").read_text())["step"] == 120
    assert not again.done
    again.seconds = 600.0
    assert again.done


def test_a_written_folder_loads_and_reads_alike(tmp_path: Path) -> None:
    torch.manual_seed(0)
    run = tmp_path / "run"
    run.mkdir()
    model = build(detector.ARCH, detector.HEAD)
    Run(run, "detector", 1.0, 1e-3).save(model, torch.optim.AdamW(model.parameters()))
    folder = write_weights(run, tmp_path / "weights", seed=1)
    assert {file.name for file in folder.iterdir()} == {
        "config.json",
        "provenance.json",
        "detector.safetensors",
        "recogniser.safetensors",
        "screen.safetensors",
    }
    assert sum(file.stat().st_size for file in folder.iterdir()) < 16 * 2**20
    picture = np.random.default_rng(0).integers(0, 256, (96, 96, 1), np.uint8)
    level = Reader.from_folder(folder).detector.map(picture, 2)
    assert (level == Reader.from_folder(folder).detector.map(picture, 2)).all()
    direct = build(detector.ARCH, detector.HEAD)
    direct.load_state_dict(model.state_dict())
    direct.eval()
    with torch.inference_mode():
        x = torch.from_numpy(features(*grey_and_colour(picture), 2))[None]
        true = torch.sigmoid(direct(x)["logits"])[0, 0].numpy() * 255
    assert np.abs(true - level).max() < 4  # fp16 weights and folded statistics
