"""Can another reader still read an identifier in the clean images? `clinx-hf audit leakage`.

The identifiers are those that the second reader itself reads in the originals: the names and dates of teaching-file
footers ("Uploader : ...,Source : ...,MM-DD-YYYY"), or, where the caller knows them, values that were planted. An image
leaks when one of them, or a word almost like it, is read again in its clean form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clinx_hf.audit.tesseract import read_everywhere, tesseract_path
from clinx_hf.errors import BadInput

Picture = NDArray[np.uint8]
_NAMED = re.compile(r"(?:Uploader|Source)\W{0,3}([A-Z][^,:\n\d]{2,40})", re.I)
_DATE = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d")
_WORD = re.compile(r"[^\W\d_]{4,}")
_LIKE = 0.8
_NOT_NAMES = frozenset(["uploader", "source", "medpix", "unknown", "none", "author", "null"])


@dataclass(frozen=True)
class LeakageFigures:
    """How many images carry a legible identifier before and after; `passed` compares the share with the limit."""

    images: int
    legible_before: int
    legible_after: int
    share_after: float
    limit: float
    changed_outside: int | None

    @property
    def passed(self) -> bool:
        """Tell whether few enough images leak and no pixel outside the regions changed (None = boxes not known)."""
        return self.share_after <= self.limit and not self.changed_outside


def footer_values(text: str) -> list[str]:
    """Return the words of names and the dates that a reading of a footer tells."""
    words = [w for m in _NAMED.finditer(text) for w in _WORD.findall(m.group(1)) if w.lower() not in _NOT_NAMES]
    return sorted({*words, *_DATE.findall(text)})


def still_legible(values: Iterable[str], reading: str) -> bool:
    """Tell whether any value, or a word almost like it, stands in a reading."""
    read = {word.casefold() for word in re.findall(r"[^\W_][\w/.\-]*", reading)}
    for value in values:
        wanted = value.casefold()
        if any(wanted in word for word in read):
            return True
        alike = (w for w in read if len(wanted) >= 5 and abs(len(w) - len(wanted)) <= 2)
        if any(SequenceMatcher(None, wanted, word).ratio() >= _LIKE for word in alike):
            return True
    return False


def changed_outside(before: Picture, after: Picture, boxes: Sequence[tuple[int, int, int, int]]) -> int:
    """Count the pixels outside the boxes that are not bit-identical."""
    if before.shape != after.shape:
        return int(np.prod(before.shape[:2]))
    changed = (before != after).any(axis=2)
    for x0, y0, x1, y1 in boxes:
        changed[y0:y1, x0:x1] = False
    return int(changed.sum())


@dataclass(frozen=True)
class Pair:
    """An image before and after, the boxes reported for it, and identifiers known to be in it."""

    before: Picture
    after: Picture
    boxes: tuple[tuple[int, int, int, int], ...] | None = ()
    known: tuple[str, ...] = ()


def _look(pair: Pair) -> tuple[bool, bool, int | None]:
    before = read_everywhere(pair.before, whole=bool(pair.known))
    values = [v for v in pair.known if still_legible([v], before)] if pair.known else footer_values(before)
    leaks = bool(values) and still_legible(values, read_everywhere(pair.after))
    outside = None if pair.boxes is None else changed_outside(pair.before, pair.after, pair.boxes)
    return bool(values), leaks, outside


def audit_leakage(
    pairs: Iterable[Pair], limit: float = 0.05, workers: int = 2, progress: Callable[[], None] = lambda: None
) -> LeakageFigures:
    """Read every image before and after with the second reader and count what is still legible.

    Raises:
        BadInput: Tesseract is not installed.
    """
    tesseract_path()
    images = before = after = 0
    outside: int | None = 0
    with ThreadPoolExecutor(workers) as pool:
        for had, leaks, changed in pool.map(_look, pairs):
            images, before, after = images + 1, before + had, after + leaks
            outside = None if outside is None or changed is None else outside + (changed > 0)
            progress()
    return LeakageFigures(images, before, after, round(after / images, 4) if images else 0.0, limit, outside)


def leakage_of_folder(
    images: Path, clean: Path | None = None, limit: float = 0.05, most: int | None = None
) -> LeakageFigures:
    """Audit the pictures of a folder against their clean forms, made here and now, or numbered PNGs.

    `clean` is what `clinx-hf image` writes from the pictures in the order of their names: 00001.png and so on. The boxes
    are not known then, so that pixels outside of them are not compared.

    Raises:
        BadInput: the folder holds no pictures, a clean one is missing, or Tesseract is not installed.
    """
    tesseract_path()
    paths = sorted(p for p in images.iterdir() if p.suffix.lower() in (".png", ".jpg", ".jpeg", ".tif", ".bmp"))[:most]
    if not paths:
        raise BadInput(f"{images} holds no pictures (.png, .jpg, .tif, .bmp).")
    from clinx_hf.scale.local import progress_bar

    pairs = _made_now(paths) if clean is None else _from_folder(paths, images, clean)
    with progress_bar(len(paths), "Reading") as advance:
        return audit_leakage(pairs, limit, progress=lambda: advance(1))


def _pixels(path: Path) -> Picture:
    return np.asarray(Image.open(path).convert("RGB"))


def _from_folder(paths: Sequence[Path], images: Path, clean: Path) -> Iterator[Pair]:
    for number, path in enumerate(paths, 1):
        other = clean / f"{number:05}.png"
        if not other.is_file():
            raise BadInput(f"{clean} has no {number:05}.png; make it with: clinx-hf image {images}/* --output {clean}")
        yield Pair(_pixels(path), _pixels(other), None)


def _made_now(paths: Sequence[Path]) -> Iterator[Pair]:
    from clinx_hf.image.pipeline_ppgan import PPGANPipeline
    from clinx_hf.image.reader import Reader
    from clinx_hf.image.redactor import Redactor
    from clinx_hf.text.scrubber import Scrubber

    redactor = Redactor(Reader.from_folder(None), PPGANPipeline.from_pretrained())
    judge = Scrubber().judge
    for path in paths:
        before = _pixels(path)
        done = redactor.redact(before, judge)
        yield Pair(before, done.image, tuple(region.box for region in done.regions))
