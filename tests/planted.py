"""Stand-ins with which image and row tests run in milliseconds: text planted as bytes in pixels, and a reader of it.

A stamp is a small rectangle whose rows all hold the same bytes: a mark, the reader's confidence, a length, the text.
`StampReader` finds stamps by their mark wherever a row of one is left whole, so it notices text that was not covered.
"""

from __future__ import annotations

import re

import numpy as np

from clinx_hf.image.reader import Line
from clinx_hf.phi import Label, Span

MARK = bytes([7, 251, 13, 241, 3, 254, 0, 255])
NAMES = re.compile(r"\b(?:SMITH|JOHN|GARCIA|MARIA|Smith|John|Garcia|Maria)(?:[ ,^]+(?:JOHN|MARIA|John|Maria))*\b")


def stamp(image, x, y, text, height=8, confidence=1.0):
    """Write `text` into rows y..y+height of an (H, W, C) uint8 image, in place; return its box."""
    data = text.encode()
    row = np.frombuffer(MARK + bytes([round(confidence * 100), len(data)]) + data, np.uint8)
    image[y : y + height, x : x + len(row)] = row[None, :, None]
    return x, y, x + len(row), y + height


class StampReader:
    """Reads stamps; `calls` counts the pixels it was shown."""

    def __init__(self):
        self.calls = []

    def __call__(self, image):
        self.calls.append(image.shape)
        rows = {}
        for y in range(image.shape[0]):
            for x, text, confidence in _in_row(image[y, :, 0].tobytes()):
                rows.setdefault((x, text, confidence), []).append(y)
        lines = []
        for (x, text, confidence), ys in rows.items():
            width = len(MARK) + 2 + len(text.encode())
            for run in np.split(ys, np.flatnonzero(np.diff(ys) > 1) + 1):
                box = (x, int(run[0]), x + width, int(run[-1]) + 1)
                lines.append(line(box, text, confidence))
        return sorted(lines, key=lambda found: (found.box[1], found.box[0], found.box))


def _in_row(row):
    at = row.find(MARK)
    while at >= 0:
        start = at + len(MARK)
        if start + 2 <= len(row):
            confidence, length = row[start], row[start + 1]
            data = row[start + 2 : start + 2 + length]
            if len(data) == length:
                yield at, data.decode(errors="replace"), confidence / 100
        at = row.find(MARK, at + 1)


def line(box, text, confidence=1.0, detection=0.9):
    """Return an upright `Line` over a box."""
    x0, y0, x1, y1 = box
    quad = ((float(x0), float(y0)), (float(x1), float(y0)), (float(x1), float(y1)), (float(x0), float(y1)))
    return Line(box, quad, text, confidence, detection)


def judge(texts):
    """Find a handful of names."""
    return [[Span(*m.span(), Label.PATIENT) for m in NAMES.finditer(text)] for text in texts]


class NameRecognizer:
    """Called like a recognizer: finds the same handful of names, so that no weights are needed."""

    def __init__(self):
        self.texts = 0

    def __call__(self, texts, policy, limits=None):
        self.texts += len(texts)
        return judge(texts)


def no_judge(texts):
    """Find nothing."""
    return [[] for _ in texts]


def background(height=96, width=192, channels=1, seed=0):
    """Return a smooth picture with grain, (height, width, channels) uint8."""
    rng = np.random.default_rng(seed)
    ramp = np.linspace(40, 160, width)[None, :, None] + np.linspace(0, 40, height)[:, None, None]
    return np.clip(ramp + rng.normal(0, 4, (height, width, channels)), 0, 200).astype(np.uint8)


def small_pipeline():
    """Return a real PPGANPipeline with a tiny untrained generator: its fill is the smooth base with grain."""
    from clinx_hf.image.pipeline_ppgan import PPGANPipeline
    from clinx_hf.image.ppgan import SPADEGenerator

    return PPGANPipeline(SPADEGenerator(channels=(4, 4, 4), hidden=4))


def load_planted(monkeypatch, reader=None, pipeline=None):
    """Let every Deidentifier of this test (and of its forked workers) work with the stand-ins of this file."""
    from clinx_hf.image.redactor import Redactor
    from clinx_hf.text.scrubber import Scrubber
    from clinx_hf.transform import deidentifier
    from clinx_hf.transform.cleaner import Cleaner

    recognizer = NameRecognizer()

    def load(self):
        key = None if self.key is None else deidentifier._KEYS[self.key]
        scrubber = Scrubber(self.policy, self.style, keep=self.keep, key=key, recognizer=recognizer)
        return Cleaner(scrubber, Redactor(reader or StampReader(), pipeline or small_pipeline(), self.overlay))

    monkeypatch.setattr(deidentifier, "_CLEANERS", {})
    monkeypatch.setattr(deidentifier.Deidentifier, "_load", load)
    return recognizer


def stamped(text, seed=0, channels=3):
    """Return a PIL image with one stamp."""
    from PIL import Image

    image = background(64, 96, channels, seed)
    stamp(image, 16, 24, text)
    return Image.fromarray(image if channels == 3 else image[..., 0])


def legible(image):
    """Return the stamped texts that can be read in a PIL image or array."""
    array = np.asarray(image)
    return [found.text for found in StampReader()(array if array.ndim == 3 else array[..., None])]
