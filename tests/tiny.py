"""Small real models with random weights, built in well under a second."""

from __future__ import annotations

import torch

from clinx_hf.phi import LABELS
from clinx_hf.text.modeling import ClinxDeidConfig, ClinxDeidModel
from clinx_hf.training.vocabulary import choose_pieces, make_tokenizer

WIDTH = 16


def tiny_recognizer(seed: int = 3) -> tuple[ClinxDeidModel, object]:
    """Return a two-layer recognizer of width 32 and its tokenizer."""
    from collections import Counter

    torch.manual_seed(seed)
    tokenizer = make_tokenizer(choose_pieces(Counter({"the": 3, "patient": 2, "##s": 2}), 700))
    encoder = {
        "model_type": "bert",
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 48,
        "vocab_size": len(tokenizer),
        "max_position_embeddings": 512,
    }
    gliner = {
        "model_name": "tiny",
        "hidden_size": WIDTH,
        "num_rnn_layers": 0,
        "max_types": len(LABELS),
        "dropout": 0.0,
        "vocab_size": len(tokenizer),
        "encoder_config": encoder,
    }
    model = ClinxDeidModel(ClinxDeidConfig(gliner=gliner))
    model.core.precomputed_prompts.data.normal_(0, 0.5)
    return model.eval(), tokenizer
