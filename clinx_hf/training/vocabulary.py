"""The recognizer's word pieces: MiniLM's vocabulary, pruned to what is used and made cased.

MiniLM is uncased, and capitals are half of what a name is: a piece in Title or UPPER case gets the embedding of its
lower-case form plus one fixed random vector per case.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import PreTrainedTokenizerFast

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def plain(word: str) -> str:
    """Drop accents, as the normaliser of the tokenizer does."""
    decomposed = unicodedata.normalize("NFD", word)
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn")


def _cased_pieces(word: str, pieces: list[str]) -> list[str]:
    """Give the lower-case pieces of a word the case of the word."""
    out, at = [], 0
    for piece in pieces:
        mark = piece.startswith("##")
        size = len(piece) - 2 * mark
        out.append("##" * mark + word[at : at + size])
        at += size
    return out


def count_pieces(words: Counter[str], uncased: Tokenizer) -> Counter[str]:
    """Count the cased pieces of a word count, cut where the uncased tokenizer cuts."""
    counted: Counter[str] = Counter()
    for word, number in words.items():
        bare = plain(word)
        if len(bare.lower()) != len(bare):
            continue
        pieces = uncased.encode(bare.lower(), add_special_tokens=False).tokens
        if "[UNK]" not in pieces and sum(len(p) - 2 * p.startswith("##") for p in pieces) == len(bare):
            for piece in _cased_pieces(bare, pieces):
                counted[piece] += number
    return counted


def choose_pieces(counted: Counter[str], size: int) -> list[str]:
    """Return the vocabulary: special signs, all single characters, two-digit numbers, years, then by frequency."""
    characters = sorted({c for piece in counted for c in piece.removeprefix("##")} | set(map(chr, range(33, 127))))
    always: list[str] = list(SPECIAL)
    always += characters + ["##" + c for c in characters]
    always += [f"{n:02}" for n in range(100)] + [f"##{n:02}" for n in range(100)]
    always += [str(year) for year in range(1900, 2036)]
    ranked = sorted(counted, key=lambda piece: (-counted[piece], piece))
    return list(dict.fromkeys(always + ranked))[:size]


def embed(pieces: Iterable[str], old: NDArray[np.float32], ids: dict[str, int], seed: int) -> NDArray[np.float32]:
    """Return the (pieces, width) start embedding made from the uncased one."""
    rng = np.random.default_rng(seed)
    scale = 0.5 * float(old.std())
    title, upper = rng.normal(0, scale, (2, old.shape[1])).astype(np.float32)
    rows = []
    for piece in pieces:
        body = piece.removeprefix("##")
        row = ids.get(piece, ids.get(piece.lower()))
        vector = old[row if row is not None else ids["[UNK]"]].copy()
        if piece not in SPECIAL and body != body.lower():
            vector += upper if len(body) > 1 and body.isupper() else title
        rows.append(vector)
    return np.stack(rows)


def make_tokenizer(pieces: list[str]) -> PreTrainedTokenizerFast:
    """Return a cased word-piece tokenizer over these pieces; accents are dropped, white space is not read."""
    tokenizer = Tokenizer(models.WordPiece({p: i for i, p in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    )


def load_uncased(folder: Path) -> Tokenizer:
    """Load the tokenizer that the encoder was published with."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()  # sentence-transformers pads to 128
    tokenizer.no_truncation()
    return tokenizer
