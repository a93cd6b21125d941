"""Names of the list where a sentence treats a word as a person: spoke to X, Hi X, X agrees, told X, call X back."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clinx_hf.phi import Label, Span
from clinx_hf.text.lists import words
from clinx_hf.text.people import known_name_words
from clinx_hf.text.rules.lone import is_clinical

_SOURCE = "rule:listed"
_WORD = re.compile(r"(?<![\w.'’\-])[A-ZÀ-ÞŁŚŻŽČŠĐİ][^\W\d_]{2,20}(?![\w@])")
_BEFORE = re.compile(
    r"(?:\b(?:with|for|to|by|from|call|called|told|asked|tell|ask|and|per|see|saw|met|meet|thanks|thank\syou|hi|hello|hey|dear|inform|informed|"
    r"advised|advise|remind|reminded|let|visited|phoned|rang|texted|emailed|about|named|is|was|via|contact|contacted)[,:]?\s)$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?:'s\b)?\s?(?:,?\s(?:is|was|has|had|says|said|agrees|agreed|reports|reported|denies|denied|will|can|called|came|went|slept|feels|felt|"
    r"wants|asked|states|stated|to\sbe|remains|lives|works|presents|presented|back|today|tomorrow|at|who|and\sI|understands)\b|[,.!?:)](?:\s|$)|$)"
)


def listed_names(text: str) -> Iterator[Span]:
    """A listed given name inside a sentence that speaks of a person."""
    given, _ = known_name_words()
    for match in _WORD.finditer(text):
        word = match.group().casefold()
        if word not in given or is_clinical(word) or word in words("months"):
            continue
        before = _BEFORE.search(text, max(0, match.start() - 16), match.start())
        if before and _AFTER.match(text, match.end()):
            yield Span(match.start(), match.end(), Label.PERSON, 0.9, _SOURCE)
