"""What each choice of the recognizer is worth on the dev notes, model alone: `clinx-hf bench ablation`.

Checkpoints are compared as they are; shapes are cut from one of them without training on, so they show what is lost at the
cut, not what training wins back. Two decodings: redaction by the sum over labels (ours) and by the single best label.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clinx_hf.metrics.spans import CharacterScores, character_scores
from clinx_hf.phi import LABELS
from clinx_hf.synthesis.notes import Note, carriers
from clinx_hf.text.recognizer import Reading, Recognizer, Scores
from clinx_hf.training.recognizer_start import load
from clinx_hf.training.shrinking import Shape, shrink

THRESHOLDS = (0.05, 0.12, 0.3)
SHAPES = (
    Shape((0, 1, 2, 3, 4, 5), 1536),
    Shape((0, 1, 2, 3, 4, 5), 768),
    Shape((0, 1, 2, 4, 5), 768),
    Shape((0, 2, 3, 4, 5), 768),
    Shape((0, 1, 2, 3, 4), 768),
    Shape((0, 1, 2, 4, 5), 512),
    Shape((0, 1, 2, 4), 768),
    Shape((0, 1, 2, 5), 768),
    Shape((0, 1, 4, 5), 768),
)


@dataclass(frozen=True)
class Row:
    """One variant: "recall / precision" in characters at each threshold."""

    variant: str
    decoding: str
    scores: dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Ablation:
    """All variants, and on how many notes."""

    notes: int
    rows: list[Row]


def by_best_label(inside: Scores) -> Scores:
    """Leave only the best label's score of each word, so that the sum over labels is that score."""
    kept = np.zeros_like(inside)
    rows = np.arange(len(inside))
    best = inside.argmax(axis=1)
    kept[rows, best] = inside[rows, best]
    return kept


def _row(
    variant: str, reader: Recognizer, notes: Sequence[Note], read: Sequence[tuple[Reading, Scores]], best: bool
) -> Row:
    scores: dict[str, tuple[float, float]] = {}
    for limit in THRESHOLDS:
        total = CharacterScores()
        for note, (reading, inside) in zip(notes, read, strict=True):
            used = by_best_label(inside) if best else inside
            found = [(s.start, s.end) for s in reader.decode(reading, used, frozenset(LABELS), limit)]
            total += character_scores(len(note.text), [(m.start, m.end) for m in note.mentions], found)
        scores[str(limit)] = (round(total.recall, 4), round(total.precision, 4))
    return Row(variant, "best label" if best else "sum over labels", scores)


def _rows(variant: str, reader: Recognizer, notes: Sequence[Note], decodings: Sequence[bool]) -> list[Row]:
    read = []
    for note in notes:
        reading = reader.read(note.text)
        read.append((reading, reader.merge(reading, reader.score_windows(reading.windows))))
    return [_row(variant, reader, notes, read, best) for best in decodings]


def measure(notes: Sequence[Note], checkpoints: Mapping[str, Path], start: Path | None) -> Ablation:
    """Measure each named checkpoint under both decodings, and each shape cut from `start`."""
    rows: list[Row] = []
    for name, folder in checkpoints.items():
        rows += _rows(name, Recognizer.from_pretrained(folder), notes, (False, True))
    if start is not None:
        model, tokenizer = load(start)
        texts = [note.text for note in carriers()[::12]]
        for shape in SHAPES:
            small = Recognizer(shrink(model, tokenizer, shape, texts), tokenizer)
            name = f"layers {', '.join(map(str, shape.layers))}; {shape.feed_forward} hidden units; not trained on"
            rows += _rows(name, small, notes, (False,))
    return Ablation(len(notes), rows)


def table(ablation: Ablation) -> str:
    """Return the variants as a Markdown table."""
    head = "| recognizer alone | decoding | " + " | ".join(f"at {t}" for t in THRESHOLDS) + " |\n"
    head += "|---|---|" + "---|" * len(THRESHOLDS) + "\n"
    return head + "\n".join(
        f"| {row.variant} | {row.decoding} | "
        + " | ".join(f"{recall:.3f} / {precision:.3f}" for recall, precision in row.scores.values())
        + " |"
        for row in ablation.rows
    )
