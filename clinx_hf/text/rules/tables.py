"""Tables with a heading row (comma, semicolon, tab, pipe): every cell below "mrn", "name", "dob" ... is of that kind.

Also lines of alternating names and values without a heading row: patient,Ann Lee,mrn,60-11-284.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clinx_hf.phi import Label, Span
from clinx_hf.text.rules.cells import column_named, value_span

_SOURCE = "rule:tables"
_CELL = {
    sign: re.compile(rf'[ ]*(?:"(?P<q>[^"\n]*)"[ ]*(?={mark}|$)|(?P<v>[^{mark}\n]*))(?:{mark}|$)')
    for sign, mark in ((",", ","), (";", ";"), ("\t", "\t"), ("|", r"\|"))
}
_LONGEST = 2000  # characters of a row
_RULER = re.compile(r"[\s|+:=\-]*$")
Cell = tuple[int, int]


def tables(text: str) -> Iterator[Span]:
    """Cells under a heading that names an identifier."""
    heading: list[tuple[Label, bool] | None] = []
    sign, start = "", 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        row = _cells(text, start, end, sign) if heading else []
        if heading and _RULER.match(text[start : min(end, start + 200)]) and end > start:
            pass
        elif heading and abs(len(row) - len(heading)) <= 1 and len(row) > 1:
            for cell, column in zip(row, heading, strict=False):
                if column is not None:
                    yield from value_span(text, *cell, column[0], _SOURCE)
        else:
            sign, heading = _heading(text, start, end)
            if not heading:
                yield from _pairs(text, start, end)
        start = end + 1


def _cells(text: str, start: int, end: int, sign: str) -> list[Cell]:
    if end > start and text[end - 1] == "\r":
        end -= 1
    if end - start > _LONGEST:
        return []
    if sign == "|":
        while start < end and text[start] in " |":
            start += 1
        while end > start and text[end - 1] in " |":
            end -= 1
    cells: list[Cell] = []
    at = start
    while at <= end and len(cells) < 200:
        match = _CELL[sign].match(text, at, end)
        if match is None:
            return []
        cells.append(match.span("q") if match["q"] is not None else match.span("v"))
        if match.end() >= end:
            if (
                match.end() > match.start()
                and text[match.end() - 1] == sign
                and match.end() == end
                and match.end() > at
            ):
                cells.append((end, end))
            break
        at = match.end()
    return cells


def _heading(text: str, start: int, end: int) -> tuple[str, list[tuple[Label, bool] | None]]:
    """The columns of a heading row, and the sign between them; nothing if the line is none."""
    if end - start > _LONGEST or end == len(text):
        return "", []
    counts = {sign: text.count(sign, start, end) for sign in _CELL}
    sign = max(counts, key=lambda each: counts[each])
    if counts[sign] < 1:
        return "", []
    cells = [text[a:b].strip() for a, b in _cells(text, start, end, sign)]
    if len(cells) < 2 or any(len(cell) > 40 or sum(c.isdigit() for c in cell) > 3 for cell in cells):
        return "", []
    known = [column_named(cell) for cell in cells]
    found = [column for column in known if column is not None]
    enough = len(found) >= 2 and (len(cells) > 2 or len(found) == 2) if len(cells) > 2 else len(found) == 2
    single = len(cells) >= 3 and any(not weak for _, weak in found)
    return (sign, known) if enough or single else ("", [])


def _pairs(text: str, start: int, end: int) -> Iterator[Span]:
    if end - start > _LONGEST or text.count(",", start, end) < 3:
        return
    cells = _cells(text, start, end, ",")
    named = [(i, column_named(text[a:b].strip())) for i, (a, b) in enumerate(cells[:-1])]
    pairs = [(i, column) for i, column in named if column is not None]
    strong = [i for i, (_, weak) in pairs if not weak]
    if len(strong) >= 2 and len({i % 2 for i in strong}) == 1:
        for i, (label, _) in pairs:
            yield from value_span(text, *cells[i + 1], label, _SOURCE)
