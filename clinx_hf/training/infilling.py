"""Training examples of the rewriter: texts with gaps, and what is to stand in them.

Two sources, neither with identifiers on the side that the model learns to write: the carriers' gaps with the hand-written
lines of `fillers.txt`, and generic mentions ("the patient", "the surgeon") that real texts without names hold already.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from clinx_hf.phi import Label, Span
from clinx_hf.synthesis.notes import Note
from clinx_hf.text import lists
from clinx_hf.text.gaps import Gap, find_gaps
from clinx_hf.text.hints import AGE_HINTS, SEASONS
from clinx_hf.text.rewriter import GAPS_PER_WINDOW, head, prompt
from clinx_hf.training.fillers import Grammar, Surroundings

HELD_OUT = 12  # one carrier in so many is never trained on
MINED_SHARE = 0.1
_REDRAW = 0.4  # how often a hint is drawn anew, so that every filler meets every surrounding


@dataclass(frozen=True)
class Infill:
    """What the model reads, and for each gap its head (marker, label, hints) and what is to be written there."""

    prompt: str
    heads: tuple[str, ...]
    fillers: tuple[str, ...]


def held_out(note: Note) -> bool:
    """Tell whether a carrier is for judging only; decided by its id, so that new carriers change nothing."""
    return zlib.crc32(note.id.encode()) % HELD_OUT == 0


def gaps_of(note: Note) -> list[Gap]:
    """Return the gaps of a carrier, from its marked identifiers."""
    spans = [Span(m.start, m.end, m.label) for m in note.mentions]
    return find_gaps(note.text, spans, [note.text[s.start : s.end] for s in spans])


def window(text: str, gaps: Sequence[Gap], fillers: Sequence[str], first: int) -> Infill:
    """Return the example of the window that begins at a gap."""
    last = min(first + GAPS_PER_WINDOW, len(gaps))
    heads = tuple(head(gaps[i], i - first) for i in range(first, last))
    return Infill(prompt(text, gaps, first, last), heads, tuple(fillers[first:last]))


class InfillStream:
    """An endless stream of examples; the same seed gives the same stream."""

    def __init__(self, notes: Sequence[Note], texts: Sequence[str], seed: int) -> None:
        self._grammar = Grammar()
        self._notes = [note for note in notes if note.mentions]
        self._weights = [min(6.0, 0.5 + len(note.mentions) / GAPS_PER_WINDOW) for note in self._notes]
        self._mined = [mined for mined in map(_mine, texts) if mined[1]]
        self._kinds: dict[str, list[str]] = {}
        for hint, label, _ in lists.rows("kinds"):
            self._kinds.setdefault(label, []).append(hint)
        self._rng = Random(seed)

    def __iter__(self) -> Iterator[Infill]:
        while True:
            if self._mined and self._rng.random() < MINED_SHARE:
                yield self._from_mined(*self._rng.choice(self._mined))
            else:
                yield self._from_carrier(self._rng.choices(self._notes, self._weights)[0])

    def _from_carrier(self, note: Note) -> Infill:
        gaps = [self._redrawn(gap) for gap in gaps_of(note)]
        around = Surroundings(note.text, gaps)
        first = self._rng.randrange(len(gaps))
        if self._rng.random() < 0.5:
            first -= first % GAPS_PER_WINDOW
        fillers = [
            self._grammar.filler(around, i) if first <= i < first + GAPS_PER_WINDOW else "" for i in range(len(gaps))
        ]
        return window(note.text, gaps, fillers, first)

    def _redrawn(self, gap: Gap) -> Gap:
        """Draw a gap's season, decade, kind or the patient's gender anew."""
        if self._rng.random() > _REDRAW:
            return gap
        label, drawn = gap.inner.label, gap.hints
        groups = {Label.DATE: SEASONS, Label.AGE: AGE_HINTS}.get(label, tuple(self._kinds.get(label, ())))
        if groups and any(h in groups for h in drawn):
            new = self._rng.choice(groups)
            drawn = tuple(new if h in groups else h for h in drawn)
        elif groups and label in (Label.PROFESSION, Label.HOSPITAL, Label.ORGANIZATION) and "noun" not in drawn:
            drawn = (*drawn, self._rng.choice(groups))
        elif label == Label.DATE and "year" not in drawn:
            drawn = (*drawn, self._rng.choice(SEASONS))
        return replace(gap, hints=drawn)

    def _from_mined(self, text: str, found: list[tuple[Gap, str]]) -> Infill:
        share = self._rng.choice((0.3, 0.6, 1.0))
        kept = [pair for pair in found if self._rng.random() < share] or found[:1]
        first = self._rng.randrange(len(kept))
        return window(text, [gap for gap, _ in kept], [filler for _, filler in kept], first)


def _mine(text: str) -> tuple[str, list[tuple[Gap, str]]]:
    """Find the generic mentions of a text; each becomes a gap whose filler is the mention itself."""
    known = {row[2]: (Label(row[0]), tuple(row[1].split())) for row in lists.rows("generic_mentions")}
    pattern = re.compile(rf"(?i)\b(?:{'|'.join(sorted(map(re.escape, known), key=len, reverse=True))})\b")
    found = []
    for match in pattern.finditer(text):
        label, hints = known[match.group().lower()]
        span = Span(match.start(), match.end(), label)
        found.append((Gap(span, span, hints), match.group().lower()))
    return text, found


def read_texts(paths: Sequence[Path]) -> list[str]:
    """Read texts without identifiers: JSONL with a "text" column, or plain files."""
    texts: list[str] = []
    for path in paths:
        content = path.read_text(encoding="utf-8")
        texts += [json.loads(line)["text"] for line in content.splitlines()] if path.suffix == ".jsonl" else [content]
    return texts
