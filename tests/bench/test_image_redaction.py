"""Redaction scores: what is removed, kept and changed; the parts of a redactor timed from outside."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from image_cases import planted

from clinx_hf.bench.image_peers import Answer, Piece, Told
from clinx_hf.bench.image_redaction import (
    STAGES,
    Outcome,
    TimedRedactor,
    blackened,
    ours,
    perfect_share,
    redaction_figures,
)
from clinx_hf.bench.image_scores import ALL, inside
from clinx_hf.image.reader import Line


def _outcome(case, lines) -> Outcome:  # type: ignore[no-untyped-def]
    mask = inside([line.drawn.quad for line in lines], case.picture.shape)
    return Outcome(mask, mask, 0.25)


def test_only_identifiers_removed() -> None:
    cases = planted()
    outcomes = [_outcome(case, [x for x in case.lines if x.kind == "identifier"]) for case in cases]
    figures = redaction_figures("x", cases, outcomes, [Outcome(~outcomes[0].regions, np.zeros((4, 4), bool), 0.1)])
    assert figures.removed[ALL].value == figures.marks.value == figures.sides.value == 1
    assert figures.changed == figures.covered == figures.changed_all == 0
    assert figures.untouched.value == 1
    assert figures.seconds == 0.25
    assert figures.seconds_large is None


def test_everything_removed() -> None:
    cases = planted()
    whole = [Outcome(np.ones(c.picture.shape[:2], bool), np.ones(c.picture.shape[:2], bool), 1.0) for c in cases]
    figures = redaction_figures("x", cases, whole, whole)
    assert figures.removed[ALL].value == 1
    assert figures.marks.hits == figures.sides.hits == figures.untouched.hits == 0
    assert figures.changed > 0.5


def test_nothing_removed() -> None:
    cases = planted()
    figures = redaction_figures("x", cases, [_outcome(case, []) for case in cases], [])
    assert figures.removed[ALL].hits == 0
    assert figures.marks.value == figures.sides.value == 1


def test_boxes_of_a_reader_without_fault_cover_more_than_the_text() -> None:
    assert 0 < perfect_share(planted()) < 0.5
    assert perfect_share([]) == 0


def test_black_over_black_changes_nothing() -> None:
    picture = np.zeros((40, 60, 3), np.uint8)
    picture[:, 30:] = 9
    box = np.array([(0, 0), (60, 0), (60, 40), (0, 40)], np.float32)
    made = blackened(Answer("x", (Told((Piece(box, ""),), 0.1),), (), None), [picture])[0]
    assert made.regions.all()
    assert (made.changed == (picture[..., 0] > 0)).all()


class _Reader:
    """Finds the planted name once, and nothing where it was filled."""

    def __init__(self) -> None:
        self.shapes: list[tuple[int, ...]] = []

    def __call__(self, image: np.ndarray) -> list[Line]:
        self.shapes.append(image.shape)
        if not (image == 255).any():
            return []
        quad = ((20.0, 20.0), (80.0, 20.0), (80.0, 30.0), (20.0, 30.0))
        return [Line((20, 20, 80, 30), quad, "SMITH^JOHN", 0.99, 0.9)]


def test_parts_are_timed_and_the_result_is_the_redactors() -> None:
    picture = np.full((128, 160, 3), 50, np.uint8)
    picture[20:30, 20:80] = 255
    reader = _Reader()
    timed = TimedRedactor(
        reader,
        lambda image, mask_image, output_type: SimpleNamespace(images=[np.where(mask_image[..., None], 50, image)]),
        lambda texts: [[] for _ in texts],
    )
    made = timed(picture)
    assert made.regions[20:30, 20:80].all()
    assert (made.changed == (picture[..., 0] == 255)).all()
    assert len(reader.shapes) > 1
    assert sum(timed.spent.values()) == pytest.approx(made.seconds)
    assert all(timed.spent[name] > 0 for name in STAGES)


def test_ours_counts_pictures_without_text() -> None:
    picture = np.full((128, 160, 3), 50, np.uint8)
    timed = TimedRedactor(_Reader(), lambda **given: SimpleNamespace(images=[given["image"]]), lambda texts: [])
    figures = ours(timed, [], [picture, picture], lambda: 7)
    assert figures.untouched.hits == 2
    assert figures.peak_memory_mib == 7
