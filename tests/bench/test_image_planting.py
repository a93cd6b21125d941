"""Planted overlays: the same for the same seed, where they are said to be, apart from each other."""

from __future__ import annotations

import numpy as np
from image_cases import planted

from clinx_hf.bench.image_planting import MARKS, PNG
from clinx_hf.bench.image_scores import inside


def test_same_seed_same_pictures() -> None:
    again = planted.__wrapped__()
    assert all((a.picture == b.picture).all() for a, b in zip(planted(), again, strict=True))
    other = planted.__wrapped__(3, seed=5)
    assert any((a.picture != b.picture).any() for a, b in zip(planted(), other, strict=True))


def test_every_picture_has_identifiers_marks_and_a_side() -> None:
    lines = [line for case in planted(8) for line in case.lines]
    kinds = [line.kind for line in lines]
    assert kinds.count("identifier") >= 20
    assert kinds.count("mark") >= 6
    assert kinds.count("laterality") >= 6
    assert {line.drawn.text for line in lines if line.kind == "mark"} <= set(MARKS)
    assert all(line.contrast >= 15 and line.drawn.type.cap >= 5 for line in lines)


def test_ink_is_where_it_is_said_to_be_and_nothing_else_changed() -> None:
    for case in planted():
        size = case.picture.shape[:2]
        inks = [line.drawn.coverage(*size) for line in case.lines]
        assert np.sum(inks, axis=0).max() <= 1  # no ink on ink
        if case.form != PNG:
            continue
        changed = (case.picture != case.ground.picture).any(2)
        assert all((changed & ink).sum() > 0.8 * ink.sum() for ink in inks)
        near = np.zeros(size, bool)
        for line in case.lines:
            middle = line.drawn.quad.mean(0)
            away = line.drawn.quad - middle
            near |= inside([middle + away + np.sign(away) * (line.drawn.height / 4 + 6)], case.picture.shape)
        assert not (changed & ~near).any()


def test_marks_stand_apart() -> None:
    for case in planted():
        for mark in (line for line in case.lines if line.kind != "identifier"):
            low, high = mark.drawn.quad.min(0) - 11, mark.drawn.quad.max(0) + 11
            for other in case.lines:
                if other is not mark:
                    outside = (other.drawn.quad.max(0) < low) | (other.drawn.quad.min(0) > high)
                    assert outside.any(), (mark.drawn.text, other.drawn.text)
