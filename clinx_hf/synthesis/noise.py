"""Noise as notes have it: case lost, line breaks lost, letters confused by OCR. Offsets stay valid."""

from __future__ import annotations

from random import Random

from clinx_hf.synthesis.notes import Note

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


def _same_length(text: str, change: str) -> str:
    changed = (getattr(c, change)() for c in text)
    return "".join(new if len(new) == 1 else old for old, new in zip(text, changed, strict=True))


def add_noise(note: Note, rng: Random) -> Note:
    """Return the note with at most one kind of noise (14 % of notes); every kind keeps the text's length."""
    draw = rng.random()
    if draw < 0.04:
        text = _same_length(note.text, "upper")
    elif draw < 0.08:
        text = _same_length(note.text, "lower")
    elif draw < 0.11:
        text = note.text.replace("\n", " ")
    elif draw < 0.14:
        text = "".join(_CONFUSED.get(c, c) if rng.random() < 0.03 else c for c in note.text)
    else:
        return note
    return Note(note.id, note.kind, note.language, text, note.mentions)
