"""How far each source of spans can be trusted, as measured on labelled texts.

The list `precision` has one row a rule (or "model") and label: the spans counted, the share of their characters that are
identifiers, how often the label was right, and how often both borders were. `clinx-hf bench rules` writes it from the
carriers and MEDDOCAN's training texts. Few spans say little, so each figure is drawn towards a prior.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from clinx_hf.phi import Span
from clinx_hf.text.lists import rows

_PRIOR_WEIGHT = 5.0  # spans that the prior counts for
_PRIOR = (0.95, 0.85, 0.8)
_LEAST, _MOST = 0.02, 0.995


@dataclass(frozen=True, slots=True)
class Evidence:
    """Chances in 0..1 that a span of a source is an identifier, is named right, and has both borders right."""

    spans: int
    precision: float
    label: float
    border: float


@cache
def _table() -> dict[tuple[str, str], Evidence]:
    table = {}
    for source, label, count, *figures in rows("precision"):
        n = int(count)
        drawn = ((float(f) * n + p * _PRIOR_WEIGHT) / (n + _PRIOR_WEIGHT) for f, p in zip(figures, _PRIOR, strict=True))
        table[source, label] = Evidence(n, *drawn)
    return table


_UNKNOWN = Evidence(0, *_PRIOR)
# The label of a value found again is as good as the first one's, and any other source at the place knows better.
_SPREAD = Evidence(0, 0.9, 0.3, 0.5)
_CERTAIN = Evidence(0, _MOST, _MOST, _MOST)


def evidence(span: Span) -> Evidence:
    """Return what was measured for the source and label of a span; the prior where nothing was."""
    if span.source in ("known", "column", "deny"):
        return _CERTAIN
    if span.source == "propagation":
        return _SPREAD
    return _table().get((span.source.removeprefix("rule:"), str(span.label)), _UNKNOWN)


def naming_weight(span: Span) -> float:
    """Return how much a span counts for its label: its length times the odds that its source names such spans right."""
    chance = evidence(span).label * (span.score if span.source == "model" else 1.0)
    chance = min(max(chance, _LEAST), _MOST)
    return chance / (1 - chance) * (span.end - span.start)
