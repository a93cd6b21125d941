"""The learning curve: its points, its picture, and a corpus that is too small."""

import json

import pytest
from tiny import tiny_recognizer

from clinx_hf.bench.learning_curve import measure, plot, score, table
from clinx_hf.errors import BadInput
from clinx_hf.synthesis.corpora import MEDDOCAN, read_corpus
from clinx_hf.text.recognizer import Recognizer
from clinx_hf.training.recognizer_start import write_checkpoint

ROW = {
    "id": "1",
    "text": "Mujer de 54 años, Madrid.",
    "entities": [
        {"start": 0, "end": 5, "label": "SEXO_SUJETO_ASISTENCIA"},
        {"start": 9, "end": 16, "label": "EDAD_SUJETO_ASISTENCIA"},
        {"start": 18, "end": 24, "label": "TERRITORIO"},
    ],
}


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "corpus.jsonl"
    path.write_text("\n".join([json.dumps(ROW)] * 3), encoding="utf-8")
    return path


def test_what_counts_neither_way_is_no_false_find(corpus):
    class Everything:
        def __call__(self, texts):
            from clinx_hf.phi import Label, Span

            return [[Span(0, len(text), Label.ID, 1.0, "model")] for text in texts]

    scores = score(Everything(), read_corpus(corpus, MEDDOCAN))
    assert scores.recall == 1.0
    assert scores.found == 3 * (len(ROW["text"]) - len("Mujer"))


def test_a_curve_is_measured_told_and_drawn(corpus, tmp_path):
    pytest.importorskip("faker", reason="refilling needs the train extra")
    write_checkpoint(*tiny_recognizer(), tmp_path / "start")
    curve = measure(corpus, corpus, "meddocan", tmp_path / "start", (0, 2), 0.001, judged=2)
    assert [point.documents for point in curve.points] == [0, 2]
    reader = Recognizer.from_pretrained(tmp_path / "start")
    alone = score(reader, read_corpus(corpus, MEDDOCAN)[:2])
    assert curve.points[0].recall == round(alone.recall, 4)
    assert "| 2 |" in table(curve)
    plot(curve, tmp_path / "curve.svg")
    assert "<svg" in (tmp_path / "curve.svg").read_text(encoding="utf-8")


def test_more_documents_than_there_are_is_refused(corpus, tmp_path):
    with pytest.raises(BadInput, match="3 documents"):
        measure(corpus, corpus, "meddocan", tmp_path, (9,), 0.001, judged=2)
