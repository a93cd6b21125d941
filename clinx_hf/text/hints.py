"""What the rewriter is told about an identifier: words of a closed list, never the identifier.

A hint is so coarse that the clean text may say it: the decade of an age, the kind of a place, the class of a job. The
season of a date is taken from its surrogate, since the real one would tell more than the year.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from clinx_hf.phi import Label, age_in_years, is_bare_year
from clinx_hf.text import lists
from clinx_hf.text.folding import fold

_WORD = re.compile(r"[^\W\d_]+")
_DECADES = ("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties")
AGE_HINTS = ("infant", "child", "teens", *_DECADES, "old")
SEASONS = ("winter", "spring", "summer", "autumn")
SHAPE_HINTS = ("f", "m", "again", "other", "noun", "years", "indef", "prep", "joined", "adj", "dropped", "es")
_OTHER_HINTS = ("year", "retired")
_BELOW_A_YEAR = re.compile(r"(?i)\d\s*(?:m|mo|mos|months?|meses|w|wks?|weeks?|semanas|d|days?|d[ií]as|hours?|h)\b")
_ADULT = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ISO = re.compile(r"(?:18|19|20)\d\d[-./]?(\d\d)")
_PAIR = re.compile(r"(?<!\d)(\d{1,2})\s?[-./]\s?(\d{1,2})(?!\d)")
_NATIONS = frozenset(
    "german french spanish italian chinese japanese indian russian greek dutch english scottish welsh british american "
    "korean arab swedish danish finnish czech hungarian croatian swiss belgian austrian".split()
)


@cache
def all_hints() -> tuple[str, ...]:
    """Return every hint that there is, in a fixed order."""
    kinds = (row[0] for row in lists.rows("kinds"))
    return tuple(dict.fromkeys((*SHAPE_HINTS, *_OTHER_HINTS, *AGE_HINTS, *SEASONS, *kinds)))


@cache
def _kinds(label: Label) -> dict[str, str]:
    found: dict[str, str] = {}
    for hint, name, words in lists.rows("kinds"):
        if name == label:
            for word in words.split():
                found.setdefault(word, hint)
    return found


@cache
def _months() -> dict[str, int]:
    found: dict[str, int] = {}
    for name in ("months", "months_es"):
        names = [line.lower().rstrip(".") for line in lists.lines(name)]
        for word in names:
            number = next((i for i, start in enumerate(_MONTH_STARTS) if word[:3] in start), None)
            if number is not None:
                found[word] = number + 1
    return found


_MONTH_STARTS = tuple(
    tuple(group.split()) for group in "jan ene|feb|mar|apr abr|may|jun|jul|aug ago|sep set|oct|nov|dec dic".split("|")
)


_SPANISH = frozenset(
    "de la el los las del que con por para una un se en al su sus y desde sin hasta lo me le qué quién oye creo hola pasa "
    "refiere paciente pac pcte pte años fecha edad nombre apellidos médico médica servicio hoja informe madre hijo hab meses "
    "enf busca exp cirujano ayudante retirada aviso dosis nuestra estimada estimado laboratorio".split()
)
_NOT_SPANISH = frozenset(
    "the of and with to for was is on by at he she her his le les des du et au est une dans pour avec der die das und mit "
    "von den ist da do com em não uma il di per het een van".split()
)


def is_spanish(text: str) -> bool:
    """Tell whether a text is Spanish, from its little words; a text that does not say is not."""
    counts = Counter(words_of(text[:4000]))
    seen = [word for word in _SPANISH if counts[word]]
    spanish, other = sum(counts[w] for w in seen), sum(counts[w] for w in _NOT_SPANISH)
    return len(seen) > 1 and spanish > 1.5 * other


def words_of(value: str) -> list[str]:
    """Return the folded lower-case words of a value."""
    return [word.casefold() for word in _WORD.findall(fold(value).text)]


def kind(label: Label, value: str) -> tuple[str, ...]:
    """Return what kind of place, organisation or job a value names; nothing when no word tells it.

    >>> kind(Label.HOSPITAL, "St Colman's University Hospital")
    ('hospital',)
    """
    known, words = _kinds(label), words_of(value)
    # The last word tells the kind in English ("Hill Family Clinic"), the first in Spanish; the last one wins.
    found = next((known[word] for word in reversed(words) if word in known), None)
    hints: tuple[str, ...] = (found,) if found else ()
    if label == Label.PROFESSION and any(w in ("retired", "former", "ex", "jubilado", "jubilada") for w in words):
        hints += ("retired",)
    return hints


def decade(value: str) -> tuple[str, ...]:
    """Return the stage of life that an age's text tells: "infant", "child", "teens", "twenties" ... "old" (90 and above).

    >>> decade("64"), decade("7 months"), decade("thirties"), decade("nine")
    (('sixties',), ('infant',), ('thirties',), ('child',))
    """
    value = fold(value).text
    if _BELOW_A_YEAR.search(value):
        return ("infant",)
    number = re.search(r"\d+", value)
    if number:
        return _stage(int(number.group()))
    words = words_of(value)
    for word in words:
        if word in _DECADES or word == "teens":
            return (word,)
        if word in _ADULT:
            return _stage(20 + 10 * _ADULT.index(word))
    years = age_in_years(value)
    if years is not None:
        return _stage(years)
    if words and words[0].endswith("teen"):
        return ("teens",)
    return ("child",) if words and words[0] in "one two three four five six seven eight nine ten eleven twelve" else ()


def _stage(years: int) -> tuple[str, ...]:
    if years < 20:
        return ("infant" if years < 2 else "child" if years < 13 else "teens",)
    return (_DECADES[years // 10 - 2] if years < 90 else "old",)


def season(value: str) -> tuple[str, ...]:
    """Return the season of a date's text, or "year" for a bare year; nothing when no month is told.

    >>> season("3 March 2021"), season("2011"), season("the 12th")
    (('spring',), ('year',), ())
    """
    value = fold(value).text
    if is_bare_year(value):
        return ("year",)
    month = next((_months()[word] for word in words_of(value) if word in _months()), 0)
    if not month:
        iso, pair = _ISO.search(value), _PAIR.search(value)
        numbers: Iterable[str] = iso.groups() if iso else pair.groups() if pair else ()
        month = next((int(n) for n in numbers if 1 <= int(n) <= 12), 0)
    return (SEASONS[month % 12 // 3],) if month else ()


def is_nationality(value: str) -> bool:
    """Tell whether a COUNTRY is written as an adjective or a people's name ("Filipino")."""
    folded = fold(value).text.casefold()
    return folded in lists.words("nationalities") or folded in _NATIONS
