"""Boxes cover the lines that go, cost little beside them, and do not spell."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import line, no_judge

from clinx_hf.image import masks
from clinx_hf.image.phrases import joined_rows
from clinx_hf.image.reader import Line
from clinx_hf.image.regions import decide, mask_of

SIZE = (400, 600)
SMALL = (120, 203)  # no multiples of the grid


@st.composite
def turned_lines(draw):
    """A line of text at any angle, as a quad in reading order and its box cut at the image."""
    cx, cy = draw(st.floats(0, SMALL[1])), draw(st.floats(0, SMALL[0]))
    height, length = draw(st.floats(4, 30)), draw(st.floats(4, 150))
    angle = draw(st.sampled_from([0.0, math.pi / 2, math.pi, 0.05, 0.3, -0.7, 1.2, 2.5]))
    along = np.array([math.cos(angle), math.sin(angle)]) * length / 2
    across = np.array([-math.sin(angle), math.cos(angle)]) * height / 2
    centre = np.array([cx, cy])
    quad = np.array(
        [centre - along - across, centre + along - across, centre + along + across, centre - along + across]
    )
    low, high = np.floor(quad.min(axis=0)), np.ceil(quad.max(axis=0))
    box = (max(0, int(low[0])), max(0, int(low[1])), min(SMALL[1], int(high[0])), min(SMALL[0], int(high[1])))
    return Line(box, tuple(map(tuple, quad.tolist())), "", 0.0, 0.9)


def inside(quad, height, width):
    """The pixels whose middle lies in a convex quad."""
    ys, xs = np.mgrid[0:height, 0:width]
    points = np.stack([xs + 0.5, ys + 0.5], axis=-1)
    corners = np.asarray(quad)
    sides = [
        (b - a)[0] * (points - a)[..., 1] - (b - a)[1] * (points - a)[..., 0]
        for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True)
    ]
    return np.all(np.stack(sides) >= 0, axis=0)


@given(st.lists(turned_lines(), min_size=1, max_size=2))
@settings(max_examples=60, deadline=None)
def test_masks_cover_every_line_with_room_to_spare(lines):
    regions = decide(lines, SMALL, no_judge)
    mask = mask_of(regions, *SMALL)
    padded = np.pad(mask, 1, mode="edge")
    for dy, dx in ((0, 0), (0, 2), (2, 0), (2, 2)):  # a pixel on every side, beside the room in the reader's own boxes
        shifted = padded[dy : dy + SMALL[0], dx : dx + SMALL[1]]
        for each in lines:
            assert shifted[inside(each.quad, *SMALL)].all()


@given(st.integers(0, 700), st.integers(0, 500), st.floats(4, 60), st.floats(1, 30), st.booleans())
@settings(deadline=None)
def test_a_box_keeps_its_length_to_multiples_and_its_sides_off_the_rest_of_a_block(x, y, height, heights, upright):
    length = height * max(1.01, heights)
    w, h = (height, length) if upright else (length, height)
    box = masks.cover((x, y, x + w, y + h), height, (4000, 4000))
    assert box[0] <= max(0, x - 1)
    assert box[1] <= max(0, y - 1)
    assert box[2] >= x + w + 1
    assert box[3] >= y + h + 1
    step = max(8, math.ceil(1.5 * height))
    long, short = (box[3] - box[1], box[2] - box[0]) if upright else (box[2] - box[0], box[3] - box[1])
    if min(box) > 0:
        assert long % step == 0
    assert short <= height + 2 * (1 + height / 24 + 3)
    across = (box[0], box[2]) if upright else (box[1], box[3])
    assert across[0] == 0 or across[0] % 8 == 0 or across[0] % 8 > 2
    assert across[1] % 8 == 0 or across[1] % 8 < 6


def test_lengths_of_a_few_letters_more_or_less_look_alike():
    letter = 6
    lengths = {masks.cover((40, 40, 40 + n * letter, 50), 10, SIZE)[2] for n in range(5, 25)}
    assert len(lengths) <= 10


def test_a_box_does_not_grow_over_what_stays_nor_over_the_border():
    stays = (104, 40, 120, 52)
    box = masks.cover((40, 40, 98, 52), 12, SIZE, [stays])
    assert box[2] <= stays[0]
    assert (box[2] - box[0]) % 18 == 0  # it grew at the other end
    box = masks.cover((500, 40, 598, 52), 12, SIZE)
    assert box[2] == SIZE[1]
    assert box[0] < 499


def test_a_slanted_line_costs_less_than_one_box_around_it():
    angle, length, height = 0.7, 300, 12
    along = np.array([math.cos(angle), math.sin(angle)]) * length
    across = np.array([-math.sin(angle), math.cos(angle)]) * height
    start = np.array([50.0, 50.0])
    quad = np.array([start, start + along, start + along + across, start + across])
    low, high = quad.min(axis=0), quad.max(axis=0)
    box = (int(low[0]), int(low[1]), int(high[0]) + 1, int(high[1]) + 1)
    regions = decide([Line(box, tuple(map(tuple, quad.tolist())), "", 0.0, 0.9)], SIZE, no_judge)
    assert mask_of(regions, *SIZE).sum() < 0.5 * (box[2] - box[0]) * (box[3] - box[1])


def test_small_text_takes_little_height():
    (region,) = decide([line((40, 380, 300, 388), "")], SIZE, no_judge)
    assert region.box[3] - region.box[1] <= 18


def test_rows_join_words_but_not_columns():
    words = [
        line((10, 10, 50, 20), "a"),
        line((60, 10, 90, 20), "b"),
        line((200, 10, 240, 20), "c"),
        line((10, 40, 50, 50), "d"),
    ]
    assert joined_rows(words) == [[0, 1], [2], [3]]


def test_a_mask_outside_the_image_is_cut():
    regions = decide([line((590, 390, 600, 400), "")], SIZE, no_judge)
    assert mask_of(regions, *SIZE)[395, 595]
    assert mask_of([], 3, 4).shape == (3, 4)
