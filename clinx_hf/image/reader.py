"""Read burned-in text: every line of type in a picture, where it is and what it says.

`Reader` runs the embedded docTR networks, offline. `RapidOCRReader` (extra `verify`) and `DoctrReader` (downloads by
name, for users who are online) answer the same call.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from clinx_hf.errors import BadInput, MissingExtra, MissingWeights
from clinx_hf.image.detection import Detector, Found, Thresholds
from clinx_hf.image.detection import build as build_detector
from clinx_hf.image.joining import join_lines
from clinx_hf.image.recognition import NOTHING, Reading, Recogniser, straighten, turned
from clinx_hf.image.recognition import build as build_recogniser
from clinx_hf.image.screening import Screen

Array = np.ndarray
EMBEDDED = Path(__file__).parent.parent / "weights" / "reader"
FILES = ("config.json", "detector.safetensors", "recogniser.safetensors", "screen.safetensors")
VOTERS = 6  # lines of a picture that are read both ways
SURE = 0.75  # mean confidence of a picture's lines from which the other way up is not tried
SQUAT = 2.0  # heights: shorter boxes hold a sign or two
SQUAT_BONUS = 0.3  # mean log probability that upright gets ahead in such a box: few of them are turned
UPRIGHT_BONUS = 0.1  # mean log probability that the usual way up gets ahead, so that near ties stay upright


@dataclass(frozen=True)
class Line:
    """A line of type. box: (x0, y0, x1, y1) pixels, half-open; quad: four corners in source pixels, in reading order;
    text: "" when it cannot be read; confidence: of the text, 0..1; detection: score of the box, 0..1."""

    box: tuple[int, int, int, int]
    quad: tuple[tuple[float, float], ...]
    text: str
    confidence: float
    detection: float


def checked(image: Array) -> Array:
    """Return `image` if it is (H, W, C) uint8 with C in {1, 3} and at least one pixel; raise BadInput otherwise."""
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] not in (1, 3) or 0 in image.shape:
        raise BadInput(f"An image must be (H, W, 1 or 3) uint8 and not empty; this one is {image.shape} {image.dtype}.")
    return image


def make_line(quad: Array, shape: Sequence[int], text: str, confidence: float, detection: float) -> Line | None:
    """Return a Line for the part of a quad inside a picture of `shape` (H, W, ...); None when nothing is inside."""
    low, high = np.floor(quad.min(0) + 1e-3).astype(int), np.ceil(quad.max(0) - 1e-3).astype(int)
    x0, y0 = (int(v) for v in np.maximum(low, 0))
    x1, y1 = min(int(high[0]), shape[1]), min(int(high[1]), shape[0])
    if x1 <= x0 or y1 <= y0:
        return None
    corners = tuple((float(x), float(y)) for x, y in quad)
    return Line((x0, y0, x1, y1), corners, text, float(confidence), float(detection))


def _sorted(lines: Sequence[Line | None]) -> list[Line]:
    return sorted((line for line in lines if line is not None), key=lambda line: (line.box[1], line.box[0], line.box))


class Reader:
    """The embedded reader. Calls take an image (H, W, C) uint8 and return its lines, top left first.

    The same image gives the same lines. A text under `readable` confidence is left out (""): such a line is to be
    treated as unreadable, not as harmless.
    """

    def __init__(self, detector: Detector, recogniser: Recogniser, screen: Screen, readable: float = 0.5) -> None:
        self.detector, self.recogniser, self.screen, self.readable = detector, recogniser, screen, readable

    @classmethod
    def from_folder(cls, folder: str | Path | None = None) -> Reader:
        """Load the weights of `folder` (as `clinx-hf train reader` writes it), or the embedded ones.

        Raises MissingWeights when a file is not there.
        """
        place = EMBEDDED if folder is None else Path(folder)
        for name in FILES:
            if not (place / name).is_file():
                raise MissingWeights("weights/reader" if folder is None else place.name, name)
        from safetensors.torch import load_file

        config = json.loads((place / "config.json").read_text(encoding="utf-8"))
        found, read = config["detector"], config["recogniser"]
        nets = (build_detector(found["arch"], found["head"]), build_recogniser(read["arch"], read["vocabulary"]))
        for net, name in zip(nets, FILES[1:3], strict=True):
            net.load_state_dict(
                {
                    key: value.float() if value.is_floating_point() else value
                    for key, value in load_file(str(place / name)).items()
                }
            )
        detector = Detector(nets[0], Thresholds(**found["thresholds"]), found["side"], found["overlap"])
        screen = Screen.from_file(place / FILES[3], config["screen"]["least"])
        return cls(detector, Recogniser(nets[1], read["vocabulary"]), screen, read["readable"])

    def __call__(self, image: Array) -> list[Line]:
        """Return every line of type in `image`, read where it can be."""
        found = self.locate(image)
        quads, readings = self.read(image, found)
        lines = []
        for quad, reading, item, keep in zip(quads, readings, found, self.screen.keeps(found, readings), strict=True):
            text = reading.text.strip() if reading.confidence >= self.readable else ""
            lines.append(make_line(quad, image.shape, text, reading.confidence, item.score) if keep else None)
        return _sorted(lines)

    def locate(self, image: Array) -> list[Found]:
        """Return the oriented boxes of whole lines, without reading them."""
        return join_lines(self.detector(checked(image)))

    def read(self, image: Array, found: Sequence[Found]) -> tuple[list[Array], list[Reading]]:
        """Return quads in reading order and readings. All lines of one axis share one way up, by vote; a box about as
        long as tall (one sign or two) has no axis, and is read upright unless that reads clearly worse."""
        quads = [item.quad for item in found]
        readings = [NOTHING] * len(found)
        for steep in (False, True):
            chosen = [i for i, quad in enumerate(quads) if _is_steep(quad) == steep]
            if not chosen:
                continue
            for i, quad, reading in zip(chosen, *self._vote(image, [quads[i] for i in chosen], steep), strict=True):
                quads[i], readings[i] = quad, reading
        squat = [i for i, quad in enumerate(quads) if _is_steep(quad) and _is_squat(quad)]
        upright = [_upright(quads[i]) for i in squat]
        for i, quad, reading in zip(
            squat, upright, self.recogniser([straighten(image, quad) for quad in upright]), strict=True
        ):
            if reading.path + SQUAT_BONUS >= readings[i].path:
                quads[i], readings[i] = quad, reading
        return quads, readings

    def _vote(self, image: Array, quads: list[Array], steep: bool) -> tuple[list[Array], list[Reading]]:
        first = self.recogniser([straighten(image, quad) for quad in quads])
        if not steep and np.mean([r.confidence for r in first]) >= SURE:
            return quads, first
        voters = _voters(quads)
        second = self.recogniser([straighten(image, turned(quads[i])) for i in voters])
        signs = [max(1, len(first[i].text)) for i in voters]
        lead = float(np.average([first[i].path - b.path for i, b in zip(voters, second, strict=True)], weights=signs))
        if lead + (0.0 if steep else UPRIGHT_BONUS) >= 0:
            return quads, first
        over = [turned(quad) for quad in quads]
        return over, self.recogniser([straighten(image, quad) for quad in over])


def _voters(quads: Sequence[Array]) -> list[int]:
    """Return which lines decide on the way up: the shortest that are longer than a few signs, since they cost least."""
    sides = [(float(np.hypot(*(q[1] - q[0]))), float(np.hypot(*(q[3] - q[0])))) for q in quads]
    telling = [i for i, (long, tall) in enumerate(sides) if long >= 2.5 * tall] or list(range(len(quads)))
    return sorted(telling, key=lambda i: (sides[i][0], i))[:VOTERS]


def _is_squat(quad: Array) -> bool:
    """Whether a box is so short that its sides do not tell which way its line runs."""
    long, tall = sorted((float(np.hypot(*(quad[1] - quad[0]))), float(np.hypot(*(quad[2] - quad[1])))), reverse=True)
    return long < SQUAT * tall


def _upright(quad: Array) -> Array:
    """Return the corners of the same box from the upper left one on."""
    right = [float((quad[(i + 1) % 4] - quad[i])[0]) for i in range(4)]
    return np.roll(quad, -int(np.argmax(right)), 0)


def _is_steep(quad: Array) -> bool:
    """Whether a line runs more up and down than across."""
    x, y = np.abs(quad[1] - quad[0])
    return bool(y > x)


class RapidOCRReader:
    """RapidOCR's reader (its weights come in its wheel). Needs the extra `verify`; raises MissingExtra without it."""

    def __init__(self) -> None:
        try:
            from rapidocr import RapidOCR
        except ImportError as missing:
            raise MissingExtra("rapidocr", "verify") from missing
        self.engine: Callable[[Array], Any] = RapidOCR(params={"Global.log_level": "critical"})
        # It logs full paths of its model files; nothing of ours may tell where files lie.
        logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)

    def __call__(self, image: Array) -> list[Line]:
        """Return every line of type in `image`; the box's score is not told by RapidOCR and stands as 1."""
        checked(image)
        shown = image if image.shape[2] == 3 else np.repeat(image, 3, 2)
        told = self.engine(np.ascontiguousarray(shown[:, :, ::-1]))
        if told.boxes is None:
            return []
        rows = zip(np.asarray(told.boxes, np.float32), told.txts, told.scores, strict=True)
        return _sorted([make_line(quad, image.shape, text, score, 1.0) for quad, text, score in rows])


class DoctrReader:
    """docTR's own pretrained networks by name. They are downloaded on first use: for users who are online."""

    def __init__(self, det_arch: str = "db_mobilenet_v3_large", reco_arch: str = "crnn_mobilenet_v3_small") -> None:
        from doctr.models import ocr_predictor

        self.predictor = ocr_predictor(
            det_arch, reco_arch, pretrained=True, assume_straight_pages=False, export_as_straight_boxes=False
        )

    def __call__(self, image: Array) -> list[Line]:
        """Return every line of type in `image`."""
        checked(image)
        page = self.predictor([image if image.shape[2] == 3 else np.repeat(image, 3, 2)]).pages[0]
        size = np.array([image.shape[1], image.shape[0]], np.float32)
        lines = []
        for row in (line for block in page.blocks for line in block.lines):
            corners = np.concatenate([_corners(word.geometry) for word in row.words]) * size
            low, high = corners.min(0), corners.max(0)
            quad = np.array([low, [high[0], low[1]], high, [low[0], high[1]]], np.float32)
            scores = [word.confidence for word in row.words]
            sure = [word.objectness_score for word in row.words]
            lines.append(make_line(quad, image.shape, " ".join(w.value for w in row.words), min(scores), max(sure)))
        return _sorted(lines)


def _corners(geometry: Sequence[Sequence[float]]) -> Array:
    return np.asarray(geometry, np.float32).reshape(-1, 2)
