"""Looking for known values (names, numbers, days of one row) in text that was read off an image.

A reader confuses signs: both sides are folded so that 0/O, 1/l/I, 2/Z, 5/S, 8/B, rn/m, vv/w and cl/d are the same,
without case, accents and punctuation. Beyond that, one sign in five may be misread. The order of the parts of a name
does not matter, and given names may stand as initials.
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


def _stands_in(value: str, line: str, allowed: int) -> bool:
    """Tell whether a folded value stands anywhere in a folded line with at most `allowed` edits."""
    if value in line or not allowed:
        return value in line
    row = list(range(len(value) + 1))
    for sign in line:
        above, row[0] = 0, 0
        for j, wanted in enumerate(value, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (sign != wanted))
        if row[-1] <= allowed:
            return True
    return False


def _is_short_form(value: str, text: str) -> bool:
    """Tell whether a line is a name of few letters: "LI", "J LI", "LI, J"; longer names are found by their words."""
    if any(c.isdigit() for c in value):
        return False
    parts = [fold(part) for part in re.findall(r"[^\W\d_]+", value)]
    read = [fold(part) for part in re.findall(r"\w+", text)]
    initials = {part[0] for part in parts}
    named = [word for word in read if len(word) > 1]
    return bool(named) and all(word in parts for word in named) and all(w in initials for w in read if len(w) == 1)


def mentions(text: str, known: Iterable[str]) -> bool:
    """Tell whether `text` holds one of the known values, or a word of it, as far as a reader can tell.

    >>> mentions("5MlTH JOHN", ["John Smith"]), mentions("12.03.1954", ["1954-03-12"]), mentions("R AP", ["Ann Lee"])
    (True, True, False)
    """
    line, read = fold(text), words(text)
    return bool(line) and any(_mentions(text, line, read, value) for value in known)


def spans_both(first: str, second: str, known: Iterable[str]) -> bool:
    """Tell whether two neighbouring lines hold one known value between them: "SMI-" and "TH JOHN".

    The seam must lie within the value; what stands in one of the lines alone is for `mentions`.
    """
    one, two = fold(first), fold(second)
    whole = [form for value in known for form in (_day_forms(value) or (fold(value), *words(value)))]
    return any(
        len(form) >= _SHORTEST_RUN and any(one.endswith(form[:n]) and two.startswith(form[n:]) for n in _seams(form))
        for form in whole
    )


def _seams(form: str) -> range:
    return range(2, len(form) - 1)


def mentioned_among(texts: Sequence[str], known: Sequence[str]) -> bool:
    """Tell whether any of the texts, or two of them together, hold a known value."""
    if any(mentions(text, known) for text in texts):
        return True
    return any(spans_both(a, b, known) for a in texts for b in texts if a is not b)


def _mentions(text: str, line: str, read: Sequence[str], value: str) -> bool:
    days = _day_forms(value)
    if days:
        return any(_stands_in(form, line, len(form) // 8) for form in days)
    whole = fold(value)
    if len(whole) >= _SHORTEST_RUN and _stands_in(whole, line, len(whole) // 8):
        return True
    coded = any(c.isdigit() for c in value)
    for part in words(value):
        if coded and len(part) < _SHORTEST_RUN:  # the "MRI" of "MRI-48221" is no identifier
            continue
        if len(part) >= _SHORTEST_RUN and part in line:
            return True
        if any(_same_word(part, word) for word in read):
            return True
    return _is_short_form(value, text)
