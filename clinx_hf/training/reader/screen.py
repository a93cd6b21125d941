"""Train the screen: a linear probe that tells type from what the detector only takes for type.

Its examples are the trained detector's own boxes on drawn scenes, so it is trained last.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from clinx_hf.image.detection import Found, Thresholds
from clinx_hf.image.reader import Reader
from clinx_hf.image.screening import describe
from clinx_hf.synthesis.backgrounds import Backgrounds
from clinx_hf.synthesis.fonts import Fonts
from clinx_hf.synthesis.scenes import Scene, scene
from clinx_hf.training.reader.targets import inside

Array = np.ndarray
FILE, FIGURES = "screen.safetensors", "screen.json"
SIDE = 416  # pixels of a scene
WIDE_NET = Thresholds(box=0.3)  # the examples hold the detector's doubtful boxes, too
DECAY = 0.1  # weight of the squared weights: there are hardly more examples than features
LOST = 0.01  # of the lines that the detector found, the screen may drop this part (of the third held out)
PASSES_ALL = 0.0


@dataclass(frozen=True)
class Examples:
    """features (N, F) float64; type (N,) bool: whether the box holds type; scene (N,) int: which picture it is of."""

    features: Array
    type: Array
    scene: Array


def label(found: Found, made: Scene) -> bool | None:
    """Tell whether a box holds type; None when it only grazes some."""
    height, width = made.picture.shape[:2]
    box = inside([found.quad], height, width)
    ink = np.zeros((height, width), bool)
    for line in made.lines:
        ink |= line.coverage(height, width)
    share = (box & inside([line.quad for line in made.lines], height, width)).sum() / max(1, box.sum())
    if share > 0.3 and (ink & box).sum() >= 6:
        return True
    return False if share < 0.02 else None


def collect(
    reader: Reader,
    grounds: Backgrounds,
    fonts: Fonts,
    rng: np.random.Generator,
    scenes: int,
    progress: Callable[[int], None] = lambda n: None,
) -> Examples:
    """Return the boxes of `scenes` drawn pictures, nearly half of which hold no text."""
    reader.detector.thresholds = WIDE_NET
    rows: list[tuple[Array, bool, int]] = []
    for number in range(scenes):
        for _ in range(3):
            grounds.renew(rng)
        made = scene(rng, grounds, fonts, SIDE, large=rng.random() < 0.15, film=0.3, empty=0.45)
        found = reader.locate(made.picture)
        _, readings = reader.read(made.picture, found)
        for item, reading in zip(found, readings, strict=True):
            told = label(item, made)
            if told is not None:
                rows.append((describe(item, reading), told, number))
        progress(number)
    features, types, numbers = zip(*rows, strict=True)
    return Examples(np.stack(features), np.array(types), np.array(numbers))


@dataclass(frozen=True)
class Fitted:
    """The probe's tensors, its threshold, and on the third held out: the part of true lines that it drops, and the
    part of false boxes that it lets through."""

    tensors: dict[str, Array]
    least: float
    dropped: float
    passed: float
    examples: int


def fit(examples: Examples) -> Fitted:
    """Fit the probe on two thirds of the scenes, choose its threshold on the rest, then fit on all."""
    held = examples.scene % 3 == 2
    tensors = _fit(examples.features[~held], examples.type[~held])
    levels = _likeness(tensors, examples.features[held])
    true, false = np.sort(levels[examples.type[held]]), levels[~examples.type[held]]
    least = float(true[int(LOST * len(true))]) if len(true) else PASSES_ALL
    return Fitted(
        _fit(examples.features, examples.type),
        least,
        float((true < least).mean()) if len(true) else 0.0,
        float((false >= least).mean()) if len(false) else 0.0,
        len(examples.type),
    )


def _likeness(tensors: dict[str, Array], features: Array) -> Array:
    level = (features - tensors["mean"]) / tensors["scale"] @ tensors["weight"] + tensors["bias"][0]
    return np.asarray(1 / (1 + np.exp(-np.clip(level, -30, 30))))


def _fit(features: Array, types: Array) -> dict[str, Array]:
    """Logistic regression with squared weights punished, by L-BFGS."""
    import torch

    mean, scale = features.mean(0), features.std(0) + 1e-6
    x = torch.from_numpy((features - mean) / scale)
    y = torch.from_numpy(types.astype(np.float64))
    weight = torch.zeros(x.shape[1], dtype=torch.float64, requires_grad=True)
    bias = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([weight, bias], max_iter=300)

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        level = x @ weight + bias
        value = torch.nn.functional.binary_cross_entropy_with_logits(level, y) + DECAY * (weight * weight).sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return {
        "mean": mean.astype(np.float32),
        "scale": scale.astype(np.float32),
        "weight": weight.detach().numpy().astype(np.float32),
        "bias": bias.detach().numpy().astype(np.float32),
    }


def passes_all(features: int) -> dict[str, Array]:
    """Return the tensors of a probe that was not trained; with a threshold of PASSES_ALL it drops nothing."""
    return {
        "mean": np.zeros(features, np.float32),
        "scale": np.ones(features, np.float32),
        "weight": np.zeros(features, np.float32),
        "bias": np.zeros(1, np.float32),
    }


def write(fitted: Fitted, folder: Path) -> None:
    """Write the probe and its figures into the run's folder."""
    save_file(fitted.tensors, str(folder / FILE))
    told = {"least": fitted.least, "dropped": fitted.dropped, "passed": fitted.passed, "examples": fitted.examples}
    (folder / FIGURES).write_text(json.dumps(told) + "\n", encoding="utf-8")
