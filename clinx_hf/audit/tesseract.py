"""Tesseract as the second reader: an engine that has no part in the redaction judges what is still legible."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clinx_hf.errors import BadInput

SCALES = (3, 4)
STRIP = 0.14  # share of the height in which footers stand
_MOST_PIXELS = 24_000_000  # above it a page takes minutes and reads no better


@cache
def tesseract_path() -> str:
    """Return the path of the tesseract program; raise `BadInput` with the command that installs it."""
    found = shutil.which("tesseract")
    if found is None:
        raise BadInput("The second reader needs Tesseract: apt-get install tesseract-ocr")
    return found


def read_text(image: NDArray[np.uint8], scale: int) -> str:
    """Read an (H, W, C) image enlarged `scale` times. Pixels go through a pipe, never through a file."""
    grey = Image.fromarray(image[..., 0] if image.shape[2] == 1 else image).convert("L")
    width, height = grey.width * scale, grey.height * scale
    if width * height > _MOST_PIXELS:
        shrink = (_MOST_PIXELS / (width * height)) ** 0.5
        width, height = int(width * shrink), int(height * shrink)
    buffer = BytesIO()
    grey.resize((max(width, 1), max(height, 1)), Image.Resampling.BICUBIC).save(buffer, "PNG", compress_level=1)
    done = subprocess.run(
        [tesseract_path(), "stdin", "stdout", "--psm", "11"],
        input=buffer.getvalue(),
        capture_output=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        check=False,
    )
    return done.stdout.decode("utf-8", "replace")


def read_everywhere(image: NDArray[np.uint8], whole: bool = True) -> str:
    """Read the bottom strip at 3x and 4x and, if asked, the whole image at both, too."""
    strip = image[int(image.shape[0] * (1 - STRIP)) :]
    texts = [read_text(strip, scale) for scale in SCALES]
    if whole:
        texts += [read_text(image, scale) for scale in SCALES]
    return "\n".join(texts)
