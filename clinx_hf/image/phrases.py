"""Which lines of an image belong together: rows of words, labels with their values, lines of one block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clinx_hf.image import overlay

if TYPE_CHECKING:
    from clinx_hf.image.reader import Line

Box = tuple[int, int, int, int]

_WORD_GAP = 2.5  # heights between the words of a row
_COLUMN_GAP = 16.0  # heights between a label and its value in the next column
_LINE_GAP = 1.0  # heights between the lines of a block
_ALIGNED = 1.5  # heights by which the edges of a block's lines may differ
_GOES_ON = (",", "^", "-")  # what stands at the end of a name that goes on in the next line


def joined_rows(lines: Sequence[Line]) -> list[list[int]]:
    """Group the lines that stand on one row with gaps like those between words; indices, in reading order."""
    rows: list[list[int]] = []
    order = sorted(range(len(lines)), key=lambda i: (_flat(lines[i])[0], i))
    for i in order:
        home = next((row for row in rows if _continues(lines[row[-1]], lines[i], _WORD_GAP)), None)
        if home is None:
            rows.append([i])
        else:
            home.append(i)
    return sorted(rows, key=lambda row: (lines[row[0]].box[1], lines[row[0]].box[0], row[0]))


def phrases(lines: Sequence[Line]) -> list[list[int]]:
    """Group the lines that are to be judged as one text: rows, labels with values, names broken over two lines."""
    rows = joined_rows(lines)
    out: list[list[int]] = []
    taken: set[int] = set()
    for n, row in enumerate(rows):
        if n in taken:
            continue
        phrase = list(row)
        while (following := _next_row(lines, phrase, rows, taken | {n})) is not None:
            taken.add(following)
            phrase += rows[following]
        out.append(phrase)
    return out


def _next_row(lines: Sequence[Line], phrase: Sequence[int], rows: Sequence[list[int]], taken: set[int]) -> int | None:
    """The row in which a phrase goes on that ends in a label, or within a name."""
    last = lines[phrase[-1]]
    asking = overlay.asks(last.text) is not None
    if not asking and not last.text.rstrip().endswith(_GOES_ON):
        return None
    free = [n for n in range(len(rows)) if n not in taken]
    beside = [n for n in free if asking and _continues(last, lines[rows[n][0]], _COLUMN_GAP)]
    if beside:
        return min(beside, key=lambda n: _flat(lines[rows[n][0]])[0])
    below = [n for n in free if _is_below(lines[phrase[0]], lines[rows[n][0]]) or _is_below(last, lines[rows[n][0]])]
    return below[0] if below else None


def neighbours(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Return the pairs (a, b) of lines of which b may go on what a says: beside it, a label's value, or below it."""
    pairs = []
    for i, left in enumerate(lines):
        reach = _COLUMN_GAP if overlay.asks(left.text) is not None else _WORD_GAP
        pairs += [
            (i, j)
            for j, right in enumerate(lines)
            if i != j and (_continues(left, right, reach) or _is_below(left, right))
        ]
    return pairs


def _flat(line: Line) -> Box:
    """The line's box with its long side laid along x."""
    x0, y0, x1, y1 = line.box
    return (y0, x0, y1, x1) if _is_upright(line) else (x0, y0, x1, y1)


def _is_upright(line: Line) -> bool:
    x0, y0, x1, y1 = line.box
    return (y1 - y0) > 1.5 * (x1 - x0) and len(line.text) != 1


def _continues(left: Line, right: Line, reach: float) -> bool:
    if _is_upright(left) != _is_upright(right):
        return False
    a, b = _flat(left), _flat(right)
    heights = a[3] - a[1], b[3] - b[1]
    overlap = min(a[3], b[3]) - max(a[1], b[1])
    return (
        overlap >= 0.5 * min(heights)
        and max(heights) <= 2 * min(heights)
        and -max(heights) <= b[0] - a[2] <= reach * max(heights)
        and a[0] < b[0]
    )


def _is_below(upper: Line, lower: Line) -> bool:
    """Tell whether a line stands right under another of the same block; of turned lines, on either side of it."""
    turned = _is_upright(upper)
    if turned != _is_upright(lower):
        return False
    a, b = _flat(upper), _flat(lower)
    height = max(a[3] - a[1], b[3] - b[1])
    gaps = [b[1] - a[3], a[1] - b[3]] if turned else [b[1] - a[3]]
    edges = abs(a[0] - b[0]), abs(a[2] - b[2]), abs(a[0] + a[2] - b[0] - b[2]) / 2
    return (
        height <= 2 * min(a[3] - a[1], b[3] - b[1])
        and any(-0.5 * height <= gap <= _LINE_GAP * height for gap in gaps)
        and min(edges) <= _ALIGNED * height
    )
