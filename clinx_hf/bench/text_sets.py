"""The labelled texts of `clinx-hf bench text`, read in the project's labels; none of them was trained on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import TypeVar

from clinx_hf.errors import BadInput
from clinx_hf.phi import Label, Policy, is_bare_year, is_old_age, removed_labels
from clinx_hf.synthesis.bare_values import bare_values, single_names, unseen_names
from clinx_hf.synthesis.corpora import GRASCCO, MEDDOCAN, PRESIDIO, SPG, CorpusNote, LabelMap, read_corpus
from clinx_hf.synthesis.notes import Note, read_notes

_Item = TypeVar("_Item")
_SEED = 10
_BARE, _NAMES = 30, 600  # generated: values a label, names
_PRESIDIO_ROWS = 600  # of each of its two files
_SPG_DOCUMENTS = 40
DEV = "notes_dev"
DEV_SAFE_HARBOR = "notes_dev, safe-harbor"
MEDDOCAN_DEV = "MEDDOCAN dev"
GENERATED = ("bare values", "single names", "unseen names")
OTHER_ORIGINS = ("grascco_phi", "presidio_synth", "spg_extended")


@dataclass(frozen=True)
class TextSet:
    """Labelled texts measured under one policy.

    `clusters` names, for each document, what it hangs together with (its template, or itself): the unit that the
    bootstrap draws.
    """

    name: str
    documents: tuple[CorpusNote, ...]
    clusters: tuple[str, ...]
    policy: Policy = Policy.STRICT

    @property
    def texts(self) -> list[str]:
        """The texts, in order."""
        return [document.note.text for document in self.documents]


def draw(items: Sequence[_Item], size: int) -> list[_Item]:
    """Return `size` of the items, the same ones in every run, in their order (all of them if there are fewer)."""
    if len(items) <= size:
        return list(items)
    return [items[i] for i in sorted(Random(_SEED).sample(range(len(items)), size))]


def own(note: Note) -> CorpusNote:
    """Return a note of the project's own markup: each mention has one right label."""
    return CorpusNote(note, tuple((mention.label,) for mention in note.mentions), ())


def under_policy(document: CorpusNote, policy: Policy) -> CorpusNote:
    """Keep the mentions that a policy removes.

    Ages up to 89 are not among them under safe-harbor. Bare years count neither way there: they stay, unless they
    reveal an age above 89.
    """
    if policy == Policy.STRICT:
        return document
    removed, text = removed_labels(policy), document.note.text
    kept, years = [], list(document.ignored)
    for mention, allowed in zip(document.note.mentions, document.allowed, strict=True):
        value = text[mention.start : mention.end]
        if policy == Policy.SAFE_HARBOR and mention.label == Label.DATE and is_bare_year(value):
            years.append((mention.start, mention.end))
        elif mention.label in removed or (
            policy == Policy.SAFE_HARBOR and mention.label == Label.AGE and is_old_age(value)
        ):
            kept.append((mention, allowed))
    note = replace(document.note, mentions=tuple(mention for mention, _ in kept))
    return CorpusNote(note, tuple(allowed for _, allowed in kept), tuple(years))


def existing(path: Path) -> Path:
    """Return the path; raise `BadInput` if a data set is not there."""
    if not path.exists():
        raise BadInput(f"{path} is missing; name the folder of the data sets with --data.")
    return path


def dev_notes(data: Path) -> list[Note]:
    """Read the labelled development notes; raise `BadInput` where there are none."""
    folder = data / "notes_dev"
    notes = read_notes(sorted(folder.glob("*.txt")))
    if not notes:
        raise BadInput(f"{folder} holds no labelled notes (*.txt in the markup of docs/markup.md).")
    return notes


def _set(name: str, documents: Iterable[CorpusNote], policy: Policy = Policy.STRICT) -> TextSet:
    chosen = tuple(under_policy(document, policy) for document in documents)
    return TextSet(name, chosen, tuple(str(i) for i in range(len(chosen))), policy)


def _corpus(path: Path, corpus: LabelMap, size: int) -> list[CorpusNote]:
    return draw(read_corpus(existing(path), corpus), size)


def _presidio(folder: Path, size: int) -> TextSet:
    documents: list[CorpusNote] = []
    clusters: list[str] = []
    for name in ("synth_v2", "generated_large"):
        path = existing(folder / f"{name}.jsonl")
        with path.open(encoding="utf-8") as lines:
            templates = [f"{name} {json.loads(line)['template_id']}" for line in lines if line.strip()]
        chosen = draw(list(zip(read_corpus(path, PRESIDIO), templates, strict=True)), size)
        documents += [document for document, _ in chosen]
        clusters += [template for _, template in chosen]
    return TextSet("presidio_synth", tuple(documents), tuple(clusters))


def read_sets(data: Path, limit: int | None = None) -> list[TextSet]:
    """Read all labelled sets.

    Args:
        data: folder of the data sets.
        limit: documents of each set, for trying things out; None = as many as the table is made from.

    Raises:
        BadInput: a set is missing or faulty.
    """

    def size(wanted: int) -> int:
        return wanted if limit is None else min(limit, wanted)

    notes = [own(note) for note in draw(dev_notes(data), size(10**9))]
    names = existing(data / "names" / "names.jsonl")
    made = (
        bare_values(_SEED, size(_BARE)),
        single_names(_SEED, size(_NAMES)),
        unseen_names(names, _SEED, size(_NAMES)),
    )
    meddocan = _corpus(data / "meddocan" / "dev.jsonl", MEDDOCAN, size(10**9))
    grascco = _corpus(data / "grascco_phi" / "grascco_phi.jsonl", GRASCCO, size(10**9))
    spg = _corpus(data / "spg_extended" / "spg_200.jsonl", SPG, size(_SPG_DOCUMENTS))
    return [
        _set(DEV, notes),
        _set(DEV_SAFE_HARBOR, notes, Policy.SAFE_HARBOR),
        *(_set(name, map(own, notes)) for name, notes in zip(GENERATED, made, strict=True)),
        _set(MEDDOCAN_DEV, meddocan),
        _set("grascco_phi", grascco),
        _presidio(data / "presidio_synth", size(_PRESIDIO_ROWS)),
        _set("spg_extended", spg),
    ]
