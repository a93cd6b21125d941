"""How precise each rule and the model are, per label: `clinx-hf bench rules` writes the list that fusion decides by.

The carriers and MEDDOCAN's training texts are read, one vote a span. The model is measured on a part of both: it was
trained on the carriers, which flatters it, and hardly on Spanish, which does the opposite.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from clinx_hf.phi import Label, Span
from clinx_hf.synthesis.notes import carriers
from clinx_hf.text import rules
from clinx_hf.text.folding import fold
from clinx_hf.text.scrubber import Scrubber

# MEDDOCAN's labels as ours; a label with none counts neither way, one with several is right with any of them.
MEDDOCAN: dict[str, tuple[Label, ...]] = {
    "NOMBRE_SUJETO_ASISTENCIA": (Label.PATIENT,),
    "NOMBRE_PERSONAL_SANITARIO": (Label.DOCTOR,),
    "FECHAS": (Label.DATE,),
    "PAIS": (Label.COUNTRY,),
    "TERRITORIO": (Label.CITY, Label.STATE, Label.ZIP, Label.LOCATION),
    "CALLE": (Label.STREET,),
    "EDAD_SUJETO_ASISTENCIA": (Label.AGE,),
    "ID_SUJETO_ASISTENCIA": (Label.MRN, Label.SSN, Label.ID),
    "ID_ASEGURAMIENTO": (Label.HEALTHPLAN, Label.SSN),
    "ID_TITULACION_PERSONAL_SANITARIO": (Label.LICENSE,),
    "ID_CONTACTO_ASISTENCIAL": (Label.ID,),
    "ID_EMPLEO_PERSONAL_SANITARIO": (Label.ID, Label.LICENSE),
    "CORREO_ELECTRONICO": (Label.EMAIL,),
    "NUMERO_TELEFONO": (Label.PHONE,),
    "NUMERO_FAX": (Label.FAX,),
    "HOSPITAL": (Label.HOSPITAL,),
    "CENTRO_SALUD": (Label.HOSPITAL,),
    "INSTITUCION": (Label.ORGANIZATION, Label.HOSPITAL),
    "PROFESION": (Label.PROFESSION,),
    "OTROS_SUJETO_ASISTENCIA": (Label.ID,),
    "FAMILIARES_SUJETO_ASISTENCIA": (),
    "SEXO_SUJETO_ASISTENCIA": (),
}

_SPANISH_LABELS = frozenset(label for labels in MEDDOCAN.values() for label in labels)
_SPANISH_READ = 100  # texts that the model reads, and of the carriers every sixth
_EVERY_ENGLISH = 6


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

    def add(self, span: Span, text: str, gold: Sequence[Gold]) -> None:
        """Count one span against the gold places that it touches, unless the corpus does not know its label."""
        if any(len(g.labels) != 1 for g in gold) and span.label not in _SPANISH_LABELS:
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
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        gold = tuple(Gold(e["start"], e["end"], MEDDOCAN[e["label"]]) for e in row["entities"])
        texts.append((row["text"], gold))
    return texts


def _found_by_rules(text: str) -> Iterable[Span]:
    folded = fold(text)
    for span in rules.find_all(folded.text):
        yield Span(*folded.span(span.start, span.end), span.label, span.score, span.source)


def measure(data: Path) -> list[tuple[str, ...]]:
    """Return the rows of the list `precision`, sorted. `data` holds meddocan/train.jsonl."""
    spanish = meddocan(data / "meddocan" / "train.jsonl")
    english = [(n.text, tuple(Gold(m.start, m.end, (m.label,)) for m in n.mentions)) for n in carriers()]
    counts: dict[tuple[str, str], _Counts] = defaultdict(_Counts)
    for text, gold in (*english, *spanish):
        for span in _found_by_rules(text):
            counts[span.source.removeprefix("rule:"), str(span.label)].add(span, text, gold)
    recognizer = Scrubber().recognizer
    for text, gold in (*spanish[:_SPANISH_READ], *english[::_EVERY_ENGLISH]):
        folded = fold(text)
        for span in recognizer([folded.text])[0]:
            placed = Span(*folded.span(span.start, span.end), span.label, span.score, span.source)
            counts["model", str(span.label)].add(placed, text, gold)
    return [
        (source, label, str(c.spans), *(f"{share / c.spans:.3f}" for share in (c.inside, c.named, c.bordered)))
        for (source, label), c in sorted(counts.items())
        if c.spans
    ]


def write(rows: Iterable[Sequence[str]], path: Path) -> None:
    """Write the rows below the comment lines of the list."""
    head = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    path.write_text("\n".join([*head, *(" | ".join(row) for row in rows)]) + "\n", encoding="utf-8")
