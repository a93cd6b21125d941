"""Dates that leave something out: 3/4, the 14th, March, Tuesday, Christmas, 2019.

Each such form also has a clinical meaning (a score, a murmur grade, a duration, a time, a verb), so each asks for a
sign of a date beside it: a word before it that dates have, or a denominator that no score has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clinx_hf.phi import Label, Span
from clinx_hf.text.lists import alternation, words
from clinx_hf.text.rules.dates import DAY_FIRST_MONTH, WEEKDAY, WITH_TIME
from clinx_hf.text.rules.rule import found

_FAMILY = "dates"
_HOLIDAY = alternation("holidays")

_DAY_SLASH = re.compile(
    rf"(?:(?<![A-Za-z])(?P<w>{WEEKDAY})[.,]{{0,2}}[ \t]{{1,2}}|"
    rf"(?<![\w/.,+~\-<>=:]))(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})"
    rf"(?![\w/%+]|[.,:\-]\d|-/|\s?(?:mg|mcg|ml|mL|mm|cm|tab|ppd|%|mmHg)\b){WITH_TIME}"
)
_WORD_BEFORE = re.compile(r"([A-Za-zÀ-ÿ/&']+)[.]?[\s(:~]{0,4}$")
_CHAIN = re.compile(r"(?:,\s?(?:and\s|&\s)?|\s?(?:-|to|and|&|y|al?|\+|;)\s?|/)$")
_CAPITAL_AFTER = re.compile(r"[ \t]{1,3}[A-Z][A-Za-z/]+")
_RANGE_AFTER = re.compile(r"\s?(?:-|through|thru|to)\s?\d{1,2}/\d{1,2}(?!\d)")
_SCORE_AFTER = re.compile(
    r"\s?(?:(?:flow|holosystolic|vibratory|soft|systolic|innocent|short)\s|rule\b|NS\b|diarrhoea|"
    r"days?\b|in\.|"
    r"murmur|SEM|ESM|click|systolic|TR\b|MR\b|OD\b|OS\b|OU\b|R\b|L\b|strength|throughout|bilat|bottles|"
    r"cores|lines|nodes|pain|tabs?\b|tablet|of\s|power|all\s|in\s(?:all|both|the|left|right|R|L)\b|"
    r"doses|met\b|positive|"
    r"standing|sitting|prox|elsewhere|right|left|pulses|wks?\b|weeks)"
)
# Denominators of everyday scores, ratios and pressures: with these a date needs a word before it that dates have.
_SCORE_DENOMINATORS = frozenset({5, 6, 10, 30})
_ORDINAL = re.compile(
    rf"(?:(?<![A-Za-z]){WEEKDAY}[.,]{{0,2}}\s(?:the\s)?|(?<![A-Za-z])the\s|(?<=\bon\s)|(?<=\bby\s))"
    r"(?P<d>[1-9]|[12]\d|3[01])(?:st|nd|rd|th)(?![\w\-])"
    r"(?!\s(?:posterior|anterior|lateral|medial|left|right|vertebra|thoracic|cervical|lumbar|and|"
    r"costal|floor|finger|toe|digit|rib|metat|metac|intercostal|percentile|centile|grade|time|week|"
    r"month|day\b|year|"
    r"ventricle|nerve|cranial|degree|dose|cycle|attempt|visit|trimester|edition|line|st\b|ave|and\s\d|"
    r"of\s(?:three|four)|"
    r"floor|stage|session|child|pregnancy|MCP|MTP|MT\b|MC\b|ICS|Street|Avenue|Ave|St\b|Rd|Road|"
    r"Infantry|Battalion|Bn|"
    r"Cavalry|Division|ward|level|century|birthday|generation|space|ray|fl\b|hour|night))"
)
_WEEKDAY_ORDINAL = re.compile(
    rf"(?:(?<![A-Za-z]){WEEKDAY}[.,]{{0,2}}\s(?:the\s|el\s)?(?:[1-9]|[12]\d|3[01])(?:st|nd|rd|th)"
    r"|(?<![A-Za-z])(?:lunes|martes|miércoles|jueves|viernes|sábado|domingo|el\sdía)\s(?:[1-9]|[12]\d|"
    r"3[01]))"
    rf"(?![\w:/%]|[.\-]\d|\sde\s){WITH_TIME}"
)
_EARLY = r"(?:(?:early|mid|late|end\sof|beginning\sof|start\sof|about|around)[\s\-])?"
_MONTH_CUES = (
    r"(?:in|since|by|until|till|from|last|this|next|mid|early|late|during|before|after|through|to|of|"
    r"for|between|and|"
    r"due|around|about|en|desde|hasta|hacia|finales\sde|principios\sde|mediados\sde|Since|In|By|Until|"
    r"From|Last|Desde|En|"
    r"IN|SINCE|LAST|back\sin|til|expires?|exp|FUR|late|again)"
)
_LONE_MONTH = re.compile(
    rf"(?<![A-Za-z]){_MONTH_CUES}\s(?P<d>{_EARLY}(?P<m>{DAY_FIRST_MONTH}))(?![A-Za-zÀ-ÿ'\-]|\s?\d|\.?\s\d)"
)
_BARE_MONTH = re.compile(
    r"(?<![A-Za-z\-])(?P<d>(?:January|February|September|October|November|December|July|enero|febrero|"
    r"septiembre|octubre|"
    r"noviembre|diciembre))(?![A-Za-zÀ-ÿ'\-]|\s\d)"
)
_LONE_WEEKDAY = re.compile(
    r"(?<![A-Za-z])(?:on|since|until|till|by|last|from|this|before|after|next|On|Last|el|del|for|"
    r"until|til)\s(?:the\s)?(?P<d>"
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)|lunes|martes|"
    r"miércoles|jueves|viernes|sábado|"
    rf"domingo))(?![A-Za-z'\-]|\s?[\-&]|\s(?:to|through|and|mornings?|closed)\b|/){WITH_TIME}"
)
_HOLIDAYS = re.compile(
    rf"(?<![A-Za-zÀ-ÿ])(?<!Merry\s)(?<!Happy\s)(?:{_HOLIDAY})(?:\s(?:weekend|week|Weekend|Eve|morning|"
    rf"night|Monday))?(?![A-Za-zÀ-ÿ]|\s(?:disease|cards?|tree|factor)\b)(?:,?\s(?:of\s|de\s)?(?:19|"
    rf"20)\d\d(?!\d))?"
)
_SEASON = re.compile(
    r"(?<![A-Za-zÀ-ÿ])(?:(?:early|late|mid|in|last|this|the|of|since)[\s\-](?:the\s)?)?"
    r"(?P<d>(?:[Ss]pring|[Ss]ummer|[Aa]utumn|[Ff]all|[Ww]inter|verano|invierno|otoño|"
    r"primavera)\s(?:of\s|de\s|del\s)?(?:19|20)\d\d)(?!\d)"
)
_YEAR = re.compile(
    r"(?<![\w/.,:+#$€£\-])(?P<y>(?:19|20)\d\d)(?![\w/%:]|[.,\-]\d|\s?(?:mg|mL|ml|mcg|units?|IU|kcal|"
    r"cc|g|hrs?|hours|h|bolus|"
    r"steps|calories|THEN|cells|then|Report|Received|by\snight|-\s)\b)"
)
_YEAR_CUE = re.compile(
    r"(?:\b(?:in|since|from|until|till|of|by|circa|around|about|en|desde|hasta|del?|dx|early|late|"
    r"year|before|after|to|and|year|"
    r"born|b\.|class|spring|summer|DOB|dob|ca|c\.|para|año|during|through|x\d)\s|[(,;]\s?|(?:19|"
    r"20)\d\d\s?[\-,/&]\s?)$",
    re.IGNORECASE,
)


_YEAR_AFTER_WORD = re.compile(r"([A-Za-zÀ-ÿ/&\-]{2,})[,:)]?\s\(?$")
_SECOND_YEAR = re.compile(r"(?<![\w/.\-])(?:19|20)\d\d(?:-|/)(?P<y>\d\d)(?![\w/.\-])")


_ACUITY = re.compile(r"\b(?:VA|[Aa]cuity|[Vv]ision|[Ss]nellen|PH|UCVA|BCVA)\b")


def slashed_days(text: str) -> Iterator[Span]:
    """3/4 and 14/5 0830, told from scores by the word before, what follows and the denominator."""
    last_end = -1
    for match in _DAY_SLASH.finditer(text):
        a, b = int(match["a"]), int(match["b"])
        if not (1 <= a <= 31 and 1 <= b <= 31 and (a <= 12 or b <= 12)):
            continue
        chained = last_end >= 0 and match.start() - last_end < 8 and _CHAIN.match(text, last_end, match.start())
        if match["w"] or chained or _is_day(text, match, b):
            last_end = match.end()
            yield found(match, Label.DATE, 0.95, _FAMILY)


def _is_day(text: str, match: re.Match[str], b: int) -> bool:
    if _SCORE_AFTER.match(text, match.end()):
        return False
    line_start = match.start() == 0 or text[match.start() - 1] == "\n"
    if (line_start and _CAPITAL_AFTER.match(text, match.end())) or _RANGE_AFTER.match(text, match.end()):
        return True
    before = _WORD_BEFORE.search(text, max(0, match.start() - 24), match.start())
    word = before.group(1).casefold() if before else ""
    if word in words("score_cues"):
        return False
    if word in words("date_cues"):
        return True
    timed = match.end() > match.end("b")
    if match["a"] == "6" and _ACUITY.search(text, max(0, match.start() - 40), match.start()):
        return False
    days_of_a_week = b == 7 and int(match["a"]) <= 7
    return timed or not (b in _SCORE_DENOMINATORS or days_of_a_week or match.group() in ("24/7", "1/2", "2/2"))


def ordinal_days(text: str) -> Iterator[Span]:
    """The 14th, Tuesday the 5th, Thurs 14th, jueves 2."""
    for pattern in (_ORDINAL, _WEEKDAY_ORDINAL):
        for match in pattern.finditer(text):
            yield found(match, Label.DATE, 0.95, _FAMILY)


def lone_months(text: str) -> Iterator[Span]:
    """In March, since mid-June; months that are no other word also without a word before them."""
    for match in _LONE_MONTH.finditer(text):
        if match["m"] not in ("may", "sep", "set", "dec", "sol"):
            yield found(match, Label.DATE, 0.95, _FAMILY, "d")
    for match in _BARE_MONTH.finditer(text):
        yield found(match, Label.DATE, 0.95, _FAMILY, "d")


def lone_weekdays(text: str) -> Iterator[Span]:
    """On Wednesday, last Friday; not on Wednesdays, Monday to Friday."""
    for match in _LONE_WEEKDAY.finditer(text):
        yield found(match, Label.DATE, 0.9, _FAMILY, "d")


def holidays(text: str) -> Iterator[Span]:
    """Christmas 2019, Labor Day weekend, summer of 2020."""
    for match in _HOLIDAYS.finditer(text):
        if match.end() - match.start() < 5 and match.group().isupper():
            continue  # EID, TET: abbreviations
        yield found(match, Label.DATE, 0.93, _FAMILY)
    for match in _SEASON.finditer(text):
        yield found(match, Label.DATE, 0.95, _FAMILY, "d")


def bare_years(text: str) -> Iterator[Span]:
    """In 2019, (2014), CABG 2011, 1970-71; not a time on a ward clock, a dose or the edition of a guideline."""
    for match in _YEAR.finditer(text):
        if _YEAR_CUE.search(text, max(0, match.start() - 12), match.start()) or _names_year(text, match):
            yield found(match, Label.DATE, 0.95, _FAMILY, "y")
    for match in _SECOND_YEAR.finditer(text):
        yield found(match, Label.DATE, 0.9, _FAMILY, "y")


def _names_year(text: str, match: re.Match[str]) -> bool:
    before = _YEAR_AFTER_WORD.search(text, max(0, match.start() - 24), match.start())
    return before is not None and before.group(1).casefold() not in words("no_year_cues")
