"""Reading one written form of a person's name: which words it has, and what each of them is."""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from clinx_hf.text import lists
from clinx_hf.text.people import listing, plain


class Role(StrEnum):
    """What a word of a name is."""

    GIVEN = "given"
    FAMILY = "family"
    INITIALS = "initials"
    KEPT = "kept"  # "de", "Jr", "Baby of"


@dataclass(frozen=True, slots=True)
class NameWord:
    """A word of a written name, at `start:end` of the form."""

    start: int
    end: int
    text: str
    plain: str
    role: Role


# Beside the particles: what stands in a name's span and says nothing about who it is.
_KEPT = frozenset("jr sr ii iii iv nee née aka alias baby of the or and zu zur ter af bte binte binti i".split())
_ALSO_GIVEN = frozenset({"al", "do"})  # particles that people are called by, too, where they come first
_KINSHIP_SIGN = re.compile(r"(?i)(?<!\w)[asdwc]/[lpo](?!\w)")  # "a/l", "s/o"


@cache
def _word() -> re.Pattern[str]:
    """Letters with their marks and digits (an OCR's "Garc1a"); an apostrophe inside unless it is a possessive."""
    marks = "".join(
        re.escape(chr(c))
        for c in range(0x300, sys.maxunicode if sys.maxunicode < 0x10000 else 0x10000)
        if unicodedata.category(chr(c)) in ("Mn", "Mc", "Cf")
    )
    letter = rf"[^\W\d_][{marks}\u00ad]*"
    return re.compile(rf"{letter}(?:{letter}|\d)*(?:['\u2019](?!s\b)(?:{letter}){{2,}})*", re.I)


def read_name(form: str) -> tuple[NameWord, ...]:
    """Return the words of a written name with their roles.

    Before a comma or a caret stand family names; without one the last word is the family name, unless the lists of names
    or the writing ("SMITH John") say otherwise.
    """
    kept = [(m.start(), m.end()) for m in _KINSHIP_SIGN.finditer(form)]
    matches = list(_word().finditer(form))
    words = []
    for match in matches:
        possessive = match.group() in "sS" and form[: match.start()].endswith(("'", "\u2019"))
        inside = possessive or any(a <= match.start() < b for a, b in kept)
        words.append(_first_guess(match, inside, alone=len(matches) == 1, first=match is matches[0]))
    full = [i for i, word in enumerate(words) if word.role is Role.GIVEN]
    family = _family(form, words, full)
    return tuple(replace(word, role=Role.FAMILY) if i in family else word for i, word in enumerate(words))


def _first_guess(match: re.Match[str], kinship: bool, alone: bool, first: bool) -> NameWord:
    text = match.group()
    word = plain(text)
    particle = word in _KEPT or word in lists.words("name_particles")
    if alone or (len(word) == 1 and text.isupper()) or (first and text[0].isupper() and word in _ALSO_GIVEN):
        particle = False  # "Do" alone, "E. Brandvold", "Al Green"
    if kinship or particle:
        role = Role.KEPT
    elif len(word) == 1 or (len(word) <= 3 and text.isupper() and not _is_listed(word)) or _is_code(word, text):
        role = Role.INITIALS
    else:
        role = Role.GIVEN
    return NameWord(match.start(), match.end(), text, word, role)


def _is_code(word: str, text: str) -> bool:
    """Tell whether two small letters are a typist's initials."""
    return len(word) == 2 and text.islower() and word not in listing().given and word not in listing().family


def _is_listed(word: str) -> bool:
    return len(word) == 3 and (word in listing().given or word in listing().family)


def _family(form: str, words: list[NameWord], full: list[int]) -> set[int]:
    """Return which of the full words are family names; none for a single word, which others must place."""
    comma = re.search(r"[,^]", form)
    if comma and (before := {i for i in full if words[i].start < comma.start()}):
        return before
    initials = [i for i, word in enumerate(words) if word.role is Role.INITIALS]
    if len(full) < 2:
        return set(full) if initials else set()  # "J. Smith", "Smith J"
    particle = next(
        (i for i, w in enumerate(words) if w.role is Role.KEPT and i > full[0] and w.plain not in _KEPT), None
    )
    if particle is not None and (behind := {i for i in full if i > particle}):
        return behind
    upper = {i for i in full if words[i].text.isupper() and len(words[i].plain) > 1}
    if upper and len(upper) < len(full):
        return upper
    groups = _hyphen_groups(form, words, full)
    if len(groups) < 2:
        return set()
    first, last = groups[0], groups[-1]
    if _only_family(words, first) and not _only_family(words, last) and _may_be_given(words, last):
        return set(first)
    family = set(last)
    if len(groups) > 2 and _only_family(words, groups[-2]):
        family |= set(groups[-2])
    return family


def _hyphen_groups(form: str, words: list[NameWord], full: list[int]) -> list[list[int]]:
    groups: list[list[int]] = []
    for i in full:
        joined = groups and form[words[groups[-1][-1]].end : words[i].start] in ("-", "\u2010", "\u2011", "\u2013")
        if joined:
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups


def _only_family(words: list[NameWord], group: list[int]) -> bool:
    known = listing()
    return any(words[i].plain in known.family and words[i].plain not in known.given for i in group)


def _may_be_given(words: list[NameWord], group: list[int]) -> bool:
    return any(words[i].plain in listing().given for i in group)
