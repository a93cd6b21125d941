"""Make a trained recognizer smaller and its vocabulary wider: where the next training starts from.

Layers are dropped, hidden units of the feed-forward blocks are kept by what they contribute (mean |activation| times the
norm of their output weights, as in Wanda, Sun et al., ICLR 2024), and frequent words that were cut into several pieces
become pieces of their own, started as the mean of those pieces. The damage is mended by training on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import nn
from transformers import PreTrainedTokenizerFast

from clinx_hf.text.modeling import ClinxDeidConfig, ClinxDeidModel
from clinx_hf.text.recognizer import Recognizer, WordPieces
from clinx_hf.text.words import split
from clinx_hf.training.vocabulary import make_tokenizer, plain


@dataclass(frozen=True)
class Shape:
    """What is kept: which layers (by their number now), and how many hidden units of each feed-forward block."""

    layers: tuple[int, ...]
    feed_forward: int


def whole_words(texts: Sequence[str], pieces: WordPieces, known: set[str], number: int, least: int = 4) -> list[str]:
    """Return the words whose own piece would save most: seen `least` times, letters only, no known name."""
    counted: Counter[str] = Counter()
    for text in texts:
        counted.update(plain(text[start:end]) for start, end in split(text))
    saved = {
        word: times * (len(pieces(word)) - 1)
        for word, times in counted.items()
        if times >= least and word.isalpha() and word.lower() not in known and len(pieces(word)) > 1
    }
    return sorted(saved, key=lambda word: (-saved[word], word))[:number]


def widen(
    model: ClinxDeidModel, tokenizer: PreTrainedTokenizerFast, words: Sequence[str]
) -> tuple[ClinxDeidModel, PreTrainedTokenizerFast]:
    """Return the model and tokenizer with the words as further pieces, at the end of the vocabulary."""
    pieces = WordPieces(tokenizer)
    old = cast(torch.Tensor, model.get_input_embeddings().weight).data
    rows = torch.stack([old[list(pieces(word))].mean(0) for word in words])
    ordered = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    settings: dict[str, Any] = deepcopy(model.config.gliner)
    size = len(ordered) + len(words)
    settings["vocab_size"] = settings["encoder_config"]["vocab_size"] = size
    wider = ClinxDeidModel(ClinxDeidConfig(gliner=settings))
    state = model.state_dict()
    for name, value in state.items():
        if value.shape[0] == len(ordered) and name.endswith("word_embeddings.weight"):
            state[name] = torch.cat([value, rows])
    wider.load_state_dict(state)
    return wider, make_tokenizer([piece for piece, _ in ordered] + list(words))


def _contributions(
    model: ClinxDeidModel, tokenizer: PreTrainedTokenizerFast, texts: Sequence[str]
) -> list[torch.Tensor]:
    """Return, for each layer, what each hidden unit of its feed-forward block contributes."""
    reader = Recognizer(model, tokenizer)
    layers = model.core.token_rep_layer.bert_layer.model.encoder.layer
    sums = [torch.zeros(layer.output.dense.in_features) for layer in layers]

    def remember(number: int) -> Any:
        def hook(_: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
            sums[number] += inputs[0].abs().sum(dim=(0, 1))

        return hook

    handles = [layer.output.dense.register_forward_pre_hook(remember(i)) for i, layer in enumerate(layers)]
    reader.score_windows([window for text in texts for window in reader.read(text).windows])
    for handle in handles:
        handle.remove()
    return [total * layer.output.dense.weight.norm(dim=0) for total, layer in zip(sums, layers, strict=True)]


def shrink(
    model: ClinxDeidModel, tokenizer: PreTrainedTokenizerFast, shape: Shape, texts: Sequence[str]
) -> ClinxDeidModel:
    """Return a smaller model; `texts` show which hidden units matter."""
    contributions = _contributions(model, tokenizer, texts)
    settings: dict[str, Any] = deepcopy(model.config.gliner)
    settings["encoder_config"] |= {
        "num_hidden_layers": len(shape.layers),
        "intermediate_size": shape.feed_forward,
    }
    small = ClinxDeidModel(ClinxDeidConfig(gliner=settings))
    state: dict[str, torch.Tensor] = {}
    for name, value in model.state_dict().items():
        head, mark, rest = name.partition("encoder.layer.")
        if not mark:
            state[name] = value
            continue
        number, _, part = rest.partition(".")
        if int(number) not in shape.layers:
            continue
        kept = contributions[int(number)].topk(shape.feed_forward).indices.sort().values
        if part.startswith("intermediate.dense"):
            value = value[kept]
        elif part == "output.dense.weight":
            value = value[:, kept]
        state[f"{head}{mark}{shape.layers.index(int(number))}.{part}"] = value
    small.load_state_dict(state)
    return small
