"""From the spans of all sources to the final ones: what a policy removes, names found everywhere, overlaps resolved.

Coverage is never lost: every character that any source marked for removal is inside a final span.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from clinx_hf.phi import (
    OLDEST_AGE,
    PERSON_LABELS,
    Label,
    Policy,
    Span,
    is_bare_year,
    is_old_age,
    removed_labels,
    year_of,
)
from clinx_hf.text import lists
from clinx_hf.text.people import known_name_words
from clinx_hf.text.propagation import propagate
from clinx_hf.text.resolving import resolve
from clinx_hf.text.rules.fields import is_field
from clinx_hf.text.terms import Terms

_NO_TERMS = Terms()
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_BIRTH_CUE = re.compile(r"(?i)\b(?:born|birth|dob|d\.o\.b|b\.)\W*(?:\w+\W+){0,3}$")
_LETTERS = re.compile(r"[^\W\d_]+")
SURE_OF_WORDS = 0.98
_MOST_LOWER = 5  # words that a protected phrase may have if none of them is capitalised
SURE_OF_NAMES = 0.3
SURE_OF_DRUGS = 0.995  # a drug alone on a line looks like a name alone on a line
SURE_OF_ABBREVIATIONS = 0.5
_TITLE_BEFORE = re.compile(r"(?i)\b(?:dr|doctor|mrs?|ms|miss|prof|nurse|sister|by|dra?|don|doña|dear)\.?\s+$")
_FIELD_SIGN = re.compile(r"[ \t]?(?::|/[ \t]?\w+[ \t]?:)")
_LINE_START = re.compile(r"(?:^|[\n.?!:;(\"'/]|\s-)\s*$")
# Labels whose values are names; words such as "retired nurse" or "surgical ward" are clinical English by nature.
_PROTECTED_FROM = frozenset({*PERSON_LABELS, Label.HOSPITAL, Label.CITY, Label.LOCATION, Label.USERNAME})


def revealing_years(text: str, spans: Sequence[Span]) -> frozenset[str]:
    """Return the years of a text that would reveal an age above 89 (category C takes them along with the age).

    These are years more than 89 before the latest year of the text, if an age above 89 is told in the text or the year
    stands behind a birth cue.
    """
    years = [int(m.group()) for m in _YEAR.finditer(text)]
    if not years:
        return frozenset()
    latest = max(years)
    old = any(span.label == Label.AGE and is_old_age(text[span.start : span.end]) for span in spans)
    found = set()
    for match in _YEAR.finditer(text):
        born = _BIRTH_CUE.search(text[max(0, match.start() - 40) : match.start()])
        if int(match.group()) <= latest - OLDEST_AGE and (old or born):
            found.add(match.group())
    return frozenset(found)


def select(text: str, spans: Iterable[Span], policy: Policy, revealing: frozenset[str]) -> list[Span]:
    """Keep the spans that the policy removes: no bare years and no ages up to 89 under safe-harbor."""
    removed = removed_labels(policy)
    kept = []
    for span in spans:
        value = text[span.start : span.end]
        if span.label == Label.AGE and policy == Policy.SAFE_HARBOR:
            wanted = is_old_age(value)
        elif span.label == Label.DATE and policy == Policy.SAFE_HARBOR and is_bare_year(value):
            wanted = year_of(value) in revealing
        else:
            wanted = span.label in removed
        if wanted:
            kept.append(span)
    return kept


def protect(text: str, spans: Sequence[Span]) -> list[Span]:
    """Drop what the model alone marked although all its words are clinical English, unless it was quite sure.

    Nothing is dropped that touches another span ("Mater Bayside" + "Private") or stands behind a title. A capital inside a
    line, or a word that is also a name of people ("Pons", "Frank"), asks for less sureness to go.
    """
    kept: list[Span] = []
    ordered = sorted(piece for span in spans for piece in _without_fields(text, span))
    for i, span in enumerate(ordered):
        near = [*ordered[max(0, i - 1) : i], *ordered[i + 1 : i + 2]]
        alone = all(other.end + 2 < span.start or span.end + 2 < other.start for other in near)
        if not (alone and span.source == "model" and _is_clinical(text, span)):
            kept.append(span)
    return kept


def _without_fields(text: str, span: Span) -> list[Span]:
    """A span of the model without names of form fields at its ends ("Esther.\\nApellidos" of "Apellidos: Rivera")."""
    if span.source != "model":
        return [span]
    start, end = span.start, span.end
    cut = max(text.rfind("\n", start, end), text.rfind(". ", start, end), start - 1) + 1
    if _FIELD_SIGN.match(text, end) and is_field(text[cut:end]):
        end = cut
    first = text.find(":", start, end)
    if first >= 0 and is_field(text[start:first]):
        start = first + 1
    while start < end and not (text[start].isalnum() or text[start] in "(+@#"):
        start += 1
    while start < end and not (text[end - 1].isalnum() or text[end - 1] in ")*"):
        end -= 1
    return [Span(start, end, span.label, span.score, span.source)] if start < end else []


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(lists.lines("abbreviations"))  # as written: "MAR" the chart, not "mar" the month


def _is_clinical(text: str, span: Span) -> bool:
    value = text[span.start : span.end]
    written = _LETTERS.findall(value)
    words = [word.lower() for word in written]
    many = len(words) > (_MOST_LOWER if value == value.lower() else 2)
    before = text[max(0, span.start - 24) : span.start]
    if many or any(c.isdigit() for c in value) or _TITLE_BEFORE.search(before):
        return False
    if words and all(word in lists.words("drug_words") for word in words):
        return span.score < SURE_OF_DRUGS  # none is a name of people, so a capital says nothing
    if words and all(word in _abbreviations() for word in written):
        return span.score < SURE_OF_ABBREVIATIONS  # somebody's initials may look the same
    clinical = lists.words("clinical_words")
    if span.label not in _PROTECTED_FROM or not all(word in clinical for word in words):
        return False
    given, family = known_name_words()
    capital_inside = value[0].isupper() and not value.isupper() and not _LINE_START.search(before)
    unlike_names = not capital_inside and not any(word in given or word in family for word in words)
    return span.score < (SURE_OF_WORDS if unlike_names else SURE_OF_NAMES)


def fuse(
    text: str, spans: Sequence[Span], policy: Policy, terms: Terms = _NO_TERMS
) -> tuple[list[Span], frozenset[str]]:
    """Return the final spans of a text, in order, without overlap, and the years that may not be kept.

    `terms` are the user's: what is allowed is left out of every span but those of known values, what is denied goes.
    """
    spans = protect(text, spans)
    revealing = revealing_years(text, spans)
    chosen = terms.without_allowed(text, select(text, spans, policy, revealing))
    spread = select(text, propagate(text, chosen), policy, revealing)
    chosen += terms.without_allowed(text, spread)
    return resolve(text, [*chosen, *terms.denied(text)]), revealing
