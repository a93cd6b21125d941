"""The figures that texts are held to, beside what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clinx_hf.bench import text_sets
from clinx_hf.bench.speed_worker import BERT_NAME, SHIPPED
from clinx_hf.bench.text_scores import Share, SpanFigures, SystemFigures
from clinx_hf.bench.text_speed import LONG, SHORT, SpeedFigures, slowest_ratio
from clinx_hf.bench.text_words import OverRedaction

TIMES_BERT = 8.0


@dataclass(frozen=True)
class Target:
    """One figure, its 95 % interval where it has one, and what it is held to (None: only reported).

    `form` is "share" or "times"; `at_most` tells that the target is a ceiling.
    """

    set: str
    measure: str
    form: str
    measured: Share
    target: float | None
    at_most: bool
    reached: bool | None


def held(
    of: str, measure: str, measured: Share, target: float | None = None, at_most: bool = False, form: str = "share"
) -> Target:
    """Compare a figure with its target."""
    if target is None:
        return Target(of, measure, form, measured, None, at_most, None)
    reached = measured.value <= target if at_most else measured.value >= target
    return Target(of, measure, form, measured, target, at_most, reached)


def _clean(row: SystemFigures) -> Share:
    return Share(round(row.notes_without_leak / max(1, row.documents), 4))


def _quality(ours: dict[str, SystemFigures], spans: Sequence[SpanFigures]) -> list[Target]:
    dev, safe, spanish = (ours[n] for n in (text_sets.DEV, text_sets.DEV_SAFE_HARBOR, text_sets.MEDDOCAN_DEV))
    rows = [
        held(dev.set, "recall", dev.recall_share, 0.99),
        held(dev.set, "precision", dev.precision_share, 0.97),
        held(dev.set, "label right on found spans", dev.labels_right or Share(0.0), 0.92),
        held(dev.set, "notes without any leak", _clean(dev), 0.85),
        held(safe.set, "recall", safe.recall_share, 0.995),
        held(safe.set, "precision", safe.precision_share),
        held(safe.set, "notes without any leak", _clean(safe)),
    ]
    rows += [held(name, "recall", ours[name].recall_share, 0.98) for name in text_sets.GENERATED]
    rows.append(held(spanish.set, "recall", spanish.recall_share, 0.98))
    rows.append(held(spanish.set, "precision", spanish.precision_share, 0.95))
    for figures in spans:
        rows.append(held(figures.set, "strict span F1", figures.f1, 0.93))
        rows.append(held(figures.set, "span F1, neighbours joined", figures.joined_f1))
    return rows


def _other_origins(rows: Sequence[SystemFigures], ours: dict[str, SystemFigures]) -> list[Target]:
    made = []
    for name in text_sets.OTHER_ORIGINS:
        peers = [row.recall for row in rows if row.set == name and row.system != SHIPPED]
        best = max(peers, default=None)
        shown = ours[name].recall_share
        above = None if best is None else shown.value > best
        made.append(Target(name, "recall (above the best peer's)", "share", shown, best, False, above))
        made.append(held(name, "precision", ours[name].precision_share))
    return made


def _speed(speed: Sequence[SpeedFigures]) -> list[Target]:
    philter = next((row.system for row in speed if row.system.startswith("philter")), None)
    made = []
    for kind, groups in (("long texts", LONG), ("short texts", SHORT)):
        for other, target in ((BERT_NAME, TIMES_BERT), (philter, 1.0)):
            times = slowest_ratio(speed, SHIPPED, other, groups) if other else None
            if other and times is not None:
                made.append(
                    held(kind, f"speed, times that of {other.split(' (')[0]}", Share(times), target, form="times")
                )
    return made


def targets(
    rows: Sequence[SystemFigures],
    spans: Sequence[SpanFigures],
    wrong: Sequence[OverRedaction],
    speed: Sequence[SpeedFigures],
) -> list[Target]:
    """Return every figure that texts are held to, in the order of the table."""
    ours = {row.set: row for row in rows if row.system == SHIPPED}
    taken = [held(r.set, "words redacted that are no identifiers", r.share, 0.002, at_most=True) for r in wrong]
    return [*_quality(ours, spans), *_other_origins(rows, ours), *taken, *_speed(speed)]
