"""Small real models with random weights that could stand in the rewriter's place."""

from __future__ import annotations

from typing import Any

import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast, T5Config, T5ForConditionalGeneration


def tiny_rewriter(causal: bool = False) -> tuple[Any, PreTrainedTokenizerFast]:
    """Return an untrained T5, or a causal model, without the rewriter's markers, and its tokenizer."""
    torch.manual_seed(4)
    words = ["<pad>", "</s>", "<unk>", *"the patient a of zorgon 0 1 2 : in doctor blood".split()]
    backend = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="<unk>"))
    backend.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )
    shared = {"vocab_size": len(words), "pad_token_id": 0, "eos_token_id": 1}
    if causal:
        return GPT2LMHeadModel(
            GPT2Config(n_embd=16, n_layer=1, n_head=2, n_positions=2048, bos_token_id=1, **shared)
        ).eval(), tokenizer
    config = T5Config(d_model=16, d_kv=8, num_heads=2, d_ff=16, num_layers=1, decoder_start_token_id=0, **shared)
    return T5ForConditionalGeneration(config).eval(), tokenizer
