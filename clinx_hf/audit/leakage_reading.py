"""Read a picture at one to four times its size, as closely as can be paid for.

At 1x the whole picture is read. At 2x the whole picture is read too, unless that is more than the reader's `most`
pixels; then, and at 3x and 4x, its places are read: the surroundings of what was seen in the original at 1x and 2x or
was taken out, and the bottom strip, where footers stand, if neither was there. Places are cut into overlapping pieces,
enlarged and laid out on sheets, the same for original and output. A reader that expects dark text on a light ground gets
whole pictures in the polarity that has most of the light, and sheets in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from clinx_hf.audit.readers import Box, Picture, SecondReader, Seen

SCALES = (1, 2, 3, 4)
_STRIP = 0.06  # share of the height, at the bottom, that is always a place
_LEAST_STRIP = 28  # px
_MARGIN = 8  # px around what was seen or taken out
_PIECE = 1900  # px of an enlarged piece
_OVERLAP = 120  # px of the picture that neighbouring pieces share: longer than a word
_SHEET = 1920  # px; RapidOCR would shrink anything longer than 2,000
_LEAST_SHEET = 736  # px; RapidOCR would enlarge anything shorter
_GAP = 24  # px between pieces


@dataclass(frozen=True)
class Reading:
    """What one reader saw at one scale; boxes are in pixels of the picture."""

    reader: str
    scale: int
    seen: tuple[Seen, ...]

    @property
    def text(self) -> str:
        """All its lines."""
        return "\n".join(each.text for each in self.seen)


@dataclass(frozen=True)
class _Piece:
    """A part of the picture, enlarged, on a sheet."""

    box: Box
    scale: int
    sheet: int
    x: int
    y: int


def read_whole(picture: Picture, readers: Sequence[SecondReader]) -> list[Reading]:
    """Read the whole picture at 1x and, by the readers that can take it, at 2x."""
    readings = []
    for reader in readers:
        for scale in (1, 2):
            if scale == 1 or _pixels(picture) * scale**2 <= reader.most:
                shown = _enlarged(picture, scale)
                shown = _negative(shown) if reader.on_white and np.median(shown) < 128 else shown
                seen = tuple(_shrunk(each, scale) for each in reader.read(shown))
                readings.append(Reading(reader.name, scale, seen))
    return readings


def read_places(picture: Picture, places: Sequence[Box], readers: Sequence[SecondReader]) -> list[Reading]:
    """Read the places at 3x and 4x, and at 2x by the readers that could not take the whole picture at that scale."""
    readings = []
    for reader in readers:
        scales = [scale for scale in SCALES[1:] if scale > 2 or _pixels(picture) * scale**2 > reader.most]
        pieces = list(_laid_out([(box, scale) for scale in scales for box in _pieces(places, scale)]))
        seen = list(_read_sheets(_sheets(picture, pieces), pieces, reader))
        readings += [
            Reading(reader.name, scale, tuple(each for each, piece in seen if piece.scale == scale)) for scale in scales
        ]
    return readings


def places_of(picture: Picture, boxes: Iterable[Box]) -> list[Box]:
    """Return where to look closely: boxes with a margin, those that overlap as one, and the strip at the bottom unless
    some box is there."""
    height, width = picture.shape[:2]
    strip = (0, max(0, height - max(_LEAST_STRIP, round(_STRIP * height))), width, height)
    near = [
        (max(0, x0 - _MARGIN), max(0, y0 - _MARGIN), min(width, x1 + _MARGIN), min(height, y1 + _MARGIN))
        for x0, y0, x1, y1 in boxes
    ]
    places: list[Box] = []
    for place in near if any(touches(strip, box) for box in near) else [*near, strip]:
        while (other := next((p for p in places if touches(p, place)), None)) is not None:
            places.remove(other)
            place = min(place[0], other[0]), min(place[1], other[1]), max(place[2], other[2]), max(place[3], other[3])
        places.append(place)
    return sorted(places)


def touches(a: Box, b: Box) -> bool:
    """Tell whether two boxes share a pixel."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _pieces(places: Iterable[Box], scale: int) -> Iterator[Box]:
    most = _PIECE // scale
    for x0, y0, x1, y1 in places:
        for top in _starts(y0, y1, most):
            for left in _starts(x0, x1, most):
                yield left, top, min(x1, left + most), min(y1, top + most)


def _starts(low: int, high: int, most: int) -> range | list[int]:
    return [low] if high - low <= most else range(low, high - _OVERLAP, most - _OVERLAP)


def _laid_out(boxes: Iterable[tuple[Box, int]]) -> Iterator[_Piece]:
    """Lay pieces, enlarged by their scales, in rows on sheets, the tallest first."""
    sheet, x, y, row = 0, 0, 0, 0
    for box, scale in sorted(boxes, key=lambda b: ((b[0][1] - b[0][3]) * b[1], b)):
        width, height = (box[2] - box[0]) * scale, (box[3] - box[1]) * scale
        if x and x + width > _SHEET:
            x, y, row = 0, y + row + _GAP, 0
        if y and y + height > _SHEET:
            sheet, x, y, row = sheet + 1, 0, 0, 0
        yield _Piece(box, scale, sheet, x, y)
        x, row = x + width + _GAP, max(row, height)


def _sheets(picture: Picture, pieces: Sequence[_Piece]) -> list[Picture]:
    sheets: list[Picture] = []
    for number in range(1 + max((p.sheet for p in pieces), default=-1)):
        own = [
            (p.x, p.y, _enlarged(picture[p.box[1] : p.box[3], p.box[0] : p.box[2]], p.scale))
            for p in pieces
            if p.sheet == number
        ]
        width = max(_LEAST_SHEET, *(x + part.shape[1] for x, _, part in own))
        height = max(_LEAST_SHEET, *(y + part.shape[0] for _, y, part in own))
        sheet = np.full((height, width, picture.shape[2]), np.median(picture), np.uint8)
        for x, y, part in own:
            sheet[y : y + part.shape[0], x : x + part.shape[1]] = part
        sheets.append(sheet)
    return sheets


def _read_sheets(
    sheets: Sequence[Picture], pieces: Sequence[_Piece], reader: SecondReader
) -> Iterator[tuple[Seen, _Piece]]:
    """Yield what is seen on the sheets, with boxes in the picture, and the piece that each line stands in."""
    for number, sheet in enumerate(sheets):
        own = [piece for piece in pieces if piece.sheet == number]
        for shown in (sheet, _negative(sheet)) if reader.on_white else (sheet,):
            for each in reader.read(shown):
                yield _back(each, own)


def _back(each: Seen, pieces: Sequence[_Piece]) -> tuple[Seen, _Piece]:
    """Move a line of a sheet to where its piece lies in the picture."""
    x0, y0, x1, y1 = each.box
    x, y = (x0 + x1) / 2, (y0 + y1) / 2

    def away(piece: _Piece) -> float:
        wide, tall = ((piece.box[i + 2] - piece.box[i]) * piece.scale for i in (0, 1))
        return max(piece.x - x, x - piece.x - wide, 0) + max(piece.y - y, y - piece.y - tall, 0)

    home = min(pieces, key=away)
    left, top, right, low = home.box
    moved = replace(each, box=(x0 - home.x, y0 - home.y, x1 - home.x, y1 - home.y))
    x0, y0, x1, y1 = _shrunk(moved, home.scale).box
    box = (left + max(0, x0), top + max(0, y0), min(right, left + x1), min(low, top + y1))
    return replace(each, box=box), home


def _shrunk(each: Seen, scale: int) -> Seen:
    x0, y0, x1, y1 = each.box
    return replace(each, box=(x0 // scale, y0 // scale, -(-x1 // scale), -(-y1 // scale)))


def _enlarged(picture: Picture, scale: int) -> Picture:
    if scale == 1:
        return picture
    size = (picture.shape[1] * scale, picture.shape[0] * scale)
    larger: Picture = cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC)
    return larger.reshape(size[1], size[0], picture.shape[2])


def _negative(picture: Picture) -> Picture:
    return np.invert(picture)


def _pixels(picture: Picture) -> int:
    return int(picture.shape[0] * picture.shape[1])
