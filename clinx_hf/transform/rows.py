"""Walking through a row: every text, image, identifier and date in it, at any depth, in a fixed order."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from clinx_hf.errors import BadInput
from clinx_hf.phi import Label
from clinx_hf.transform.columns import Column, Kind, identifier_label, is_image_dict


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """One value that must be looked at. `column` is the name of its column, `label` that of an identifier."""

    kind: Kind
    value: Any
    column: str
    label: Label | None = None


Change = Callable[[Leaf], Any]


def leaves(row: Mapping[str, Any], columns: Iterable[Column]) -> list[Leaf]:
    """Return the values of a row that must be looked at, in the order in which `rewritten` asks for them."""
    found: list[Leaf] = []

    def keep(leaf: Leaf) -> Any:
        found.append(leaf)
        return leaf.value

    rewritten(row, columns, keep)
    return found


def rewritten(row: Mapping[str, Any], columns: Iterable[Column], change: Change) -> dict[str, Any]:
    """Return a new row in which every leaf is what `change` makes of it; the shape stays."""
    return {c.name: _walk(row[c.name], Leaf(c.kind, None, c.name, c.label), change) for c in columns}


def _walk(value: Any, at: Leaf, change: Change) -> Any:
    """`at` tells kind, column and label for `value`."""
    if value is None or at.kind in (Kind.UNTOUCHED, Kind.CLASS):
        return value
    if isinstance(value, list | tuple):
        return [_walk(each, at, change) for each in value]
    if at.kind is Kind.IMAGE or isinstance(value, Image.Image) or is_image_dict(value):
        return change(Leaf(Kind.IMAGE, value, at.column))
    if isinstance(value, Mapping):
        return {key: _walk(each, _inside(at, key), change) for key, each in value.items()}
    if at.kind is Kind.IDENTIFIER:
        return change(Leaf(Kind.IDENTIFIER, value, at.column, at.label))
    if isinstance(value, datetime.date | np.datetime64):
        return change(Leaf(Kind.DATE, value, at.column, Label.DATE))
    if isinstance(value, str):
        return change(Leaf(Kind.TEXT, value, at.column))
    if isinstance(value, bytes | bytearray | memoryview):
        raise BadInput(f"The column {at.column!r} holds raw bytes; drop it, or cast it to datasets.Image().")
    return value


def _inside(at: Leaf, key: object) -> Leaf:
    label = identifier_label(key)
    if at.kind is Kind.IDENTIFIER or label is None:
        return at
    return Leaf(Kind.IDENTIFIER, None, at.column, label)


def rows_of(batch: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Turn a batch (lists by column) into rows."""
    count = len(next(iter(batch.values()))) if batch else 0
    return [{name: values[i] for name, values in batch.items()} for i in range(count)]


def batch_of(rows: Sequence[Mapping[str, Any]], names: Iterable[str]) -> dict[str, list[Any]]:
    """Turn rows into a batch."""
    return {name: [row[name] for row in rows] for name in names}
