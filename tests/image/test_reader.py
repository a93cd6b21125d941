"""The overlay reader: geometry, joining, reading direction, and the embedded weights on planted footers."""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinx_hf.errors import BadInput, MissingExtra, MissingWeights
from clinx_hf.image.detection import Found, Thresholds, boxes, features, grey_and_colour, tiles
from clinx_hf.image.joining import join_lines
from clinx_hf.image.reader import EMBEDDED, FILES, RapidOCRReader, Reader, _is_squat, _upright, checked, make_line
from clinx_hf.image.recognition import HEIGHT, decode, pieces, prepare, straighten, turned
from clinx_hf.synthesis.fonts import installed
from clinx_hf.synthesis.overlays import Type, place, stamp
from clinx_hf.training.reader.targets import draw

embedded = pytest.mark.skipif(
    not all((EMBEDDED / name).is_file() for name in FILES),
    reason="the embedded reader weights are not in this checkout",
)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.from_folder()


def box(x0: float, y0: float, x1: float, y1: float) -> np.ndarray:
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float32)


@given(length=st.integers(1, 5000), side=st.integers(64, 640), overlap=st.integers(0, 32))
def test_tiles_cover_everything_and_overlap(length: int, side: int, overlap: int) -> None:
    spans = tiles(length, side, overlap)
    assert spans[0][0] == 0
    assert spans[-1][1] == length
    assert all(b - a <= side for a, b in spans)
    assert all(end - start >= overlap for (_, end), (start, _) in pairwise(spans))


def test_features_of_grey_and_colour() -> None:
    rng = np.random.default_rng(0)
    grey = rng.integers(0, 256, (20, 30, 1), np.uint8)
    one = features(*grey_and_colour(grey), 2)
    three = features(*grey_and_colour(np.repeat(grey, 3, 2)), 2)
    assert one.shape == (3, 40, 60)
    assert (one == three).all()
    coloured = np.zeros((20, 30, 3), np.uint8)
    coloured[5:9, 5:9, 0] = 200
    assert features(*grey_and_colour(coloured), 1)[2].max() == pytest.approx(2.5)


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 7, 3), (3, 2, 1)])
def test_features_of_tiny_pictures(shape: tuple[int, int, int]) -> None:
    assert np.isfinite(features(*grey_and_colour(np.full(shape, 9, np.uint8)), 2)).all()


@given(x=st.integers(20, 60), y=st.integers(20, 60), w=st.integers(4, 60), h=st.integers(4, 20))
@settings(deadline=None, max_examples=40)
def test_boxes_hold_their_part_of_the_map(x: int, y: int, w: int, h: int) -> None:
    level = np.zeros((160, 160), np.uint8)
    level[y : y + h, x : x + w] = 250
    (found,) = boxes(level, 2, 0.3, 0.6, Thresholds(unclip=0, margin=0, reach=0))
    low, high = found.quad.min(0), found.quad.max(0)
    assert (low, high) == (pytest.approx([x / 2, y / 2], abs=0.01), pytest.approx([(x + w) / 2, (y + h) / 2], abs=0.01))
    assert found.score == pytest.approx(250 / 255)
    assert not boxes(level, 2, 0.3, 0.99, Thresholds())


def test_targets_lie_inside_lines_and_slivers_count_nothing() -> None:
    kind = Type(installed().every[0], 10, 200)
    mark = stamp("Hxg", kind)
    assert mark is not None
    picture = np.zeros((64, 64, 3), np.uint8)
    line = place(picture, mark, kind, 10, 20, np.random.default_rng(0))
    target, weight = draw([line], 64, 2)
    ys, xs = np.nonzero(target)
    assert 40 < ys.min() < ys.max() < 2 * (20 + line.ink.shape[0])
    assert 20 < xs.min() < xs.max() < 2 * (10 + line.ink.shape[1])
    assert weight[ys, xs].min() > 0.4
    sliver = place(picture, mark, kind, 10, 62, np.random.default_rng(0))
    target, weight = draw([sliver], 64, 2)
    assert not target.any()
    assert (weight == 0).any()


def test_neighbours_on_one_line_are_joined_and_others_not() -> None:
    found = [
        Found(box(10, 10, 50, 20), 0.7),
        Found(box(58, 11, 90, 20), 0.9),
        Found(box(10, 26, 50, 36), 0.8),
        Found(box(140, 10, 180, 20), 0.8),
    ]
    joined = join_lines(found)
    assert len(joined) == 3
    whole = max(joined, key=lambda f: np.ptp(f.quad[:, 0]))
    assert (whole.quad.min(0) == [10, 10]).all()
    assert (whole.quad.max(0) == [90, 20]).all()
    assert whole.score == 0.9


def test_a_box_inside_another_is_dropped() -> None:
    found = [Found(box(10, 10, 100, 40), 0.7), Found(box(20, 15, 40, 30), 0.99)]
    assert [tuple(f.quad.max(0)) for f in join_lines(found)] == [(100, 40)]
    assert join_lines([]) == []


@pytest.mark.parametrize("angle", [0, 90, 180, 270, 15])
def test_straightening_brings_the_line_upright(angle: float) -> None:
    upright = Type(installed().every[0], 16, 255, smooth=False)
    mark = stamp("FL7", upright)
    assert mark is not None
    cuts = []
    for kind in (upright, Type(upright.font, 16, 255, angle=angle, smooth=False)):
        picture = np.zeros((160, 160, 3), np.uint8)
        line = place(picture, mark, kind, 50, 60, np.random.default_rng(0))
        cuts.append(straighten(picture, line.quad).astype(float))
    assert cuts[0].shape[0] == HEIGHT
    assert abs(cuts[0].shape[1] - cuts[1].shape[1]) <= 1
    w = min(c.shape[1] for c in cuts)
    same = np.corrcoef(cuts[0][:, :w].ravel(), cuts[1][:, :w].ravel())[0, 1]
    assert same > 0.8
    over = np.corrcoef(cuts[0][:, :w].ravel(), straighten(picture, turned(line.quad))[:, :w].ravel())[0, 1]
    assert over < same - 0.2


@given(width=st.integers(1, 4000))
@settings(deadline=None, max_examples=30)
def test_pieces_of_a_wide_cut_are_the_cut(width: int) -> None:
    cut = np.random.default_rng(width).integers(0, 256, (HEIGHT, width, 3), np.uint8)
    parts = pieces(cut)
    assert (np.concatenate(parts, 1) == cut).all()
    assert all(0 < part.shape[1] <= 640 for part in parts)


def test_decoding_takes_the_best_path() -> None:
    vocabulary = "ab "
    path = [3, 0, 0, 3, 0, 2, 1, 1, 3]
    logs = np.log(np.full((len(path), 4), 0.1 / 3))
    logs[np.arange(len(path)), path] = np.log(0.9)
    told = decode(logs, vocabulary)
    assert told.text == "aa b"
    assert told.confidence == pytest.approx(0.9)
    assert decode(np.log(np.array([[0.1, 0.1, 0.1, 0.7]])), vocabulary).text == ""


def test_prepared_cuts_do_not_depend_on_brightness() -> None:
    cut = np.random.default_rng(0).integers(0, 100, (HEIGHT, 50, 3), np.uint8)
    assert np.abs(prepare(cut) - prepare(cut + 100)).max() < 1e-4


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((0, 4, 3), np.uint8),
        np.zeros((4, 4, 3), np.float32),
    ],
)
def test_other_arrays_are_refused(image: np.ndarray) -> None:
    with pytest.raises(BadInput):
        checked(image)


def test_lines_are_clipped_to_the_picture() -> None:
    line = make_line(box(-5, 3.2, 12.5, 40), (20, 10), "x", 0.5, 0.5)
    assert line is not None
    assert line.box == (0, 3, 10, 20)
    assert make_line(box(30, 30, 40, 40), (20, 10), "x", 0.5, 0.5) is None


def test_missing_weights_and_extras_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissingWeights, match=r"config\.json"):
        Reader.from_folder(tmp_path)
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(MissingExtra, match="ocr"):
        RapidOCRReader()


def planted(
    text: str, cap: float, width: int, height: int, x: int, y: int, contrast: float = 130
) -> tuple[np.ndarray, np.ndarray]:
    """Return a shaded picture with one line, and the line's ink."""
    rng = np.random.default_rng(11)
    shade = 60 + 40 * np.sin(np.linspace(0, 5, height))[:, None] * np.cos(np.linspace(0, 4, width))
    picture = np.repeat(shade[..., None], 3, 2).astype(np.uint8)
    font = next(name for name in installed().every if "DejaVuSans.ttf" in name or name == installed().every[-1])
    kind = Type(font, cap, contrast)
    mark = stamp(text, kind)
    assert mark is not None
    return picture, place(picture, mark, kind, x, y, rng).coverage(height, width)


FOOTER = "3f2a77c1-0b1d-4a55-9e21-7d0c1f2b9a10,Uploader : Ann Lee,Source : Ann Lee,05-12-2008"


@embedded
@pytest.mark.parametrize(("cap", "y"), [(7, 100), (8, 191), (10, 120), (8, 194)])
def test_footers_are_covered_without_gaps(reader: Reader, cap: float, y: int) -> None:
    picture, ink = planted(FOOTER, cap, 700, 200, -20, y)
    seen = np.zeros_like(ink)
    for line in reader(picture):
        x0, y0, x1, y1 = line.box
        seen[y0:y1, x0:x1] = True
    assert seen[ink].mean() > 0.97
    assert seen.mean() < 0.2


@embedded
def test_same_picture_same_lines_grey_or_colour(reader: Reader) -> None:
    picture, _ = planted("MRN 4832219 SMITH, JOHN", 9, 300, 150, 30, 60)
    first = reader(picture)
    assert first
    assert first == reader(picture.copy()) == reader(picture[:, :, :1].copy())
    assert all(0 <= line.confidence <= 1 and 0 <= line.detection <= 1 for line in first)
    assert first == sorted(first, key=lambda line: (line.box[1], line.box[0]))


@embedded
@pytest.mark.parametrize("shape", [(1, 1, 1), (5, 300, 3), (300, 5, 1), (64, 64, 3)])
def test_blank_pictures_hold_no_text(reader: Reader, shape: tuple[int, int, int]) -> None:
    assert reader(np.full(shape, 77, np.uint8)) == []


def test_rapidocr_reads_a_line() -> None:
    pytest.importorskip("rapidocr")
    picture, ink = planted("PORTABLE 12345", 18, 420, 160, 40, 60, 190)
    lines = RapidOCRReader()(picture)
    assert any("12345" in line.text for line in lines)
    seen = np.zeros_like(ink)
    for line in lines:
        x0, y0, x1, y1 = line.box
        seen[y0:y1, x0:x1] = True
    assert seen[ink].mean() > 0.9


def test_a_box_of_one_sign_is_read_upright() -> None:
    """A lone letter is taller than wide; read along its long side it would lie on its side."""
    tall = np.array([[10, 5], [10, 21], [0, 21], [0, 5]], np.float32)  # reading order runs down
    assert _is_squat(tall)
    assert _upright(tall)[0].tolist() == [0, 5]
    assert _upright(tall)[1].tolist() == [10, 5]
    assert not _is_squat(box(0, 0, 90, 10))


def test_boxes_reach_beyond_both_ends_of_a_line_but_not_across() -> None:
    level = np.zeros((40, 120), np.uint8)
    level[10:20, 20:100] = 255
    (plain,) = boxes(level, 1, 0.3, 0.6, Thresholds(unclip=0, margin=0, reach=0))
    (grown,) = boxes(level, 1, 0.3, 0.6, Thresholds(unclip=0, margin=0, reach=0.5))
    assert grown.quad[:, 0].min() == pytest.approx(plain.quad[:, 0].min() - 5)
    assert grown.quad[:, 0].max() == pytest.approx(plain.quad[:, 0].max() + 5)
    assert grown.quad[:, 1].min() == pytest.approx(plain.quad[:, 1].min())
