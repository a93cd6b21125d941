"""Terms as plain lines, one file a list; a line that starts with `#` is a comment. Read once, when first asked for."""

from __future__ import annotations

import string
from collections.abc import Iterable
from functools import cache
from pathlib import Path


def path_of(name: str) -> Path:
    """Return the file of the list `name`."""
    return Path(__file__).parent / f"{name}.txt"


@cache
def lines(name: str) -> tuple[str, ...]:
    """Return the terms of the list `name` (file `<name>.txt` beside this one), in the file's order.

    >>> lines("weekdays")[0]
    'monday'
    """
    text = path_of(name).read_text(encoding="utf-8")
    stripped = (line.strip() for line in text.splitlines())
    return tuple(line for line in stripped if line and not line.startswith("#"))


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """Return the lines of the list `name`, each split at its `|` signs."""
    return tuple(tuple(field.strip() for field in line.split("|")) for line in lines(name))


@cache
def words(name: str) -> frozenset[str]:
    """Return the terms of the list `name`, case folded, for look-up."""
    return frozenset(line.casefold() for line in lines(name))


def alternation(*names: str) -> str:
    """Return a regular expression that matches any term of the lists as written, in title case or in capitals.

    Longer terms come first; a space in a term matches any run of one or two white-space characters.
    """
    forms = {form for name in names for line in lines(name) for form in (line, string.capwords(line), line.upper())}
    return alternatives(forms)


def alternatives(terms: Iterable[str]) -> str:
    """Return a regular expression that matches any of the terms as written, the longest first.

    Terms are grouped by their first character, which makes matching several times faster than a flat list.
    """
    groups: dict[str, list[str]] = {}
    for term in sorted(set(terms), key=lambda term: (-len(term), term)):
        groups.setdefault(term[0], []).append(term[1:])
    branches = (_escape(first) + "(?:" + "|".join(map(_escape, rest)) + ")" for first, rest in groups.items())
    return "(?:" + "|".join(branches) + ")"


def _escape(term: str) -> str:
    return "".join(r"\s{1,2}" if char == " " else f"\\{char}" if not char.isalnum() else char for char in term)
