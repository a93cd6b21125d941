"""Other readers: Tesseract and RapidOCR read a plain line, in pictures and as cuts; failures say what to install."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from clinx_hf.bench import image_peers
from clinx_hf.bench.image_planting import Type, stamp
from clinx_hf.errors import BadInput
from clinx_hf.synthesis.fonts import installed


@pytest.fixture
def line() -> np.ndarray:
    mark = stamp("MRN 4832219", Type(installed().plain[0], 22, 255))
    assert mark is not None
    return np.repeat(np.pad(mark.ink, 8)[..., None], 3, 2)


@pytest.fixture
def page(line: np.ndarray) -> np.ndarray:
    picture = np.zeros((200, 400, 3), np.uint8)
    picture[60 : 60 + line.shape[0], 50 : 50 + line.shape[1]] = line
    return picture


def _told_the_line(answer: image_peers.Answer) -> None:
    assert "4832219" in " ".join(piece.text for piece in answer.pictures[0].pieces)
    quads = np.concatenate([piece.quad for piece in answer.pictures[0].pieces])
    assert quads.min(0) == pytest.approx((58, 68), abs=8)
    assert answer.pictures[0].seconds > 0
    assert [cut.replace(" ", "") for cut in answer.cuts] == ["MRN4832219"] * 2


def test_tesseract(page: np.ndarray, line: np.ndarray) -> None:
    if shutil.which("tesseract") is None:
        pytest.skip("Tesseract is not installed")
    answer = image_peers.tesseract_answer([page], [line, line], 1)
    assert answer.system.startswith("Tesseract ")
    _told_the_line(answer)


def test_rapidocr(page: np.ndarray, line: np.ndarray) -> None:
    pytest.importorskip("rapidocr", reason="RapidOCR is not installed")
    answer = image_peers.worker_answer("rapidocr", None, [page], [line, line], 1)
    assert answer.system.startswith("RapidOCR ")
    assert answer.peak_memory_mib
    _told_the_line(answer)


def test_words_of_tesseracts_table() -> None:
    head = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"
    rows = '1\t1\t0\t0\t0\t0\t0\t0\t90\t80\t-1\t\n5\t1\t1\t1\t1\t1\t3\t4\t10\t6\t91.5\t"AP\n5\t1\t1\t1\t1\t2\t3\t4\t5\t6\t95\t \n'
    words = image_peers._words(head + rows)
    assert [word.text for word in words] == ['"AP']
    assert words[0].quad.tolist() == [[3, 4], [13, 4], [13, 10], [3, 10]]


def test_a_peer_that_fails_says_what_it_needs(page: np.ndarray, tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text(f"#!{sys.executable}\nraise SystemExit(3)\n", encoding="utf-8")
    broken.chmod(0o755)
    with pytest.raises(BadInput, match="presidio-image-redactor"):
        image_peers.worker_answer("presidio", broken, [page], [], 1)
