"""Values whose kind a column heading, a JSON key or an XML element tells (list `columns`), and what such a value must look like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from clinx_hf.phi import PERSON_LABELS, Label, Span
from clinx_hf.text.lists import rows, words
from clinx_hf.text.rules.addresses import address_parts
from clinx_hf.text.rules.fields import plain

_WORDY = frozenset(
    {*PERSON_LABELS, Label.HOSPITAL, Label.ORGANIZATION, Label.CITY, Label.STATE, Label.COUNTRY, Label.LOCATION}
)
_NOTHING = re.compile(
    r"(?i)[\W_]*(?:none|null|nil|n/?a|unknown|unk|not known|pending|yes|no|true|false|other|self|same|tbc|tbd|nan|[\W_]*)[\W_]*$"
)
_AGE = re.compile(r"\d{1,3}(?:\.\d)?(?:\s?(?:y|yr|yrs|years|m|mo|months|w|wk|weeks|d|days|Y|M|W|D|años))?$")
_TITLE = re.compile(r"(?:(?:Baby of|Baby|Dr|Mr|Mrs|Ms|Miss|Prof|Dra|Sr|Sra|Nurse|Sister|RN|DR|MR|MRS|MS)\.?\s+)+")
_DEGREE = re.compile(r",?\s+(?:MD|M\.D\.|DO|RN|NP|PA-C|PhD|MBBS|FRCR|RT|LVN|LPN|PharmD|DDS|BSN)\.?$")
_CLOCK = re.compile(r"(?!19|20[0-4])[0-2]\d:?[0-5]\d")
_NO_JOB = frozenset("unemployed retired disabled child infant student none housewife homemaker".split())
_CAPITAL = re.compile(r"[^\W\d_a-zß-ÿ]")


@cache
def columns() -> dict[str, tuple[Label, bool]]:
    """Each name (plain, without blanks) with its label and whether it is weak."""
    table: dict[str, tuple[Label, bool]] = {}
    for label, names in rows("columns"):
        for name in names.split(","):
            table.setdefault(plain(name).replace(" ", ""), (Label(label.lstrip("~")), label.startswith("~")))
    return table


def column_named(heading: str) -> tuple[Label, bool] | None:
    """Return the label of a heading and whether it is weak; None for a column that identifies nobody.

    >>> column_named("Patient Name"), column_named("WBC")
    ((<Label.PATIENT: 'PATIENT'>, False), None)
    """
    return columns().get(plain(heading).replace(" ", "")) if len(heading) <= 32 else None


def value_span(text: str, start: int, end: int, label: Label, source: str) -> Iterator[Span]:
    """Yield the identifiers of one cell `text[start:end]` that its heading gives a label, if it can hold one."""
    while start < end and (text[start].isspace() or text[start] in "\"'"):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in "\"',;."):
        end -= 1
    value = text[start:end]
    if not value or len(value) > 90 or _NOTHING.match(value):
        return
    if label in PERSON_LABELS:
        title, degree = _TITLE.match(text, start, end), _DEGREE.search(text, start, end)
        start, end = title.end() if title else start, degree.start() if degree else end
        value = text[start:end]
        if value.casefold() in words("not_names") or any(c.isdigit() for c in value) or len(value.split()) > 6:
            return
    if label == Label.STREET:
        if any(char.isdigit() for char in value) or len(value.split()) > 1:
            yield from address_parts(text, start, end, source)
    elif _fits(value, label) and start < end:
        yield Span(start, end, label, 0.97, source)


def _fits(value: str, label: Label) -> bool:
    digits = sum(char.isdigit() for char in value)
    if label == Label.AGE:
        return _AGE.match(value) is not None
    if label == Label.PROFESSION:
        return value[0].isalpha() and digits == 0 and len(value) > 2 and value.casefold() not in _NO_JOB
    if label in _WORDY:
        return bool(_CAPITAL.match(value) or value[:1] == "'") or not value.isascii()
    if label in (Label.USERNAME, Label.EMAIL, Label.URL):
        return len(value) > 2 and " " not in value
    if label == Label.DATE:
        return digits >= 2 and _CLOCK.fullmatch(value) is None and (len(value) >= 4 or "/" in value)
    return digits >= 2 and len(value) >= 3
