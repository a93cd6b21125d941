"""Postal addresses as one value ("12 Elm St, Apt 4, Dayton, OH 45419"; "Musterstr. 5, 12345 Berlin") into their parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from clinx_hf.phi import Label, Span
from clinx_hf.text.lists import lines

_PART = re.compile(r"[^,\n;]+")
_ZIP_CITY = re.compile(
    r"(?:[A-Z]{1,2}-)?(?P<zip>\d{4,5}|\d{3}\s\d{2}|\d{4}\s[A-Z]{2})[ .,\-]{1,3}(?P<city>[^\W\d_][\w .'()\-]{1,40})$"
)
_STATE_ZIP = re.compile(
    r"(?:(?P<city>[^\W\d_][\w .'\-]{1,30}?)\s)?(?P<state>[A-Z]{2,3})\s(?P<zip>\d{4,6}(?:-\d{4})?|[A-Z]\d[A-Z]\s?\d[A-Z]\d)$"
)
_ZIP = re.compile(
    r"(?:\d{4,6}(?:-\d{3,4})?|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d|[A-Z]\d{2}\s[A-Z\d]{4})$"
)
_CITY_ZIP = re.compile(
    r"(?P<city>[^\W\d_][\w .'\-]{1,30}?)\s(?P<zip>\d{4,6}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2})$"
)
_OF_STREET = re.compile(
    r"(?i)(?:#|apt|apartment|unit|suite|ste|flat|floor|fl|bldg|building|piso|portal|esc|bloque|block|puerta|pta|izq|dcha|"
    r"lot|room|p\.?\s?o\.? box|\d{1,4}\s?[ºª°a-z]?\b|[a-z]\b|\w{1,3}$|km|s/n|n[º°.]|bajo|urb|hinterhaus|whg|top)"
)


@cache
def _states() -> frozenset[str]:
    return frozenset((*lines("states"), *lines("state_codes"), *lines("au_states")))


@cache
def _countries() -> frozenset[str]:
    return frozenset(line.casefold() for line in lines("countries")) | {"españa", "deutschland", "méxico", "österreich"}


def address_parts(text: str, start: int, end: int, source: str) -> Iterator[Span]:
    """Yield STREET, CITY, STATE, ZIP and COUNTRY of the address `text[start:end]`, in order."""
    parts = [_stripped(text, *match.span()) for match in _PART.finditer(text, start, end)]
    parts = [(a, b) for a, b in parts if b > a]
    if not parts:
        return
    if not any(c.isalpha() for c in text[parts[0][0] : parts[-1][1]]):
        return
    street_end = parts[0][1]
    rest = parts[1:]
    lone = _of_town(text, *parts[0], source) if not re.match(r"[^,\n]{3,}\d", text[parts[0][0] : parts[0][1]]) else []
    if lone:
        yield from lone
    else:
        while rest and _OF_STREET.match(text, *rest[0]) and not _of_town(text, *rest[0], source):
            street_end = rest.pop(0)[1]
        yield Span(parts[0][0], street_end, Label.STREET, 0.97, source)
    for a, b in rest:
        found = _of_town(text, a, b, source)
        if found:
            yield from found
        elif text[a:b] in _states():
            yield Span(a, b, Label.STATE, 0.95, source)
        elif text[a:b].casefold() in _countries():
            yield Span(a, b, Label.COUNTRY, 0.95, source)
        elif text[a].isupper() and b - a <= 40 and not any(c.isdigit() for c in text[a:b]):
            yield Span(a, b, Label.CITY, 0.9, source)


def _of_town(text: str, start: int, end: int, source: str) -> list[Span]:
    """Post code, city and state of one part, if it holds a post code."""
    for pattern in (_ZIP_CITY, _STATE_ZIP, _ZIP, _CITY_ZIP):
        match = pattern.match(text, start, end)
        if match:
            if not match.re.groupindex:
                return [Span(*match.span(), Label.ZIP, 0.95, source)]
            named = (("city", Label.CITY), ("state", Label.STATE), ("zip", Label.ZIP))
            wanted = [(name, label) for name, label in named if name in match.re.groupindex and match[name]]
            return sorted(Span(*_stripped(text, *match.span(name)), label, 0.95, source) for name, label in wanted)
    return []


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or text[start] in ".-"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ".-"):
        end -= 1
    return start, end
