"""Reading a redacted image again: is anything left that should not be there?

Nothing under a filled box can shine through, since the fill never sees it. Reading again is for text that reached
beyond its box or was missed at first, and for signs that a fill made up. It looks around the regions at full scale,
at a smaller copy of the whole image, and, if there is a second engine, at all of it with that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clinx_hf.image import regions as deciding
from clinx_hf.image.masks import Box
from clinx_hf.image.regions import Judgement, Region

if TYPE_CHECKING:
    from clinx_hf.image.reader import Line

Pixels = NDArray[np.uint8]
Read = Callable[[Pixels], "list[Line]"]

_LEAST_MARGIN, _MOST_MARGIN = 12, 32  # px around a region that are read again; else its height
_WORTH_ALL = 0.6  # crops of more than this share of the image are read as the whole image
_LEAST = 32  # px; smaller sides are padded for the reader
_COARSE = 640  # px; longest side of the whole image when it is looked over again
_INSIDE = 0.9  # of a line under the mask: it was read in a fill
_BESIDE = 4  # px; unread marks farther from every region are not what is left of a line


@dataclass(frozen=True, slots=True)
class Left:
    """What should not be there: regions of text outside the boxes, and boxes in which text can be read."""

    regions: tuple[Region, ...]
    legible: tuple[Box, ...]

    def __bool__(self) -> bool:
        return bool(self.regions or self.legible)


class Verifier:
    """Reads redacted images again.

    Args:
        reader: maps (H, W, C) uint8 to lines.
        second: another engine that is called alike; asked when the first finds nothing any more.
    """

    def __init__(self, reader: Read, second: Read | None = None) -> None:
        self.reader, self.second = reader, second

    def left(
        self,
        out: Pixels,
        regions: Sequence[Region],
        kept: Sequence[Line],
        judged: Callable[[Sequence[Line]], Judgement],
    ) -> Left:
        """Return what should not be there in `out`, an image (H, W, C) uint8 whose `regions` were filled.

        kept: the lines that stay, which are not asked about again; judged: decides about lines.
        """
        mask = deciding.mask_of(regions, *out.shape[:2])
        near = self._read_near(out, regions, kept)
        coarse = [line for line in self._read_coarse(out) if not _is_kept(line, kept) and not _share(line, mask)]
        left = _left(near, coarse, judged, regions, mask)
        if left or self.second is None:
            return left
        told = [line for line in read_any(self.second, out) if not _is_kept(line, kept)]
        return _left([], told, judged, regions, mask)

    def _read_near(self, image: Pixels, regions: Sequence[Region], kept: Sequence[Line]) -> list[Line]:
        """Read around the regions; the lines that were not there, or were not kept, when the image was read first."""
        whole = (0, 0, image.shape[1], image.shape[0])
        crops = crops_of(regions, whole)
        if sum(_overlap(crop, crop) for crop in crops) > _WORTH_ALL * _overlap(whole, whole):
            crops = [whole]
        seen: list[Line] = []
        for crop in crops:
            while True:
                x0, y0, x1, y1 = crop
                lines = [_moved(line, x0, y0) for line in read_any(self.reader, image[y0:y1, x0:x1])]
                lines = [line for line in lines if not _is_kept(line, kept)]
                if not any(_is_cut(line, crop, whole) for line in lines):
                    break
                crop = _doubled(crop, whole)  # the end of the line must be found
            seen += lines
        return seen

    def _read_coarse(self, image: Pixels) -> list[Line]:
        """Read a smaller copy of the whole image: large text that the full scale takes for shapes shows here."""
        height, width = image.shape[:2]
        step = max(2, -(-max(height, width) // _COARSE))
        if min(height, width) < 2 * _LEAST:
            return []
        rows = [_averaged(image[y : y + step * 64], step) for y in range(0, height // step * step, step * 64)]
        return [_scaled(line, step) for line in read_any(self.reader, np.concatenate(rows))]


def read_any(reader: Read, image: Pixels) -> list[Line]:
    """Read an image of any size; boxes stay inside it."""
    height, width = image.shape[:2]
    missing = max(0, _LEAST - height), max(0, _LEAST - width)
    padded = np.pad(image, ((0, missing[0]), (0, missing[1]), (0, 0)), mode="edge") if any(missing) else image
    lines = []
    for line in reader(np.ascontiguousarray(padded)):
        x0, y0, x1, y1 = line.box
        box = (max(0, x0), max(0, y0), min(width, x1), min(height, y1))
        if box[0] < box[2] and box[1] < box[3]:
            lines.append(replace(line, box=box))
    return lines


def _left(
    near: Sequence[Line],
    far: Sequence[Line],
    judged: Callable[[Sequence[Line]], Judgement],
    regions: Sequence[Region],
    mask: NDArray[np.bool_],
) -> Left:
    """Judge the lines that were read again: `near` at full scale around the regions, `far` in some other way."""
    lines = [*near, *far]
    verdicts = list(judged(lines).verdicts)
    legible: list[Box] = []
    for i, line in enumerate(lines):
        share = _share(line, mask)
        # Grain of a fill, small type seen too coarsely, or shapes that the first reading took for none.
        noise = (
            i >= len(near) or share > _INSIDE or not any(_overlap(_grown(line.box, _BESIDE), r.box) for r in regions)
        )
        if verdicts[i] is not None and line.confidence < deciding.READABLE_CONFIDENCE and noise:
            verdicts[i] = None
        elif verdicts[i] is not None and share > _INSIDE:
            verdicts[i] = None
            legible += [r.box for r in regions if _overlap(r.box, line.box)]
    size = (mask.shape[0], mask.shape[1])
    return Left(tuple(deciding.regions_of(lines, verdicts, size)), tuple(dict.fromkeys(legible)))


def crops_of(regions: Sequence[Region], whole: Box, least: int = _LEAST_MARGIN) -> list[Box]:
    """Return the boxes of regions with `least` px or more around them, those that overlap as one: disjoint crops."""
    merged: list[Box] = []
    for box in sorted(region.box for region in regions):
        x0, y0, x1, y1 = box
        box = _within(_grown(box, max(least, min(_MOST_MARGIN, x1 - x0, y1 - y0))), whole)
        while (other := next((m for m in merged if _overlap(m, box)), None)) is not None:
            merged.remove(other)
            box = min(box[0], other[0]), min(box[1], other[1]), max(box[2], other[2]), max(box[3], other[3])
        merged.append(box)
    return sorted(merged, key=lambda b: (b[1], b[0]))


def _grown(box: Box, margin: int) -> Box:
    x0, y0, x1, y1 = box
    return x0 - margin, y0 - margin, x1 + margin, y1 + margin


def _within(box: Box, whole: Box) -> Box:
    return max(whole[0], box[0]), max(whole[1], box[1]), min(whole[2], box[2]), min(whole[3], box[3])


def _doubled(crop: Box, whole: Box) -> Box:
    x0, y0, x1, y1 = crop
    across, down = (x1 - x0 + 1) // 2, (y1 - y0 + 1) // 2
    return _within((x0 - across, y0 - down, x1 + across, y1 + down), whole)


def _is_cut(line: Line, crop: Box, whole: Box) -> bool:
    """Tell whether a line reaches an edge of the crop that is no edge of the image."""
    x0, y0, x1, y1 = line.box
    low = (x0 <= crop[0] > whole[0]) or (y0 <= crop[1] > whole[1])
    return low or (x1 >= crop[2] < whole[2]) or (y1 >= crop[3] < whole[3])


def _overlap(a: Box, b: Box) -> int:
    """Area that two boxes share, in pixels."""
    return max(0, min(a[2], b[2]) - max(a[0], b[0])) * max(0, min(a[3], b[3]) - max(a[1], b[1]))


def _is_kept(line: Line, kept: Sequence[Line]) -> bool:
    area = (line.box[2] - line.box[0]) * (line.box[3] - line.box[1])
    return any(2 * _overlap(line.box, other.box) >= area for other in kept)


def _share(line: Line, mask: NDArray[np.bool_]) -> float:
    x0, y0, x1, y1 = line.box
    return float(mask[y0:y1, x0:x1].mean())


def _averaged(rows: Pixels, step: int) -> Pixels:
    """Means of step x step pixels; what is left over at the ends is dropped."""
    height, width = rows.shape[0] // step, rows.shape[1] // step
    cells = rows[: height * step, : width * step].reshape(height, step, width, step, -1)
    return np.asarray(np.rint(cells.mean(axis=(1, 3), dtype=np.float32)), np.uint8)


def _moved(line: Line, dx: int, dy: int) -> Line:
    x0, y0, x1, y1 = line.box
    return replace(line, box=(x0 + dx, y0 + dy, x1 + dx, y1 + dy), quad=tuple((x + dx, y + dy) for x, y in line.quad))


def _scaled(line: Line, step: int) -> Line:
    x0, y0, x1, y1 = (v * step for v in line.box)
    return replace(line, box=(x0, y0, x1, y1), quad=tuple((x * step, y * step) for x, y in line.quad))
