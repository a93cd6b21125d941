"""Ages: 58-year-old, 52F, 73 y/o, aged 58, Age: 73, DICOM 045Y, 7 months old; the number alone for years.

Not ages: gestational age, a time since ("3 years ago"), ages of a cohort or a guideline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clinx_hf.phi import Label, Span
from clinx_hf.text.rules.dates import MONTH, WEEKDAY
from clinx_hf.text.rules.rule import found

_FAMILY = "ages"
_N = r"(?P<n>(?:1[01]\d|\d{1,2}))"
_HEAD = r"(?<![\w.,/:\-+<>=$£])"
_RANGE_BEFORE = re.compile(
    r"(?:\d\s?(?:to|-|and)\s?|[<>=]\s?|\b(?:over|under|above|below|than|least|most|until|until\sage|"
    r"ages|aged|patients|women|"
    r"men|children|adults|persons|people|older|recommended|screening|x|for|every|past|last|next|"
    r"within)\s)$",
    re.IGNORECASE,
)
_YEAR_OLD = re.compile(
    _HEAD + _N + r"(?:\s?-?\s?(?:years?|yrs?|yr\.?|y\.?)\s?-?\s?(?:olds?|of\sage|o\b|\.?o\.?(?!\w))|"
    r"\s?y/?o(?!\w)|\s?y\.o\.|"
    r"\s?/\s?y/?o\b|\s?Y/?O\b|-?\s?YEARS?[\s\-]OLD|\s?YRS?\s?OLD|\s?jähr|\s?-year\s?old)",
)
_MONTH_OLD = re.compile(
    r"(?<![\w./:+\-])(?P<n>\d{1,2}(?:\s?1/2|½)?[\s\-]?(?:months?|mos?\.?|mths?|weeks?|wks?|wk|days?|"
    r"hours?|hrs?|MONTHS?|WEEKS?|DAYS?|m|w|d))"
    r"[\s\-](?:olds?|of\sage|OLD)\b"
)
# Infants: 6/12 old, aged 3/52, 2 mo M, 10 day old; n/12 are months, n/52 weeks, n/7 days.
_TWELFTHS = re.compile(
    r"(?<![\w./])(?:(?<=aged\s)|(?<=age\s)|(?<=Age:\s))?(?P<n>\d{1,2}/(?:12|52)|\d/7)(?=[ \-]?(?:old\b|of\sage\b|M\b|F\b|male\b|female\b|boy\b|girl\b|baby\b|infant\b))"
    r"|(?<![A-Za-z])(?:[Aa]ged?|AGED?)[:\s]{1,3}(?P<m>\d{1,2}/(?:12|52)|\d/7)(?![\w/])"
)
_UNIT_AND_SEX = re.compile(
    r"(?<![\w./:+\-])(?P<n>\d{1,2}(?:\.5)?[ \-]?(?:months?|mos?|mths?|m/o|weeks?|wks?|days?|MO|WK))[ ,/\-]{1,2}"
    r"(?=(?:M|F|[Mm]ale|[Ff]emale|[Bb]oy|[Gg]irl|infant|baby|neonate)(?![\w/'^.\-]))"
)
_SEX_AFTER = re.compile(
    _HEAD + _N + r"\s?(?:[-/,]\s?)?(?:y/?o?\s?(?![mf]\b)|(?:yo|y)(?=[mf]\b)|yo\s|yrs?\s|YO\s|Y\s|years?,?\s|"
    r"YRS?,?\s)?(?P<s>(?<![ ])[mf]|[MF]|male|female|woman|man|lady|girl|boy|"
    r"gentleman|MALE|FEMALE|Male|Female|WM|WF|BM|BF|HM|HF)(?![\w/'^.\-]|\s\d)"
)
_SEX_BEFORE = re.compile(
    r"(?<![\w\-])(?:[MF]|Male|Female|male|female|MALE|FEMALE)(?:\s?[/,]\s?|,?\s{1,3})"
    + _N
    + r"(?:\s?(?:y\b|yrs?\b|Y\b|YRS?\b|years\b))"
)
_SEX_SLASH = re.compile(r"(?<![\w/\-])[MF]\s?/\s?" + _N + r"(?!\w|[./]\d)")
_LABELLED = re.compile(
    r"(?<![A-Za-z])(?:Age|AGE|age|Âge|aged?|AGED|"
    r"Aged)(?:\s?/\s?[Ss]e?x)?[ \t]{0,3}(?:\(?(?:yrs?|years?|y)\)?)?"
    r"(?:\s?[:=|]{1,3}\s?|\.{2,}|\s+is|\s+of|\s+at)?[ \t]{0,12}(?:M\s?/\s?|F\s?/\s?|[MF]\s)?(?:de\s)?"
    + _N
    + r"(?![\w%]{0,1}\d|[./:\-]\d|%|\s?(?:-|to|and|or)\s?\d|\+|\s?(?:weeks|wks|months|days|wk)\b)"
)
_LABELLED_SMALL = re.compile(
    r"(?<![A-Za-z])(?:Age|AGE|age|aged)\s?[:=]?\s{0,8}(?P<n>\d{1,2}(?:\.\d)?\s?(?:months?|mos?|"
    r"mths?|weeks?|wks?|days?|hours?|meses|semanas|días|mo|m|d|w|M|D)\b)"
)
_YEARS_PLAIN = re.compile(
    r"(?:,|\(|\||;|\n|\t|\bis|\bwas|\bturned|\bturns|\s{2}|\)|\]|:)\s?~?"
    + _N
    + r"\s?(?:yrs?|years?|y|YRS?|Y)\b(?=\s?[,;.)|\n\t(]|\s{2}|\s?[MFmf]\b|$)"
)
_DICOM = re.compile(r"(?<![\w.])(?P<n>\d{3}[YMWD])(?!\w)")
_COMPACT = re.compile(r"(?<![\w./:\-])" + _N + r"(?=[Yy](?:[ /|\-]|[MF]\b|$))")
_AGED = re.compile(
    r"(?<![A-Za-z])(?:died|dying|passed(?:\saway)?|killed|drowned|deceased|diagnosed|dx|stroke|MI|"
    r"cancer|ca|cva|CVA|menarche|menopause|suicide|disease|CAD|"
    r"infarction|dementia|NPC|started|began|smoking|until|quit|married|since|arrived|came|onset|"
    r"leukemia|leukaemia|melanoma|SIDS|asthma|epilepsy|failure|"
    r"[Ss]he\swas|[Hh]e\swas|widowed|sleep|accident|crash|attack|aneurysm|diabetes|lymphoma|tumou?r|"
    r"disorder|removed|seizures?|"
    r"him|her|it|himself|herself)(?:\s(?:when|until)\s(?:s?he|they)\swas|\s(?:at|"
    r"until)(?:\s(?:the\s)?age(?:\sof)?)?|\s@)\s(?P<n>\d{1,2})"
    r"(?![\w%]|[./:\-]\d|/h|°|\s?(?:-|to|weeks?|wks?|months?|days?|min|visits?|mg|a\.?m|p\.?m|hours?|"
    r"degrees|mm|cm|kg|lb|%|am\b|pm\b|o'clock|ppd))"
)
_IS_AGE = re.compile(
    r"(?:\b(?:[Ss]he|[Hh]e|[Tt]hey|[Pp]atient|[Ww]ho)\s(?:is|was|turns|turned|will\sbe)|\bI\sam|\bI'm|"
    r"\b[Ss]he's|\b[Hh]e's|\blived\sto(?:\sbe)?|"
    r"\b[A-Z][a-z]+\s(?:turns|turned)|\b[Nn]ow(?=\s[2-9]\d))\s(?:now\s|only\s|just\s|a\s)?(?P<n>\d{1,3})"
    r"(?=[,.;)]|\sand\b|\syears|\son\b)(?![.,]\d)"
)
_KIN = (
    r"(?:[Ss]on|[Dd]aughter|[Bb]rother|[Ss]ister|[Mm]other|[Ff]ather|[Hh]usband|[Ww]ife|[Uu]ncle|"
    r"[Aa]unt|[Cc]ousin|[Nn]iece|[Nn]ephew|"
    r"[Gg]rand(?:son|daughter|mother|father|child)|[Ss]pouse|[Pp]artner|[Tt]win|[Ss]ibling|[Mm]um|"
    r"[Mm]om|[Dd]ad|[Bb]aby|hija|hijo|madre|padre|"
    r"hermana|hermano|esposa|esposo|marido|[Pp]atient|Pt)"
)
_NAME = r"[A-ZÀ-Þ][a-zà-ÿ'\-]{1,14}"
_NOT_AGE_AFTER = (
    r"(?!\s(?:and|to|or|mg|mcg|ml|units?|weeks?|wks?|days?|months?|mm|cm|kg|lb|tabs?|doses?|times|per|"
    r"of|hours?|min|percent|"
    r"beats|pm|am|sessions?|puffs?|fr|more|other|children|visits|miles|steps|nylon|passes)\b)"
)
_NAMED = re.compile(
    rf"(?<![A-Za-zÀ-ÿ])(?:{_NAME}|Mr\.?|Ms\.?|Mrs\.?)(?:\s(?:{_NAME}|"
    rf"[A-Z]\.?)){{1,3}}(?:\s\"{_NAME}\")?(?:,\s|\s\(|\s\|\s|\s/\s|/)(?P<n>\d{{1,3}})"
    r"(?=[,;)|/\n]|\s\||\s?[MF]\b|\.\s|\.?$)(?!/\d|,\d)" + _NOT_AGE_AFTER
)
_KIN_AGE = re.compile(
    rf"(?<![A-Za-z]){_KIN}(?:'s)?(?:,?\s{_NAME}){{0,3}}(?:,\s|\s\(|\s)(?:now\s|"
    rf"aged?\s)?(?P<n>\d{{1,2}})(?=[,;)]|\.\s|\.$|\n|\s[a-z]{{4,}}|$)(?!,\d)" + _NOT_AGE_AFTER
)
_NEXT_OF_KIN = re.compile(rf"(?:,|\sand|;)\s{_NAME}\s\((?P<n>\d{{1,2}})\)")
_AT_AGE = re.compile(
    r"[a-z)]\s(?:at|d\.|age)\s(?P<n>\d{1,2})(?=[.,;)]\D|[.,;)]?$|\s(?:with|from|of|"
    r"in\s(?:19|20)))"
)
_DECADE = re.compile(
    r"(?<![\w\-])(?:in\s)?(?:[Hh]is|[Hh]er|[Tt]heir|my|approx|about|early|mid|late)\s(?P<n>(?:early\s|"
    r"mid[\s\-]|late\s)?[2-9]0'?s)\b"
)
_SMALL = re.compile(
    rf"{_NAME}\"?(?:,\s|\s\()(?P<n>\d{{1,2}}(?:\s?½)?[\s\-](?:months?|mos?|mths?|weeks?|wks?|"
    rf"days?))(?=[,;)]|\s[A-Z]{{1,2}}|\.\s|$)(?!\s(?:ago|later|of|post|after|prior))"
)
_BESIDE_BIRTH = re.compile(
    r"(?:[/.\-]\d\d|(?<!\d)(?:19|20)\d\d)\s{0,3}\(\s?(?:age\s|aged\s)?(?P<n>\d{1,3})\s?(?:y|yrs?|"
    r"years?|yo)?\s?\)"
)
_YEARS_MONTHS = re.compile(
    r"(?<![\w.])(?P<n>\d{1,2}\s?(?:y|yrs?|years?|a)[\s,]?\s?\d{1,2}\s?(?:m|mo|mos|months?))(?!\w)"
)
_COLUMN = re.compile(
    rf"(?:^|\n)[^\n|]{{0,24}}?{_NAME},?(?:\s(?:{_NAME}|[A-Z]\.?|"
    rf"\"{_NAME}\")){{1,3}}\s{{2,12}}(?P<n>\d{{1,3}})(?=\s{{2,}}|\s?[MFV]\b|\n)"
)
_FAMILY_TERM = re.compile(
    _KIN.replace("|[Pp]atient|Pt)", ")") + r"|\bFH|FHx|FAMILY|[Ff]amily|[Bb]oys?\b|[Gg]irls?\b|[Cc]hild"
)


def _ages(pattern: re.Pattern[str], text: str, score: float) -> Iterator[Span]:
    for match in pattern.finditer(text):
        if not (match.group().startswith("3M") or _SINCE_BEFORE.search(text, max(0, match.start() - 5), match.start())):
            yield found(match, Label.AGE, score, _FAMILY, "n")


# A Spanish list of diseases gives each its years.
_SINCE_BEFORE = re.compile(r"(?:DM ?[12]?|HTA|hace) $")


def years_old(text: str) -> Iterator[Span]:
    """58-year-old, 73 y/o, 7 months old; not "over 65 years old"."""
    for match in _YEAR_OLD.finditer(text):
        if not _RANGE_BEFORE.search(text, max(0, match.start() - 14), match.start()):
            yield found(match, Label.AGE, 0.97, _FAMILY, "n")
    for match in _MONTH_OLD.finditer(text):
        if not _RANGE_BEFORE.search(text, max(0, match.start() - 14), match.start()):
            yield found(match, Label.AGE, 0.95, _FAMILY, "n")


def infant_ages(text: str) -> Iterator[Span]:
    """6/12 old, aged 3/52, 2 mo M, 6 wk F."""
    for match in _TWELFTHS.finditer(text):
        yield found(match, Label.AGE, 0.95, _FAMILY, match.lastgroup or 0)
    yield from _ages(_UNIT_AND_SEX, text, 0.95)


def ages_with_sex(text: str) -> Iterator[Span]:
    """52F, 58 M, 34-yr male, M/23."""
    yield from _ages(_SEX_AFTER, text, 0.95)
    yield from _ages(_SEX_BEFORE, text, 0.95)
    yield from _ages(_SEX_SLASH, text, 0.95)


def labelled_ages(text: str) -> Iterator[Span]:
    """Age: 73, aged 58, Edad: 62, Age 7 months."""
    for match in _LABELLED.finditer(text):
        if not _GESTATION.search(text, max(0, match.start() - 14), match.start()):
            yield found(match, Label.AGE, 0.95, _FAMILY, "n")
    yield from _ages(_LABELLED_SMALL, text, 0.95)


_GESTATION = re.compile(
    r"(?:gestational|Gestational|GESTATIONAL|bone|developmental|[Mm]ental|at\sleast|[Oo]ver|under)\s$"
)


def dicom_ages(text: str) -> Iterator[Span]:
    """045Y, 003M: DICOM AS; 34Y as scanners print it."""
    yield from _ages(_DICOM, text, 0.97)
    yield from _ages(_COMPACT, text, 0.95)


def ages_of_people(text: str) -> Iterator[Span]:
    """Her son Kuba (6), Poppy, 44, a clerk; died at 49; she is 52; 38 yrs."""
    for pattern in (
        _NAMED,
        _KIN_AGE,
        _AGED,
        _IS_AGE,
        _YEARS_PLAIN,
        _DECADE,
        _BESIDE_BIRTH,
        _YEARS_MONTHS,
        _COLUMN,
    ):
        for match in pattern.finditer(text):
            if _is_lifetime(match["n"]) and not _AMOUNT_BEFORE.search(
                text, max(0, match.start("n") - 16), match.start("n")
            ):
                yield found(match, Label.AGE, 0.95, _FAMILY, "n")
    for pattern in (_AT_AGE, _NEXT_OF_KIN, _SMALL):
        for match in pattern.finditer(text):
            if _FAMILY_TERM.search(text, max(0, match.start() - 90), match.start()):
                yield found(match, Label.AGE, 0.95, _FAMILY, "n")


_AMOUNT_BEFORE = re.compile(rf"(?:{WEEKDAY}|{MONTH}|[Mm]arried|[Pp]ulse|Using|Brain|Then|Gleason),?\s\(?$")


def _is_lifetime(text: str) -> bool:
    """Tell whether the number is one that a person's years can be (a number with a unit always is)."""
    return not text.isdigit() or 0 < int(text) <= 115
