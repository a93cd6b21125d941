"""Overlays planted into pictures, in type that training never saw: identifiers, harmless marks, side markers.

Identifiers are 5-36 px tall, of 18-255 levels of contrast, 16 % of them turned. Harmless marks are set as scanners and
viewers set them: upright, 8-30 px, well to be seen, and 12 px or more away from other text. A spot whose ground varies
more than the ink stands out is passed over: nobody could read it there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from clinx_hf.bench.image_sets import Ground, grounds
from clinx_hf.synthesis import overlay_texts as texts
from clinx_hf.synthesis.fonts import Fonts, installed, signs
from clinx_hf.synthesis.overlays import Drawn, Type, place, stamp, turn
from clinx_hf.synthesis.scenes import STYLE_SHARES, STYLES

Array = np.ndarray
Kind = Literal["identifier", "mark", "laterality"]
PNG, JPEG = "PNG", "JPEG"
_TRIES, _SPOTS = 12, 16
_BORDER, _NEAR, _APART = 3, 4, 12  # px: to the border, between identifiers, around marks
_LEAST_CONTRAST = 15.0
_LEAST_CAP = 5.0
_FRAMED = ("boxed", "outlined", "shadow")
_SIDES = ("L", "R", "L", "R", "L", "R", "LEFT", "RIGHT", "LT", "RT")
# Views, posture, technique, organs, settings: chosen here and not from the package's own allow list, which they judge.
MARKS = (
    *("AP", "PA", "LAT", "AP ERECT", "AP PORTABLE", "PORTABLE", "SUPINE", "ERECT", "SEMI ERECT", "UPRIGHT", "SITTING"),
    *("MOBILE", "INSP", "EXP", "STANDING", "WEIGHT BEARING", "AXIAL", "SAG T1", "COR T2 FLAIR", "T1 +C", "DWI", "ADC"),
    *("SCOUT", "BONE", "LUNG", "SOFT TISSUE", "POST GAD", "LIVER", "AORTA", "IVC", "TRANS", "LONG", "RK", "2D", "THI"),
    *("5 mm", "2.5 mm", "W 350 L 40", "W: 1500 L: -600", "WL: 40 WW: 350", "Im: 12/40", "SE: 3", "120 kV", "TE 90"),
    *("FOV 24 cm", "Zoom: 100%", "3.5 MHz", "TR: 4500", "Slice 12", "R CC", "L MLO", "512x512", "10 cm", "Gain 60"),
)


@dataclass(frozen=True)
class Planted:
    """A planted line: what it is, what it tells ("name", "date", ...), and its contrast as drawn, in levels."""

    drawn: Drawn
    kind: Kind
    what: str
    contrast: float


@dataclass(frozen=True)
class Case:
    """A picture with overlays (H, W, 3) uint8 RGB, what it was before, the lines, and "PNG" or "JPEG"."""

    ground: Ground
    picture: Array
    lines: tuple[Planted, ...]
    form: str


def _digits(rng: np.random.Generator, count: int) -> str:
    return "".join(str(digit) for digit in rng.integers(0, 10, count))


def _one(rng: np.random.Generator, options: tuple[str, ...] | list[str]) -> str:
    return options[int(rng.integers(len(options)))]


def _dicom_name(rng: np.random.Generator) -> str:
    return f"{_one(rng, texts.FAMILY)}^{_one(rng, texts.GIVEN)}^{chr(65 + int(rng.integers(26)))}".upper()


def _name(rng: np.random.Generator) -> str:
    plain = texts.name(rng)
    forms = (plain, plain, _dicom_name(rng), f"Name: {plain}", f"Ref: {plain}", f"Uploader : {plain}")
    return _one(rng, forms)


def _date(rng: np.random.Generator) -> str:
    return _one(rng, ("", "DOB: ", "Study Date: ", "Acq ")) + texts.date(rng)


def _number(rng: np.random.Generator) -> str:
    number = _digits(rng, int(rng.integers(6, 11)))
    return _one(rng, (f"MRN {number}", f"ID: {number}", f"Acc# {number}", f"Patient ID {number}", number))


def _institution(rng: np.random.Generator) -> str:
    where = _one(rng, texts.FAMILY)
    return _one(rng, (f"{where} {_one(rng, texts.PLACES)}", _one(rng, texts.PLACES)))


def _contact(rng: np.random.Generator) -> str:
    return f"Tel {_digits(rng, 3)}-{_digits(rng, 3)}-{_digits(rng, 4)}"


_IDENTIFIERS: dict[str, Callable[[np.random.Generator], str]] = {
    "name": _name,
    "date": _date,
    "number": _number,
    "institution": _institution,
    "contact": _contact,
}
_SHARES = (0.38, 0.26, 0.2, 0.11, 0.05)


def _type_of_identifier(rng: np.random.Generator, fonts: Fonts) -> Type:
    u, v, w = rng.random(3)
    low, high = (5, 8) if u < 0.35 else (8, 14) if u < 0.75 else (14, 36)
    contrast = rng.uniform(18, 40) if v < 0.25 else rng.uniform(40, 75) if v < 0.5 else rng.uniform(75, 255)
    slant = float(rng.choice([-1, 1]) * rng.uniform(2, 15))
    angle = 0.0 if w < 0.84 else 90.0 * float(rng.choice([1, 3])) if w < 0.93 else 180.0 if w < 0.96 else slant
    style = str(rng.choice(STYLES, p=STYLE_SHARES))
    cap = float(np.exp(rng.uniform(np.log(low), np.log(high))))
    return Type(fonts.pick(rng), cap, float(contrast), style, angle, bool(rng.random() > 0.35))


def _type_of_mark(rng: np.random.Generator, fonts: Fonts) -> Type:
    cap = float(np.exp(rng.uniform(np.log(8), np.log(30))))
    style = str(rng.choice(["light", "light", "light", "dark", "boxed", "outlined"]))
    return Type(fonts.pick(rng), cap, float(rng.uniform(80, 255)), style, 0.0, bool(rng.random() > 0.35))


def plant(rng: np.random.Generator, picture: Array, fonts: Fonts) -> list[Planted]:
    """Draw 3-5 identifiers, one or two marks and a side marker into an RGB picture, in place; fewer where room ends."""
    taken = np.zeros(picture.shape[:2], np.uint8)
    wanted: list[tuple[Kind, str, str]] = []
    for what in rng.choice(list(_IDENTIFIERS), int(rng.integers(3, 6)), p=_SHARES):
        wanted.append(("identifier", str(what), _IDENTIFIERS[str(what)](rng)))
    wanted += [("mark", "mark", _one(rng, MARKS)) for _ in range(int(rng.integers(1, 3)))]
    wanted.append(("laterality", "side", _one(rng, _SIDES)))
    lines = []
    for kind, what, text in wanted:
        make = _type_of_identifier if kind == "identifier" else _type_of_mark
        line = _placed(rng, picture, taken, texts.fold(text), make(rng, fonts), fonts, kind == "identifier")
        if line is not None:
            drawn, contrast = line
            lines.append(Planted(drawn, kind, what, contrast))
    return lines


def _placed(
    rng: np.random.Generator, picture: Array, taken: Array, text: str, kind: Type, fonts: Fonts, identifier: bool
) -> tuple[Drawn, float] | None:
    """Draw a line where there is room, smaller where there is none; with its contrast. None: nothing fits."""
    gap = _NEAR if identifier else _APART
    for _ in range(_TRIES):
        if not set(text) <= signs(kind.font, text):
            kind = replace(kind, font=fonts.pick(rng))
            continue
        mark = stamp(text, kind)
        if mark is None:
            return None
        height, width = turn(mark.ink, kind.angle)[0].shape
        free = picture.shape[0] - height - 2 * _BORDER, picture.shape[1] - width - 2 * _BORDER
        for _ in range(_SPOTS if min(free) >= 0 else 0):
            y, x = (_BORDER + int(rng.integers(room + 1)) for room in free)
            part = slice(max(0, y - gap), y + height + gap), slice(max(0, x - gap), x + width + gap)
            if taken[part].any() or not _is_legible(picture[y : y + height, x : x + width], kind):
                continue
            before = picture.copy()
            drawn = place(picture, mark, kind, x, y, rng)
            contrast = _contrast(before, picture, drawn)
            if contrast >= _LEAST_CONTRAST:
                taken[y : y + height, x : x + width] = 1
                return drawn, contrast
            picture[:] = before
        kind = replace(kind, cap=max(_LEAST_CAP, kind.cap * 0.85))
    return None


def _is_legible(ground: Array, kind: Type) -> bool:
    return kind.style in _FRAMED or float(ground.mean(2).std()) * 1.5 <= kind.contrast


def _contrast(before: Array, after: Array, drawn: Drawn) -> float:
    """Levels between the ink and what is beside it, of the colour where it is most."""
    ink = drawn.coverage(*after.shape[:2])
    box = np.zeros(ink.shape, np.uint8)
    cv2.fillPoly(box, [np.round(drawn.quad - 0.5).astype(np.int32)], 1)
    beside = box.astype(bool) & ~ink
    if not ink.any() or not beside.any():
        return 0.0
    ground = after[beside] if drawn.type.style in _FRAMED else before[beside]
    return float(np.abs(np.median(after[ink], axis=0) - np.median(ground, axis=0)).max())


def cases(data: Path, count: int, seed: int) -> list[Case]:
    """Return `count` pictures with overlays, the same ones for the same seed; every other one as JPEG.

    Raises:
        BadInput: a set is missing.
    """
    return [
        planted_on(ground, np.random.default_rng((seed, i)), JPEG if i // 4 % 2 else PNG)
        for i, ground in enumerate(grounds(data, count, seed))
    ]


def planted_on(ground: Ground, rng: np.random.Generator, form: str) -> Case:
    """Plant on one picture and store it in the form."""
    picture = ground.picture.copy()
    lines = plant(rng, picture, installed(held_out=True))
    if form == JPEG:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(60, 96))]
        code = cv2.imencode(".jpg", np.ascontiguousarray(picture[:, :, ::-1]), quality)[1]
        picture = np.ascontiguousarray(np.asarray(cv2.imdecode(code, cv2.IMREAD_COLOR))[:, :, ::-1])
    return Case(ground, picture, tuple(lines), form)
