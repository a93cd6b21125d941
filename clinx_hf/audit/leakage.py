"""Can another reader still read an identifier in the clean images? `clinx-hf audit leakage`.

The identifiers are those that second readers themselves read in the originals (names, dates and uuids of teaching-file
footers, DICOM names, numbered ids), or, where the caller knows them, values that were planted. An image leaks when one
of them, something almost like it, or another of such a form is read in its clean form by any reader at any scale.
`leakage_reading` says what is read at which scale.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from clinx_hf.audit.leakage_figures import ImageCounts, LeakageFigures, RegionFigures, summed
from clinx_hf.audit.leakage_pixels import changed_boxes, changed_outside, ink_left
from clinx_hf.audit.leakage_reading import Reading, places_of, read_places, read_whole, touches
from clinx_hf.audit.leakage_values import Identifier, Kind, Legible, as_identifier, distinct, identifiers_in
from clinx_hf.audit.readers import Box, Picture, SecondReader, Seen, second_readers

INK = 0.35
"""A region whose strokes agree with the original's as much as this still shows its ink. Set on phantoms: of 74 filled lines
the highest value was 0.29; with a tenth of the original mixed in, 99 % had 0.4 or more."""
_SURE = 0.6  # a mark of the side counts when a reader is at least this sure of it
_SIDES = frozenset(["L", "R", "LEFT", "RIGHT"])


@dataclass(frozen=True)
class Filled:
    """A region as it is reported: where, why, found by what; `flat`, `flagged`: what the redactor says about it."""

    box: Box
    reason: str
    source: str
    flat: bool = False
    flagged: bool = False


@dataclass(frozen=True)
class Pair:
    """An image before and after.

    regions: what the redaction reported; None where it did not, so that what changed is looked at instead. known:
    identifiers known to be in the image. widened: regions that were widened, None where that is not known.
    """

    before: Picture
    after: Picture
    regions: tuple[Filled, ...] | None = ()
    known: tuple[str, ...] = field(default=(), repr=False)
    text_free: bool = False
    widened: int | None = None


@dataclass(frozen=True)
class Looked:
    """One image and what was seen in it: `ink` has a value a region, `left` the lines that still identify."""

    pair: Pair
    regions: tuple[Filled, ...]
    ink: tuple[float, ...]
    left: tuple[tuple[Reading, Seen], ...] = field(repr=False)
    counts: ImageCounts


def audit_leakage(
    pairs: Iterable[Pair],
    limit: float = 0.05,
    readers: Sequence[SecondReader] | None = None,
    workers: int = 2,
    observe: Callable[[Looked], None] = lambda looked: None,
) -> LeakageFigures:
    """Read every image before and after with the second readers and count what is still legible.

    `observe` is given every image in order, as soon as it was looked at. Only a few images are held at a time.

    Raises:
        BadInput: no second reader is installed.
    """
    chosen = tuple(second_readers() if readers is None else readers)
    counts = []
    for looked in _in_order(lambda pair: look(pair, chosen), pairs, workers):
        counts.append(looked.counts)
        observe(looked)
    return summed(counts, limit)


def _in_order(work: Callable[[Pair], Looked], pairs: Iterable[Pair], workers: int) -> Iterator[Looked]:
    waiting: deque[Future[Looked]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for pair in pairs:
            waiting.append(pool.submit(work, pair))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def look(pair: Pair, readers: Sequence[SecondReader]) -> Looked:
    """Read one image before and after, and compare."""
    regions = pair.regions
    if regions is None:
        regions = tuple(Filled(box, "changed", "comparison") for box in changed_boxes(pair.before, pair.after))
    boxes = [region.box for region in regions]
    same = pair.before.shape == pair.after.shape and bool((pair.before == pair.after).all())
    whole = read_whole(pair.before, readers)
    places = places_of(pair.before, [*boxes, *(each.box for reading in whole for each in reading.seen)])
    before = [*whole, *read_places(pair.before, places, readers)]
    after = before if same else [*read_whole(pair.after, readers), *read_places(pair.after, places, readers)]
    found = _identifiers(pair, before, after)
    ink = ink_left(pair.before, pair.after, boxes)
    counts = _counted(pair, regions, ink, found, before, after, same)
    return Looked(pair, regions, ink, tuple(_still(found, after)), counts)


def _identifiers(pair: Pair, before: Sequence[Reading], after: Sequence[Reading]) -> tuple[Identifier, ...]:
    known = [as_identifier(value) for value in pair.known]
    read = [each for reading in (*before, *after) for each in identifiers_in(reading.text)]
    return tuple(dict.fromkeys([*known, *distinct(read)])) if known else distinct(read)


def _counted(
    pair: Pair,
    regions: Sequence[Filled],
    ink: Sequence[float],
    found: Sequence[Identifier],
    before: Sequence[Reading],
    after: Sequence[Reading],
    same: bool,
) -> ImageCounts:
    was, still = ([Legible.of(reading.text) for reading in readings] for readings in (before, after))
    sides = list(_sides(before))
    inked = sum(value >= INK for value in ink)
    boxes = None if pair.regions is None else [region.box for region in regions]
    reported = pair.regions is not None
    return ImageCounts(
        legible={
            (a.reader, a.scale): (sum(b.has(each) for each in found), sum(c.has(each) for each in found))
            for a, b, c in zip(before, was, still, strict=True)
        },
        kinds={
            kind: (
                sum(any(b.has(each) for b in was) for each in found if each.kind is kind),
                sum(any(c.has(each) for c in still) for each in found if each.kind is kind),
            )
            for kind in Kind
        },
        changed_outside=None if boxes is None else changed_outside(pair.before, pair.after, boxes) > 0,
        regions=RegionFigures(
            filled=len(regions),
            ink_left=inked,
            images_with_ink=int(inked > 0),
            widened=pair.widened,
            flat=sum(region.flat for region in regions) if reported else None,
            flagged=sum(region.flagged for region in regions) if reported else None,
        ),
        text_free=pair.text_free,
        untouched=same,
        sides=len(sides),
        sides_kept=sum(same or _side_kept(pair, side, after) for side in sides),
    )


def _still(found: Sequence[Identifier], after: Sequence[Reading]) -> Iterator[tuple[Reading, Seen]]:
    """The lines of the output that identify, with the reading that each is from."""
    for reading in after:
        for seen in reading.seen:
            line = Legible.of(seen.text)
            if any(line.has(each) for each in found):
                yield reading, seen


def _sides(before: Sequence[Reading]) -> Iterator[Seen]:
    """The marks of the side in the original, each once: a line of one letter or word is part of no identifier."""
    boxes: list[Box] = []
    for reading in before:
        for seen in reading.seen:
            if _side(seen) and seen.sure >= _SURE and not any(touches(seen.box, box) for box in boxes):
                boxes.append(seen.box)
                yield seen


def _side(seen: Seen) -> str | None:
    text = seen.text.strip(" .,:;()[]|*_").upper()
    return text[0] if text in _SIDES else None


def _side_kept(pair: Pair, side: Seen, after: Sequence[Reading]) -> bool:
    """Tell whether no pixel of a mark changed, or it is read again where it was."""
    x0, y0, x1, y1 = side.box
    if pair.before.shape == pair.after.shape and np.array_equal(pair.before[y0:y1, x0:x1], pair.after[y0:y1, x0:x1]):
        return True
    again = (seen for reading in after for seen in reading.seen if touches(seen.box, side.box))
    return any(_side(seen) == _side(side) for seen in again)
