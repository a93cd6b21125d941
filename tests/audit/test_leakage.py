"""The leakage audit finds what is legible, fails on planted faults, and tells counts only."""

import importlib.util
import json
import shutil
from dataclasses import asdict
from io import StringIO

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from clinx_hf.audit import leakage_pictures
from clinx_hf.audit.leakage import Filled, Pair, audit_leakage, look
from clinx_hf.audit.leakage_figures import LeakageFigures, table
from clinx_hf.audit.leakage_pictures import leakage_of_folder, originals
from clinx_hf.audit.readers import SecondReader, Seen, read_with_rapidocr, read_with_tesseract, second_readers
from clinx_hf.bench.results import read_result, write_result
from clinx_hf.errors import BadInput
from clinx_hf.synthesis.study import study

needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="Tesseract is not installed (apt-get install tesseract-ocr)"
)
needs_rapidocr = pytest.mark.skipif(
    importlib.util.find_spec("rapidocr") is None, reason="RapidOCR is not installed (extra verify)"
)
FOOTER = "c5afac99-e76a-405c-b0b1-0a2b3c4d5e6f,Uploader : Steven Goldberg,11-05-2010"
STAMP, FOOT, SIDE = (0, 0, 230, 62), (0, 424, 448, 448), (0, 216, 32, 252)  # where the study writes


def _picture(text, size=(640, 200)):
    image = Image.new("RGB", size, "black")
    ImageDraw.Draw(image).text((6, size[1] - 24), text, fill="white", font=ImageFont.load_default(15))
    return np.asarray(image)


def _blanked(picture, *boxes):
    out = picture.copy()
    for x0, y0, x1, y1 in boxes:
        out[y0:y1, x0:x1] = 12
    return out


def _says(lines):
    """A reader that reads known lines at every bright block, and nothing in the dark."""

    def read(image):
        blocks = cv2.connectedComponentsWithStats(
            cv2.dilate((image.max(axis=2) > 200).astype(np.uint8), np.ones((3, 25)))
        )
        boxes = [(int(x), int(y), int(x + w), int(y + h)) for x, y, w, h, _ in blocks[2][1:]]
        return [Seen(line, box, 0.9) for box in boxes for line in lines]

    return SecondReader("fake", read, 10**9, False)


@pytest.fixture
def tesseract_only(monkeypatch):
    reader = SecondReader("tesseract", read_with_tesseract, 16_000_000, True)
    monkeypatch.setattr(leakage_pictures, "second_readers", lambda: (reader,))


@pytest.fixture(scope="module")
def rows():
    return list(study(1, 5))


def _written(folder, rows, known=True):
    folder.mkdir()
    for number, row in enumerate(rows):
        row.image.save(folder / f"{number}.png")
    told = [{"file_name": f"{n}.png", "known": row.in_image} for n, row in enumerate(rows)]
    if known:
        (folder / "known.jsonl").write_text("\n".join(map(json.dumps, told)))
    return folder


def _cleaned(folder, rows, *boxes):
    folder.mkdir()
    for number, row in enumerate(rows, 1):
        Image.fromarray(_blanked(np.asarray(row.image.convert("RGB")), *boxes)).save(folder / f"{number:05}.png")
    return folder


def test_what_is_read_before_and_after_is_counted_by_reader_scale_and_kind():
    written, clean = _picture("x" * 40), _picture("")
    box = (Filled((0, 160, 640, 200), "identifier", "reader"),)
    figures = audit_leakage([Pair(written, clean, box), Pair(written, written)], 0.6, [_says([FOOTER])])
    assert (figures.images, figures.legible_before, figures.legible_after, figures.share_after) == (2, 2, 1, 0.5)
    assert [(r.scale, r.images, r.images_before, r.images_after) for r in figures.readers] == [
        (scale, 2, 2, 1) for scale in (1, 2, 3, 4)
    ]
    by_kind = {k.kind: (k.identifiers_before, k.identifiers_after) for k in figures.kinds}
    assert by_kind == {"name": (4, 2), "date": (2, 1), "uuid": (2, 1), "id": (0, 0)}
    assert figures.passed
    assert not audit_leakage([Pair(written, written)], 0.6, [_says([FOOTER])]).passed


def test_an_identifier_that_only_the_output_shows_is_a_leak():
    clean = _picture("")
    shows = _says([FOOTER])
    figures = audit_leakage([Pair(clean, _picture("xxx"), None)], 0.0, [shows])
    assert (figures.legible_before, figures.legible_after) == (0, 1)


def test_a_changed_pixel_outside_the_boxes_fails_the_audit():
    before = _picture("")
    after = before.copy()
    after[3, 3] = 90
    assert not audit_leakage([Pair(before, after, ())], 1.0, [_says([])]).passed
    inside = (Filled((0, 0, 8, 8), "identifier", "reader"),)
    assert audit_leakage([Pair(before, after, inside)], 1.0, [_says([])]).passed


def test_ink_that_shines_through_is_counted():
    before = _picture("Goldberg 11-05-2010")
    box = (Filled((0, 168, 240, 200), "identifier", "reader"),)
    faint = (before * 0.1).astype(np.uint8)
    assert look(Pair(before, faint, box), [_says([])]).counts.regions.ink_left == 1
    assert look(Pair(before, _picture(""), box), [_says([])]).counts.regions.ink_left == 0


@pytest.mark.parametrize(("after", "kept"), [("L", 1), ("R", 0), ("", 0)])
def test_a_mark_of_the_side_must_be_read_again_or_untouched(after, kept):
    before = _picture("L", (64, 64))
    changed = before // 2 + 100
    first, second = _says(["L"]), _says([after])
    reader = SecondReader("fake", lambda im: (first if im.min() == 0 else second).read(im), 10**9, False)
    assert look(Pair(before, changed, None), [reader]).counts.sides_kept == kept
    assert look(Pair(before, before.copy(), ()), [first]).counts.sides_kept == 1


@needs_tesseract
def test_a_leaky_folder_fails_and_a_good_one_passes(tmp_path, rows, tesseract_only, capfd, caplog):
    images = _written(tmp_path / "images", rows)
    bad = leakage_of_folder(images, _cleaned(tmp_path / "bad", rows, STAMP), limit=0.0)
    good = leakage_of_folder(images, _cleaned(tmp_path / "good", rows, STAMP, FOOT), limit=0.0)
    assert (bad.legible_before, good.legible_before) == (1, 1)
    assert bad.legible_after > 0
    assert not bad.passed
    assert good.legible_after == 0
    assert good.passed
    assert good.changed_outside is None
    planted = {word for row in rows for word in row.in_image}
    for figures in (bad, good):
        path = write_result(tmp_path / "results", "leakage", figures, images=figures.images)
        told = path.read_text() + table(figures) + repr(figures)
        assert not [word for word in planted if word in told]
    assert not [word for word in planted if word in "".join(capfd.readouterr()) + caplog.text]


@needs_tesseract
def test_text_free_pictures_are_those_of_the_list(tmp_path, rows, tesseract_only):
    images = _written(tmp_path / "images", rows, known=False)
    Image.new("RGB", (96, 96), "grey").save(images / "1.png")
    clean = _cleaned(tmp_path / "clean", rows, STAMP, FOOT)
    Image.new("RGB", (96, 96), "grey").save(clean / "00002.png")
    (tmp_path / "free.txt").write_text("# looked at\nimages/1.png\n")
    figures = leakage_of_folder(images, clean, text_free=tmp_path / "free.txt")
    assert (figures.text_free, figures.untouched) == (1, 1)


@needs_tesseract
def test_both_polarities_are_read():
    white = _picture("SMITH JOHN 4832219")
    for picture in (white, 255 - white):
        figures = audit_leakage([Pair(picture, picture, (), ("SMITH",))], 1.0, [_tesseract()])
        assert [r.images_after for r in figures.readers] == [1, 1, 1, 1]


def _tesseract():
    return next(r for r in second_readers() if r.name == "tesseract")


@needs_rapidocr
def test_rapidocr_answers_alike():
    seen = read_with_rapidocr(_picture("SMITH JOHN 4832219", (320, 96)))
    assert [s.text.split()[0] for s in seen] == ["SMITH"]
    x0, y0, x1, y1 = seen[0].box
    assert x0 < 20
    assert y0 > 50
    assert x1 > 120
    assert y1 <= 96


def test_without_a_second_reader_the_audit_says_what_to_install(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(BadInput, match="apt-get install tesseract-ocr"):
        second_readers()


def test_folders_that_do_not_fit_are_refused(tmp_path, rows, tesseract_only):
    with pytest.raises(BadInput, match="no pictures"):
        leakage_of_folder(tmp_path)
    images = _written(tmp_path / "images", rows)
    (tmp_path / "clean").mkdir()
    with pytest.raises(BadInput, match=r"00001\.png"):
        leakage_of_folder(images, tmp_path / "clean")
    (tmp_path / "free.txt").write_text("another.png\n")
    with pytest.raises(BadInput, match="text-free"):
        originals(images, text_free=tmp_path / "free.txt")
    (images / "known.jsonl").write_text('{"file_name": "0.png", "known": "SECRET"\n')
    with pytest.raises(BadInput, match="line 1") as error:
        originals(images)
    assert "SECRET" not in str(error.value)


def test_a_picture_that_cannot_be_decoded_is_told_by_its_position(tmp_path, tesseract_only):
    (tmp_path / "Goldberg.png").write_bytes(b"no picture")
    (tmp_path / "clean").mkdir()
    (tmp_path / "clean" / "00001.png").write_bytes(b"none either")
    with pytest.raises(BadInput, match="Picture 1") as error:
        leakage_of_folder(tmp_path, tmp_path / "clean")
    assert "Goldberg" not in str(error.value)


def test_a_parquet_of_clean_pictures_is_taken_row_by_row(tmp_path, rows):
    from datasets import Dataset, Features
    from datasets import Image as ImageColumn

    images = _written(tmp_path / "images", rows)
    (tmp_path / "clean" / "data").mkdir(parents=True)
    clean = Dataset.from_dict({"image": [row.image for row in rows]}, features=Features({"image": ImageColumn()}))
    clean.to_parquet(str(tmp_path / "clean" / "data" / "train-00000-of-00001.parquet"))
    pairs = list(leakage_pictures.from_folder(originals(images), tmp_path / "clean"))
    assert [np.array_equal(pair.before, pair.after) for pair in pairs] == [True]
    assert [pair.known for pair in pairs] == [row.in_image for row in rows]


def test_results_are_read_back(tmp_path):
    figures = audit_leakage([Pair(_picture("xx"), _picture(""), None)], 0.1, [_says([FOOTER])])
    write_result(tmp_path, "leakage", figures, images=1)
    record = read_result(tmp_path, "leakage")
    assert LeakageFigures.read(record["figures"]) == figures
    assert "| **any reader** | **any scale** | 1 | 1 | **0 (0.0%)** |" in table(figures)
    assert json.dumps(asdict(figures)) in json.dumps(record)
    assert StringIO(table(figures)).readline().startswith("| legible to")
