"""The order of the steps for one image: read, decide, fill, read again.

Nothing under a filled box can shine through, since the fill never sees it; reading again is for text that
reached beyond its box or was missed at first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clinx_hf.errors import BadInput, BadSetting
from clinx_hf.image import regions as deciding
from clinx_hf.image.regions import Box, Judge, Judgement, Region

if TYPE_CHECKING:
    from clinx_hf.image.reader import Line

Pixels = NDArray[np.uint8]

ROUNDS = 2
"""How often boxes are enlarged and filled again before a box is painted flat."""
_MARGIN = 32  # px around a region that are read again
_WORTH_ALL = 0.6  # crops of more than this share of the image are read as the whole image
_LEAST = 32  # px; smaller sides are padded for the reader
_COARSE = 640  # px; longest side of the whole image when it is looked over again
_FLAT_RING = 4  # px around a box whose median colour paints it flat


@dataclass(frozen=True)
class Redacted:
    """The result for one image.

    image: (H, W, C) uint8, bit-identical to the input outside the regions.
    regions: what was filled. rounds: how often boxes were added and filled again. flat: the boxes that had to be
    painted in one colour because text stayed legible in them. kept: the text of the lines that stay. names: names
    of persons that the judge found, for the search in other parts of the row.
    """

    image: Pixels
    regions: tuple[Region, ...]
    rounds: int
    flat: tuple[Box, ...]
    kept: tuple[str, ...] = field(repr=False)
    names: tuple[str, ...] = field(repr=False)

    @property
    def residual(self) -> int:
        """How many boxes had to be painted flat."""
        return len(self.flat)


@dataclass(frozen=True)
class _Left:
    """What reading again turned up: new regions, and boxes in which text is still legible."""

    regions: tuple[Region, ...]
    flat: tuple[Box, ...]


class Redactor:
    """Takes identifying text off images.

    Args:
        reader: maps (H, W, C) uint8 to lines, always the same lines for the same pixels.
        pipeline: a `PPGANPipeline`, or anything called like one.
        overlay: "phi" or "all", see `regions.decide`.
    """

    def __init__(self, reader: Callable[[Pixels], list[Line]], pipeline: Any, overlay: str = "phi") -> None:
        if overlay not in deciding.OVERLAYS:
            raise BadSetting("overlay", overlay, deciding.OVERLAYS)
        self.reader, self.pipeline, self.overlay = reader, pipeline, overlay

    def redact(self, image: Pixels, judge: Judge, known: Sequence[str] = (), views: Sequence[Pixels] = ()) -> Redacted:
        """Remove identifying text from an image.

        Args:
            image: (H, W, C) uint8, C 1 or 3.
            judge: texts -> spans that the policy removes.
            known: values that are identifiers in this image wherever they stand.
            views: further pictures of the same pixels (another window of a 16-bit image) to be read as well.

        Raises:
            BadInput: the array has another shape or type.
        """
        _check(image)
        size = (image.shape[0], image.shape[1])
        lines = [line for each in (image, *views) for line in self._read(each)]
        first = self._judged(lines, judge, known)
        regions = tuple(deciding.regions_of(lines, first.verdicts, size))
        kept = [line for line, verdict in zip(lines, first.verdicts, strict=True) if verdict is None]
        flat: tuple[Box, ...] = ()
        for rounds in range(ROUNDS + 1):
            out = self.fill(image, regions, flat)
            left = self._left(out, regions, kept, judge, known)
            if not left.regions and not left.flat:
                break
            regions += tuple(r for r in left.regions if r not in regions)
            flat += tuple(box for box in left.flat if box not in flat)
            if rounds == ROUNDS:
                flat += tuple(r.box for r in left.regions if r.box not in flat)
                out = self.fill(image, regions, flat)
        mask = deciding.mask_of(regions, *size)
        texts = tuple(line.text for line in kept if _share(line, mask) < 0.5)
        return Redacted(out, regions, rounds, flat, texts, first.names)

    def fill(self, image: Pixels, regions: Sequence[Region], flat: Sequence[Box] = ()) -> Pixels:
        """Fill the regions from what surrounds them; boxes in `flat` get one colour. Pixels elsewhere stay."""
        mask = deciding.mask_of(regions, *image.shape[:2])
        if not mask.any():
            return image.copy()
        blanked = np.where(mask[..., None], np.uint8(0), image)
        filled = np.asarray(self.pipeline(image=blanked, mask_image=mask, output_type="np").images[0], dtype=np.uint8)
        out = np.where(mask[..., None], filled.reshape(image.shape), image)
        for box in flat:
            _paint(out, image, mask, box)
        return out

    def _judged(self, lines: Sequence[Line], judge: Judge, known: Sequence[str]) -> Judgement:
        return deciding.judged(lines, judge, self.overlay, known)

    def _read(self, image: Pixels) -> list[Line]:
        """Read an image of any size; boxes stay inside it."""
        height, width = image.shape[:2]
        missing = max(0, _LEAST - height), max(0, _LEAST - width)
        padded = np.pad(image, ((0, missing[0]), (0, missing[1]), (0, 0)), mode="edge") if any(missing) else image
        lines = []
        for line in self.reader(np.ascontiguousarray(padded)):
            x0, y0, x1, y1 = line.box
            box = (max(0, x0), max(0, y0), min(width, x1), min(height, y1))
            if box[0] < box[2] and box[1] < box[3]:
                lines.append(replace(line, box=box))
        return lines

    def _left(
        self, out: Pixels, regions: Sequence[Region], kept: Sequence[Line], judge: Judge, known: Sequence[str]
    ) -> _Left:
        """Read around the regions, and the whole image coarsely; return what should not be there."""
        mask = deciding.mask_of(regions, *out.shape[:2])
        seen = self._read_near(out, _crops(regions, mask.shape), kept)
        coarse = [line for line in self._read_coarse(out) if not _is_kept(line, kept) and not _share(line, mask)]
        size = (out.shape[0], out.shape[1])
        verdicts = list(self._judged([*seen, *coarse], judge, known).verdicts)
        legible: list[Box] = []
        for i, line in enumerate([*seen, *coarse]):
            unread = verdicts[i] is not None and line.confidence < deciding.READABLE_CONFIDENCE
            if unread and (i >= len(seen) or _share(line, mask) > 0.9):
                verdicts[i] = None  # grain of a fill, or small type seen too coarsely
            elif verdicts[i] is not None and _share(line, mask) > 0.9:
                verdicts[i] = None
                legible += [r.box for r in regions if _overlap(r.box, line.box)]
        return _Left(tuple(deciding.regions_of([*seen, *coarse], verdicts, size)), tuple(dict.fromkeys(legible)))

    def _read_near(self, image: Pixels, crops: Sequence[Box], kept: Sequence[Line]) -> list[Line]:
        """Read the crops; the lines that were not there, or were not kept, when the image was read first."""
        whole = (0, 0, image.shape[1], image.shape[0])
        if sum(_overlap(crop, crop) for crop in crops) > _WORTH_ALL * _overlap(whole, whole):
            crops = [whole]
        seen: list[Line] = []
        for crop in crops:
            x0, y0, x1, y1 = crop
            lines = [_moved(line, x0, y0) for line in self._read(image[y0:y1, x0:x1])]
            lines = [line for line in lines if not _is_kept(line, kept)]
            if any(_is_cut(line, crop, whole) for line in lines):  # its end must be found
                return [line for line in self._read(image) if not _is_kept(line, kept)]
            seen += lines
        return seen

    def _read_coarse(self, image: Pixels) -> list[Line]:
        """Read a smaller copy of the whole image: large text that the full scale takes for shapes shows here."""
        height, width = image.shape[:2]
        step = max(2, -(-max(height, width) // _COARSE))
        if min(height, width) < 2 * _LEAST:
            return []
        small = image[: height // step * step, : width // step * step]
        small = small.reshape(height // step, step, width // step, step, -1).mean(axis=(1, 3))
        return [_scaled(line, step) for line in self._read(np.rint(small).astype(np.uint8))]


def _check(image: Pixels) -> None:
    if image.ndim != 3 or image.shape[2] not in (1, 3) or image.dtype != np.uint8 or 0 in image.shape:
        raise BadInput("An image array must be uint8 of shape (H, W, 1) or (H, W, 3), with at least one pixel.")


def _paint(out: Pixels, image: Pixels, mask: NDArray[np.bool_], box: Box) -> None:
    """Paint a box with the median colour of the known pixels around it, black if there are none."""
    x0, y0, x1, y1 = box
    part = slice(max(0, y0 - _FLAT_RING), y1 + _FLAT_RING), slice(max(0, x0 - _FLAT_RING), x1 + _FLAT_RING)
    known = np.sort(image[part][~mask[part]], axis=0)
    out[y0:y1, x0:x1] = known[len(known) // 2] if len(known) else 0


def _crops(regions: Sequence[Region], shape: tuple[int, ...]) -> list[Box]:
    """Boxes with their surroundings, those that overlap as one."""
    boxes = [
        (max(0, x0 - _MARGIN), max(0, y0 - _MARGIN), min(shape[1], x1 + _MARGIN), min(shape[0], y1 + _MARGIN))
        for x0, y0, x1, y1 in (region.box for region in regions)
    ]
    merged: list[Box] = []
    for box in sorted(boxes):
        while (other := next((m for m in merged if _overlap(m, box)), None)) is not None:
            merged.remove(other)
            box = min(box[0], other[0]), min(box[1], other[1]), max(box[2], other[2]), max(box[3], other[3])
        merged.append(box)
    return sorted(merged, key=lambda b: (b[1], b[0]))


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


def _moved(line: Line, dx: int, dy: int) -> Line:
    x0, y0, x1, y1 = line.box
    return replace(line, box=(x0 + dx, y0 + dy, x1 + dx, y1 + dy), quad=tuple((x + dx, y + dy) for x, y in line.quad))


def _scaled(line: Line, step: int) -> Line:
    x0, y0, x1, y1 = (v * step for v in line.box)
    return replace(line, box=(x0, y0, x1, y1), quad=tuple((x * step, y * step) for x, y in line.quad))
