"""The judge pictures: nobody who was trained on, MedPix without its foot, pictures without text first."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from clinx_hf.bench import image_sets
from clinx_hf.errors import BadInput

DATA = Path("../shared/data")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    rows = {
        "brain_mri": [{}, {}],
        "ultrasound": [
            {"patient_id": "1", "dataset": "pocus_lung", "license": "CC BY 4.0"},
            {"patient_id": "1", "dataset": "pocus_lung", "license": "CC BY-NC 4.0"},
            {"patient_id": "2", "dataset": "pocus_lung", "license": "CC BY-NC 4.0"},
            {"patient_id": None, "dataset": "busi_breast", "license": None},
        ],
        "covid_cxr": [{"patientid": "7", "license": "CC0"}, {"patientid": "8", "license": "CC BY-NC-SA"}],
        "medpix": [{}],
    }
    for name, lines in rows.items():
        (tmp_path / name / "images").mkdir(parents=True)
        with (tmp_path / name / "metadata.jsonl").open("w", encoding="utf-8") as table:
            for i, row in enumerate(lines):
                cv2.imwrite(str(tmp_path / name / "images" / f"{i}.png"), np.full((900, 1000), i, np.uint8))
                table.write(json.dumps({"file_name": f"images/{i}.png", **row}) + "\n")
    return tmp_path


def test_patients_of_training_do_not_judge(data: Path) -> None:
    assert image_sets.judge_names(data, "ultrasound") == ["ultrasound/images/2.png", "ultrasound/images/3.png"]
    assert image_sets.judge_names(data, "covid_cxr") == ["covid_cxr/images/1.png"]


def test_grounds_are_in_turn_shrunk_and_without_foot(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_sets, "text_free_names", lambda: frozenset({"brain_mri/images/1.png"}))
    found = image_sets.grounds(data, 5, seed=1)
    assert [ground.set for ground in found] == [*image_sets.SETS, "brain_mri"]
    assert found[0].text_free
    assert found[0].picture[0, 0, 0] == 1
    assert not found[1].text_free
    assert {max(ground.picture.shape) for ground in found} == {image_sets.LONGEST}
    assert found[3].picture.shape[0] == round(900 * 0.86 * 0.768)
    assert len(image_sets.grounds(data, 99, seed=1)) == 6
    assert [g.picture[0, 0, 0] for g in image_sets.text_free(data, 9, seed=1)] == [1]


def test_a_missing_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="brain_mri"):
        image_sets.grounds(tmp_path, 4, seed=1)


def test_listed_pictures_are_there_and_may_judge() -> None:
    names = image_sets.text_free_names()
    assert len(names) >= 100
    if not DATA.is_dir():
        pytest.skip("the judge sets are not here")
    assert names <= {name for of in image_sets.SETS for name in image_sets.judge_names(DATA, of)}
