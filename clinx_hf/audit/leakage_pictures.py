"""The pictures that the leakage audit looks at: originals, and their clean forms from a folder, Parquet, or made now."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from clinx_hf.audit.leakage import Filled, Looked, Pair, audit_leakage
from clinx_hf.audit.leakage_figures import LeakageFigures
from clinx_hf.audit.readers import Picture, second_readers
from clinx_hf.audit.review_page import ReviewPage
from clinx_hf.errors import BadInput
from clinx_hf.image.redactor import Redacted

KNOWN = "known.jsonl"
"""Beside the pictures: {"file_name": ..., "known": [values that identify in it]} a line."""
_ENDINGS = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")


@dataclass(frozen=True)
class Originals:
    """Pictures in the order of their names, and what is known about them: one entry a picture."""

    paths: tuple[Path, ...] = field(repr=False)
    known: tuple[tuple[str, ...], ...] = field(repr=False)
    text_free: tuple[bool, ...]

    def pair(self, number: int, before: Picture, after: Picture, redacted: Redacted | None = None) -> Pair:
        """Return picture `number` (from 0) with its clean form, and with what the redactor reports if it was asked."""
        regions = None if redacted is None else reported(redacted)
        widened = None if redacted is None else redacted.widened
        return Pair(before, after, regions, self.known[number], self.text_free[number], widened)


def originals(images: Path, most: int | None = None, text_free: Path | None = None) -> Originals:
    """Find the pictures of a folder, the values known to be in them (`known.jsonl`), and which are free of text.

    text_free: a file with a name of a picture (or the end of its path) a line; lines that start with # are comments.

    Raises:
        BadInput: the folder holds no pictures, or a list names none of them.
    """
    paths = tuple(sorted(p for p in images.iterdir() if p.suffix.lower() in _ENDINGS))
    if not paths:
        raise BadInput(f"{images} holds no pictures ({', '.join(_ENDINGS)}).")
    known = _known(images / KNOWN)
    if known and not any(path.name in known for path in paths):
        raise BadInput(f"None of the {len(known)} names in {KNOWN} is a picture of the folder.")
    bare = _listed(text_free) if text_free else []
    free = {path for path in paths for parts in bare if path.resolve().parts[-len(parts) :] == parts}
    if text_free and not free:
        raise BadInput(f"None of the {len(bare)} names of the text-free list is a picture of the folder.")
    paths = paths[:most]
    return Originals(paths, tuple(known.get(p.name, ()) for p in paths), tuple(p in free for p in paths))


def _known(path: Path) -> dict[str, tuple[str, ...]]:
    if not path.is_file():
        return {}
    rows = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            rows[str(row["file_name"])] = tuple(str(value) for value in row["known"])
        except (ValueError, KeyError, TypeError):
            raise BadInput(f'{KNOWN}, line {number}: write {{"file_name": ..., "known": [...]}}.') from None
    return rows


def _listed(path: Path) -> list[tuple[str, ...]]:
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [Path(line).parts for line in lines if line and not line.startswith("#")]


def made_now(found: Originals) -> Iterator[Pair]:
    """Clean the pictures here and now, with the embedded models; the boxes are known then."""
    from clinx_hf.image.pipeline_ppgan import PPGANPipeline
    from clinx_hf.image.reader import Reader
    from clinx_hf.image.redactor import Redactor
    from clinx_hf.text.scrubber import Scrubber

    redactor = Redactor(Reader.from_folder(None), PPGANPipeline.from_pretrained())
    judge = Scrubber().judge
    for number, path in enumerate(found.paths):
        before = _pixels(path, number)
        done = redactor.redact(before, judge)
        yield found.pair(number, before, done.image, done)


def from_folder(found: Originals, clean: Path) -> Iterator[Pair]:
    """Take what `clinx-hf image` wrote from the pictures in the order of their names (00001.png and so on), or
    `clinx-hf dataset` (`data/*.parquet`, a row a picture in that order).

    Raises:
        BadInput: a clean picture is missing, or there are more or fewer rows than pictures.
    """
    if (clean / "data").is_dir():
        yield from _from_parquet(found, clean)
        return
    for number, path in enumerate(found.paths):
        other = clean / f"{number + 1:05}.png"
        if not other.is_file():
            raise BadInput(f"{clean} has no {other.name}; make it with: clinx-hf image FOLDER/* --output {clean}")
        yield found.pair(number, _pixels(path, number), _pixels(other, number))


def _from_parquet(found: Originals, clean: Path) -> Iterator[Pair]:
    from datasets import Features, load_dataset
    from datasets import Image as ImageColumn

    from clinx_hf.scale.local import one_bar_only

    with one_bar_only():
        rows = load_dataset("parquet", data_files=str(clean / "data" / "*.parquet"), split="train")
    features: Features = rows.features
    column = next((name for name, kind in features.items() if isinstance(kind, ImageColumn)), None)
    if column is None or len(rows) < len(found.paths):
        raise BadInput(f"The Parquet of {clean} has {len(rows)} rows and no picture for each of {len(found.paths)}.")
    for number, path in enumerate(found.paths):
        stored: dict[str, Any] = rows.cast_column(column, ImageColumn(decode=False))[number][column]
        yield found.pair(number, _pixels(path, number), _pixels(BytesIO(stored["bytes"] or b""), number))


def _pixels(source: Path | BytesIO, number: int) -> Picture:
    try:
        with Image.open(source) as image:
            return np.asarray(image.convert("RGB"))
    except (OSError, SyntaxError, ValueError):
        raise BadInput(f"Picture {number + 1} or its clean form cannot be decoded; leave it out.") from None


def reported(redacted: Redacted) -> tuple[Filled, ...]:
    """Return the regions as the redactor reports them: why each went, and what became of it."""
    return tuple(
        Filled(
            region.box,
            str(region.reason),
            "reader" if region.label is None else f"reader, {str(region.label).lower()}",
            flat=region.box in redacted.flat,
            flagged=region.box in redacted.flagged,
        )
        for region in redacted.regions
    )


def leakage_of_folder(
    images: Path,
    clean: Path | None = None,
    limit: float = 0.05,
    most: int | None = None,
    text_free: Path | None = None,
    review: Path | None = None,
) -> LeakageFigures:
    """Audit the pictures of a folder against their clean forms: those in `clean` (see `from_folder`), or made here and now.

    The boxes of a folder `clean` are not known, so that pixels outside of them are not compared. `review` is a new folder
    for a page with every picture before and after: it holds identifiers, see `review_page`.

    Raises:
        BadInput: the folder holds no pictures, a clean one is missing, or no second reader is installed.
    """
    from clinx_hf.scale.local import progress_bar

    readers = second_readers()
    found = originals(images, most, text_free)
    page = None if review is None else ReviewPage(review)
    names = (path.name for path in found.paths)
    with progress_bar(len(found.paths), "Reading") as advance:

        def observe(looked: Looked) -> None:
            advance(1)
            if page is not None:
                page.add(next(names), looked)

        pairs = made_now(found) if clean is None else from_folder(found, clean)
        figures = audit_leakage(pairs, limit, readers, observe=observe)
    if page is not None:
        page.finish(figures)
    return figures
