"""The fence around the rewriter: which fillers may stand. What it refuses is written by the surrogate instead.

A filler may hold words of a closed vocabulary only, in lower case, no digit, no word of any identifier of the text, no
negation, side or unit, and it is short. So a model of any size can neither bring an identifier back nor say anything
clinical: numbers, units, negations and sides of the text are those outside the gaps, and these stay as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from clinx_hf.phi import PERSON_LABELS, Label
from clinx_hf.text import lists
from clinx_hf.text.folding import fold
from clinx_hf.text.gaps import Gap
from clinx_hf.text.hints import AGE_HINTS, SEASONS, words_of

LONGEST = 48  # characters of a filler
_SHAPE = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*(?: [^\W\d_]+(?:['-][^\W\d_]+)*)*,?")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LITTLE = frozenset(
    "a an the this that his her their of in on at by for from to with and or el la los las un una de del en y".split()
)
# Values of these are generic words themselves often enough ("farm worker", "the school"): sharing a word tells nothing.
_GENERIC_VALUES = frozenset(
    {Label.PROFESSION, Label.HOSPITAL, Label.ORGANIZATION, Label.STREET, Label.LOCATION, Label.STATE, Label.AGE}
)
_PROTECTED = re.compile(
    r"(?i)\d+(?:[.,/]\d+)*|(?<!\w)(?:no|not|non|none|never|nor|without|denie[sd]|negative|absent|sin|nunca|ningun[oa]?"
    r"|left|right|bilateral|unilateral|izquierd[oa]|derech[oa]|l|r|lt|rt|units)(?!\w)|%"
    # A unit stands behind a number: the "M" of "64 M" is a man.
    r"|(?<=\d)\s?(?:mg|mcg|µg|ug|g|kg|ml|dl|mmol|mol|mm|cm|m|mmhg|bpm|iu|meq)(?!\w)"
)


def protected(text: str) -> Counter[str]:
    """Count the numbers, units, negations and sides of a text, folded, in lower case."""
    return Counter(match.group().strip().lower() for match in _PROTECTED.finditer(fold(text).text))


@cache
def vocabulary(spanish: bool = False) -> frozenset[str]:
    """Return the words that a filler may hold, in a Spanish text or in any other."""
    found: set[str] = set()
    for row in lists.rows("fillers"):
        if row[0] == "=":
            written = row[3 if spanish else 2]
        elif spanish == ("es" in row[1].split()):
            written = row[2]
        else:
            continue
        found.update(_WORD.findall(re.sub(r"[{<]\w+[}>]", "", written)))
    if not spanish:
        for line in lists.lines("generic_words"):
            found.update(line.split())
        for row in lists.rows("generic_mentions"):
            found.update(row[2].split())
    return frozenset(found)


# What may be said of an age beside its decade, and of whom.
_OF_AGE = {
    **dict.fromkeys(("infant", "infancy", "baby", "meses"), "infant"),
    **dict.fromkeys(("child", "childhood", "menor"), "child"),
    **dict.fromkeys(("teenage", "teenager", "adolescence", "adolescente"), "teens"),
    "young": "child teens twenties thirties",
    "joven": "teens twenties thirties",
    "adult": "twenties thirties forties fifties",
    "middle-aged": "forties fifties sixties",
    "mediana": "forties fifties sixties",
    "older": "sixties seventies eighties old",
    "elderly": "seventies eighties old",
    "avanzada": "seventies eighties old",
}
_KINDS_OF = (Label.PROFESSION, Label.HOSPITAL, Label.ORGANIZATION, Label.LOCATION)


@cache
def _telling(label: Label) -> dict[str, str]:
    """Return word -> the hints of which one must have been given for a filler to say it, for a label."""
    if label == Label.AGE:
        wanted: frozenset[str] = frozenset(AGE_HINTS)
    elif label == Label.DATE:
        wanted = frozenset(SEASONS)
    else:
        wanted = frozenset(row[0] for row in lists.rows("kinds") if row[1] == label)
    found: dict[str, list[str]] = {}
    for row in lists.rows("fillers"):
        if row[0] == "=" and row[1] in wanted:
            for word in {*_WORD.findall(row[2]), *_WORD.findall(row[3])}:
                found.setdefault(word, []).append(row[1])
    telling = {word: " ".join(hints) for word, hints in found.items() if len(hints) < 4 and word not in _LITTLE}
    return {**telling, **_OF_AGE} if label == Label.AGE else telling


def contradicts(filler: str, gap: Gap) -> bool:
    """Tell whether a filler says another decade, season, job or kind of place than the hints of its gap.

    Where the hints tell no kind of a place, the model may take one from the text ("the clinic").
    """
    label, hints = gap.inner.label, set(gap.hints)
    if label not in (Label.AGE, Label.DATE, *_KINDS_OF):
        return False
    telling = _telling(label)
    if label in (Label.HOSPITAL, Label.ORGANIZATION, Label.LOCATION) and not any(
        hints & set(allowed.split()) for allowed in telling.values()
    ):
        return False
    return any(not hints & set(telling[word].split()) for word in _WORD.findall(filler) if word in telling)


@dataclass(frozen=True)
class Fence:
    """What is forbidden in one text: the words and the values of its identifiers, folded.

    Attributes:
        words: words of names, dates and codes; no filler may hold one.
        values: (label, value) of all identifiers, letters and digits only; no filler may hold one whole.
    """

    words: frozenset[str]
    values: frozenset[tuple[Label, str]]

    @classmethod
    def around(cls, identifiers: Iterable[tuple[Label, str]]) -> Fence:
        """Build the fence of a text from the labels and values of what was taken out."""
        words: set[str] = set()
        values: set[tuple[Label, str]] = set()
        for label, value in identifiers:
            if label not in _GENERIC_VALUES:
                least = 2 if label in PERSON_LABELS else 3
                words.update(w for w in _bare_words(value) if len(w) >= least and w not in _LITTLE)
            values.add((label, _squeezed(value)))
        return cls(frozenset(words), frozenset(values))

    def passes(self, filler: str | None, gap: Gap) -> bool:
        """Tell whether a filler may stand in a gap."""
        if filler is None:
            return False
        if not filler:
            return bool({"joined", "dropped"} & set(gap.hints))
        if len(filler) > LONGEST or not _SHAPE.fullmatch(filler) or filler != filler.lower():
            return False
        if filler.endswith(",") and gap.inner.label != Label.AGE:
            return False
        rest = f" {filler.rstrip(',')} "
        if gap.noun:
            if rest.count(f" {gap.noun} ") != 1:
                return False
            rest = rest.replace(f" {gap.noun} ", " ")
        known, said = vocabulary("es" in gap.hints), rest.split()
        if not all(word in known for word in said) or protected(rest) or any(a == b for a, b in pairwise(said)):
            return False
        return not contradicts(rest, gap) and not self.returns(filler)

    def returns(self, filler: str) -> bool:
        """Tell whether a filler brings back a word or a value that was taken out."""
        if not self.words.isdisjoint(_bare_words(filler)):
            return True
        squeezed = _squeezed(filler)
        for label, value in self.values:
            if label != Label.AGE and (
                value == squeezed or (len(value) > 3 and label not in _GENERIC_VALUES and value in squeezed)
            ):
                return True
        return False


def _bare(text: str) -> str:
    """Fold a text and take off its accents."""
    decomposed = unicodedata.normalize("NFD", fold(text).text.casefold())
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn")


def _bare_words(text: str) -> list[str]:
    return words_of(_bare(text))


def _squeezed(value: str) -> str:
    return "".join(c for c in _bare(value) if c.isalnum())
