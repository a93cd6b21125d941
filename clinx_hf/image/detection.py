"""Where lines of type are: features, the docTR network over tiles, and oriented boxes from its map.

The same `features` serve training and use. Scores are the network's own; positions are source pixels with edges at
whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from clinx_hf.threads import side_by_side

if TYPE_CHECKING:
    import torch

Array = np.ndarray
Tile = tuple[int, int, int, int]  # y0, y1, x0, x1 in source pixels
MULTIPLE = 32  # docTR's feature pyramid needs sides that are multiples of this
SURE = 191  # map level (of 255) at which lines that touch are told apart
FLAT = 9  # a tile whose grey levels span less than this holds no legible type


@dataclass(frozen=True)
class Found:
    """One oriented box: corners (4, 2) float32 in source pixels, clockwise, long side first; score 0..1."""

    quad: Array
    score: float


@dataclass(frozen=True)
class Thresholds:
    """bin: map level that counts as type; box: least score of a box; unclip: growth as a part of its short side;
    margin: further growth in source pixels; reach: growth at both ends of the line, as a part of its
    height (the map is weak at first and last letters); least: least short side at scale 1 in source pixels (small type is
    judged at scale 2, where it is sharp)."""

    bin: float = 0.3
    box: float = 0.5
    unclip: float = 0.05
    margin: float = 0.0
    reach: float = 0.35
    large_bin: float = 0.5
    large_box: float = 0.6
    least: float = 16.0


def build(arch: str, head: int) -> Any:
    """Return docTR's network `arch` with `head` channels in its pyramid, untrained; nothing is downloaded."""
    from doctr.models import detection

    return getattr(detection, arch)(pretrained=False, pretrained_backbone=False, head_chans=head, exportable=True)


def grey_and_colour(image: Array) -> tuple[Array, Array | None]:
    """Return the grey picture (H, W) and how coloured each pixel is (max - min over RGB), None for a grey picture."""
    if image.shape[2] == 1:
        return np.ascontiguousarray(image[:, :, 0]), None
    grey = cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2GRAY)
    spread = image.max(2) - image.min(2)
    return grey, spread if spread.any() else None


def features(grey: Array, colour: Array | None, scale: int) -> Array:
    """Return what the network sees, (3, scale*H, scale*W) float32: grey, local contrast, colour."""
    if scale != 1:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        colour = (
            None if colour is None else cv2.resize(colour, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
        )
    out = np.zeros((3, *grey.shape), np.float32)
    level = grey.astype(np.float32)
    mean = cv2.blur(level, (13, 13))
    spread = np.sqrt(np.maximum(cv2.blur(level * level, (13, 13)) - mean * mean, 0))
    np.multiply(level - 76.5, 1 / 76.5, out=out[0])
    np.clip((level - mean) / (spread + 5), -4, 4, out=out[1])
    if colour is not None:
        np.multiply(colour, np.float32(1 / 80), out=out[2], dtype=np.float32, casting="unsafe")
    return out


def tiles(length: int, side: int, overlap: int) -> list[tuple[int, int]]:
    """Return the spans that cover 0..length: as few as can be of at most `side`, all alike, sharing >= `overlap`."""
    if length <= side:
        return [(0, length)]
    count = -(-(length - overlap) // (side - overlap))
    long = -(-(length + (count - 1) * overlap) // count)
    starts = [i * (length - long) // (count - 1) for i in range(count)]
    return [(s, s + long) for s in starts]


def fold_statistics(model: torch.nn.Module) -> torch.nn.Module:
    """Fold batch normalisation into the convolutions before it, in place: a third faster, equal up to rounding."""
    from torch import nn
    from torch.nn.utils.fusion import fuse_conv_bn_eval

    before: tuple[str, nn.Module] | None = None
    for name, part in list(model.named_children()):
        if isinstance(part, nn.BatchNorm2d) and before and isinstance(before[1], (nn.Conv2d, nn.ConvTranspose2d)):
            transposed = isinstance(before[1], nn.ConvTranspose2d)
            setattr(model, before[0], fuse_conv_bn_eval(before[1], part, transpose=transposed))
            setattr(model, name, nn.Identity())
        else:
            fold_statistics(part)
        before = (name, part)
    return model


class Detector:
    """The network with its thresholds. `side` and `overlap` are of tiles, in pixels of the enlarged picture."""

    def __init__(self, model: torch.nn.Module, thresholds: Thresholds, side: int = 640, overlap: int = 64) -> None:
        import torch

        self.model = fold_statistics(model.eval()).to(memory_format=torch.channels_last)
        self.thresholds, self.side, self.overlap = thresholds, side, overlap

    def __call__(self, image: Array) -> list[Found]:
        """Return the oriented boxes of `image` (H, W, C), best score first."""
        t = self.thresholds
        found = boxes(self.map(image, 2), 2, t.bin, t.box, t)
        if t.least > 0:
            large = boxes(self.map(image, 1), 1, t.large_bin, t.large_box, t)
            found += [f for f in large if _short(f.quad) >= t.least]
        return sorted(found, key=lambda f: (-f.score, f.quad[:, 1].min(), f.quad[:, 0].min()))

    def map(self, image: Array, scale: int) -> Array:
        """Return the network's map (scale*H, scale*W) uint8, 255 = certainly type; tiles meet in their maximum."""

        grey, colour = grey_and_colour(image)
        height, width = grey.shape
        out = np.zeros((height * scale, width * scale), np.uint8)

        def level(tile: Tile) -> Array:
            y0, y1, x0, x1 = tile
            return self._level(features(grey[y0:y1, x0:x1], None if colour is None else colour[y0:y1, x0:x1], scale))

        found = list(self._tiles(grey, scale))
        for (y0, y1, x0, x1), part in zip(found, side_by_side(level, found), strict=True):
            area = out[y0 * scale : y1 * scale, x0 * scale : x1 * scale]
            np.maximum(area, part, out=area)
        return out

    def _level(self, part: Array) -> Array:
        """Return the map (H, W) uint8 of one tile's features (3, H, W)."""
        import torch

        h, w = part.shape[1:]
        padded = np.zeros((1, 3, -(-h // MULTIPLE) * MULTIPLE, -(-w // MULTIPLE) * MULTIPLE), np.float32)
        padded[0, :, :h, :w] = part
        with torch.inference_mode():
            x = torch.from_numpy(padded).contiguous(memory_format=torch.channels_last)
            level = torch.sigmoid(self.model(x)["logits"])[0, 0, :h, :w].numpy()
        return np.round(level * 255).astype(np.uint8)

    def _tiles(self, grey: Array, scale: int) -> Iterator[Tile]:
        """Yield tiles in source pixels; flat ones are left out, since nothing can be read in them."""
        side, overlap = self.side // scale, self.overlap // scale
        for y0, y1 in tiles(grey.shape[0], side, overlap):
            for x0, x1 in tiles(grey.shape[1], side, overlap):
                part = grey[y0:y1, x0:x1]
                if int(part.max()) - int(part.min()) >= FLAT:
                    yield y0, y1, x0, x1


def _short(quad: Array) -> float:
    return float(min(np.hypot(*(quad[1] - quad[0])), np.hypot(*(quad[2] - quad[1]))))


def boxes(level: Array, scale: int, cut: float, least: float, growth: Thresholds) -> list[Found]:
    """Return oriented boxes of the connected parts of a map (H, W) uint8, grown as `growth` says.

    A box's score is the mean of the top quarter of its levels, so that a ragged edge does not pull a sure line down.
    """
    mask = (level >= max(1, round(cut * 255))).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    found = []
    # Where no pixel reaches the least score no quarter does; most parts of a noisy map end here.
    for i in np.unique(labels[(level >= least * 255) & (mask > 0)]).tolist():
        x, y, w, h, area = (int(v) for v in stats[i])
        if area < 4:
            continue
        part = level[y : y + h, x : x + w]
        inside = labels[y : y + h, x : x + w] == i
        values = np.sort(part[inside])
        if values[-max(1, len(values) // 4) :].mean() < least * 255:
            continue
        for line in _split(part, inside):
            values = np.sort(part[line])
            score = float(values[-max(1, len(values) // 4) :].mean()) / 255
            contours, _ = cv2.findContours(line.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
            points = np.concatenate(contours)[:, 0].astype(np.float32) + np.array([x + 0.5, y + 0.5], np.float32)
            found.append(Found(_quad(points, scale, growth), score))
    return found


def _split(level: Array, inside: Array) -> list[Array]:
    """Return the parts of a connected part that stand apart at a higher cut: lines that touch at the lower one.

    Every pixel goes to its nearest part, so that nothing is lost.
    """
    high = ((level >= SURE) & inside).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(high, connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    kept = [i for i in range(1, count) if areas[i] >= max(12, 0.1 * areas[1:].max())]
    if len(kept) < 2:
        return [inside]
    nearest = np.argmin([cv2.distanceTransform((labels != i).astype(np.uint8), cv2.DIST_L2, 3) for i in kept], 0)
    return [line for n in range(len(kept)) if (line := inside & (nearest == n)).any()]


def _quad(points: Array, scale: int, growth: Thresholds) -> Array:
    """Return the box around pixel middles of a map, grown and brought to source pixels."""
    middle, size, turn = _box_around(points)
    sides = np.array([size[0] + 1, size[1] + 1]) / scale  # pixel middles to pixel edges
    height = float(sides.min())
    sides += 2 * (growth.unclip * height + growth.margin)
    sides[int(np.argmax(sides))] += 2 * growth.reach * height
    return _ordered(cv2.boxPoints(((middle[0] / scale, middle[1] / scale), (sides[0], sides[1]), turn)))


def _box_around(points: Array) -> tuple[tuple[float, float], tuple[float, float], float]:
    """Return the smallest oriented box of points (middle, size, degrees); upright when that is hardly larger.

    A ragged end tilts the smallest box of a level line a little; level lines are what neighbours join on.
    """
    middle, size, turn = cv2.minAreaRect(points)
    low, high = points.min(0), points.max(0)
    if (high - low + 1).prod() <= 1.25 * (size[0] + 1) * (size[1] + 1):
        x, y = (low + high) / 2
        return (float(x), float(y)), (float(high[0] - low[0]), float(high[1] - low[1])), 0.0
    return middle, size, turn


def _ordered(quad: Array) -> Array:
    """Return the corners clockwise, starting so that the first side is the long one and points right (or down)."""
    sides = np.hypot(*(np.roll(quad, -1, 0) - quad).T)
    start = 0 if sides[0] >= sides[1] else 1
    quad = np.roll(quad, -start, 0)
    step = quad[1] - quad[0]
    if step[0] < -1e-3 or (abs(step[0]) <= 1e-3 and step[1] < 0):
        quad = np.roll(quad, -2, 0)
    return np.asarray(quad, np.float32)
