"""The figures that images are held to, beside what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clinx_hf.bench.image_reading import ReadingFigures
from clinx_hf.bench.image_redaction import RedactionFigures
from clinx_hf.bench.image_scores import ALL, CLEAR, Proportion, proportion

SECONDS = 1.5


@dataclass(frozen=True)
class Target:
    """One figure as it is shown, with its interval where it has one, what it is held to, and whether it was reached."""

    measure: str
    measured: str
    target: str
    reached: bool


def shown(share: Proportion) -> str:
    """Return a share with its interval and counts."""
    return f"{share.value:.1%} ({share.low:.1%} to {share.high:.1%}; {share.hits} of {share.of})"


def targets(reading: Sequence[ReadingFigures], redaction: Sequence[RedactionFigures]) -> list[Target]:
    """Return every figure that reading and redaction are held to; the first of each list is ours, the second
    of reading RapidOCR."""
    return [*(_redaction(redaction[0]) if redaction else ()), *(_reading(*reading[:2]) if len(reading) > 1 else ())]


def _redaction(ours: RedactionFigures) -> list[Target]:
    none = proportion([])
    least = (
        (f"identifiers removed, {CLEAR}", ours.removed.get(CLEAR, none), 0.998),
        ("identifiers removed, all", ours.removed.get(ALL, none), 0.99),
        ("harmless marks kept", ours.marks, 0.9),
        ("side markers kept", ours.sides, 0.95),
        ("pictures without text left untouched", ours.untouched, 0.98),
    )
    made = [Target(name, shown(share), f"≥ {least_of:.1%}", share.value >= least_of) for name, share, least_of in least]
    changed = f"{ours.changed:.2%}"
    made.append(Target("changed outside the text's boxes", changed, "≤ 1.5%", ours.changed <= 0.015))
    if ours.seconds_large is not None:
        seconds = f"{ours.seconds_large:.2f} s"
        made.append(Target("a picture of about 768 px", seconds, f"< {SECONDS} s", ours.seconds_large < SECONDS))
    return made


def _reading(ours: ReadingFigures, rapid: ReadingFigures) -> list[Target]:
    made = []
    for name, better in (
        ("lines found", [(g, ours.found[g].value >= share.value) for g, share in rapid.found.items()]),
        ("sign errors", [(g, ours.errors[g].rate <= row.rate) for g, row in rapid.errors.items()]),
    ):
        worse = [group for group, is_better in better if not is_better]
        told = f"{len(better) - len(worse)} of {len(better)} groups" + (f", not {', '.join(worse)}" if worse else "")
        made.append(Target(f"{name}: at or better than {rapid.system}", told, "all groups", not worse))
    return made
