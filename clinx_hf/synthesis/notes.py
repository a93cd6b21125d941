"""Carriers: hand-written clinical texts whose identifiers are marked, and how they are read.

Markup: `<<LABEL:text>>`, and for persons `<<LABEL#3f:text>>` (identity 3 of this text, gender f, m or u). A file holds
several notes; each starts with a line `### id | type | language`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from clinx_hf.errors import BadInput
from clinx_hf.phi import PERSON_LABELS, Label

_TAG = re.compile(r"<<([A-Z]+)(?:#(\d+)([fmu]))?:(.+?)>>", re.S)


@dataclass(frozen=True, slots=True)
class Mention:
    """One identifier of a note; `identity` and `gender` are told for persons only."""

    start: int
    end: int
    label: Label
    identity: int | None = None
    gender: str = "u"


@dataclass(frozen=True, slots=True)
class Note:
    """A labelled text; mentions in order, without overlap."""

    id: str
    kind: str
    language: str
    text: str
    mentions: tuple[Mention, ...]


def parse_markup(body: str) -> tuple[str, tuple[Mention, ...]]:
    """Turn marked-up text into plain text and its mentions; raise `BadInput` on faulty markup."""
    pieces: list[str] = []
    mentions: list[Mention] = []
    last = size = 0
    for match in _TAG.finditer(body):
        before = body[last : match.start()]
        label, identity, gender, value = match.groups()
        if label not in Label.__members__:
            raise BadInput(f"The markup at character {match.start()} has an unknown label.")
        if label in PERSON_LABELS and identity is None:
            raise BadInput(f"The person at character {match.start()} has no identity number.")
        start = size + len(before)
        size = start + len(value)
        number = int(identity) if identity else None
        mentions.append(Mention(start, size, Label(label), number, gender or "u"))
        pieces += [before, value]
        last = match.end()
    text = "".join(pieces) + body[last:]
    if "<<" in text or ">>" in text:
        raise BadInput("The markup has a stray << or >>.")
    return text, tuple(mentions)


def read_notes(paths: Iterable[Path]) -> list[Note]:
    """Read marked-up files, in the order given."""
    notes = []
    for path in paths:
        parts = re.split(r"(?m)^### (.+)\n", path.read_text(encoding="utf-8"))
        for head, body in zip(parts[1::2], parts[2::2], strict=True):
            id_, kind, language = (field.strip() for field in head.split("|"))
            text, mentions = parse_markup(body.strip("\n"))
            notes.append(Note(id_, kind, language, text, mentions))
    return notes


def carriers() -> list[Note]:
    """Read the carriers that come with the package (training data, CC0)."""
    folder = Path(str(files("clinx_hf.synthesis").joinpath("carriers")))
    return read_notes(sorted(folder.glob("*.txt")))
