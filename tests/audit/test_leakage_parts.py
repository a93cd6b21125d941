"""The parts of the leakage audit: values and their look-alikes, ink, and reading at several scales."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinx_hf.audit.leakage_pixels import changed_boxes, changed_outside, ink_left
from clinx_hf.audit.leakage_reading import places_of, read_places, read_whole
from clinx_hf.audit.leakage_values import Identifier, Kind, Legible, as_identifier, distinct, identifiers_in
from clinx_hf.audit.readers import SecondReader, Seen

UUID = "c5afac99-e76a-405c-b0b1-0a2b3c4d5e6f"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{UUID},Uploader : Steven Goldberg,Source : Steven Goldberg,11-05-2010",
         [("date", "11-05-2010"), ("name", "Goldberg"), ("name", "Steven"), ("uuid", UUID)]),
        ("Up1oader : Goldberg", [("name", "Goldberg")]),
        ("Uploader : MedPix,W 350 : L 40", []),
        ("SMITH^JOHN  MRN 12-345-678", [("id", "12-345-678"), ("name", "JOHN"), ("name", "SMITH")]),
        ("5 Mar 2011 and 2011.03.05", [("date", "2011.03.05"), ("date", "5 Mar 2011")]),
        ("W: 350 L: 40 Se: 3 Im: 12/40 5 mm AP ERECT L 1.25 TE 102 2010", []),
    ],
)  # fmt: skip
def test_identifiers_are_found_by_their_form(text, found):
    assert [(each.kind.value, each.value) for each in identifiers_in(text)] == found


@pytest.mark.parametrize(
    ("value", "reading", "legible"),
    [
        ("Goldberg", "xx Goldberg yy", True),
        ("Goldberg", "G0ldberg", True),
        ("Goldberg", "Gold", False),
        ("Steven Goldberg", "Goldberg", True),
        ("11-05-2010", "11.05.2010.", True),
        ("11-05-2010", "11-05", False),
        ("4832219", "MRN 48322l9", True),
        ("4832219", "4832", False),
        (UUID, "x b0b1-0a2b3c", True),
        (UUID, "405c", False),
        ("Goldberg", "", False),
    ],
)
def test_something_almost_like_it_counts(value, reading, legible):
    assert Legible.of(reading).has(as_identifier(value)) is legible


@given(
    st.sampled_from(["Goldberg", "SMITH", "11-05-2010", "4832219", UUID]),
    st.text("abc 1/.\n", max_size=30),
    st.text("abc 1/.\n", max_size=30),
)
def test_a_value_is_legible_in_any_text_that_holds_it(value, head, tail):
    assert Legible.of(f"{head} {value} {tail}").has(as_identifier(value))


def test_misreadings_of_one_value_are_one():
    found = [Identifier(Kind.NAME, name) for name in ("Goldberg", "G0ldberg", "Coldberg", "Miller")]
    assert len(distinct([*found, Identifier(Kind.DATE, "11-05-2010"), Identifier(Kind.DATE, "11-05-2O10")])) == 3


def test_values_do_not_show_in_what_is_printed():
    assert "Goldberg" not in repr(
        [*identifiers_in("Uploader : Goldberg"), Legible.of("Goldberg"), Seen("Goldberg", (0, 0, 1, 1), 1)]
    )


_boxes = st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(1, 20), st.integers(1, 20))


@given(st.lists(_boxes, max_size=4), st.integers(0, 9))
def test_nothing_changed_outside_the_boxes_around_what_changed(boxes, seed):
    rng = np.random.default_rng(seed)
    before = rng.integers(0, 200, (64, 64, 3), dtype=np.uint8)
    after = before.copy()
    for x, y, w, h in boxes:
        after[y : y + h, x : x + w] += 1
    found = changed_boxes(before, after)
    assert changed_outside(before, after, found) == 0
    assert changed_outside(before, after, ()) == int((before != after).any(axis=2).sum())


def test_every_changed_pixel_outside_is_counted():
    before = np.zeros((100, 100, 3), np.uint8)
    after = before.copy()
    after[10, 10] = after[50, 50] = 5
    assert changed_outside(before, after, [(40, 40, 60, 60)]) == 1


@pytest.mark.parametrize(("share", "seen"), [(0.0, False), (0.1, True), (0.5, True), (-0.5, False)])
def test_ink_is_what_agrees_with_the_original(share, seen):
    rng = np.random.default_rng(1)
    strokes = (rng.random((40, 200)) < 0.15) * 160.0
    grain = rng.normal(40, 3, (40, 200))
    before = np.repeat((40 + strokes)[..., None], 3, 2).astype(np.uint8)
    after = np.repeat(np.clip(grain + share * strokes, 0, 255)[..., None], 3, 2).astype(np.uint8)
    (value,) = ink_left(before, after, [(0, 0, 200, 40)])
    assert (value >= 0.35) is seen


def test_one_word_that_is_left_of_a_long_line_shows():
    rng = np.random.default_rng(2)
    before = np.repeat(((rng.random((30, 600, 1)) < 0.15) * 160).astype(np.uint8), 3, 2)
    after = np.full_like(before, 20)
    after[:, 500:550] = before[:, 500:550]
    assert ink_left(before, after, [(0, 0, 600, 30)])[0] > 0.8
    assert ink_left(before, np.full_like(before, 20), [(0, 0, 600, 30)])[0] < 0.2


def _spotter(most, on_white=False):
    """A reader that sees one bright block, wherever it is."""

    def read(image):
        ys, xs = np.nonzero(image[..., 0] > 160)
        return (
            [Seen("block", (int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1), 1.0)]
            if len(xs)
            else []
        )

    return SecondReader("spotter", read, most, on_white)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 560), st.integers(0, 300), st.integers(8, 40), st.integers(6, 20))
def test_boxes_come_back_in_pixels_of_the_picture_at_every_scale(x, y, width, height):
    picture = np.zeros((330, 600, 3), np.uint8)
    box = (x, y, min(600, x + width), min(330, y + height))
    picture[box[1] : box[3], box[0] : box[2]] = 255
    reader = _spotter(most=600 * 330 * 2)
    readings = [*read_whole(picture, [reader]), *read_places(picture, places_of(picture, [box]), [reader])]
    assert [(reading.reader, reading.scale) for reading in readings] == [("spotter", scale) for scale in (1, 2, 3, 4)]
    assert readings[0].seen[0].box == box
    # Readers of sheets report what they see of all pieces; a block alone on its sheet is a box of its own.
    for reading in readings[1:]:
        for seen in reading.seen:
            assert 0 <= seen.box[0] <= seen.box[2] <= 600
            assert 0 <= seen.box[1] <= seen.box[3] <= 330


def test_a_place_of_one_scale_is_found_again_where_it_is():
    picture = np.zeros((400, 900, 3), np.uint8)
    picture[210:220, 700:760] = 255
    seen_by: list[tuple[int, ...]] = []

    def read(image):
        seen_by.append(image.shape[:2])
        ys, xs = np.nonzero(image[..., 0] > 160)
        columns = np.split(np.unique(xs), np.flatnonzero(np.diff(np.unique(xs)) > 1) + 1)
        found = []
        for part in (c for c in columns if len(c)):
            rows = ys[(xs >= part[0]) & (xs <= part[-1])]
            found.append(Seen("block", (int(part[0]), int(rows.min()), int(part[-1]) + 1, int(rows.max()) + 1), 1.0))
        return found

    reader = SecondReader("columns", read, 10**9, False)
    for reading in read_places(picture, [(690, 200, 770, 230)], [reader]):
        for seen in reading.seen:
            assert np.abs(np.subtract(seen.box, (700, 210, 760, 220))).max() <= 1
    assert all(min(shape) >= 736 for shape in seen_by)


def test_a_picture_too_large_at_2x_is_read_there_in_its_places():
    picture = np.zeros((500, 500, 3), np.uint8)
    small, large = _spotter(most=999_999), _spotter(most=1_000_000)
    assert [r.scale for r in read_whole(picture, [small])] == [1]
    assert [r.scale for r in read_whole(picture, [large])] == [1, 2]
    assert [r.scale for r in read_places(picture, places_of(picture, []), [small])] == [2, 3, 4]
    assert [r.scale for r in read_places(picture, places_of(picture, []), [large])] == [3, 4]


@given(st.lists(_boxes, max_size=5))
def test_places_cover_the_boxes_and_do_not_overlap(boxes):
    picture = np.zeros((64, 64, 3), np.uint8)
    spots = [(x, y, x + w, y + h) for x, y, w, h in boxes]
    places = places_of(picture, spots)
    covered = np.zeros((64, 64), int)
    for x0, y0, x1, y1 in places:
        covered[y0:y1, x0:x1] += 1
    assert covered.max() <= 1
    assert all(covered[y0:y1, x0:x1].all() for x0, y0, x1, y1 in spots)
    assert covered[-28:].any()
