"""Crops to train PP-GAN on: clean pictures, holes as text lines leave them, and the fills of each hole.

Pictures: NIH ChestX-ray14 (no restriction on use), the CC BY rows of the COVID chest films and of the
ultrasound set, and procedural phantoms. A fifth of the patients is held out by a hash of the patient id.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clinx_hf.errors import BadInput
from clinx_hf.image import compositing
from clinx_hf.image.pipeline_ppgan import base_fill
from clinx_hf.synthesis.phantoms import phantom

SETS = {"nih_cxr512": "patient_id", "covid_cxr": "patientid", "ultrasound": "patient_id"}
DATA = (
    "nih_cxr512 (NIH ChestX-ray14, no restriction on use); CC BY rows of covid_cxr and ultrasound; procedural "
    "phantoms; a fifth of the patients held out"
)
SHAPES = ((128, 128), (64, 256))
_SHARES = {"nih_cxr512": 0.25, "covid_cxr": 0.2, "ultrasound": 0.15, "phantom": 0.4}
_SHARD = 250
_EVEN = 3.0  # levels: most crops whose hole hides less than this teach nothing

Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Picture:
    """A clean picture: where it lies, its set, and whether its patient is held out."""

    path: Path
    source: str
    held_out: bool


@dataclass(frozen=True)
class Crop:
    """truth: (H, W) uint8. mask: (H, W) bool. stack: (K, n) float16, fills at the n hole pixels, minus 128."""

    truth: Bytes
    mask: Mask
    stack: NDArray[np.float16]


def pictures(data: Path) -> list[Picture]:
    """The pictures under `data` that may be trained on, held-out ones included, in a fixed order."""
    found = []
    for source, patient in SETS.items():
        with open(data / source / "metadata.jsonl", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        for row in rows:
            if _free(source, row):
                who = hashlib.sha256(f"{source}/{row[patient]}".encode()).digest()[0]
                found.append(Picture(data / source / row["file_name"], source, who < 256 // 5))
    if not found:
        raise BadInput("No pictures to train on were found in the data folder.")
    return found


def _free(source: str, row: dict[str, Any]) -> bool:
    if source == "nih_cxr512":
        return True
    licence = str(row.get("license") or "")
    free = licence.startswith("CC BY") and not licence.startswith(("CC BY-NC", "CC BY-ND", "CC BY-SA"))
    return free and bool(row.get(SETS[source]))


class CropMaker:
    """Makes crop number `index` of a seed; the same one whenever it is asked."""

    def __init__(self, data: Path, seed: int, held_out: bool = False) -> None:
        self._pictures = [p for p in pictures(data) if p.held_out == held_out]
        self._seed = (seed, int(held_out))
        self._cache: dict[Path, Bytes] = {}

    def make(self, index: int) -> Crop:
        """One crop; even indices are squares, odd ones strips."""
        rng = np.random.default_rng((*self._seed, index))
        shape = SHAPES[index % 2]
        for _ in range(40):
            truth = _cut(rng, self._picture(rng), shape)
            mask = random_holes(rng, shape)
            if truth[mask].std() >= _EVEN or rng.random() < 0.05:
                break
        return Crop(truth, mask, stack_of(truth, mask))

    def _picture(self, rng: np.random.Generator) -> Bytes:
        source = str(rng.choice(list(_SHARES), p=list(_SHARES.values())))
        chosen = [p for p in self._pictures if p.source == source]
        if not chosen:  # "phantom", or a set without pictures on this side of the split
            return phantom(rng, int(rng.integers(256, 449)))
        path = chosen[int(rng.integers(len(chosen)))].path
        if path not in self._cache:
            self._cache[path] = np.asarray(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
        return self._cache[path]


def _cut(rng: np.random.Generator, picture: Bytes, shape: tuple[int, int]) -> Bytes:
    """A random part at a random scale, with random contrast, noise and compression."""
    least = max(shape[0] / picture.shape[0], shape[1] / picture.shape[1])
    scale = max(float(rng.uniform(0.5, 1.25)), least * 1.001)
    if abs(scale - 1) > 0.05:
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        picture = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=way), dtype=np.uint8)
    y = int(rng.integers(picture.shape[0] - shape[0] + 1))
    x = int(rng.integers(picture.shape[1] - shape[1] + 1))
    part = picture[y : y + shape[0], x : x + shape[1]].astype(np.float64) / 255
    part = part ** float(rng.uniform(0.6, 1.6))
    shift = rng.uniform(-0.1, 0.1) * (rng.random() < 0.5)
    part = 255 * np.clip((part - 0.5) * rng.uniform(0.7, 1.5) + 0.5 + shift, 0, 1)
    if rng.random() < 0.4:
        rough = rng.standard_normal(shape) * rng.uniform(0.5, 7)
        if rng.random() < 0.5:
            rough = cv2.GaussianBlur(rough, (0, 0), float(rng.uniform(0.4, 1.2))) * 1.5
        part = part + rough * (part / 128 if rng.random() < 0.4 else 1)
    cut = np.asarray(np.rint(np.clip(part, 0, 255)), dtype=np.uint8)
    if rng.random() < 0.4:
        quality = int(rng.integers(40, 96))
        coded = cv2.imencode(".jpg", cut, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        cut = np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
    return cut


def random_holes(rng: np.random.Generator, shape: tuple[int, int]) -> Mask:
    """One or two boxes as lines of text leave them, at times a block, at times at the border of the image."""
    mask = np.zeros(shape, dtype=np.bool_)
    for _ in range(1 + int(rng.random() < 0.3)):
        if shape[0] == shape[1]:
            block = rng.random() < 0.15
            height, width = (
                (int(rng.integers(44, 65)), int(rng.integers(48, 97)))
                if block
                else (int(rng.integers(8, 45)), int(rng.integers(40, 129)))
            )
            if rng.random() < 0.35:
                height, width = width, height
        else:
            height, width = int(rng.integers(8, 33)), int(rng.integers(80, 257))
        top = int(rng.integers(-4, max(1, shape[0] - height + 5)))
        left = int(rng.integers(-16, max(1, shape[1] - width + 17)))
        mask[max(0, top) : top + height, max(0, left) : left + width] = True
    if mask.mean() > 0.6:
        return random_holes(rng, shape)
    return mask


def stack_of(truth: Bytes, mask: Mask) -> NDArray[np.float16]:
    """The fills of all holes at the hole pixels, row by row: (K, n), minus 128."""
    values = compositing.blanked(truth[..., None], mask)
    full: NDArray[np.float64] | None = None
    for hole in compositing.holes(mask):
        stack = base_fill(values, mask, hole)
        if stack is None:
            raise BadInput("A hole of a training crop is too large for its fills.")
        if full is None:
            full = np.zeros((len(stack), *mask.shape))
        full[(slice(None), *hole.window.slices)] += stack * hole.inside
    if full is None:
        raise BadInput("A training crop needs a hole.")
    return (full[:, mask] - 128).astype(np.float16)


def load_pool(folder: Path, maker: CropMaker, count: int) -> list[Crop]:
    """The first `count` crops of a maker, from files in `folder`; what is missing there is made and kept."""
    folder.mkdir(parents=True, exist_ok=True)
    crops: list[Crop] = []
    for first in range(0, count, _SHARD):
        path = folder / f"crops-{first:06d}.npz"
        if not path.is_file():
            _save(path, [maker.make(index) for index in range(first, first + _SHARD)])
        crops.extend(_load(path))
    return crops[:count]


def _save(path: Path, crops: list[Crop]) -> None:
    arrays: dict[str, NDArray[Any]] = {}
    for i, crop in enumerate(crops):
        arrays |= {f"truth{i}": crop.truth, f"mask{i}": crop.mask, f"stack{i}": crop.stack}
    part = path.with_suffix(".part")
    with open(part, "wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
    os.replace(part, path)


def _load(path: Path) -> Iterator[Crop]:
    with np.load(path) as arrays:
        for i in range(len(arrays.files) // 3):
            yield Crop(arrays[f"truth{i}"], arrays[f"mask{i}"], arrays[f"stack{i}"])
