"""Training the screen: labels of boxes, and a probe that separates what can be separated."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from clinx_hf.image.detection import Found
from clinx_hf.image.screening import Screen
from clinx_hf.synthesis.overlays import Drawn, Type
from clinx_hf.synthesis.scenes import Scene
from clinx_hf.training.reader import screen


def scene_with_a_line() -> Scene:
    quad = np.array([[10, 10], [50, 10], [50, 20], [10, 20]], np.float32)
    line = Drawn("AB", quad, np.full((10, 40), 255, np.uint8), (10, 10), Type("font", 10, 100))
    return Scene(np.zeros((60, 80, 3), np.uint8), (line,))


def box(x0: float, y0: float, x1: float, y1: float) -> Found:
    return Found(np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float32), 0.5)


def test_labels_of_boxes_on_beside_and_at_the_edge_of_a_line() -> None:
    made = scene_with_a_line()
    assert screen.label(box(8, 8, 52, 22), made) is True
    assert screen.label(box(8, 35, 52, 50), made) is False
    assert screen.label(box(45, 15, 75, 55), made) is None


def examples(count: int = 600) -> screen.Examples:
    rng = np.random.default_rng(3)
    types = rng.random(count) < 0.4
    features = rng.standard_normal((count, 12))
    features[:, 4] += 4.0 * types
    return screen.Examples(features, types, np.arange(count) // 2)


def test_a_probe_separates_and_its_figures_are_those_of_the_held_out_third() -> None:
    fitted = screen.fit(examples())
    assert fitted.examples == 600
    assert fitted.dropped <= screen.LOST + 0.01
    assert fitted.passed < 0.5
    assert 0 < fitted.least < 1


def test_a_written_probe_is_the_one_that_is_loaded(tmp_path: Path) -> None:
    fitted = screen.fit(examples())
    screen.write(fitted, tmp_path)
    told = json.loads((tmp_path / screen.FIGURES).read_text(encoding="utf-8"))
    loaded = Screen.from_file(tmp_path / screen.FILE, told["least"])
    assert np.allclose(loaded.weight, fitted.tensors["weight"])
    assert loaded.least == fitted.least
