"""Surrogates of persons: one made-up name per person, written in every form in which the real one was written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from random import Random

from clinx_hf.phi import Label, Span
from clinx_hf.text.people import listing, names_by_culture, plain
from clinx_hf.text.styles.drawing import Drawing
from clinx_hf.text.styles.forms import copy_case, redraw_code
from clinx_hf.text.styles.linking import Identity, PersonMention, link, plain_words
from clinx_hf.text.styles.names import NameWord, Role
from clinx_hf.text.styles.replacing import Document

_LETTERS = "abcdefghijklmnoprstvwy"
_FEWEST = 12  # a culture with fewer names of a kind is helped out by the neutral ones
_SHARED_GIVEN, _SHARED_FAMILY = 3, 2  # cultures that a neutral name belongs to, at least


@cache
def _neutral(kind: str, gender: str) -> tuple[str, ...]:
    """Names that many cultures share, for a person whose culture is not known."""
    known = listing()
    if kind == "family":
        found = {word for word, cultures in known.family.items() if len(cultures) >= _SHARED_FAMILY}
    else:
        found = {
            word
            for word, listed in known.given.items()
            if len({culture for culture, _ in listed}) >= _SHARED_GIVEN
            and (gender == "u" or Counter(g for _, g in listed).most_common(1)[0][0] == gender)
        }
    return tuple(sorted(word.title() for word in found if word.isalpha() and len(word) > 2))


@cache
def _pool(kind: str, culture: str | None, gender: str) -> tuple[str, ...]:
    if culture is None:
        return _neutral(kind, gender)
    names = names_by_culture()[culture]
    if kind == "family":
        listed = names.family
    else:
        listed = (*names.given.get(gender, ()), *names.given.get("u", ())) if gender != "u" else names.given_for("u")
    single = tuple(name for name in listed if name.replace("'", "").isalpha() and len(name) > 2)
    return single if len(single) >= _FEWEST else (*single, *_neutral(kind, gender))


@dataclass
class Persons:
    """The persons of one document and their made-up names."""

    drawing: Drawing
    mentions: dict[Span, PersonMention]
    taken: frozenset[str]
    forms: frozenset[str]
    _used: dict[str, str] = field(default_factory=dict)  # plain new word -> the word it stands for

    @classmethod
    def of(cls, document: Document, drawing: Drawing) -> Persons:
        """Link the persons of a document, and draw names: the patient's first, so that they depend on nobody else's."""
        mentions = link(document)
        forms = frozenset(plain(document.value(span)) for span in mentions)
        people = cls(drawing, mentions, plain_words(document.text) if mentions else frozenset(), forms)
        identities = dict.fromkeys(mention.identity for mention in mentions.values())
        if drawing.stay >= 1:
            for person in sorted(identities, key=lambda person: (person.label != Label.PATIENT, min(person.places))):
                people._names(person, 0)
        return people

    def replacement(self, span: Span, form: str) -> str:
        """Return what stands in the place of a mention, written `form`. Mentions are asked for in their order."""
        mention = self.mentions[span]
        if all(word.role is Role.KEPT for word in mention.words):
            return f"[{span.label}]"
        turn = self.drawing.turn("person", mention.identity.name)
        names, left = self._names(mention.identity, turn), list(mention.identity.words)
        pieces, last = [], 0
        for word in mention.words:
            new = word.text if word.role is Role.KEPT else self._word(mention.identity, word, names, left, turn)
            pieces += [form[last : word.start], new]
            last = word.end
        new = "".join([*pieces, form[last:]])
        if not any(word.role in (Role.GIVEN, Role.FAMILY) for word in mention.words):
            new = self._other_initials(new)
        return f"[{span.label}]" if new.casefold() == form.casefold() else new

    def _names(self, person: Identity, turn: int) -> dict[str, str]:
        culture, gender = person.culture, person.gender
        names = {}
        for kind, words in ((Role.FAMILY, person.family), (Role.GIVEN, person.given)):
            for word in words:
                names[word] = self._new_word(word, kind, culture, gender, person.has_initials, turn)
        return names

    def _new_word(self, word: str, kind: Role, culture: str | None, gender: str, has_initials: bool, turn: int) -> str:
        pool = _pool(kind, culture, gender if kind is Role.GIVEN else "u")

        def fits(new: str) -> bool:
            form = plain(new)
            other_letter = form[0] != word[0] or not has_initials
            return form not in self.taken and self._used.get(form, word) == word and other_letter

        place = kind if kind is Role.FAMILY else f"{kind} {gender}"
        new = self.drawing.draw(place, word, lambda rng: rng.choice(pool), fits, turn)
        if new is None:  # a document that holds all names of a culture
            new = self.drawing.draw(f"letters {kind}", word, lambda rng: _letters(word, rng), fits, turn) or "Xx"
        self._used[plain(new)] = word
        return new

    def _word(self, person: Identity, word: NameWord, names: dict[str, str], left: list[str], turn: int) -> str:
        """Write one word; `left` are the words of the person that no earlier word of this form stands for."""
        if word.role is not Role.INITIALS:
            if word.plain in left:
                left.remove(word.plain)
            return copy_case(names[word.plain], word.text)
        letters = []
        for letter in word.plain:
            original = next((w for w in left if w[0] == letter), None)
            if original is None:
                letters.append(self._letter(person, letter, turn))
            else:
                left.remove(original)
                letters.append(plain(names[original])[0])
        new = "".join(letters)
        return new.upper() if word.text.isupper() else new.capitalize() if word.text[0].isupper() else new

    def _letter(self, person: Identity, letter: str, turn: int) -> str:
        value = f"{person.name}/{letter}"
        new = self.drawing.draw("letter", value, lambda rng: rng.choice(_LETTERS), lambda c: c != letter, turn)
        return new or "x"

    def _other_initials(self, new: str) -> str:
        """Move the last letter on until the initials are nobody's of this document."""
        for _ in _LETTERS:
            if plain(new) not in self.forms:
                break
            place = max(i for i, c in enumerate(new) if c.isalpha())
            follower = _LETTERS[(_LETTERS.find(plain(new[place])) + 1) % len(_LETTERS)]
            new = new[:place] + copy_case(follower, new[place]) + new[place + 1 :]
        return new


def _letters(word: str, rng: Random) -> str:
    return redraw_code(word.upper(), rng).capitalize()
