"""Characters a second and peak memory, long and short texts, all systems in one run on the same cores."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from clinx_hf.audit.systems import Answer
from clinx_hf.bench.speed_worker import BERT_NAME, SYSTEMS
from clinx_hf.bench.text_sets import dev_notes, draw, existing
from clinx_hf.errors import BadInput

LONG = ("notes_dev", "mtsamples")
SHORT = ("VQA questions", "single sentences")
_TRANSCRIPTIONS, _QUESTIONS, _SENTENCES = 12, 300, 300
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")


@dataclass(frozen=True)
class SpeedFigures:
    """One system on one group of texts. The memory is the peak of its process up to then, of all groups for peers."""

    system: str
    group: str
    characters: int
    characters_per_second: int
    peak_memory_mib: int


def _column(path: Path, column: str) -> list[str]:
    with existing(path).open(encoding="utf-8") as lines:
        return [json.loads(line)[column] for line in lines if line.strip()]


def speed_texts(data: Path, limit: int | None = None) -> dict[str, list[str]]:
    """Read the groups of texts that speed is measured on; `limit` bounds the texts of each group.

    Raises:
        BadInput: a set is missing.
    """
    transcriptions = _column(data / "mtsamples" / "mtsamples_900.jsonl", "text")
    sentences = [
        s for text in transcriptions for s in _SENTENCE_END.split(text) if 20 <= len(s) <= 200 and "\n" not in s
    ]
    questions = list(dict.fromkeys(_column(data / "vqa_rad" / "qa.jsonl", "question")))
    groups = {
        "notes_dev": [note.text for note in dev_notes(data)],
        "mtsamples": draw(transcriptions, _TRANSCRIPTIONS),
        "VQA questions": draw(questions, _QUESTIONS),
        "single sentences": draw(list(dict.fromkeys(sentences)), _SENTENCES),
    }
    return {name: draw(texts, limit or len(texts)) for name, texts in groups.items()}


def _worker(system: str, groups: dict[str, list[str]]) -> list[SpeedFigures]:
    path = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "clinx_hf.bench.speed_worker", system]
    environment = {**os.environ, "PYTHONPATH": path, "TRANSFORMERS_VERBOSITY": "error"}
    done = subprocess.run(
        command, input=json.dumps(groups), capture_output=True, text=True, check=False, env=environment
    )
    if done.returncode:
        raise BadInput(f"Timing of {system} failed (exit {done.returncode}); run: {' '.join(command)} to see why.")
    return [
        SpeedFigures(
            row["system"],
            row["group"],
            row["characters"],
            int(row["characters"] / row["seconds"]),
            row["peak_memory_mib"],
        )
        for row in json.loads(done.stdout.splitlines()[-1])
    ]


def better_way(rows: Iterable[SpeedFigures], name: str) -> list[SpeedFigures]:
    """Keep the faster of several ways to run one system, for each group; its name says which it was."""
    best: dict[str, SpeedFigures] = {}
    for row in rows:
        if row.group not in best or row.characters_per_second > best[row.group].characters_per_second:
            best[row.group] = row
    memory = max((row.peak_memory_mib for row in best.values()), default=0)
    return [SpeedFigures(name, r.group, r.characters, r.characters_per_second, memory) for r in best.values()]


def measure_speed(groups: dict[str, list[str]]) -> list[SpeedFigures]:
    """Time our systems and a BERT-base token classifier, each in a process of its own.

    Raises:
        BadInput: one of the processes fails.
    """
    rows: list[SpeedFigures] = []
    for system in SYSTEMS:
        measured = _worker(system, groups)
        rows += better_way(measured, BERT_NAME) if system == "bert" else measured
    return rows


def peer_speed(answer: Answer, groups: dict[str, list[str]], first: int) -> list[SpeedFigures]:
    """Read a peer's speed from its answer, in which the groups' texts start at number `first`, group after group."""
    rows = []
    for name, texts in groups.items():
        seconds = sum(answer.seconds_each[first : first + len(texts)])
        characters = sum(map(len, texts))
        first += len(texts)
        rows.append(SpeedFigures(answer.system, name, characters, int(characters / seconds), answer.peak_memory_mib))
    return rows


def slowest_ratio(rows: Sequence[SpeedFigures], system: str, other: str, groups: Sequence[str]) -> float | None:
    """Return how many times as fast one system is as another, on the group where it looks worst."""
    speeds = {(row.system, row.group): row.characters_per_second for row in rows}
    ratios = [
        speeds[system, group] / max(1, speeds[other, group])
        for group in groups
        if (system, group) in speeds and (other, group) in speeds
    ]
    return round(min(ratios), 2) if ratios else None
