"""A value that was found once is looked for everywhere in its text, in every form in which it may stand there.

Names: each word as written, in capitals, without accents, with signs that a reader of images confuses (Sm1th, SrnITH),
with an initial beside it ("J. Smith", "Smith J"), as initials with points ("J.S."), and inside file names and addresses
("jsmith", "smith_john.pdf"). Words that are also common or clinical count only with a capital inside a sentence.
Hospitals, organisations, streets, cities and codes: the same value in any case, codes with any signs between.

One pass over the words of the text, whatever the number of names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from clinx_hf.phi import PERSON_LABELS, Label, Span
from clinx_hf.text import lists
from clinx_hf.text.forms_of_values import (
    CODES,
    SHORTEST_CODE,
    SHORTEST_FOLDED,
    SHORTEST_WORD,
    VALUES,
    Known,
    bare,
    confusable,
    is_telling,
    learn_code,
    learn_name,
)
from clinx_hf.text.people import names_by_culture

SOURCE = "propagation"
# How sure the model must be of a value before it is looked for elsewhere; what a rule found is sure enough.
_SURE = {"name": 0.6, "code": 0.7, "value": 0.97}
_SCORE = 0.9
_MOST_BETWEEN = 4  # characters between two words of a value

_WORD = re.compile(r"[^\W_]+")
_LINE_START = re.compile(r"(?:^|[\n.?!:;(\"'/|]|\s-)\s*$")
_INITIAL_AFTER = re.compile(r",?[ ]([^\W\d_])(?:\.|(?!\w))")
_INITIAL_BEFORE = re.compile(r"(?<!\w)([^\W\d_])(?:\.[ ]?|[ ])$")
_POINTED = re.compile(r"(?<![\w.])([^\W\d_a-z])\.[ ]?(?:([^\W\d_a-z])\.[ ]?)?([^\W\d_a-z])\.?(?![\w])")
_GLUED = re.compile(
    r"(?<!\w)[A-Za-z][A-Za-z.\-]{3,30}(?=\d{0,4}(?:@|_|\.(?:pdf|docx?|txt|jpe?g|png|dcm|tiff?|csv|xlsx?|rtf|html?|zip|mp[34]|wav)\b))"
)
_CODE = re.compile(r"(?<!\w)[A-Za-z0-9]{1,40}(?:[\-./][A-Za-z0-9]{1,40}){0,8}(?!\w)")
_SIGNS = re.compile(r"[\-./]")
_MOST_PARTS = 4  # parts of a code that blanks set apart
_NOT_EPONYM = re.compile(
    r"(?:'s)?[ -](?:[a-z]+[ ])?(?:disease|syndrome|sign|test|reflex|catheter|tube|score|scale|criteria|classification|procedure|operation|fracture|"
    r"lymphoma|tumou?r|palsy|manoeuvre|maneuver|phenomenon|ulcer|contracture|stain|body|bodies|cell|chorea|law|position|drain|needle|clamp|forceps|"
    r"line|murmur|node|fundoplication|anastomosis|oesophagus|esophagus|index|formula|enfermedad)\b"
)


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


def _learn(text: str, spans: Iterable[Span]) -> Known:
    known = Known()
    for span in sorted(spans, key=lambda s: (-s.score, s)):
        value = text[span.start : span.end]
        kind = "name" if span.label in PERSON_LABELS else "code" if span.label in CODES else "value"
        if span.source == "model" and span.score < _SURE[kind]:
            continue
        if kind == "name":
            learn_name(known, value, span.label)
        elif kind == "code":
            learn_code(known, value, span.label)
        elif span.label in VALUES and is_telling(value):
            known.values.setdefault(value.casefold(), span.label)
    return known


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


def find_values(text: str, values: Iterable[tuple[str, Label]], source: str) -> list[Span]:
    """Return where given values stand in a text: as they are whatever the case, accents and signs, and in all forms of names."""
    values = list(values)
    known = Known()
    for value, label in values:
        if label in PERSON_LABELS:
            learn_name(known, value.title() if value.islower() else value, label)
        elif label in CODES:
            learn_code(known, value, label)
    found = [*find_words(text, values, source)]
    for each in (_names, _pointed, _glued, _codes):
        found += [Span(s.start, s.end, s.label, s.score, source) for s in each(text, known)]
    return sorted(set(found))


def find_words(text: str, values: Iterable[tuple[str, Label]], source: str) -> list[Span]:
    """Return where the words of values follow each other in a text, whatever the case, accents and signs between."""
    by_first: dict[str, list[tuple[tuple[str, ...], Label]]] = {}
    for value, label in values:
        words = tuple(bare(word) for word in _WORD.findall(value))
        if words:
            by_first.setdefault(words[0], []).append((words, label))
    if not by_first:
        return []
    places = list(_WORD.finditer(text))
    plain = [bare(match.group()) for match in places]
    found = []
    for i, word in enumerate(plain):
        for words, label in by_first.get(word, ()):
            last = i + len(words) - 1
            if tuple(plain[i : last + 1]) == words and all(
                places[j + 1].start() - places[j].end() <= _MOST_BETWEEN for j in range(i, last)
            ):
                found.append(Span(places[i].start(), places[last].end(), label, 1.0, source))
    return found


def _span(start: int, end: int, label: Label) -> Span:
    return Span(start, end, label, _SCORE, SOURCE)


def _names(text: str, known: Known) -> Iterator[Span]:
    if not known.words:
        return
    for match in _WORD.finditer(text):
        word = match.group()
        if len(word) < SHORTEST_WORD:
            continue
        plain = bare(word)
        label = known.words.get(plain)
        if (
            label is None
            and len(word) >= SHORTEST_FOLDED
            and (any(c.isdigit() for c in word) or "rn" in plain or "m" in plain)
        ):
            label = known.confused.get(confusable(word))
        if label is not None and _may_be_name(text, match, word, plain):
            yield _span(*_with_initial(text, match, known.initials.get(plain, set())), label)


def _may_be_name(text: str, match: re.Match[str], word: str, plain: str) -> bool:
    common, clinical = _common()
    doubtful = plain in common or plain in clinical or len(word) == SHORTEST_WORD
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


def _pointed(text: str, known: Known) -> Iterator[Span]:
    if known.pointed:
        for match in _POINTED.finditer(text):
            label = known.pointed.get("".join(bare(g) for g in match.groups() if g))
            if label is not None:
                yield _span(match.start(), match.end(), label)


def _glued(text: str, known: Known) -> Iterator[Span]:
    if known.glued:
        for match in _GLUED.finditer(text):
            for part in (match.group(), *match.group().split("-")):
                label = known.glued.get(bare(part))
                if label is not None:
                    yield _span(match.start(), match.end(), label)
                    break


def _codes(text: str, known: Known) -> Iterator[Span]:
    """Codes whatever the signs in them, and blanks after every few digits."""
    if not known.codes:
        return
    run: list[re.Match[str]] = []
    for match in _CODE.finditer(text):
        if run and text[run[-1].end() : match.start()] != " ":
            run = []
        run = [*run[1 - _MOST_PARTS :], match]
        for i in range(len(run)):
            code = "".join(_SIGNS.sub("", part.group()) for part in run[i:]).casefold()
            label = known.codes.get(code) if len(code) >= SHORTEST_CODE else None
            if label is not None:
                yield _span(run[i].start(), match.end(), label)
                break


def _values(text: str, known: Known) -> Iterator[Span]:
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
