"""Procedural pictures with invented text, before and after: what the card of PP-GAN shows. No patient is in them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from clinx_hf.image.pipeline_ppgan import PPGANPipeline
from clinx_hf.synthesis.phantoms import abdomen, chest, head, sector

_SIDE, _GAP, _SEED = 224, 4, 3
_PAD = 4  # pixels of the box around the text
_TEXTS = (("DOE^JANE 12/03/1961", 150), ("MRN 4832219", 205), ("LEEWORTH, ANN", 24), ("12-MAR-2021 10:42", 214))


def before_after(path: Path, pipeline: PPGANPipeline | None = None) -> None:
    """Write a PNG of four pictures, each as it came, with its box, and filled: output mean, output textured.

    pipeline: the embedded one if None.
    """
    ours, rng, rows = pipeline or PPGANPipeline.from_pretrained(), np.random.default_rng(_SEED), []
    for draw, (text, baseline) in zip((head, abdomen, sector, chest), _TEXTS, strict=True):
        picture = np.asarray(draw(rng, _SIDE), dtype=np.uint8)
        (width, height), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 0.42, 1)
        left = (_SIDE - width) // 2
        cv2.putText(picture, text, (left, baseline), cv2.FONT_HERSHEY_SIMPLEX, 0.42, 255, 1, cv2.LINE_AA)
        mask = np.zeros(picture.shape, dtype=np.bool_)
        mask[baseline - height - _PAD : baseline + below + _PAD, left - _PAD : left + width + _PAD] = True
        boxed = np.where(mask, np.uint8(0), picture)
        filled = [ours.fill(picture, mask, output=output) for output in ("mean", "textured")]
        rows.append(_beside([picture, boxed, *filled]))
    cv2.imwrite(
        str(path), cv2.vconcat([cv2.copyMakeBorder(r, 0, _GAP, 0, 0, cv2.BORDER_CONSTANT, value=255) for r in rows])
    )


def _beside(pictures: list[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    framed = [cv2.copyMakeBorder(p, 0, 0, 0, _GAP, cv2.BORDER_CONSTANT, value=255) for p in pictures]
    return np.asarray(cv2.hconcat(framed), dtype=np.uint8)
