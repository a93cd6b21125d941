"""Trains PP-GAN: first the mean fill, then, if asked, grain from noise against a patch discriminator.

Runs on one or more CPU threads or a GPU, by the clock; stops and goes on from `state.pt`; logs JSON lines.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from clinx_hf.image import compositing, fills
from clinx_hf.image.grain import GRAIN
from clinx_hf.image.pipeline_ppgan import PPGANPipeline
from clinx_hf.image.ppgan import RING, PatchDiscriminator, SPADEGenerator, condition
from clinx_hf.training import ppgan_losses as losses
from clinx_hf.training.ppgan_crops import DATA, SHAPES, Crop, CropMaker, load_pool
from clinx_hf.training.provenance import write_provenance

_BATCH = 8
_RATE, _WARM, _DECAY = 1.5e-3, 60, 0.998
_SAVE_EVERY, _CHECK_EVERY = 60.0, 240.0  # seconds


@dataclass(frozen=True)
class PPGANTraining:
    """Settings of one training.

    data: folder that holds the picture sets. output: folder of the run (pool, state, log, pipeline).
    minutes: of the mean fill; minutes_adversarial: of the grain (0: none). crops: size of the pool.
    """

    data: Path
    output: Path
    minutes: float = 40.0
    seed: int = 7
    threads: int = 1
    minutes_adversarial: float = 0.0
    crops: int = 9000
    device: str = "cpu"


@dataclass(frozen=True)
class PPGANTrained:
    """What came out. gain: dB over the base fill on held-out crops, mean and half of its 95 % interval."""

    folder: Path
    steps: int
    adversarial_steps: int
    gain: float
    gain_error: float


@dataclass(frozen=True)
class Batch:
    """maps (N, M, H, W); target: truth minus base, and base, both (N, 1, H, W) in units of spread."""

    maps: Tensor
    target: Tensor
    base: Tensor


def train(settings: PPGANTraining) -> PPGANTrained:
    """Run or resume a training and write the pipeline to `output/pipeline`."""
    torch.set_num_threads(settings.threads)
    cv2.setNumThreads(settings.threads)
    torch.manual_seed(settings.seed)
    pool = load_pool(settings.output / "pool", CropMaker(settings.data, settings.seed), settings.crops)
    held_out = CropMaker(settings.data, settings.seed, held_out=True)
    checks = load_pool(settings.output / "held_out", held_out, min(400, settings.crops))
    mean = _MeanFill(settings, pool, checks)
    mean.run()
    generator, steps = mean.average, 0
    if settings.minutes_adversarial > 0:
        generator, steps = _adversarial(settings, generator, pool)
    gain, error = gain_over_base(mean.average, checks, settings.device)
    folder = settings.output / "pipeline"
    # Half precision in the file; it is loaded as float32.
    plain = deepcopy(generator).half().cpu()
    PPGANPipeline(plain, grain=0.0 if generator.config.texture else GRAIN).save_pretrained(folder)
    figures = {"held_out_gain_db": round(gain, 4), "held_out_gain_error": round(error, 4), "adversarial_steps": steps}
    # Where the folders lay on one machine is nobody's business.
    told = {key: value for key, value in asdict(settings).items() if not isinstance(value, Path)}
    write_provenance(folder, "ppgan", DATA, told, mean.step, mean.seconds, figures)
    return PPGANTrained(folder, mean.step, steps, gain, error)


class _MeanFill:
    """The first phase and its state."""

    def __init__(self, settings: PPGANTraining, pool: list[Crop], checks: list[Crop]) -> None:
        self.settings, self.pool, self.checks = settings, pool, checks
        self.model = SPADEGenerator(candidates=fills.COUNT).to(settings.device).train()
        self.average = deepcopy(self.model).eval()
        self.optimiser = torch.optim.AdamW(self.model.parameters(), lr=_RATE, betas=(0.9, 0.99))
        self.step, self.seconds = 0, 0.0
        self._state = settings.output / "state.pt"
        if self._state.is_file():
            state = torch.load(self._state, map_location=settings.device, weights_only=True)
            self.model.load_state_dict(state["model"])
            self.average.load_state_dict(state["average"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.step, self.seconds = int(state["step"]), float(state["seconds"])

    def run(self) -> None:
        """Train until the minutes are spent, those of earlier runs included."""
        budget, before = self.settings.minutes * 60, self.seconds
        start = saved = checked = time.monotonic()
        running = 0.0
        while self.seconds < budget:
            loss = self._one(self.seconds / budget)
            running = loss if running == 0 else 0.98 * running + 0.02 * loss
            now = time.monotonic()
            self.seconds = before + now - start
            if now - checked > _CHECK_EVERY:
                gain, error = gain_over_base(self.average, self.checks, self.settings.device)
                _log(self.settings, step=self.step, seconds=self.seconds, gain=gain, error=error)
                checked = time.monotonic()
            elif self.step % 100 == 0:
                _log(self.settings, step=self.step, seconds=self.seconds, loss=running)
            if now - saved > _SAVE_EVERY:
                self._save()
                saved = now
        self._save()

    def _one(self, done: float) -> float:
        cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, done)))
        rate = _RATE * max(0.02, cosine) * min(1.0, (self.step + 1) / _WARM)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        batch = _batch(self.pool, (self.settings.seed, self.step), self.settings.device)
        loss = losses.mean_fill_loss(self.model(batch.maps), batch.target, batch.maps[:, :1])
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.step += 1
        keep = min(_DECAY, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for old, new in zip(self.average.parameters(), self.model.parameters(), strict=True):
                old.lerp_(new, 1 - keep)
        return float(loss.detach())

    def _save(self) -> None:
        state = {"model": self.model.state_dict(), "average": self.average.state_dict()}
        more = {"optimiser": self.optimiser.state_dict(), "step": self.step, "seconds": self.seconds}
        part = self._state.with_suffix(".part")
        torch.save(state | more, part)
        os.replace(part, self._state)


def _adversarial(settings: PPGANTraining, mean: SPADEGenerator, pool: list[Crop]) -> tuple[SPADEGenerator, int]:
    """Teach a texture head on the frozen mean fill; by the clock, not resumed."""
    config = {key: mean.config[key] for key in ("candidates", "channels", "hidden")}
    generator = SPADEGenerator(**config, texture=True).to(settings.device)
    generator.load_state_dict(mean.state_dict(), strict=False)
    generator.requires_grad_(False)
    head = list(generator.grain.requires_grad_(True).parameters())
    critic = PatchDiscriminator().to(settings.device)
    slow = torch.optim.Adam(head, lr=1e-3, betas=(0.0, 0.9))
    fast = torch.optim.Adam(critic.parameters(), lr=4e-4, betas=(0.0, 0.9))
    end, step = time.monotonic() + 60 * settings.minutes_adversarial, 0
    while time.monotonic() < end:
        batch = _batch(pool, (settings.seed, 1, step), settings.device)
        hole, ratio = batch.maps[:, :1], batch.maps[:, 5:6]
        noise = torch.randn(hole.shape, generator=torch.Generator().manual_seed(step)).to(hole.device)
        truth = losses.seen_by_discriminator(batch.base + batch.target, hole, ratio)
        filled = batch.base + generator(batch.maps, noise)
        seen = losses.seen_by_discriminator(filled, hole, ratio)
        real, real_features = critic(truth)
        share = losses.patch_share(hole, real)
        hinge = losses.discriminator_hinge(real, critic(seen.detach())[0], share)
        fast.zero_grad(set_to_none=True)
        hinge.backward()  # type: ignore[no-untyped-call]
        fast.step()
        fake, fake_features = critic(seen)
        with torch.no_grad():
            real_features = critic(truth)[1]
        loss = 0.3 * losses.generator_hinge(fake, share) + 0.3 * losses.band_energy(
            filled, batch.base + batch.target, hole
        )
        loss = loss + losses.feature_matching(real_features, fake_features, hole)
        slow.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        slow.step()
        step += 1
        if step % 50 == 0:
            _log(settings, adversarial_step=step, critic=float(hinge.detach()), loss=float(loss.detach()))
    return generator.eval(), step


def _batch(pool: list[Crop], seed: tuple[int, ...], device: str) -> Batch:
    """Random crops of one shape, mirrored, transposed, inverted, with other contrast."""
    rng = np.random.default_rng(seed)
    odd = int(rng.integers(len(SHAPES)))
    turned = bool(rng.random() < 0.5)
    chosen = rng.integers(len(pool) // 2, size=_BATCH) * 2 + odd
    return _stacked([_augmented(pool[int(i)], rng, turned) for i in chosen], device)


_Arrays = tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]


def _arrays(crop: Crop) -> _Arrays:
    """Truth (H, W), mask, and fills (K, H, W) that are the truth outside the hole."""
    truth = crop.truth.astype(np.float64)
    stack = np.repeat(truth[None], len(crop.stack), axis=0)
    stack[:, crop.mask] = crop.stack.astype(np.float64) + 128
    return truth, crop.mask, stack


def _augmented(crop: Crop, rng: np.random.Generator, turned: bool) -> _Arrays:
    """All of these commute with the fills; a mirror swaps the slopes of the sheared lines."""
    truth, mask, stack = _arrays(crop)
    for axis in (0, 1):
        if rng.random() < 0.5:
            truth, mask = np.flip(truth, axis), np.flip(mask, axis)
            stack = np.flip(stack, axis + 1)
            stack = np.concatenate([stack[:2], stack[:1:-1]])
    if turned:
        truth, mask, stack = truth.T, mask.T, stack.transpose(0, 2, 1)
    gain = float(rng.uniform(0.6, 1.2)) * (-1 if rng.random() < 0.2 else 1)
    shift = 127.5 * (1 - gain) if gain < 0 else 0.0
    return gain * truth + shift, mask, gain * stack + shift


def _stacked(crops: list[_Arrays], device: str) -> Batch:
    maps, targets, bases = [], [], []
    for truth, mask, stack in crops:
        base = np.where(mask, fills.HARMONIC_SHARE * stack[0] + (1 - fills.HARMONIC_SHARE) * stack[1], truth)
        given = condition(base, mask, compositing.ring(mask, RING), stack)
        maps.append(given.maps)
        targets.append((truth - base) / given.spread)
        bases.append(given.maps[2])

    def tensor(arrays: list[Any]) -> Tensor:
        return torch.from_numpy(np.stack(arrays).astype(np.float32)).to(device)

    return Batch(tensor(maps), tensor(targets)[:, None], tensor(bases)[:, None])


def _checks(crops: list[Crop], device: str) -> Iterator[Batch]:
    for odd in range(len(SHAPES)):
        some = crops[odd::2]
        for first in range(0, len(some), _BATCH):
            yield _stacked([_arrays(crop) for crop in some[first : first + _BATCH]], device)


@torch.no_grad()
def gain_over_base(generator: SPADEGenerator, crops: list[Crop], device: str) -> tuple[float, float]:
    """Mean gain in hole PSNR (dB) of the mean fill over the base fill, and half of its 95 % interval."""
    gains: list[float] = []
    for batch in _checks(crops, device):
        hole = batch.maps[:, :1]
        error = ((generator(batch.maps) - batch.target) * hole).square().sum(dim=(1, 2, 3))
        plain = (batch.target * hole).square().sum(dim=(1, 2, 3))
        gains.extend((10 * torch.log10((plain + 1e-3) / (error + 1e-3))).tolist())
    return float(np.mean(gains)), float(1.96 * np.std(gains) / math.sqrt(len(gains)))


def _log(settings: PPGANTraining, **figures: float) -> None:
    row = {key: round(value, 4) for key, value in figures.items()}
    with open(settings.output / "log.jsonl", "a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
