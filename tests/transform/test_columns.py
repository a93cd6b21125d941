"""Which columns are looked at, by features and by values; what cannot be looked at is refused by name."""

import datetime

import numpy as np
import pytest
from datasets import (
    Array2D,
    Audio,
    ClassLabel,
    Features,
    Image,
    LargeList,
    List,
    Sequence,
    Translation,
    Value,
    Video,
)
from PIL import Image as PILImage

from clinx_hf.errors import BadInput
from clinx_hf.phi import Label
from clinx_hf.transform.columns import Choice, Kind, columns, identifier_label

PICTURE = PILImage.new("L", (2, 2))

TABLE = {
    "string": (Value("string"), "a", Kind.TEXT),
    "large_string": (Value("large_string"), "a", Kind.TEXT),
    "list of strings": (List(Value("string")), ["a"], Kind.TEXT),
    "large list of strings": (LargeList(Value("string")), ["a"], Kind.TEXT),
    "sequence of strings": (Sequence(Value("string")), ["a"], Kind.TEXT),
    "image": (Image(), PICTURE, Kind.IMAGE),
    "undecoded image": (Image(decode=False), {"bytes": b"", "path": None}, Kind.IMAGE),
    "list of images": (List(Image()), [PICTURE], Kind.IMAGE),
    "stored image": ({"bytes": Value("binary"), "path": Value("string")}, {"bytes": b"", "path": None}, Kind.IMAGE),
    "squad": ({"text": List(Value("string")), "at": List(Value("int32"))}, {"text": ["a"], "at": [1]}, Kind.TEXT),
    "chat": (List({"role": Value("string"), "content": Value("string")}), [{"role": "u", "content": "a"}], Kind.TEXT),
    "chat with image": (List({"t": Value("string"), "i": Image()}), [{"t": "a", "i": PICTURE}], Kind.WALK),
    "translation": (Translation(["en", "fr"]), {"en": "a", "fr": "b"}, Kind.TEXT),
    "int": (Value("int64"), 3, Kind.UNTOUCHED),
    "float": (Value("float32"), 3.5, Kind.UNTOUCHED),
    "bool": (Value("bool"), True, Kind.UNTOUCHED),
    "numbers": (List(Value("float32")), [1.0, 2.0], Kind.UNTOUCHED),
    "embedding": (List(Value("float32")), np.zeros(3, np.float32), Kind.UNTOUCHED),
    "day": (Value("date32"), datetime.date(2020, 1, 2), Kind.DATE),
    "moment": (Value("timestamp[s]"), datetime.datetime(2020, 1, 2, 3), Kind.DATE),
    "time of day": (Value("time32[s]"), datetime.time(3), Kind.UNTOUCHED),
    "none": (Value("null"), None, Kind.UNTOUCHED),
}


@pytest.mark.parametrize("name", TABLE)
def test_kinds_by_features_and_by_values_agree(name):
    feature, value, kind = TABLE[name]
    by_feature = columns(Features({name: feature}), {name: value}, Choice())
    by_value = columns(None, {name: value}, Choice())
    assert [c.kind for c in by_feature] == [kind]
    assert [c.kind for c in by_value] == [kind]


def test_a_class_label_is_no_identifier():
    (column,) = columns(Features({"hospital": ClassLabel(names=["a", "b"])}), {"hospital": 1}, Choice())
    assert column.kind is Kind.CLASS


@pytest.mark.parametrize(
    ("feature", "value"),
    [
        (Audio(), {"array": np.zeros(3), "sampling_rate": 3}),
        (Video(), object()),
        (Value("binary"), b"abc"),
        (Value("large_binary"), b"abc"),
        (Array2D((2, 2), "uint8"), np.zeros((2, 2), np.uint8)),
        (List(Value("binary")), [b"abc"]),
        ({"a": {"b": Value("binary")}}, {"a": {"b": b"abc"}}),
    ],
    ids=["audio", "video", "binary", "large binary", "array", "list of binary", "nested binary"],
)
def test_what_cannot_be_looked_at_is_refused_with_its_name_and_a_remedy(feature, value):
    with pytest.raises(BadInput, match=r"column 'scan' holds .*drop it with ds.remove_columns\('scan'\)"):
        columns(Features({"scan": feature}), {"scan": value}, Choice())
    if not isinstance(feature, Audio):
        with pytest.raises(BadInput, match="column 'scan' holds"):
            columns(None, {"scan": value}, Choice())


NAMES = {
    "PatientName": Label.PATIENT,
    "patient_name": Label.PATIENT,
    "Patient Name": Label.PATIENT,
    "patient_id": Label.MRN,
    "MRN": Label.MRN,
    "birth_date": Label.DATE,
    "PatientBirthDate": Label.DATE,
    "AccessionNumber": Label.ID,
    "referring-physician-name": Label.DOCTOR,
    "zip": Label.ZIP,
    "age": Label.AGE,
    "question": None,
    "image_path": None,
    "answer": None,
    "label": None,
}


@pytest.mark.parametrize("name", NAMES)
def test_identifier_columns_are_known_by_name(name):
    assert identifier_label(name) == NAMES[name]


def test_named_columns_are_taken_and_others_of_their_type_left():
    row = {"a": "x", "b": "y", "c": PICTURE, "d": PICTURE, "who": 7}
    chosen = columns(None, row, Choice(text=("a",), image=("c",), patient="who"))
    assert {c.name: c.kind for c in chosen} == {
        "a": Kind.WALK,
        "b": Kind.UNTOUCHED,
        "c": Kind.IMAGE,
        "d": Kind.UNTOUCHED,
        "who": Kind.IDENTIFIER,
    }
    assert chosen[-1].label == Label.MRN


def test_a_column_that_does_not_exist_is_refused():
    with pytest.raises(BadInput, match="text_columns names the column 'z', but the dataset has: a"):
        columns(None, {"a": "x"}, Choice(text=("z",)))
    with pytest.raises(BadInput, match="patient_column names"):
        columns(None, {"a": "x"}, Choice(patient="z"))


def test_a_text_column_without_text_is_refused():
    with pytest.raises(BadInput, match="holds no text"):
        columns(Features({"n": Value("int64")}), {"n": 3}, Choice(text=("n",)))
