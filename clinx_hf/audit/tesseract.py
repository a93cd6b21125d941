"""Tesseract as a program: a picture goes in through a pipe, its table of words comes out. No file is written."""

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

_SPARSE = ("--psm", "11")  # text in no order, anywhere


@cache
def tesseract_path() -> str:
    """Return the path of the tesseract program; raise `BadInput` with the command that installs it."""
    found = shutil.which("tesseract")
    if found is None:
        raise BadInput("The second reader needs Tesseract: apt-get install tesseract-ocr")
    return found


def words_table(image: NDArray[np.uint8]) -> str:
    """Return Tesseract's TSV of the words of an (H, W, 1 or 3) uint8 image.

    Raises:
        BadInput: Tesseract is not installed, or it failed.
    """
    buffer = BytesIO()
    grey = Image.fromarray(image[..., 0] if image.shape[2] == 1 else image).convert("L")
    grey.save(buffer, "PNG", compress_level=1)
    done = subprocess.run(
        [tesseract_path(), "stdin", "stdout", *_SPARSE, "tsv"],
        input=buffer.getvalue(),
        capture_output=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        check=False,
    )
    if done.returncode:
        raise BadInput(f"Tesseract failed (exit {done.returncode}) on an image of {grey.width} x {grey.height} pixels.")
    return done.stdout.decode("utf-8", "replace")
