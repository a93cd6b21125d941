"""The picture of the reader's card: made-up pictures with planted overlays, above as they come, below as they leave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np

from clinx_hf.bench.image_planting import PNG, planted_on
from clinx_hf.bench.image_sets import Ground
from clinx_hf.synthesis.phantoms import abdomen, head, sector

Array = np.ndarray
_SIDE, _GAP = 448, 8  # px
_SEED = 11


def phantoms_with_overlays() -> list[Array]:
    """Return a head, an ultrasound sector and an abdomen with overlays, (448, 448, 3) uint8; no person is in them."""
    made = []
    for number, draw in enumerate((head, sector, abdomen)):
        rng = np.random.default_rng((_SEED, number))
        picture = np.repeat(draw(rng, _SIDE)[..., None], 3, 2)
        made.append(planted_on(Ground(draw.__name__, picture, True), rng, PNG).picture)
    return made


def draw_sheet(path: Path, redact: Callable[[Array], Array]) -> None:
    """Write the sheet: `redact` maps a picture to its clean form."""
    before = phantoms_with_overlays()
    rows = [_row(before), _row([redact(picture) for picture in before])]
    sheet = np.concatenate([rows[0], np.full((_GAP, rows[0].shape[1], 3), 255, np.uint8), rows[1]])
    path.write_bytes(cv2.imencode(".png", sheet[:, :, ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])[1].tobytes())


def _row(pictures: Sequence[Array]) -> Array:
    gap = np.full((pictures[0].shape[0], _GAP, 3), 255, np.uint8)
    parts = [part for picture in pictures for part in (gap, picture)][1:]
    return np.concatenate(parts, axis=1)
