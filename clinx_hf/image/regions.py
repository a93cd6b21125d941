"""From read lines to the regions that go: which lines, and which boxes cover them.

Lines are judged as they stand (a row of words is judged together), a line that cannot be read goes, and a box
never spells: it covers whole lines, padded and rounded up, so that neither its outline nor its length tells
what was under it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clinx_hf.errors import BadSetting
from clinx_hf.image import known as known_values
from clinx_hf.image import overlay as overlay_text
from clinx_hf.phi import PERSON_LABELS, Label, Span

if TYPE_CHECKING:
    from clinx_hf.image.reader import Line

Box = tuple[int, int, int, int]
Judge = Callable[[Sequence[str]], list[list[Span]]]
"""Texts in, for each text the spans that a policy removes."""

OVERLAYS: tuple[str, ...] = ("phi", "all")
SAFE_CONFIDENCE = 0.8
"""The reader must be at least this sure before a line of the allow list may stay."""
READABLE_CONFIDENCE = 0.7
"""Below this confidence what was read is not relied on: the line goes unread."""

_PAD = 2  # px: anti-aliasing, shadow, JPEG ringing
_PAD_SHARE = 0.15  # of the height of the text
_GRID_ALONG, _GRID_ACROSS = 16, 8  # px, along the text and across it
_SLANT = math.radians(8)  # text turned by more than this is covered by a chain of boxes


class Reason(StrEnum):
    """Why a region goes."""

    IDENTIFIER = "identifier"
    UNREADABLE = "unreadable"
    TEXT = "text"  # all text goes


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle to be filled: `box` (x0, y0, x1, y1) in pixels, half-open; `label` None where none is known."""

    box: Box
    reason: Reason
    label: Label | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """That a line goes, and why."""

    reason: Reason
    label: Label | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """`verdicts`: one a line, None = the line stays. `names`: texts of persons that the judge found."""

    verdicts: tuple[Verdict | None, ...]
    names: tuple[str, ...]


def decide(
    lines: Sequence[Line],
    size: tuple[int, int],
    judge: Judge,
    overlay: str = "phi",
    known: Sequence[str] = (),
) -> list[Region]:
    """Return the regions of an image that go.

    Args:
        lines: what the reader found.
        size: height and width of the image in pixels.
        judge: gets joined lines, returns the spans that the policy removes.
        overlay: "phi" removes identifiers and what cannot be read; "all" removes everything but side markers.
        known: values (names, numbers, dates) that are identifiers in this image wherever they stand.

    Raises:
        BadSetting: `overlay` is neither "phi" nor "all".
    """
    return regions_of(lines, judged(lines, judge, overlay, known).verdicts, size)


def mask_of(regions: Sequence[Region], height: int, width: int) -> NDArray[np.bool_]:
    """Return the (height, width) mask that is True inside the regions."""
    mask = np.zeros((height, width), dtype=np.bool_)
    for region in regions:
        x0, y0, x1, y1 = region.box
        mask[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)] = True
    return mask


def judged(lines: Sequence[Line], judge: Judge, overlay: str = "phi", known: Sequence[str] = ()) -> Judgement:
    """Decide for every line whether it goes; see `decide` for the arguments."""
    if overlay not in OVERLAYS:
        raise BadSetting("overlay", overlay, OVERLAYS)
    found, names = _asked(lines, judge)
    return Judgement(
        tuple(_verdict(line, found[i], overlay, known) for i, line in enumerate(lines)), tuple(sorted(names))
    )


def _verdict(line: Line, found: Label | None, overlay: str, known: Sequence[str]) -> Verdict | None:
    text = line.text.strip()
    if not text or line.confidence < READABLE_CONFIDENCE:
        return Verdict(Reason.UNREADABLE)
    sure = line.confidence >= SAFE_CONFIDENCE
    if sure and overlay_text.is_laterality(text):
        return None
    safe = sure and overlay_text.is_safe(text)
    label = None if safe else found or overlay_text.hint(text)
    if label is not None:
        return Verdict(Reason.IDENTIFIER, label)
    if known_values.mentions(text, known):
        return Verdict(Reason.IDENTIFIER)
    return Verdict(Reason.TEXT) if overlay == "all" else None


def _asked(lines: Sequence[Line], judge: Judge) -> tuple[dict[int, Label | None], set[str]]:
    """Ask the judge about joined lines: the label by line, and the names that were found."""
    rows = [row for row in joined_rows(lines) if any(not _is_plain(lines[i]) for i in row)]
    texts = [" ".join(lines[i].text for i in row) for row in rows]
    found: dict[int, Label | None] = dict.fromkeys(range(len(lines)))
    names: set[str] = set()
    for row, text, spans in zip(rows, texts, judge(texts) if texts else [], strict=True):
        start = 0
        for i in row:
            end = start + len(lines[i].text)
            found[i] = next((s.label for s in sorted(spans) if s.start < end and start < s.end), None)
            start = end + 1
        if all(lines[i].confidence >= SAFE_CONFIDENCE for i in row):
            names |= {text[s.start : s.end] for s in spans if s.label in PERSON_LABELS}
    return found, names


def _is_plain(line: Line) -> bool:
    """A line that the judge need not see: nothing was read, or it is on the allow list."""
    return not line.text.strip() or (line.confidence >= SAFE_CONFIDENCE and overlay_text.is_safe(line.text))


def joined_rows(lines: Sequence[Line]) -> list[list[int]]:
    """Group the lines that stand on one row with gaps like those between words; indices, in reading order."""
    rows: list[list[int]] = []
    order = sorted(range(len(lines)), key=lambda i: (_flat(lines[i])[0], i))
    for i in order:
        home = next((row for row in rows if _continues(lines[row[-1]], lines[i])), None)
        if home is None:
            rows.append([i])
        else:
            home.append(i)
    return sorted(rows, key=lambda row: (lines[row[0]].box[1], lines[row[0]].box[0], row[0]))


def _flat(line: Line) -> Box:
    """The line's box with its long side laid along x."""
    x0, y0, x1, y1 = line.box
    return (y0, x0, y1, x1) if _is_upright(line) else (x0, y0, x1, y1)


def _is_upright(line: Line) -> bool:
    x0, y0, x1, y1 = line.box
    return (y1 - y0) > 1.5 * (x1 - x0) and len(line.text) != 1


def _continues(left: Line, right: Line) -> bool:
    if _is_upright(left) != _is_upright(right):
        return False
    a, b = _flat(left), _flat(right)
    heights = a[3] - a[1], b[3] - b[1]
    overlap = min(a[3], b[3]) - max(a[1], b[1])
    return (
        overlap >= 0.5 * min(heights)
        and max(heights) <= 2 * min(heights)
        and -max(heights) <= b[0] - a[2] <= 2.5 * max(heights)
    )


def regions_of(lines: Sequence[Line], verdicts: Sequence[Verdict | None], size: tuple[int, int]) -> list[Region]:
    """Return the boxes of the lines that go; neighbours on one row that both go share one box."""
    regions: list[Region] = []
    for row in joined_rows(lines):
        run: list[int] = []
        for i in [*row, -1]:
            if i >= 0 and verdicts[i] is not None and not _is_slanted(lines[i]):
                run.append(i)
                continue
            if run:
                regions.append(_region_of_run([lines[j] for j in run], [verdicts[j] for j in run], size))
                run = []
            verdict = verdicts[i] if i >= 0 else None
            if verdict is not None:
                regions += [Region(box, verdict.reason, verdict.label) for box in _chain(lines[i], size)]
    unique = {r.box: r for r in reversed(regions) if r.box[0] < r.box[2] and r.box[1] < r.box[3]}
    return sorted(unique.values(), key=lambda r: (r.box[1], r.box[0], r.box))


def _region_of_run(run: Sequence[Line], verdicts: Sequence[Verdict | None], size: tuple[int, int]) -> Region:
    boxes = [_covering(line) for line in run]
    box = (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )
    height = max(min(b[2] - b[0], b[3] - b[1]) for b in boxes)
    reasons = [v for v in verdicts if v is not None]
    first = min(reasons, key=lambda v: (list(Reason).index(v.reason), v.label is None))
    return Region(rounded(box, height, size), first.reason, first.label)


def _covering(line: Line) -> tuple[float, float, float, float]:
    """The upright box that holds both the line's box and its quad."""
    xs = [line.box[0], line.box[2], *(x for x, _ in line.quad)]
    ys = [line.box[1], line.box[3], *(y for _, y in line.quad)]
    return min(xs), min(ys), max(xs), max(ys)


def rounded(box: tuple[float, float, float, float], height: float, size: tuple[int, int]) -> Box:
    """Pad a box for text of `height` pixels, round its sides outward to the grid and cut it at the image's edge."""
    pad = _PAD + math.ceil(_PAD_SHARE * height)
    x0, y0, x1, y1 = box
    wide = (x1 - x0) >= (y1 - y0)
    grid_x, grid_y = (_GRID_ALONG, _GRID_ACROSS) if wide else (_GRID_ACROSS, _GRID_ALONG)
    return (
        max(0, math.floor((x0 - pad) / grid_x) * grid_x),
        max(0, math.floor((y0 - pad) / grid_y) * grid_y),
        min(size[1], math.ceil((x1 + pad) / grid_x) * grid_x),
        min(size[0], math.ceil((y1 + pad) / grid_y) * grid_y),
    )


def _axis(line: Line) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Middle of the quad's one short side, of the other, and its height (the short side), in pixels."""
    corners = np.asarray(line.quad, dtype=np.float64)
    first, second = corners[1] - corners[0], corners[2] - corners[1]
    if np.hypot(*first) < np.hypot(*second):
        corners = np.roll(corners, -1, axis=0)
    height = max(np.hypot(*(corners[2] - corners[1])), np.hypot(*(corners[3] - corners[0])))
    return (corners[0] + corners[3]) / 2, (corners[1] + corners[2]) / 2, float(height)


def _is_slanted(line: Line) -> bool:
    start, end, height = _axis(line)
    run, rise = np.abs(end - start)
    return bool(np.hypot(run, rise) > 3 * height and _SLANT < math.atan2(rise, run) < math.pi / 2 - _SLANT)


def _chain(line: Line, size: tuple[int, int]) -> list[Box]:
    """Cover a slanted line by boxes of about three heights each, which take far less than one box around it."""
    start, end, height = _axis(line)
    pieces = max(1, math.ceil(float(np.hypot(*(end - start))) / (3 * height)))
    corners = np.asarray(line.quad, dtype=np.float64)
    if np.hypot(*(corners[1] - corners[0])) < np.hypot(*(corners[2] - corners[1])):
        corners = np.roll(corners, -1, axis=0)
    top, bottom = (corners[0], corners[1]), (corners[3], corners[2])
    boxes = []
    for k in range(pieces):
        at = (k / pieces, (k + 1) / pieces)
        points = np.array([side[0] + (side[1] - side[0]) * t for side in (top, bottom) for t in at])
        (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
        boxes.append(rounded((float(x0), float(y0), float(x1), float(y1)), height, size))
    return boxes
