"""The forms in which a found value may stand elsewhere: words of names, initials, glued forms, codes without signs."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from clinx_hf.phi import Label
from clinx_hf.text import lists

SHORTEST_WORD = 3
SHORTEST_FOLDED = 5  # letters of a name that is looked for with confused signs
SHORTEST_CODE = 5
_NAME_WORD = re.compile(r"[^\W\d_]{2,}")

_CONFUSED = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s", "8": "b", "2": "z", "ı": "l"})
VALUES = frozenset({Label.HOSPITAL, Label.ORGANIZATION, Label.STREET, Label.CITY, Label.USERNAME})
CODES = frozenset(
    {
        Label.MRN,
        Label.SSN,
        Label.HEALTHPLAN,
        Label.ACCOUNT,
        Label.LICENSE,
        Label.VEHICLE,
        Label.DEVICE,
        Label.ID,
        Label.PHONE,
        Label.FAX,
    }
)


def bare(word: str) -> str:
    """Return a word without case and accents.

    >>> bare("Núñez"), bare("ØRSTED")
    ('nunez', 'ørsted')
    """
    if word.isascii():
        return word.casefold()
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))


def confusable(word: str) -> str:
    """Return a word in which signs that readers of images confuse are the same.

    >>> confusable("Sm1th") == confusable("SMITH"), confusable("Barney") == confusable("Bamey")
    (True, True)
    """
    return bare(word).translate(_CONFUSED).replace("rn", "m").replace("vv", "w")


@dataclass
class Known:
    """Forms to look for, each with its label."""

    words: dict[str, Label] = field(default_factory=dict)  # bare words of names
    confused: dict[str, Label] = field(default_factory=dict)
    initials: dict[str, set[str]] = field(default_factory=dict)  # bare word -> initials that may stand beside it
    pointed: dict[str, Label] = field(default_factory=dict)  # "JS", "JAS"
    glued: dict[str, Label] = field(default_factory=dict)  # "jsmith"
    values: dict[str, Label] = field(default_factory=dict)
    codes: dict[str, Label] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.words or self.values or self.codes)


def learn_code(known: Known, value: str, label: Label) -> None:
    """Add a code without its signs, if it is long enough and has a digit."""
    code = re.sub(r"\W", "", value).casefold()
    if len(code) >= SHORTEST_CODE and any(c.isdigit() for c in code):
        known.codes.setdefault(code, label)


def is_telling(value: str) -> bool:
    """Tell whether a place's or organisation's name is more than everyday words."""
    words = [w.casefold() for w in _NAME_WORD.findall(value)]
    common, clinical = lists.words("common_words"), lists.words("clinical_words")
    return len(value) >= 5 and any(len(w) > 3 and w not in common and w not in clinical for w in words)


def learn_name(known: Known, value: str, label: Label) -> None:
    """Add every form of a name."""
    particles, excluded = lists.words("name_particles"), lists.words("name_stops") | lists.words("degrees")
    found = [w for w in _NAME_WORD.findall(value) if w.casefold() not in particles]
    words = [
        w
        for w in found
        if len(w) >= SHORTEST_WORD and (w[0].isupper() or not w.isascii()) and w.casefold() not in excluded
    ]
    if value == value.casefold() or len(found) > 6:
        return
    for word in words:
        plain = bare(word)
        known.words.setdefault(plain, label)
        if len(plain) >= SHORTEST_FOLDED:
            known.confused.setdefault(confusable(word), label)
        known.initials.setdefault(plain, set()).update(bare(other[0]) for other in found if other != word)
    if len(words) >= 2:
        firsts = [bare(w)[0] for w in words]
        known.pointed.setdefault(firsts[0] + firsts[-1], label)
        known.pointed.setdefault(firsts[-1] + firsts[0], label)
        if len(firsts) == 3:
            known.pointed.setdefault("".join(firsts), label)
        for one, two in ((words[0], words[-1]), (words[-1], words[0])):
            a, b = bare(one), bare(two)
            for form in (a[0] + b, a + b, a + b[0], f"{a}.{b}", f"{a[0]}.{b}", f"{a}-{b}", f"{a}.{b[0]}"):
                if len(form) > 4:
                    known.glued.setdefault(form, label)
