"""Which columns hold texts, images and identifiers: a pure function over a dataset's features, or over a row.

What cannot be looked at (sound, video, PDF, raw bytes, arrays of numbers that may be pixels) is refused by name.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from PIL import Image as PILImage

from clinx_hf.errors import BadInput
from clinx_hf.phi import Label

_PLAIN_TYPES = (bool, int, float, np.number, np.bool_, datetime.time, datetime.timedelta)
_DATE_TYPES = re.compile(r"timestamp|date32|date64")
_BYTES = re.compile(r"(large_)?binary(_view)?")
_STRING = re.compile(r"(large_)?string(_view)?")


class Kind(StrEnum):
    """What is done with a value."""

    WALK = "walk"  # strings and images inside it, at any depth, are looked at
    TEXT = "text"  # as WALK, and there is nothing but strings to be looked at
    IMAGE = "image"
    IDENTIFIER = "identifier"
    DATE = "date"  # a typed date
    CLASS = "class"  # one of a fixed list that the features show to all
    UNTOUCHED = "untouched"  # numbers, booleans


@dataclass(frozen=True, slots=True)
class Column:
    """One column and what is done with it; `label` for identifiers."""

    name: str
    kind: Kind
    label: Label | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Columns named by the user; None = found by type. Those not named are then left alone."""

    text: tuple[str, ...] | None = None
    image: tuple[str, ...] | None = None
    patient: str | None = None


def columns(features: Mapping[str, Any] | None, row: Mapping[str, Any], choice: Choice) -> tuple[Column, ...]:
    """Decide for every column of a row what is done with it.

    Args:
        features: `datasets.Features`, or None where a dataset does not know them.
        row: one row (or a batch), for its column names, and for its values where there are no features.
        choice: what the user named.

    Raises:
        BadInput: a named column does not exist or does not hold what it is named for, or a column's type cannot
            be looked at.
    """
    _check(row, choice)
    return tuple(_column(name, (features or {}).get(name), row[name], choice) for name in row)


def _check(row: Mapping[str, Any], choice: Choice) -> None:
    named = {"text_columns": choice.text, "image_columns": choice.image, "patient_column": choice.patient}
    for setting, names in named.items():
        for name in (names,) if isinstance(names, str) else names or ():
            if name not in row:
                raise BadInput(f"{setting} names the column {name!r}, but the dataset has: {', '.join(row)}.")


def _column(name: str, feature: Any, value: Any, choice: Choice) -> Column:
    if choice.image is not None and name in choice.image:
        return Column(name, Kind.IMAGE)
    label = identifier_label(name)
    if name == choice.patient:
        return Column(name, Kind.IDENTIFIER, label or Label.MRN)
    kind = _kind_of_feature(feature, name) if feature is not None else kind_of_value(value, name)
    if choice.text is not None and name in choice.text:
        if feature is not None and kind not in (Kind.TEXT, Kind.WALK):
            raise BadInput(f"text_columns names the column {name!r}, which holds no text.")
        return Column(name, Kind.WALK)
    if label is not None and kind in (Kind.TEXT, Kind.UNTOUCHED, Kind.DATE):
        return Column(name, Kind.IDENTIFIER, label)
    if kind is Kind.TEXT and choice.text is not None:
        return Column(name, Kind.UNTOUCHED)
    if kind is Kind.IMAGE and choice.image is not None:
        return Column(name, Kind.UNTOUCHED)
    return Column(name, kind)


@cache
def _identifier_names() -> dict[str, Label]:
    text = files("clinx_hf.transform").joinpath("identifier_columns.txt").read_text(encoding="utf-8")
    names: dict[str, Label] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            label, _, listed = line.partition(":")
            names.update(dict.fromkeys((_plain(name) for name in listed.split()), Label(label)))
    return names


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def identifier_label(name: object) -> Label | None:
    """Return the label of the identifier that a column of this name holds, or None.

    >>> identifier_label("PatientName"), identifier_label("question")
    (<Label.PATIENT: 'PATIENT'>, None)
    """
    return _identifier_names().get(_plain(name)) if isinstance(name, str) else None


def _joined(kinds: Iterable[Kind]) -> Kind:
    """The kind of a nest of values."""
    found = set(kinds) - {Kind.UNTOUCHED, Kind.CLASS}
    if not found:
        return Kind.UNTOUCHED
    return found.pop() if len(found) == 1 else Kind.WALK


def _refuse(name: str, what: str) -> BadInput:
    return BadInput(
        f"The column {name!r} holds {what}, which cannot be de-identified; drop it with "
        f"ds.remove_columns({name!r}), cast it to datasets.Image() if it holds images, or use ds.with_format(None)."
    )


def _kind_of_feature(feature: Any, name: str) -> Kind:
    """Kind of a feature of `datasets`, at any depth."""
    kind = type(feature).__name__
    if kind in ("list", "tuple", "dict", "Features"):
        nested = feature.items() if isinstance(feature, Mapping) else ((name, each) for each in feature)
        if isinstance(feature, Mapping) and _is_image_struct(feature):
            return Kind.IMAGE
        return _joined(_nested_kind(_kind_of_feature(each, name), key) for key, each in nested)
    if kind in ("List", "LargeList", "Sequence"):
        return _kind_of_feature(feature.feature, name)
    if kind == "Image":
        return Kind.IMAGE
    if kind in ("Translation", "TranslationVariableLanguages"):
        return Kind.TEXT
    if kind == "ClassLabel":
        return Kind.CLASS
    if kind == "Json":
        return Kind.WALK
    if kind != "Value":
        raise _refuse(name, f"values of type {kind}")
    if _STRING.fullmatch(feature.dtype):
        return Kind.TEXT
    if _BYTES.fullmatch(feature.dtype):
        raise _refuse(name, "raw bytes")
    return Kind.DATE if _DATE_TYPES.match(feature.dtype) else Kind.UNTOUCHED


def _is_image_struct(feature: Mapping[str, Any]) -> bool:
    return set(feature) == {"bytes", "path"}


def _nested_kind(kind: Kind, key: object) -> Kind:
    return Kind.WALK if identifier_label(key) is not None else kind


def kind_of_value(value: Any, name: str) -> Kind:
    """Kind of a value whose type no feature tells; raises BadInput for what cannot be looked at."""
    if value is None or isinstance(value, _PLAIN_TYPES):
        return Kind.UNTOUCHED
    if isinstance(value, str):
        return Kind.TEXT
    if isinstance(value, PILImage.Image) or is_image_dict(value):
        return Kind.IMAGE
    if isinstance(value, datetime.date | np.datetime64):
        return Kind.DATE
    if isinstance(value, Mapping):
        return _joined(_nested_kind(kind_of_value(each, name), key) for key, each in value.items())
    if isinstance(value, np.ndarray) and value.ndim == 1 and value.dtype.kind in "buif":
        return Kind.UNTOUCHED  # an embedding; whether other arrays are pixels, or a batch, nobody tells
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return _joined(kind_of_value(each, name) for each in value)
    raise _refuse(name, f"values of type {type(value).__name__}")


def is_image_dict(value: Any) -> bool:
    """Tell whether a value is an image as `datasets` stores it: a dict of `bytes` and `path`."""
    return isinstance(value, Mapping) and set(value) == {"bytes", "path"}
