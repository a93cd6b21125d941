"""Values of several kinds that one span holds are told apart by their form: "28021 Madrid", "Coslada. Madrid".

Every letter stays marked; only blanks and signs between the parts are given back.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from clinx_hf.phi import PERSON_LABELS, Label, Span
from clinx_hf.text import lists

_POST_CODE_FIRST = re.compile(r"(?:[A-Z]-)?(\d{5})[ ,.\-]+(?=[^\W\d_])")
_POST_CODE_LAST = re.compile(r"(?<=[\w)])[ ,.\-]+(\d{5})$")
_SENTENCE = re.compile(r"(?<=[^\W\d_]{4})\.[ ]?(?=[^\W\d_]{4})|[ ]-[ ]|[ ]?\((?=[^\W\d_]{4})")
_STREET_WORD = re.compile(
    r"[., ]+(?=(?:Apartado|Urbanización|Avenida|Avda|Calle|Carretera|Ctra|Paseo|Plaza|Polígono|Ronda|Rambla|Camino)\b|C/)"
)
Parts = list[tuple[int, int, Label]]


def part(text: str, span: Span) -> list[Span]:
    """Return the values that a span holds, in order; most spans hold one."""
    split = _SPLITTERS.get(span.label)
    if split is None:
        return [span]
    parts = split(text[span.start : span.end])
    return [Span(span.start + a, span.start + b, label, span.score, span.source) for a, b, label in parts]


def _place(value: str) -> Parts:
    """A town: its post code before it, what stands behind a point, a dash or a bracket, a province at its end."""
    parts: Parts = []
    first = _POST_CODE_FIRST.match(value)
    start = 0
    if first:
        parts.append((first.start(1), first.end(1), Label.ZIP))
        start = first.end()
    for border in [*_SENTENCE.finditer(value, start), None]:
        end = border.start() if border else len(value)
        parts += _town(value, start, end)
        start = border.end() if border else end
    return parts


def _town(value: str, start: int, end: int) -> Parts:
    words = list(re.finditer(r"\S+", value[start:end]))
    for number in (2, 1):
        if len(words) > number:
            at = start + words[-number].start()
            if value[at:end].strip(" ,.)").casefold() in lists.words("states"):
                return [(start, start + words[-number - 1].end(), Label.CITY), (at, end, Label.STATE)]
    return [(start, end, Label.CITY)] if start < end else []


def _street(value: str) -> Parts:
    """A street with the post code behind it."""
    last = _POST_CODE_LAST.search(value)
    if last is None or not any(c.isalpha() for c in value[: last.start()]):
        return [(0, len(value), Label.STREET)]
    return [(0, last.start(), Label.STREET), (last.start(1), last.end(1), Label.ZIP)]


def _person(label: Label) -> Callable[[str], Parts]:
    """A person of a Spanish letterhead with the street behind the name."""

    def split(value: str) -> Parts:
        border = _STREET_WORD.search(value, 4)
        if border is None:
            return [(0, len(value), label)]
        return [(0, border.start(), label), (border.end(), len(value), Label.STREET)]

    return split


_SPLITTERS: dict[Label, Callable[[str], Parts]] = {
    Label.CITY: _place,
    Label.STREET: _street,
    **{label: _person(label) for label in PERSON_LABELS},
}
