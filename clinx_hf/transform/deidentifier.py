"""The transform: settings that pickle small and hash alike everywhere, called with rows, batches, texts or images."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from PIL import Image

from clinx_hf.errors import BadInput, BadSetting
from clinx_hf.phi import KEEP_OPTIONS, as_policy
from clinx_hf.tally import Tally
from clinx_hf.transform.cleaner import Cleaner
from clinx_hf.transform.columns import Choice, Column, Kind, columns
from clinx_hf.transform.rows import batch_of, rows_of

AnyDataset = TypeVar("AnyDataset")

_WEIGHTS = Path(__file__).resolve().parents[1] / "weights"
_OVERLAYS = ("phi", "all")
_VERIFIERS = ("reader", "rapidocr")
_LOADED = (
    *("policy", "style", "overlay", "keep", "model", "key", "surrogate_mode", "allow", "deny", "thresholds"),
    *("verify", "allow_large"),
)  # the settings on which a cleaner depends
_CLEANERS: dict[tuple[Any, ...], Cleaner] = {}  # one per settings and process: models load once
_KEYS: dict[str, bytes] = {}  # keys by digest, so that none is ever pickled; a forked worker inherits them


def _use_one_thread() -> None:
    """A forked worker hangs in OpenMP if its parent used threads; one thread each is also what workers should use."""
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
    if "cv2" in sys.modules:
        sys.modules["cv2"].setNumThreads(0)


os.register_at_fork(after_in_child=_use_one_thread)


@dataclass(frozen=True)
class Deidentifier:
    """Takes identifiers out of rows, batches, texts and images; the same kind comes back.

    `ds.map(Deidentifier())` works row by row, `batched=True`, with `num_proc`, on a `Dataset`, `DatasetDict` or
    `IterableDataset`, and in `with_transform`. Text and image columns are found by their types. Columns named as
    identifiers ("patient_name", "mrn", "birth_date") are replaced, and their values are looked for in the row's
    texts and images. Images come back without metadata and file names. An image that cannot be opened is replaced
    by a blank one and counted, so no row is lost; in a stream and in `with_transform`, where `datasets` opens
    images before anyone else sees them, use `deid.prepare(ds)` first.

    Args:
        policy: which labels go: "safe-harbor", "strict", "limited-dataset".
        style: what stands in the place of text: "tag", "mask", "surrogate".
        overlay: which text on images goes: "phi" = identifiers and what cannot be read, "all" = all but side markers.
        keep: what may stay: "year" (of a tag), "zip3" under safe-harbor, "weekday" (dates of surrogates move by weeks).
        model: folder or hub id of a recognizer; None = the embedded one.
        text_columns, image_columns: names of columns to be cleaned, in place of finding them by type. Other
            columns of that type are then passed on as they are.
        patient_column: a further column that identifies the patient. With a key, surrogates agree over the rows of one
            patient and differ between patients; without this setting a column named as a patient's number says whose
            a row is.
        key: secret of at least 16 bytes for surrogates that agree over documents. It is held in this process only:
            pickles and hashes have its digest.
        surrogate_mode: "consistent", "markov(p)" or "per-mention", see `Scrubber`.
        allow, deny: terms that never go, and that always go (a mapping gives each its label), see `Scrubber`.
        thresholds: limits of the model for some labels: {"PROFESSION": 0.3}.
        verify: who reads cleaned images again: "reader" = the embedded one, "rapidocr" = RapidOCR, too (extra `verify`).
        allow_large: fill regions of any size. By default those over a tenth of what an image shows are painted in one
            colour and counted as flagged, since a fill would be invented.

    Attributes:
        tally: counts of what this object found, in this process.

    Raises:
        BadSetting: a setting is outside what is offered.
        BadInput: the key is too short.
    """

    policy: str = "safe-harbor"
    style: str = "tag"
    overlay: str = "phi"
    keep: tuple[str, ...] = ()
    model: str | None = None
    text_columns: tuple[str, ...] | None = None
    image_columns: tuple[str, ...] | None = None
    patient_column: str | None = None
    key: bytes | str | None = field(default=None, repr=False)
    surrogate_mode: str = "consistent"
    allow: tuple[str, ...] = ()
    deny: Sequence[str | tuple[str, str]] | Mapping[str, str] = field(default=(), repr=False)
    thresholds: tuple[tuple[str, float], ...] | Mapping[str, float] = ()
    verify: str = "reader"
    allow_large: bool = False
    tally: Tally = field(default_factory=Tally, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        from clinx_hf.text.styles import style_named
        from clinx_hf.text.styles.replacing import checked_key, stay_of
        from clinx_hf.text.terms import as_terms, as_thresholds

        self._set(policy=str(as_policy(self.policy)), model=None if self.model is None else str(self.model))
        style_named(self.style)
        stay_of(self.surrogate_mode)
        if self.overlay not in _OVERLAYS:
            raise BadSetting("overlay", self.overlay, _OVERLAYS)
        if self.verify not in _VERIFIERS:
            raise BadSetting("verify", self.verify, _VERIFIERS)
        terms = as_terms(self.allow, self.deny)
        limits = as_thresholds(dict(self.thresholds))
        self._set(allow=terms.allow, deny=tuple((term, str(label)) for term, label in terms.deny))
        self._set(thresholds=tuple(sorted((str(label), limit) for label, limit in limits.items())))
        for name in ("keep", "text_columns", "image_columns"):
            self._set(**{name: _names(getattr(self, name))})
        for option in self.keep or ():
            if option not in KEEP_OPTIONS:
                raise BadSetting("keep", option, KEEP_OPTIONS)
        if self.key is not None and self.key not in _KEYS:  # there it is the name of a key, from a copy of an object
            key = checked_key(self.key)
            name = hashlib.blake2b(key, digest_size=16, person=b"clinx_hf key").hexdigest()
            _KEYS[name] = key
            self._set(key=name)

    def _set(self, **values: Any) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def __getstate__(self) -> dict[str, Any]:
        """Settings, package version and digests: what a hash of this object may depend on, and nothing else."""
        settings = {f.name: getattr(self, f.name) for f in fields(self) if f.init}
        return {**settings, "version": sys.modules["clinx_hf"].__version__, "weights": weights_digest(self.model)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._set(**{f.name: state[f.name] for f in fields(self) if f.init}, tally=Tally())

    def __call__(self, value: Any) -> Any:
        """Return a row, batch, text or image without identifiers; None stays None.

        Raises:
            BadInput: a value of another kind, an image that cannot be decoded, or a column that cannot be looked at.
        """
        if value is None:
            return None
        if isinstance(value, str):
            return self._cleaner.clean_text(value, self.tally)
        if isinstance(value, Image.Image):
            from clinx_hf.image.opening import to_image

            return to_image(self._cleaner.clean_image(value, self.tally))
        if isinstance(value, np.ndarray) and value.dtype.kind not in "OUS":
            return self._cleaner.clean_image(value, self.tally)[0].values
        if isinstance(value, Mapping):
            return self._mapping(value)
        raise BadInput(
            f"A Deidentifier takes a row, a batch, a str or a PIL image, not {type(value).__name__}; "
            "for other formats use ds.with_format(None)."
        )

    def prepare(self, dataset: AnyDataset) -> AnyDataset:
        """Return a dataset (or a dict of splits) that hands images on undecoded, so that a broken one loses no row.

        The result of `map` then holds images as encoded bytes; `cast_column(name, Image())` decodes them again.

        Raises:
            BadInput: the dataset does not know its features.
        """
        if isinstance(dataset, dict):
            return type(dataset)({name: self.prepare(split) for name, split in dataset.items()})
        known = dataset.features  # type: ignore[attr-defined]
        if known is None:
            raise BadInput("This dataset does not know its features; give features= when it is made.")
        for name, feature in known.items():
            undecoded = _undecoded(feature)
            if undecoded is not feature:
                dataset = dataset.cast_column(name, undecoded)  # type: ignore[attr-defined]
        return dataset

    def _mapping(self, value: Mapping[str, Any]) -> dict[str, Any]:
        lazy = hasattr(value, "pa_table")
        features = getattr(getattr(value, "formatter", None), "features", None) if lazy else None
        batch = type(value).__name__ == "LazyBatch" if lazy else _is_batch(value)
        # Undecoded: an image that `datasets` cannot open would end the whole run.
        raw = {name: _stored(value, name, batch) for name in value} if lazy else dict(value)
        choice = Choice(self.text_columns, self.image_columns, self.patient_column)
        plan = columns(features, raw, choice)
        wanted = [column for column in plan if column.kind not in (Kind.UNTOUCHED, Kind.CLASS)]
        rows = rows_of(raw) if batch else [raw]
        cleaned = self._cleaner.clean_rows(rows, wanted, self.tally, self.patient_column)
        clean: dict[str, Any] = batch_of(cleaned, [c.name for c in wanted]) if batch else cleaned[0]
        return {column.name: _result(column, clean, value) for column in plan}

    @property
    def _cleaner(self) -> Cleaner:
        """The loaded models and their cache, one per settings and process."""
        settings = tuple(getattr(self, name) for name in _LOADED)
        if settings not in _CLEANERS:
            _CLEANERS[settings] = self._load()
        return _CLEANERS[settings]

    def _load(self) -> Cleaner:
        from clinx_hf.image.pipeline_ppgan import PPGANPipeline
        from clinx_hf.image.reader import RapidOCRReader, Reader
        from clinx_hf.image.redactor import Redactor
        from clinx_hf.text.scrubber import Scrubber

        if self.key is not None and self.key not in _KEYS:
            raise BadInput("The key of a Deidentifier does not travel with it; make it anew in this process.")
        key = None if self.key is None else _KEYS[str(self.key)]
        scrubber = Scrubber(
            self.policy,
            self.style,
            self.model,
            self.keep,
            key=key,
            surrogate_mode=self.surrogate_mode,
            allow=self.allow,
            deny=self.deny,
            thresholds=dict(self.thresholds),
        )
        pipeline = PPGANPipeline.from_pretrained()
        pipeline.set_progress_bar_config(disable=True)
        second = RapidOCRReader() if self.verify == "rapidocr" else None
        redactor = Redactor(Reader.from_folder(None), pipeline, self.overlay, second, self.allow_large)
        return Cleaner(scrubber, redactor)


def _names(value: Any) -> tuple[str, ...] | None:
    if value is None or isinstance(value, str):
        return None if value is None else (value,)
    return tuple(value)


def _is_batch(value: Mapping[str, Any]) -> bool:
    """A plain dict is a batch if all its values are lists of one length (`with_transform`, streams)."""
    lengths = {len(each) if isinstance(each, list) else -1 for each in value.values()}
    return len(lengths) == 1 and -1 not in lengths


def _result(column: Column, clean: Mapping[str, Any], value: Mapping[str, Any]) -> Any:
    return clean[column.name] if column.name in clean else value[column.name]


def _stored(value: Any, name: str, batch: bool) -> Any:
    """A column of a row or batch of `datasets` as Python values, images undecoded."""
    if name not in value.keys_to_format:  # set or read by the caller's own code
        return value[name]
    values = [_fetched(each) for each in value.pa_table.column(name).to_pylist()]
    return values if batch else values[0]


def _fetched(stored: Any) -> Any:
    """An image that is stored by a remote path only, with its bytes."""
    path = stored.get("path") if isinstance(stored, dict) and stored.get("bytes") is None else None
    if not isinstance(path, str) or ("::" not in path and "://" not in path):
        return stored
    from datasets.utils.file_utils import xopen

    with xopen(path, "rb") as file:
        return {"bytes": file.read(), "path": None}


def _undecoded(feature: Any) -> Any:
    """The feature with `decode=False` on every image in it; itself if there is none."""
    from datasets import Image as ImageFeature

    if isinstance(feature, ImageFeature):
        return ImageFeature(decode=False) if feature.decode else feature
    if isinstance(feature, dict):
        changed = {name: _undecoded(each) for name, each in feature.items()}
        return changed if any(changed[name] is not feature[name] for name in feature) else feature
    inner = getattr(feature, "feature", None)
    if inner is None or (new := _undecoded(inner)) is inner:
        return feature
    length = getattr(feature, "length", None)
    return type(feature)(new) if length is None else type(feature)(new, length=length)


@cache
def weights_digest(model: str | None) -> str:
    """Return a digest of the weights that settings lead to: file contents, or the name of a hub id."""
    state = hashlib.blake2b(digest_size=16)
    folders = [_WEIGHTS / name for name in ("recognizer", "reader", "ppgan")]
    if model is not None:
        folders[0] = Path(model)
        state.update(b"" if folders[0].is_dir() else model.encode())
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            state.update(path.relative_to(folder).as_posix().encode() + b"\0")
            state.update(hashlib.blake2b(path.read_bytes()).digest())
    return state.hexdigest()


deid = Deidentifier()
