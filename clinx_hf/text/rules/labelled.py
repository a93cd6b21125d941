"""Numbers that a word beside them names: MRN: 00482716, Acct # 77-20, accession no. S24-90112, lots A1 and B2.

The rule finds anything that can be such a number and then reads the words before it, which is faster than looking for
hundreds of cue words and lets one list (`id_cues`) decide the label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from clinx_hf.phi import Label, Span
from clinx_hf.text.lists import rows, words

_FAMILY = "numbers"

# A token with a digit, after up to five capitals and a blank, then further short groups each after one blank.
_TOKEN = r"(?=[A-Za-z/:.\-*]{0,12}[\d*])[A-Za-z0-9*](?:[A-Za-z0-9*]|[\-/.:_&](?=[A-Za-z0-9*])|\([0-9A]\))*"
_VALUE = re.compile(
    rf"(?<![\w*])(?<!\d[.,/\-])(?:(?P<head>[A-Z]{{1,6}})[ \-])?(?P<first>{_TOKEN}#?)"
    r"(?P<more>(?:[ ](?:\d{1,7}(?:-\d{1,4})?|[A-Z]{1,2}\d[A-Z0-9]{0,6}|[A-Z]{1,2}(?=[\s,.;)|\n]|"
    r"$))(?![\w:/%.,]\w|\w)){0,7})"
)
_BEFORE = re.compile(
    r"((?:[\w'&/°ºª+#\-]+[.]{0,1}[ ]{1,2}){0,3}[\w'&/°ºª+#\-]+)(?:[.:=#|\[(\"'>\-]|"
    r"\s){0,24}$"
)
_FILLERS = frozenset(
    [
        "no",
        "nº",
        "n°",
        "n",
        "number",
        "num",
        "nr",
        "#",
        "is",
        "was",
        "of",
        "to",
        "ends",
        "ending",
        "in",
        "s",
        "numero",
        "número",
        "id's",
        "nos",
        "given",
        "as",
    ]
)
_TIME_OR_AMOUNT = re.compile(
    r"(?:\d{1,2}/\d{1,2}|\d{1,2}:\d\d(?::\d\d)?(?:[AaPp][Mm])?|\d{2,3}/\d{2,3}|"
    r"\d{1,2}-[A-Za-z]{3}-\d{2,4}|\d{1,2}[A-Za-z]{3}\d{2,4}|"
    r"\d{1,3}\.\d{1,2}|1:\d{2,6}|\d{1,4}(?:\.\d{1,2})?(?:cm|mm|mg|ml|mL|kg|gauge|G|Fr|F|M|p)|(?:19|"
    r"20)\d\d|\d{1,4}-(?:calorie|blade|French|gauge|lead|gene|degree)|\d-\d|\d{1,3}-(?:[Yy]ear|YEAR|"
    r"yr|month|week|day|hour|mm|cm|mg)[\w-]*)(?![\w/.:]\w|\w)"
)
_DATE = re.compile(r"(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4})(?![\w/\-])")
_UNIT = re.compile(
    r"\s?(?:mg|mcg|ml|mL|mm|cm|kg|g/|%|years?|yrs?|yo\b|weeks?|wks?|days?|months?|hours?|hrs?|min\b|"
    r"cc\b|units?\b|IU|bpm|French|Fr\b|ppd|pts?\b|x\d|lb|"
    r"[xX]\s\d|times|doses|of\s\d|and\s\d|kV|mA|Hz|ms\b|°)"
)
_PUBLIC_CODE = re.compile(
    r"(?:CPT|ICD|HCPCS|LOINC|SNOMED|NDC|DRG|procedure|dental|diagnosis|billing|[Cc]olor)\S{0,4}\s[Cc]od?e?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"[0-2]\d[0-5]\d")
_RESOURCE = re.compile(
    r"(?:Patient|Practitioner|Encounter|Observation|Device|Person|Location|"
    r"Organization)/"
)
_JOIN = re.compile(
    r"(?:\s?,\s?(?:and\s|y\s)?|\s(?:and|&|y|or|e|to)\s|\s?/\s?|;\s?|\s?\+\s?|\)?,?\s(?:R|L|right|left|"
    r"RA|RV)\s)$"
)


@cache
def _cues() -> dict[str, tuple[Label, bool]]:
    """Each cue with its label and whether it is strong."""
    table: dict[str, tuple[Label, bool]] = {}
    for label, cues in rows("id_cues"):
        for cue in cues.split(","):
            table.setdefault(cue.strip(" #"), (Label(label.lstrip("~")), not label.startswith("~")))
    return table


def labelled_numbers(text: str) -> Iterator[Span]:
    """The number after a cue word, and those joined to it by a comma or "and"."""
    last: Span | None = None
    for match in _VALUE.finditer(text):
        start, end = _bounds(match)
        if start == end:
            continue
        named = _name_of(text, start, end)
        if named is None and last is not None and start - last.end <= 8 and _JOIN.match(text, last.end, start):
            named = last.label if _same_shape(text[last.start : last.end], text[start:end]) else None
        if named is not None:
            last = Span(start, end, named, 0.96, f"rule:{_FAMILY}")
            yield last


def _bounds(match: re.Match[str]) -> tuple[int, int]:
    """Where the value starts and ends; the two are one when it is a date, a time or an amount."""
    text, start, end, first = match.string, match.start(), match.end(), match["first"]
    if _TIME_OR_AMOUNT.match(first) or _is_date(first) or _UNIT.match(text, match.end("first")):
        return start, start
    head = (match["head"] or "").casefold()
    if head in _cues() or head in _FILLERS or head in words("score_cues") or head in words("not_code_heads"):
        start = match.start("first")
    resource = _RESOURCE.match(first)
    if resource:
        start = match.start("first") + resource.end()
    if len(first) > 9 and not first.isdigit():
        end = match.end("first")  # long enough alone: what follows is another field
    return start, end


def _is_date(token: str) -> bool:
    match = _DATE.match(token)
    if match is None:
        return False
    a, b, c = (int(part) for part in match.groups())
    lengths = [len(part) for part in match.groups()]
    if lengths[0] == 4:
        return 1850 < a < 2100 and 1 <= b <= 12 and 1 <= c <= 31
    if lengths[0] > 2 or lengths[2] not in (2, 4):
        return False
    return (lengths[2] == 2 or 1850 < c < 2100) and 1 <= min(a, b) <= 12 and 1 <= max(a, b) <= 31


def _name_of(text: str, start: int, end: int) -> Label | None:
    """The label that the words before the value give it."""
    before = _BEFORE.search(text, max(0, start - 48), start)
    if before is None:
        return None
    terms = [word.strip(".").casefold() for word in before.group(1).split()]
    gap = text[before.end(1) : start]
    if "\n" in gap and not ("\n" in gap and gap.lstrip(".")[:1] in (":", "=", "#")):
        return None
    numbered = "#" in gap
    while len(terms) > 1 and terms[-1] in _FILLERS and (terms[-1] == "#" or " ".join(terms[-2:]) not in _cues()):
        numbered = numbered or terms[-1] in ("no", "nº", "n°", "number", "#", "nos", "num")
        terms.pop()
    value = text[start:end]
    for size in (4, 3, 2, 1):
        cue = " ".join(terms[-size:]).strip("# ")
        if size <= len(terms) and cue and cue in _cues():
            label, strong = _cues()[cue]
            if cue == "code" and _PUBLIC_CODE.search(before.group(1)):
                return None
            if (cue == "code" and '"' in gap) or (cue == "ref" and before.group(1).endswith("REF") and ":" not in gap):
                return None  # a code of a public system, a catalogue number
            clock = not strong and _CLOCK.fullmatch(value) and not numbered and ":" not in gap
            return label if _fits(value, strong or numbered) and not clock else None
    return None


def _fits(value: str, strong: bool) -> bool:
    digits = sum(char.isdigit() for char in value)
    if "*" in value or "xx" in value.casefold():
        return True
    return digits >= 2 and len(value) >= 3 if strong else digits >= 3 and len(value) >= 4


def _same_shape(one: str, two: str) -> bool:
    """Tell whether two values look alike: both with letters or both without, and of nearly one length."""
    return (
        any(c.isalpha() for c in one) == any(c.isalpha() for c in two)
        and abs(len(one) - len(two)) <= 3
        and sum(c.isdigit() for c in two) > 2
        and len(two) > 3
    )
