"""How well the rewriter fills gaps: `clinx-hf bench rewrite`, on the carriers that its training held out.

The identifiers are those that the carriers mark, so that the rewriter is measured and not the recognizer. Each text is
put together from its replacements and compared with its source: what stands outside the reported spans must be the
same, and so must the numbers, units, negations and sides that are not part of an identifier.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from clinx_hf.phi import Policy, Span
from clinx_hf.synthesis.notes import Note, carriers
from clinx_hf.text.fence import Fence, protected
from clinx_hf.text.rewriter import Rewriter
from clinx_hf.text.styles.replacing import Document
from clinx_hf.text.styles.rewrite import Replacement, rewrite
from clinx_hf.training.infilling import held_out


@dataclass(frozen=True)
class RewriteFigures:
    """Figures of the rewriter on held-out carriers, policy strict.

    Attributes:
        fallback_rate: share of identifiers that a surrogate stands for, because the fence refused the filler.
        fallback_by_label: the same for each label with a fallback.
        distinct_fillers: how many different fillers were written, lower case.
        outside_identical: share of texts whose characters outside the reported spans are the same.
        protected_kept: share of texts whose numbers, units, negations and sides outside identifiers are the same.
        identifiers_returned: mentions of which a filler (not a surrogate) brought a word back.
        characters_per_second: of one process on one thread, surrogates included.
    """

    texts: int
    identifiers: int
    characters: int
    fallback_rate: float
    fallback_by_label: dict[str, float]
    distinct_fillers: int
    commonest_fillers: dict[str, int]
    outside_identical: float
    protected_kept: float
    identifiers_returned: int
    characters_per_second: int


def _document(note: Note) -> Document:
    return Document(note.text, tuple(Span(m.start, m.end, m.label) for m in note.mentions), Policy.STRICT)


def _outside(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return a text with a sign in the place of each span."""
    pieces, last = [], 0
    for start, end in spans:
        pieces.append(text[last:start])
        last = end
    return "\0".join([*pieces, text[last:]])


def put_together(text: str, done: Sequence[Replacement]) -> tuple[str, list[tuple[int, int]]]:
    """Return the rewritten text and where the replacements stand in it."""
    pieces: list[str] = []
    places: list[tuple[int, int]] = []
    last = size = 0
    for each in done:
        before = text[last : each.span.start]
        start = size + len(before)
        size = start + len(each.text)
        places.append((start, size))
        pieces += [before, each.text]
        last = each.span.end
    return "".join([*pieces, text[last:]]), places


def measure(rewriter: Rewriter, notes: Sequence[Note] | None = None) -> RewriteFigures:
    """Rewrite the held-out carriers (or other labelled notes) and count."""
    notes = [n for n in (carriers() if notes is None else notes) if n.mentions and (notes is not None or held_out(n))]
    rewrite(_document(notes[0]), rewriter)  # lists and models are read before the clock starts
    began = time.perf_counter()
    written = [rewrite(_document(note), rewriter) for note in notes]
    seconds = time.perf_counter() - began
    fallen, all_of, fillers = Counter[str](), Counter[str](), Counter[str]()
    same = kept = returned = 0
    for note, done in zip(notes, written, strict=True):
        clean, places = put_together(note.text, done)
        before = _outside(note.text, [(each.span.start, each.span.end) for each in done])
        same += before == _outside(clean, places)
        # Surrogates have digits of their own; everything else must be what stood outside the identifiers.
        own = [place for place, each in zip(places, done, strict=True) if each.fell_back]
        alone = [(each.identifier.start, each.identifier.end) for each in done]
        kept += protected(_outside(note.text, alone)) == protected(_outside(clean, own))
        fence = Fence.around((m.label, note.text[m.start : m.end]) for m in note.mentions)
        for each in done:
            label = str(each.identifier.label)
            all_of[label] += 1
            fallen[label] += each.fell_back
            if not each.fell_back:
                fillers[each.text.lower()] += 1
                returned += fence.returns(each.text)
    total = sum(all_of.values())
    characters = sum(len(note.text) for note in notes)
    return RewriteFigures(
        texts=len(notes),
        identifiers=total,
        characters=characters,
        fallback_rate=round(sum(fallen.values()) / total, 4),
        fallback_by_label={label: round(fallen[label] / all_of[label], 4) for label in sorted(all_of) if fallen[label]},
        distinct_fillers=len(fillers),
        commonest_fillers=dict(fillers.most_common(20)),
        outside_identical=round(same / len(notes), 4),
        protected_kept=round(kept / len(notes), 4),
        identifiers_returned=returned,
        characters_per_second=int(characters / seconds),
    )


def table(figures: RewriteFigures) -> str:
    """Return the figures as a Markdown table."""
    rows = (
        ("identifiers left to the surrogate", f"{figures.fallback_rate:.1%} of {figures.identifiers:,}"),
        ("different fillers", f"{figures.distinct_fillers}"),
        ("texts the same outside the reported spans", f"{figures.outside_identical:.1%} of {figures.texts}"),
        ("texts with all numbers, units, negations, sides kept", f"{figures.protected_kept:.1%}"),
        ("identifiers that a filler brought back", f"{figures.identifiers_returned}"),
        ("characters/s", f"{figures.characters_per_second:,}"),
    )
    return "| rewriting of held-out texts | |\n|---|---|\n" + "\n".join(f"| {name} | {value} |" for name, value in rows)
