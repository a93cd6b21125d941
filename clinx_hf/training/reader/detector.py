"""Train the detector: docTR's DBNet from nothing, on synthetic overlays, with a target and loss for small type."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn import functional as F

from clinx_hf.image.detection import build, features, grey_and_colour
from clinx_hf.synthesis.backgrounds import Backgrounds
from clinx_hf.synthesis.fonts import Fonts
from clinx_hf.synthesis.scenes import scene
from clinx_hf.training.reader.schedule import Run, quick_statistics
from clinx_hf.training.reader.targets import draw

Array = np.ndarray
ARCH, HEAD = "db_mobilenet_v3_large", 64
CROP, BATCH = 320, 8  # network pixels of a crop; crops in a step
LARGE_SHARE, LARGE_LEAST = 0.25, 13.0  # crops at scale 1; there, type under this height counts nothing
SAVE_EVERY, LOG_EVERY = 50, 25


def sample(
    rng: np.random.Generator, grounds: Backgrounds, fonts: Fonts, empty: float = 0.25
) -> tuple[Array, Array, Array]:
    """Return features (3, CROP, CROP), target and weight (CROP, CROP) of one synthetic crop."""
    large = rng.random() < LARGE_SHARE
    scale = 1 if large else 2
    made = scene(rng, grounds, fonts, CROP // scale, large, empty=empty)
    target, weight = draw(made.lines, CROP // scale, scale, LARGE_LEAST if large else 0.0)
    x = features(*grey_and_colour(made.picture), scale)
    if rng.random() < 0.15:  # tiles at the border of a small picture are padded with zeros: so are some crops
        at = int(rng.integers(CROP // 2, CROP))
        cut = (slice(at, None), slice(None)) if rng.random() < 0.5 else (slice(None), slice(at, None))
        x[(slice(None), *cut)], target[cut], weight[cut] = 0, 0, 0
    return x, target, weight


def loss(logits: torch.Tensor, target: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Return weighted BCE on kernels + BCE on the hardest ground + dice over the batch; text-free crops are fine."""
    bce = F.binary_cross_entropy_with_logits(logits, target, reduction="none") * weight
    inside = target > 0.5
    hardest = max(3 * int(inside.sum()), 6000)
    ground = bce[~inside].topk(min(hardest, int((~inside).sum()))).values.mean()
    p = torch.sigmoid(logits)
    dice = 1 - (2 * (p * target * weight).sum() + 1) / ((p * weight).sum() + (target * weight).sum() + 1)
    kernels = bce[inside].sum() / weight[inside].sum().clamp(min=1)
    return kernels + ground + dice


def train(grounds: Backgrounds, fonts: Fonts, folder: Path, minutes: float, seed: int) -> Run:
    """Train for `minutes` of wall time, taking up `folder`/detector.pt if it is there; return the finished run.

    grounds and fonts are what pictures are made of; a checkpoint is left every 50 steps.
    """
    cv2.setNumThreads(1)
    torch.manual_seed(seed)
    model = build(ARCH, HEAD).to(memory_format=torch.channels_last)
    quick_statistics(model)
    last = [m for m in model.prob_head.modules() if isinstance(m, torch.nn.ConvTranspose2d)][-1]
    assert last.bias is not None
    torch.nn.init.constant_(last.bias, -2.0)
    optimiser = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=1e-4)
    run = Run(folder, "detector", minutes, 2e-3)
    run.load(model, optimiser)
    rng = np.random.default_rng([seed, run.step])
    model.train()
    kept: list[float] = []
    while not run.done:
        rate = run.set_rate(optimiser)
        if run.step % 2 == 0:
            grounds.renew(rng)
        x, t, w = (
            torch.from_numpy(np.stack(part))
            for part in zip(*(sample(rng, grounds, fonts) for _ in range(BATCH)), strict=True)
        )
        value = loss(model(x.contiguous(memory_format=torch.channels_last))["logits"][:, 0], t, w)
        optimiser.zero_grad(set_to_none=True)
        value.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        run.step += 1
        kept.append(float(value.detach()))
        if run.step % LOG_EVERY == 0:
            run.log(loss=float(np.mean(kept[-LOG_EVERY:])), rate=rate)
        if run.step % SAVE_EVERY == 0:
            run.save(model, optimiser)
    run.save(model, optimiser)
    return run
