"""Surrogates of dates: all dates of a patient move by one secret number of days, each in the form it was written in.

With a key the offset is an HMAC of the patient: 184 to 319 days, back or ahead, and no whole number of weeks unless
weekdays are kept. So it is never zero, and a month, season, weekday or year alone never stays what it was. Days between
two full dates stay as they were. What a date does not tell is not told after it, either: "March 2020" gets no day, "3/4" no
year. Without a key the offset cannot be secret, so that it is chosen to let the first date fall on a day that depends on the
text around only: nobody can reckon back.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from clinx_hf.phi import Label, Policy, Span
from clinx_hf.text.styles import calendar
from clinx_hf.text.styles.date_parts import DatePart, Day, Exactness, Reading, date_parts
from clinx_hf.text.styles.drawing import Drawing
from clinx_hf.text.styles.forms import copy_case
from clinx_hf.text.styles.replacing import Document

SHORTEST, LONGEST = 184, 319  # days
_LONGEST_DATE = 120  # characters; what is longer is no one date
_NUDGES = (*range(40), SHORTEST, 366)
_YEARS = (1995, 2020)  # where dates fall without a key, if the policy does not let years stay
_TIME = re.compile(
    r"(?i)(?<!\d)\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?(?:\s?[ap]\.?\s?m\b\.?)?|(?<![\d/.-])\d{1,2}(?:\.\d\d)?\s?(?:[ap]\.?\s?m\b\.?|h\b|hrs?\b|hours?\b)"
    r"|(?<!\d)\d{3,4}\s?(?:h|hrs?|hours?|z)\b|(?:\bat\b|@)\s?\d{3,4}(?!\d)|(?<=[\d\s])[+-]\d{2}:?\d{2}$"
)
_BARE_TIME = re.compile(r"(?<!\d)(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?(?!\d)")
_CONNECTING = frozenset(
    "a about afternoon al an and approx around at by circa de del día dia day days early el en est end evening ending fin "
    "finales from gmt h hasta hours hr hrs in la las late later los mañana mediados mid middle midnight month morning last "
    "next night noon of on or past principios start beginning since t tarde noche that the this to until through utc week "
    "weekend y year years z este esta pasado próximo proximo año mes unk un ukn xx x eve am pm local time both hora hs ca c wk w inst eastern pt pst est cst mst bst uhr le "
    "second third fourth fifth first lunchtime o'clock between".split()
)
_WEEKDAY = re.compile(
    r"(?i)(?<![^\W\d_])("
    + "|".join(sorted(map(re.escape, calendar.words_of("weekday") - calendar.words_of("month")), key=len)[::-1])
    + r")(?![^\W\d_])"
)
_HOLIDAY = re.compile(
    r"(?i)(?<!\w)("
    + "|".join(sorted(map(re.escape, calendar.holiday_words()), key=len)[::-1])
    + r")(?!\w)(?:,?\s+(?:of\s+|de\s+|del\s+)?((?:19|20)\d\d)(?!\d))?"
)
_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@dataclass(frozen=True)
class _Date:
    """A date of a document, taken apart; `understood` is false if something in it could not be placed."""

    text: str
    parts: tuple[DatePart, ...]
    weekdays: tuple[re.Match[str], ...]
    holidays: tuple[re.Match[str], ...]
    understood: bool


class Dates:
    """The dates of one document and their shift."""

    def __init__(self, document: Document, drawing: Drawing) -> None:
        self._document, self._drawing = document, drawing
        spans = [span for span in document.spans if span.label == Label.DATE]
        values = [_with_digits(document.value(span)) for span in spans]
        reading = Reading(_day_first(values))
        read = [_take_apart(value, reading) for value in values]
        self._dates: dict[Span, tuple[_Date, Reading]] = {}
        reference = next((p.day for d in read for p in d.parts if p.exactness is Exactness.FULL), reading.reference)
        for span, value in zip(spans, values, strict=True):
            own = replace(reading, reference=reference)
            date = _take_apart(value, own)
            self._dates[span] = (date, own)
            reference = next((p.day for p in date.parts if p.exactness >= Exactness.MONTH_DAY), reference)
        self._offset = self._find_offset([part for date, _ in self._dates.values() for part in date.parts])

    def replacement(self, span: Span) -> str:
        """Return the shifted date in its own form; the label in brackets for one that cannot be shifted."""
        date, reading = self._dates[span]
        if not (
            date.understood
            or date.parts
            or date.weekdays
            or re.search(r"\d", date.text)
            or len(date.text) > _LONGEST_DATE
        ):
            return self._any_holiday(date.text)  # "EDSA Day"
        revealing = self._document.revealing_years
        if not date.understood or any(str(p.day.year) in revealing and "y" in _told(p) for p in date.parts):
            return f"[{span.label}]"
        kept_weekday = "weekday" in self._document.keep and not date.parts and not date.holidays
        for nudge in _NUDGES:  # "the 14th" may be a 14th again: then the next day
            new = self._shifted(date, reading, self._offset + nudge)
            if new.casefold() != date.text.casefold() or kept_weekday:
                return new
        return f"[{span.label}]"

    def _shifted(self, date: _Date, reading: Reading, offset: int) -> str:
        days = datetime.timedelta(offset)
        pieces: list[tuple[int, int, str]] = []
        pieces += [(p.start, p.end, p.written(p.day + days, offset)) for p in date.parts]
        for match in date.weekdays:
            place = calendar.place_of("weekday", match.group()) + (self._offset if date.parts else offset)
            pieces.append((match.start(), match.end(), calendar.word_like("weekday", match.group(), place)))
        for match in date.holidays:
            pieces.append((match.start(), match.end(), self._holiday(match, reading, offset)))
        new, last = [], 0
        for start, end, piece in sorted(pieces):
            new += [date.text[last:start], piece]
            last = end
        return "".join([*new, date.text[last:]])

    def _holiday(self, match: re.Match[str], reading: Reading, offset: int) -> str:
        """The holiday next to the shifted one; by chance for one whose day is not known."""
        name = match.group(1)
        year = int(match.group(2) or reading.reference.year)
        own = calendar.day_of_holiday(name, year)
        offered = calendar.holidays_like(name)
        if own is None:
            new, new_year = self._any_holiday(name), year + (1 if offset > 0 else -1)
        else:
            goal = own + datetime.timedelta(offset)
            days = [(calendar.day_of_holiday(n, y), n) for n in offered for y in range(goal.year - 1, goal.year + 2)]
            day, new = min((abs(day - goal), day, n) for day, n in days if day is not None)[1:]
            new_year = day.year
        written = copy_case(new, name)
        return written if match.group(2) is None else written + match.group()[len(name) : -4] + f"{new_year:04}"

    def _any_holiday(self, name: str) -> str:
        offered = calendar.holidays_like(name)
        new = self._drawing.draw("holiday", name.casefold(), lambda rng: rng.choice(offered), lambda _: True)
        return copy_case(new or offered[0], name)

    def _find_offset(self, parts: Sequence[DatePart]) -> int:
        rng = self._drawing.offset_rng()
        weekday = "weekday" in self._document.keep
        allowed = [days for days in range(SHORTEST, LONGEST + 1) if (days % 7 == 0) == weekday]
        if self._drawing.secret is not None or not parts:
            return rng.choice((-1, 1)) * rng.choice(allowed)
        first = max(parts, key=lambda part: part.exactness).day
        for _ in range(1000):
            year = first.year if self._document.policy == Policy.SAFE_HARBOR else rng.randint(*_YEARS)
            offset = (Day(year, 1, 1) + datetime.timedelta(rng.randrange(365)) - first).days
            if offset and (not weekday or offset % 7 == 0):
                return offset
        return allowed[0]


def _told(part: DatePart) -> set[str]:
    return {"y"} if part.match.groupdict().get("y") or part.match.groupdict().get("yy") else set()


def _with_digits(text: str) -> str:
    """Read O, o, l and I beside digits as digits, as a scanner may have written them."""
    number = re.compile(r"(?<![^\W\d_])(?=[\dOolI]*\d)[\dOolI]+(?![^\W\d_])|(?<=\d[/.-])[Ol](?![^\W_])")
    return number.sub(lambda match: match.group().translate(str.maketrans("OolI", "0011")), text)


def _take_apart(text: str, reading: Reading) -> _Date:
    if len(text) > _LONGEST_DATE:
        return _Date(text, (), (), (), False)
    holidays = tuple(_HOLIDAY.finditer(text))
    weekdays = tuple(m for m in _WEEKDAY.finditer(text) if not any(h.start() <= m.start() < h.end() for h in holidays))
    taken = [m.span() for m in (*holidays, *weekdays, *_TIME.finditer(text))]
    free = _free(len(text), taken)
    parts = tuple(date_parts(_only(text, free), free, reading))
    rest = "".join(text[start:end] + "\n" for start, end in free)
    if any(part.exactness >= Exactness.MONTH_DAY for part in parts):
        rest = _BARE_TIME.sub(" ", rest)
    words = {word.casefold() for word in _WORDS.findall(rest)}
    understood = not re.search(r"\d", rest) and words <= _CONNECTING and bool(parts or weekdays or holidays)
    return _Date(text, parts, weekdays, holidays, understood)


def _free(length: int, taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    free, last = [], 0
    for start, end in sorted(taken):
        if start > last:
            free.append((last, start))
        last = max(last, end)
    return [*free, (last, length)] if last < length else free


def _only(text: str, free: list[tuple[int, int]]) -> str:
    """The text with everything else blanked, so that no form reaches over a time or weekday."""
    kept = [" "] * len(text)
    for start, end in free:
        kept[start:end] = text[start:end]
    return "".join(kept)


def _day_first(values: Sequence[str]) -> bool:
    """Decide once for a document whether 3/4 is the third of April: by the dates that tell, else by those in words."""
    votes = 0.0
    for value in values:
        if len(value) > _LONGEST_DATE:
            continue
        for part in date_parts(value, [(0, len(value))], Reading(day_first=True)):
            groups = part.match.groupdict()
            if part.day_first is not None:
                votes += 10 if part.day_first else -10
            elif groups.get("mw") and groups.get("d"):
                votes += 1 if part.match.start("d") < part.match.start("mw") else -1
                votes += 2 if calendar.is_spanish("month", groups["mw"]) else 0
            elif groups.get("mn") and groups.get("d") and groups.get("sep") == "." and not groups["d"].startswith("19"):
                votes += 0.5
    return votes > 0
