"""Cutting a text into words, the same way in training and in use."""

from __future__ import annotations

import re

# Digits and letters part ("47M", "58-year-old", "MRN:483_22"), so that an identifier can begin or end between them.
_WORD = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")


def split(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) offsets of the words of a text, in order, white space left out.

    >>> [("47M, b. 3/4")[s:e] for s, e in split("47M, b. 3/4")]
    ['47', 'M', ',', 'b', '.', '3', '/', '4']
    """
    return [match.span() for match in _WORD.finditer(text)]
