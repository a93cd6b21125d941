"""The attacker of `audit surrogates`: which identifiers of a clean text are real ones that were missed?

The idea is the parrot attack (Carrell et al., JAMIA 2019 26:1536): a model is trained on the output of the very tool. This one
is given more than theirs: it knows where every identifier stands and its kind, and has cleaned texts of its own with the tool,
of which it knows the answers. It is a logistic regression over how often and in what company a value appears (Osborne et al.,
Electronics 2025 14:3945: a missed name stands once where a consistent surrogate stands everywhere), over dates that lie far
from the others of their text, and, if `informed`, over whether the tool could have made the value at all: it has the tool's
name lists and knows its reserved ranges.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from clinx_hf.phi import PERSON_LABELS, Label
from clinx_hf.text import lists
from clinx_hf.text.people import listing, plain
from clinx_hf.text.styles.checks import passes_a_check
from clinx_hf.text.styles.codes import signs
from clinx_hf.text.styles.date_parts import Exactness, Reading, date_parts
from clinx_hf.text.styles.places import REWORDED, towns

Floats = NDArray[np.float64]
_CONTACTS = frozenset({Label.PHONE, Label.FAX, Label.EMAIL, Label.URL, Label.IP})
_LISTED = frozenset({Label.STATE, Label.COUNTRY, Label.PROFESSION})
_GROUPS = 7
_RIDGE = 1.0
_STEPS = 25


@dataclass(frozen=True, slots=True)
class Candidate:
    """An identifier in a clean text.

    `leaked` is the answer, which the attacker sees for its own texts only; `repeated` tells that it names a person whom the
    text names three times or more.
    """

    note: int
    label: Label
    value: str
    leaked: bool
    repeated: bool = False


def _group(label: Label) -> int:
    if label in PERSON_LABELS:
        return 0
    if label == Label.DATE:
        return 1
    if label == Label.AGE:
        return 2
    return 3 if label in REWORDED else 4 if label in _CONTACTS else 5 if label in _LISTED else 6


def features(candidates: Sequence[Candidate]) -> Floats:
    """Return one row per candidate: what its text and the whole collection tell, apart for every kind of label.

    The last `_GROUPS` columns are for the informed attacker alone, see `uninformed`.
    """
    by_note: dict[int, list[int]] = defaultdict(list)
    for place, candidate in enumerate(candidates):
        by_note[candidate.note].append(place)
    notes_with = Counter(name for _, name in {(c.note, _name(c)) for c in candidates})
    rows, impossible = np.zeros((len(candidates), _GROUPS, 10)), np.zeros((len(candidates), _GROUPS))
    for places in by_note.values():
        inside = [candidates[place] for place in places]
        company = _company(inside, notes_with, len(by_note))
        for place, candidate, row in zip(places, inside, company, strict=True):
            rows[place, _group(candidate.label)] = [1.0, *row]
            impossible[place, _group(candidate.label)] = _impossible(candidate)
    return np.hstack([rows.reshape(len(candidates), -1), impossible])


def uninformed(rows: Floats) -> Floats:
    """Return the columns that need no knowledge of the tool's lists and ranges."""
    return rows[:, :-_GROUPS]


@lru_cache(1 << 16)
def _name(candidate: Candidate) -> str:
    return f"{_group(candidate.label)}/{signs(candidate.value)}"


@lru_cache(1 << 16)
def _words(candidate: Candidate) -> tuple[str, ...]:
    return tuple(plain(word) for word in re.findall(r"[^\W\d_]{3,}|\d{3,}", candidate.value))


def _company(inside: Sequence[Candidate], notes_with: Counter[str], notes: int) -> list[list[float]]:
    """Counts of each candidate of one text among the others."""
    names = Counter(map(_name, inside))
    groups = Counter(_group(c.label) for c in inside)
    distinct = Counter(int(name[0]) for name in names)
    most = {group: max(n for name, n in names.items() if int(name[0]) == group) for group in groups}
    words = Counter((_group(c.label), word) for c in inside for word in set(_words(c)))
    longest = {
        _group(c.label): max(len(_words(o)) for o in inside if _group(o.label) == _group(c.label)) for c in inside
    }
    lonely = _days_to_others(inside)
    rows = []
    for candidate, days in zip(inside, lonely, strict=True):
        group, own = _group(candidate.label), set(_words(candidate))
        shared = [words[group, word] > 1 for word in own]
        rows.append(
            [
                np.log(names[_name(candidate)]),
                np.log(notes_with[_name(candidate)] / notes),
                float(names[_name(candidate)] == 1),
                float(any(shared)),
                float(np.mean(shared)) if shared else 0.0,
                float(len(own) == 1 and longest[group] > 1 and not any(shared)),
                np.log(groups[group]),
                float(np.log(distinct[group]) - np.log(groups[group])) + float(np.log(most[group])),
                np.log1p(days),
            ]
        )
    return rows


def _days_to_others(inside: Sequence[Candidate]) -> list[float]:
    """For every full date: days to the next other one of its text; 0 for all else."""
    days: list[int | None] = []
    for candidate in inside:
        value = candidate.value
        parts = date_parts(value, [(0, len(value))], Reading(False)) if candidate.label == Label.DATE else ()
        days.append(next((p.day.toordinal() for p in parts if p.exactness is Exactness.FULL), None))
    known = [day for day in days if day is not None]
    return [
        0.0 if day is None or len(known) < 2 else float(sorted(abs(day - other) for other in known)[1]) for day in days
    ]


@cache
def _made_places() -> frozenset[str]:
    return frozenset(town.lower() for town in towns()) | lists.words("kind_words") | lists.words("street_kinds")


def _impossible(candidate: Candidate) -> float:
    """Tell whether the tool could not have made this value."""
    value, label = candidate.value, candidate.label
    words = _words(candidate)
    if label in PERSON_LABELS:
        known = listing()
        particles = lists.words("name_particles")
        return float(any(w not in known.given and w not in known.family and w not in particles for w in words))
    if label in REWORDED:
        return float(any(word not in _made_places() for word in words if not word.isdigit()))
    if label in (Label.EMAIL, Label.URL):
        return float("example.org" not in value.lower() and "example dot org" not in value.lower())
    if label == Label.IP:
        return float(not re.match(r"(?i)192\.0\.2|198\.51\.100|203\.0\.113|2001:db8|00.00.5e", value))
    if label in (Label.PHONE, Label.FAX):
        digits = re.sub(r"\D", "", value)
        return float(len(digits) == 10 and digits[3:8] != "55501")
    if label in _LISTED:
        offered = ("jobs", "states", "countries", "nationalities")
        return float(len(value) > 3 and not any(value.casefold() in lists.words(name) for name in offered))
    return float(label not in (Label.DATE, Label.AGE, Label.ZIP, Label.USERNAME) and passes_a_check(value))


@dataclass(frozen=True)
class Attacker:
    """A trained attacker: logistic regression over standardised features."""

    mean: Floats
    scale: Floats
    weights: Floats

    def scores(self, rows: Floats) -> Floats:
        """Return the probability of being real, per row."""
        return _probability((rows - self.mean) / self.scale, self.weights)


def _probability(rows: Floats, weights: Floats) -> Floats:
    logits = np.clip(rows @ weights[1:] + weights[0], -30, 30)
    return np.asarray(1 / (1 + np.exp(-logits)))


def trained(rows: Floats, leaked: NDArray[np.bool_]) -> Attacker:
    """Fit on the attacker's own texts, by Newton's method with a ridge."""
    mean, scale = rows.mean(0), rows.std(0)
    scale = np.where(scale > 0, scale, 1.0)
    design = np.column_stack([np.ones(len(rows)), (rows - mean) / scale])
    penalty = np.full(design.shape[1], _RIDGE)
    penalty[0] = 0.0
    weights = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        probability = _probability(design[:, 1:], weights)
        slope = design.T @ (leaked - probability) - penalty * weights
        curve = (design * (probability * (1 - probability))[:, None]).T @ design + np.diag(penalty + 1e-9)
        step = np.linalg.solve(curve, slope)
        weights = weights + step
        if np.abs(step).max() < 1e-6:
            break
    return Attacker(mean, scale, weights)
