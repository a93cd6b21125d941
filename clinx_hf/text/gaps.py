"""Gaps: what the rewriter fills. An identifier with the words that are attached to it, and hints about it.

A gap takes in the title before a name ("Dr. Lee"), a relative's or a role's word ("her daughter Kim", "Nurse Joy"), an
article, the preposition of a date ("on 3 March"), the unit and noun of an age ("64-year-old man"), and the comma between
two parts of one address. All that is swallowed comes from closed lists without numbers, units, negations or sides, and
a swallowed noun is written again by the filler. The gap is what is reported, so that nothing outside it changes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from clinx_hf.phi import PERSON_LABELS, Label, Span
from clinx_hf.text import hints as told
from clinx_hf.text import lists

ADDRESS = frozenset({Label.STREET, Label.CITY, Label.LOCATION, Label.STATE, Label.COUNTRY, Label.ZIP})
_REACH = 48  # characters looked at on either side
_TITLES = {
    **dict.fromkeys("mr sir señor don".split(), "m"),
    **dict.fromkeys("mrs ms miss sra srta señora doña dra doctora mme mlle madam".split(), "f"),
    **dict.fromkeys("mx dr drs prof professor doctor sr".split(), "u"),
}
_TITLE = re.compile(rf"(?i)(?<![\w-])({'|'.join(sorted(_TITLES, key=len, reverse=True))})\.?\s{{1,2}}$")
_ARTICLE = re.compile(r"(?i)(?<![\w-])(?:the|el|la)\s$")
_INDEFINITE = re.compile(r"(?i)(?<![\w-])an?\s$")
_DATE_BEFORE = re.compile(r"(?i)(?<![\w-])(?:on|in|at|en)\s(?:the\s|el\s)?$|(?<![\w-])el\s$")
_AGE_BEFORE = re.compile(r"(?i)(?<![\w-])(?:at the age of|at age|aged|age|at)\s$")
_AGE_BEFORE_ES = re.compile(r"(?i)(?<![\w-])de\s$")
_YEARS = re.compile(
    r"(?i)[\s-]{0,2}(?:(?:years?|yrs?\.?)(?:[\s-]{1,2}old)?|y\.?o\.?|y/o|y|a[ñn]os?(?: de edad)?|a(?=[,;)])|a\.(?=[\s,])"
    r"|old)(?![^\W_])|a(?![^\W_])"
)
_SEPARATOR = re.compile(r",?[ \t]{0,2}")
_AND_SO_ON = re.compile(r"\s(?!(?:and|or|but|who|with|in|on|at|from|by|since|to|y|en|de|que)\b)(?=[a-z])")


@dataclass(frozen=True, slots=True)
class Gap:
    """One identifier to be rewritten.

    Attributes:
        span: what goes: the identifier with its attached words.
        inner: the identifier itself.
        hints: what the model is told, from `hints.all_hints`.
        noun: the attached word as the filler writes it, or "".
    """

    span: Span
    inner: Span
    hints: tuple[str, ...] = ()
    noun: str = ""


@cache
def _attached(kind: str) -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    """Return a pattern of the attached words of a kind, and word -> (gender, how it is written again)."""
    known: dict[str, tuple[str, str]] = {}
    for row in lists.rows("attached_words"):
        if row[2] == kind:
            known[row[0]] = (row[1], row[3] if len(row) > 3 else row[0])
    words = "|".join(re.escape(word) for word in sorted(known, key=len, reverse=True))
    if kind == "age":
        return re.compile(rf"[ \t]?(?P<noun>(?i:{words}))(?![\w/-])"), known
    return re.compile(rf"(?i)(?<![\w-])(?P<noun>{words})\.?(?P<comma>,?)[ \t\n]#?$"), known


def find_gaps(text: str, spans: Sequence[Span], shown: Sequence[str]) -> list[Gap]:
    """Return one gap per span, in order. `shown` holds the surrogate of each span, which tells the season of a date."""
    gaps: list[Gap] = []
    for number, span in enumerate(spans):
        floor = gaps[-1].span.end if gaps else 0
        ceiling = spans[number + 1].start if number + 1 < len(spans) else len(text)
        before, after = text[max(floor, span.start - _REACH) : span.start], text[span.end : ceiling][:_REACH]
        gaps.append(_gap(text, span, before, after, gaps[-1] if gaps else None, shown[number]))
    gaps = _with_people(text, gaps)
    if not _is_spanish(text, gaps):
        return gaps
    return [replace(gap, hints=(*gap.hints, "es")) for gap in gaps]


def _is_spanish(text: str, gaps: Sequence[Gap]) -> bool:
    """Judge by what stands outside the gaps: the language of a name is not that of its text."""
    starts, ends = [0, *(gap.span.end for gap in gaps)], [*(gap.span.start for gap in gaps), len(text)]
    return told.is_spanish(" ".join(text[start:end] for start, end in zip(starts, ends, strict=True)))


def _gap(text: str, span: Span, before: str, after: str, previous: Gap | None, shown: str) -> Gap:
    value, label = text[span.start : span.end], span.label
    if label in PERSON_LABELS:
        return _name(span, before, after)
    if label == Label.AGE:
        return _age(span, value, before, after)
    if label in ADDRESS and previous and previous.inner.label in ADDRESS:
        between = text[previous.span.end : span.start]
        if between and _SEPARATOR.fullmatch(between):
            return _made(span, between, 0, ("joined",))
    if label == Label.DATE:
        swallowed = _DATE_BEFORE.search(before)
        return _made(span, swallowed, 0, (("prep",) if swallowed else ()) + told.season(shown))
    if label == Label.PROFESSION:
        swallowed = _INDEFINITE.search(before)
        return _made(span, swallowed, 0, (("indef",) if swallowed else ()) + told.kind(label, value))
    if label == Label.COUNTRY and told.is_nationality(value):
        return _nationality(span, before, after)
    if label in (Label.HOSPITAL, Label.ORGANIZATION, Label.LOCATION):
        return _place(span, value, before)
    return Gap(span, span)


def _made(span: Span, left: re.Match[str] | str | None, right: int, hints: tuple[str, ...], noun: str = "") -> Gap:
    size = len(left if isinstance(left, str) else left.group()) if left else 0
    return Gap(replace(span, start=span.start - size, end=span.end + right), span, hints, noun)


def _name(span: Span, before: str, after: str) -> Gap:
    gender, at = "u", len(before)
    while match := _TITLE.search(before[:at]):
        gender = _TITLES[match.group(1).lower()] if gender == "u" else gender
        at = match.start()
    if at < len(before) and (article := _ARTICLE.search(before[:at])):
        at = article.start()
    pattern, known = _attached("name")
    noun, right = pattern.search(before[:at]), 0
    if noun and noun["comma"]:
        # "Her mother, Arlene, left": both commas go; "a nurse, Ann Lee and" keeps its words.
        right = 1 if after.startswith(",") else 0
        noun = noun if right or re.match(r"\s*(?:[.;)]|$)", after) else None
        right = right if noun else 0
    written = ""
    if noun:
        kin_gender, written = known[noun["noun"].lower()]
        gender, at = (kin_gender if gender == "u" else gender), noun.start()
    hints = (("noun",) if noun else ()) + ((gender,) if gender != "u" else ())
    return _made(span, before[at:], right, hints, written)


def _age(span: Span, value: str, before: str, after: str) -> Gap:
    stage = told.decade(value)
    if swallowed := _AGE_BEFORE.search(before):
        unit = _YEARS.match(after)
        return _made(span, swallowed, unit.end() if unit else 0, ("prep", *stage))
    unit = _YEARS.match(after)
    at = unit.end() if unit else 0
    pattern, known = _attached("age")
    noun = pattern.match(after, at)
    if noun and len(noun["noun"]) == 1 and not noun["noun"].isupper():
        noun = None
    if not unit and not noun:
        return Gap(span, span, stage)
    if unit and "ñ" in unit.group().lower() and (swallowed := _AGE_BEFORE_ES.search(before)):
        return _made(span, swallowed, at, ("prep", "years", *stage))
    article = _INDEFINITE.search(before)
    hints = ("years", *(("indef",) if article else ()), *stage)
    if not noun:
        return _made(span, article, at, hints)
    gender, written = known[noun["noun"].lower()]
    hints += ("noun", *((gender,) if gender != "u" else ()))
    return _made(span, article, noun.end(), hints, written)


def _nationality(span: Span, before: str, after: str) -> Gap:
    if _AND_SO_ON.match(after) or after == " ":
        if article := _INDEFINITE.search(before):
            return _made(span, article, 0, ("adj", "dropped", "indef"))
        if before.endswith(" ") and before.strip():
            return _made(span, " ", 0, ("adj", "dropped"))
    return Gap(span, span, ("adj",))


def _place(span: Span, value: str, before: str) -> Gap:
    hints = told.kind(span.label, value)
    if span.label == Label.LOCATION:
        pattern, known = _attached("place")
        if noun := pattern.search(before):
            return _made(span, noun, 0, ("noun",), known[noun["noun"].lower()][1])
    return _made(span, _ARTICLE.search(before), 0, hints)


_HE, _SHE = re.compile(r"(?i)(?<!\w)(?:he|his|him|él)(?!\w)"), re.compile(r"(?i)(?<!\w)(?:she|her|hers|ella)(?!\w)")


def _text_gender(text: str, gaps: Sequence[Gap]) -> str:
    """Return the gender of the patient where pronouns outside the gaps say it clearly, else "u"."""
    men, women, last = 0, 0, 0
    for start, end in [*((gap.span.start, gap.span.end) for gap in gaps), (len(text), len(text))]:
        men += len(_HE.findall(text[last:start]))
        women += len(_SHE.findall(text[last:start]))
        last = end
    return "m" if men > 2 * women else "f" if women > 2 * men else "u"


class _People:
    """Who is who in one text: names of one label that share a word are one person, unless their genders differ."""

    def __init__(self) -> None:
        self._known: list[tuple[Label, set[str]]] = []
        self.genders: dict[int, str] = {}

    def number(self, label: Label, words: set[str], gender: str) -> int:
        """Return the number of the person, a new one for a person not met before."""
        for number, (kind, known) in enumerate(self._known):
            other = self.genders.get(number, "u")
            if kind == label and known & words and (gender == other or "u" in (gender, other)):
                known |= words
                break
        else:
            number = len(self._known)
            self._known.append((label, words))
        if gender != "u":
            self.genders[number] = gender
        return number


def _gender(hints: tuple[str, ...]) -> str:
    return next((hint for hint in hints if hint in ("f", "m")), "u")


def _with_people(text: str, gaps: list[Gap]) -> list[Gap]:
    """Add what several gaps tell together: the same person again, another one of a kind, gender."""
    people, patient, of_gap = _People(), _text_gender(text, gaps), {}
    for i, gap in enumerate(gaps):
        if gap.inner.label in PERSON_LABELS:
            words = {w for w in told.words_of(text[gap.inner.start : gap.inner.end]) if len(w) > 1}
            of_gap[i] = people.number(gap.inner.label, words, _gender(gap.hints))
            if gap.inner.label == Label.PATIENT and patient != "u":
                people.genders.setdefault(of_gap[i], patient)
    met: dict[Label, set[int]] = {}
    last_gender, last_end, done = "u", -_REACH, []
    for i, gap in enumerate(gaps):
        extra: tuple[str, ...] = ()
        if i in of_gap:
            who, known = of_gap[i], met.setdefault(gap.inner.label, set())
            extra = ("again",) if who in known else ("other",) if known and gap.inner.label == Label.DOCTOR else ()
            known.add(who)
            last_gender, last_end = people.genders.get(who, "u"), gap.span.end
            extra += (last_gender,) if last_gender != "u" else ()
        elif gap.inner.label == Label.AGE and _gender(gap.hints) == "u":
            near = text[max(0, gap.span.start - 30) : gap.span.start]
            pronoun = "m" if _HE.search(near) else "f" if _SHE.search(near) else "u"
            beside = gap.span.start - last_end <= 4 and "\n" not in text[last_end : gap.span.start]
            gender = last_gender if beside else pronoun
            extra = (gender,) if gender != "u" else ()
        done.append(replace(gap, hints=tuple(dict.fromkeys((*gap.hints, *extra)))))
    return done
