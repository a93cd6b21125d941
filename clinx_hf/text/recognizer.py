"""The recognizer: GLiNER reads a text in overlapping windows and says which words are identifiers.

Decoding (`clinx_hf.text.decoding`): a word is redacted when 1 - prod over labels (1 - p_inside) reaches the threshold, and
runs of such words are cut and named by the cheapest path through the labels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clinx_hf.errors import MissingWeights
from clinx_hf.phi import LABELS, Label, Policy, Span, removed_labels
from clinx_hf.quiet import progress_bars_off
from clinx_hf.text.decoding import decode
from clinx_hf.text.words import split
from clinx_hf.threads import side_by_side

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedTokenizerFast

    from clinx_hf.text.modeling import ClinxDeidModel

_NO_LIMITS: Mapping[Label, float] = MappingProxyType({})
MAX_PIECES = 510  # BERT's 512 positions less [CLS] and [SEP]
PIECES_PER_BATCH = 4096
Offsets = list[tuple[int, int]]
Scores = NDArray[np.float32]  # (words, labels) probabilities of being inside an identifier


def embedded_folder() -> Path:
    """Return the folder of the checkpoint that comes with the package."""
    return Path(str(files("clinx_hf").joinpath("weights/recognizer")))


@dataclass(frozen=True)
class Window:
    """A stretch of a text's words: its first word's index, all pieces, and where each word's first piece stands."""

    first_word: int
    pieces: tuple[int, ...]
    word_positions: tuple[int, ...]


@dataclass(frozen=True)
class Reading:
    """A text as the network sees it: its words' offsets and its windows."""

    text: str
    words: Offsets
    windows: list[Window]


class WordPieces:
    """Word pieces of words, remembered, since clinical texts repeat their words."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast, remember: int = 200_000) -> None:
        self._backend = tokenizer.backend_tokenizer
        self.cls, self.sep = tokenizer.cls_token_id, tokenizer.sep_token_id
        self._unknown = (tokenizer.unk_token_id,)
        self._remember = remember
        self._known: dict[str, tuple[int, ...]] = {}

    def __call__(self, word: str) -> tuple[int, ...]:
        """Return the pieces of one word; a word that leaves none (a lone surrogate) is unknown, never skipped."""
        pieces = self._known.get(word)
        if pieces is None:
            clean = word.encode("utf-8", "replace").decode("utf-8")
            pieces = tuple(self._backend.encode(clean, add_special_tokens=False).ids) or self._unknown
            pieces = pieces[:MAX_PIECES]
            if len(self._known) >= self._remember:
                self._known.clear()
            self._known[word] = pieces
        return pieces


def cut_windows(pieces: Sequence[tuple[int, ...]], words: int, overlap: int) -> Iterator[tuple[int, int]]:
    """Yield (first, last + 1) word ranges that cover all words; neighbours share `overlap` words.

    A window ends after `words` words, or earlier where the encoder's positions would not hold its pieces.
    """
    start = 0
    while start < len(pieces):
        end, size = start, 0
        while end < len(pieces) and end - start < words and size + len(pieces[end]) <= MAX_PIECES:
            size += len(pieces[end])
            end += 1
        yield start, end
        if end >= len(pieces):
            return
        start = max(end - overlap, start + 1)


class Recognizer:
    """Finds identifiers with the neural model. Texts in, spans out; the text itself goes nowhere else."""

    def __init__(self, model: ClinxDeidModel, tokenizer: PreTrainedTokenizerFast) -> None:
        # Half precision is for storage: on a CPU it computes slower and rounds differently.
        self.model = (model.float() if model.device.type == "cpu" else model).eval()
        self.config = model.config
        self.labels = tuple(Label(name) for name in self.config.labels)
        self._pieces = WordPieces(tokenizer)

    @classmethod
    def from_pretrained(cls, name: str | Path | None = None, **kwargs: Any) -> Recognizer:
        """Load from a folder or hub id; without a name, the checkpoint inside the package (offline)."""
        from transformers import AutoTokenizer
        from transformers.utils import logging

        from clinx_hf.text.modeling import ClinxDeidModel

        if name is None:
            name = embedded_folder()
        if isinstance(name, Path):
            if not (name / "model.safetensors").is_file():
                raise MissingWeights(name, "model.safetensors")
            kwargs["local_files_only"] = True
        with progress_bars_off(logging):
            model = ClinxDeidModel.from_pretrained(str(name), dtype="float32", **kwargs)
        return cls(model, AutoTokenizer.from_pretrained(str(name), **kwargs))

    def read(self, text: str) -> Reading:
        """Cut a text into words and windows (an empty text has none)."""
        words = split(text)
        pieces = [self._pieces(text[start:end]) for start, end in words]
        windows = []
        for first, last in cut_windows(pieces, self.config.window_words, self.config.overlap_words):
            flat, positions = [self._pieces.cls], []
            for word in pieces[first:last]:
                positions.append(len(flat))
                flat.extend(word)
            windows.append(Window(first, (*flat, self._pieces.sep), tuple(positions)))
        return Reading(text, words, windows)

    def tensors(self, windows: Sequence[Window]) -> dict[str, torch.Tensor]:
        """Pad windows into the network's inputs (see `ClinxDeidModel.forward`)."""
        import torch

        shape = (len(windows), max(len(w.pieces) for w in windows))
        ids, attention, words = (np.zeros(shape, dtype=np.int64) for _ in range(3))
        for row, window in enumerate(windows):
            ids[row, : len(window.pieces)] = window.pieces
            attention[row, : len(window.pieces)] = 1
            words[row, list(window.word_positions)] = np.arange(1, len(window.word_positions) + 1)
        lengths = np.array([[len(w.word_positions)] for w in windows])
        named = {"input_ids": ids, "attention_mask": attention, "words_mask": words, "text_lengths": lengths}
        return {name: torch.from_numpy(array).to(self.model.device) for name, array in named.items()}

    def score_windows(self, windows: Sequence[Window]) -> list[Scores]:
        """Return, for each window, (words, labels) probabilities of being inside an identifier.

        On a CPU the windows are read side by side, each on one thread of its own: the same bits however many there are.
        """
        scores: list[Scores] = [np.zeros((0, len(self.labels)), np.float32)] * len(windows)
        batches = list(self._batches(windows))
        work = partial(self._inside, windows)
        done = side_by_side(work, batches) if self.model.device.type == "cpu" else map(work, batches)
        for batch, inside in zip(batches, done, strict=True):
            for row, i in enumerate(batch):
                scores[i] = inside[row, : len(windows[i].word_positions)]
        return scores

    def _inside(self, windows: Sequence[Window], batch: list[int]) -> Scores:
        import torch

        with torch.inference_mode():
            logits = self.model(**self.tensors([windows[i] for i in batch])).logits[..., 2].float()
            return torch.sigmoid(logits).cpu().numpy()

    def _batches(self, windows: Sequence[Window]) -> Iterator[list[int]]:
        """Yield batches of window numbers of equal length: nothing is padded, so nothing depends on the company."""
        order = sorted(range(len(windows)), key=lambda i: (len(windows[i].pieces), i))
        batch: list[int] = []
        for i in order:
            size = len(windows[i].pieces)
            if batch and (size != len(windows[batch[0]].pieces) or size * (len(batch) + 1) > self._batch_pieces):
                yield batch
                batch = []
            batch.append(i)
        if batch:
            yield batch

    @cached_property
    def _batch_pieces(self) -> int:
        # On a CPU a batch gains nothing, and one window a call gives the same bits in any company.
        return 0 if self.model.device.type == "cpu" else PIECES_PER_BATCH

    def __call__(
        self, texts: Sequence[str], policy: Policy = Policy.STRICT, limits: Mapping[Label, float] = _NO_LIMITS
    ) -> list[list[Span]]:
        """Return the identifiers of each text that matter under a policy, in order (see `find`)."""
        readings = [self.read(text) for text in texts]
        scores = iter(self.score_windows([w for reading in readings for w in reading.windows]))
        return [self.find(r, [next(scores) for _ in r.windows], policy, limits) for r in readings]

    def merge(self, reading: Reading, scores: Sequence[Scores]) -> Scores:
        """Merge the windows' scores into one (words, labels) array: the maximum where windows overlap."""
        merged = np.zeros((len(reading.words), len(self.labels)), np.float32)
        for window, inside in zip(reading.windows, scores, strict=True):
            part = merged[window.first_word : window.first_word + len(inside)]
            np.maximum(part, inside, out=part)
        return merged

    def find(
        self, reading: Reading, scores: Sequence[Scores], policy: Policy, limits: Mapping[Label, float] = _NO_LIMITS
    ) -> list[Span]:
        """Turn window scores into the spans of a text.

        Only labels that the policy removes compete, so that a name which looks most like a profession is not lost where
        professions stay. Ages are asked for separately: the old ones go under every policy that keeps the others.
        """
        inside = self.merge(reading, scores)
        removed = removed_labels(policy)
        spans = self.decode(reading, inside, removed, limits=limits)
        if Label.AGE not in removed:
            spans += [s for s in self.decode(reading, inside, frozenset(LABELS), limits=limits) if s.label == Label.AGE]
        return spans

    def decode(
        self,
        reading: Reading,
        inside: Scores,
        labels: frozenset[Label],
        threshold: float | None = None,
        limits: Mapping[Label, float] = _NO_LIMITS,
    ) -> list[Span]:
        """Turn (words, labels) probabilities into spans of some of the labels (see `clinx_hf.text.decoding`).

        `limits` gives words that look most like a label a threshold of their own.
        """
        limit = self.config.threshold if threshold is None else threshold
        columns = [i for i, label in enumerate(self.labels) if label in labels]
        names = [self.labels[i] for i in columns]
        least = np.array([limits.get(name, limit) for name in names])
        return decode(reading.text, reading.words, inside[:, columns].astype(np.float64), names, least)
