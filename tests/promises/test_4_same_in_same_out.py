"""Promise 4: same in, same out, to the bit, whatever the batch size, the number of processes or the order."""

import datasets
import numpy as np
import pytest
from planted import load_planted, small_pipeline, stamped

from clinx_hf.transform import Deidentifier

NOTES = ["Maria Garcia came.", "No change.", "GARCIA, MARIA on 3/4/2021", "HEAD of SMITH"]
PICTURES = ["SMITH", "L", "HEAD", "??"]


@pytest.fixture(scope="module")
def pipeline():
    return small_pipeline()


@pytest.fixture(autouse=True)
def planted_parts(monkeypatch, pipeline):
    load_planted(monkeypatch, pipeline=pipeline)


def rows():
    """Rows in which images and texts repeat, beside different identifiers."""
    features = {"image": datasets.Image(), "patient_name": datasets.Value("string"), "note": datasets.Value("string")}
    names = ["Head, Aveline", "Vandelay, Art"]
    return datasets.Dataset.from_dict(
        {
            "image": [stamped(PICTURES[i % 4], seed=i % 3) for i in range(12)],
            "patient_name": [names[i % 2] for i in range(12)],
            "note": [NOTES[i % 4] for i in range(12)],
        },
        features=datasets.Features(features),
    )


def bits(ds):
    stored = ds.cast_column("image", datasets.Image(decode=False))
    return [(row["image"]["bytes"], row["patient_name"], row["note"]) for row in stored]


def fresh(monkeypatch, pipeline):
    load_planted(monkeypatch, pipeline=pipeline)
    return Deidentifier()


def test_batch_size_processes_order_and_cache_change_no_bit(monkeypatch, pipeline):
    ds = rows()
    expected = bits(ds.map(fresh(monkeypatch, pipeline)))
    assert bits(ds.map(Deidentifier(), load_from_cache_file=False)) == expected  # from a warm cache
    for size in (1, 5, 12):
        assert bits(ds.map(fresh(monkeypatch, pipeline), batched=True, batch_size=size)) == expected
    assert bits(ds.map(fresh(monkeypatch, pipeline), num_proc=2)) == expected
    backwards = ds.select(range(11, -1, -1)).map(fresh(monkeypatch, pipeline))
    assert bits(backwards)[::-1] == expected


def test_the_stream_gives_the_same(monkeypatch, pipeline):
    expected = rows().map(fresh(monkeypatch, pipeline))
    stream = list(rows().to_iterable_dataset().map(fresh(monkeypatch, pipeline)))
    for row, other in zip(expected, stream, strict=True):
        assert row["note"] == other["note"]
        assert (np.asarray(row["image"]) == np.asarray(other["image"])).all()


def test_a_small_cache_changes_no_bit(monkeypatch, pipeline):
    from clinx_hf.transform import cleaner

    expected = bits(rows().map(fresh(monkeypatch, pipeline)))
    monkeypatch.setattr(cleaner, "_IMAGES_KEPT", 600)
    monkeypatch.setattr(cleaner, "_TEXTS_KEPT", 0)
    assert bits(rows().map(fresh(monkeypatch, pipeline), load_from_cache_file=False)) == expected
