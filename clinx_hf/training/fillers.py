"""What the rewriter is to write in a gap: the hand-written lines of `text/lists/fillers.txt`, chosen by what is around."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from clinx_hf.phi import Label
from clinx_hf.text import lists
from clinx_hf.text.gaps import Gap
from clinx_hf.text.hints import AGE_HINTS, SEASONS

# What a condition weighs; a hint or a condition that is not named here weighs 1.
_WEIGHTS = {"joined": 64, "structured": 32, "noun": 16, "alone": 8, "field": 8, "paren": 6, "after-age": 6, "job": 6}
_WEIGHTS |= {"det": 3, "years": 3, "<": 4, ">": 4, "~": 2, "infant": 2, "child": 2, "adj": 2, "dropped": 8, "prep": 2}
_WEIGHTS |= {"start": 2}
_DETERMINERS = frozenset(
    "the a an this that my his her their our your its another same el la los las su sus un una mi este esta al del".split()
)
_CODES = frozenset(
    Label.__members__[name] for name in "PHONE FAX SSN MRN HEALTHPLAN ACCOUNT LICENSE VEHICLE DEVICE ID".split()
)
_CODE_CUES = frozenset(
    "no number nr num tel ph phone cell mobile fax fx bleep pager ext lot serial acc accession mrn id claim policy account "
    "ref case licence license plate reg member group auth passport order job file hosp chart card ticket sn batch".split()
)
_DATE_CUES = frozenset(
    "dob adm admit dc date dated exp edd lmp collected received reported signed printed born".split()
)
_EDGES = frozenset('|^"<>\t=&~')
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True)
class _Line:
    label: str
    plain: frozenset[str]
    words: tuple[tuple[str, str], ...]  # (sign, word)
    filler: str

    @property
    def weight(self) -> int:
        return sum(_WEIGHTS.get(c, 1) for c in self.plain) + sum(_WEIGHTS[sign] for sign, _ in self.words)


class Surroundings:
    """What stands around the gaps of one text."""

    def __init__(self, text: str, gaps: Sequence[Gap]) -> None:
        self.text, self.gaps = text, gaps
        blank = list(text)
        for gap in gaps:
            blank[gap.span.start : gap.span.end] = "\x01" * (gap.span.end - gap.span.start)
        self._outside = "".join(blank)  # the identifiers' words are nobody's cue

    def of(self, number: int) -> tuple[frozenset[str], str, str, tuple[str, ...]]:
        """Return the conditions that hold at a gap, the words before and behind it, and the words near it."""
        gap, text = self.gaps[number], self._outside
        start, end = gap.span.start, gap.span.end
        line_start = text.rfind("\n", 0, start) + 1
        line_end = text.find("\n", end)
        line_end = len(text) if line_end < 0 else line_end
        before, after = text[line_start:start], text[end:line_end]
        found = set(gap.hints)
        words = _WORD.findall(before[-30:])
        word = words[-1].lower() if words and re.search(r"[^\W\d_]\.?[\s#]*$", before) else ""
        following = _WORD.match(after.lstrip(" ,(")[:20])
        near = tuple(w.lower() for w in _WORD.findall(text[max(0, start - 60) : start] + " " + text[end : end + 60]))
        tests = {
            "field": self._is_field(gap, before, word),
            "structured": _is_structured(before, after),
            "alone": not _WORD.search((before + after).replace("\x01", "")),
            "paren": before.endswith("("),
            "start": not before.strip("\x01 \t-*•\"'") or bool(re.search(r"[.!?]\s*$", before)),
            "det": word in _DETERMINERS,
            "job": self._touches(number, number + 1, Label.PROFESSION),
            "after-age": self._touches(number - 1, number, Label.PROFESSION) and _tells_person(self.gaps[number - 1]),
        }
        found.update(name for name, holds in tests.items() if holds)
        return frozenset(found), word, following.group().lower() if following else "", near

    def _touches(self, first: int, second: int, label: Label) -> bool:
        if not 0 <= first < second < len(self.gaps) or self.gaps[second].inner.label != label:
            return False
        return self.text[self.gaps[first].span.end : self.gaps[second].span.start] == " "

    @staticmethod
    def _is_field(gap: Gap, before: str, word: str) -> bool:
        if re.search(r"(?:[:=#]|\t|[^.!?\s]\s{2,})\s*[\"'(]?$", before) or re.search(r"(?i)\bn[.º°]+\s*$", before):
            return True
        label = gap.inner.label
        if label in _CODES:
            return word in _CODE_CUES or bool(re.search(r"\b[A-Z]{2,7}\s$", before))
        return label == Label.DATE and word in _DATE_CUES and "prep" not in gap.hints


def _tells_person(gap: Gap) -> bool:
    return {"years", "indef"} <= set(gap.hints) and "noun" not in gap.hints


def _is_structured(before: str, after: str) -> bool:
    left, right = before[-1:], after[:1]
    if (left in _EDGES or not left) and right in _EDGES and (left or right):
        return bool(left and right) or "|" in left + right
    return left in (",", "") and right == "," and not after.startswith(", ") and bool(after[1:])


class Grammar:
    """The lines of `fillers.txt`."""

    @cached_property
    def _surfaces(self) -> dict[str, tuple[str, str]]:
        return {row[1]: (row[2], row[3]) for row in lists.rows("fillers") if row[0] == "="}

    @cached_property
    def _lines(self) -> dict[str, list[_Line]]:
        found: dict[str, list[_Line]] = defaultdict(list)
        for row in lists.rows("fillers"):
            if row[0] == "=":
                continue
            tokens, plain, words = row[1].split(), [], []
            while tokens:
                token = tokens.pop(0)
                if token in "<>~":
                    words.append((token, tokens.pop(0)))
                else:
                    plain.append(token)
            found[row[0]].append(_Line(row[0], frozenset(plain), tuple(words), row[2]))
        return {label: sorted(lines, key=lambda line: -line.weight) for label, lines in found.items()}

    def filler(self, around: Surroundings, number: int) -> str:
        """Return what is to stand in a gap of a text."""
        gap = around.gaps[number]
        holds, word, following, near = around.of(number)
        spanish = "es" in holds
        for line in self._lines[gap.inner.label]:
            if spanish != ("es" in line.plain) or not line.plain <= holds:
                continue
            if all(_stands(sign, wanted, word, following, near) for sign, wanted in line.words):
                return self._written(line.filler, gap, spanish)
        return self._written(self._lines[gap.inner.label][-1].filler, gap, False)

    def _written(self, filler: str, gap: Gap, spanish: bool) -> str:
        def surface(hints: Sequence[str], default: str) -> str:
            hint = next((h for h in gap.hints if h in hints and h in self._surfaces), "")
            return self._surfaces[hint][spanish] if hint else default

        kinds = [h for h in self._surfaces if h not in AGE_HINTS and h not in SEASONS]
        gender = next((h for h in gap.hints if h in "fm"), "u")
        filler = "" if filler == "-" else filler
        filler = filler.replace("{decade}", surface(AGE_HINTS, "age withheld"))
        filler = filler.replace("{season}", surface(SEASONS, "day"))
        filler = filler.replace("{place}", surface(kinds, "hospital" if gap.inner.label == Label.HOSPITAL else "place"))
        filler = filler.replace("{job}", surface(kinds, "trabajador" if spanish else "worker"))
        filler = filler.replace("{man}", {"f": "woman", "m": "man"}.get(gender, "person"))
        filler = filler.replace("{his}", {"f": "her", "m": "his"}.get(gender, "their"))
        return filler.replace("in their age withheld", "age withheld")


def _stands(sign: str, wanted: str, word: str, following: str, near: Sequence[str]) -> bool:
    if sign == "~":
        return any(w.startswith(wanted) for w in near)
    return (word if sign == "<" else following) == wanted
