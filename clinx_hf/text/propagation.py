"""A value that was found once is looked for everywhere in its text, in every form in which it may stand there.

Names: each word as written, in capitals, without accents, with signs that a reader of images confuses (Sm1th, SrnITH),
with an initial beside it ("J. Smith", "Smith J"), as initials with points ("J.S."), and inside file names and addresses
("jsmith", "smith_john.pdf"). Words that are also common or clinical count only with a capital inside a sentence.
Hospitals, organisations, streets, cities and codes: the same value in any case, codes with any signs between.

One pass over the words of the text, whatever the number of names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from clinx_hf.phi import PERSON_LABELS, Label, Span
from clinx_hf.text import lists
from clinx_hf.text.people import names_by_culture

SOURCE = "propagation"
# How sure the model must be of a value before it is looked for elsewhere; what a rule found is sure enough.
_SURE = {"name": 0.6, "code": 0.7, "value": 0.97}
_SCORE = 0.9
_SHORTEST_WORD = 3
_SHORTEST_FOLDED = 5  # letters of a name that is looked for with confused signs
_SHORTEST_CODE = 5

_NAME_WORD = re.compile(r"[^\W\d_]{2,}")
_WORD = re.compile(r"[^\W_]+")
_LINE_START = re.compile(r"(?:^|[\n.?!:;(\"'/|]|\s-)\s*$")
_INITIAL_AFTER = re.compile(r",?[ ]([^\W\d_])(?:\.|(?!\w))")
_INITIAL_BEFORE = re.compile(r"(?<!\w)([^\W\d_])(?:\.[ ]?|[ ])$")
_POINTED = re.compile(r"(?<![\w.])([^\W\d_a-z])\.[ ]?(?:([^\W\d_a-z])\.[ ]?)?([^\W\d_a-z])\.?(?![\w])")
_GLUED = re.compile(
    r"(?<!\w)[A-Za-z][A-Za-z.\-]{3,30}(?=\d{0,4}(?:@|_|\.(?:pdf|docx?|txt|jpe?g|png|dcm|tiff?|csv|xlsx?|rtf|html?|zip|mp[34]|wav)\b))"
)
_CODE = re.compile(r"(?<![\w])[A-Za-z0-9](?:[A-Za-z0-9]|[\-./ ](?=[A-Za-z0-9])){4,40}(?!\w)")
_NOT_EPONYM = re.compile(
    r"(?:'s)?[ -](?:[a-z]+[ ])?(?:disease|syndrome|sign|test|reflex|catheter|tube|score|scale|criteria|classification|procedure|operation|fracture|"
    r"lymphoma|tumou?r|palsy|manoeuvre|maneuver|phenomenon|ulcer|contracture|stain|body|bodies|cell|chorea|law|position|drain|needle|clamp|forceps|"
    r"line|murmur|node|fundoplication|anastomosis|oesophagus|esophagus|index|formula|enfermedad)\b"
)
_CONFUSED = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s", "8": "b", "2": "z", "ı": "l"})
_VALUES = frozenset({Label.HOSPITAL, Label.ORGANIZATION, Label.STREET, Label.CITY, Label.USERNAME})
_CODES = frozenset(
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
class _Known:
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


@cache
def _foreign_names() -> frozenset[str]:
    """Listed names that cannot be English words, as "cliff" and "waters" can; others stand in lower case as words."""
    words = {False: set[str](), True: set[str]()}
    for culture, names in names_by_culture().items():
        pool = words[culture in ("english", "irish")]
        pool.update(bare(word) for name in (*names.given_for("u"), *names.family) for word in name.split())
    return frozenset(words[False] - words[True])


def _common() -> tuple[frozenset[str], frozenset[str]]:
    return lists.words("common_words"), lists.words("clinical_words")


def _learn(text: str, spans: Iterable[Span]) -> _Known:
    known = _Known()
    for span in sorted(spans, key=lambda s: (-s.score, s)):
        value = text[span.start : span.end]
        kind = "name" if span.label in PERSON_LABELS else "code" if span.label in _CODES else "value"
        if span.source == "model" and span.score < _SURE[kind]:
            continue
        if kind == "name":
            _learn_name(known, value, span.label)
        elif kind == "code":
            code = re.sub(r"\W", "", value).casefold()
            if len(code) >= _SHORTEST_CODE and any(c.isdigit() for c in code):
                known.codes.setdefault(code, span.label)
        elif span.label in _VALUES and _is_telling(value):
            known.values.setdefault(value.casefold(), span.label)
    return known


def _is_telling(value: str) -> bool:
    """Tell whether a place's or organisation's name is more than everyday words."""
    words = [w.casefold() for w in _NAME_WORD.findall(value)]
    common, clinical = _common()
    return len(value) >= 5 and any(len(w) > 3 and w not in common and w not in clinical for w in words)


def _learn_name(known: _Known, value: str, label: Label) -> None:
    particles, excluded = lists.words("name_particles"), lists.words("name_stops") | lists.words("degrees")
    found = [w for w in _NAME_WORD.findall(value) if w.casefold() not in particles]
    words = [
        w
        for w in found
        if len(w) >= _SHORTEST_WORD and (w[0].isupper() or not w.isascii()) and w.casefold() not in excluded
    ]
    if value == value.casefold() or len(found) > 6:
        return
    for word in words:
        plain = bare(word)
        known.words.setdefault(plain, label)
        if len(plain) >= _SHORTEST_FOLDED:
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


def propagate(text: str, spans: Sequence[Span]) -> list[Span]:
    """Return where values of surely found spans stand in the text, in any of their forms."""
    known = _learn(text, spans)
    if not known:
        return []
    found = [
        *_names(text, known),
        *_pointed(text, known),
        *_glued(text, known),
        *_codes(text, known),
        *_values(text, known),
    ]
    return sorted(set(found))


def _span(start: int, end: int, label: Label) -> Span:
    return Span(start, end, label, _SCORE, SOURCE)


def _names(text: str, known: _Known) -> Iterator[Span]:
    if not known.words:
        return
    for match in _WORD.finditer(text):
        word = match.group()
        if len(word) < _SHORTEST_WORD:
            continue
        plain = bare(word)
        label = known.words.get(plain)
        if (
            label is None
            and len(word) >= _SHORTEST_FOLDED
            and (any(c.isdigit() for c in word) or "rn" in plain or "m" in plain)
        ):
            label = known.confused.get(confusable(word))
        if label is not None and _may_be_name(text, match, word, plain):
            yield _span(*_with_initial(text, match, known.initials.get(plain, set())), label)


def _may_be_name(text: str, match: re.Match[str], word: str, plain: str) -> bool:
    common, clinical = _common()
    doubtful = plain in common or plain in clinical or len(word) == _SHORTEST_WORD
    if _NOT_EPONYM.match(text, match.end()):
        return False
    if word[0].islower():
        # Lower case counts inside file names and the like, and where the word can be nothing else.
        beside = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        return not doubtful and ("_" in beside or (len(word) > 4 and plain in _foreign_names()))
    if not doubtful:
        return True
    inside = not _LINE_START.search(text, max(0, match.start() - 6), match.start())
    return inside and not (word.isupper() and _is_loud_line(text, match)) and plain not in common


def _is_loud_line(text: str, match: re.Match[str]) -> bool:
    around = text[max(0, match.start() - 20) : match.end() + 20]
    return sum(c.isupper() for c in around) > 2 * sum(c.islower() for c in around)


def _with_initial(text: str, match: re.Match[str], initials: set[str]) -> tuple[int, int]:
    """The word with the initial of another word of the same name right before or after it."""
    start, end = match.span()
    before = _INITIAL_BEFORE.search(text, max(0, start - 4), start)
    if before and bare(before.group(1)) in initials and before.group(1).isupper():
        start = before.start()
    after = _INITIAL_AFTER.match(text, end)
    if after and bare(after.group(1)) in initials and after.group(1).isupper():
        end = after.end(1)
    return start, end


def _pointed(text: str, known: _Known) -> Iterator[Span]:
    if known.pointed:
        for match in _POINTED.finditer(text):
            label = known.pointed.get("".join(bare(g) for g in match.groups() if g))
            if label is not None:
                yield _span(match.start(), match.end(), label)


def _glued(text: str, known: _Known) -> Iterator[Span]:
    if known.glued:
        for match in _GLUED.finditer(text):
            for part in (match.group(), *match.group().split("-")):
                label = known.glued.get(bare(part))
                if label is not None:
                    yield _span(match.start(), match.end(), label)
                    break


def _codes(text: str, known: _Known) -> Iterator[Span]:
    if not known.codes:
        return
    for match in _CODE.finditer(text):
        value = match.group()
        whole = known.codes.get(re.sub(r"\W", "", value).casefold())
        if whole is not None:
            yield _span(match.start(), match.end(), whole)
            continue
        if " " in value:
            at = match.start()
            for part in value.split(" "):
                label = known.codes.get(re.sub(r"\W", "", part).casefold()) if len(part) >= _SHORTEST_CODE else None
                if label is not None:
                    yield _span(at, at + len(part), label)
                at += len(part) + 1


def _values(text: str, known: _Known) -> Iterator[Span]:
    """Places and organisations, found by their first word and then compared whole."""
    by_first: dict[str, list[tuple[str, Label]]] = {}
    for value, label in known.values.items():
        first = _WORD.match(value)
        if first:
            by_first.setdefault(first.group(), []).append((value, label))
    if not by_first:
        return
    for match in _WORD.finditer(text):
        if not match.group()[0].isupper():
            continue
        for value, label in by_first.get(match.group().casefold(), ()):
            end = match.start() + len(value)
            if text[match.start() : end].casefold() == value and not text[end : end + 1].isalnum():
                yield _span(match.start(), end, label)
