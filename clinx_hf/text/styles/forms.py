"""Values redrawn in the form in which they were written: digits for digits, months for months, case for case."""

from __future__ import annotations

import re
from random import Random

_CYCLES = (
    "January February March April May June July August September October November December",
    "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "ene feb mar abr may jun jul ago sep oct nov dic",
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "Mon Tue Wed Thu Fri Sat Sun",
    "lunes martes miércoles jueves viernes sábado domingo",
)
_CYCLE_OF = {word.lower(): cycle.split() for cycle in reversed(_CYCLES) for word in cycle.split()}
WORD = re.compile(r"[^\W\d_]+|\d+")
YEARS = (1925, 2029)


def copy_case(new: str, old: str) -> str:
    """Write `new` in the case of `old`: UPPER, lower, or with a capital.

    >>> copy_case("lagos", "PARIS"), copy_case("Lagos", "paris"), copy_case("lagos", "Paris")
    ('LAGOS', 'lagos', 'Lagos')
    """
    if len(old) > 1 and old.isupper():
        return new.upper()
    if old.islower():
        return new.lower()
    return new[:1].upper() + new[1:] if old[:1].isupper() else new


def redraw_digits(old: str, rng: Random) -> str:
    """Return as many digits as `old` has characters."""
    return "".join(rng.choice("0123456789") for _ in old)


def _redraw_number(word: str, rng: Random, keep_year: bool) -> str:
    value, width = int(word), len(word)
    year = word[:4] if keep_year else str(rng.randint(*YEARS))
    if width == 4 and 1800 <= value <= 2100:
        return year
    if width == 8 and 1800 <= int(word[:4]) <= 2100:
        return f"{year}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    if width > 2:
        return redraw_digits(word, rng)
    low, high = (1, 12) if 1 <= value <= 12 else (13, 28) if value <= 31 else (32, 99)
    return str(rng.randint(low, high)).zfill(width)


def redraw_date(old: str, rng: Random, keep_year: bool = False) -> str:
    """Redraw a date's numbers inside their kind (1-12, 13-31, year) and its month and weekday names."""

    def new_word(match: re.Match[str]) -> str:
        word = match.group()
        cycle = _CYCLE_OF.get(word.lower())
        if cycle:
            return copy_case(rng.choice(cycle), word)
        return _redraw_number(word, rng, keep_year) if word.isascii() and word.isdigit() else word

    return WORD.sub(new_word, old)


def redraw_code(old: str, rng: Random) -> str:
    """Put digits for digits and letters for letters; words with four and more letters in lower case stay."""

    def new_word(match: re.Match[str]) -> str:
        word = match.group()
        if word.isdigit():
            return redraw_digits(word, rng)
        if len(word) > 3 and not word.isupper():
            return word
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZ" if word.isupper() else "abcdefghijklmnopqrstuvwxyz"
        return "".join(rng.choice(letters) for _ in word)

    return WORD.sub(new_word, old)
