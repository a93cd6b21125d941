"""From the spans of all sources to the final ones: what a policy removes, names found everywhere, overlaps resolved.

Coverage is never lost: every character that any source marked for removal is inside a final span.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

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

_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_BIRTH_CUE = re.compile(r"(?i)\b(?:born|birth|dob|d\.o\.b|b\.)\W*(?:\w+\W+){0,3}$")
_LETTERS = re.compile(r"[^\W\d_]+")
CUE_TRUST = 3.0
_CUED = frozenset({"rule:labelled", "rule:dates", "rule:contacts", "rule:ages"})
SURE_OF_WORDS = 0.98
_MOST_LOWER = 5  # words that a protected phrase may have if none of them is capitalised
SURE_OF_NAMES = 0.3
_TITLE_BEFORE = re.compile(r"(?i)\b(?:dr|doctor|mrs?|ms|miss|prof|nurse|sister|by|dra?|don|doña|dear)\.?\s+$")
_LINE_START = re.compile(r"(?:^|[\n.?!:;(\"'/]|\s-)\s*$")
# Labels whose values are names; words such as "retired nurse" or "surgical ward" are clinical English by nature.
_PROTECTED_FROM = frozenset({*PERSON_LABELS, Label.HOSPITAL, Label.CITY, Label.LOCATION, Label.USERNAME})
_NAME_WORD = re.compile(r"[^\W\d_]{3,}")


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
    ordered = sorted(spans)
    for i, span in enumerate(ordered):
        near = [*ordered[max(0, i - 1) : i], *ordered[i + 1 : i + 2]]
        alone = all(other.end + 2 < span.start or span.end + 2 < other.start for other in near)
        if not (alone and span.source == "model" and span.label in _PROTECTED_FROM and _is_clinical(text, span)):
            kept.append(span)
    return kept


def _is_clinical(text: str, span: Span) -> bool:
    value = text[span.start : span.end]
    words = [word.lower() for word in _LETTERS.findall(value)]
    clinical = lists.words("clinical_words")
    many = len(words) > (_MOST_LOWER if value == value.lower() else 2)
    if many or any(c.isdigit() for c in value) or not all(w in clinical for w in words):
        return False
    before = text[max(0, span.start - 24) : span.start]
    if _TITLE_BEFORE.search(before):
        return False
    given, family = known_name_words()
    capital_inside = value[0].isupper() and not value.isupper() and not _LINE_START.search(before)
    unlike_names = not capital_inside and not any(word in given or word in family for word in words)
    return span.score < (SURE_OF_WORDS if unlike_names else SURE_OF_NAMES)


def propagate(text: str, spans: Sequence[Span]) -> list[Span]:
    """Find the words of found persons everywhere in the text, as they were written or in capitals."""
    common = lists.words("common_words")
    label_of: dict[str, Label] = {}
    for span in sorted(spans, key=lambda s: (-s.score, s)):
        if span.label in PERSON_LABELS and span.score >= 0.5:
            for word in _NAME_WORD.findall(text[span.start : span.end]):
                if word[0].isupper() and word.lower() not in common and len(word) > 3:
                    label_of.setdefault(word, span.label)
                    label_of.setdefault(word.upper(), span.label)
                    label_of.setdefault(word.title(), span.label)
    if not label_of:
        return []
    found = []
    for match in _NAME_WORD.finditer(text):
        label = label_of.get(match.group())
        if label is not None:
            found.append(Span(match.start(), match.end(), label, 0.9, "propagation"))
    return found


def _weight(span: Span) -> float:
    # A value behind a cue word is named right more often than the model does it; a bare shape less often.
    trust = CUE_TRUST if span.source in _CUED else 1.0
    return trust * span.score * (span.end - span.start)


def _group_label(group: Sequence[Span]) -> Span:
    weights: dict[Label, float] = defaultdict(float)
    for span in group:
        weights[span.label] += _weight(span)
    label = max(weights, key=lambda name: (weights[name], name))
    return max((s for s in group if s.label == label), key=lambda s: (_weight(s), s))


def resolve(text: str, spans: Iterable[Span]) -> list[Span]:
    """Merge overlapping spans into one each; it covers all of them and takes the label with the most weight.

    Spans of one label that only a blank or a hyphen parts become one, too.
    """
    groups: list[list[Span]] = []
    end = -1
    for span in sorted(spans):
        if groups and span.start < end:
            groups[-1].append(span)
        else:
            groups.append([span])
        end = max(end, span.end)
    merged: list[Span] = []
    for group in groups:
        best = _group_label(group)
        span = Span(group[0].start, max(s.end for s in group), best.label, best.score, best.source)
        last = merged[-1] if merged else None
        if last and last.label == span.label and re.fullmatch(r"[ \t\-]?", text[last.end : span.start]):
            merged[-1] = Span(last.start, span.end, last.label, min(last.score, span.score), last.source)
        else:
            merged.append(span)
    return merged


def fuse(text: str, spans: Sequence[Span], policy: Policy) -> tuple[list[Span], frozenset[str]]:
    """Return the final spans of a text, in order, without overlap, and the years that may not be kept."""
    spans = protect(text, spans)
    revealing = revealing_years(text, spans)
    chosen = select(text, spans, policy, revealing)
    chosen += select(text, propagate(text, chosen), policy, revealing)
    return resolve(text, chosen), revealing
