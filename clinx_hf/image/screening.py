"""Whether a box holds type at all: a second opinion on what the detector found.

Vertebrae, electrodes and calcified vessels look like rows of signs to a detector. A linear probe on the recogniser's
inner states, which cost nothing more once a line was read, tells most of them from type.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clinx_hf.image.detection import Found
from clinx_hf.image.recognition import Reading

Array = np.ndarray
GEOMETRY = 3  # features of the box: score, log height, log of length by height
BELIEVED = 0.8  # confidence from which a reading of at least LEAST_SIGNS is type whatever the probe says
LEAST_SIGNS = 2


def describe(found: Found, reading: Reading) -> Array:
    """Return the features (GEOMETRY + trace,) float64 of one box and what was read in it, which must have a trace."""
    assert reading.trace is not None
    along, down = found.quad[1] - found.quad[0], found.quad[3] - found.quad[0]
    long, tall = max(1.0, float(np.hypot(*along))), max(1.0, float(np.hypot(*down)))
    box = [found.score, np.log(tall), np.log(long / tall)]
    return np.concatenate([np.array(box), reading.trace.astype(np.float64)])


@dataclass(frozen=True)
class Screen:
    """The probe: P(type) = sigmoid(weight . (features - mean) / scale + bias); boxes under `least` are dropped."""

    mean: Array
    scale: Array
    weight: Array
    bias: float
    least: float

    @classmethod
    def from_file(cls, file: Path, least: float) -> Screen:
        """Load the probe as `training.reader.export` writes it."""
        from safetensors.numpy import load_file

        held = {name: value.astype(np.float64) for name, value in load_file(str(file)).items()}
        return cls(held["mean"], held["scale"], held["weight"], float(held["bias"][0]), least)

    def likeness(self, found: Found, reading: Reading) -> float:
        """Return the probability that the box holds type, 0..1."""
        if reading.trace is None:
            return 1.0
        level = float(self.weight @ ((describe(found, reading) - self.mean) / self.scale)) + self.bias
        return float(1 / (1 + np.exp(-np.clip(level, -30, 30))))

    def keeps(self, found: Sequence[Found], readings: Sequence[Reading]) -> list[bool]:
        """Tell for every box whether it holds type, as far as the probe or a sure reading can tell."""
        return [
            (reading.confidence >= BELIEVED and len(reading.text.strip()) >= LEAST_SIGNS)
            or self.likeness(item, reading) >= self.least
            for item, reading in zip(found, readings, strict=True)
        ]
