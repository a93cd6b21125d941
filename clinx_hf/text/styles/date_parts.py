"""Reading a written date: which day it names, how exactly, and how another day is written in the same form."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from clinx_hf.text.styles import calendar
from clinx_hf.text.styles.forms import copy_case

Day = datetime.date
_NEWEST_SHORT_YEAR = 39  # "39" is 2039, "40" is 1940
_LEAP_YEAR = 2000
_NO_DAY = Day(2001, 1, 15)  # stands for the day of a document that tells none


class Exactness(IntEnum):
    """What a written date tells."""

    DAY = 0
    YEAR = 1
    SEASON = 2
    MONTH = 3
    MONTH_YEAR = 4
    MONTH_DAY = 5
    FULL = 6


@dataclass(frozen=True)
class DatePart:
    """A piece of a written date. `day` is the day it names, or the middle of the month, season or year."""

    start: int
    end: int
    match: re.Match[str]
    exactness: Exactness
    day: Day
    day_first: bool | None = None  # of a date all in numbers; None if it does not tell

    def written(self, day: Day, shift: int) -> str:
        """Write another day in this form; `shift` is how far the calendar moved, for the end of a range."""
        return _rewritten(self, day, shift)


@dataclass(frozen=True)
class Reading:
    """How dates of a document are read: is the day first in numbers, and what stands in for what is not told."""

    day_first: bool
    reference: Day = _NO_DAY


_Y4, _YEAR = r"(?P<y>(?:19|20)\d\d)", r"(?<!\d)(?:(?P<y>(?:19|20)\d\d)|'?(?P<yy>\d\d))(?!\d)"
_D = r"(?P<d>\d{1,2})(?P<suf>st|nd|rd|th|[º°ª]|er)?"
_COMPACT_MONTH, _COMPACT_DAY = r"(?P<mn>0[1-9]|1[0-2])", r"(?P<d>0[1-9]|[12]\d|3[01])"
_GAP = r"(?:[\s,.\-/_]*(?:\b(?:day\s+)?(?:of|de|del|d')(?=[\s\u00a0]))?[\s,.\-/_]*)"
_DASH = r"\s*(?:-|–|—|/|\bto\b|\band\b|&|\by\b|\bal?\b)\s*"


@cache
def _patterns(day_first: bool) -> tuple[re.Pattern[str], ...]:
    """All forms, the most telling first; those of numbers in the order of the document, then in the other."""
    month = "(?<![^\\W\\d_])(?P<mw>" + _any(calendar.words_of("month")) + r")(?![^\W\d_])\.?"
    words = "(?P<dw>" + _any(calendar.words_of("day")) + r")(?!\w)"
    roman = r"(?P<mr>[IVX]{1,4}|[ivx]{1,4})(?!\w)"
    day = f"(?:(?<!\\d){_D}|(?<!\\w){words})"
    numbers = [
        form
        for first, second in ((r"(?P<d>\d{1,2})", r"(?P<mn>\d{1,2})"), (r"(?P<mn>\d{1,2})", r"(?P<d>\d{1,2})"))
        for form in (rf"(?<!\d){first}\s?(?P<sep>[-/.\s])\s?{second}\s?(?P=sep)\s?{_YEAR}",)
    ]
    pairs = [
        rf"(?<![\d.]){first}\s?[-/.]\s?{second}(?!\d)"
        for first, second in ((r"(?P<d>\d{1,2})", r"(?P<mn>\d{1,2})"), (r"(?P<mn>\d{1,2})", r"(?P<d>\d{1,2})"))
    ]
    compact = [rf"(?<!\d){_COMPACT_DAY}{_COMPACT_MONTH}", rf"(?<!\d){_COMPACT_MONTH}{_COMPACT_DAY}"]
    if not day_first:
        numbers, pairs, compact = numbers[::-1], pairs[::-1], compact[::-1]
    season = "(?<!\\w)(?P<season>" + _any(calendar.words_of("season")) + r")(?!\w)"
    forms = [
        rf"(?<!\d){_Y4}{_COMPACT_MONTH}{_COMPACT_DAY}(?=\d{{6}}(?!\d)|\d{{4}}(?!\d)|(?!\d))",
        *(form + _Y4 + r"(?!\d)" for form in compact),
        rf"(?<!\d){_Y4}\s?(?P<sep>[-/.])\s?(?P<mn>\d{{1,2}})\s?(?P=sep)\s?(?P<d>\d{{1,2}})(?!\d)",
        rf"(?<!\d){_Y4}[-/. ]{month}[-/. ](?P<d>\d{{1,2}})(?!\d)",
        *(rf"(?<!\d){_D}{_DASH}(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?{_GAP}{month}{tail}" for tail in (_GAP + _YEAR, "")),
        *(
            rf"{month}{_GAP}{_D}{_DASH}(?P<d2>\d{{1,2}})(?!\d|[:/])(?:st|nd|rd|th)?{tail}"
            for tail in (_GAP + _YEAR, "")
        ),
        rf"{day}{_GAP}{month}(?:{_GAP}{_YEAR})(?!:)",
        rf"(?<!\d){_D}\s?[-/.\s]\s?{roman}(?:\s?[-/.\s]\s?{_YEAR})?",
        rf"{month}{_GAP}(?:the\s+)?{day}{_GAP}{_YEAR}(?!:)",
        *numbers,
        rf"{month}{_GAP}{_Y4}(?!\d)",
        rf"{month}\s?'(?P<yy>\d\d)(?!\d)",
        rf"{day}{_GAP}{month}",
        rf"{month}{_GAP}(?:the\s+)?{day}(?![\d:])",
        rf"{season}(?:\s+(?:of\s+|de\s+)?{_Y4})?",
        rf"(?<!\d)(?P<mn>\d{{1,2}})\s?[-/.]\s?{_Y4}(?!\d)",
        rf"(?<!\d){_Y4}\s?[-/.]\s?(?P<mn>\d{{1,2}})(?!\d)",
        *pairs,
        r"(?<!\d)(?P<mn>\d{1,2})[-/](?P<yy>\d\d)(?!\d)",
        *(form + r"(?P<yy>\d\d)(?!\d)" for form in compact),
        rf"(?<!\d)(?P<yy>\d\d){_COMPACT_MONTH}{_COMPACT_DAY}(?!\d)",
        month,
        rf"(?<!\d){_Y4}(?!\d)",
        r"'(?P<yy>\d\d)(?!\d)",
        rf"(?<![\d:]){_D}(?![\d:])",
        rf"(?<!\w){words}",
    ]
    return tuple(re.compile(form, re.I) for form in forms)


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


def date_parts(text: str, free: list[tuple[int, int]], reading: Reading) -> Iterator[DatePart]:
    """Find the dates in the free stretches of a text, the most telling form first; what is found is no longer free."""
    for pattern in _patterns(reading.day_first):
        at = 0
        while match := pattern.search(text, at):
            at = match.end() if match.end() > match.start() else match.end() + 1
            place = next((f for f in free if f[0] <= match.start() and match.end() <= f[1]), None)
            part = _part(match, reading) if place else None
            if place and part:
                free.remove(place)
                free += [s for s in ((place[0], match.start()), (match.end(), place[1])) if s[0] < s[1]]
                yield part


def _part(match: re.Match[str], reading: Reading) -> DatePart | None:
    groups = {name: value for name, value in match.groupdict().items() if value is not None}
    month = _month(groups)
    day = int(groups["d"]) if "d" in groups else calendar.place_of("day", groups["dw"]) + 1 if "dw" in groups else None
    year = int(groups["y"]) if "y" in groups else _long_year(groups["yy"]) if "yy" in groups else None
    if month == 0 or (day is not None and not 1 <= day <= 31) or not 1 <= int(groups.get("d2", "1")) <= 31:
        return None
    exactness = _exactness(day, month, year, "season" in groups)
    if "season" in groups:
        month = 3 * calendar.place_of("season", groups["season"]) + 1
    named = _day(
        year or _year_for(month, day, reading),
        month or (reading.reference.month if day else 7),
        day or (15 if month else 2),
    )
    numeric = "mn" in groups and "d" in groups and len(groups["d"]) <= 2 and "y" not in match.group()[:1]
    day_first = match.start("d") < match.start("mn") if numeric and _tells_order(groups) else None
    return DatePart(match.start(), match.end(), match, exactness, named, day_first)


def _tells_order(groups: dict[str, str]) -> bool:
    return (int(groups["d"]) > 12) != (int(groups["mn"]) > 12)


def _month(groups: dict[str, str]) -> int | None:
    """Return 1..12, None where no month is told, 0 for a number that is none."""
    if "mw" in groups:
        return calendar.place_of("month", groups["mw"]) + 1
    if "mr" in groups:
        roman = groups["mr"].upper()
        return calendar.ROMAN.index(roman) + 1 if roman in calendar.ROMAN else 0
    return None if "mn" not in groups else int(groups["mn"]) if 1 <= int(groups["mn"]) <= 12 else 0


def _exactness(day: int | None, month: int | None, year: int | None, season: bool) -> Exactness:
    if season:
        return Exactness.SEASON
    if month is None:
        return Exactness.DAY if day is not None else Exactness.YEAR
    if day is None:
        return Exactness.MONTH if year is None else Exactness.MONTH_YEAR
    return Exactness.MONTH_DAY if year is None else Exactness.FULL


def _long_year(short: str) -> int:
    return int(short) + (2000 if int(short) <= _NEWEST_SHORT_YEAR else 1900)


def _year_for(month: int | None, day: int | None, reading: Reading) -> int:
    leap_day = (month, day) == (2, 29)
    return _LEAP_YEAR if leap_day else reading.reference.year


def _day(year: int, month: int, day: int) -> Day:
    """Return a day; one that a month does not have is its last."""
    following = Day(year + month // 12, month % 12 + 1, 1)
    return Day(year, month, min(day, (following - datetime.timedelta(1)).day))


def _rewritten(part: DatePart, day: Day, shift: int) -> str:
    match = part.match
    groups = {name: value for name, value in match.groupdict().items() if value is not None and name != "sep"}
    end = day
    if "d2" in groups:
        end = part.day.replace(day=1) + datetime.timedelta(int(groups["d2"]) - 1 + shift)
    # A range's month and year are those of its end ("27-30 Aug"), or of its start where they stand before it.
    named = end if "d2" in groups and match.start("mw") > match.start("d2") else day
    joined = re.search(r"\d[-/]?[^\W\d_]|[^\W\d_][-/]?\d", match.group()) is not None
    padded = _is_padded(groups, joined)
    pieces, last, text = [], match.start(), match.string
    for name in sorted(groups, key=match.start):
        old = groups[name]
        pieces += [text[last : match.start(name)], _field(name, old, day, end, named, padded, joined)]
        last = match.end(name)
    return "".join([*pieces, text[last : match.end()]])


def _is_padded(groups: dict[str, str], joined: bool) -> bool:
    """Tell whether days and months below ten are written with a zero."""
    numbers = [groups[name] for name in ("d", "mn") if name in groups]
    if any(number[0] == "0" for number in numbers):
        return True
    return ("mn" in groups or joined) and "suf" not in groups and all(len(number) == 2 for number in numbers)


def _field(name: str, old: str, day: Day, end: Day, named: Day, padded: bool, joined: bool) -> str:
    if name == "y":
        return f"{named.year:04}"
    if name == "yy":
        return f"{named.year % 100:02}"
    if name in ("d", "d2"):
        number = day.day if name == "d" else end.day
        return f"{number:02}" if padded else str(number)
    if name == "mn":
        return f"{named.month:02}" if padded else str(named.month)
    if name == "mw" and old.lower() == "may" and joined:
        return copy_case(calendar.MONTHS[1][named.month - 1], old)  # the short May: "09MAY2021", "9-May-21"
    if name == "mw":
        return calendar.word_like("month", old, named.month - 1)
    if name == "dw":
        return calendar.word_like("day", old, day.day - 1)
    if name == "season":
        return calendar.word_like("season", old, (named.month % 12) // 3)
    if name == "mr":
        return copy_case(calendar.ROMAN[named.month - 1], old) if old.islower() else calendar.ROMAN[named.month - 1]
    return _suffix(day.day, old)


def _suffix(day: int, old: str) -> str:
    if old.lower() not in ("st", "nd", "rd", "th"):
        return old
    new = "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return new.upper() if old.isupper() else new
