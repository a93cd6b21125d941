"""Values that stand alone, as a whole text or as a cell of a row, where nothing but their form can tell what they are.

Names are told by the list of names; a clinical word is never taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clinx_hf.phi import Label, Span
from clinx_hf.text.lists import words
from clinx_hf.text.people import known_name_words

_SOURCE = "rule:lone"
_LONGEST = 70
_CELL = re.compile(r"(?:(?<=[|\t\n])|^)[ ]{0,20}(?P<v>[^|\t\n]{2,70}?)[ .:]{0,20}(?=[|\t\n]|$)")
_INITIAL = r"[^\W\d_a-zß-ÿ]\."
_WORD = r"[^\W\d_a-zß-ÿ][^\W\d_]*(?:['’\-][^\W\d_]+){0,2}"
_PARTICLES = r"(?:(?:de|del|da|dos|van|von|der|den|bin|binti|al|el|la|le|du|di|of)[ ])"
_NAME = re.compile(
    rf"(?P<last>{_WORD}(?:[ ]{_WORD})?)(?:,[ ]?|\^)(?P<first>{_WORD}(?:[ ](?:{_WORD}|{_INITIAL}?))?)|"
    rf"(?P<a>{_WORD})(?P<m>(?:[ ](?:{_INITIAL}|[A-Z](?=[ ])))+)?[ ]{_PARTICLES}{{0,2}}(?P<b>{_WORD}(?:[ ]{_WORD})?)|"
    rf"(?P<i>{_INITIAL}(?:[ ]?{_INITIAL})?)[ ]?{_PARTICLES}{{0,2}}(?P<c>{_WORD})|(?P<one>{_WORD})"
)
_SPLIT = re.compile(r"[\s,^.'’\-]+")
_AGE = re.compile(r"(?P<n>\d{1,2}[ \-](?:months?|weeks?|days?))[ \-]old")
_CODE = re.compile(
    r"(?=\D{0,6}\d)(?:[A-Z]{1,5}[ \-]?)?\d{6,14}|[A-Z]{1,4}-?\d{1,3}[\-: ][A-Z]{0,3}\d{4,8}|[A-Z]{1,2}\d{4}[ ]\d{5}|\d{1,3}-\d{2}-\d{2}"
)
_ROUND = re.compile(r"\d*000|(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d(?:\d{4}|\d{6})?")  # an amount, a time
_SEGMENT = re.compile(r"[ \t]*[A-Z][A-Z\d]{2}\|")


def lone_values(text: str) -> Iterator[Span]:
    """A name, a code or an age as the whole text or as a cell: "Okafor, Ngozi", "XJH904417732", 4.1 | Suresh | neg."""
    whole = text.strip()
    if len(whole) <= _LONGEST and not any(sign in whole for sign in "\n|\t"):
        start = text.find(whole) if whole else 0
        yield from _classified(text, start, start + len(whole.rstrip(".:")))
        return
    for line_start, line_end in _rows(text):
        if _SEGMENT.match(text, line_start):
            continue  # HL7 has a rule of its own
        for cell in _CELL.finditer(text, line_start, line_end):
            yield from _classified(text, *cell.span("v"))


def _rows(text: str) -> Iterator[tuple[int, int]]:
    """The lines that have a pipe or a tab."""
    at = 0
    while True:
        marks = [i for i in (text.find("|", at), text.find("\t", at)) if i >= 0]
        if not marks:
            return
        start = text.rfind("\n", 0, min(marks)) + 1
        end = text.find("\n", min(marks))
        end = len(text) if end < 0 else end
        yield start, end
        at = end


def _classified(text: str, start: int, end: int) -> Iterator[Span]:
    value = text[start:end]
    if not value:
        return
    name = _NAME.fullmatch(value)
    if name is not None:
        if _is_name(name):
            yield Span(start, end, Label.PATIENT, 0.9, _SOURCE)
    elif _CODE.fullmatch(value) and not _ROUND.fullmatch(value):
        yield Span(start, end, Label.ID, 0.9, _SOURCE)


def _is_name(match: re.Match[str]) -> bool:
    given, family = known_name_words()
    parts = [part.casefold() for part in _SPLIT.split(match.group()) if len(part) > 1]
    if not parts or any(is_clinical(part) for part in parts):
        return False
    loud = [part.isupper() for part in _SPLIT.split(match.group()) if len(part) > 1]
    if any(loud) and ((not all(loud) and not match["last"]) or max(map(len, parts)) < 4):
        return False  # "RN Tess", "ASA II"
    if match["one"]:
        return len(parts[0]) > 2 and parts[0] in given and not match.group().isupper()
    listed = [part in given or part in family for part in parts]
    if match["m"] or match["i"]:
        return any(listed) or bool(match["m"])
    return any(listed)


def is_clinical(word: str) -> bool:
    """Tell whether a lower-case word is clinical English, an everyday word of notes or a common word."""
    return word in words("clinical_words") or word in words("not_names") or word in words("common_words")
