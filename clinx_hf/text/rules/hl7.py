"""HL7 v2 messages: what a segment's field holds is told by its place (list `hl7_fields`).

Kinds: code (first component of each repetition), time, name (family^given^middle), person (id^family^given^middle),
address (street^other^city^state^zip^country), phone (first component).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from clinx_hf.phi import Label, Span
from clinx_hf.text.lists import rows

_FAMILY = "hl7"
_SEGMENT = re.compile(
    r"(?:(?<=[\n\r\x0b])|^|(?<=\\r)|(?<=\\n))[ \t]{0,8}(?P<name>[A-Z][A-Z0-9]{2})\|(?P<fields>[^\n\r]*)"
)
_ADDRESS = (Label.STREET, Label.STREET, Label.CITY, Label.STATE, Label.ZIP, Label.COUNTRY)
_NPI = 10  # digits
_TIME = re.compile(r"(?:19|20)\d{2}(?:\d{2}(?:\d{2}(?:\d{2,6}(?:\.\d{1,4})?)?)?)?(?:[+\-]\d{4})?")
_NOT_A_NAME = re.compile(r"(?i)unknown|none|baby|test|n/?a|(?:self|sel|spo)\b|\W*$")
# Placeholders and programs that stand where a facility is named.
_PROGRAM = re.compile(
    r"(?i)(?:fac|facility|send|recv|his|ris|lis|emr|ehr|pacs|lab|epic|cerner|app|adt|default|hosp|hospital|main|prod|test|unknown)\d?$"
)
_DISEASE = re.compile(r"[A-TV-Z]\d\d(?:\.\w{1,4})?$")
Piece = tuple[int, int]


@cache
def _fields() -> dict[str, dict[int, tuple[str, Label]]]:
    table: dict[str, dict[int, tuple[str, Label]]] = {}
    for segment, numbers, kind, label in rows("hl7_fields"):
        for number in numbers.split():
            table.setdefault(segment, {})[int(number)] = (kind, Label(label))
    return table


def hl7_fields(text: str) -> Iterator[Span]:
    """PID-3, PID-5, PID-11, NK1, PV1 doctors, OBR and ORC numbers and times, MSH facilities."""
    if "|" not in text:
        return
    for segment in _SEGMENT.finditer(text):
        known = _fields().get(segment["name"])
        if known is None:
            continue
        fields = _split(text, *segment.span("fields"), "|")
        for number, (kind, label) in known.items():
            if number <= len(fields) and fields[number - 1][0] < fields[number - 1][1]:
                if segment["name"] == "IN1" and number == 16:
                    label = _insured(text, fields)
                for repetition in _split(text, *fields[number - 1], "~"):
                    yield from _READ[kind](text, _split(text, *repetition, "^"), label)


def _split(text: str, start: int, end: int, sign: str) -> list[Piece]:
    """Cut `text[start:end]` at a sign, as (start, end) pairs."""
    pieces, at = [], start
    while True:
        cut = text.find(sign, at, end)
        pieces.append((at, end if cut < 0 else cut))
        if cut < 0:
            return pieces
        at = cut + 1


def _insured(text: str, fields: list[Piece]) -> Label:
    relation = text[slice(*fields[16])].upper() if len(fields) > 16 else ""
    return Label.PATIENT if relation.startswith(("SE", "18", "01")) else Label.PERSON


def _span(text: str, start: int, end: int, label: Label) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in "^&"):
        end -= 1
    if any(char.isalnum() for char in text[start:end]) and text[start:end] != '""':
        yield Span(start, end, label, 0.97, f"rule:{_FAMILY}")


def _code(text: str, parts: list[Piece], label: Label) -> Iterator[Span]:
    start, end = parts[0]
    sub = text.find("&", start, end)
    end = sub if sub >= 0 else end
    wordy = label in (Label.HOSPITAL, Label.ORGANIZATION, Label.LOCATION, Label.CITY)
    if label == Label.HOSPITAL and _PROGRAM.match(text[start:end]):
        return
    if end - start >= 2 and (wordy or any(char.isdigit() for char in text[start:end])):
        yield from _span(text, start, end, label)


def _time(text: str, parts: list[Piece], label: Label) -> Iterator[Span]:
    match = _TIME.match(text, *parts[0])
    if match and match.end() == parts[0][1]:
        yield from _span(text, match.start(), match.end(), label)


def _name(text: str, parts: list[Piece], label: Label) -> Iterator[Span]:
    start, end = parts[0][0], parts[min(2, len(parts) - 1)][1]
    if not _NOT_A_NAME.match(text[start:end]) and not any(c.isdigit() for c in text[start:end]):
        yield from _span(text, start, end, label)


def _person(text: str, parts: list[Piece], label: Label) -> Iterator[Span]:
    first = text[slice(*parts[0])]
    digits = sum(char.isdigit() for char in first)
    if len(parts) == 1 and not digits:
        yield from _name(text, parts, label)
        return
    if _DISEASE.match(first):
        return
    if first:
        kind = Label.LICENSE if digits >= _NPI - 3 else Label.USERNAME if not first.isdigit() else Label.ID
        yield from _span(text, *parts[0], kind)
    if len(parts) > 1:
        yield from _name(text, parts[1:4], label)


def _address(text: str, parts: list[Piece], label: Label) -> Iterator[Span]:
    del label
    for (start, end), kind in zip(parts, _ADDRESS, strict=False):
        if kind != Label.COUNTRY or end - start > 1:
            yield from _span(text, start, end, kind)


def _phone(text: str, parts: list[Piece], label: Label) -> Iterator[Span]:
    for start, end in parts[:1]:
        if sum(char.isdigit() for char in text[start:end]) >= 5:
            yield from _span(text, start, end, label)


_READ = {"code": _code, "time": _time, "name": _name, "person": _person, "address": _address, "phone": _phone}
