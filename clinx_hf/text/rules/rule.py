"""What a rule is: a function from a folded text to the identifiers that it sees, blind to every other rule.

A rule may return spans that overlap those of others. Its scores are its precision on labelled notes, rounded down.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from clinx_hf.phi import Label, Span

Rule = Callable[[str], Iterator[Span]]


def found(match: re.Match[str], label: Label, score: float, family: str, group: int | str = 0) -> Span:
    """Return the span of one group of a match, without white space at its ends or a mark that ends a sentence."""
    start, end = match.span(group)
    text = match.string
    while end > start + 1 and (text[end - 1].isspace() or text[end - 1] in ".,;:"):
        end -= 1
    while start < end - 1 and text[start].isspace():
        start += 1
    return Span(start, end, label, score, f"rule:{family}")
