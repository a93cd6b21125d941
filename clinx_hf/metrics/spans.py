"""How well found spans cover the identifiers of labelled texts, counted in characters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Interval = tuple[int, int]


@dataclass(frozen=True)
class CharacterScores:
    """Characters that are identifiers (gold), that were marked (found), and that are both (hit)."""

    gold: int = 0
    found: int = 0
    hit: int = 0

    def __add__(self, other: CharacterScores) -> CharacterScores:
        return CharacterScores(self.gold + other.gold, self.found + other.found, self.hit + other.hit)

    @property
    def recall(self) -> float:
        """Share of identifier characters that were marked (1 when there are none)."""
        return self.hit / self.gold if self.gold else 1.0

    @property
    def precision(self) -> float:
        """Share of marked characters that are identifiers (1 when nothing was marked)."""
        return self.hit / self.found if self.found else 1.0


def coverage(length: int, intervals: Iterable[Interval]) -> NDArray[np.bool_]:
    """Return a (length,) mask of the characters inside any of the half-open intervals."""
    mask = np.zeros(length, dtype=bool)
    for start, end in intervals:
        mask[start:end] = True
    return mask


def character_scores(
    length: int, gold: Iterable[Interval], found: Iterable[Interval], ignored: Iterable[Interval] = ()
) -> CharacterScores:
    """Score one text, labels ignored: an identifier is safe whatever it was called.

    Characters in `ignored` that are not gold count neither as missed nor as falsely marked.
    """
    gold_mask = coverage(length, gold)
    found_mask = coverage(length, found) & (gold_mask | ~coverage(length, ignored))
    return CharacterScores(int(gold_mask.sum()), int(found_mask.sum()), int((gold_mask & found_mask).sum()))


def leaked(gold: Sequence[Interval], found: Sequence[Interval], length: int) -> int:
    """Count the identifiers of a text of which at least one character was not marked."""
    mask = coverage(length, found)
    return sum(not mask[start:end].all() for start, end in gold)
