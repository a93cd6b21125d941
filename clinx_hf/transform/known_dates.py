"""Looking for a known day (a birth date of a row) in every form in which a text may write it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clinx_hf.text.lists import alternation

Day = tuple[int, int, int]  # year, month, day

_MONTH = alternation("months", "months_es", "months_other")
_SIGN = r"[ ]?[/.\-_, ][ ]?"
_NUMERIC = re.compile(rf"(?<!\d)(\d{{1,4}}){_SIGN}(\d{{1,2}}){_SIGN}(\d{{1,4}})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(\d{8}|\d{6})(?!\d)")
_DAY_FIRST = re.compile(
    rf"(?<!\w)(?P<d>\d{{1,2}})(?:st|nd|rd|th|º|er|\.)?(?:[ \-./]{{0,2}}|[ ](?:de|of)[ ])(?P<m>{_MONTH})\.?(?:[ ,\-./']{{0,3}}|[ ](?:de|del|of)[ ])(?P<y>\d{{4}}|\d{{2}})(?!\d)"
)
_MONTH_FIRST = re.compile(
    rf"(?<![^\W\d_])(?P<m>{_MONTH})\.?[ \-]{{0,2}}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[ ,\-']{{1,3}}(?P<y>\d{{4}}|\d{{2}})(?!\d)"
)
_YEAR_FIRST = re.compile(rf"(?<!\d)(?P<y>\d{{4}})[ \-/]?(?P<m>{_MONTH})\.?[ \-/]?(?P<d>\d{{1,2}})(?!\d)")
_CENTURIES = (1900, 2000)
# Months by their first letters, in the languages of the lists.
_NUMBERS = {
    form: number
    for number, forms in enumerate(
        (
            "jan ene gen jän janv",
            "feb fév fev",
            "mar mär mrt",
            "apr abr avr",
            "may mai mag mei",
            "jun giu juin",
            "jul lug juil",
            "aug ago aoû aou",
            "sep set",
            "oct okt ott out",
            "nov",
            "dec dic dez déc",
        ),
        start=1,
    )
    for form in forms.split()
}


def days_in(text: str) -> Iterator[tuple[int, int, frozenset[Day]]]:
    """Yield each full date of a text as (start, end, the days that it may mean)."""
    for match in _NUMERIC.finditer(text):
        yield (*match.span(), frozenset(_readings(*match.groups())))
    for match in _COMPACT.finditer(text):
        digits = match.group()
        wide = ((digits[:4], digits[4:6], digits[6:]), (digits[:2], digits[2:4], digits[4:]))
        yield (
            *match.span(),
            frozenset(day for parts in (wide if len(digits) == 8 else wide[1:]) for day in _readings(*parts)),
        )
    for pattern in (_DAY_FIRST, _MONTH_FIRST, _YEAR_FIRST):
        for match in pattern.finditer(text):
            name = match["m"].casefold()
            month = _NUMBERS.get(name[:4]) or _NUMBERS.get(name[:3])
            if month:
                yield (
                    *match.span(),
                    frozenset(_valid(year, month, int(match["d"])) for year in _years(match["y"])) - {None},
                )  # type: ignore[misc]


def _years(written: str) -> tuple[int, ...]:
    return (int(written),) if len(written) == 4 else tuple(century + int(written) for century in _CENTURIES)


def _valid(year: int, month: int, day: int) -> Day | None:
    return (year, month, day) if 1850 < year < 2100 and 1 <= month <= 12 and 1 <= day <= 31 else None


def _readings(a: str, b: str, c: str) -> Iterator[Day]:
    """The days that three numbers may mean: year first, or last with day and month in any order."""
    if len(a) == 4 or (len(a) == 2 and len(c) == 2):
        orders = [(year, int(b), int(c)) for year in _years(a)] if len(c) <= 2 else []
    else:
        orders = []
    if len(c) in (2, 4) and len(a) <= 2:
        orders += [(year, m, d) for year in _years(c) for m, d in ((int(a), int(b)), (int(b), int(a)))]
    for year, month, day in orders:
        valid = _valid(year, month, day)
        if valid:
            yield valid


def find_day(text: str, value: str) -> Iterator[tuple[int, int]]:
    """Yield where the day that `value` means stands in a text, in any form; nothing if `value` is no full date."""
    known = {day for start, end, days in days_in(value) if end - start >= len(value.strip()) - 9 for day in days}
    if known and re.search(r"(?:18|19|20)\d\d", value):
        for start, end, days in days_in(text):
            if days & known:
                yield start, end
