"""From scores of words to spans: which words go, and what they are called.

A word goes when 1 - prod over labels (1 - p_inside) reaches the limit: a word that is surely an identifier but of unsure
kind is not lost. A run of such words is then cut into values by the cheapest path through the labels (Viterbi), where a
change of label costs: a name of three words is not three kinds of people because the middle one is unsure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from clinx_hf.phi import PERSON_LABELS, Label, Span
from clinx_hf.text import lists
from clinx_hf.text.people import known_name_words

Offsets = Sequence[tuple[int, int]]
CHANGE = 2.0  # what a change of label costs inside a line, in nats
CHANGE_AT_LINE = 0.7  # and at the start of a line, where values often end
LISTED, UNKNOWN = 0.2, 0.25  # of the limit: for capitalised words that are listed names, and that are in no list at all
_ATTACHED = frozenset("-'’._&@:·")
_BEFORE, _AFTER = frozenset("(+#@"), frozenset(")")


def decode(
    text: str, words: Offsets, inside: NDArray[np.float64], labels: Sequence[Label], limits: NDArray[np.float64]
) -> list[Span]:
    """Turn (words, labels) probabilities into spans, in order, without overlap.

    Args:
        text: what was read.
        words: offsets of its words.
        inside: (words, labels) probabilities of being inside an identifier of each label.
        labels: the labels that compete, in the order of the columns.
        limits: (labels,) the chance at which a word that looks most like a label goes.
    """
    chance = 1 - np.prod(1 - inside, axis=1)
    gone = chance >= limits[inside.argmax(axis=1)] * _ease(text, words) if len(words) else np.zeros(0, bool)
    _bridge(text, words, gone)
    spans = []
    for run in _runs(text, words, gone):
        for piece, column in _values(text, words, run, inside):
            spans += _span(text, words, piece, chance, labels[column])
    return spans


_OTHER_WORDS = ("eponyms", "clinical_words", "common_words", "not_names", "months", "drug_words")


@cache
def _names() -> frozenset[str]:
    """Listed names that say little else: no eponym, no clinical or common word, no month."""
    given, family = known_name_words()
    return (given | family).difference(*(lists.words(name) for name in _OTHER_WORDS))


@cache
def _words() -> frozenset[str]:
    """Words that are no names."""
    return frozenset[str]().union(*(lists.words(name) for name in (*_OTHER_WORDS, "ordinary_words")))


def _ease(text: str, words: Offsets) -> NDArray[np.float64]:
    """Return by how much each word's limit is lowered, since names of rare cultures are what a small model misses."""
    ease = np.ones(len(words))
    for i, (start, end) in enumerate(words):
        if text[start].isupper():
            word = text[start:end]
            folded = word.casefold()
            if folded in _names():
                ease[i] = LISTED
            elif len(word) > 2 and word[1:].islower() and word.isalpha() and folded not in _words():
                ease[i] = UNKNOWN
    return ease


def _bridge(text: str, words: Offsets, gone: NDArray[np.bool_]) -> None:
    """Let a mark go that ties two words which go ("Malik-Torres", "3/5")."""
    for i in range(1, len(words) - 1):
        (start, end), (_, before), (after, last) = words[i], words[i - 1], words[i + 1]
        if gone[i] or not (gone[i - 1] and gone[i + 1] and before == start and end == after):
            continue
        sign = text[start:end]
        digits = text[words[i - 1][0] : before].isdigit() and text[after:last].isdigit()
        gone[i] = sign in _ATTACHED or (sign == "/" and digits)


def _runs(text: str, words: Offsets, gone: NDArray[np.bool_]) -> Iterator[list[int]]:
    """Yield runs of neighbouring words that go; an empty line parts them."""
    run: list[int] = []
    for i in np.flatnonzero(gone).tolist():
        if run and (i != run[-1] + 1 or text.count("\n", words[run[-1]][1], words[i][0]) > 1):
            yield run
            run = []
        run.append(i)
    if run:
        yield run


def _values(
    text: str, words: Offsets, run: Sequence[int], inside: NDArray[np.float64]
) -> Iterator[tuple[list[int], int]]:
    """Cut a run into values, each with its label's column."""
    scores = np.log(np.maximum(inside[run], 1e-6))
    scores -= np.log(np.exp(scores).sum(axis=1, keepdims=True))
    for k, i in enumerate(run):
        if not text[words[i][0] : words[i][1]].isalnum():
            scores[k] = 0.0  # a mark says nothing about the kind
    best, origins = scores[0], []
    for k in range(1, len(run)):
        line = "\n" in text[words[run[k - 1]][1] : words[run[k]][0]]
        changed = best.max() - (CHANGE_AT_LINE if line else CHANGE)
        origins.append(np.where(best >= changed, np.arange(len(best)), best.argmax()))
        best = np.maximum(best, changed) + scores[k]
    path = [int(best.argmax())]
    for origin in reversed(origins):
        path.append(int(origin[path[-1]]))
    path.reverse()
    first = 0
    for k in range(1, len(run) + 1):
        if k == len(run) or path[k] != path[first]:
            yield list(run[first:k]), path[first]
            first = k


def _span(text: str, words: Offsets, run: list[int], chance: NDArray[np.float64], label: Label) -> list[Span]:
    """Return the span of a run of words, outer punctuation left off; none if no letter or digit is in it."""
    written = [text[slice(*words[i])] for i in run]
    while written and not written[0].isalnum() and written[0] not in _BEFORE:
        run, written = run[1:], written[1:]
    while written and not written[-1].isalnum() and written[-1] not in _AFTER:
        run, written = run[:-1], written[:-1]
    telling = [i for i, word in zip(run, written, strict=True) if word.isalnum()]
    if not telling:
        return []
    end = words[run[-1]][1]
    if label in PERSON_LABELS and len(written[-1]) == 1 and written[-1].isupper() and text[end : end + 1] == ".":
        end += 1  # the point of an initial: "Lupe F."
    score = round(float(chance[telling].min()), 2)
    return [Span(words[run[0]][0], end, label, score, "model")]
