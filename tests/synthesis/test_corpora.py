"""Labelled corpora of others, read in the project's labels."""

import json

import pytest

from clinx_hf.errors import BadInput
from clinx_hf.phi import Label
from clinx_hf.synthesis.corpora import EDS_PSEUDO, LABEL_MAPS, MEDDOCAN, read_corpus


def _write(tmp_path, *rows):
    path = tmp_path / "corpus.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def _row(text, *found):
    entities = [{"start": text.index(t), "end": text.index(t) + len(t), "label": label} for t, label in found]
    return {"id": "1", "text": text, "entities": entities}


def test_spanish_labels_are_mapped_and_sex_counts_neither_way(tmp_path):
    row = _row(
        "CP: 28016. Madrid. Mujer de 54 años.",
        ("28016", "TERRITORIO"),
        ("Madrid", "TERRITORIO"),
        ("Mujer", "SEXO_SUJETO_ASISTENCIA"),
        ("54 años", "EDAD_SUJETO_ASISTENCIA"),
    )
    (read,) = read_corpus(_write(tmp_path, row), MEDDOCAN)
    assert [m.label for m in read.note.mentions] == [Label.ZIP, Label.CITY, Label.AGE]
    assert read.ignored == ((19, 24),)
    assert Label.STATE in read.allowed[1]
    assert read.note.language == "es"


def test_a_name_after_a_title_is_a_doctor(tmp_path):
    row = _row("Le Dr Martin voit Paul.", ("Martin", "NOM"), ("Paul", "PRENOM"))
    (read,) = read_corpus(_write(tmp_path, row), EDS_PSEUDO)
    assert [m.label for m in read.note.mentions] == [Label.DOCTOR, Label.PATIENT]


def test_own_labels_need_no_map(tmp_path):
    (read,) = read_corpus(_write(tmp_path, _row("Call 555-0101.", ("555-0101", "PHONE"))), LABEL_MAPS["own"])
    assert read.note.mentions[0].label == Label.PHONE


@pytest.mark.parametrize(
    "row",
    [
        {"text": 3, "entities": []},
        {"text": "Ann", "entities": [{"start": 0, "end": 9, "label": "PATIENT"}]},
        {"text": "Ann", "entities": [{"start": 0, "end": 3, "label": "NOBODY"}]},
    ],
)
def test_faulty_rows_are_named_by_their_number_only(tmp_path, row):
    with pytest.raises(BadInput, match=r"^Row 1 ") as caught:
        read_corpus(_write(tmp_path, row), LABEL_MAPS["own"])
    assert "Ann" not in str(caught.value)
