"""Refilling a carrier: every identifier of a note is replaced by another of the same form.

All mentions of one person are rewritten together, in the same written form (initials follow the new name, case is
copied); a string that occurs twice gets the same new string.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from clinx_hf.phi import Label
from clinx_hf.synthesis.notes import Mention, Note
from clinx_hf.synthesis.slots import SlotFiller
from clinx_hf.text import lists
from clinx_hf.text.people import Names, known_name_words, names_by_culture
from clinx_hf.text.styles.forms import copy_case

_LETTERS = re.compile(r"[^\W\d_]+")
_VOWELS = re.compile(r"[aeiouyáéíóúäöü]+", re.I)
# Cultures drawn more often, because most texts of the carriers' languages hold them.
_EXTRA_WEIGHT = {"english": 4, "spanish": 3, "hindi": 2, "mandarin": 2, "arabic": 2, "french": 2}
_HOME = {"es": "spanish", "fr": "french", "de": "german"}  # half of the persons of such a text
_INVENTED = 0.2  # share of names joined from two of their culture, so that spelling habits are learned and not lists


@dataclass
class _Person:
    """The new name of one identity, built up word by word."""

    names: Names
    gender: str
    words: dict[str, str] = field(default_factory=dict)


class Refiller:
    """Draws new identifiers for carriers. `pool` are the notes whose values may be swapped in whole."""

    def __init__(self, pool: Sequence[Note]) -> None:
        self._cultures = list(names_by_culture().values())
        self._by_name = {names.culture: names for names in self._cultures}
        self._weights = [_EXTRA_WEIGHT.get(names.culture, 1) for names in self._cultures]
        self._given, self._family = known_name_words()
        self._slots = SlotFiller(pool)

    def refill(self, note: Note, rng: Random) -> Note:
        """Return the note with all its identifiers replaced; the text between them stays."""
        persons = self._persons(note, rng)
        seen: dict[tuple[Label, str], str] = {}
        pieces: list[str] = []
        mentions: list[Mention] = []
        last = size = 0
        for mention in note.mentions:
            old = note.text[mention.start : mention.end]
            if mention.identity is not None:
                new = self._rewrite_name(old, persons[mention.identity], rng)
            else:
                key = (mention.label, old)
                new = seen.get(key) or self._slots.fill(mention.label, old, rng)
                seen[key] = new
            before = note.text[last : mention.start]
            start = size + len(before)
            size = start + len(new)
            pieces += [before, new]
            mentions.append(Mention(start, size, mention.label, mention.identity, mention.gender))
            last = mention.end
        pieces.append(note.text[last:])
        return Note(note.id, note.kind, note.language, "".join(pieces), tuple(mentions))

    def _persons(self, note: Note, rng: Random) -> dict[int, _Person]:
        mentions: dict[int, list[Mention]] = defaultdict(list)
        for mention in note.mentions:
            if mention.identity is not None:
                mentions[mention.identity].append(mention)
        people = {}
        for identity, group in mentions.items():
            person = _Person(self._culture(note.language, rng), group[0].gender)
            # Full names first: initials and short forms follow them.
            for mention in sorted(group, key=lambda m: (m.start - m.end, m.start)):
                self._assign(note.text[mention.start : mention.end], person, rng)
            people[identity] = person
        return people

    def _culture(self, language: str, rng: Random) -> Names:
        home = self._by_name.get(_HOME.get(language, ""))
        return home if home and rng.random() < 0.5 else rng.choices(self._cultures, self._weights)[0]

    def _assign(self, form: str, person: _Person, rng: Random) -> None:
        words = _LETTERS.findall(form)
        long_words = [w for w in words if len(w) > 1 and w.lower() not in lists.words("name_particles")]
        comma = form.find(",")
        for word in long_words:
            key = word.lower()
            if key in person.words or (word.isupper() and len(word) <= 3 and len(long_words) == 1):
                continue
            if 0 <= form.find(word) < comma:
                is_family = True
            elif comma < 0 and len(long_words) > 1:
                is_family = word is long_words[-1]
            else:
                is_family = key in self._family and key not in self._given
            names = person.names
            options = names.family if is_family else names.given_for(person.gender) or names.family
            person.words[key] = _invented(options, rng) if rng.random() < _INVENTED else rng.choice(options)

    def _rewrite_name(self, form: str, person: _Person, rng: Random) -> str:
        initials = {word[0]: new[0] for word, new in reversed(person.words.items())}

        def new_word(match: re.Match[str]) -> str:
            word = match.group()
            key = word.lower()
            if key in person.words:
                return copy_case(person.words[key], word)
            if len(word) == 1 or (word.isupper() and len(word) <= 3):
                letters = [initials.get(c.lower(), rng.choice("ABCDEFGHIJKLMNOPRSTVWY")) for c in word]
                return copy_case("".join(letters), word) if word.islower() else "".join(letters).upper()
            return word  # a particle ("van", "bint")

        return _LETTERS.sub(new_word, form)


def _invented(names: Sequence[str], rng: Random) -> str:
    """Join the head of one name and the tail of another, cut at a vowel; a plain name where that gives none."""
    head, tail = rng.choice(names), rng.choice(names)
    heads = [m.end() for m in _VOWELS.finditer(head) if 1 < m.end() < len(head)]
    tails = [m.end() for m in _VOWELS.finditer(tail) if m.end() < len(tail)]
    if not heads or not tails:
        return head
    joined = head[: rng.choice(heads)] + tail[rng.choice(tails) :].lower()
    return joined if 3 <= len(joined) <= 14 and _LETTERS.fullmatch(joined) else head
