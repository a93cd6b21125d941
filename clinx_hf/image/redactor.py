"""The order of the steps for one image: read, decide, fill, read again.

What can still be read is masked wider and filled again, and at last painted in one colour. A hole over a large share
of the anatomy is painted in one colour at once and flagged: what a fill showed there would be invented.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clinx_hf.errors import BadInput, BadSetting
from clinx_hf.image import regions as deciding
from clinx_hf.image.masks import Box
from clinx_hf.image.regions import Judge, Judgement, Region
from clinx_hf.image.verification import Left, Pixels, Read, Verifier, crops_of, read_any

if TYPE_CHECKING:
    from clinx_hf.image.reader import Line

ROUNDS = 2
"""How often boxes are enlarged and filled again before a box is painted flat."""
LARGE = 0.1
"""Holes over more than this share of the anatomy are painted flat and flagged."""
_FLAT_RING = 4  # px around a box whose median colour paints it flat
_WIDER = 4  # px by which a box grows in which text can be read; more for large boxes
_RING = 8  # px around a hole that tell what it lies on
_WHOLE = 1 << 21  # pixels of a picture that is filled in one piece
_AROUND = 128  # px around the holes of a larger one that a fill gets to see
_SAMPLE = 1 << 20  # pixels of a picture that are looked at for anatomy
_EMPTY = 12  # levels from the colour of the border up to which a pixel shows no anatomy


@dataclass(frozen=True)
class Redacted:
    """The result for one image.

    image: (H, W, C) uint8, bit-identical to the input outside the regions.
    regions: what was filled or painted. rounds: how often boxes were added and filled again. flat: the boxes that were
    painted in one colour. flagged: those of them that lie over a large share of the anatomy; a person should look at
    such a picture. widened: how many boxes were added or grew when the image was read again. kept: the text of the
    lines that stay. names: names of persons that the judge found, for the search in other parts of the row.
    """

    image: Pixels
    regions: tuple[Region, ...]
    rounds: int
    flat: tuple[Box, ...]
    kept: tuple[str, ...] = field(repr=False)
    names: tuple[str, ...] = field(repr=False)
    widened: int = 0
    flagged: tuple[Box, ...] = ()

    @property
    def residual(self) -> int:
        """How many boxes had to be painted flat because text stayed legible in them."""
        return len(set(self.flat) - set(self.flagged))


class Redactor:
    """Takes identifying text off images.

    Args:
        reader: maps (H, W, C) uint8 to lines, always the same lines for the same pixels.
        pipeline: a `PPGANPipeline`, or anything called like one.
        overlay: "phi" or "all", see `regions.decide`.
        second: another reader that has to find nothing, either.
        allow_large: fill holes of any size instead of painting and flagging those over much of the anatomy.
    """

    def __init__(
        self, reader: Read, pipeline: Any, overlay: str = "phi", second: Read | None = None, allow_large: bool = False
    ) -> None:
        if overlay not in deciding.OVERLAYS:
            raise BadSetting("overlay", overlay, deciding.OVERLAYS)
        self.reader, self.pipeline, self.overlay, self.allow_large = reader, pipeline, overlay, allow_large
        self.verifier = Verifier(reader, second)

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

        def judged(lines: Sequence[Line]) -> Judgement:
            return deciding.judged(lines, judge, self.overlay, known)

        lines = [line for each in (image, *views) for line in read_any(self.reader, each)]
        first = judged(lines)
        state = _State(tuple(deciding.regions_of(lines, first.verdicts, size)))
        kept = [line for line, verdict in zip(lines, first.verdicts, strict=True) if verdict is None]
        for rounds in range(ROUNDS + 1):
            flagged = () if self.allow_large else large_holes(image, state.regions)
            out = self.fill(image, state.regions, (*state.flat, *flagged))
            left = self.verifier.left(out, state.regions, kept, judged)
            if not left:
                break
            state = state.painted(left.regions, left.legible) if rounds == ROUNDS else state.wider(left, size)
            if rounds == ROUNDS:
                flagged = () if self.allow_large else large_holes(image, state.regions)
                out = self.fill(image, state.regions, (*state.flat, *flagged))
        mask = deciding.mask_of(state.regions, *size)
        texts = tuple(
            line.text for line in kept if mask[line.box[1] : line.box[3], line.box[0] : line.box[2]].mean() < 0.5
        )
        flat = tuple(dict.fromkeys((*state.flat, *flagged)))
        return Redacted(out, state.regions, rounds, flat, texts, first.names, state.widened, flagged)

    def fill(self, image: Pixels, regions: Sequence[Region], flat: Sequence[Box] = ()) -> Pixels:
        """Fill the regions from what surrounds them; boxes in `flat` get one colour. Pixels elsewhere stay."""
        mask = deciding.mask_of(regions, *image.shape[:2])
        if not mask.any():
            return image.copy()
        out = image.copy()
        out[mask] = 0
        hole = mask.copy()
        for x0, y0, x1, y1 in flat:
            out[y0:y1, x0:x1] = _flat_colour(image, mask, (x0, y0, x1, y1))
            hole[y0:y1, x0:x1] = False
        whole = (0, 0, image.shape[1], image.shape[0])
        # A fill works in floating point: of a large picture it gets the parts around the holes.
        for x0, y0, x1, y1 in [whole] if hole.size <= _WHOLE else crops_of(regions, whole, _AROUND):
            part, unknown = out[y0:y1, x0:x1], hole[y0:y1, x0:x1]
            if unknown.any():
                done = self.pipeline(image=part.copy(), mask_image=unknown.copy(), output_type="np").images[0]
                part[unknown] = np.asarray(done, dtype=np.uint8).reshape(part.shape)[unknown]
        return out


@dataclass(frozen=True)
class _State:
    """Boxes so far: `grown` were widened once, `flat` are painted, `widened` counts what reading again added."""

    regions: tuple[Region, ...]
    flat: tuple[Box, ...] = ()
    grown: frozenset[Box] = frozenset()
    widened: int = 0

    def wider(self, left: Left, size: tuple[int, int]) -> _State:
        """Add the regions that are left; a box in which text can be read grows, one that grew before is painted."""
        again = [box for box in left.legible if box in self.grown]
        new = {box: _wider(box, size) for box in left.legible if box not in self.grown and box not in self.flat}
        regions = tuple(replace(r, box=new[r.box]) if r.box in new else r for r in self.regions)
        state = _State(regions, self.flat, self.grown | set(new.values()), self.widened + len(new))
        return state._with(left.regions, again)

    def painted(self, regions: Sequence[Region], boxes: Sequence[Box]) -> _State:
        """Paint whatever is left."""
        return self._with(regions, [*boxes, *(region.box for region in regions)])

    def _with(self, regions: Sequence[Region], flat: Sequence[Box]) -> _State:
        added = [region for region in regions if region not in self.regions]
        paint = [box for box in dict.fromkeys(flat) if box not in self.flat]
        return _State((*self.regions, *added), (*self.flat, *paint), self.grown, self.widened + len(added))


def _check(image: Pixels) -> None:
    if image.ndim != 3 or image.shape[2] not in (1, 3) or image.dtype != np.uint8 or 0 in image.shape:
        raise BadInput("An image array must be uint8 of shape (H, W, 1) or (H, W, 3), with at least one pixel.")


def _wider(box: Box, size: tuple[int, int]) -> Box:
    x0, y0, x1, y1 = box
    by = max(_WIDER, min(x1 - x0, y1 - y0) // 4)
    return max(0, x0 - by), max(0, y0 - by), min(size[1], x1 + by), min(size[0], y1 + by)


def _flat_colour(image: Pixels, mask: NDArray[np.bool_], box: Box) -> NDArray[np.uint8]:
    """The median colour of the known pixels around a box, black if there are none."""
    x0, y0, x1, y1 = box
    part = slice(max(0, y0 - _FLAT_RING), y1 + _FLAT_RING), slice(max(0, x0 - _FLAT_RING), x1 + _FLAT_RING)
    known = np.sort(image[part][~mask[part]], axis=0)
    return np.asarray(known[len(known) // 2] if len(known) else np.zeros(image.shape[2]), np.uint8)


def large_holes(image: Pixels, regions: Sequence[Region], share: float = LARGE) -> tuple[Box, ...]:
    """Return the boxes of those connected holes that lie over more than `share` of the anatomy.

    Anatomy is what differs from the colour of the picture's border; what a hole hides counts as what is around it, so
    that the answer does not depend on hidden pixels.
    """
    from scipy.ndimage import find_objects, label

    whole = deciding.mask_of(regions, *image.shape[:2])
    if not whole.any():
        return ()
    step = max(1, math.isqrt(whole.size // _SAMPLE))
    image, mask = image[::step, ::step], whole[::step, ::step]
    shown = ~mask & _is_anatomy(image, mask)
    holes, count = label(mask, np.ones((3, 3)))
    covered = np.zeros(count + 1)
    for n, (rows, columns) in enumerate(find_objects(holes), 1):
        near = (
            slice(max(0, rows.start - _RING), rows.stop + _RING),
            slice(max(0, columns.start - _RING), columns.stop + _RING),
        )
        known = ~mask[near]
        covered[n] = (holes[near] == n).sum() * (shown[near].sum() / max(1, known.sum()) if known.any() else 1.0)
    large = covered > share * (shown.sum() + covered.sum())
    return tuple(r.box for r in regions if large[_at(holes, r.box, step)])


def _is_anatomy(image: Pixels, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pixels that differ from the border's usual colour."""
    edge = np.zeros(mask.shape, dtype=np.bool_)
    edge[[0, -1]] = edge[:, [0, -1]] = True
    known = np.sort(image[edge & ~mask], axis=0)
    if not len(known):
        return ~mask
    usual = known[len(known) // 2].astype(np.int16)
    low, high = (np.clip(usual + by, 0, 255).astype(np.uint8) for by in (-_EMPTY, _EMPTY))
    return np.asarray(((image < low) | (image > high)).any(axis=2))


def _at(holes: NDArray[np.int32], box: Box, step: int) -> int:
    """The number of the hole in which a box lies; 0 for one that the sample has no pixel of."""
    x, y = -(-box[0] // step), -(-box[1] // step)
    inside = x * step < box[2] and y * step < box[3]
    return int(holes[y, x]) if inside else 0
