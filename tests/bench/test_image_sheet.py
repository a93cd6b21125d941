"""The sheet of before and after."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from image_cases import planted

from clinx_hf.bench.image_sheet import draw_sheet, phantoms_with_overlays


def test_above_what_comes_and_below_what_leaves(tmp_path: Path) -> None:
    planted(1)  # skips where no font is installed
    draw_sheet(tmp_path / "sheet.png", lambda picture: 255 - picture)
    sheet = cv2.imread(str(tmp_path / "sheet.png"))
    assert sheet is not None
    first = phantoms_with_overlays()[0]
    assert (sheet[:448, :448, ::-1] == first).all()
    assert (sheet[-448:, :448, ::-1] == 255 - first).all()
    assert not np.array_equal(first, phantoms_with_overlays()[1])
