"""Train the recogniser: docTR's CRNN from nothing, started on frame labels (CTC alone sits on a plateau)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn import functional as F

from clinx_hf.image.recognition import BUCKET, HEIGHT, STRIDE, WIDEST, build, prepare, straighten
from clinx_hf.synthesis import distractors
from clinx_hf.synthesis.backgrounds import Backgrounds
from clinx_hf.synthesis.fonts import Fonts, signs
from clinx_hf.synthesis.overlay_texts import VOCABULARY, mark, text
from clinx_hf.synthesis.overlays import Type, place, stamp
from clinx_hf.synthesis.scenes import degrade, draw_type
from clinx_hf.training.reader.schedule import Run, quick_statistics

Array = np.ndarray
ARCH = "crnn_mobilenet_v3_small"
BATCH, POOL = 16, 4  # lines in a step; steps whose lines are sorted by width together
EASY = 0.12  # the part of the time with short, plain, clear lines
PLAIN_SHARE = 0.4  # of the lines after that: plain, clear type as viewers write it
SHORT_SHARE = 0.3  # of the lines are marks of a sign or a few: nothing in them helps to guess what was not seen
LONGEST = 46  # signs of a training line; longer texts are cut to a random part
SAVE_EVERY, LOG_EVERY = 50, 25


@dataclass(frozen=True)
class Sample:
    """One line: features (3, HEIGHT, W), its text, and the time step on which each sign has its middle."""

    x: Array
    text: str
    frames: Array


def _words(rng: np.random.Generator, easy: bool) -> str:
    whole = mark(rng) if rng.random() < SHORT_SHARE else text(rng)
    most = 10 if easy else LONGEST
    if len(whole) > most:
        n = int(rng.integers(most // 2, most + 1))
        start = int(rng.integers(0, len(whole) - n + 1))
        whole = whole[start : start + n]
    return whole.strip() or "R"


def _type(rng: np.random.Generator, fonts: Fonts, easy: bool) -> Type:
    kind = draw_type(rng, fonts)
    angle = float(rng.uniform(-3, 3)) if rng.random() < 0.3 and not easy else 0.0
    if easy or rng.random() < PLAIN_SHARE:
        plain = fonts.plain or fonts.every
        return Type(
            plain[int(rng.integers(len(plain)))],
            float(rng.uniform(6, 15)),
            float(rng.uniform(90, 255)),
            "light" if rng.random() < 0.6 else "dark",
        )
    # What nobody can read teaches nothing: no type under 5 px, no contrast under 25.
    cap = max(5.0, kind.cap)
    return replace(
        kind, cap=cap, angle=angle, contrast=max(25.0, kind.contrast), enlarge=max(0.6, min(kind.enlarge, cap / 5))
    )


def sample(rng: np.random.Generator, grounds: Backgrounds, fonts: Fonts, easy: bool = False) -> Sample | None:
    """Return one drawn line as the detector would cut it, or None when it left no ink or cannot be told apart."""
    kind, words = _type(rng, fonts, easy), _words(rng, easy)
    known = signs(kind.font, VOCABULARY)
    words = "".join(s for s in words if s in known).strip()
    inked = stamp(words, kind, centres=True) if words else None
    if inked is None:
        return None
    h, w = inked.ink.shape
    margin = 6 + h // 3 + int(abs(np.sin(np.deg2rad(kind.angle))) * w)
    picture = np.repeat(grounds.piece(rng, h + 2 * margin, w + 2 * margin, 0.45)[..., None], 3, 2)
    if rng.random() < 0.25 and not easy:
        distractors.scatter(rng, picture, 2)
    quad = place(picture, inked, kind, margin, margin, rng).quad
    picture = degrade(rng, picture)
    along, down = (quad[1] - quad[0]) / w, (quad[3] - quad[0]) / h
    # As the detector cuts: mostly too wide, sometimes a little short.
    left, right, top, low = rng.uniform(-0.04, (0.45, 0.45, 0.28, 0.28)) * h + rng.uniform(0, 1.5, 4)
    start = quad[0] - along * left - down * top
    across, tall = along * (w + left + right), down * (h + top + low)
    cut = straighten(picture, np.stack([start, start + across, start + across + tall, start + tall]).astype(np.float32))
    if not 8 <= cut.shape[1] <= WIDEST:
        return None
    scale = cut.shape[1] / (w + left + right)
    frames = np.clip((inked.centres + left) * scale / STRIDE, 0, -(-cut.shape[1] // STRIDE) - 1).astype(int)
    doubles = sum(a == b for a, b in pairwise(words))
    if len(words) + doubles > cut.shape[1] // STRIDE:
        return None
    return Sample(prepare(cut), words, frames)


def batches(rng: np.random.Generator, grounds: Backgrounds, fonts: Fonts, easy: bool) -> list[list[Sample]]:
    """Return POOL batches of lines of similar width, each twice, in random order."""
    pool: list[Sample] = []
    while len(pool) < BATCH * POOL:
        made = sample(rng, grounds, fonts, easy)
        if made is not None:
            pool.append(made)
    pool.sort(key=lambda s: s.x.shape[2])
    out = [pool[i : i + BATCH] for i in range(0, len(pool), BATCH)]
    # Drawing costs half as much as learning: every batch is used twice.
    return [out[int(i) % len(out)] for i in rng.permutation(2 * len(out))]


def collate(batch: list[Sample]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, list[list[int]]]:
    """Return the padded features, the label and weight of every frame, and the signs' numbers."""
    width = -(-max(s.x.shape[2] for s in batch) // BUCKET) * BUCKET
    x = np.zeros((len(batch), 3, HEIGHT, width), np.float32)
    labels = np.full((len(batch), width // STRIDE), len(VOCABULARY), np.int64)
    weights = np.full(labels.shape, 0.15, np.float32)
    numbers = [[VOCABULARY.index(s) for s in made.text] for made in batch]
    for row, made in enumerate(batch):
        x[row, :, :, : made.x.shape[2]] = made.x
        labels[row, made.frames] = numbers[row]
        weights[row, made.frames] = 1.0
    return torch.from_numpy(x), torch.from_numpy(labels), torch.from_numpy(weights), numbers


def loss(
    logits: torch.Tensor,
    labels: torch.Tensor,
    weights: torch.Tensor,
    numbers: list[list[int]],
    by_frame: float,
    by_path: float,
) -> tuple[torch.Tensor, float]:
    """Return by_frame * cross entropy of frames + by_path * CTC per sign, and that CTC alone."""
    frames = F.cross_entropy(logits.transpose(1, 2), labels, reduction="none")
    frame = (frames * weights).sum() / weights.sum()
    logs = torch.log_softmax(logits, -1).transpose(0, 1)
    lengths = torch.tensor([len(n) for n in numbers])
    steps = torch.full((len(numbers),), logits.shape[1])
    flat = torch.tensor([v for n in numbers for v in n])
    ctc = (
        F.ctc_loss(logs, flat, steps, lengths, blank=logits.shape[2] - 1, reduction="sum", zero_infinity=True)
        / lengths.sum()
    )
    return by_frame * frame + by_path * ctc, float(ctc.detach())


def train(grounds: Backgrounds, fonts: Fonts, folder: Path, minutes: float, seed: int) -> Run:
    """Train for `minutes` of wall time, taking up `folder`/recogniser.pt if it is there; return the finished run."""
    cv2.setNumThreads(1)
    torch.manual_seed(seed)
    model = build(ARCH, VOCABULARY)
    quick_statistics(model)
    optimiser = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=1e-4)
    run = Run(folder, "recogniser", minutes, 2e-3)
    run.load(model, optimiser)
    rng = np.random.default_rng([seed, run.step])
    model.train()
    queue: list[list[Sample]] = []
    kept: list[float] = []
    while not run.done:
        easy = run.share < EASY
        if not queue:
            grounds.renew(rng)
            queue = batches(rng, grounds, fonts, easy)
        rate = run.set_rate(optimiser)
        x, labels, weights, numbers = collate(queue.pop())
        by_frame, by_path = (2.0, 0.1) if easy else (1.0, 0.5) if run.share < 0.5 else (0.3, 1.0)
        value, ctc = loss(model(x, target=[])["logits"], labels, weights, numbers, by_frame, by_path)
        optimiser.zero_grad(set_to_none=True)
        value.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        run.step += 1
        kept.append(ctc)
        if run.step % LOG_EVERY == 0:
            run.log(ctc=float(np.mean(kept[-LOG_EVERY:])), rate=rate)
        if run.step % SAVE_EVERY == 0:
            run.save(model, optimiser)
    run.save(model, optimiser)
    return run
