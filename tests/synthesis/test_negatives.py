"""Short texts without identifiers."""

from random import Random

from clinx_hf.synthesis.negatives import Negatives


def test_drawn_texts_are_short_whole_and_without_mentions(tmp_path):
    (tmp_path / "diseases.txt").write_text("pleural effusion\nnephrolithiasis\n", encoding="utf-8")
    negatives = Negatives(tmp_path)
    assert negatives
    notes = [negatives.draw(Random(seed)) for seed in range(200)]
    assert all(note.text and not note.mentions and "{" not in note.text for note in notes)
    assert any("ephrolithiasis" in note.text for note in notes)
    assert negatives.draw(Random(3)) == negatives.draw(Random(3))


def test_without_lists_there_are_none(tmp_path):
    assert not Negatives(tmp_path)
