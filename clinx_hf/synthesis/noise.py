"""Noise as notes have it: case lost, lines lost or wrapped, OCR confusions, typos, joined words, lost punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from random import Random

from clinx_hf.synthesis.notes import Mention, Note

_CONFUSED = {
    "O": "0",
    "0": "O",
    "l": "1",
    "1": "l",
    "I": "1",
    "5": "S",
    "S": "5",
    "B": "8",
    "8": "B",
    "Z": "2",
    "g": "9",
}
_PAIR = re.compile(r"[^\W\d_]{2}")


def _same_length(text: str, change: str) -> str:
    changed = (getattr(c, change)() for c in text)
    return "".join(new if len(new) == 1 else old for old, new in zip(text, changed, strict=True))


def _swapped(text: str, rng: Random) -> str:
    """Swap two neighbouring letters in about one word of thirty."""
    signs = list(text)
    for match in _PAIR.finditer(text):
        if rng.random() < 0.015:
            at = match.start()
            signs[at], signs[at + 1] = signs[at + 1], signs[at]
    return "".join(signs)


def without(note: Note, gone: Iterable[int]) -> Note:
    """Return the note without the characters at these positions; mentions move along."""
    dropped = set(gone)
    place, kept = [0], []
    for i, sign in enumerate(note.text):
        if i not in dropped:
            kept.append(sign)
        place.append(len(kept))
    mentions = tuple(
        Mention(place[m.start], place[m.end], m.label, m.identity, m.gender)
        for m in note.mentions
        if place[m.end] > place[m.start]
    )
    return Note(note.id, note.kind, note.language, "".join(kept), mentions)


def _lossy(note: Note, signs: str, share: float, rng: Random) -> Note:
    return without(note, [i for i, c in enumerate(note.text) if c in signs and rng.random() < share])


def add_noise(note: Note, rng: Random) -> Note:
    """Return the note with at most one kind of noise (22 % of notes)."""
    draw, text = rng.random(), note.text
    if draw < 0.04:
        text = _same_length(text, "upper")
    elif draw < 0.08:
        text = _same_length(text, "lower")
    elif draw < 0.11:
        text = text.replace("\n", " ")
    elif draw < 0.14:
        text = "".join(_CONFUSED.get(c, c) if rng.random() < 0.03 else c for c in text)
    elif draw < 0.16:
        text = "".join("\n" if c == " " and rng.random() < 0.08 else c for c in text)
    elif draw < 0.18:
        text = _swapped(text, rng)
    elif draw < 0.20:
        return _lossy(note, ".,:;", 0.5, rng)
    elif draw < 0.22:
        return _lossy(note, " ", 0.03, rng)
    else:
        return note
    return Note(note.id, note.kind, note.language, text, note.mentions)
