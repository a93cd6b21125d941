"""What a system found in labelled texts against what is there: characters, whole mentions, labels, exact spans."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from clinx_hf.bench.text_sets import TextSet
from clinx_hf.metrics.groups import cluster_weights, drawn_ratios, percentile_interval
from clinx_hf.metrics.spans import CharacterScores, Interval, character_scores, leaked
from clinx_hf.phi import PERSON_LABELS, Label, Span
from clinx_hf.synthesis.corpora import CorpusNote

_DRAWS = 1000
_GAP = re.compile(r"[ \t,(/-]{0,3}")
# Neighbours that one corpus writes as one span and another as two: given name + surname, city + province + post code.
_JOINED = (frozenset(PERSON_LABELS), frozenset({Label.CITY, Label.STATE, Label.ZIP, Label.LOCATION}))


@dataclass(frozen=True)
class Share:
    """A share in 0..1 with its 95 % interval (cluster bootstrap), where there is more than one cluster."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class SystemFigures:
    """One system on one set. `labels_right` is None for systems whose labels are not compared."""

    set: str
    system: str
    documents: int
    characters: int
    recall: float
    precision: float
    mentions: int
    leaked_mentions: int
    notes_without_leak: int
    characters_per_second: int
    recall_share: Share
    precision_share: Share
    labels_right: Share | None = None


@dataclass(frozen=True)
class SpanFigures:
    """Exact spans with a right label: boundaries as the corpus has them, and with its joins of neighbours forgiven."""

    set: str
    precision: float
    recall: float
    f1: Share
    joined_f1: Share


@dataclass(frozen=True)
class GroupFigures:
    """Recall of characters within a part of a set: one label, or one language."""

    set: str
    group: str
    mentions: int
    recall: Share


def share(parts: Sequence[float], wholes: Sequence[float], clusters: Sequence[str]) -> Share:
    """Return sum(parts) / sum(wholes) over documents, 1 when there is nothing to divide by."""
    row = {cluster: i for i, cluster in enumerate(dict.fromkeys(clusters))}
    sums = np.zeros((2, len(row), 1))
    for part, whole, cluster in zip(parts, wholes, clusters, strict=True):
        sums[:, row[cluster], 0] += part, whole
    if not sums[1].any():
        return Share(1.0)
    value = round(float(sums[0].sum() / sums[1].sum()), 4)
    if len(row) < 2:
        return Share(value)
    drawn = drawn_ratios(cluster_weights(len(row), _DRAWS, seed=0), sums[0], sums[1])
    low, high = percentile_interval(drawn)
    return Share(value, round(float(low[0]), 4), round(float(high[0]), 4))


def _gold(document: CorpusNote) -> list[Interval]:
    return [(mention.start, mention.end) for mention in document.note.mentions]


def _characters(document: CorpusNote, found: Sequence[Interval]) -> CharacterScores:
    return character_scores(len(document.note.text), _gold(document), found, document.ignored)


def score(
    texts: TextSet, system: str, found: Sequence[Sequence[Interval]], seconds: float, labels_right: Share | None = None
) -> SystemFigures:
    """Score what a system marked in each document of a set; `seconds` is what it took over all of them."""
    documents = texts.documents
    scores = [_characters(document, spans) for document, spans in zip(documents, found, strict=True)]
    leaks = [leaked(_gold(d), spans, len(d.note.text)) for d, spans in zip(documents, found, strict=True)]
    recall = share([s.hit for s in scores], [s.gold for s in scores], texts.clusters)
    precision = share([s.hit for s in scores], [s.found for s in scores], texts.clusters)
    characters = sum(len(text) for text in texts.texts)
    return SystemFigures(
        texts.name,
        system,
        len(documents),
        characters,
        recall.value,
        precision.value,
        sum(len(document.note.mentions) for document in documents),
        sum(leaks),
        sum(missed == 0 for missed in leaks),
        int(characters / seconds) if seconds else 0,
        recall,
        precision,
        labels_right,
    )


def labels_right(texts: TextSet, found: Sequence[Sequence[Span]]) -> Share:
    """Return, of the identifiers that were found at all, how many bear a right label.

    A mention takes the label of the span that covers most of it.
    """
    right, met = [], []
    for document, spans in zip(texts.documents, found, strict=True):
        hits = total = 0
        for mention, allowed in zip(document.note.mentions, document.allowed, strict=True):
            common = [(min(s.end, mention.end) - max(s.start, mention.start), s) for s in spans]
            size, best = max(common, key=lambda pair: pair[0], default=(0, None))
            if best is not None and size > 0:
                total += 1
                hits += best.label in allowed
        right.append(float(hits))
        met.append(float(total))
    return share(right, met, texts.clusters)


_Labelled = tuple[int, int, frozenset[Label]]


def _runs(text: str, spans: Sequence[_Labelled]) -> dict[Interval, tuple[range, frozenset[Label]]]:
    """Return every run of up to four neighbours of one kind that only a blank or a comma parts, by its outer offsets."""
    runs: dict[Interval, tuple[range, frozenset[Label]]] = {}
    for first, (start, end, labels) in enumerate(spans):
        runs[start, end] = (range(first, first + 1), labels)
        for i in range(first + 1, min(first + 4, len(spans))):
            kind = any(labels <= group and spans[i][2] <= group for group in _JOINED)
            if not kind or not _GAP.fullmatch(text[end : spans[i][0]]):
                break
            end, labels = spans[i][1], labels | spans[i][2]
            runs.setdefault((start, end), (range(first, i + 1), labels))
    return runs


def _joined(text: str, gold: Sequence[_Labelled], found: Sequence[_Labelled]) -> tuple[int, int]:
    """Count the gold spans and the found spans that agree, one of ours also with a run of theirs, and the other way."""
    theirs, ours = _runs(text, gold), _runs(text, found)
    right: tuple[set[int], set[int]] = (set(), set())
    for outer in theirs.keys() & ours.keys():
        (gold_run, allowed), (found_run, labels) = theirs[outer], ours[outer]
        if (len(gold_run) == 1 or len(found_run) == 1) and labels & allowed:
            right[0].update(gold_run)
            right[1].update(found_run)
    return len(right[0]), len(right[1])


def _exact(gold: Sequence[_Labelled], found: Sequence[_Labelled]) -> int:
    allowed = {(start, end): labels for start, end, labels in gold}
    return sum(bool(labels & allowed.get((start, end), frozenset())) for start, end, labels in found)


def _counted(document: CorpusNote, spans: Sequence[Span]) -> list[_Labelled]:
    """Leave out what was found only where the corpus marks something that counts neither way."""
    gold = _gold(document)

    def touches(span: Span, others: Sequence[Interval]) -> bool:
        return any(span.start < end and start < span.end for start, end in others)

    kept = [s for s in spans if touches(s, gold) or not touches(s, document.ignored)]
    return [(s.start, s.end, frozenset({s.label})) for s in kept]


def span_figures(texts: TextSet, found: Sequence[Sequence[Span]]) -> SpanFigures:
    """Score exact spans; in the strict F1 "Ana" + "Ruiz" is not "Ana Ruiz", in the joined one it is."""
    sizes: list[int] = []
    right: list[tuple[int, int]] = []  # twice the exact ones, and both sides' joined ones
    gold_spans = marked = 0
    for document, spans in zip(texts.documents, found, strict=True):
        mentions = zip(document.note.mentions, document.allowed, strict=True)
        gold = [(mention.start, mention.end, frozenset(labels)) for mention, labels in mentions]
        ours = _counted(document, spans)
        right.append((2 * _exact(gold, ours), sum(_joined(document.note.text, gold, ours))))
        sizes.append(len(gold) + len(ours))
        gold_spans, marked = gold_spans + len(gold), marked + len(ours)
    hits = sum(exact for exact, _ in right) / 2
    strict, joined = (share([pair[i] for pair in right], sizes, texts.clusters) for i in (0, 1))
    return SpanFigures(texts.name, round(hits / max(1, marked), 4), round(hits / max(1, gold_spans), 4), strict, joined)


def _group(texts: TextSet, name: str, found: Sequence[Sequence[Interval]], label: Label | None) -> GroupFigures:
    scores, mentions = [], 0
    for document, spans in zip(texts.documents, found, strict=True):
        gold = [(m.start, m.end) for m in document.note.mentions if label in (None, m.label)]
        mentions += len(gold)
        scores.append(character_scores(len(document.note.text), gold, spans))
    recall = share([s.hit for s in scores], [s.gold for s in scores], texts.clusters)
    return GroupFigures(texts.name, name, mentions, recall)


def _only(texts: TextSet, keep: Callable[[CorpusNote], bool]) -> tuple[TextSet, list[int]]:
    rows = [i for i, document in enumerate(texts.documents) if keep(document)]
    documents, clusters = (tuple(values[i] for i in rows) for values in (texts.documents, texts.clusters))
    return TextSet(texts.name, documents, clusters, texts.policy), rows  # type: ignore[arg-type]


def groups(texts: TextSet, found: Sequence[Sequence[Interval]]) -> list[GroupFigures]:
    """Return the recall of each label of a set (the corpus's first one where several are right) and of each language."""
    labels = sorted({m.label for document in texts.documents for m in document.note.mentions})
    figures = [_group(texts, str(label), found, label) for label in labels]
    languages = sorted({document.note.language for document in texts.documents})
    for language in languages if len(languages) > 1 else ():
        part, rows = _only(texts, lambda document, wanted=language: document.note.language == wanted)  # type: ignore[misc]
        figures.append(_group(part, f"language {language}", [found[i] for i in rows], None))
    return figures
