"""The paired design of the fairness audit: the same carriers, filled with names of every culture and gender.

The carriers are notes of their own (no training text): a person stands there as "Given Family", in the form and case in
which the name is to be written, and nothing around it tells a gender. Names of a slot have the same length in every
culture, or the nearest length that the culture has, so that a difference between cultures is none of length.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from random import Random

from clinx_hf.audit.fairness_names import FEWEST, LENGTHS, NameGroup, People
from clinx_hf.phi import PERSON_LABELS, Label
from clinx_hf.synthesis.notes import Mention, Note, read_notes
from clinx_hf.text import lists
from clinx_hf.text.people import plain
from clinx_hf.text.styles.forms import copy_case

_PLACEHOLDER = re.compile(r"given|family|\bg(?=\.)", re.I)
_TITLES = "dr|prof|nurse|patient|physician|referrer|escort|provider|scribe|account|signed|pn|c/o"
_CUE = re.compile(rf"(?:\b(?:{_TITLES})\.?|[:|^=])[ \t]*$", re.I)


@dataclass(frozen=True)
class NameMention:
    """A name in a filled carrier, and what may make it hard to find.

    `form`: full, reversed, initial, given, family. `case`: title, lower, upper. `cue`: a title or a field's name stands
    right before it. `word`: one of its words is also a common or a clinical word.
    """

    start: int
    end: int
    label: Label
    form: str
    case: str
    cue: bool
    word: bool


@dataclass(frozen=True)
class Case:
    """One carrier filled with the names of one group, culture and gender."""

    group: str
    culture: str
    gender: str
    carrier: int
    note: Note
    names: tuple[NameMention, ...]


def fairness_carriers() -> list[Note]:
    """Read the audit's own carriers (CC0)."""
    return read_notes([Path(str(files("clinx_hf.audit").joinpath("fairness_carriers.txt")))])


def written_form(placeholder: str) -> str:
    """Name the form of a person in a carrier: full, reversed, initial, given or family."""
    lower = placeholder.lower()
    if "given" not in lower:
        return "initial" if "." in lower else "family"
    if "family" not in lower:
        return "given"
    return "full" if lower.index("given") < lower.index("family") else "reversed"


def _written_case(placeholder: str) -> str:
    return "lower" if placeholder.islower() else "upper" if placeholder.isupper() else "title"


@cache
def _ordinary_words() -> frozenset[str]:
    return lists.words("common_words") | lists.words("clinical_words")


class _Chooser:
    """Chooses names of the wanted length, none twice in one text."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._near: dict[tuple[str, int], list[str]] = {}

    def _nearest(self, kind: str, length: int) -> list[str]:
        """Return the names of that length; where they are few, the next lengths as well."""
        near = self._near.get((kind, length))
        if near is None:
            names = self._people.given if kind == "given" else self._people.family
            by_distance = sorted(names, key=lambda name: (abs(len(name) - length), name))
            farthest = abs(len(by_distance[FEWEST - 1]) - length)
            near = [name for name in by_distance if abs(len(name) - length) <= farthest]
            self._near[kind, length] = near
        return near

    def choose(self, kind: str, length: int, used: set[str], rng: Random) -> str:
        options = [name for name in self._nearest(kind, length) if plain(name) not in used]
        name = rng.choice(options)
        used.add(plain(name))
        return name


def _fill(note: Note, chooser: _Chooser, rng: Random) -> tuple[Note, tuple[NameMention, ...]]:
    names: dict[tuple[int | None, str], str] = {}
    used: set[str] = set()
    pieces: list[str] = []
    mentions: list[Mention] = []
    filled: list[NameMention] = []
    last = size = 0
    for mention in note.mentions:
        old = note.text[mention.start : mention.end]

        def name(match: re.Match[str], identity: int | None = mention.identity) -> str:
            kind = "family" if match.group().lower() == "family" else "given"
            if (identity, kind) not in names:
                length = LENGTHS[((identity or 0) + (kind == "family")) % len(LENGTHS)]
                names[identity, kind] = chooser.choose(kind, length, used, rng)
            new = names[identity, kind]
            return new[0].upper() if len(match.group()) == 1 else copy_case(new, match.group())

        is_name = mention.label in PERSON_LABELS
        new = _PLACEHOLDER.sub(name, old) if is_name else old
        before = note.text[last : mention.start]
        start = size + len(before)
        size = start + len(new)
        pieces += [before, new]
        mentions.append(Mention(start, size, mention.label, mention.identity, mention.gender))
        if is_name:
            ordinary = any(word in _ordinary_words() for word in re.findall(r"\w{2,}", new.casefold()))
            cue = bool(_CUE.search(note.text[max(0, mention.start - 16) : mention.start]))
            filled.append(NameMention(start, size, mention.label, written_form(old), _written_case(old), cue, ordinary))
        last = mention.end
    text = "".join([*pieces, note.text[last:]])
    return Note(note.id, note.kind, note.language, text, tuple(mentions)), tuple(filled)


def paired_cases(notes: Sequence[Note], groups: Sequence[NameGroup], seed: int = 0) -> list[Case]:
    """Fill every carrier with the names of every group, culture and gender; the same seed gives the same texts."""
    cases = []
    for group in groups:
        for (culture, gender), people in group.pools.items():
            chooser = _Chooser(people)
            for number, note in enumerate(notes):
                rng = Random(f"{seed}/{group.title}/{culture}/{gender}/{note.id}")
                cases.append(Case(group.title, culture, gender, number, *_fill(note, chooser, rng)))
    return cases
