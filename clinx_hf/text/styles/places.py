"""Surrogates of places, organisations and jobs: invented or common ones, word by word where a name tells its kind."""

from __future__ import annotations

import re
from functools import cache
from random import Random

from clinx_hf.phi import Label
from clinx_hf.text import lists
from clinx_hf.text.people import plain
from clinx_hf.text.styles.codes import code, filled
from clinx_hf.text.styles.drawing import Drawing
from clinx_hf.text.styles.forms import copy_case

REWORDED = frozenset({Label.HOSPITAL, Label.ORGANIZATION, Label.STREET, Label.LOCATION, Label.CITY})
_LONGEST_ACRONYM = 4
_WORD = re.compile(r"[^\W_]+(?:['\u2019](?!s\b)[^\W\d_]+)*", re.I)


@cache
def towns() -> tuple[str, ...]:
    """Return the invented towns: every head with every tail."""
    return tuple(head + tail for head in lists.lines("town_heads") for tail in lists.lines("town_tails"))


@cache
def _kind_words() -> frozenset[str]:
    return lists.words("kind_words") | lists.words("street_kinds") | lists.words("name_particles")


def whole(label: Label, value: str, rng: Random) -> str:
    """Return another state, country, nationality or job, in the case of the old one."""
    if label == Label.PROFESSION:
        return copy_case(rng.choice(lists.lines("jobs")), value)
    if label == Label.STATE:
        code = value.isupper() and len(value) <= 3
        return rng.choice(lists.lines("state_codes")) if code else copy_case(rng.choice(lists.lines("states")), value)
    nationality = value.casefold() in lists.words("nationalities")
    return copy_case(rng.choice(lists.lines("nationalities" if nationality else "countries")), value)


def reworded(value: str, drawing: Drawing, taken: frozenset[str], turn: int) -> str:
    """Replace the words of a name that do not tell its kind; a word that comes again gets the same new word."""
    words = [m.group() for m in _WORD.finditer(value)]
    kept = {w for w in words if w.casefold() in _kind_words() or (len(w) < 3 and not w.isdigit())}
    if not any(w not in kept for w in words):  # "The Park": all of it is its name
        kept = {w for w in words if w.islower() and len(w) < 4}

    def new_word(match: re.Match[str]) -> str:
        word = match.group()
        return word if word in kept else _new_word(word, drawing, taken, turn)

    return _WORD.sub(new_word, value)


def _new_word(word: str, drawing: Drawing, taken: frozenset[str], turn: int) -> str:
    def fits(new: str) -> bool:
        return plain(new) != plain(word) and plain(new) not in taken

    def make(rng: Random) -> str:
        if any(c.isdigit() for c in word) or (word.isupper() and len(word) <= _LONGEST_ACRONYM):
            new = filled(word, code(word, rng))
            return str(rng.randint(1, 9)) + new[1:] if new[0] == "0" else new
        return rng.choice(towns())

    new = drawing.draw("place", plain(word), make, fits, turn)
    return copy_case(new or "Xx", word)
