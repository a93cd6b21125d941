"""Surrogates of ages: one to three years off, never across 90, in the same words or digits."""

from __future__ import annotations

import re
from random import Random

from clinx_hf.phi import OLDEST_AGE, is_old_age
from clinx_hf.text.styles.forms import copy_case
from clinx_hf.text.styles.tag import OLD_AGE

_FURTHEST = 3
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty".split()
_WORD = re.compile(
    rf"(?i)\b(?:({'|'.join(_TENS)})(?:([- ])({'|'.join(_ONES[1:10])}))?|({'|'.join(sorted(_ONES, key=len, reverse=True))}))\b"
)


def age(value: str, rng: Random) -> str | None:
    """Return an age near the given one, "90+" for one above 89, None for words that hold no number."""
    if is_old_age(value):
        return OLD_AGE
    step = rng.choice([d for d in range(-_FURTHEST, _FURTHEST + 1) if d])
    if re.search(r"\d", value):
        return re.sub(r"\d+", lambda match: _moved_digits(match.group(), step), value)
    return _WORD.sub(lambda match: _moved_words(match, step), value) if _WORD.search(value) else None


def _moved(years: int, step: int) -> int:
    """Move an age; one at either end of the range moves inwards."""
    new = years + step
    return new if 1 <= new <= OLDEST_AGE else years - step if 1 <= years - step <= OLDEST_AGE else years + 1


def _moved_digits(old: str, step: int) -> str:
    return str(_moved(int(old), step)).zfill(len(old) if old[0] == "0" else 1)


def _moved_words(match: re.Match[str], step: int) -> str:
    tens, mark, ones, small = match.groups()
    years = _ONES.index(small.lower()) if small else 20 + 10 * _TENS.index(tens.lower())
    years += _ONES.index(ones.lower()) if ones else 0
    new = _moved(years, step)
    if new < 20:
        return copy_case(_ONES[new], match.group())
    written = _TENS[new // 10 - 2] + (f"{mark or '-'}{_ONES[new % 10]}" if new % 10 else "")
    return copy_case(written, match.group())
