"""How precise each rule and the model are, per label: `clinx-hf bench rules` writes the list that fusion decides by.

The carriers and MEDDOCAN's training texts are read, one vote a span. The model is measured on a part of both: it was
trained on them, which flatters it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from clinx_hf.phi import LABELS, Label, Span
from clinx_hf.synthesis.corpora import MEDDOCAN, read_corpus
from clinx_hf.synthesis.notes import carriers
from clinx_hf.text import rules
from clinx_hf.text.folding import fold
from clinx_hf.text.recognizer import Recognizer
from clinx_hf.text.scrubber import Scrubber

_EVERY_ENGLISH, _EVERY_SPANISH = 6, 5  # the model reads fewer texts than the rules


@dataclass(frozen=True, slots=True)
class Gold:
    """A labelled place; any of `labels` is right, none means that it counts neither way."""

    start: int
    end: int
    labels: tuple[Label, ...]


@dataclass(slots=True)
class _Counts:
    spans: int = 0
    inside: float = 0.0
    named: int = 0
    bordered: int = 0

    def add(self, span: Span, text: str, gold: Sequence[Gold], known: frozenset[Label]) -> None:
        """Count one span against the gold places that it touches, unless the corpus does not know its label."""
        if span.label not in known:
            return
        touched = [g for g in gold if g.start < span.end and span.start < g.end]
        if touched and not any(g.labels for g in touched):
            return
        characters = [i for i in range(span.start, span.end) if text[i].isalnum()]
        covered = sum(any(g.start <= i < g.end for g in touched) for i in characters)
        self.spans += 1
        self.inside += covered / max(1, len(characters))
        self.named += any(span.label in g.labels for g in touched)
        self.bordered += any((g.start, g.end) == (span.start, span.end) for g in touched)


def meddocan(path: Path) -> list[tuple[str, tuple[Gold, ...]]]:
    """Read a file of MEDDOCAN: each text with its places under our labels."""
    texts = []
    for item in read_corpus(path, MEDDOCAN):
        named = (Gold(m.start, m.end, labels) for m, labels in zip(item.note.mentions, item.allowed, strict=True))
        neither = (Gold(start, end, ()) for start, end in item.ignored)
        texts.append((item.note.text, tuple(sorted((*named, *neither), key=lambda g: g.start))))
    return texts


def _found_by_rules(text: str) -> Iterable[Span]:
    folded = fold(text)
    for span in rules.find_all(folded.text):
        yield Span(*folded.span(span.start, span.end), span.label, span.score, span.source)


def _found_by_model(recognizer: Recognizer, text: str) -> Iterable[Span]:
    folded = fold(text)
    for span in recognizer([folded.text])[0]:
        yield Span(*folded.span(span.start, span.end), span.label, span.score, span.source)


def _known(texts: Iterable[tuple[str, Sequence[Gold]]]) -> frozenset[Label]:
    """Labels that a corpus marks; a place that may be anything tells of none."""
    return frozenset(label for _, gold in texts for g in gold if len(g.labels) < len(LABELS) for label in g.labels)


def measure(data: Path) -> list[tuple[str, ...]]:
    """Return the rows of the list `precision`, sorted. `data` holds meddocan/train.jsonl."""
    spanish = meddocan(data / "meddocan" / "train.jsonl")
    english = [(n.text, tuple(Gold(m.start, m.end, (m.label,)) for m in n.mentions)) for n in carriers()]
    counts: dict[tuple[str, str], _Counts] = defaultdict(_Counts)
    recognizer = Scrubber().recognizer
    for texts, known, every in (
        (english, frozenset(LABELS), _EVERY_ENGLISH),
        (spanish, _known(spanish), _EVERY_SPANISH),
    ):
        for number, (text, gold) in enumerate(texts):
            for span in _found_by_rules(text):
                counts[span.source.removeprefix("rule:"), str(span.label)].add(span, text, gold, known)
            if number % every == 0:
                for span in _found_by_model(recognizer, text):
                    counts["model", str(span.label)].add(span, text, gold, known)
    return [
        (source, label, str(c.spans), *(f"{share / c.spans:.3f}" for share in (c.inside, c.named, c.bordered)))
        for (source, label), c in sorted(counts.items())
        if c.spans
    ]


def write(rows: Iterable[Sequence[str]], path: Path) -> None:
    """Write the rows below the comment lines of the list."""
    head = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    path.write_text("\n".join([*head, *(" | ".join(row) for row in rows)]) + "\n", encoding="utf-8")
