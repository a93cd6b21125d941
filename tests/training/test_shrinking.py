"""A smaller, wider start: what is cut, and that nothing else changes."""

import torch
from tiny import tiny_recognizer

from clinx_hf.text.recognizer import Recognizer, WordPieces
from clinx_hf.training.shrinking import Shape, shrink, whole_words, widen

TEXTS = ["Seen by Dr. Ann Lee on 3/4/2021 for pneumothorax.", "Pneumothorax, pneumothorax and pneumothorax."]


def test_keeping_everything_changes_nothing():
    model, tokenizer = tiny_recognizer()
    encoder = model.config.gliner["encoder_config"]
    shape = Shape(tuple(range(encoder["num_hidden_layers"])), encoder["intermediate_size"])
    small = shrink(model, tokenizer, shape, TEXTS)
    for name, value in model.state_dict().items():
        assert torch.equal(small.state_dict()[name], value)


def test_the_least_contributing_units_go():
    model, tokenizer = tiny_recognizer()
    encoder = model.config.gliner["encoder_config"]
    half = encoder["intermediate_size"] // 2
    for layer in model.core.token_rep_layer.bert_layer.model.encoder.layer:
        layer.output.dense.weight.data[:, :half] = 0  # contributes nothing
    small = shrink(model, tokenizer, Shape(tuple(range(encoder["num_hidden_layers"])), half), TEXTS)
    reader, smaller = (Recognizer(m, tokenizer) for m in (model, small))
    windows = reader.read(TEXTS[0]).windows
    assert abs(reader.score_windows(windows)[0] - smaller.score_windows(windows)[0]).max() < 1e-5
    old = model.core.token_rep_layer.bert_layer.model.encoder.layer[0].output.dense.weight
    new = small.core.token_rep_layer.bert_layer.model.encoder.layer[0].output.dense.weight
    assert torch.equal(new, old[:, half:])


def test_a_whole_word_starts_as_the_mean_of_its_pieces():
    model, tokenizer = tiny_recognizer()
    pieces = WordPieces(tokenizer)
    words = whole_words(TEXTS * 2, pieces, {"ann", "lee"}, 5)
    assert "pneumothorax" in words
    assert "Ann" not in words
    wider, more = widen(model, tokenizer, words)
    old, new = model.get_input_embeddings().weight, wider.get_input_embeddings().weight
    (piece,) = WordPieces(more)("pneumothorax")
    assert torch.allclose(new[piece], old[list(pieces("pneumothorax"))].mean(0))
    assert torch.equal(new[: len(old)], old)
