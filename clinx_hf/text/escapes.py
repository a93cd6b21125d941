"""Characters that a text writes in another way: HTML entities, tags inside a line, RTF and JSON escapes, look-alike letters.

`unescape` gives each the one character that a reader sees (tags that only set a style: none, tags that break a line: a
line break), and says where in the source each character stands. A tag with anything but a class or style stays, since
its attributes may hold identifiers.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

_ENTITY = r"&(?:[A-Za-z]{2,8}\d{0,2}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});"
_ATTRIBUTE = r"(?:\s(?:class|style)=\"[^\"<>]{0,80}\"){0,2}\s{0,2}/?"
_STYLE_TAG = rf"</?(?:b|i|u|em|strong|span|font|sup|sub|mark|small|big|tt|code){_ATTRIBUTE}>"
_LINE_TAG = rf"</?(?:br|p|div|td|th|tr|li|ul|ol|table|tbody|thead|h[1-6]|hr|pre|blockquote){_ATTRIBUTE}>"
_ESCAPE = re.compile(
    rf"(?P<entity>{_ENTITY})|(?P<style>{_STYLE_TAG})|(?P<line>{_LINE_TAG})|\\'(?P<byte>[0-9A-Fa-f]{{2}})|\\u(?P<json>[0-9A-Fa-f]{{4}})(?![?0-9])"
    r"|\\u(?P<rtf>-?\d{2,5})(?:\?|\\'[0-9A-Fa-f]{2})"
)
_RTF = re.compile(
    r"\\(?P<break>par|line|tab|cell|row|sect|page)(?![a-z])-?\d{0,5}[ ]?|(?P<word>\\[a-z]{1,24}-?\d{0,6}[ ]?)|"
    + _ESCAPE.pattern
)
_MARK = re.compile(r"[&<\\]")

# Letters of Cyrillic and Greek that look like a Latin letter, and those that look like a digit among digits.
_LETTERS = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеосрухіјѕԁһԛԝ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανι", "ABESIJKMHOPCTYXaeocpyxijsdhqw" + "ABEZHIKMNOPTYXoavi"
)
_DIGITS = str.maketrans("ОоΟοІіӀΙιЗзбЬ", "0000111113366")
_MIXED = re.compile(r"[^\W_]*[\u0370-\u03ff\u0400-\u052f][^\W_]*")
Places = tuple[str, Sequence[int], Sequence[int]]  # text, where each character starts in the source, where it ends


def unescape(text: str) -> Places | None:
    """Return the text as a reader sees it and the places of its characters; None if there is nothing to undo."""
    if not _MARK.search(text):
        return None
    pattern = _RTF if text.lstrip()[:5] == "{\\rtf" else _ESCAPE
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    last = 0
    for match in pattern.finditer(text):
        seen = _seen(match)
        if seen is None:
            continue
        start, end = match.span()
        pieces += [text[last:start], seen]
        starts.extend(range(last, start))
        ends.extend(range(last + 1, start + 1))
        starts.extend([start] * len(seen))
        ends.extend([end] * len(seen))
        last = end
    if not last:
        return None
    pieces.append(text[last:])
    starts.extend(range(last, len(text) + 1))
    ends.extend(range(last + 1, len(text) + 1))
    return "".join(pieces), starts, ends


def _seen(match: re.Match[str]) -> str | None:
    """What a reader sees in place of an escape: one character or none; None if it is no escape after all."""
    kind, value = match.lastgroup, match.group(match.lastgroup or 0)
    if kind == "entity":
        char = html.unescape(value)
        return char if len(char) == 1 else None
    if kind in ("style", "word"):
        return ""
    if kind in ("line", "break"):
        return "\n"
    if kind == "byte":
        return bytes([int(value, 16)]).decode("cp1252", "replace")
    code = int(value, 16) if kind == "json" else int(value) % 0x10000
    return None if 0xD800 <= code < 0xE000 else chr(code)


def latinised(text: str) -> str:
    """Return the text with look-alikes as Latin letters in words that have some, as digits among digits.

    >>> latinised("Sm\u0456th"), latinised("55\u041e-0199"), latinised("\u041c\u043e\u0441\u043a\u0432\u0430")
    ('Smith', '550-0199', 'Москва')
    """
    return _MIXED.sub(_alike, text)


def _alike(match: re.Match[str]) -> str:
    word = match.group()
    if any("a" <= char.lower() <= "z" for char in word):
        return word.translate(_LETTERS)
    return word.translate(_DIGITS) if any("0" <= char <= "9" for char in word) else word
