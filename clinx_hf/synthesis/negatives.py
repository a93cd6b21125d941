"""Short clinical texts without any identifier: questions, findings, lone terms, technique lines.

A model that has only seen whole notes takes a lone "Diverticuli" or "Pons" for a name. Terms come from word lists (drugs,
diseases, anatomy), the frames around them were written for this project.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

from clinx_hf.synthesis.notes import Note
from clinx_hf.text import lists

_LISTS = {"diseases": 6, "anatomy": 8, "drugs": 4, "eponym_phrases": 2}  # and how often each is drawn from
_SIDES = (
    "left",
    "right",
    "bilateral",
    "upper",
    "lower",
    "anterior",
    "posterior",
    "medial",
    "lateral",
    "proximal",
    "mid",
)
_VIEWS = (
    "CT",
    "MRI",
    "X-ray",
    "PA",
    "AP",
    "T1",
    "T2",
    "FLAIR",
    "DWI",
    "ultrasound",
    "axial",
    "coronal",
    "sagittal",
    "PET",
)


class Negatives:
    """Draws short texts without identifiers. `folder` holds `diseases.txt`, `anatomy.txt`, `drugs.txt` and the like."""

    def __init__(self, folder: Path) -> None:
        self._terms: list[list[str]] = []
        self._weights: list[int] = []
        for name, weight in _LISTS.items():
            path = folder / f"{name}.txt"
            if path.is_file():
                found = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
                self._terms.append([term for term in found if 3 < len(term) < 45])
                self._weights.append(weight)
        self._frames: Sequence[str] = lists.lines("clinical_frames")

    def __bool__(self) -> bool:
        return bool(self._terms)

    def draw(self, rng: Random) -> Note:
        """Return a text of one to four lines, in a random case."""
        text = "\n".join(self._line(rng) for _ in range(rng.choice((1, 1, 1, 2, 4))))
        return Note("negative", "short text", "en", text, ())

    def _line(self, rng: Random) -> str:
        if rng.random() < 0.35:
            line = " ".join(self._word(rng) for _ in range(rng.choice((1, 1, 1, 2, 3))))
        else:
            line = rng.choice(self._frames)
            for slot in ("{term}", "{other}"):
                line = line.replace(slot, self._word(rng))
            line = line.replace("{side}", rng.choice(_SIDES)).replace("{view}", rng.choice(_VIEWS))
            line = line.replace("{number}", str(rng.randint(1, 60)))
        draw = rng.random()
        if draw < 0.5:
            return line[:1].upper() + line[1:]
        return line.title() if draw < 0.6 else line.upper() if draw < 0.68 else line

    def _word(self, rng: Random) -> str:
        term = rng.choice(rng.choices(self._terms, self._weights)[0])
        return f"{rng.choice(_SIDES)} {term}" if rng.random() < 0.15 else term
