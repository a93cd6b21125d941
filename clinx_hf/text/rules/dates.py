"""Dates that name at least a day and a month in full: numbers, ISO, HL7 and DICOM forms, and words with a day or year.

The time belongs to a date when it is written as one expression with it; so does a weekday before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clinx_hf.phi import Label, Span
from clinx_hf.text.lists import alternation
from clinx_hf.text.rules.rule import found

WEEKDAY = alternation("weekdays")
MONTH = alternation("months")
DAY_FIRST_MONTH = alternation("months", "months_es")
ANY_MONTH = alternation("months", "months_es", "months_other")
_UNIT = (
    r"(?!\s?(?:%|mg|mcg|ug|µg|g\b|kg|ml|mL|cc|units?|IU|U\b|mm|cm|kcal|tab|caps?\b|bpm|mEq|mmol|L\b|"
    r"cells|hours|min\b))"
)
# A time that follows a date: 14:02[:05], 3.45 pm, 17h35, 9am, or four digits of a ward clock, with zone or "h".
TIME = (
    r"(?:(?:[01]?\d|2[0-4])[:.hH][0-5]\d(?![\d])(?::[0-5]\d(?:[.,]\d{1,6})?)?(?:\s?[aApP]\.?\s?[mM]\b\.?)?"
    r"|(?:0?[1-9]|1[0-2])\s?[aApP]\.?[mM]\b\.?|[AP]M\b"
    r"|(?:[01]\d|2[0-3])[0-5]\d(?![\d/\-]|[.:]\d)" + _UNIT + r")"
    r"(?:\s?(?:Z\b|UTC\b|GMT\b|[+\-]\d\d:?\d\d\b|(?:hrs?|hs?|H|HRS)\b(?!\.\s[A-Z]))){0,2}"
)
WITH_TIME = rf"(?:(?:,?[ \t]{{0,3}}(?:at\s|@\s?|a\slas\s|-\s|T:?\s?|hora\s)?|\s?[,@]\s?){TIME})?"
BEFORE = rf"(?:(?<![A-Za-z]){WEEKDAY}[.,]{{0,2}}[ \t]{{1,2}}(?:the\s|el\s)?|(?<![\w/.#\-])(?<!\d:))"
_END = r"(?![A-Za-z_](?<!T)|\d|[/.\-]\d|T(?!\d))"
_YEAR = r"(?:1[89]|20)\d\d"
_SHORT_YEAR = r"\d\d"
_FAMILY = "dates"

_NUMERIC = re.compile(
    rf"{BEFORE}(?P<a>\d{{1,2}})(?P<s>[/.\-]|\s?-\s?|\s/\s)(?P<b>\d{{1,2}})(?P=s)(?P<c>{_YEAR}|"
    rf"{_SHORT_YEAR}){_END}{WITH_TIME}"
)
_YEAR_FIRST = re.compile(
    rf"{BEFORE}(?P<c>{_YEAR})(?P<s>[/.\-])(?P<b>\d{{1,2}})(?P=s)(?P<a>\d{{1,2}})(?![A-SU-Za-z_]|\d|"
    rf"[/.\-]\d){WITH_TIME}"
)
_COMPACT = re.compile(
    r"(?<![\w./\-])((?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))"
    r"(T?(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d(?:\.\d{1,6})?)?(?:[+\-]\d{4}|Z)?)?(?![\w/\-]|\.\d)"
)
_DAY = r"(?:[0-3]?\d|UNK?|XX)(?:st|nd|rd|th|ST|ND|RD|TH|º|°|er)?"
_DAY_RANGE = r"(?:\d{1,2}(?:st|nd|rd|th)?\s?(?:-|to|and|&|y|al?)\s?)?"
_OF = r"(?:[ ]?\n?[\-/_]?[ ]{0,2}|\s(?:de|of|day\sof)\s)"
_WORD_YEAR = (
    rf"(?:\s{{0,2}}[\-/.,_]?\s{{0,2}}(?:(?:de|del|of)\s)?{_YEAR}(?![\d])"
    rf"|[\-/.'](?:\d\d)(?!\w|[:.]\d)|\s?'\d\d\b|,?\s{{1,2}}\d\d(?=\s{{0,3}}(?:$|[\n,;|)\]])))"
)
_DAY_MONTH_YEAR = re.compile(
    rf"{BEFORE}(?:the\s)?{_DAY_RANGE}{_DAY}{_OF}{ANY_MONTH}\.?(?![A-Za-zÀ-ÿ]){_WORD_YEAR}{WITH_TIME}"
)
_DAY_MONTH = re.compile(
    rf"{BEFORE}(?:the\s)?{_DAY_RANGE}{_DAY}{_OF}(?P<m>{DAY_FIRST_MONTH})(?![A-Za-zÀ-ÿ'_])\.?{WITH_TIME}"
)
_MONTH_DAY = re.compile(
    rf"(?:(?<![A-Za-z]){WEEKDAY}[.,]{{0,2}}\s{{1,2}}(?:the\s)?|"
    rf"(?<![A-Za-zÀ-ÿ\d]))(?P<m>{MONTH})(?P<dot>\.?)[\s\-]{{1,2}}(?:the\s)?"
    rf"(?P<d>[0-3]?\d)(?:st|nd|rd|th|ST|ND|RD|TH)?(?![\w%]|[/.:\-]\d){_UNIT}"
    rf"(?:,?[\s\-]{{1,2}}{_YEAR}(?!\d)|,?\s?'\d\d\b|,\s\d\d(?=\s{{0,3}}(?:$|[\n,;|)\]])))?{WITH_TIME}"
)
_MONTH_YEAR = re.compile(
    rf"(?<![A-Za-zÀ-ÿ\d])(?:(?:early|mid|late|EARLY|MID|"
    rf"LATE)[\s\-])?{DAY_FIRST_MONTH}\.?(?:,?[\s\-/]{{0,2}}|\s(?:of|de|del)\s)"
    rf"(?:{_YEAR}(?![\d])|'\d\d\b)"
)
_MONTH_SLASH_YEAR = re.compile(
    rf"(?<![\w/.\-])(?:(?:0?[1-9]|1[0-2])[/.\-]{_YEAR}|(?:19|20)\d\d-(?:0[1-9]|1[0-2]))(?![\w/\-]|\.\d)"
)
_YEAR_MONTH_DAY = re.compile(rf"(?<![\w]){_YEAR}[\s\-/]{MONTH}[\s\-/]\d{{1,2}}(?!\d){WITH_TIME}")


def _is_day_and_month(a: str, b: str) -> bool:
    one, two = int(a), int(b)
    return (1 <= one <= 31 and 1 <= two <= 12) or (1 <= one <= 12 and 1 <= two <= 31)


def numeric_dates(text: str) -> Iterator[Span]:
    """3/4/2021, 03-04-21, 29.11.2023 and, year first, 2021-03-04T10:20, 2021.03.04, 31/12/05 of any order."""
    for match in _NUMERIC.finditer(text):
        a, b, c = match.group("a", "b", "c")
        if not (_is_day_and_month(a, b) or (len(c) == 2 and len(a) == 2 and _is_day_and_month(b, c))):
            continue
        yield found(match, Label.DATE, 0.97 if len(c) == 4 or match["s"] == "/" else 0.9, _FAMILY)
    for match in _YEAR_FIRST.finditer(text):
        if _is_day_and_month(match["a"], match["b"]):
            yield found(match, Label.DATE, 0.98, _FAMILY)


def compact_dates(text: str) -> Iterator[Span]:
    """20210304 and 20210304140200: HL7 TS, DICOM DA and DT."""
    for match in _COMPACT.finditer(text):
        yield found(match, Label.DATE, 0.9, _FAMILY)


def worded_dates(text: str) -> Iterator[Span]:
    """4 March 2021, 4-Mar-21, the 3rd day of May 2024, 1 de marzo de 1959, March 4th, 4 March, 2016 Jun 03."""
    for match in _DAY_MONTH_YEAR.finditer(text):
        yield found(match, Label.DATE, 0.98, _FAMILY)
    for match in _YEAR_MONTH_DAY.finditer(text):
        yield found(match, Label.DATE, 0.98, _FAMILY)
    for match in _DAY_MONTH.finditer(text):
        if match["m"] not in ("may", "set", "sep", "sol", "mar"):
            yield found(match, Label.DATE, 0.96, _FAMILY)
    for match in _MONTH_DAY.finditer(text):
        ends_sentence = match["dot"] and len(match["m"]) > 4
        if match["m"] not in ("may", "mar") and 1 <= int(match["d"]) <= 31 and not ends_sentence:
            yield found(match, Label.DATE, 0.96, _FAMILY)


def months_with_year(text: str) -> Iterator[Span]:
    """March 2021, Sept '22, OCT-2018, marzo de 2020, 03/2021."""
    for pattern in (_MONTH_YEAR, _MONTH_SLASH_YEAR):
        for match in pattern.finditer(text):
            yield found(match, Label.DATE, 0.97, _FAMILY)
