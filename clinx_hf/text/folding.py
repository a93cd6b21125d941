"""A plain shadow of a text, so that the way a character is written cannot hide an identifier.

`fold` undoes the escapes of HTML, RTF and JSON and look-alike letters (see `escapes`), maps full-width letters, digits
of any script, unusual spaces, dashes, quotes and slashes to ASCII, and leaves out what has no width: zero-width and
control characters, and diacritics after a letter (composed where Unicode has a composed form). Rules and the model read
the shadow; `Folded.span` leads back to the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from clinx_hf.text.escapes import latinised, unescape

# Without width: controls (not white space), soft hyphen, joiners, direction marks, variation selectors, tags.
_WIDTHLESS = (
    r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064"
    r"\u2066-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0001-\U000e007f\U000e0100-\U000e01ef"
)
# Diacritics of any script but vowel signs of Indic scripts, which are letters to a reader and stay.
_DIACRITICS = r"\u0300-\u034e\u0350-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_DROPPED_RUN = re.compile(f"[{_WIDTHLESS}{_DIACRITICS}]+")
_DIACRITIC_RUN = re.compile(f"[{_DIACRITICS}]+")
_MOST_MARKS = 4  # composing more marks than any script uses would cost quadratic time

_EXACT = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4\uff07", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2212\u2043\u02d7\u00af", "-"),
    **dict.fromkeys("\u2044\u2215\u29f8", "/"),
    **dict.fromkeys("\u2236\ua789\u02d0", ":"),
    **dict.fromkeys("\u2024\u06d4", "."),
    **dict.fromkeys("\x85\u2028\u2029", "\n"),
}
_SAME_SIGN = ("<wide>", "<narrow>", "<font>", "<small>", "<noBreak>")


def _plain(char: str) -> str:
    """The plain form of one character; itself when it has none."""
    if char in _EXACT:
        return _EXACT[char]
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category == "Zs":
        return " "
    if category == "Pd":
        return "-"
    if unicodedata.decomposition(char).startswith(_SAME_SIGN):
        form = unicodedata.normalize("NFKC", char)
        return form if len(form) == 1 else char
    return char


class _Plain(dict[int, str]):
    """The table for `str.translate`, filled as characters turn up."""

    def __missing__(self, code: int) -> str:
        form = self[code] = _plain(chr(code))
        return form


_PLAIN = _Plain()


@dataclass(frozen=True, slots=True)
class Folded:
    """The shadow of a text.

    `text` is the shadow; `to_source[i]` is the position in the source of the shadow's character i and
    `to_source[len(text)]` the length of the source; `ends[i]` is where that character ends in the source,
    its dropped diacritics included.
    """

    text: str
    to_source: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the place in the source of `text[start:end]`, half-open; `start < end`."""
        return self.to_source[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """Return the shadow of `text`; it is the text itself when there is nothing to fold.

    >>> fold("\uff15\uff15\uff15\u20110\u200b199").text
    '555-0199'
    """
    seen = unescape(text)
    if seen is not None:
        inner, starts, places = _fold(seen[0]), seen[1], seen[2]
        return Folded(inner.text, [starts[i] for i in inner.to_source], [places[i - 1] for i in inner.ends])
    return _fold(text)


def _fold(text: str) -> Folded:
    """Fold a text that has no escapes."""
    plain = text if text.isascii() else latinised(text.translate(_PLAIN))
    runs = list(_DROPPED_RUN.finditer(plain))
    if not runs:
        return Folded(plain, range(len(text) + 1), range(1, len(text) + 1))
    pieces: list[str] = []
    to_source: list[int] = []
    ends: list[int] = []
    last = 0
    for run in runs:
        start, end = run.span()
        kept = plain[last:start]
        to_source.extend(range(last, start))
        ends.extend(range(last + 1, start + 1))
        mark = _DIACRITIC_RUN.match(plain, start)
        if mark and kept:
            ends[-1] = mark.end()
            kept = kept[:-1] + unicodedata.normalize("NFC", kept[-1] + mark.group()[:_MOST_MARKS])[0]
        pieces.append(kept)
        last = end
    pieces.append(plain[last:])
    to_source.extend(range(last, len(text) + 1))
    ends.extend(range(last + 1, len(text) + 1))
    return Folded("".join(pieces), to_source, ends)
