"""What a line of overlay text says, by explicit lists: safe, a side, or a hint of an identifier.

Short lines are let through by allow list only: overlays speak a small language (`safe_overlay.txt`), and a lone
unknown word on an image is a name more often than not. Longer lines are sentences, which the judge of texts
reads; here they are searched for dates, codes, cue words (`overlay_cues.txt`) and pairs of capitalised words.

A clock time is an element of a date ("all elements of dates (except year)", 45 CFR 164.514(b)(2)(i)(C)) and goes:
the minute of an examination finds the patient in any list of that day. A year is left to the judge, whose policy
says whether it stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from itertools import pairwise

from clinx_hf.image import shapes
from clinx_hf.image.shapes import plain
from clinx_hf.phi import Label

SHORT_LINE = 4
"""A line of at most this many words must consist of listed words."""
_MOST_JOINED = 8  # tokens that one pattern of the lexicon may span

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_EDGE = " \t.,:;()[]{}<>|*_~®©™\"'"
_DIGITS_AS_LETTERS = str.maketrans("015", "ols")
# A bare number: no year, and no "12.03" that may be the day and month of a date.
_NUMBER = re.compile(r"[-+]?(?!(?:18|19|20)\d\d$)(?!\d{1,2}[.,](?:0[1-9]|1[0-2])$)\d{1,4}(?:[.,]\d{1,3})?")
_LEAST_TICKS = 4  # numbers at equal steps that are the ticks of a scale


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
    return frozenset(plain(word) for section in sections for word in _lexicon()[section])


@cache
def _patterns() -> re.Pattern[str]:
    spaced = (pattern.replace(" ?", r"\s*").replace(" ", r"\s*") for pattern in _lexicon()["pattern"])
    return re.compile("|".join(f"(?:{pattern})" for pattern in spaced), re.IGNORECASE)


@cache
def _cues() -> dict[str, Label]:
    text = files("clinx_hf.image").joinpath("overlay_cues.txt").read_text(encoding="utf-8")
    pairs = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return {plain(word): Label(label) for word, label in pairs}


def is_laterality(text: str) -> bool:
    """Tell whether a line is nothing but a side marker.

    >>> is_laterality("(L)"), is_laterality("L JS")
    (True, False)
    """
    return plain(text).strip(_EDGE) in _words("laterality")


def is_namesake(text: str) -> bool:
    """Tell whether a line holds nothing but listed words that are also names, and initials.

    >>> is_namesake("LONG"), is_namesake("LONG P."), is_namesake("LONG AXIS"), is_namesake("L")
    (True, True, False, False)
    """
    words = re.findall(r"[^\W_]+", plain(text))
    names = [word for word in words if word in _words("namesake")]
    return bool(names) and all(len(word) == 1 or word in names for word in words)


def is_bare_number(text: str) -> bool:
    """Tell whether a line holds digits and no letters, so that what stands beside it says what it is."""
    return any(c.isdigit() for c in text) and not any(c.isalpha() for c in text)


def asks(text: str) -> Label | None:
    """Return what a line asks for that ends in a cue word ("MRN", "Name:"), so that its value stands elsewhere.

    >>> asks("Patient ID:"), asks("MRN 48322"), asks("W:")
    (<Label.ID: 'ID'>, None, None)
    """
    words = _WORD.findall(plain(text.rstrip(_EDGE + "#=-")))
    ends = words and plain(text.rstrip(_EDGE + "#=-")).endswith(words[-1])
    return (_cues().get(words[-1]) or _near_cue(words[-1])) if ends else None


def is_safe(text: str) -> bool:
    """Tell whether the whole line consists of entries of the allow list, with at most one bare number.

    >>> is_safe("AP PORTABLE"), is_safe("W: 350 C: 40"), is_safe("R"), is_safe("5 cm"), is_safe("0 5 10 15")
    (True, True, True, True, True)
    >>> is_safe("R JS"), is_safe("12 03 1954"), is_safe("17:45"), is_safe("LONG, MA"), is_safe("")
    (False, False, False, False, False)
    """
    line = plain(text)
    tokens = line.split()
    if (
        not tokens
        or len(tokens) > 24
        or any(rule(text) for rule in (shapes.date, shapes.clock_time, shapes.telephone, shapes.digit_run))
    ):
        return False
    if _may_be_named(line):
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
    return reach.get(len(tokens), 2) <= 1 or _is_scale(tokens)


def _is_scale(tokens: list[str]) -> bool:
    """The ticks of a scale: four numbers or more at equal steps."""
    if len(tokens) < _LEAST_TICKS or not all(re.fullmatch(r"-?\d{1,3}", token) for token in tokens):
        return False
    steps = {int(b) - int(a) for a, b in pairwise(tokens)}
    return len(steps) == 1 and steps != {0}


def _may_be_named(line: str) -> bool:
    """Tell whether listed words stand together as a name may: initials, or a namesake beside one or beside initials."""
    tokens = re.findall(r"[^\W_]+", line)
    run: list[str] = []
    for token in [*tokens, "end of line"]:
        if token.isalpha() and (len(token) <= 2 or token in _words("namesake")):
            run.append(token)
            continue
        if len(run) > 1 and _words("namesake").intersection(run) and not _patterns().fullmatch(" ".join(run)):
            return True
        run = []
    single = [token for token in tokens if len(token) == 1 and token.isalpha() and token not in _words("laterality")]
    return len(single) > 1 and single == tokens and line not in ("A P", "P A")


def _is_entry(part: str) -> bool:
    """`part` is in capitals without accents."""
    bare = part.strip(_EDGE)
    words = re.split(r"[-/.,:+]", bare) if bare else []
    safe = _words("laterality", "word", "namesake")
    return (
        part in safe
        or bare in safe
        or (len(words) > 1 and all(word in safe for word in words))
        or _patterns().fullmatch(bare) is not None
        or _patterns().fullmatch(part) is not None
    )


def hint(text: str) -> Label | None:
    """Return what kind of identifier a line seems to hold, by the rules of this module, or None.

    >>> hint("SMITH^JOHN"), hint("03-12-2008"), hint("Not for clinical use")
    (<Label.PATIENT: 'PATIENT'>, <Label.DATE: 'DATE'>, None)
    """
    return next((label for rule in _RULES if (label := rule(text)) is not None), None)


def _cue(text: str) -> Label | None:
    for word in _WORD.findall(plain(text.translate(_DIGITS_AS_LETTERS))):
        label = _cues().get(word) or _near_cue(word)
        if label is not None:
            return label
    return None


@cache
def _near_cue(word: str) -> Label | None:
    if len(word) < 6 or word in _words("laterality", "word", "namesake", "neutral"):
        return None
    return next((label for cue, label in _cues().items() if len(cue) >= 6 and edits(word, cue, 1) <= 1), None)


def _unlisted(text: str) -> Label | None:
    tokens = re.findall(r"\w+(?:['’-]\w+)*", text)
    words = [word for word in tokens if _is_telling(word)]
    listed = _words("laterality", "word", "namesake", "neutral")
    unknown = [plain(word) not in listed and not _is_entry(plain(word)) for word in words]
    if len(words) <= SHORT_LINE:
        letters = [plain(token) for token in tokens if len(token) == 1 and token.isalpha()]
        if any(unknown) or _may_be_named(plain(text)) or (len(letters) > 1 and not listed.issuperset(letters)):
            return Label.PERSON
        if sum(token.isdigit() for token in tokens) > 1:
            return Label.ID
    pairs = pairwise(zip(words, unknown, strict=True))
    capitals = any(a[0].isupper() and b[0].isupper() and ua and ub for (a, ua), (b, ub) in pairs)
    return Label.PERSON if capitals else None


def _is_telling(word: str) -> bool:
    """Two letters or more, or letters and digits together, an age such as 045Y apart."""
    letters = sum(c.isalpha() for c in word)
    return letters > 1 or (letters == 1 and len(word) > 1 and not re.fullmatch(r"\d{1,3}[yY]", word))


_RULES: tuple[Callable[[str], Label | None], ...] = (
    shapes.dicom_name,
    shapes.date,
    shapes.clock_time,
    shapes.address,
    shapes.telephone,
    shapes.old_age,
    _cue,
    shapes.code,
    shapes.digit_run,
    shapes.initials,
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
