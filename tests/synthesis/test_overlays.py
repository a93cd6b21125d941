"""Planted overlays: the ink lies where it is said to lie, and nothing else changes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinx_hf.synthesis import overlay_texts, phantoms, volumes
from clinx_hf.synthesis.backgrounds import Backgrounds
from clinx_hf.synthesis.fonts import cap_ratio, installed, signs
from clinx_hf.synthesis.overlays import INK, Type, place, stamp, turn
from clinx_hf.synthesis.scenes import dress, scene

FONT = installed().every[0]


def ground(height: int = 200, width: int = 260, level: int = 40) -> np.ndarray:
    return np.full((height, width, 3), level, np.uint8)


def inside(quad: np.ndarray, height: int, width: int, grow: float) -> np.ndarray:
    u, v = ((quad[i] - quad[0]) / np.hypot(*(quad[i] - quad[0])) * grow for i in (1, 3))
    grown = quad + np.stack([-u - v, u - v, u + v, v - u])
    out = np.zeros((height, width), np.uint8)
    cv2.fillPoly(out, [np.round((grown - 0.5) * 16).astype(np.int32)], 1, shift=4)
    return out.astype(bool)


@settings(max_examples=60, deadline=None)
@given(
    angle=st.sampled_from([0, 90, 180, 270, 12.5, -20, 200.0]),
    cap=st.floats(4, 24),
    text=st.sampled_from(["Ag8", "MRN 12", "Ö_j"]),
)
def test_the_quad_holds_the_ink_and_is_tight(angle: float, cap: float, text: str) -> None:
    kind = Type(FONT, cap, 200, angle=angle)
    mark = stamp(text, kind)
    assert mark is not None
    line = place(ground(), mark, kind, 60, 50, np.random.default_rng(0))
    ink = line.coverage(200, 260)
    assert ink.any()
    assert inside(line.quad, 200, 260, 1.5)[ink].all()
    sides = np.hypot(*(line.quad[1] - line.quad[0])), line.height
    assert sides == pytest.approx((mark.ink.shape[1], mark.ink.shape[0]), abs=0.01)


@given(angle=st.sampled_from([0, 90, 180, 270]))
@settings(deadline=None)
def test_right_angles_move_whole_pixels(angle: float) -> None:
    ink = np.random.default_rng(1).integers(0, 256, (5, 9), np.uint8)
    turned, move = turn(ink, angle)
    assert sorted(turned.ravel()) == sorted(ink.ravel())
    x, y = move[:, :2] @ (2.5, 1.5) + move[:, 2]
    assert turned[int(y), int(x)] == ink[1, 2]


@pytest.mark.parametrize("style", ["light", "dark", "colour"])
def test_plain_styles_change_only_the_ink(style: str) -> None:
    kind = Type(FONT, 9, 120, style=style)
    mark = stamp("Uploader : A", kind)
    assert mark is not None
    picture = ground(level=128)
    line = place(picture, mark, kind, 20, 30, np.random.default_rng(2))
    changed = (picture != 128).any(2)
    assert changed.any()
    grown = np.zeros_like(changed)
    h, w = line.ink.shape
    grown[30 : 30 + h, 20 : 20 + w] = line.ink > 0
    assert not changed[~grown].any()


def test_contrast_is_what_was_asked_for() -> None:
    kind = Type(FONT, 14, 60, smooth=False)
    mark = stamp("HHH", kind)
    assert mark is not None
    picture = ground(level=100)
    line = place(picture, mark, kind, 10, 10, np.random.default_rng(0))
    assert set(np.unique(picture[line.coverage(200, 260)])) == {160}


def test_lines_over_the_border_are_cut_not_refused() -> None:
    kind = Type(FONT, 10, 200)
    mark = stamp("Source : X Y,05-12-2008", kind)
    assert mark is not None
    picture = ground(40, 60)
    line = place(picture, mark, kind, -30, 33, np.random.default_rng(0))
    assert line.coverage(40, 60).any()
    assert line.coverage(40, 60).sum() < (line.ink >= INK).sum()


def test_centres_of_signs_rise_and_stay_in_the_line() -> None:
    mark = stamp("abc 123", Type(FONT, 12, 200), centres=True)
    assert mark is not None
    assert (np.diff(mark.centres) > 0).all()
    assert -3 < mark.centres[0] < mark.centres[-1] < mark.ink.shape[1] + 3


def test_cap_height_is_met() -> None:
    for cap in (6, 10, 20):
        mark = stamp("H", Type(FONT, cap, 200))
        assert mark is not None
        assert abs(mark.ink.shape[0] - cap) <= 1.5
    assert 0.4 < cap_ratio(FONT) < 1


def test_same_seed_same_scene() -> None:
    made = []
    for _ in range(2):
        rng = np.random.default_rng(7)
        made.append(scene(rng, Backgrounds([], rng, 4), installed(), 160, empty=0.0))
    assert (made[0].picture == made[1].picture).all()
    assert [line.text for line in made[0].lines] == [line.text for line in made[1].lines]


def test_scenes_hold_ink_where_they_say() -> None:
    rng = np.random.default_rng(3)
    lines = 0
    for _ in range(12):
        picture = np.zeros((160, 220, 3), np.uint8)
        made = dress(rng, picture, installed(), 1.0, 2)
        for line in made.lines:
            ink = line.coverage(160, 220)
            if line.type.contrast > 120 and line.type.style == "light" and ink.sum() > 30:
                lines += 1
                assert made.picture[ink].mean() > 30
    assert lines >= 5


def test_held_out_fonts_are_never_trained_on() -> None:
    train, judge = installed(), installed(held_out=True)
    assert not set(train.every) & set(judge.every)
    assert set(train.plain) <= set(train.every)
    assert set("Ag8 ") <= signs(train.every[0], "Ag8 \uffff")
    assert "\uffff" not in signs(train.every[0], "Ag8 \uffff")


def test_texts_keep_to_the_vocabulary() -> None:
    rng = np.random.default_rng(0)
    texts = [overlay_texts.text(rng) for _ in range(400)]
    assert set("".join(texts)) <= set(overlay_texts.VOCABULARY)
    assert len(set(overlay_texts.VOCABULARY)) == len(overlay_texts.VOCABULARY)
    assert all(text == text.strip() and text for text in texts)
    assert sum("Uploader : " in text for text in texts) > 20
    assert overlay_texts.fold("Ǽ ñ 漢 Ḋ") == "Æ ñ  D" or overlay_texts.fold("Ḋ") == "D"


@pytest.mark.parametrize("kind", [kind for kind, _ in phantoms.KINDS])
def test_phantoms_are_pictures(kind: object) -> None:
    assert callable(kind)
    one, two = (kind(np.random.default_rng(4), 96) for _ in range(2))
    assert one.shape == (96, 96)
    assert one.dtype == np.uint8
    assert (one == two).all()


def test_pieces_have_the_size_asked_for() -> None:
    rng = np.random.default_rng(0)
    grounds = Backgrounds([], rng, 3)
    for size in ((7, 9), (40, 700), (160, 160)):
        assert grounds.piece(rng, *size).shape == size
    grounds.renew(rng)
    assert len(grounds.made) == 3


def test_slices_of_a_volume() -> None:
    volume = np.zeros((30, 40, 50), np.uint8)
    volume[5:25, 10:30, 10:40] = 200
    made = volumes.cut(np.random.default_rng(0), volume, 64)
    assert made.shape == (64, 64)
    assert made.std() > 5
    assert volumes.load(volumes.Path("no-such-folder")) == []
