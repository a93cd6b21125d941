"""Overlapping spans of several sources become spans without overlap, by what was measured of each source.

Spans that overlap belong to one value if they have one label, if one holds the other, or if they share half of the
shorter one. Such a value has every character that a source marked, but for titles, degrees and names of fields at the
ends of a person's name, which go where a source with surer borders left them out. Its label is the one with the most
weight: each source votes with the odds that it names such spans right, times the length that it marked. Where two
values overlap all the same, the one with the surer borders keeps the shared part. So no letter that was marked is lost.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from clinx_hf.phi import PERSON_LABELS, Label, Span
from clinx_hf.text import lists
from clinx_hf.text.evidence import evidence, naming_weight
from clinx_hf.text.parting import part
from clinx_hf.text.rules.fields import is_field

_JOINING = re.compile(r"[ \t\-]?")
_NAME_JOINING = re.compile(r",?[ ]?")
_EDGE = re.compile(r"[\s.,;:|\"'()\-]+")
_MARK = re.compile(r"[^\w(+#@*]+")
_LAST_MARK = re.compile(r"[^\w)*.]+$|(?<=\w{3})\.$")
_CUE = re.compile(r"(?i)(?:e-?mail|mail|correo(?: electr[oó]nico)?|web(?:site)?|url|site|ip|mac)(?: address)?")
_FORMED = frozenset({Label.EMAIL, Label.URL, Label.IP})
_SURE_BORDER = 0.9
_UNSURE_BORDER = 0.75
_MOST_IN_GROUP = 100  # spans in one chain of overlaps: more stand in no text but a hostile one, and are one value


def resolve(text: str, spans: Iterable[Span]) -> list[Span]:
    """Return spans in order, without overlap, that cover what the given ones cover; see the module."""
    final: list[Span] = []
    for group in (close for loose in _groups(spans) for close in _groups(_without_loose(text, loose))):
        final += _parted(text, [_settled(text, value) for value in _values(group)]) if len(group) > 1 else group
    return [value for span in _joined(text, final) for value in part(text, span)]


def _without_loose(text: str, spans: Sequence[Span]) -> list[Span]:
    """Drop addresses of the net whose every letter surer ones hold: "a@b.org c@d.org" is two, "Email a@b.org" one."""
    sure = [s for s in spans if s.label in _FORMED and evidence(s).border >= _SURE_BORDER]
    if not sure or len(spans) > _MOST_IN_GROUP:
        return list(spans)
    kept = []
    for span in spans:
        inside = [s for s in sure if s.label == span.label and s.overlaps(span)]
        if span.label in _FORMED and span not in inside:
            pieces = [(span.start, span.end)]
            for other in inside:
                pieces = [part for piece in pieces for part in _without(piece, (other.start, other.end))]
            left = [trimmed(text, *piece) for piece in pieces]
            if inside and all(start >= end or _CUE.fullmatch(text, start, end) for start, end in left):
                continue
        kept.append(span)
    return kept


def _groups(spans: Iterable[Span]) -> list[list[Span]]:
    groups: list[list[Span]] = []
    end = -1
    for span in sorted(spans):
        if groups and span.start < end:
            groups[-1].append(span)
        else:
            groups.append([span])
        end = max(end, span.end)
    return groups


def _values(group: Sequence[Span]) -> list[list[Span]]:
    """Part a group of spans into the values that they stand for; spans are taken longest first, then in order."""
    if len(group) > _MOST_IN_GROUP:
        return [list(group)]
    values: list[tuple[int, int, list[Span]]] = []
    for span in sorted(group, key=lambda s: (s.start - s.end, s)):
        same = [v for v in values if _is_same(span, v)]
        rest = [v for v in values if not any(v is each for each in same)]
        members = [span, *(s for _, _, spans in same for s in spans)]
        values = [*rest, (min(s.start for s in members), max(s.end for s in members), members)]
    return [members for _, _, members in sorted(values, key=lambda v: v[:2])]


def _is_same(span: Span, value: tuple[int, int, list[Span]]) -> bool:
    start, end, members = value
    shared = min(span.end, end) - max(span.start, start)
    if shared <= 0:
        return False
    if any(member.label == span.label and member.overlaps(span) for member in members):
        return True
    if _is_surer(span, members) and 5 * shared < 4 * max(span.end - span.start, end - start):
        return False  # "46009" of a rule inside "Avda. Campanar, 21 - 46009 Valencia" of the model
    return 2 * shared >= min(span.end - span.start, end - start)


def _is_surer(span: Span, members: Sequence[Span]) -> bool:
    """Tell whether either side has sure borders and the other side has not."""
    one, other = evidence(span).border, max(evidence(member).border for member in members)
    return max(one, other) >= _SURE_BORDER and min(one, other) < _UNSURE_BORDER


def _settled(text: str, value: Sequence[Span]) -> Span:
    """One span for the sources of one value."""
    weights: dict[Label, float] = defaultdict(float)
    for span in value:
        weights[span.label] += naming_weight(span)
    label = max(weights, key=lambda name: (weights[name], name))
    best = max((s for s in value if s.label == label), key=lambda s: (naming_weight(s), s))
    start, end = min(s.start for s in value), max(s.end for s in value)
    surest = max(value, key=lambda s: (evidence(s).border, s.end - s.start, s))
    head, _ = trimmed(text, start, surest.start)
    if evidence(surest).border >= _SURE_BORDER and is_field(text[head : surest.start].rstrip(" \t:.-")):
        start = surest.start  # "NHC:" of "NHC:789412"
    if label in PERSON_LABELS and evidence(surest).border >= _SURE_BORDER:
        if _are_all(text[start : surest.start], "titles_doctor", "titles_person", "name_stops"):
            start = surest.start
        if _are_all(text[surest.end : end], "degrees", "name_stops"):
            end = surest.end
    return Span(start, end, label, best.score, best.source)


def _are_all(surplus: str, *names: str) -> bool:
    """Tell whether all words of what one source marked beyond another are in some of the lists."""
    known = frozenset[str]().union(*(lists.words(name) for name in names))
    return all(part.casefold() in known or f"{part.casefold()}." in known for part in _EDGE.split(surplus) if part)


def _parted(text: str, values: Sequence[Span]) -> list[Span]:
    """Cut values that still overlap where the one with the surer borders begins or ends."""
    kept: list[Span] = []
    for span in sorted(values, key=lambda s: (-evidence(s).border, s.start - s.end, s)):
        pieces = [(span.start, span.end)]
        for other in kept:
            pieces = [part for piece in pieces for part in _without(piece, (other.start, other.end))]
        for start, end in pieces:
            if (start, end) != (span.start, span.end):
                start, end = trimmed(text, start, end)
            if start < end:
                kept.append(Span(start, end, span.label, span.score, span.source))
    return sorted(kept)


def _without(piece: tuple[int, int], taken: tuple[int, int]) -> list[tuple[int, int]]:
    (start, end), (a, b) = piece, taken
    if b <= start or end <= a:
        return [piece]
    return [(x, y) for x, y in ((start, a), (b, end)) if x < y]


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a piece of a span without marks at its ends; start == end if nothing else is in it."""
    first = _MARK.match(text, start, end)
    start = first.end() if first else start
    last = _LAST_MARK.search(text[start:end])
    return start, start + last.start() if last else end


def _joined(text: str, spans: Sequence[Span]) -> list[Span]:
    """Make spans of one label one that only a blank, a hyphen or, in a name found by propagation, a comma parts."""
    merged: list[Span] = []
    for span in spans:
        last = merged[-1] if merged else None
        if last is not None and last.label == span.label:
            between = text[last.end : span.start]
            if between and span.label in _FORMED:
                merged.append(span)
                continue
            spread = last.source == span.source == "propagation"
            if _JOINING.fullmatch(between) or (spread and _NAME_JOINING.fullmatch(between)):
                merged[-1] = Span(last.start, span.end, last.label, min(last.score, span.score), last.source)
                continue
        merged.append(span)
    return merged
