"""Looking for known values (names, numbers, days of one row) in text that was read off an image.

A reader confuses signs: both sides are folded so that 0/O, 1/l/I, 2/Z, 5/S, 8/B, rn/m, vv/w and cl/d are the same,
without case, accents and punctuation. The order of the parts of a name does not matter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from clinx_hf.image.overlay import edits

_CONFUSED = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "!": "l", "2": "z", "5": "s", "8": "b"})
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_SHORTEST_WORD = 3  # a name of two letters is found by the allow list: it is no listed word
_SHORTEST_RUN = 5  # signs that must agree when words run together or apart; of a number by itself
_DATE = re.compile(r"\D*(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})(?:[T ].*)?\D*")


def fold(text: str) -> str:
    """Return the letters and digits of `text` in folded form.

    >>> fold("O'Brien 105") == fold("0BR1EN IO5"), fold("Barney") == fold("Bamey")
    (True, True)
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(c for c in plain.translate(_CONFUSED) if c.isalnum())
    for pair, single in _PAIRS:
        kept = kept.replace(pair, single)
    return kept


def words(text: str) -> list[str]:
    """Return the folded words of a text that are long enough to be looked for."""
    parts = re.findall(r"[^\W_](?:[\w|!'’]*[^\W_])?", text)
    folded = (fold(part) for part in parts if not part.isdigit() or len(part) >= _SHORTEST_RUN)
    return [part for part in folded if len(part) >= _SHORTEST_WORD]


def _day_forms(value: str) -> tuple[str, ...]:
    """The ways in which a date's digits stand in a row, for a date with a four-digit year."""
    match = _DATE.fullmatch(value)
    if not match:
        return ()
    a, b, c = match.groups()
    year, x, y = (a, b, c) if len(a) == 4 else (c, a, b)
    if len(year) != 4:
        return ()
    x, y = x.zfill(2), y.zfill(2)
    orders = [
        order for short in (year, year[2:]) for order in (short + x + y, short + y + x, x + y + short, y + x + short)
    ]
    return tuple(fold(order) for order in orders)


def _same_word(known: str, read: str) -> bool:
    allowed = len(known) // _SHORTEST_RUN  # one misread sign in five
    return edits(known, read, allowed) <= allowed


def mentions(text: str, known: Iterable[str]) -> bool:
    """Tell whether `text` holds one of the known values, or a word of it, as far as a reader can tell.

    >>> mentions("5MlTH JOHN", ["John Smith"]), mentions("12.03.1954", ["1954-03-12"]), mentions("R AP", ["Ann Lee"])
    (True, True, False)
    """
    line, read = fold(text), words(text)
    return bool(line) and any(_mentions(line, read, value) for value in known)


def _mentions(line: str, read: Sequence[str], value: str) -> bool:
    days = _day_forms(value)
    if days:
        return any(form in line for form in days)
    whole = fold(value)
    if len(whole) >= _SHORTEST_RUN and whole in line:
        return True
    for part in words(value):
        if len(part) >= _SHORTEST_RUN and part in line:
            return True
        if any(_same_word(part, word) for word in read):
            return True
    return False
