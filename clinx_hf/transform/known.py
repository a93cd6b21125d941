"""Values that are identifiers in one row: where they come from, and where they stand in the row's texts."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from clinx_hf.image.known import fold as fold_signs
from clinx_hf.phi import PERSON_LABELS, Label, Span
from clinx_hf.text.propagation import find_values, propagate
from clinx_hf.transform.cache import digest
from clinx_hf.transform.known_dates import find_day

_CODES = frozenset({Label.MRN, Label.SSN, Label.HEALTHPLAN, Label.ACCOUNT, Label.ID, Label.PHONE})
_SHORTEST = 3
_TIME = re.compile(r"(?<=\d)T\d.*")  # of a day and time in ISO form
_SHORTEST_NUMBER = 5
_SALT = os.urandom(16)  # names that were read off images are kept as digests that mean nothing elsewhere


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """A value that identifies somebody in a row."""

    value: str
    label: Label


def as_known(value: Any, label: Label) -> Known | None:
    """Return the value of an identifier column as something to be looked for; None if it is too short for that."""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    text = _TIME.sub("", text) if label == Label.DATE else text
    enough = _SHORTEST_NUMBER if re.fullmatch(r"[\d\s.,-]*", text) else _SHORTEST
    return Known(text, label) if len(re.sub(r"\W", "", text)) >= enough else None


def found_known(text: str, span: Span) -> Known | None:
    """Return what was found in a text as something to be looked for elsewhere: a name, or a code with a digit."""
    value = text[span.start : span.end]
    wanted = span.label in PERSON_LABELS or (span.label in _CODES and re.search(r"\d", value))
    return as_known(value, span.label) if wanted else None


def find_known(text: str, known: Iterable[Known], names: frozenset[bytes] = frozenset()) -> list[Span]:
    """Return where known values, and names by their digests, stand in a (folded) text.

    Names stand in all their forms, codes with any signs, a date in any form, other values in any case.
    """
    known = list(known)
    spans = set(find_values(text, ((each.value.replace("^", " "), each.label) for each in known), "known"))
    for each in known:
        if each.label == Label.DATE:
            spans.update(Span(start, end, Label.DATE, 1.0, "known") for start, end in find_day(text, each.value))
    if names:
        for match in _CAPITALISED.finditer(text):
            if name_digest(match.group()) in names:
                spans.add(Span(match.start(), match.end(), Label.PERSON, 0.9, "known"))
    return sorted(
        s for s in spans if s.label not in PERSON_LABELS or not text[s.start : s.end].islower() or "_" in text
    )


_CAPITALISED = re.compile(r"(?<!\w)(?=[^\W\d_]{4})[^\W\d_]+(?!\w)")


def name_digest(word: str) -> bytes:
    """Return the digest of a name's word, the same for signs that a reader confuses."""
    return digest(_SALT, fold_signs(word)) if word[:1].isupper() else b""


def name_digests(names: Sequence[str]) -> frozenset[bytes]:
    """Return the digests of the words of names by which they can be looked for in texts."""
    spans = [(name, propagate(name, [Span(0, len(name), Label.PERSON)])) for name in names if name.strip()]
    return frozenset(name_digest(name[s.start : s.end]) for name, found in spans for s in found)
