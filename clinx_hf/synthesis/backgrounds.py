"""Grounds for overlays: pieces of films and of procedural pictures, at random size, polarity and brightness."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from clinx_hf.synthesis import volumes
from clinx_hf.synthesis.phantoms import phantom

Array = np.ndarray
# Films carry real side markers and exposure values near their borders: only the inner part is used, so that
# letters that nobody labelled are not taught as "no text". Fractions: top, bottom, left, right.
INNER = (0.22, 0.86, 0.12, 0.88)


def licensed(data: Path) -> list[Path]:
    """Return the pictures under `data` that may be trained on and carry no text but markers.

    Chest films of nih_cxr512; covid_cxr and lung ultrasound rows whose licence is CC BY or more open.
    Folders that are absent are left out.
    """
    found: list[Path] = []
    for name in ("nih_cxr512", "covid_cxr", "ultrasound"):
        table = data / name / "metadata.jsonl"
        if not table.is_file():
            continue
        for line in table.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            terms = str(row.get("license") or "").upper()
            free = terms.startswith(("CC BY", "CC0")) and not any(word in terms for word in ("NC", "ND", "SA"))
            if name == "nih_cxr512" or (free and row.get("dataset") in (None, "pocus_lung")):
                found.append(data / name / row["file_name"])
    return found


class Backgrounds:
    """A pool of grey pictures to cut pieces from; the made-up half is renewed as it is used.

    films: picture files (may be empty); heads: volumes to slice (may be empty); made: how many slices, procedural
    pictures and mixtures of them are held.
    """

    def __init__(
        self, films: Sequence[Path], rng: np.random.Generator, made: int = 120, heads: Sequence[Array] = ()
    ) -> None:
        read = (cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) for path in films)
        self.films: list[Array] = [_inner(np.asarray(film, np.uint8)) for film in read if film is not None]
        self.heads = list(heads)
        self.made: list[Array] = [self._new(rng) for _ in range(made)]

    def _new(self, rng: np.random.Generator, side: int = 448) -> Array:
        if self.heads and rng.random() < 0.45:
            return volumes.cut(rng, self.heads[int(rng.integers(len(self.heads)))], side)
        return phantom(rng, side)

    def renew(self, rng: np.random.Generator) -> None:
        """Replace one made-up picture by a new one, or by a mixture of two that are there."""
        at = int(rng.integers(len(self.made)))
        if rng.random() < 0.7:
            self.made[at] = self._new(rng)
            return
        a, b = (self.made[int(i)] for i in rng.integers(len(self.made), size=2))
        share = float(rng.uniform(0.2, 0.8))
        self.made[at] = np.maximum(a, b) if rng.random() < 0.3 else cv2.addWeighted(a, share, b, 1 - share, 0)

    def piece(self, rng: np.random.Generator, height: int, width: int, film: float = 0.4) -> Array:
        """Return a piece (height, width) uint8, from a film with probability `film`, else procedural."""
        is_film = bool(self.films) and rng.random() < film
        pool = self.films if is_film else self.made
        source = pool[int(rng.integers(len(pool)))]
        zoom = float(np.exp(rng.uniform(np.log(0.5), np.log(2.2))))
        h, w = max(8, round(height / zoom)), max(8, round(width / zoom))
        # A piece may hang over the border by up to a third of its side: black, white or grey margins.
        y = int(rng.uniform(-h / 3, max(1, source.shape[0] - h * 2 / 3)))
        x = int(rng.uniform(-w / 3, max(1, source.shape[1] - w * 2 / 3)))
        y1, x1 = max(0, y), max(0, x)
        part = source[y1 : max(y1 + 1, y + h), x1 : max(x1 + 1, x + w)]
        fill = int(part[0, 0]) if rng.random() < 0.3 else int(rng.choice([0, 0, 0, 255]))
        part = cv2.copyMakeBorder(
            part,
            y1 - y,
            h - part.shape[0] - (y1 - y),
            x1 - x,
            w - part.shape[1] - (x1 - x),
            cv2.BORDER_CONSTANT,
            value=(fill,),
        )
        how = cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC if rng.random() < 0.7 else cv2.INTER_NEAREST
        part = cv2.resize(part, (width, height), interpolation=how)
        return _tone(rng, part)


def _inner(film: Array) -> Array:
    rows, columns = film.shape
    top, low, left, right = INNER
    return film[int(top * rows) : int(low * rows), int(left * columns) : int(right * columns)].copy()


def _tone(rng: np.random.Generator, piece: Array) -> Array:
    if rng.random() < 0.2:
        piece = 255 - piece
    if rng.random() < 0.5:
        gain, shift = rng.uniform(0.5, 1.4), rng.uniform(-40, 40)
        piece = np.clip(piece * np.float32(gain) + np.float32(shift), 0, 255).astype(np.uint8)
    if rng.random() < 0.2:
        piece = piece[:, ::-1]
    return np.ascontiguousarray(piece)
