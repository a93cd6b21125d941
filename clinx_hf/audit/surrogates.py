"""How many missed identifiers does an attacker find among surrogates? `clinx-hf audit surrogates`.

Identifiers of labelled notes are replaced, but for some that are left on purpose, as a tool that misses would leave them. An
attacker (`parrot`) that was trained on half of the notes points at those of the other half. With tags nothing is to be
found: what is no tag is real. The attacker may point at twice as many values as were missed, so that
shares of one column can be compared; Carrell's pointed at 402 for 310.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from clinx_hf.audit.parrot import Candidate, features, trained, uninformed
from clinx_hf.errors import BadInput
from clinx_hf.metrics.groups import Floats, cluster_weights, drawn_ratios, percentile_interval
from clinx_hf.phi import Policy, Span
from clinx_hf.synthesis.notes import Note
from clinx_hf.text.styles import STYLES
from clinx_hf.text.styles.replacing import Document, stay_of

MODES = ("consistent", "markov(0.5)", "per-mention")
SCOPES = ("all", "repeated names")
ATTACKERS = ("counts", "informed")
_MENTIONS_OF_REPEATED = 3
_OWN_RUNS = 3  # how often the attacker cleans its own notes with the tool
_GUESSES = 2  # values that it may point at, for every one that was missed
_DRAWS = 1000
_LEAST_NOTES = 20


@dataclass(frozen=True)
class AttackFigures:
    """What one attacker found in the output of one style: of all `planted`, over all seeds, with a 95 % interval.

    `scope` says among what: "all" identifiers, or the "repeated names" of people whom a note names three times or more.
    """

    style: str
    scope: str
    attacker: str
    planted: int
    found: int
    share: float
    low: float
    high: float
    false_alarms: int
    area: float  # under the ROC curve: 0.5 = no better than chance


@dataclass(frozen=True)
class SurrogateFigures:
    """The table; `passed` compares what the attacker that counts finds in the default mode with the limit."""

    notes: int
    mentions: int
    miss_rate: float
    seeds: int
    rows: tuple[AttackFigures, ...]
    limit: float

    @property
    def passed(self) -> bool:
        """Tell whether surrogates hide most of what was missed."""
        judged = (MODES[0], SCOPES[0], ATTACKERS[0])
        return max(row.share for row in self.rows if (row.style, row.scope, row.attacker) == judged) <= self.limit


def chosen_notes(notes: Sequence[Note], number: int) -> list[Note]:
    """Return so many notes, the same ones each time; up to half of them name one person three times or more."""
    mixed = list(notes)
    Random("notes").shuffle(mixed)
    repeating = [note for note in mixed if _repeats(note)][: number // 2]
    taken = {note.id for note in repeating}
    return [*repeating, *(note for note in mixed if note.id not in taken)][:number]


def _repeats(note: Note) -> bool:
    named = Counter(m.identity for m in note.mentions if m.identity is not None)
    return max(named.values(), default=0) >= _MENTIONS_OF_REPEATED


def audit_surrogates(
    notes: Sequence[Note], miss_rate: float = 0.05, seeds: int = 3, limit: float = 0.5
) -> SurrogateFigures:
    """Plant misses, replace the rest in every mode, and attack.

    Args:
        notes: labelled notes; half of them are the attacker's own.
        miss_rate: share of the mentions that are left as they are.
        seeds: repetitions, each with its own split, misses and key.
        limit: largest share of the planted misses that the attacker that counts may find in the default mode.

    Raises:
        BadInput: too few notes, or a rate at which nothing would be left or replaced.
    """
    if len(notes) < _LEAST_NOTES or not 0 < miss_rate < 1 or seeds < 1:
        raise BadInput(f"The audit needs {_LEAST_NOTES} notes, a miss rate between 0 and 1, and a seed.")
    outcomes: dict[tuple[str, str, str], list[_Outcome]] = defaultdict(list)
    for seed in range(seeds):
        order = list(range(len(notes)))
        Random(f"split {seed}").shuffle(order)
        own, target = order[: len(order) // 2], order[len(order) // 2 :]
        for mode in MODES:
            runs = [_cleaned(notes, own, mode, miss_rate, f"own {seed}/{run}") for run in range(_OWN_RUNS)]
            attacked = _cleaned(notes, target, mode, miss_rate, f"target {seed}")
            for names, outcome in _attack([c for run in runs for c in run], _rows(runs), attacked).items():
                outcomes[mode, *names].append(outcome)
    rows = [_figures(names, outcomes[names]) for names in sorted(outcomes, key=_place)]
    tags = [_tags(scope, next(row.planted for row in rows if row.scope == scope)) for scope in SCOPES]
    mentions = sum(len(note.mentions) for note in notes)
    return SurrogateFigures(len(notes), mentions, miss_rate, seeds, (*tags, *rows), limit)


def _place(names: tuple[str, str, str]) -> tuple[int, int, int]:
    style, scope, attacker = names
    return (MODES.index(style), SCOPES.index(scope), ATTACKERS.index(attacker))


def _tags(scope: str, planted: int) -> AttackFigures:
    return AttackFigures("tag", scope, "any reader", planted, planted, 1.0, 1.0, 1.0, 0, 1.0)


def _cleaned(notes: Sequence[Note], chosen: Sequence[int], mode: str, miss_rate: float, name: str) -> list[Candidate]:
    """Clean notes with a key of their own; the misses are the same in every mode."""
    key = hashlib.sha256(name.encode()).digest()
    found = []
    for number in chosen:
        note, chance = notes[number], Random(f"{name}/{number}")
        missed = [chance.random() < miss_rate for _ in note.mentions]
        spans = [Span(m.start, m.end, m.label) for m in note.mentions]
        replaced = tuple(span for span, miss in zip(spans, missed, strict=True) if not miss)
        document = Document(note.text, replaced, Policy.STRICT, key=key, patient=str(number), stay=stay_of(mode))
        new = iter(STYLES["surrogate"](document))
        named = Counter(m.identity for m in note.mentions if m.identity is not None)
        for span, mention, miss in zip(spans, note.mentions, missed, strict=True):
            value = document.value(span) if miss else next(new)
            repeated = mention.identity is not None and named[mention.identity] >= _MENTIONS_OF_REPEATED
            found.append(Candidate(number, span.label, value, miss, repeated))
    return found


@dataclass(frozen=True)
class _Outcome:
    """One attack: per candidate its note, the answer, the attacker's score and its guess."""

    notes: NDArray[np.int64]
    leaked: NDArray[np.bool_]
    scores: NDArray[np.float64]
    guessed: NDArray[np.bool_]


def _rows(runs: Sequence[Sequence[Candidate]]) -> Floats:
    return np.concatenate([features(run) for run in runs])


def _attack(
    own: Sequence[Candidate], own_rows: Floats, attacked: Sequence[Candidate]
) -> dict[tuple[str, str], _Outcome]:
    """Train on the attacker's own notes and point at candidates of the others, once per scope and attacker."""
    rows = features(attacked)
    answers, leaked = (np.array([c.leaked for c in each]) for each in (own, attacked))
    notes = np.array([c.note for c in attacked])
    outcomes = {}
    for scope in SCOPES:
        known, asked = (np.array([c.repeated or scope == SCOPES[0] for c in each]) for each in (own, attacked))
        if not answers[known].any():
            continue  # nothing to learn from
        for name in ATTACKERS:
            seen, shown = (each if name == ATTACKERS[1] else uninformed(each) for each in (own_rows, rows))
            attacker = trained(seen[known], answers[known])
            scores = attacker.scores(shown[asked])
            guessed = _most_suspect(scores, _GUESSES * int(leaked[asked].sum()))
            outcomes[scope, name] = _Outcome(notes[asked], leaked[asked], scores, guessed)
    return outcomes


def _most_suspect(scores: Floats, number: int) -> NDArray[np.bool_]:
    guessed = np.zeros(len(scores), bool)
    guessed[np.argsort(-scores, kind="stable")[:number]] = True
    return guessed


def _figures(names: tuple[str, str, str], done: Sequence[_Outcome]) -> AttackFigures:
    notes, leaked, guessed = (
        np.concatenate([getattr(outcome, name) for outcome in done]) for name in ("notes", "leaked", "guessed")
    )
    planted, found = int(leaked.sum()), int((leaked & guessed).sum())
    _, cluster = np.unique(notes, return_inverse=True)
    parts, wholes = (np.bincount(cluster, each).astype(np.float64) for each in (leaked & guessed, leaked))
    weights = cluster_weights(len(wholes), _DRAWS, 0)
    low, high = percentile_interval(drawn_ratios(weights, parts[:, None], wholes[:, None]))
    area = float(np.mean([_area(outcome) for outcome in done]))
    share = found / planted if planted else 0.0
    alarms = int((guessed & ~leaked).sum())
    numbers = (round(share, 4), round(float(low[0]), 4), round(float(high[0]), 4))
    return AttackFigures(*names, planted, found, *numbers, alarms, round(area, 4))


def _area(outcome: _Outcome) -> float:
    """Area under the ROC curve: the share of pairs (real, surrogate) that are scored in the right order."""
    real, made = outcome.scores[outcome.leaked], np.sort(outcome.scores[~outcome.leaked])
    if not len(real) or not len(made):
        return 0.5
    below = (np.searchsorted(made, real, "left") + np.searchsorted(made, real, "right")) / 2
    return float(below.mean() / len(made))


def table(figures: SurrogateFigures) -> str:
    """Return the figures as a Markdown table."""
    head = "| style | among | attacker | planted | found (95 % interval) | false alarms | area under ROC |\n"
    head += "|---|---|---|---|---|---|---|\n"
    return head + "\n".join(
        f"| {row.style} | {row.scope} | {row.attacker} | {row.planted} | {row.share:.1%} ({row.low:.1%} to {row.high:.1%}) "
        f"| {row.false_alarms} | {row.area:.2f} |"
        for row in figures.rows
    )
