"""Words taken out of texts that hold no identifier: chest X-ray reports cleaned at source, sentences of clinical terms.

Nothing of the reports is written to a file, since their licence does not allow it; the words are only shown on request.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

from clinx_hf.bench.text_scores import Share, share
from clinx_hf.bench.text_sets import draw, existing
from clinx_hf.metrics.spans import Interval, coverage

REPORTS = "iu_reports"
SENTENCES = "lexicon sentences"
_REPORTS, _SENTENCES = 500, 1000
_FIELDS = ("indication", "comparison", "findings", "impression")
_WORD = re.compile(r"[^\W_]+")
# What the source left: marks of a removal, ages, and dates. None of it counts as wrongly taken out.
_LEFT = re.compile(
    r"(?i)\bX{3,}\b|\b\d{1,3}(?=[ -]?(?:(?:years?|yrs?|months?|weeks?|days?)[ -]old|y/?o|y)\b|[ -]years? (?:fe)?male)|\b\d{1,2}/\d{1,2}/(?:\d{2,4}\b)?|"
    r"\b(?:19|20)\d\d\b|\b(?:january|february|april|june|july|august|september|october|november|december)\b"
)
_FRAMES = (
    "History of {diseases}.",
    "No evidence of {diseases}.",
    "The differential includes {diseases} and {diseases}.",
    "{diseases} was ruled out; follow up as needed.",
    "Assessment: {diseases}, stable.",
    "Started {drugs} 5 mg twice daily.",
    "Allergies: {drugs}.",
    "Continue {drugs}, hold {drugs} before surgery.",
    "{drugs} was stopped because of a rash.",
    "Mild swelling of the {anatomy}.",
    "The {anatomy} appears normal.",
    "Tenderness over the left {anatomy}, none over the {anatomy}.",
    "Consistent with {eponym_phrases}.",
    "{eponym_phrases}",
    "A {device_makers} device was used without complication.",
    "Images were acquired on a {device_models} system.",
    "A {device_models} was placed.",
    "{abbreviations} was negative.",
    "Plan: {abbreviations} in the morning, then {abbreviations}.",
    "{anatomy}",
)


@dataclass(frozen=True)
class OverRedaction:
    """How many words without an identifier a system took out of a set, and which share of all words that is."""

    set: str
    system: str
    texts: int
    words: int
    redacted: int
    share: Share


@dataclass(frozen=True)
class PlainTexts:
    """Texts that hold no identifier but what `_LEFT` names."""

    name: str
    texts: tuple[str, ...]


def _reports(path: Path, size: int) -> PlainTexts:
    with existing(path).open(encoding="utf-8") as lines:
        rows = draw([json.loads(line) for line in lines if line.strip()], size)
    texts = ["\n".join(f"{name.capitalize()}: {row[name]}" for name in _FIELDS if row[name]) for row in rows]
    return PlainTexts(REPORTS, tuple(texts))


def _terms(folder: Path, name: str) -> list[str]:
    path = next(folder.glob(f"{name}.t*"), None)
    lines = existing(path or folder / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line.split("\t")[0].strip() for line in lines if line.strip()]


def _sentences(folder: Path, size: int, seed: int = 11) -> PlainTexts:
    """Write sentences around terms of the word lists; the frames are none of those used in training."""
    rng = Random(seed)
    slots = sorted({slot for frame in _FRAMES for slot in re.findall(r"{(\w+)}", frame)})
    terms = {slot: _terms(folder, slot) for slot in slots}

    def sentence() -> str:
        text = re.sub(r"{(\w+)}", lambda slot: rng.choice(terms[slot[1]]), rng.choice(_FRAMES))
        chance = rng.random()
        return text.upper() if chance < 0.06 else text.title() if chance < 0.12 else text[:1].upper() + text[1:]

    return PlainTexts(SENTENCES, tuple(sentence() for _ in range(size)))


def read_plain(data: Path, limit: int | None = None) -> list[PlainTexts]:
    """Read the texts without identifiers; `limit` bounds their number. Raises `BadInput` where a set is missing."""
    reports = _reports(data / "iu_reports" / "reports.jsonl", min(limit or _REPORTS, _REPORTS))
    return [reports, _sentences(data / "lexicons", min(limit or _SENTENCES, _SENTENCES))]


def over_redaction(
    plain: PlainTexts, system: str, found: Sequence[Sequence[Interval]]
) -> tuple[OverRedaction, Counter[str]]:
    """Count the words that a system took out wrongly; also return which they were, for the terminal only."""
    counts: list[int] = []
    totals: list[int] = []
    wrong: Counter[str] = Counter()
    for text, spans in zip(plain.texts, found, strict=True):
        marked = coverage(len(text), spans)
        left = coverage(len(text), [match.span() for match in _LEFT.finditer(text)])
        words = [match for match in _WORD.finditer(text) if not np.any(left[match.start() : match.end()])]
        taken = [match.group() for match in words if np.any(marked[match.start() : match.end()])]
        wrong.update(taken)
        counts.append(len(taken))
        totals.append(len(words))
    rate = share(counts, totals, [str(i) for i in range(len(totals))])
    return OverRedaction(plain.name, system, len(totals), sum(totals), sum(counts), rate), wrong
