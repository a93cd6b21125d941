"""The transform on rows, batches, datasets, streams, texts and images; its hash, its pickle, its workers."""

import dataclasses
import datetime
import io
import pickle
import subprocess
import sys

import datasets
import numpy as np
import pytest
from datasets.fingerprint import Hasher
from PIL import Image
from planted import StampReader, background, legible, load_planted, small_pipeline, stamp, stamped

import clinx_hf
from clinx_hf.errors import BadInput, BadSetting
from clinx_hf.phi import Label
from clinx_hf.tally import Case
from clinx_hf.transform import Deidentifier
from clinx_hf.transform import deidentifier as module

NOTE = "Again Maria Garcia, 3/4/2021."
CLEAN = "Again [PATIENT], [DATE]."


@pytest.fixture(scope="module")
def pipeline():
    return small_pipeline()


@pytest.fixture(autouse=True)
def recognizer(monkeypatch, pipeline):
    return load_planted(monkeypatch, pipeline=pipeline)


def png(image, **options):
    out = io.BytesIO()
    image.save(out, "PNG", **options)
    return out.getvalue()


def study(rows=3):
    """A dataset with an image column, texts, nested texts, numbers and classes."""
    return datasets.Dataset.from_dict(
        {
            "image": [stamped("SMITH", seed=i) for i in range(rows)],
            "note": [NOTE] * rows,
            "answers": [{"text": [NOTE, "no"], "start": [1, 2]}] * rows,
            "chat": [[{"role": "user", "content": NOTE}]] * rows,
            "score": [0.5] * rows,
            "finding": [1] * rows,
        },
        features=datasets.Features(
            {
                "image": datasets.Image(),
                "note": datasets.Value("string"),
                "answers": {
                    "text": datasets.List(datasets.Value("string")),
                    "start": datasets.List(datasets.Value("int32")),
                },
                "chat": datasets.List({"role": datasets.Value("string"), "content": datasets.Value("string")}),
                "score": datasets.Value("float32"),
                "finding": datasets.ClassLabel(names=["no", "yes"]),
            }
        ),
    )


def check(row):
    assert row["note"] == CLEAN
    assert row["answers"] == {"text": [CLEAN, "no"], "start": [1, 2]}
    assert row["chat"] == [{"role": "user", "content": CLEAN}]
    assert legible(row["image"]) == []
    assert row["score"] == 0.5
    assert row["finding"] == 1


# --- one value ---


def test_text_and_image_and_none_come_back_as_they_came():
    deid = Deidentifier()
    assert deid(NOTE) == CLEAN
    assert deid("") == ""
    assert deid(None) is None
    image = deid(stamped("SMITH"))
    assert isinstance(image, Image.Image)
    assert legible(image) == []
    array = deid(np.asarray(stamped("SMITH", channels=1)))
    assert array.dtype == np.uint8
    assert legible(array) == []


@pytest.mark.parametrize("value", [3, object(), [NOTE], b"abc"])
def test_other_values_are_refused(value):
    with pytest.raises(BadInput, match="takes a row, a batch, a str or a PIL image"):
        Deidentifier()(value)


def test_an_image_that_cannot_be_opened_is_refused_alone():
    broken = Image.open(io.BytesIO(png(stamped("SMITH"))[:-2000]))
    with pytest.raises(BadInput, match="cannot be decoded"):
        Deidentifier()(broken)


# --- rows and batches ---


def test_rows_keep_their_kinds():
    data = png(stamped("SMITH"))
    row = {"pil": stamped("JOHN"), "stored": {"bytes": data, "path": "/x/Maria Garcia.png"}, "n": 3, "none": None}
    clean = Deidentifier()(row)
    assert isinstance(clean["pil"], Image.Image)
    assert clean["stored"]["path"] is None
    assert legible(Image.open(io.BytesIO(clean["stored"]["bytes"]))) == []
    assert (clean["n"], clean["none"]) == (3, None)
    assert row["stored"]["path"] is not None  # the input is not changed


def test_a_plain_batch_gives_lists():
    clean = Deidentifier()({"note": [NOTE, "no"], "image": [stamped("SMITH"), stamped("L")]})
    assert clean["note"] == [CLEAN, "no"]
    assert [legible(image) for image in clean["image"]] == [[], ["L"]]


def test_map_by_row_and_by_batch_agree():
    ds = study()
    by_row = ds.map(Deidentifier())
    by_batch = ds.map(Deidentifier(), batched=True, batch_size=2)
    assert by_row.features == ds.features
    for row, other in zip(by_row, by_batch, strict=True):
        check(row)
        assert {k: v for k, v in row.items() if k != "image"} == {k: v for k, v in other.items() if k != "image"}
        assert (np.asarray(row["image"]) == np.asarray(other["image"])).all()


def test_a_dict_of_splits_and_a_transform_on_access_work():
    ds = datasets.DatasetDict({"train": study(1), "test": study(2)}).map(Deidentifier())
    check(ds["test"][1])
    check(study(2).with_transform(Deidentifier())[1])


@pytest.mark.parametrize("batched", [False, True])
def test_streams_work(batched):
    rows = list(study(2).to_iterable_dataset().map(Deidentifier(), batched=batched))
    assert len(rows) == 2
    check(rows[1])


def test_undecoded_images_work():
    undecoded = study(2).cast_column("image", datasets.Image(decode=False)).map(Deidentifier())
    assert undecoded[0]["image"]["path"] is None
    check(undecoded.cast_column("image", datasets.Image())[0])


def test_lists_of_images_work():
    ds = datasets.Dataset.from_dict(
        {"views": [[stamped("SMITH"), stamped("L")]]},
        features=datasets.Features({"views": datasets.List(datasets.Image())}),
    )
    assert [legible(image) for image in ds.map(Deidentifier())[0]["views"]] == [[], ["L"]]


def test_other_formats_are_refused_with_a_remedy():
    for other in ("pandas", "numpy", "torch"):
        with pytest.raises(BadInput, match=r"with_format\(None\)"):
            study(1).with_format(other).map(Deidentifier(), batched=True)


def test_input_columns_get_bare_values():
    ds = datasets.Dataset.from_dict({"note": [NOTE]})
    assert Deidentifier()(ds[0]["note"]) == CLEAN


# --- identifiers of a row ---


def test_identifier_columns_are_replaced_and_typed_ones_emptied():
    row = {
        "patient_name": "Vandelay^Art",
        "patient_id": 4832219,
        "birth_date": "1954-03-12",
        "seen": __import__("datetime").datetime(2021, 3, 4),
        "age": 93,
        "note": "n",
    }
    clean = Deidentifier()(row)
    assert clean == {
        "patient_name": "[PATIENT]",
        "patient_id": None,
        "birth_date": "[DATE]",
        "seen": None,
        "age": 90,
        "note": "n",
    }
    assert Deidentifier(policy="limited-dataset")(row)["seen"] == row["seen"]
    assert Deidentifier(policy="limited-dataset")(row)["age"] == 93
    assert Deidentifier(policy="strict")({"age": 30})["age"] is None
    assert Deidentifier(keep=("year",))({"birth_date": "1954-03-12"}) == {"birth_date": "[DATE 1954]"}


def test_a_patient_column_of_any_name_is_an_identifier():
    row = {"who": "zebra kilo", "note": "Sample of Zebra Kilo came."}
    assert Deidentifier(patient_column="who")(row) == {"who": "[MRN]", "note": "Sample of [MRN] came."}


def test_nested_identifiers_are_known_by_their_keys():
    clean = Deidentifier()({"meta": {"patient_name": "Art Vandelay", "site": "knee"}, "note": "Vandelay limps."})
    assert clean == {"meta": {"patient_name": "[PATIENT]", "site": "knee"}, "note": "[PATIENT] limps."}


def test_values_of_columns_are_looked_for_in_texts_and_images():
    image = background(64, 160, 3)
    stamp(image, 16, 16, "L HEAD")
    row = {"patient_name": "Head^Aveline", "note": "Aveline sleeps well.", "image": Image.fromarray(image)}
    clean = Deidentifier()(row)
    assert clean["note"] == "[PATIENT] sleeps well."
    assert legible(clean["image"]) == []
    assert legible(Deidentifier()({"image": Image.fromarray(image)})["image"]) == ["L HEAD"]


def test_names_of_one_text_are_looked_for_in_the_others():
    clean = Deidentifier()({"a": "Maria Garcia came.", "b": "GARCIA left.", "c": ["garcialike"]})
    assert clean == {"a": "[PATIENT] came.", "b": "[PATIENT] left.", "c": ["garcialike"]}


def test_names_of_images_are_looked_for_in_texts_also_from_the_cache(monkeypatch):
    row = {"image": stamped("SMITH, JOHN"), "note": "Then 5mith walked."}
    for _ in range(2):
        assert Deidentifier()({**row, "note": "Then SMlTH walked."})["note"] == "Then [PERSON] walked."


def test_the_cache_does_not_let_known_values_pass():
    image = stamped("HEAD")
    assert legible(Deidentifier()({"image": image})["image"]) == ["HEAD"]
    assert legible(Deidentifier()({"image": image, "patient_name": "Maria Head"})["image"]) == []
    assert legible(Deidentifier()({"image": image})["image"]) == ["HEAD"]


def test_each_distinct_text_and_image_is_worked_on_once(recognizer, monkeypatch, pipeline):
    reads = []

    class Counting(StampReader):
        def __call__(self, image):
            reads.append(image.shape)
            return super().__call__(image)

    recognizer = load_planted(monkeypatch, reader=Counting(), pipeline=pipeline)
    rows = {"image": [stamped("W 350 L 40")] * 5, "note": [NOTE] * 5}
    Deidentifier()(rows)
    once = len(reads), recognizer.texts
    Deidentifier()(rows)
    assert (len(reads), recognizer.texts) == once
    assert recognizer.texts == 1


def test_paths_are_opened_and_never_passed_on(tmp_path):
    path = tmp_path / "Maria Garcia.png"
    stamped("SMITH").save(path)
    ds = datasets.Dataset.from_dict({"image": [str(path)], "file": [str(path)]})
    clean = ds.cast_column("image", datasets.Image()).map(Deidentifier(image_columns=["image", "file"]))
    undecoded = clean.cast_column("image", datasets.Image(decode=False))[0]
    for stored in (undecoded["image"], undecoded["file"]):
        assert stored["path"] is None
        assert legible(Image.open(io.BytesIO(stored["bytes"]))) == []
    assert "Garcia" not in Deidentifier()({"file": str(path)})["file"]


# --- broken images ---


def broken_study():
    good, bad = png(stamped("SMITH")), png(stamped("SMITH"))[:-2000]
    images = [{"bytes": good, "path": None}, {"bytes": bad, "path": "Maria Garcia.png"}, None]
    return datasets.Dataset.from_dict(
        {"image": images, "note": [NOTE, NOTE, NOTE]},
        features=datasets.Features({"image": datasets.Image(), "note": datasets.Value("string")}),
    )


@pytest.mark.parametrize("batched", [False, True])
def test_a_broken_image_becomes_a_blank_and_no_row_is_lost(batched):
    deid = Deidentifier()
    clean = broken_study().map(deid, batched=batched)
    assert clean["note"][:] == [CLEAN] * 3
    assert clean[0]["image"].size == (96, 64)
    assert clean[1]["image"].size == (96, 64)
    assert not np.asarray(clean[1]["image"]).any()
    assert clean[2]["image"] is None
    assert deid.tally.total(Case.UNREADABLE_IMAGE) == 1
    assert deid.tally.total(Case.ROW) == 3


def test_prepare_keeps_the_rows_of_a_stream():
    deid = Deidentifier()
    stream = broken_study().to_iterable_dataset()
    rows = list(deid.prepare(stream).map(deid))
    assert [row["note"] for row in rows] == [CLEAN] * 3
    assert rows[1]["image"]["path"] is None
    assert deid.tally.total(Case.UNREADABLE_IMAGE) == 1
    both = deid.prepare(datasets.DatasetDict({"train": broken_study()}))
    assert both["train"].features["image"].decode is False


def test_every_frame_of_an_animation_is_cleaned():
    out = io.BytesIO()
    frames = [stamped(text, channels=1) for text in ("L", "SMITH", "JOHN")]
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:])
    clean = Deidentifier()({"image": {"bytes": out.getvalue(), "path": None}})
    image = Image.open(io.BytesIO(clean["image"]["bytes"]))
    texts = []
    for number in range(image.n_frames):
        image.seek(number)
        texts.append(legible(image))
    assert texts == [["L"], [], []]


# --- odd texts ---

ODD = ["", " ", "\x00", "\ud800", "\u202eabc", "a" * (1 << 17), "\n\n", "\N{FULL BLOCK}"]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_texts_pass(text):
    assert Deidentifier()(text) == text


@pytest.mark.parametrize("text", ["\x00Maria Garcia\x00", "Ma\u200bria Garcia", "Maria\u00a0Garcia"])
def test_signs_without_width_do_not_hide_a_name(text):
    assert "ria" not in Deidentifier()(text)
    assert "Garcia" not in Deidentifier()(text)


# --- settings, hash, pickle, workers ---


def test_settings_are_checked_when_made():
    for bad in ({"policy": "none"}, {"style": "none"}, {"overlay": "none"}, {"keep": ("month",)}):
        with pytest.raises(BadSetting, match="choose one of"):
            Deidentifier(**bad)
    assert Deidentifier(keep=["year"], text_columns="note") == Deidentifier(keep=("year",), text_columns=["note"])


def test_the_hash_is_of_the_settings_before_and_after_use():
    deid = Deidentifier()
    before = Hasher.hash(deid)
    deid(NOTE)
    assert Hasher.hash(deid) == before == Hasher.hash(Deidentifier())
    others = [{"policy": "strict"}, {"style": "mask"}, {"overlay": "all"}, {"keep": ("year",)}, {"patient_column": "x"}]
    others += [{"key": "a" * 16}, {"key": "b" * 16}, {"text_columns": ("a",)}, {"model": "org/name"}]
    assert len({before, *(Hasher.hash(Deidentifier(**other)) for other in others)}) == len(others) + 1


def test_the_hash_is_the_same_in_another_process():
    code = (
        "from datasets.fingerprint import Hasher; from clinx_hf.transform import Deidentifier;"
        "print(Hasher.hash(Deidentifier(policy='strict', keep=('zip3', 'year'), key='secret' * 3)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == Hasher.hash(Deidentifier(policy="strict", keep=("zip3", "year"), key=b"secret" * 3))


def test_version_and_weights_enter_the_hash(monkeypatch):
    before = Hasher.hash(Deidentifier())
    monkeypatch.setattr(module, "weights_digest", lambda model: "other")
    other = Hasher.hash(Deidentifier())
    monkeypatch.setattr(clinx_hf, "__version__", "9")
    assert len({before, other, Hasher.hash(Deidentifier())}) == 3


def test_a_digest_of_weights_is_of_their_content(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "model.bin").write_bytes(b"1")
    first = module.weights_digest.__wrapped__(str(tmp_path / "a"))
    (tmp_path / "a").rename(tmp_path / "b")
    assert module.weights_digest.__wrapped__(str(tmp_path / "b")) == first
    (tmp_path / "b" / "model.bin").write_bytes(b"2")
    assert module.weights_digest.__wrapped__(str(tmp_path / "b")) != first


def test_pickles_are_small_and_hold_no_key_and_no_data():
    deid = Deidentifier(key=b"my secret key of 16+", style="surrogate")
    deid(NOTE)
    data = pickle.dumps(deid)
    assert len(data) < 600
    assert b"my secret key of 16+" not in data
    assert b"Garcia" not in data
    assert "my secret" not in repr(deid)
    again = pickle.loads(data)
    assert again == deid
    assert again(NOTE) == deid(NOTE)
    assert again.tally.total(Case.TEXT) == 1


def test_a_copy_with_other_settings_has_the_same_key():
    deid = Deidentifier(key=b"my secret key of 16+")
    assert dataclasses.replace(deid, style="surrogate") == Deidentifier(key=b"my secret key of 16+", style="surrogate")


def test_a_key_that_did_not_travel_is_told(monkeypatch):
    monkeypatch.undo()
    deid = pickle.loads(pickle.dumps(Deidentifier(key=b"another key of 16+")))
    monkeypatch.setattr(module, "_KEYS", {})
    with pytest.raises(BadInput, match="make it anew in this process"):
        deid(NOTE)


def test_a_second_map_is_taken_from_the_cache():
    ds = study(1)
    assert ds.map(Deidentifier())._fingerprint == ds.map(Deidentifier())._fingerprint


def test_workers_start_after_torch_was_used_in_the_parent(monkeypatch, pipeline):
    import torch

    class TorchReader(StampReader):
        def __call__(self, image):
            for _ in range(3):
                torch.randn(400, 400) @ torch.randn(400, 400)  # in several threads, where there are several
            return super().__call__(image)

    load_planted(monkeypatch, reader=TorchReader(), pipeline=pipeline)
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        deid = Deidentifier()
        deid(stamped("JOHN"))
        clean = study(4).map(deid, num_proc=2)
    finally:
        torch.set_num_threads(threads)
    for row in clean:
        check(row)


def test_the_tally_counts_what_was_found():
    deid = Deidentifier()
    study(2).map(deid)
    assert deid.tally.total(Case.ROW) == 2
    assert deid.tally.total(Case.IMAGE) == 2
    assert deid.tally.total(Case.IDENTIFIER, Label.DATE) == 6
    assert deid.tally.total(Case.TEXT) == 10
    assert Deidentifier().tally.total(Case.ROW) == 0


def test_rows_of_one_patient_share_surrogates_and_a_date_shift():
    """The patient column says whose a row is; without it, the column that is named as a patient's number does."""
    rows = {
        "subject_id": ["P-10041", "P-10041", "P-20052"],
        "note": [
            "John Smith came on 2021-03-04.",
            "SMITH, JOHN came on 2021-03-14.",
            "John Smith came on 2021-03-04.",
        ],
    }
    for settings in ({}, {"patient_column": "subject_id"}):
        deid = Deidentifier(policy="strict", style="surrogate", key="a secret of sixteen", **settings)
        first, again, other = deid(rows)["note"]
        name, day = first.split(" came on ")
        later_name, later_day = again.split(" came on ")
        given, family = name.split()
        assert later_name == f"{family.upper()}, {given.upper()}"
        apart = datetime.date.fromisoformat(later_day[:-1]) - datetime.date.fromisoformat(day[:-1])
        assert apart.days == 10
        assert day[:-1] not in other
        assert name not in other


def test_a_short_key_and_an_unknown_mode_are_refused():
    with pytest.raises(BadInput, match="at least 16 bytes"):
        Deidentifier(key="short")
    with pytest.raises(BadSetting, match="per-mention"):
        Deidentifier(surrogate_mode="markov(2)")
