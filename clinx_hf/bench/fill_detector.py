"""A small network that looks for fills: trained on half of the pictures, judged on the other half.

It sees 64-pixel patches after JPEG compression and, unless asked otherwise, is not told where the mask was. The
figure depends on its effort: compare only figures of the same steps and crops.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float32]
_SIDE, _QUALITY, _BATCH, _SPOTS = 64, 90, 24, 8
_ONE_AT_A_TIME = Lock()  # the first weights come from the one random state that all threads of torch share


@dataclass(frozen=True)
class Pair:
    """A real picture, the same one with its hole filled, the hole, and the name that splits pictures in two halves."""

    truth: Bytes
    filled: Bytes
    mask: Mask
    picture: str


def detection_auc(pairs: Sequence[Pair], steps: int, seed: int, mask_known: bool = False) -> float:
    """Area under the ROC curve of telling filled patches from real ones; 0.5 is ideal.

    The patches are centred on holes, the real ones at the same places; no picture is on both sides. mask_known: the
    network is also shown the mask, which no reader of a released image has; the limit of what can be told.
    """
    rng = np.random.default_rng(seed)
    names = sorted({pair.picture for pair in pairs})
    learned = {names[i] for i in rng.permutation(len(names))[: len(names) // 2]}
    with _ONE_AT_A_TIME:
        torch.manual_seed(seed)
        model = _network(2 + mask_known)
    _train(rng, model, [pair for pair in pairs if pair.picture in learned], steps, mask_known)
    return _judge(rng, model.eval(), [pair for pair in pairs if pair.picture not in learned], mask_known)


def _patch(pair: Pair, filled: bool, spot: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """One patch, of mean 0 and about unit deviation, and its part of the mask."""
    picture = pair.filled if filled else pair.truth
    y, x = (int(np.clip(c - _SIDE // 2, 0, size - _SIDE)) for c, size in zip(spot, picture.shape, strict=True))
    part = (slice(y, y + _SIDE), slice(x, x + _SIDE))
    coded = cv2.imencode(".jpg", np.ascontiguousarray(picture[part]), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1]
    patch = np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), dtype=np.float32)
    return np.asarray((patch - patch.mean()) / (patch.std() + 4), np.float32), pair.mask[part].astype(np.float32)


def _network(channels: int) -> nn.Sequential:
    def block(inside: int, outside: int) -> list[nn.Module]:
        return [nn.Conv2d(inside, outside, 3, padding=1), nn.BatchNorm2d(outside), nn.ReLU(), nn.AvgPool2d(2)]

    convs = [*block(channels, 12), *block(12, 24), *block(24, 48), *block(48, 64)]
    return nn.Sequential(*convs, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 1))


def _tensor(patches: Sequence[tuple[Floats, Floats]], mask_known: bool) -> Tensor:
    """Patch, its fine detail, and if known the mask: (N, 2 or 3, 64, 64)."""
    x, mask = (torch.from_numpy(np.stack([patch[i] for patch in patches]))[:, None] for i in (0, 1))
    detail = 3 * (x - F.avg_pool2d(x, 3, stride=1, padding=1))
    return torch.cat([x, detail, mask] if mask_known else [x, detail], dim=1)


def _train(rng: np.random.Generator, model: nn.Sequential, pairs: Sequence[Pair], steps: int, mask_known: bool) -> None:
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3)
    places = [np.argwhere(pair.mask) for pair in pairs]
    for _ in range(steps):
        patches, wanted = [], []
        for index in rng.integers(len(pairs), size=_BATCH):
            is_fill = bool(rng.random() < 0.5)
            both = _patch(pairs[index], is_fill, places[index][rng.integers(len(places[index]))])
            turns = int(rng.integers(4))
            patches.append(tuple(np.ascontiguousarray(np.rot90(one, turns)) for one in both))
            wanted.append(float(is_fill))
        scores = model(_tensor([(first, second) for first, second in patches], mask_known))[:, 0]
        loss = F.binary_cross_entropy_with_logits(scores, torch.tensor(wanted))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()


@torch.no_grad()
def _judge(rng: np.random.Generator, model: nn.Sequential, pairs: Sequence[Pair], mask_known: bool) -> float:
    scores: dict[bool, list[float]] = {False: [], True: []}
    for pair in pairs:
        places = np.argwhere(pair.mask)
        spots = places[rng.integers(len(places), size=_SPOTS)]
        for filled, found in scores.items():
            patches = [_patch(pair, filled, spot) for spot in spots]
            found.extend(model(_tensor(patches, mask_known))[:, 0].tolist())
    real, false = np.array(scores[False]), np.array(scores[True])
    greater = (false[:, None] > real[None]).mean() + 0.5 * (false[:, None] == real[None]).mean()
    return float(greater)
