"""The leakage audit finds what is legible, and fails on a planted fault."""

import shutil

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from clinx_hf.audit.leakage import Pair, audit_leakage, changed_outside, footer_values, leakage_of_folder, still_legible
from clinx_hf.errors import BadInput

needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="Tesseract is not installed (apt-get install tesseract-ocr)"
)
FOOTER = "c5afac99-e76a-405c,Uploader : Steven Goldberg,Source : Steven Goldberg,11-05-2010"


def _picture(text: str) -> np.ndarray:
    image = Image.new("RGB", (640, 200), "black")
    ImageDraw.Draw(image).text((6, 176), text, fill="white", font=ImageFont.load_default(15))
    return np.asarray(image)


def test_names_and_dates_of_a_footer():
    assert footer_values(FOOTER) == ["11-05-2010", "Goldberg", "Steven"]
    assert footer_values("Uploader : MedPix,W 350 : L 40") == []


@pytest.mark.parametrize(
    ("reading", "legible"),
    [("xx Goldberg yy", True), ("G0ldberg", True), ("gold", False), ("", False), ("11-05-2010.", True)],
)
def test_a_word_almost_like_it_counts(reading, legible):
    assert still_legible(["Goldberg", "11-05-2010"], reading) is legible


def test_a_changed_pixel_outside_the_boxes_is_counted():
    before = _picture("")
    after = before.copy()
    after[10, 10] = 5
    after[50, 50] = 5
    assert changed_outside(before, after, [(40, 40, 60, 60)]) == 1


@needs_tesseract
def test_a_planted_fault_fails_the_audit_and_a_clean_image_passes():
    written, clean = _picture(FOOTER), _picture("")
    faulty = audit_leakage([Pair(written, written)])
    assert (faulty.legible_before, faulty.legible_after, faulty.passed) == (1, 1, False)
    box = (0, 160, 640, 200)
    good = audit_leakage([Pair(written, clean, (box,))])
    assert (good.legible_before, good.legible_after, good.passed) == (1, 0, True)


@needs_tesseract
def test_a_folder_without_pictures_is_refused(tmp_path):
    with pytest.raises(BadInput, match="no pictures"):
        leakage_of_folder(tmp_path)


@needs_tesseract
def test_numbered_clean_pngs_are_compared_without_boxes(tmp_path):
    (tmp_path / "clean").mkdir()
    Image.fromarray(_picture(FOOTER)).save(tmp_path / "one.png")
    with pytest.raises(BadInput, match=r"00001\.png"):
        leakage_of_folder(tmp_path, tmp_path / "clean")
    Image.fromarray(_picture("")).save(tmp_path / "clean" / "00001.png")
    figures = leakage_of_folder(tmp_path, tmp_path / "clean")
    assert (figures.legible_before, figures.legible_after, figures.changed_outside) == (1, 0, None)
    assert figures.passed
