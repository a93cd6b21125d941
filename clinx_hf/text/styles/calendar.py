"""Words of dates: months, weekdays, seasons, holidays and numbers, each in the form in which it was written."""

from __future__ import annotations

import datetime
from functools import cache

from clinx_hf.text import lists
from clinx_hf.text.people import plain
from clinx_hf.text.styles.forms import copy_case

MONTHS = tuple(
    cycle.split()
    for cycle in (
        "January February March April May June July August September October November December",
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
        "Jan Feb Mar Apr May June July Aug Sept Oct Nov Dec",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "enero febrero marzo abril mayo junio julio agosto setiembre octubre noviembre diciembre",
        "ene feb mar abr may jun jul ago sep oct nov dic",
        "ene feb mar abr may jun jul ago sept oct nov dic",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "janv févr mars avr mai juin juil août sept oct nov déc",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        "jan fev mar abr mai jun jul ago set out nov dez",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        "gen feb mar apr mag giu lug ago set ott nov dic",
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez",
    )
)
ROMAN = "I II III IV V VI VII VIII IX X XI XII".split()
WEEKDAYS = tuple(
    cycle.split()
    for cycle in (
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        "Mon Tue Wed Thu Fri Sat Sun",
        "Mon Tues Weds Thurs Fri Sat Sun",
        "Mon Tue Wed Thur Fri Sat Sun",
        "lunes martes miércoles jueves viernes sábado domingo",
        "lun mar mié jue vie sáb dom",
    )
)
SEASONS = (
    "winter spring summer autumn".split(),
    "winter spring summer fall".split(),
    "invierno primavera verano otoño".split(),
)
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth "
    "twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
).split()
_SPANISH = (
    (
        "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho "
        "diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve "
        "treinta treinta_y_uno"
    )
    .replace("_", "\u00a0")
    .split(" ")
)
DAYS = (_ORDINALS, [word.replace("-", " ") for word in _ORDINALS], [word.replace("\u00a0", " ") for word in _SPANISH])

Cycles = tuple[list[str], ...]


@cache
def _index(kind: str) -> dict[str, tuple[int, int]]:
    cycles: Cycles = {"month": MONTHS, "weekday": WEEKDAYS, "season": SEASONS, "day": DAYS}[kind]
    found: dict[str, tuple[int, int]] = {}
    for number, cycle in enumerate(cycles):
        for place, word in enumerate(cycle):
            for form in (word.casefold(), plain(word)):
                found.setdefault(form, (number, place))
    return found


def words_of(kind: str) -> frozenset[str]:
    """Return all words of a kind ("month", "weekday", "season", "day"), case folded, with and without accents."""
    return frozenset(_index(kind))


def place_of(kind: str, word: str) -> int:
    """Return where in its cycle a word stands, from 0."""
    return _index(kind)[word.casefold()][1]


def is_spanish(kind: str, word: str) -> bool:
    """Tell whether a word is only found in a Spanish cycle."""
    number = _index(kind)[word.casefold()][0]
    return number in {"month": (3, 4, 5, 6), "weekday": (4, 5), "season": (2,), "day": (2,)}[kind]


def word_like(kind: str, old: str, place: int) -> str:
    """Return the word at `place` of the cycle that `old` is of, in the case and with the accents of `old`."""
    cycles: Cycles = {"month": MONTHS, "weekday": WEEKDAYS, "season": SEASONS, "day": DAYS}[kind]
    number, was = _index(kind)[old.casefold()]
    new = cycles[number][place % len(cycles[number])]
    if cycles[number][was].casefold() != old.casefold():  # written without its accent
        new = plain(new) if new.islower() else plain(new).capitalize()
    return copy_case(new.lower() if old.islower() else new, old)


@cache
def _holidays() -> dict[str, tuple[str, str, str | None]]:
    """Day, language, and how a surrogate writes the name (None: it does not), by name."""
    rows = lists.rows("holiday_dates")
    return {name.casefold(): (day, tongue, name if may == "yes" else None) for name, day, tongue, may in rows}


def holiday_words() -> frozenset[str]:
    """Return the names of holidays, case folded."""
    return frozenset(_holidays()) | lists.words("holidays")


def day_of_holiday(name: str, year: int) -> datetime.date | None:
    """Return the day of a holiday (about, where it moves by the moon); None when that is not known."""
    listed = _holidays().get(name.casefold())
    return None if listed is None else _day(listed[0], year)


def _day(rule: str, year: int) -> datetime.date:
    if rule.startswith("easter"):
        return _easter(year) + datetime.timedelta(int(rule[6:] or 0))
    month, day = map(int, rule.split("-"))
    return datetime.date(year, month, day)


def _easter(year: int) -> datetime.date:
    """Easter Sunday (the anonymous Gregorian algorithm)."""
    century, rest = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = moon + week - 7 * ((year % 19 + 11 * moon + 22 * week) // 451) + 114
    return datetime.date(year, shift // 31, shift % 31 + 1)


def holidays_like(old: str) -> tuple[str, ...]:
    """Return the holidays of the same tongue that may stand in the place of `old`, without it and its other names."""
    rule, tongue, _ = _holidays().get(old.casefold(), ("", "es" if not old.isascii() else "en", None))
    return tuple(name for day, t, name in _holidays().values() if name and t == tongue and day != rule)
