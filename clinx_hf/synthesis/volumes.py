"""Slices of open anatomical volumes as grounds: real folds, sutures and skull edges that are not type.

Meant for the templates of Debian's package mricron-data (Colin27 head, macaque brain), whose licences allow any use.
The tones are bent at random, so that one T1 volume also serves as T2-, FLAIR- or CT-like.
"""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import cv2
import numpy as np

from clinx_hf.errors import BadInput

Array = np.ndarray
TEMPLATES = Path("/usr/share/mricron/templates")
NAMES = ("ch2.nii.gz", "ch2better.nii.gz", "inia19-t1-brain.nii.gz")
KINDS = {2: "<u1", 4: "<i2", 8: "<i4", 16: "<f4", 512: "<u2"}  # NIfTI-1 data types


def read(path: Path) -> Array:
    """Return a NIfTI-1 volume (.nii.gz) as (Z, Y, X) uint8, 255 = its 99.7th percentile; raise BadInput for others."""
    raw = gzip.decompress(path.read_bytes())
    size, kind = struct.unpack("<8h", raw[40:56]), struct.unpack("<h", raw[70:72])[0]
    start = int(struct.unpack("<f", raw[108:112])[0])
    if size[0] != 3 or kind not in KINDS:
        raise BadInput(
            f"A volume must be three-dimensional NIfTI-1 of a plain type; this one has {size[0]} axes, type {kind}."
        )
    values = np.frombuffer(raw, KINDS[kind], size[1] * size[2] * size[3], start).reshape(size[3], size[2], size[1])
    top = max(1e-6, float(np.percentile(values, 99.7)))
    return np.asarray(np.clip(values.astype(np.float32) * (255 / top), 0, 255), np.uint8)


def load(folder: Path = TEMPLATES) -> list[Array]:
    """Return the known volumes of `folder`; those that are absent are left out."""
    return [read(folder / name) for name in NAMES if (folder / name).is_file()]


def bend(rng: np.random.Generator, picture: Array) -> Array:
    """Return the picture through a random tone curve, black staying dark more often than not."""
    knots = np.sort(rng.uniform(0, 255, 4))
    levels = np.concatenate([[rng.uniform(0, 20)], rng.uniform(0, 255, 4), [rng.uniform(100, 255)]])
    if rng.random() < 0.4:
        levels = np.sort(levels)
    curve = np.interp(np.arange(256), np.concatenate([[0], knots, [255]]), levels)
    return np.asarray(np.round(curve)[picture], np.float32)


def cut(rng: np.random.Generator, volume: Array, side: int) -> Array:
    """Return one slice in a random plane, enlarged to (side, side) uint8, with new tones, shading and grain."""
    axis = int(rng.integers(3))
    at = int(rng.uniform(0.12, 0.88) * volume.shape[axis])
    part = np.take(volume, at, axis)[::-1]
    scale = side / max(part.shape) * rng.uniform(0.8, 1.0)
    tones = bend(rng, part) if rng.random() < 0.75 else part.astype(np.float32)
    turned = cv2.getRotationMatrix2D((part.shape[1] / 2, part.shape[0] / 2), float(rng.normal(0, 10)), scale)
    turned[:, 2] += side / 2 - np.array([part.shape[1], part.shape[0]]) / 2
    out = cv2.warpAffine(tones, turned, (side, side), flags=cv2.INTER_CUBIC)
    if rng.random() < 0.5:
        out = out + rng.uniform(0.2, 1.2) * (out - cv2.GaussianBlur(out, (0, 0), rng.uniform(1.5, 4)))
    grain = cv2.GaussianBlur(rng.standard_normal(out.shape).astype(np.float32), (0, 0), rng.uniform(0.5, 1.5))
    return np.asarray(np.clip(out + rng.uniform(0, 14) * grain, 0, 255), np.uint8)
