"""Are names of every culture and gender found alike? `clinx-hf audit fairness`.

A paired design (`fairness_design.py`): the same carriers with other names. Names are listed (they were in training),
unseen (in no list), or those of a file that training did not have. Other systems read every n-th carrier in the same
run, and what is shipped is scored on those carriers, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from clinx_hf.audit.fairness_design import Case, fairness_carriers, paired_cases
from clinx_hf.audit.fairness_names import name_groups
from clinx_hf.audit.fairness_scores import (
    Gap,
    GroupFigures,
    NamesFigures,
    Sizer,
    kept_words,
    mentions_of,
    names_figures,
)
from clinx_hf.audit.systems import Answer, System
from clinx_hf.errors import BadInput
from clinx_hf.metrics.spans import Interval

NOTE_WORDS = 400  # of the "note" whose price is told
_FULL_AXES = ("culture", "gender", "cell", "label", "format", "form", "case", "cue", "word", "size")
_SHORT_AXES = ("culture", "gender", "label", "format", "size")


@dataclass(frozen=True)
class SystemFigures:
    """One system. `kept` is the share of words that are no identifier and stayed; the price is for 1,000 notes of
    `NOTE_WORDS` words at `price_per_hour`; `fallbacks` are answers of a language model that were no JSON list."""

    system: str
    carriers: int
    texts: int
    words_per_cpu_second: int
    price_per_1000_notes: float
    kept: float
    fallbacks: int
    names: list[NamesFigures]


@dataclass(frozen=True)
class Lengths:
    """Mean letters of a name mention: the shortest and the longest culture of a standing of names."""

    names: str
    cultures: int
    shortest: float
    shortest_culture: str
    longest: float
    longest_culture: str


@dataclass(frozen=True)
class FairnessFigures:
    """All systems on one design; the first is the one that must pass."""

    carriers: int
    texts: int
    seed: int
    price_per_hour: float
    limit: float
    floor: float
    lengths: list[Lengths]
    systems: list[SystemFigures]

    @property
    def passed(self) -> bool:
        """Tell whether the first system's gaps stay within the limit and its lowest groups reach the floor."""
        gaps = [gap for names in self.systems[0].names for gap in (names.culture, names.gender)]
        return all(gap.gap <= self.limit and gap.lowest >= self.floor for gap in gaps)


def _lengths(cases: Sequence[Case]) -> list[Lengths]:
    found: dict[str, dict[str, list[int]]] = {}
    for case in cases:
        sizes = found.setdefault(case.group, {}).setdefault(case.culture, [])
        sizes += [sum(c.isalnum() for c in case.note.text[n.start : n.end]) for n in case.names]
    lengths = []
    for group, cultures in found.items():
        means = sorted((round(float(np.mean(sizes)), 2), culture) for culture, sizes in cultures.items())
        lengths.append(Lengths(group, len(means), *means[0], *means[-1]))
    return lengths


def _figures(
    name: str, cases: Sequence[Case], answer: Answer, pieces: Sizer | None, axes: Sequence[str], seed: int, price: float
) -> SystemFigures:
    words = sum(len(case.note.text.split()) for case in cases)
    speed = words / max(answer.seconds, 1e-9)
    mentions = mentions_of(cases, answer.spans, pieces)
    return SystemFigures(
        name,
        len({case.carrier for case in cases}),
        len(cases),
        round(speed),
        round(1000 * NOTE_WORDS / speed / 3600 * price, 5),
        round(kept_words(cases, answer.spans), 4),
        answer.fallbacks,
        names_figures(mentions, axes, seed),
    )


def _part(answer: Answer, chosen: Sequence[int], texts: Sequence[str]) -> Answer:
    """Return an answer for some of the texts, its seconds shared out by characters."""
    spans: list[list[Interval]] = [answer.spans[i] for i in chosen]
    share = sum(len(texts[i]) for i in chosen) / sum(map(len, texts))
    return Answer(answer.system, spans, answer.seconds * share, answer.fallbacks)


def fairness_cases(names: Path | None = None, seed: int = 0) -> list[Case]:
    """Fill the audit's carriers with the package's names, with unseen ones, and with those of a JSONL file.

    Raises:
        BadInput: the file is not of the form that `fairness_names.read_names` tells.
    """
    return paired_cases(fairness_carriers(), name_groups(names, seed), seed)


def audit_fairness(
    cases: Sequence[Case],
    ours: System,
    others: Iterable[System] = (),
    pieces: Sizer | None = None,
    every: int = 3,
    seed: int = 0,
    price_per_hour: float = 0.05,
    limit: float = 0.01,
    floor: float = 0.985,
) -> FairnessFigures:
    """Ask every system about the filled carriers.

    Args:
        cases: from `fairness_cases`.
        ours: asked all texts; its first answer is the one that must pass.
        others: asked the texts of every `every`-th carrier.
        pieces: number of sub-words of a name in our tokenizer.
        price_per_hour: what an hour of a core (or of the GPU) costs, for the price of 1,000 notes.
        seed: of the intervals; the only source of chance.
        limit: the largest gap in name recall between two cultures or genders that passes.
        floor: the lowest name recall of a culture or gender that passes.

    Raises:
        BadInput: a system cannot be asked, or `every` leaves fewer than two carriers.
    """
    carriers = len({case.carrier for case in cases})
    if not 1 <= every <= carriers // 2:
        raise BadInput(f"With {carriers} carriers, every n-th can be read for n from 1 to {carriers // 2}.")
    texts = [case.note.text for case in cases]
    chosen = [i for i, case in enumerate(cases) if case.carrier % every == 0]
    fewer = [cases[i] for i in chosen]
    answers = ours(texts)
    rows = [
        _figures(a.system, cases, a, pieces, _SHORT_AXES if number else _FULL_AXES, seed, price_per_hour)
        for number, a in enumerate(answers)
    ]
    asked = [answer for system in others for answer in system([texts[i] for i in chosen])]
    if asked:
        again = _part(answers[0], chosen, texts)
        name = f"{again.system}, their carriers"
        rows.append(_figures(name, fewer, again, pieces, _SHORT_AXES, seed, price_per_hour))
    rows += [_figures(a.system, fewer, a, None, _SHORT_AXES, seed, price_per_hour) for a in asked]
    return FairnessFigures(carriers, len(cases), seed, price_per_hour, limit, floor, _lengths(cases), rows)


def read_figures(record: Mapping[str, Any]) -> FairnessFigures:
    """Return the figures from their plain form, as results/fairness.json holds it."""

    def names(plain: Mapping[str, Any]) -> NamesFigures:
        by = {axis: [GroupFigures(**group) for group in groups] for axis, groups in plain["by"].items()}
        return NamesFigures(**{**plain, "culture": Gap(**plain["culture"]), "gender": Gap(**plain["gender"]), "by": by})

    systems = [SystemFigures(**{**row, "names": [names(n) for n in row["names"]]}) for row in record["systems"]]
    return FairnessFigures(**{**record, "lengths": [Lengths(**row) for row in record["lengths"]], "systems": systems})


def table(figures: FairnessFigures) -> str:
    """Return the figures as a Markdown table: one row for each system and standing of names."""
    head = (
        "| system | names | name recall (95 %) | lowest culture | gap of cultures (95 %; by chance) | gap of genders "
        "| equity-scaled | words/CPU s | other words kept | 1,000 notes |\n|---|---|---|---|---|---|---|---|---|---|\n"
    )
    rows = []
    for system in figures.systems:
        for names in system.names:
            culture = names.culture
            rows.append(
                f"| {system.system} | {names.names} | {names.recall:.3f} ({names.low:.3f} to {names.high:.3f}) "
                f"| {culture.lowest:.3f} ({culture.lowest_group}) "
                f"| {culture.gap:.3f} ({culture.low:.3f} to {culture.high:.3f}; {culture.by_chance:.3f}) "
                f"| {names.gender.gap:.3f} | {culture.equity_scaled:.3f} | {system.words_per_cpu_second:,} "
                f"| {system.kept:.3f} | ${system.price_per_1000_notes:.3f} |"
            )
    return head + "\n".join(rows) + "\n\n" + _legend(figures)


def _legend(figures: FairnessFigures) -> str:
    lengths = "; ".join(
        f"{g.names}: {g.cultures} cultures, mean letters {g.shortest} ({g.shortest_culture}) to {g.longest} "
        f"({g.longest_culture})"
        for g in figures.lengths
    )
    return (
        f"{figures.carriers} carriers of the audit's own, {figures.texts:,} texts. Listed names were in training; unseen "
        f"ones are joined from syllables of each culture's names and stand in no list; those of a file were not in "
        f"training. {lengths}. By chance: what 95 of 100 shuffles of the cultures inside each carrier stay under. "
        f"Price: {NOTE_WORDS} words a note at ${figures.price_per_hour} an hour of one core, an assumption."
    )
