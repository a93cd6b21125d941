"""From spans to figures: name recall by group, with intervals that draw whole carriers again.

Recall counts the letters and digits of names (a blank inside a name tells nothing); a mention is found whole when none
is left. All texts of one carrier are one cluster: its wording is easy or hard for every culture alike, so a difference
between cultures is taken within carriers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clinx_hf.audit.fairness_design import Case
from clinx_hf.metrics.groups import cluster_weights, drawn_ratios, percentile_interval, shuffled_gaps
from clinx_hf.metrics.spans import Interval, coverage
from clinx_hf.text.words import split

DRAWS = 2000
PAIRED = ("culture", "gender", "cell")  # every carrier holds each of these groups
Sizer = Callable[[str], int]


@dataclass(frozen=True)
class GroupFigures:
    """One group of name mentions; `difference` is its recall less the mean of the groups of its axis.

    `low` and `high` are the ends of 95 % intervals. `whole` is the share of mentions of which no character was left.
    """

    group: str
    mentions: int
    recall: float
    low: float
    high: float
    difference: float
    difference_low: float
    difference_high: float
    whole: float


@dataclass(frozen=True)
class Gap:
    """How far the groups of an axis lie apart.

    `by_chance` is the gap that 95 of 100 designs stay under when group names are dealt anew inside each carrier.
    `equity_scaled` is R / (1 + sum over groups of |R - R_g|).
    """

    gap: float
    low: float
    high: float
    by_chance: float
    lowest: float
    lowest_group: str
    highest_group: str
    equity_scaled: float


@dataclass(frozen=True)
class NamesFigures:
    """One system on the names of one standing ("listed", "unseen", "file")."""

    names: str
    mentions: int
    recall: float
    low: float
    high: float
    whole: float
    culture: Gap
    gender: Gap
    by: dict[str, list[GroupFigures]]


@dataclass(frozen=True)
class Mentions:
    """All name mentions of some cases as columns of one length: who they are, and how much of each was found."""

    carrier: NDArray[np.int64]
    axes: Mapping[str, NDArray[np.str_]]
    characters: NDArray[np.float64]
    found: NDArray[np.float64]

    def where(self, chosen: NDArray[np.bool_]) -> Mentions:
        """Return some of the mentions."""
        axes = {name: values[chosen] for name, values in self.axes.items()}
        return Mentions(self.carrier[chosen], axes, self.characters[chosen], self.found[chosen])


def size_band(size: int, several: int) -> str:
    """Name the band of a size: 1, 2, ... up to `several` and more."""
    return f"{size:02}" if size < several else f"{several:02}+"


def mentions_of(cases: Sequence[Case], spans: Sequence[Sequence[Interval]], pieces: Sizer | None) -> Mentions:
    """Score every name of the cases; without a tokenizer (`pieces`) a name's size is its number of characters."""
    rows: list[tuple[str, ...]] = []
    numbers: list[tuple[int, int, int]] = []
    for case, found in zip(cases, spans, strict=True):
        mask = coverage(len(case.note.text), found)
        for name in case.names:
            text = case.note.text[name.start : name.end]
            inside = [name.start + i for i, char in enumerate(text) if char.isalnum()]
            size = size_band(pieces(text), 8) if pieces else size_band(len(inside), 14)
            rows.append(
                (case.group, case.culture, case.gender, f"{case.culture} {case.gender}", name.label.value, case.note.kind,
                 name.form, name.case, "cue" if name.cue else "no cue", "also a word" if name.word else "name only", size)
            )  # fmt: skip
            numbers.append((case.carrier, len(inside), int(mask[inside].sum())))
    names = ("names", "culture", "gender", "cell", "label", "format", "form", "case", "cue", "word", "size")
    columns = {name: np.array(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
    carrier, characters, hit = np.array(numbers).T
    return Mentions(carrier, columns, characters.astype(np.float64), hit.astype(np.float64))


def _sums(carrier: NDArray[np.int64], group: NDArray[np.int64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    out = np.zeros((int(carrier.max()) + 1, int(group.max()) + 1))
    np.add.at(out, (carrier, group), values)
    return out


@dataclass(frozen=True)
class _Split:
    """The mentions of one axis, summed by carrier and group, and their recall in every bootstrap draw."""

    groups: list[str]
    hits: NDArray[np.float64]
    totals: NDArray[np.float64]
    recall: NDArray[np.float64]
    drawn: NDArray[np.float64]
    mentions: NDArray[np.int64]
    whole: NDArray[np.float64]


def _split(mentions: Mentions, axis: str, seed: int) -> _Split:
    _, carrier = np.unique(mentions.carrier, return_inverse=True)
    groups, group = np.unique(mentions.axes[axis], return_inverse=True)
    hits, totals = _sums(carrier, group, mentions.found), _sums(carrier, group, mentions.characters)
    weights = cluster_weights(len(hits), DRAWS, seed)
    number = np.bincount(group)
    whole = np.bincount(group, weights=(mentions.found == mentions.characters).astype(float)) / number
    recall = hits.sum(0) / totals.sum(0)
    return _Split([str(g) for g in groups], hits, totals, recall, drawn_ratios(weights, hits, totals), number, whole)


def _rounded(value: float) -> float:
    return round(float(value), 4)


def _groups(part: _Split) -> list[GroupFigures]:
    low, high = percentile_interval(part.drawn)
    apart = part.recall - part.recall.mean()
    apart_low, apart_high = percentile_interval(part.drawn - np.nanmean(part.drawn, axis=1, keepdims=True))
    columns = (part.recall, low, high, apart, apart_low, apart_high, part.whole)
    return [
        GroupFigures(name, int(part.mentions[i]), *(_rounded(column[i]) for column in columns))
        for i, name in enumerate(part.groups)
    ]


def _gap(part: _Split, seed: int) -> Gap:
    recall = part.recall
    low, high = percentile_interval(np.nanmax(part.drawn, axis=1) - np.nanmin(part.drawn, axis=1))
    chance = float(np.percentile(shuffled_gaps(part.hits, part.totals, DRAWS // 4, seed), 95))
    overall = part.hits.sum() / part.totals.sum()
    scaled = overall / (1 + np.abs(overall - recall).sum())
    worst, best = int(recall.argmin()), int(recall.argmax())
    return Gap(
        _rounded(recall[best] - recall[worst]),
        _rounded(float(low)),
        _rounded(float(high)),
        _rounded(chance),
        _rounded(recall[worst]),
        part.groups[worst],
        part.groups[best],
        _rounded(scaled),
    )


def names_figures(mentions: Mentions, axes: Sequence[str], seed: int) -> list[NamesFigures]:
    """Return the figures of a system for each standing of names; `axes` are the groupings to list in full."""
    figures = []
    for names in ("listed", "unseen", "file"):
        part = mentions.where(mentions.axes["names"] == names)
        if not len(part.carrier):
            continue
        split_by = {axis: _split(part, axis, seed) for axis in {"culture", "gender", "names", *axes}}
        whole = _groups(split_by["names"])[0]
        figures.append(
            NamesFigures(
                names, whole.mentions, whole.recall, whole.low, whole.high, whole.whole,
                _gap(split_by["culture"], seed), _gap(split_by["gender"], seed),
                {axis: _groups(split_by[axis]) for axis in axes},
            )
        )  # fmt: skip
    return figures


def kept_words(cases: Sequence[Case], spans: Sequence[Sequence[Interval]]) -> float:
    """Return the share of words that are no identifier and of which no character was marked."""
    kept = total = 0
    for case, found in zip(cases, spans, strict=True):
        text = case.note.text
        mask = coverage(len(text), found)
        gold = coverage(len(text), [(m.start, m.end) for m in case.note.mentions])
        for start, end in split(text):
            if text[start].isalnum() and not gold[start:end].any():
                total += 1
                kept += not mask[start:end].any()
    return kept / total if total else 1.0
