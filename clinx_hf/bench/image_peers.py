"""How readers and other redactors are asked about the same pictures, each on the same number of threads."""

from __future__ import annotations

import base64
import copy
import csv
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from clinx_hf.audit.tesseract import tesseract_path
from clinx_hf.bench.peers import MODEL
from clinx_hf.errors import BadInput
from clinx_hf.image.reader import Reader

Array = np.ndarray
OURS, PRESIDIO = "clinx_hf", "presidio-image-redactor"
_LEAST_SURE = 0  # Tesseract's confidence; below it stand layout blocks, not words
_DONE_OVER = 400  # cuts in one call of Tesseract


@dataclass(frozen=True)
class Piece:
    """A box, corners (4, 2) in reading order where the system knows it, and what was read in it."""

    quad: Array
    text: str


@dataclass(frozen=True)
class Told:
    """What a system says about one picture, and how long it took, in seconds."""

    pieces: tuple[Piece, ...]
    seconds: float


@dataclass(frozen=True)
class Answer:
    """A system's answers, picture by picture; what it reads in single lines of type; its peak memory where known."""

    system: str
    pictures: tuple[Told, ...]
    cuts: tuple[str, ...]
    peak_memory_mib: int | None


def reader_answer(reader: Reader, pictures: Sequence[Array], cuts: Sequence[Array]) -> Answer:
    """Ask our reader, also for what it is too unsure of to be relied on. `cuts` are straightened lines (32, W, 3)."""
    told, reader = [], copy.copy(reader)
    reader.readable = 0.0
    for picture in pictures:
        began = time.perf_counter()
        lines = reader(picture)
        seconds = time.perf_counter() - began
        told.append(Told(tuple(Piece(np.asarray(line.quad, np.float32), line.text) for line in lines), seconds))
    return Answer(OURS, tuple(told), tuple(reading.text for reading in reader.recogniser(cuts)), None)


def tesseract_answer(pictures: Sequence[Array], cuts: Sequence[Array], threads: int) -> Answer:
    """Ask Tesseract for the words of each picture (page layout 11, sparse text).

    Raises:
        BadInput: Tesseract is not installed, or fails.
    """
    told = []
    for picture in pictures:
        code = _png(picture)
        began = time.perf_counter()
        table = _tesseract(code, ("--psm", "11", "tsv"), threads)
        pieces = tuple(_words(table))
        told.append(Told(pieces, time.perf_counter() - began))
    texts: list[str] = []
    for start in range(0, len(cuts), _DONE_OVER):
        texts += _lines(cuts[start : start + _DONE_OVER], threads)
    version = subprocess.run([tesseract_path(), "--version"], capture_output=True, text=True, check=False).stdout
    return Answer(version.splitlines()[0].replace("tesseract", "Tesseract"), tuple(told), tuple(texts), None)


def _tesseract(code: bytes, arguments: Sequence[str], threads: int) -> str:
    command = [tesseract_path(), "stdin", "stdout", *arguments]
    environment = {**os.environ, "OMP_THREAD_LIMIT": str(threads)}
    done = subprocess.run(command, input=code, capture_output=True, check=False, env=environment)
    if done.returncode:
        raise BadInput(f"Tesseract failed (exit {done.returncode}); run: tesseract --version")
    return done.stdout.decode("utf-8", "replace")


def _words(table: str) -> list[Piece]:
    pieces = []
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (row["text"] or "").strip()
        if text and float(row["conf"]) >= _LEAST_SURE:
            x, y, width, height = (int(row[name]) for name in ("left", "top", "width", "height"))
            corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
            pieces.append(Piece(np.array(corners, np.float32), text))
    return pieces


def _lines(cuts: Sequence[Array], threads: int) -> list[str]:
    """Read single lines, as the pages of one picture: starting Tesseract costs more than a line does."""
    pages = [Image.fromarray(np.pad(cut, ((8, 8), (8, 8), (0, 0)), mode="edge")) for cut in cuts]
    if not pages:
        return []
    buffer = io.BytesIO()
    pages[0].save(buffer, "TIFF", save_all=True, append_images=pages[1:])
    read = _tesseract(buffer.getvalue(), ("--psm", "7"), threads).split("\f")[: len(pages)]
    return [" ".join(text.split()) for text in (*read, *[""] * (len(pages) - len(read)))]


def worker_answer(
    peer: str, python: Path | None, pictures: Sequence[Array], cuts: Sequence[Array], threads: int
) -> Answer:
    """Ask "rapidocr" (None: this Python has it) or "presidio" in a process of its own.

    Raises:
        BadInput: the process fails.
    """
    program = Path(__file__).with_name("peer_image.py")
    command = [str(python or sys.executable), str(program), peer, str(threads), MODEL]
    given = [(picture, False) for picture in pictures] + [(cut, True) for cut in cuts]
    lines = "\n".join(
        json.dumps({"png": base64.b64encode(_png(image)).decode(), "cut": is_cut}) for image, is_cut in given
    )
    limits = {name: str(threads) for name in ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS")}
    done = subprocess.run(
        command, input=lines, capture_output=True, text=True, check=False, env={**os.environ, **limits}
    )
    if done.returncode:
        needs = f"presidio-image-redactor and {MODEL}" if peer == "presidio" else "clinx-hf[verify]"
        raise BadInput(f"{peer} failed in {command[0]} (exit {done.returncode}); install {needs} there.")
    told = json.loads(done.stdout.splitlines()[-1])
    pieces, count = told["pieces"], len(pictures)
    return Answer(
        told["system"],
        tuple(
            Told(tuple(Piece(np.array(quad, np.float32), text) for quad, text in found), seconds)
            for found, seconds in zip(pieces[:count], told["seconds"], strict=False)
        ),
        tuple(" ".join(text for _, text in found) for found in pieces[count:]),
        told["peak_memory_mib"],
    )


def _png(image: Array) -> bytes:
    code = cv2.imencode(".png", np.ascontiguousarray(image[:, :, ::-1]), [cv2.IMWRITE_PNG_COMPRESSION, 1])[1]
    return bytes(code.tobytes())
