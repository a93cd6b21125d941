"""Given and family names by culture: for surrogates and for training data.

The list is `lists/names.tsv`: culture, gender (f, m, u), kind (given, family), name. Its sources are told in
`lists/names.md`; all are under permissive licences.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Names:
    """Names of one culture: `given[gender]` for gender f, m or u, and `family`."""

    culture: str
    given: dict[str, tuple[str, ...]] = field(hash=False)
    family: tuple[str, ...] = ()

    def given_for(self, gender: str) -> tuple[str, ...]:
        """Return the given names of a gender ("f", "m"; "u" = any)."""
        if gender in self.given:
            return self.given[gender]
        return tuple(name for names in self.given.values() for name in names)


@cache
def names_by_culture() -> dict[str, Names]:
    """Read the list; cultures in alphabetical order, each with at least one given and one family name."""
    given: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    family: dict[str, list[str]] = defaultdict(list)
    text = files("clinx_hf.text").joinpath("lists/names.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        culture, gender, kind, name = line.split("\t")
        if kind == "given":
            given[culture][gender].append(name)
        else:
            family[culture].append(name)
    return {
        culture: Names(culture, {g: tuple(n) for g, n in sorted(given[culture].items())}, tuple(family[culture]))
        for culture in sorted(given)
        if family[culture]
    }


@cache
def known_name_words() -> tuple[frozenset[str], frozenset[str]]:
    """Return the lower-case words that occur as given names and as family names in the list."""
    given: set[str] = set()
    family: set[str] = set()
    for names in names_by_culture().values():
        for group in names.given.values():
            given.update(word for name in group for word in name.lower().split())
        family.update(word for name in names.family for word in name.lower().split())
    return frozenset(given), frozenset(family)


def plain(word: str) -> str:
    """Return a name's word without case, accents and characters that have no width.

    >>> plain("José"), plain("O\u2019BRIEN")
    ('jose', "o'brien")
    """
    if word.isascii():
        return word.lower()
    split = unicodedata.normalize("NFKD", word.replace("\u2019", "'"))
    return "".join(c for c in split if unicodedata.category(c) not in ("Mn", "Cf")).casefold().replace("\u0131", "i")


@dataclass(frozen=True)
class Listing:
    """Which cultures (and genders) the plain words of names belong to."""

    given: dict[str, frozenset[tuple[str, str]]] = field(hash=False)
    family: dict[str, frozenset[str]] = field(hash=False)


@cache
def listing() -> Listing:
    """Return the list turned round: from a name's plain word to cultures."""
    given: dict[str, set[tuple[str, str]]] = defaultdict(set)
    family: dict[str, set[str]] = defaultdict(set)
    for culture, names in names_by_culture().items():
        for gender, group in names.given.items():
            for name in group:
                given[plain(name)].add((culture, gender))
        for name in names.family:
            family[plain(name)].add(culture)
    return Listing({w: frozenset(c) for w, c in given.items()}, {w: frozenset(c) for w, c in family.items()})
