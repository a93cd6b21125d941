"""Training examples of the recognizer: refilled carriers, cut into windows, as word pieces with targets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from clinx_hf.phi import LABELS
from clinx_hf.synthesis.negatives import Negatives
from clinx_hf.synthesis.noise import add_noise
from clinx_hf.synthesis.notes import Note
from clinx_hf.synthesis.refill import Refiller
from clinx_hf.text.recognizer import MAX_PIECES, WordPieces
from clinx_hf.text.words import split

RAW_SHARE = 0.1  # carriers that keep their own identifiers
RAW_CORPUS_SHARE = 0.5  # corpora hold whole letterheads whose parts agree with each other
POOL = 160  # notes from which batches of similar length are cut
NEGATIVES = 70  # short texts without identifiers beside them; they are a tenth of the pieces
CLEAN = 14  # longer stretches of clinical text without identifiers
_INDEX = {label: i for i, label in enumerate(LABELS)}


@dataclass(frozen=True)
class Example:
    """One window: its pieces, where each word's first piece stands, and per word (label, starts, ends) or None."""

    pieces: list[int]
    positions: list[int]
    targets: list[tuple[int, bool, bool] | None]


def word_targets(note: Note, words: Sequence[tuple[int, int]]) -> list[tuple[int, bool, bool] | None]:
    """Label the words of a note: a word belongs to the mention that it overlaps."""
    targets: list[tuple[int, bool, bool] | None] = [None] * len(words)
    at = 0
    for mention in note.mentions:
        while at < len(words) and words[at][1] <= mention.start:
            at += 1
        first = at
        while at < len(words) and words[at][0] < mention.end:
            at += 1
        for i in range(first, at):
            targets[i] = (_INDEX[mention.label], i == first, i == at - 1)
    return targets


def cut_window(targets: Sequence[tuple[int, bool, bool] | None], rng: Random) -> tuple[int, int]:
    """Draw a stretch of 60 to 200 words whose borders cut no identifier."""
    size = rng.randint(60, 200)
    if len(targets) <= size:
        return 0, len(targets)
    first = rng.randint(0, len(targets) - size)
    last = first + size
    while first > 0 and (t := targets[first]) is not None and not t[1]:
        first -= 1
    while last < len(targets) and (t := targets[last - 1]) is not None and not t[2]:
        last += 1
    return first, last


@dataclass(frozen=True)
class Material:
    """What a recognizer learns from.

    Attributes:
        carriers: notes whose identifiers are typed slots.
        corpus: labelled texts of others.
        corpus_share: share of the drawn notes that come from the corpus.
        clean: texts without identifiers.
        negatives: short texts without identifiers, drawn anew each time.
    """

    carriers: Sequence[Note]
    corpus: Sequence[Note] = ()
    corpus_share: float = 0.0
    clean: Sequence[Note] = ()
    negatives: Negatives | None = None


def _by_length(notes: Sequence[Note]) -> list[float]:
    # A long note holds several windows' worth of text; a one-line note less than one.
    return [min(4.0, max(0.4, len(note.text) / 800)) for note in notes]


class ExampleStream:
    """An endless stream of batches; the same seed gives the same stream."""

    def __init__(self, material: Material, pieces: WordPieces, pieces_per_batch: int, seed: int) -> None:
        self._material = material
        self._refiller = Refiller([*material.carriers, *material.corpus])
        self._pieces = pieces
        self._budget = pieces_per_batch
        self._rng = Random(seed)
        self._weights, self._corpus_weights = _by_length(material.carriers), _by_length(material.corpus)

    def _example(self, note: Note) -> Example | None:
        rng = self._rng
        if note.mentions and rng.random() >= (RAW_CORPUS_SHARE if note.kind == "corpus" else RAW_SHARE):
            note = self._refiller.refill(note, rng)
        note = add_noise(note, rng)
        words = split(note.text)
        targets = word_targets(note, words)
        first, last = cut_window(targets, rng)
        flat, positions = [self._pieces.cls], []
        for start, end in words[first:last]:
            pieces = self._pieces(note.text[start:end])
            if len(flat) + len(pieces) > MAX_PIECES:
                break
            positions.append(len(flat))
            flat.extend(pieces)
        if not positions:
            return None
        return Example([*flat, self._pieces.sep], positions, targets[first : first + len(positions)])

    def _pool(self) -> list[Note]:
        given, rng = self._material, self._rng
        others = round(POOL * given.corpus_share) if given.corpus else 0
        drawn = rng.choices(given.carriers, self._weights, k=POOL - others)
        if others:
            drawn += rng.choices(given.corpus, self._corpus_weights, k=others)
        if given.clean:
            drawn += rng.choices(given.clean, k=CLEAN)
        if given.negatives:
            drawn += [given.negatives.draw(rng) for _ in range(NEGATIVES)]
        return drawn

    def batches(self) -> Iterator[list[Example]]:
        """Yield batches of similar length, each of at most the budget of pieces (at least one example)."""
        while True:
            examples = sorted(filter(None, map(self._example, self._pool())), key=lambda e: len(e.pieces))
            batches: list[list[Example]] = [[]]
            for example in examples:
                if batches[-1] and len(example.pieces) * (len(batches[-1]) + 1) > self._budget:
                    batches.append([])
                batches[-1].append(example)
            self._rng.shuffle(batches)
            yield from batches
