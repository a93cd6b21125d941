"""A small network that looks for fills: trained on half of the pictures, judged on the other half.

It sees 64-pixel patches after JPEG compression and is not told where the mask was. The figure depends on its
effort: compare only figures of the same steps and crops.
"""

from __future__ import annotations

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]
_SIDE, _QUALITY, _BATCH = 64, 90, 32
_SEEDS = 3


def detection_auc(truths: list[Bytes], masks: list[Mask], filled: list[Bytes], steps: int, seed: int) -> float | None:
    """Area under the ROC curve of telling filled patches from real ones, mean of three seeds; 0.5 is ideal.

    The patches are centred on the holes, the real ones at the same places. None if `steps` is 0.
    """
    if steps == 0:
        return None
    places = [np.argwhere(mask) for mask in masks]
    areas = []
    for number in range(_SEEDS):
        rng = np.random.default_rng((seed, number))
        half = rng.permutation(len(truths))
        learn, judge = half[: len(half) // 2], half[len(half) // 2 :]
        torch.manual_seed(seed + number)
        model = _train(rng, [(truths[i], filled[i], places[i]) for i in learn], steps)
        areas.append(_judge(rng, model, [(truths[i], filled[i], places[i]) for i in judge]))
    return round(float(np.mean(areas)), 4)


_Pair = tuple[Bytes, Bytes, NDArray[np.int64]]


def _patch(picture: Bytes, at: NDArray[np.int64]) -> NDArray[np.float32]:
    y, x = (int(np.clip(c - _SIDE // 2, 0, size - _SIDE)) for c, size in zip(at, picture.shape, strict=True))
    coded = cv2.imencode(".jpg", picture[y : y + _SIDE, x : x + _SIDE], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1]
    patch = np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), dtype=np.float32)
    return np.asarray((patch - patch.mean()) / (patch.std() + 4), dtype=np.float32)


def _network() -> nn.Sequential:
    def block(inside: int, outside: int) -> list[nn.Module]:
        return [nn.Conv2d(inside, outside, 3, padding=1), nn.BatchNorm2d(outside), nn.ReLU(), nn.AvgPool2d(2)]

    convs = [*block(2, 16), *block(16, 32), *block(32, 48), *block(48, 64)]
    return nn.Sequential(*convs, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 1))


def _tensor(patches: list[NDArray[np.float32]]) -> Tensor:
    """Patch and its fine detail, (N, 2, 64, 64)."""
    x = torch.from_numpy(np.stack(patches))[:, None]
    return torch.cat([x, 3 * (x - F.avg_pool2d(x, 3, stride=1, padding=1))], dim=1)


def _train(rng: np.random.Generator, pairs: list[_Pair], steps: int) -> nn.Sequential:
    model = _network()
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for _ in range(steps):
        patches, wanted = [], []
        for index in rng.integers(len(pairs), size=_BATCH):
            truth, fill, places = pairs[index]
            is_fill = bool(rng.random() < 0.5)
            patch = _patch(fill if is_fill else truth, places[rng.integers(len(places))])
            patches.append(np.ascontiguousarray(np.rot90(patch, int(rng.integers(4)))))
            wanted.append(float(is_fill))
        loss = F.binary_cross_entropy_with_logits(model(_tensor(patches))[:, 0], torch.tensor(wanted))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    return model.eval()


@torch.no_grad()
def _judge(rng: np.random.Generator, model: nn.Sequential, pairs: list[_Pair]) -> float:
    scores: list[list[float]] = [[], []]
    for truth, fill, places in pairs:
        spots = places[rng.integers(len(places), size=4)]
        for kind, picture in enumerate((truth, fill)):
            scores[kind].extend(model(_tensor([_patch(picture, at) for at in spots]))[:, 0].tolist())
    real, false = np.array(scores[0]), np.array(scores[1])
    greater = (false[:, None] > real[None]).mean() + 0.5 * (false[:, None] == real[None]).mean()
    return float(greater)
