"""The ablation table: both decodings differ as they must, and every variant is told."""

import numpy as np
from tiny import tiny_recognizer

from clinx_hf.bench import ablation
from clinx_hf.synthesis.notes import Note, parse_markup
from clinx_hf.training.recognizer_start import write_checkpoint
from clinx_hf.training.shrinking import Shape

NOTE = Note("1", "k", "en", *parse_markup("Seen by Dr. <<DOCTOR#1f:Ann Lee>> on <<DATE:3/4>>."))


def test_the_best_label_alone_never_redacts_more():
    inside = np.array([[0.2, 0.3], [0.0, 0.9]], np.float32)
    best = ablation.by_best_label(inside)
    assert best.tolist() == [[0.0, np.float32(0.3)], [0.0, np.float32(0.9)]]
    assert (1 - np.prod(1 - best, axis=1) <= 1 - np.prod(1 - inside, axis=1)).all()


def test_checkpoints_and_shapes_are_measured(tmp_path, monkeypatch):
    write_checkpoint(*tiny_recognizer(), tmp_path)
    monkeypatch.setattr(ablation, "SHAPES", (Shape((0, 1), 48), Shape((0,), 24)))
    made = ablation.measure([NOTE], {"tiny": tmp_path}, tmp_path)
    assert [row.decoding for row in made.rows] == ["sum over labels", "best label", *["sum over labels"] * 2]
    whole = made.rows[2]
    assert whole.scores == made.rows[0].scores  # a shape that keeps everything is the checkpoint itself
    assert ablation.table(made).count("\n") == 5
