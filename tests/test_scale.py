"""A dataset goes in, Parquet with card and report comes out."""

import json

import numpy as np
import pytest
from datasets import Dataset, Features, Image, Value, load_dataset
from PIL import Image as PILImage

from clinx_hf.errors import BadInput
from clinx_hf.scale.local import clean_dataset
from clinx_hf.transform import Deidentifier


@pytest.fixture
def splits():
    picture = PILImage.fromarray(np.full((40, 60), 90, np.uint8))
    rows = {"image": [picture] * 5, "note": ["MRN: 00482716", "clear lungs", "", None, "Call (415) 555-0132"]}
    features = Features({"image": Image(), "note": Value("string")})
    return {"train": Dataset.from_dict(rows, features=features)}


def test_rows_shards_card_and_counts(splits, tmp_path):
    outcome = clean_dataset(splits, Deidentifier(), tmp_path / "out", "a test", shard_rows=2)
    files = sorted(p.name for p in (tmp_path / "out" / "data").iterdir())
    assert files == [f"train-0000{i}-of-00003.parquet" for i in range(3)]
    clean = load_dataset(str(tmp_path / "out"), split="train", cache_dir=str(tmp_path / "cache"))
    assert clean["note"][:] == ["MRN: [MRN]", "clear lungs", "", None, "Call [PHONE]"]
    assert clean[0]["image"].size == (60, 40)
    assert np.array_equal(np.asarray(clean[0]["image"]), np.full((40, 60), 90, np.uint8))
    assert (outcome.rows, outcome.identifiers) == (5, 2)
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["rows"] == 5
    assert sum(c["count"] for c in report["counts"] if c["case"] == "identifier") == 2
    card = (tmp_path / "out" / "README.md").read_text()
    assert "| MRN | H | 1 |" in card
    assert "HIPAA compliant" not in card


def test_an_output_folder_that_holds_something_is_left_alone(splits, tmp_path):
    (tmp_path / "kept").write_text("x")
    with pytest.raises(BadInput, match="not empty"):
        clean_dataset(splits, Deidentifier(), tmp_path, "a test")
    assert [p.name for p in tmp_path.iterdir()] == ["kept"]
