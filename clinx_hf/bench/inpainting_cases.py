"""The crops that fills are judged on: pictures of patients that PP-GAN was never trained on.

Brain MRI and MedPix CT and MR (without the bottom 14 %, where its captions are) whole; of the ultrasound and the
COVID chest films the patients none of whose pictures was trained on. A fill of a real picture has a truth, so
nothing is planted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from clinx_hf.errors import BadInput
from clinx_hf.training.ppgan_crops import SETS as TRAINED
from clinx_hf.training.ppgan_crops import pictures

Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]

JUDGES = ("brain_mri", "medpix", "ultrasound", "covid_cxr")
BLOCK = (64, 256)
_LONGEST = 320  # pixels: crops are cut to this
_SHORTEST = 224
_ROOM = 16  # pixels that a block's long side leaves on either side
_LEAST = 4.0  # levels: a hole that hides less tells fills apart by noise only
_FOOT = 0.14
_EVERY = 4  # every fourth crop holds a block


@dataclass(frozen=True)
class Case:
    """One crop to fill.

    truth: (H, W) uint8, 224 to 320 a side. mask: (H, W). source: of JUDGES. picture: its file. block: whether
    the hole is one block of 64 x 256 (either way up) and not lines.
    """

    truth: Bytes
    mask: Mask
    source: str
    picture: str
    block: bool


def cases(data: Path, per_set: int, seed: int) -> list[Case]:
    """The crops, `per_set` of each of JUDGES, the same ones for the same seed; a quarter hold a block.

    No picture is used twice before all that serve were used once. Raises BadInput for a set that is too small.
    """
    found = []
    for number, source in enumerate(JUDGES):
        rng = np.random.default_rng((seed, number))
        paths = judge_paths(data, source)
        of_set: list[Case] = []
        for index in np.tile(rng.permutation(len(paths)), 8):
            case = _case(rng, paths[index], source, len(of_set) % _EVERY == _EVERY - 1)
            if case is not None:
                of_set.append(case)
            if len(of_set) == per_set:
                break
        else:
            raise BadInput(f"The set {source} gives {len(of_set)} crops of the {per_set} asked for.")
        found += of_set
    return found


def judge_paths(data: Path, source: str) -> list[Path]:
    """The pictures of a set that may judge: those of no patient that PP-GAN was trained on."""
    with open(data / source / "metadata.jsonl", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    taken = {picture.path for picture in pictures(data) if picture.source == source and not picture.held_out}
    patient = TRAINED.get(source, "")
    known = {row.get(patient) for row in rows if data / source / row["file_name"] in taken}
    free = [row for row in rows if not patient or row.get(patient) not in known]
    return [data / source / row["file_name"] for row in free]


def _case(rng: np.random.Generator, path: Path, source: str, block: bool) -> Case | None:
    picture = np.asarray(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
    if source == "medpix":
        picture = picture[: int((1 - _FOOT) * picture.shape[0])]
    shape = tuple(min(size, _LONGEST) for size in picture.shape)
    if min(shape) < _SHORTEST or (block and max(shape) < BLOCK[1] + 2 * _ROOM):
        return None
    y, x = (int(rng.integers(size - cut + 1)) for size, cut in zip(picture.shape, shape, strict=True))
    truth = picture[y : y + shape[0], x : x + shape[1]]
    mask = _block(rng, truth.shape) if block else _lines(rng, truth.shape)
    return Case(truth, mask, source, path.name, block) if truth[mask].std() >= _LEAST else None


def _lines(rng: np.random.Generator, shape: tuple[int, ...]) -> Mask:
    """One or two lines of 12-40 px, padded, 40 % of them upright, one in six at the border of the crop."""
    mask = np.zeros(shape, dtype=np.bool_)
    for _ in range(int(rng.integers(1, 3))):
        height, width = int(rng.integers(16, 47)), int(rng.integers(40, 217))
        if rng.random() < 0.4:
            height, width = width, height
        y, x = int(rng.integers(4, shape[0] - height - 3)), int(rng.integers(4, shape[1] - width - 3))
        if rng.random() < 1 / 6:
            y = shape[0] - height
        mask[y : y + height, x : x + width] = True
    return mask


def _block(rng: np.random.Generator, shape: tuple[int, ...]) -> Mask:
    mask = np.zeros(shape, dtype=np.bool_)
    ways = [size for size in (BLOCK, BLOCK[::-1]) if all(s >= b + 2 * _ROOM for s, b in zip(shape, size, strict=True))]
    height, width = ways[int(rng.integers(len(ways)))]
    y, x = (int(rng.integers(_ROOM, s - b - _ROOM + 1)) for s, b in zip(shape, (height, width), strict=True))
    mask[y : y + height, x : x + width] = True
    return mask
