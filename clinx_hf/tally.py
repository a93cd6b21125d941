"""Counts of what was found and done, by case, label and source: whole numbers only, so no PHI can fit in.

Adding two tallies merges them, in any order, whichever process counted them. Standard library only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from clinx_hf.phi import Label


class Case(StrEnum):
    """What one unit of a count stands for."""

    ROW = "row"
    TEXT = "text"
    IMAGE = "image"
    FRAME = "frame"
    IDENTIFIER = "identifier"  # removed from a text or a column, or the reason why a region went
    UNREADABLE = "unreadable"  # region that looked like text and could not be read
    OVERLAY_TEXT = "overlay_text"  # region that went because all text goes
    RESIDUAL = "residual"  # region painted flat because text stayed legible after refilling
    WIDENED = "widened"  # region that was added or grew when the image was read again
    FLAGGED = "flagged"  # region over a large share of the anatomy, painted flat: a person should look at the image
    FALLBACK = "fallback"  # identifier that the rewriter's fence gave to a surrogate; it counts as IDENTIFIER, too
    UNREADABLE_IMAGE = "unreadable_image"  # image that could not be opened: a blank took its place


_SOURCE = re.compile(r"[a-z]+(:[a-z_-]+)?")


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One line of a tally. `label` is None where there is none; `source` says who found it ("" = nobody asked)."""

    case: Case
    label: Label | None
    source: str
    count: int


@dataclass
class Tally:
    """A sum of counts.

    >>> tally = Tally()
    >>> tally.add(Case.IDENTIFIER, Label.DATE, "rule:dates", 2)
    >>> (tally + tally).total(Case.IDENTIFIER)
    4
    """

    _counts: Counter[tuple[Case, Label | None, str]] = field(default_factory=Counter)

    def add(self, case: Case, label: Label | None = None, source: str = "", count: int = 1) -> None:
        """Count `count` more. `source` must be of the form "model" or "rule:dates", so that no text fits in."""
        if source and not _SOURCE.fullmatch(source):
            raise ValueError("A source must be lower-case words such as 'model' or 'rule:dates'.")
        if int(count) != count or count < 0:
            raise ValueError("A count must be a whole number of zero or more.")
        if count:
            self._counts[(Case(case), None if label is None else Label(label), source)] += int(count)

    def merge(self, other: Tally) -> None:
        """Add the counts of `other` to this tally."""
        self._counts.update(other._counts)

    def __add__(self, other: Tally) -> Tally:
        return Tally(self._counts + other._counts)

    def total(self, case: Case, label: Label | None = None) -> int:
        """Return the count of a case, over all sources, of one label or (None) of all."""
        return sum(n for (c, lab, _), n in self._counts.items() if c == case and label in (None, lab))

    def entries(self) -> Iterator[Entry]:
        """Yield the lines, sorted by case, label and source."""
        for key in sorted(self._counts, key=lambda k: (k[0], k[1] or "", k[2])):
            yield Entry(*key, self._counts[key])

    def as_dict(self) -> dict[str, int]:
        """Return {"case label source": count} for JSON, sorted, "-" for what is not given."""
        return {f"{e.case} {e.label or '-'} {e.source or '-'}": e.count for e in self.entries()}
