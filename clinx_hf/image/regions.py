"""From read lines to the regions that go: which lines, and which boxes cover them.

Lines are judged in their phrases (a row of words, a label with its value, a name broken over two lines), a line that
cannot be read goes, and what goes is covered by the boxes of `masks`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clinx_hf.errors import BadSetting
from clinx_hf.image import known as known_values
from clinx_hf.image import masks
from clinx_hf.image import overlay as overlay_text
from clinx_hf.image.masks import Box
from clinx_hf.image.phrases import joined_rows, neighbours, phrases
from clinx_hf.phi import PERSON_LABELS, Label, Span

if TYPE_CHECKING:
    from clinx_hf.image.reader import Line

Judge = Callable[[Sequence[str]], list[list[Span]]]
"""Texts in, for each text the spans that a policy removes."""

OVERLAYS: tuple[str, ...] = ("phi", "all")
SAFE_CONFIDENCE = 0.8
"""The reader must be at least this sure before a line of the allow list may stay."""
READABLE_CONFIDENCE = 0.7
"""Below this confidence what was read is not relied on: the line goes unread."""


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
    verdicts = [_verdict(line, found[i], overlay, known) for i, line in enumerate(lines)]
    for i, j in neighbours(lines):
        if verdicts[j] is None or verdicts[i] is None:
            _judge_pair(lines, verdicts, i, j, known)
    return Judgement(tuple(verdicts), tuple(sorted(names)))


def _judge_pair(lines: Sequence[Line], verdicts: list[Verdict | None], i: int, j: int, known: Sequence[str]) -> None:
    """What only two neighbouring lines tell together: a label's number, the rest of a name, a known value in two."""
    first, second = lines[i].text, lines[j].text
    asked = overlay_text.asks(first)
    if asked is not None and verdicts[j] is None and overlay_text.is_bare_number(second):
        verdicts[j] = Verdict(Reason.IDENTIFIER, asked)
    for one, other in ((i, j), (j, i)):
        verdict = verdicts[one]
        if verdict is not None and verdict.label in PERSON_LABELS and overlay_text.is_namesake(lines[other].text):
            verdicts[other] = verdicts[other] or verdict
    if verdicts[i] is None and verdicts[j] is None and known_values.spans_both(first, second, known):
        verdicts[i] = verdicts[j] = Verdict(Reason.IDENTIFIER)


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
    rows = [row for row in phrases(lines) if any(not _is_plain(lines[i]) for i in row)]
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


def regions_of(lines: Sequence[Line], verdicts: Sequence[Verdict | None], size: tuple[int, int]) -> list[Region]:
    """Return the boxes of the lines that go; neighbours on one row that both go share one box."""
    regions: list[Region] = []
    stay = [line.box for line, verdict in zip(lines, verdicts, strict=True) if verdict is None]
    for row in joined_rows(lines):
        run: list[int] = []
        for i in [*row, -1]:
            if i >= 0 and verdicts[i] is not None and not masks.is_slanted(lines[i]):
                run.append(i)
                continue
            if run:
                regions.append(_region_of_run([lines[j] for j in run], [verdicts[j] for j in run], size, stay))
                run = []
            verdict = verdicts[i] if i >= 0 else None
            if verdict is not None:
                regions += [Region(box, verdict.reason, verdict.label) for box in masks.chain(lines[i], size)]
    unique = {r.box: r for r in reversed(regions) if r.box[0] < r.box[2] and r.box[1] < r.box[3]}
    return sorted(unique.values(), key=lambda r: (r.box[1], r.box[0], r.box))


def _region_of_run(
    run: Sequence[Line], verdicts: Sequence[Verdict | None], size: tuple[int, int], stay: Sequence[Box]
) -> Region:
    boxes = [masks.around(line) for line in run]
    box = (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )
    height = max(min(b[2] - b[0], b[3] - b[1]) for b in boxes)
    reasons = [v for v in verdicts if v is not None]
    first = min(reasons, key=lambda v: (list(Reason).index(v.reason), v.label is None))
    return Region(masks.cover(box, height, size, stay), first.reason, first.label)
