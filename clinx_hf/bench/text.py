"""How well and how fast texts are cleaned: `clinx-hf bench text`.

Characters are counted, labels ignored where labels are not the question, under policy `strict` unless the set says
otherwise. Peers are measured in the same run, on the same texts, by a Python of their own: see `peers.py`.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from clinx_hf.audit.systems import Answer
from clinx_hf.bench import text_sets
from clinx_hf.bench.peers import PEERS, peer
from clinx_hf.bench.speed_worker import RECOGNIZER, RULES, SHIPPED
from clinx_hf.bench.text_scores import (
    GroupFigures,
    SpanFigures,
    SystemFigures,
    groups,
    labels_right,
    score,
    span_figures,
)
from clinx_hf.bench.text_sets import TextSet, draw
from clinx_hf.bench.text_speed import SpeedFigures, measure_speed, peer_speed, speed_texts
from clinx_hf.bench.text_targets import Target, targets
from clinx_hf.bench.text_words import OverRedaction, PlainTexts, over_redaction, read_plain
from clinx_hf.phi import Policy, Span
from clinx_hf.text import rules
from clinx_hf.text.fusion import fuse
from clinx_hf.text.scrubber import Scrubber

Judge = Callable[[Sequence[str]], list[list[Span]]]
# English tools are not asked about MEDDOCAN, and not about a policy that they do not have.
_WITHOUT_PEERS = frozenset({text_sets.DEV_SAFE_HARBOR, text_sets.MEDDOCAN_DEV})
_PLAIN_FOR_PEERS = 150  # texts without identifiers


@dataclass(frozen=True)
class TextFigures:
    """All figures of one run; `limit` is None when the sets were as large as they are meant to be."""

    notes: int
    characters: int
    threads: int
    limit: int | None
    seconds: int
    targets: list[Target]
    systems: list[SystemFigures]
    sets: list[SystemFigures]
    spans: list[SpanFigures]
    groups: list[GroupFigures]
    over_redaction: list[OverRedaction]
    speed: list[SpeedFigures]


@dataclass(frozen=True)
class Quality:
    """What one system's answers on all sets come to."""

    sets: list[SystemFigures]
    spans: list[SpanFigures]
    groups: list[GroupFigures]


def _offsets(found: Sequence[Sequence[Span]]) -> list[list[tuple[int, int]]]:
    return [[(span.start, span.end) for span in spans] for spans in found]


def measure_quality(sets: Sequence[TextSet], judges: Mapping[Policy, Judge], system: str = SHIPPED) -> Quality:
    """Ask a system that names what it finds about every set, under the set's policy."""
    quality = Quality([], [], [])
    for texts in sets:
        began = time.perf_counter()
        found = judges[texts.policy](texts.texts)
        seconds = time.perf_counter() - began
        offsets = _offsets(found)
        # Nothing around a bare value tells a record number from an order number: its label is not judged.
        right = None if texts.name in text_sets.GENERATED else labels_right(texts, found)
        quality.sets.append(score(texts, system, offsets, seconds, right))
        if texts.name == text_sets.MEDDOCAN_DEV:
            quality.spans.append(span_figures(texts, found))
        if texts.name in (text_sets.DEV, text_sets.MEDDOCAN_DEV):
            quality.groups.extend(groups(texts, offsets))
    return quality


def _parts(scrubber: Scrubber) -> dict[str, Judge]:
    """Return what the shipped system is made of, each alone."""

    def rules_alone(texts: Sequence[str]) -> list[list[Span]]:
        return [fuse(text, rules.find(text), Policy.STRICT)[0] for text in texts]

    return {RULES: rules_alone, RECOGNIZER: scrubber.recognizer}


@dataclass(frozen=True)
class PeerFigures:
    """A peer on the same sets and texts."""

    sets: list[SystemFigures]
    over_redaction: list[OverRedaction]
    speed: list[SpeedFigures]


def measure_peer(
    ask: Callable[[Sequence[str]], list[Answer]],
    sets: Sequence[TextSet],
    plain: Sequence[PlainTexts],
    speed: dict[str, list[str]],
) -> PeerFigures:
    """Ask a peer about everything at once: it starts only once."""
    asked = [texts for texts in sets if texts.name not in _WITHOUT_PEERS]
    few = [PlainTexts(p.name, tuple(draw(p.texts, _PLAIN_FOR_PEERS))) for p in plain]
    blocks = [*(t.texts for t in asked), *(list(p.texts) for p in few), *speed.values()]
    answer = ask([text for block in blocks for text in block])[0]
    figures, first = PeerFigures([], [], []), 0
    for texts in asked:
        part = slice(first, first + len(texts.documents))
        figures.sets.append(score(texts, answer.system, answer.spans[part], sum(answer.seconds_each[part])))
        first = part.stop
    for chosen in few:
        part = slice(first, first + len(chosen.texts))
        figures.over_redaction.append(over_redaction(chosen, answer.system, answer.spans[part])[0])
        first = part.stop
    figures.speed.extend(peer_speed(answer, speed, first))
    return figures


def measure(
    data: Path, peer_python: Path | None = None, limit: int | None = None
) -> tuple[TextFigures, dict[str, Counter[str]]]:
    """Measure the shipped system, its parts and peers on all sets.

    Args:
        data: folder of the data sets.
        peer_python: a Python that has the peers; None = without peers.
        limit: documents of each set, for trying things out.

    Returns:
        The figures, and for each set without identifiers the words that were taken out of it (for the terminal only).

    Raises:
        BadInput: a set is missing or a peer fails.
    """
    import torch

    began = time.perf_counter()
    sets, plain, timed = text_sets.read_sets(data, limit), read_plain(data, limit), speed_texts(data, limit)
    strict = Scrubber(policy=Policy.STRICT)
    strict.judge(["Seen by Dr. Ann Lee."])  # loads the model before the clock starts
    safe = Scrubber(policy=Policy.SAFE_HARBOR, recognizer=strict.recognizer)
    quality = measure_quality(sets, {Policy.STRICT: strict.judge, Policy.SAFE_HARBOR: safe.judge})
    dev = sets[:1]
    for name, judge in _parts(strict).items():
        quality.sets.extend(measure_quality(dev, {Policy.STRICT: judge}, name).sets)
    judged = [over_redaction(p, SHIPPED, _offsets(strict.judge(p.texts))) for p in plain]
    wrong = [row for row, _ in judged]
    peers = [measure_peer(peer(name, peer_python), sets, plain, timed) for name in PEERS] if peer_python else []
    rows = quality.sets + [row for figures in peers for row in figures.sets]
    speed = measure_speed(timed) + [row for figures in peers for row in figures.speed]
    figures = TextFigures(
        notes=len(dev[0].documents),
        characters=sum(map(len, dev[0].texts)),
        threads=torch.get_num_threads(),
        limit=limit,
        seconds=round(time.perf_counter() - began),
        targets=targets(rows, quality.spans, wrong, speed),
        systems=[row for row in rows if row.set == text_sets.DEV],
        sets=[row for row in rows if row.set != text_sets.DEV],
        spans=quality.spans,
        groups=quality.groups,
        over_redaction=wrong + [row for peer_figures in peers for row in peer_figures.over_redaction],
        speed=speed,
    )
    return figures, {row.set: words for row, words in judged}
