"""Fills, grain and the arithmetic around holes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from scipy.fft import dstn, idstn

from clinx_hf.errors import BadInput
from clinx_hf.image import compositing, fills
from clinx_hf.image.grain import grain, random_of


def _window(height: int, width: int, seed: int = 0, channels: int = 1) -> np.ndarray:
    rough = np.random.default_rng(seed).uniform(0, 255, (height, width, channels))
    return ndimage.gaussian_filter(rough, (2, 2, 0)) * 3 - 255


def _box(shape: tuple[int, int], top: int, left: int, height: int, width: int) -> np.ndarray:
    mask = np.zeros(shape, dtype=bool)
    mask[top : top + height, left : left + width] = True
    return mask


@given(st.integers(1, 14), st.integers(1, 30), st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_harmonic_equals_the_closed_form_in_a_rectangle(height: int, width: int, seed: int) -> None:
    values = _window(height + 4, width + 4, seed)
    hole = _box(values.shape[:2], 2, 2, height, width)
    known = np.where(hole, 0, values[..., 0])
    sums = known[1:-3, 2:-2] + known[3:-1, 2:-2] + known[2:-2, 1:-3] + known[2:-2, 3:-1]
    ey = 2 - 2 * np.cos(np.pi * np.arange(1, height + 1) / (height + 1))
    ex = 2 - 2 * np.cos(np.pi * np.arange(1, width + 1) / (width + 1))
    expected = idstn(dstn(sums, type=1) / (ey[:, None] + ex[None]), type=1)
    assert np.allclose(fills.harmonic(values, hole, hole)[2:-2, 2:-2, 0], expected, atol=1e-8)


def test_biharmonic_reproduces_a_plane_that_only_harmonic_boundary_data_give() -> None:
    y, x = np.mgrid[:30, :50].astype(float)
    plane = (3 * x + 2 * y)[..., None]
    hole = _box((30, 50), 8, 10, 12, 25)
    filled = fills.biharmonic(np.where(hole[..., None], 0, plane), hole, hole)
    assert filled is not None
    assert np.allclose(filled, plane, atol=1e-6)


def test_biharmonic_continues_a_slope_better_than_harmonic() -> None:
    y, _ = np.mgrid[:40, :40].astype(float)
    bowl = ((y - 20) ** 2)[..., None]
    hole = _box((40, 40), 14, 5, 12, 30)
    blank = np.where(hole[..., None], 0, bowl)
    curved = fills.biharmonic(blank, hole, hole)
    assert curved is not None
    even = fills.harmonic(blank, hole, hole)
    assert np.abs(curved - bowl)[hole].mean() < 0.7 * np.abs(even - bowl)[hole].mean()


@pytest.mark.parametrize("turned", [False, True])
def test_a_sheared_line_of_the_right_slope_carries_an_edge_across(turned: bool) -> None:
    y, x = np.mgrid[:40, :90].astype(float)
    slope = fills.SLOPES[6]
    picture = np.where(x - 45 > slope * (y - 20), 200.0, 50.0)[..., None]
    hole = _box((40, 90), 14, 20, 12, 50)
    if turned:
        picture, hole = np.swapaxes(picture, 0, 1), hole.T
    blank = np.where(hole[..., None], 0, picture)
    base = fills.harmonic(blank, hole, hole)
    errors = [np.abs(fills.sheared(blank, hole, hole, s, base) - picture)[hole].mean() for s in fills.SLOPES]
    assert int(np.argmin(errors)) == 6
    assert errors[6] < 0.3 * np.abs(base - picture)[hole].mean()


def test_a_large_hole_is_filled_at_a_bounded_cost_and_close_to_the_exact_membrane(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = ndimage.gaussian_filter(_window(90, 90), (4, 4, 0))
    hole = _box((90, 90), 5, 5, 80, 80)
    blank = np.where(hole[..., None], 0, values)
    exact = fills.harmonic(blank, hole, hole)
    monkeypatch.setattr(fills, "_HARMONIC_COST", 1e5)
    cheap = fills.harmonic(blank, hole, hole)
    assert np.abs(cheap - exact)[hole].mean() < 0.1 * values.std()
    monkeypatch.setattr(fills, "_BIHARMONIC_COST", 1e5)
    assert fills.biharmonic(blank, hole, hole) is None
    assert fills.candidates(blank, hole, hole).stack is None


def test_nothing_known_is_filled_with_black() -> None:
    hole = np.ones((5, 7), dtype=bool)
    assert not fills.harmonic(np.full((5, 7, 1), 9.0), hole, hole).any()


@given(st.integers(0, 2**32 - 1), st.integers(1, 3))
@settings(max_examples=40, deadline=None)
def test_holes_are_a_partition_with_known_pixels_between(seed: int, reach: int) -> None:
    rng = np.random.default_rng(seed)
    mask = rng.random((rng.integers(1, 30), rng.integers(1, 30))) < 0.06
    count = np.zeros(mask.shape, dtype=int)
    label = np.zeros(mask.shape, dtype=int)
    for number, hole in enumerate(compositing.holes(mask, reach), start=1):
        count[hole.window.slices] += hole.inside
        label[hole.window.slices][hole.inside] = number
    assert (count == mask).all()
    points = np.argwhere(mask)
    for p in points:
        near = points[np.abs(points - p).max(axis=1) <= 2 * reach]
        assert len({int(label[tuple(q)]) for q in near}) == 1


@given(st.integers(1, 2000), st.integers(16, 300), st.integers(2, 15))
@settings(max_examples=60, deadline=None)
def test_weights_of_tiles_add_up_to_one(length: int, core: int, overlap: int) -> None:
    total = np.zeros(length)
    for start, stop, weights in compositing.tiles(length, core, overlap):
        assert stop - start <= 2 * core + overlap
        total[start:stop] += weights
    assert np.allclose(total, 1)


def test_composite_keeps_outside_bits_and_rounds_ties_the_same_way_on_both_sides_of_solver_noise() -> None:
    image = np.arange(12, dtype=np.uint8).reshape(3, 4, 1)
    mask = _box((3, 4), 1, 1, 1, 2)
    low = compositing.composite(image, mask, np.full((3, 4, 1), 100.5 - 1e-10))
    high = compositing.composite(image, mask, np.full((3, 4, 1), 100.5 + 1e-10))
    assert (low == high).all()
    assert (low[~mask] == image[~mask]).all()
    assert (low[mask] == 100).all()


def test_blanked_holds_nothing_of_the_hole_and_refuses_other_types() -> None:
    image = np.full((4, 4, 1), 77, dtype=np.uint16)
    mask = _box((4, 4), 0, 0, 2, 2)
    assert not compositing.blanked(image, mask)[mask].any()
    with pytest.raises(BadInput, match="uint8"):
        compositing.blanked(image.astype(np.int32), mask)


def test_ring_is_known_and_near() -> None:
    mask = _box((30, 30), 10, 10, 5, 5)
    around = compositing.ring(mask, 3)
    assert around.sum() == 11 * 11 - 25
    assert not (around & mask).any()
    assert compositing.ring(mask, 3, inner=1).sum() == 11 * 11 - 7 * 7


def _body(height: int, narrows: int = 0) -> np.ndarray:
    """A grey body (60, 100, 1) on black that reaches `height` rows down, losing `narrows` pixels a row at the end."""
    picture = np.zeros((60, 100, 1))
    for row in range(height):
        edge = 30 + narrows * max(0, row - height + 10)
        picture[row, edge : 100 - edge] = 120.0
    return picture


def test_background_goes_on_behind_a_hole_at_the_border_and_changes_nothing_of_the_image() -> None:
    picture, mask = _body(45), _box((60, 100), 40, 10, 20, 80)
    outer, unknown, inner = compositing.with_background(picture, mask)
    assert (outer[inner.slices] == picture).all()
    assert (unknown[inner.slices] == mask).all()
    assert inner == compositing.Window(0, 60, 0, 100)
    assert outer.shape[0] == 60 + 2 + 48 - 20
    assert not unknown[-2:].any()
    assert not outer[-2:].any()
    assert unknown[60:-2, 10:90].all()  # between the hole and the background nothing is known


def test_a_body_that_narrows_ends_sooner() -> None:
    mask = _box((60, 100), 40, 10, 20, 80)
    wide, narrow = (compositing.with_background(_body(45, by), mask)[0].shape[0] for by in (0, 3))
    assert narrow < wide


@pytest.mark.parametrize("turn", range(4))
def test_background_is_continued_on_every_side_and_round_corners(turn: int) -> None:
    picture = np.rot90(_body(45), turn).copy()
    for box in (_box((60, 100), 40, 10, 20, 80), _box((60, 100), 35, 0, 25, 70)):
        mask = np.rot90(box, turn).copy()
        outer, unknown, inner = compositing.with_background(picture, mask)
        assert (outer[inner.slices] == picture).all()
        assert (unknown[inner.slices] == mask).all()
        assert outer.shape[:2] != picture.shape[:2]
        assert (~unknown).sum() > (~mask).sum()


@pytest.mark.parametrize(
    ("picture", "mask"),
    [
        (_body(60), _box((60, 100), 40, 40, 20, 20)),  # the body is on both sides of the hole
        (_body(45) + 60, _box((60, 100), 40, 10, 20, 80)),  # a ground that is not dark
        (_body(45), _box((60, 100), 30, 10, 20, 80)),  # not at the border
        (_body(45), _box((60, 100), 0, 0, 60, 100)),  # nothing is known
        (_body(45), _box((60, 100), 0, 0, 0, 0)),
    ],
)
def test_without_background_on_both_sides_nothing_is_added(picture: np.ndarray, mask: np.ndarray) -> None:
    outer, unknown, inner = compositing.with_background(picture, mask)
    assert outer.shape == picture.shape
    assert (unknown == mask).all()
    assert inner.shape == mask.shape


def _streaks(shape: tuple[int, int], seed: int) -> np.ndarray:
    return 120 + 12 * ndimage.gaussian_filter1d(np.random.default_rng(seed).standard_normal(shape), 3, axis=1)


def test_grain_has_the_strength_and_the_direction_of_its_surroundings() -> None:
    picture = _streaks((120, 260), 1)
    hole = _box(picture.shape, 50, 30, 20, 200)
    filled = fills.harmonic(np.where(hole, 0, picture)[..., None], hole, hole)[..., 0]
    noise = grain(filled, hole, hole, random_of(0, (50, 30), hole), 1.0)
    assert not noise[~hole].any()
    added = (filled + noise)[50:70, 30:230]
    truth = picture[50:70, 30:230]
    along, across = np.abs(np.diff(added, axis=1)).mean(), np.abs(np.diff(added, axis=0)).mean()
    assert across > 2 * along
    high = added - ndimage.gaussian_filter(added, 2.5)
    assert 0.6 < high.std() / (truth - ndimage.gaussian_filter(truth, 2.5)).std() < 1.4


def test_grain_leaves_black_black_and_flat_flat() -> None:
    picture = np.zeros((100, 200))
    picture[:, 100:] = _streaks((100, 100), 2)
    hole = _box(picture.shape, 40, 10, 16, 180)
    filled = fills.harmonic(np.where(hole, 0, picture)[..., None], hole, hole)[..., 0]
    noise = grain(filled, hole, hole, random_of(0, (0, 0), hole), 1.0)
    assert np.abs(noise[40:56, 10:60]).max() < 0.5
    assert noise[40:56, 130:180].std() > 1.5
    assert not grain(np.full((80, 80), 9.0), hole[:80, :80], hole[:80, :80], random_of(0, (), hole), 1.0).any()


def test_grain_fades_towards_the_edge_of_the_hole() -> None:
    strength = np.zeros((20, 200))
    for seed in range(12):
        picture = 120 + 10 * ndimage.gaussian_filter(np.random.default_rng(seed).standard_normal((120, 260)), 0.7)
        hole = _box(picture.shape, 50, 30, 20, 200)
        filled = fills.harmonic(np.where(hole, 0, picture)[..., None], hole, hole)[..., 0]
        strength += grain(filled, hole, hole, random_of(seed, (), hole), 1.0)[50:70, 30:230] ** 2
    rows = np.sqrt(strength.mean(axis=1))
    assert max(rows[0], rows[-1]) < 0.97 * rows[6:14].mean()


def test_the_calmer_surroundings_give_the_spectrum_of_the_grain() -> None:
    rng = np.random.default_rng(4)
    picture = 120 + 6 * ndimage.gaussian_filter(rng.standard_normal((140, 260)), 0.5)
    picture[:40] += 40 * np.sin(np.arange(260) / 1.6)  # a grating above, fine grain around and below
    hole = _box(picture.shape, 70, 30, 20, 200)
    filled = fills.harmonic(np.where(hole, 0, picture)[..., None], hole, hole)[..., 0]
    noise = grain(filled, hole, hole, random_of(0, (), hole), 1.0)[72:88, 40:220]
    along, across = np.abs(np.diff(noise, axis=1)).mean(), np.abs(np.diff(noise, axis=0)).mean()
    assert along == pytest.approx(across, rel=0.25)


def test_random_numbers_follow_seed_and_geometry_only() -> None:
    hole = _box((10, 10), 2, 2, 3, 3)
    draws = [
        random_of(seed, place, outline).integers(2**60)
        for seed, place, outline in [
            (0, (1, 2), hole),
            (0, (1, 2), hole),
            (1, (1, 2), hole),
            (0, (2, 1), hole),
            (0, (1, 2), hole.T & ~_box((10, 10), 2, 2, 1, 1)),
        ]
    ]
    assert draws[0] == draws[1]
    assert len(set(draws)) == 4
