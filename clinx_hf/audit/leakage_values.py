"""What identifies in a reading, and whether it is still legible in another: names, dates, ids, uuids.

Identifiers are found by the forms that teaching files, viewers and scanners give them ("Uploader : ...", "SMITH^JOHN",
"MRN 123456", 11-05-2010), so that ordinary words of a picture do not count. Matching forgives what readers confuse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_NAMED = re.compile(r"(?:up[l1i|]oader|s[o0]urce|\bname)\W{0,3}([A-Z][^,:\n\d]{2,40})", re.I)
_DICOM_NAME = re.compile(r"\b[A-Z][A-Za-z'-]+\^[A-Z][A-Za-z'-]*")
_DATES = re.compile(
    r"(?<!\d)(?:\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d|(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}"
    rf"|\d{{1,2}}[- ]?{_MONTH}[- ,]{{0,2}}(?:19|20)\d\d|{_MONTH} ?\d{{1,2}},? ?(?:19|20)\d\d)(?!\d)",
    re.I,
)
_UUID = re.compile(r"[0-9a-zA-Z]{6,9}(?:[-–—~.][0-9a-zA-Z]{3,5}){2,3}(?:[-–—~.][0-9a-zA-Z]{6,13})?")
_ID = re.compile(r"\b(?:MRN|ID|ACC(?:ESSION)?|PAT(?:IENT)? ?ID)\b\W{0,4}([A-Z0-9][A-Z0-9/-]{4,})", re.I)
_WORD = re.compile(r"[^\W\d_]{4,}")
_TOKEN = re.compile(r"[^\W_][\w/.\-]*")
_NOT_NAMES = frozenset(["uploader", "source", "medpix", "unknown", "none", "author", "null", "name", "patient"])
_CONFUSED = str.maketrans("oilszbgq", "01152899")
_LIKE = 0.8
_FEWEST_DIGITS = 3  # of an id
_WINDOW = 8  # signs of a uuid that are enough to look its record up


class Kind(StrEnum):
    """What an identifier is."""

    NAME = "name"
    DATE = "date"
    ID = "id"
    UUID = "uuid"


@dataclass(frozen=True, order=True)
class Identifier:
    """A value that identifies. It lives in memory only."""

    kind: Kind
    value: str = field(repr=False)


@dataclass(frozen=True)
class Legible:
    """A reading, made ready to be searched."""

    words: frozenset[str] = field(repr=False)
    lines: tuple[str, ...] = field(repr=False)

    @classmethod
    def of(cls, text: str) -> Legible:
        """Take a reading's lines apart."""
        words = frozenset(word.casefold() for word in _TOKEN.findall(text))
        return cls(words, tuple(squashed(line) for line in text.splitlines()))

    def has(self, identifier: Identifier) -> bool:
        """Tell whether the identifier, a word of it, or something almost like it stands in the reading."""
        if identifier.kind is Kind.UUID:
            bare = squashed(identifier.value)
            parts = {bare[i : i + _WINDOW] for i in range(max(1, len(bare) - _WINDOW + 1))}
            return any(part in line for part in parts for line in self.lines)
        if identifier.kind is Kind.NAME:
            return any(self._word(part.casefold()) for part in _parts(identifier.value))
        bare = squashed(identifier.value)
        return any(bare in line for line in self.lines) or self._word(identifier.value.casefold())

    def _word(self, wanted: str) -> bool:
        if any(wanted in word for word in self.words):
            return True
        alike = (w for w in self.words if len(wanted) >= 5 and abs(len(w) - len(wanted)) <= 2)
        return any(SequenceMatcher(None, wanted, word).ratio() >= _LIKE for word in alike)


def identifiers_in(text: str) -> list[Identifier]:
    """Return the names (word by word), dates, ids and uuids that a reading tells by their form."""
    named = [m.group(1) for m in _NAMED.finditer(text)] + _DICOM_NAME.findall(text)
    words = [word for name in named for word in _WORD.findall(name) if word.casefold() not in _NOT_NAMES]
    found = [Identifier(Kind.NAME, word) for word in words]
    found += [Identifier(Kind.DATE, date) for date in _DATES.findall(text)]
    found += [Identifier(Kind.ID, code) for code in _ID.findall(text) if _digits(code) >= _FEWEST_DIGITS]
    uuids = (m.group() for m in _UUID.finditer(text))
    found += [Identifier(Kind.UUID, each) for each in uuids if _digits(each) >= _WINDOW and not each.isdigit()]
    return sorted(set(found))


def as_identifier(value: str) -> Identifier:
    """Return a known value with its kind, told by its form."""
    if _UUID.fullmatch(value) and len(squashed(value)) > 2 * _WINDOW:
        return Identifier(Kind.UUID, value)
    if _DATES.fullmatch(value):
        return Identifier(Kind.DATE, value)
    return Identifier(Kind.ID if _digits(value) else Kind.NAME, value)


def distinct(found: Iterable[Identifier]) -> tuple[Identifier, ...]:
    """Return the identifiers with different readings of one value as one."""
    kept: list[Identifier] = []
    for each in sorted(set(found)):
        bare = squashed(each.value)
        like = (squashed(other.value) for other in kept if other.kind is each.kind)
        if not any(
            SequenceMatcher(None, bare, other).ratio() >= _LIKE or bare in other or other in bare for other in like
        ):
            kept.append(each)
    return tuple(kept)


def squashed(text: str) -> str:
    """Return the letters and digits of a text, those that readers confuse as one.

    >>> squashed("OO-5a S") == squashed("00 sA-5")
    True
    """
    return "".join(sign for sign in text.casefold() if sign.isalnum()).translate(_CONFUSED)


def _parts(name: str) -> list[str]:
    return _WORD.findall(name) or [name]


def _digits(text: str) -> int:
    return sum(sign.isdigit() for sign in text)
