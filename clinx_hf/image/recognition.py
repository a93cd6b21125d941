"""What a line of type says: the straightened cut, the docTR network, best-path decoding, the way up.

The same `prepare` serves training and use. A reading also tells how the network got there (`Reading.trace`), by
which type is told from shapes that only look like it (`screening`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import cv2
import numpy as np

from clinx_hf.threads import one_thread

Array = np.ndarray
HEIGHT = 32  # of every cut, in pixels
STRIDE = 4  # one time step of the network per so many pixels of width
BUCKET = 32  # widths are rounded up to this: every new width costs torch a kernel in its cache
WIDEST = 640  # wider lines are read in pieces


@dataclass(frozen=True)
class Reading:
    """A text, the geometric mean probability of its signs (0..1), the mean log probability of the best path, and the
    trace: (TRACE,) float32, the network's inner state along the line, pooled (None where the network was not asked).
    """

    text: str
    confidence: float
    path: float
    trace: Array | None = field(default=None, compare=False, repr=False)


NOTHING = Reading("", 0.0, -10.0)


def build(arch: str, vocabulary: str) -> Any:
    """Return docTR's recognition network `arch` for the signs of `vocabulary`, untrained; nothing is downloaded."""
    from doctr.models import recognition

    model = getattr(recognition, arch)(
        pretrained=False, pretrained_backbone=False, vocab=vocabulary, input_shape=(3, HEIGHT, 128), exportable=True
    )
    model.max_length = 256
    return model


def straighten(image: Array, quad: Array) -> Array:
    """Return the quad's inside as (HEIGHT, W, 3) uint8, its first side on top; W keeps the proportions."""
    along, down = quad[1] - quad[0], quad[3] - quad[0]
    long, tall = float(np.hypot(*along)), max(1.0, float(np.hypot(*down)))
    scale = HEIGHT / tall
    width = max(8, round(long * scale))
    low = np.maximum(np.floor(quad.min(0)).astype(int) - 2, 0)
    high = np.minimum(np.ceil(quad.max(0)).astype(int) + 2, (image.shape[1], image.shape[0]))
    if (high <= low).any():
        return np.zeros((HEIGHT, width, 3), np.uint8)
    part = np.ascontiguousarray(image[low[1] : high[1], low[0] : high[0]])
    if part.shape[2] == 1:
        part = np.repeat(part, 3, 2)
    shift = quad[0] - low
    if scale < 0.7:  # shrink by area first: sampling alone would drop thin strokes
        size = (max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale)))
        ratio = np.array([size[0] / part.shape[1], size[1] / part.shape[0]])
        part = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
        shift, along, down = shift * ratio, along * ratio, down * ratio
    # Column c, row r of the result show quad[0] + along * (c + .5) / W + down * (r + .5) / HEIGHT.
    move = np.column_stack([along / width, down / HEIGHT, shift + 0.5 * (along / width + down / HEIGHT) - 0.5])
    out = cv2.warpAffine(
        part, move, (width, HEIGHT), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(out, np.uint8)


def prepare(cut: Array) -> Array:
    """Return what the network sees, (3, HEIGHT, W) float32: each channel free of brightness and contrast."""
    level = cut.astype(np.float32)
    mean, spread = level.mean((0, 1)), level.std((0, 1))
    return np.asarray(np.clip((level - mean) / (spread + 4), -4, 4).transpose(2, 0, 1), np.float32)


def pieces(cut: Array, widest: int = WIDEST) -> list[Array]:
    """Return a wide cut in parts of at most `widest`, parted where a column shows the least ink."""
    parts = []
    while cut.shape[1] > widest:
        level = cut.mean(2)
        edge = np.abs(level - np.median(level)).sum(0)
        edge = np.convolve(edge, np.ones(7) / 7, "same")
        start = int(widest * 0.7)
        at = start + int(edge[start:widest].argmin())
        parts.append(cut[:, :at])
        cut = cut[:, at:]
    return [*parts, cut]


def decode(logs: Array, vocabulary: str) -> Reading:
    """Return the best path of log probabilities (T, signs + blank), the blank being last."""
    best = logs.argmax(1)
    top = logs.max(1)
    blank = len(vocabulary)
    signs: list[str] = []
    peaks: list[float] = []
    for t, sign in enumerate(best):
        if sign == blank:
            continue
        if t and best[t - 1] == sign:
            peaks[-1] = max(peaks[-1], float(top[t]))
            continue
        signs.append(vocabulary[int(sign)])
        peaks.append(float(top[t]))
    if not signs:
        return NOTHING
    return Reading("".join(signs), float(np.exp(np.mean(peaks))), float(top.mean()))


def join(readings: Sequence[Reading]) -> Reading:
    """Return the reading of a line that was read in pieces; its trace is the mean of theirs."""
    if len(readings) == 1:
        return readings[0]
    traces = [r.trace for r in readings if r.trace is not None]
    trace = np.mean(traces, axis=0) if traces else None
    told = [r for r in readings if r.text]
    if not told:
        return Reading("", 0.0, NOTHING.path, trace)
    signs = np.array([len(r.text) for r in told])
    logs = np.log([max(r.confidence, 1e-6) for r in told])
    text = "".join(r.text for r in told)
    return Reading(
        text,
        float(np.exp((logs * signs).sum() / signs.sum())),
        float(np.average([r.path for r in told], weights=signs)),
        trace,
    )


_TOLD = 6  # figures of a trace beside the pooled states


def trace_length(model: Any) -> int:
    """Return how many figures the traces of a network hold."""
    return int(_TOLD + model.decoder.input_size + 4 * model.decoder.hidden_size)


def _trace(cut: Array, features: Array, states: Array, logs: Array, reading: Reading) -> Array:
    """Pool what the network saw of one line over its T steps: features (T, F), states (T, S), log probabilities."""
    top = logs.max(1)
    told = [
        reading.confidence,
        reading.path,
        8 * len(reading.text) / len(logs),  # signs for every height of length
        float(np.exp(logs[:, -1]).mean()),
        float((top > -0.2).mean()),
        float(np.log1p(cut.std())),
    ]
    return np.concatenate([np.array(told), features.mean(0), states.mean(0), states.std(0)]).astype(np.float32)


class Recogniser:
    """The network with its vocabulary. Calls take cuts (HEIGHT, W, 3) uint8 and return one Reading each."""

    def __init__(self, model: Any, vocabulary: str, batch: int = 16) -> None:
        self.model, self.vocabulary, self.batch = model.eval(), vocabulary, batch

    def __call__(self, cuts: Sequence[Array]) -> list[Reading]:
        """Return the readings, in the order of the cuts; wide cuts are read in pieces."""
        parts = [(i, part) for i, cut in enumerate(cuts) for part in pieces(cut)]
        widths = [-(-part.shape[1] // BUCKET) * BUCKET for _, part in parts]
        told: dict[int, Reading] = {}
        for width in sorted(set(widths)):
            group = [n for n, w in enumerate(widths) if w == width]
            for start in range(0, len(group), self.batch):
                chosen = group[start : start + self.batch]
                told.update(zip(chosen, self._read([parts[n][1] for n in chosen], width), strict=True))
        return [join([told[n] for n, (owner, _) in enumerate(parts) if owner == i]) for i in range(len(cuts))]

    def _read(self, parts: list[Array], width: int) -> list[Reading]:
        import torch

        batch = np.zeros((len(parts), 3, HEIGHT, width), np.float32)
        for row, part in zip(batch, parts, strict=True):
            row[:, :, : part.shape[1]] = prepare(part)
        with one_thread(), torch.inference_mode():
            # The forward pass of docTR's CRNN, step by step, for its inner states.
            maps = self.model.feat_extractor(torch.from_numpy(batch))
            features = maps.flatten(1, 2).transpose(1, 2)
            states, _ = self.model.decoder(features)
            logits = torch.log_softmax(self.model.linear(states), -1)
        out = []
        for part, *rows in zip(parts, features.numpy(), states.numpy(), logits.numpy(), strict=True):
            seen, state, logs = (row[: -(-part.shape[1] // STRIDE)] for row in rows)
            reading = decode(logs, self.vocabulary)
            out.append(replace(reading, trace=_trace(part, seen, state, logs, reading)))
        return out


def turned(quad: Array) -> Array:
    """Return the corners of the same box read the other way up."""
    return np.roll(quad, 2, 0)
