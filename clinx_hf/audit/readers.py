"""Second readers: engines that have no part in the redaction judge what is still legible.

One interface: a `SecondReader` takes an image (H, W, 1 or 3) uint8 and returns the lines that it sees. Tesseract is a
program of the system, RapidOCR comes with the extra `verify`; an audit uses those that are installed.
"""

from __future__ import annotations

import csv
import importlib.util
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clinx_hf.audit.tesseract import tesseract_path, words_table
from clinx_hf.errors import BadInput

if TYPE_CHECKING:
    from clinx_hf.image.reader import RapidOCRReader

Picture = NDArray[np.uint8]
Box = tuple[int, int, int, int]
_LEAST = 32  # px; Tesseract refuses slivers


@dataclass(frozen=True)
class Seen:
    """A line that a reader saw. text: what it says; box: (x0, y0, x1, y1) pixels, half-open; sure: 0..1."""

    text: str = field(repr=False)
    box: Box
    sure: float


@dataclass(frozen=True)
class SecondReader:
    """A reader and what suits it.

    read: an image (H, W, 1 or 3) uint8 -> its lines. most: pixels of the largest enlarged picture that it gets whole.
    on_white: whether it expects dark text on a light ground.
    """

    name: str
    read: Callable[[Picture], list[Seen]] = field(repr=False)
    most: int
    on_white: bool


def second_readers() -> tuple[SecondReader, ...]:
    """Return the readers that are installed, Tesseract first.

    Raises:
        BadInput: none is installed.
    """
    readers = []
    if shutil.which("tesseract") is not None:
        readers.append(SecondReader("tesseract", read_with_tesseract, 16_000_000, True))
    if importlib.util.find_spec("rapidocr") and importlib.util.find_spec("onnxruntime"):
        readers.append(SecondReader("rapidocr", read_with_rapidocr, 1_600_000, False))
    if not readers:
        tesseract_path.cache_clear()
        raise BadInput(
            "The audit needs a second reader: apt-get install tesseract-ocr, or pip install 'clinx-hf[verify]'; best both."
        )
    return tuple(readers)


def read_with_tesseract(image: Picture) -> list[Seen]:
    """Return the lines that Tesseract sees: words of one line are one, as sure as its worst word."""
    height, width = image.shape[:2]
    if min(height, width) < _LEAST:
        wide = (0, max(0, _LEAST - height)), (0, max(0, _LEAST - width)), (0, 0)
        image = np.pad(image, wide, mode="edge")
    lines: dict[tuple[str, ...], list[Seen]] = {}
    for row in csv.DictReader(words_table(image).splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (row["text"] or "").strip()
        if row["level"] == "5" and text:
            x, y, w, h = (int(row[name]) for name in ("left", "top", "width", "height"))
            word = Seen(text, (x, y, min(width, x + w), min(height, y + h)), float(row["conf"]) / 100)
            lines.setdefault((row["block_num"], row["par_num"], row["line_num"]), []).append(word)
    return [_joined(words) for words in lines.values()]


def _joined(words: list[Seen]) -> Seen:
    x0, y0, x1, y1 = zip(*(word.box for word in words), strict=True)
    text = " ".join(word.text for word in words)
    return Seen(text, (min(x0), min(y0), max(x1), max(y1)), min(word.sure for word in words))


_own = threading.local()
"""RapidOCR's engine keeps state while it reads: every thread has its own."""


def read_with_rapidocr(image: Picture) -> list[Seen]:
    """Return the lines that RapidOCR sees. Raises MissingExtra without the extra `verify`."""
    if not hasattr(_own, "engine"):
        _own.engine = _rapidocr()
    return [Seen(line.text, line.box, line.confidence) for line in _own.engine(image)]


def _rapidocr() -> RapidOCRReader:
    """Load it with one thread: several pictures are read at the same time."""
    from clinx_hf.image.reader import RapidOCRReader

    reader = RapidOCRReader()
    from rapidocr import RapidOCR

    one = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    reader.engine = RapidOCR(params={"Global.log_level": "critical", **one})
    return reader
