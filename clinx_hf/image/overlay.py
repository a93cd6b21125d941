"""What a line of overlay text says, by explicit lists: safe, a side, or a hint of an identifier.

Short lines are let through by allow list only: overlays speak a small language (`safe_overlay.txt`), and a lone
unknown word on an image is a name more often than not. Longer lines are sentences, which the judge of texts
reads; here they are searched for dates, codes, cue words (`overlay_cues.txt`) and pairs of capitalised words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from clinx_hf.phi import Label

SHORT_LINE = 4
"""A line of at most this many words must consist of listed words."""
_MOST_JOINED = 6  # tokens that one pattern of the lexicon may span

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_EDGE = " \t.,:;()[]{}<>|*_~®©™\"'"
_DIGITS_AS_LETTERS = str.maketrans("015", "ols")
_NUMBER = re.compile(r"[-+]?\d{1,4}(?:[.,]\d{1,3})?")
_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|ene|abr|ago|dic|fév|avr|aoû|déc)[a-zé]*\.?"
)


@cache
def _lexicon() -> dict[str, tuple[str, ...]]:
    sections: dict[str, list[str]] = {}
    section: list[str] = []
    text = files("clinx_hf.image").joinpath("safe_overlay.txt").read_text(encoding="utf-8")
    for line in (raw.strip() for raw in text.splitlines()):
        if line.startswith("[") and line.endswith("]") and line[1:-1].isalpha():
            section = sections.setdefault(line[1:-1], [])
        elif line and not line.startswith("# "):
            section.append(line)
    return {name: tuple(lines) for name, lines in sections.items()}


@cache
def _words(*sections: str) -> frozenset[str]:
    return frozenset(word.upper() for section in sections for word in _lexicon()[section])


@cache
def _patterns() -> re.Pattern[str]:
    spaced = (pattern.replace(" ?", r"\s*").replace(" ", r"\s*") for pattern in _lexicon()["pattern"])
    return re.compile("|".join(f"(?:{pattern})" for pattern in spaced), re.IGNORECASE)


@cache
def _cues() -> dict[str, Label]:
    text = files("clinx_hf.image").joinpath("overlay_cues.txt").read_text(encoding="utf-8")
    pairs = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return {word: Label(label) for word, label in pairs}


def is_laterality(text: str) -> bool:
    """Tell whether a line is nothing but a side marker.

    >>> is_laterality("(L)"), is_laterality("L JS")
    (True, False)
    """
    return text.strip(_EDGE).upper() in _words("laterality")


def is_safe(text: str) -> bool:
    """Tell whether the whole line consists of entries of the allow list, with at most one bare number.

    >>> is_safe("AP PORTABLE"), is_safe("W: 350 C: 40"), is_safe("R"), is_safe("5 cm")
    (True, True, True, True)
    >>> is_safe("R JS"), is_safe("12 03 1954"), is_safe("")
    (False, False, False)
    """
    tokens = text.split()
    if not tokens or len(tokens) > 24 or any(rule(text) for rule in (_date, _telephone, _digit_run)):
        return False
    # reach[n] = the least number of bare numbers with which the first n tokens can be explained
    reach: dict[int, int] = {0: 0}
    for start in range(len(tokens)):
        if start not in reach:
            continue
        for end in range(start + 1, min(len(tokens), start + _MOST_JOINED) + 1):
            part = " ".join(tokens[start:end])
            numbers = reach[start] + bool(_NUMBER.fullmatch(part))
            if _is_entry(part) or (numbers > reach[start] and end == start + 1):
                reach[end] = min(numbers, reach.get(end, numbers))
    return reach.get(len(tokens), 2) <= 1


def _is_entry(part: str) -> bool:
    bare = part.strip(_EDGE)
    words = re.split(r"[-/.,:+]", bare) if bare else []
    safe = _words("laterality", "word")
    return (
        part.upper() in safe
        or bare.upper() in safe
        or (len(words) > 1 and all(word.upper() in safe for word in words))
        or _patterns().fullmatch(bare) is not None
        or _patterns().fullmatch(part) is not None
    )


def hint(text: str) -> Label | None:
    """Return what kind of identifier a line seems to hold, by the rules of this module, or None.

    >>> hint("SMITH^JOHN"), hint("03-12-2008"), hint("Not for clinical use")
    (<Label.PATIENT: 'PATIENT'>, <Label.DATE: 'DATE'>, None)
    """
    return next((label for rule in _RULES if (label := rule(text)) is not None), None)


def _dicom_name(text: str) -> Label | None:
    return Label.PATIENT if re.search(r"[^\W\d_]\s*\^", text) else None


def _date(text: str) -> Label | None:
    digits = text.translate(str.maketrans("OoIl|", "00111")) if re.search(r"\d", text) else text
    numeric = r"(?<!\d)(?:\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{2,4}|\d{4}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{1,2})(?!\d)"
    compact = r"(?<!\d)(?:(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?!\d)"
    spaced = r"(?<![\d.])\d{1,2}\s+\d{1,2}\s+(?:19|20)\d\d(?!\d)"
    named = rf"(?i)(?<![^\W\d_])(?:\d{{1,4}}\s*[-./, ]?\s*{_MONTH}(?![^\W\d_])|{_MONTH}\s*[-./, ]?\s*\d{{1,4}})"
    found = any(re.search(p, digits) for p in (numeric, compact, spaced)) or re.search(named, text)
    return Label.DATE if found else None


def _address(text: str) -> Label | None:
    if "@" in text:
        return Label.EMAIL
    return Label.URL if re.search(r"(?i)https?:|www\.|\.(?:org|com|edu|gov|net)\b", text) else None


def _telephone(text: str) -> Label | None:
    return Label.PHONE if re.search(r"(?<!\d)\(?\d{3}\)?[\s.-]{0,2}\d{3}[\s.-]\d{4}(?!\d)", text) else None


def _digit_run(text: str) -> Label | None:
    return Label.ID if re.search(r"\d{6,}|\d{3,}[-\s]\d{4,}|\d{5,}(?![\d.]*\s*(?:%|mm|cm))", text) else None


def _code(text: str) -> Label | None:
    """Six signs or more with a digit and a letter or dash among them; sizes such as 512x512 are no codes."""
    for token in re.findall(r"\w(?:[\w#-]*\w)?", text):
        if len(token) >= 6 and re.search(r"\d", token) and not re.fullmatch(r"(?i)\d+x\d+(x\d+)?|\d+[a-z]{1,3}", token):
            return Label.ID
    return None


def _cue(text: str) -> Label | None:
    for word in _WORD.findall(text.translate(_DIGITS_AS_LETTERS)):
        label = _cues().get(word.lower()) or _near_cue(word.lower())
        if label is not None:
            return label
    return None


@cache
def _near_cue(word: str) -> Label | None:
    if len(word) < 6 or word.upper() in _words("laterality", "word", "neutral"):
        return None
    return next((lab for cue, lab in _cues().items() if len(cue) >= 6 and edits(word, cue, 1) <= 1), None)


def _initials(text: str) -> Label | None:
    return Label.DOCTOR if re.search(r"(?<!\w)[A-Z]\.\s?[A-Z]\.(?!\w)", text) else None


def _unlisted(text: str) -> Label | None:
    words = [word for word in re.findall(r"\w+(?:['’-]\w+)*", text) if _is_telling(word)]
    listed = _words("laterality", "word", "neutral")
    unknown = [word.upper() not in listed and not _is_entry(word) for word in words]
    if len(words) <= SHORT_LINE and any(unknown):
        return Label.PERSON
    pairs = zip(words, words[1:], unknown, unknown[1:], strict=False)
    capitals = any(a[0].isupper() and b[0].isupper() and ua and ub for a, b, ua, ub in pairs)
    return Label.PERSON if capitals else None


def _is_telling(word: str) -> bool:
    """Two letters or more, or letters and digits together, an age such as 045Y apart."""
    letters = sum(c.isalpha() for c in word)
    return letters > 1 or (letters == 1 and len(word) > 1 and not re.fullmatch(r"\d{1,3}[yY]", word))


_RULES: tuple[Callable[[str], Label | None], ...] = (
    _dicom_name,
    _address,
    _date,
    _telephone,
    _cue,
    _code,
    _digit_run,
    _initials,
    _unlisted,
)


def edits(left: str, right: str, most: int) -> int:
    """Return the number of edits (insert, delete, replace) between two strings, or `most` + 1 if it is more."""
    if abs(len(left) - len(right)) > most:
        return most + 1
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        above, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (a != b))
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
