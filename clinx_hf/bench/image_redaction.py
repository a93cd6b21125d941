"""What redaction removes and what it leaves: ours, black boxes over what other readers find, presidio.

All on the same pictures. Ours runs with `overlay="phi"`; its parts are timed from outside, so that the package
carries no clock.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clinx_hf.bench.image_peers import OURS, Answer
from clinx_hf.bench.image_planting import Case
from clinx_hf.bench.image_scores import ALL, Proportion, groups, inside, is_covered, proportion
from clinx_hf.bench.image_sets import LONGEST
from clinx_hf.image.reader import make_line
from clinx_hf.image.redactor import Redactor
from clinx_hf.image.regions import Judge, Reason, Verdict, mask_of, regions_of

Array = np.ndarray
STAGES = ("read", "judge", "fill", "verify", "rest")
_LARGE = 0.9 * LONGEST  # px; pictures at least this long tell the time of a large one


@dataclass(frozen=True)
class Outcome:
    """What became of one picture: inside of the regions (H, W), pixels that changed (H, W), seconds."""

    regions: Array
    changed: Array
    seconds: float


@dataclass(frozen=True)
class RedactionFigures:
    """One system on all pictures.

    removed: identifiers with 90 % of their ink inside the regions, by group. marks, sides: those whose ink no region
    touches. changed: mean part of a picture that changed outside the planted lines' own boxes (not padded), on pictures
    that have no text of their own; covered: the same for the regions, changed or not; changed_all: on all pictures, where
    text of their own counts as wrong. untouched: pictures without text that came back bit for bit.
    seconds: mean of a picture; seconds_large: of those of about 768 px (None: there was none). stages: mean seconds of a
    picture, ours only. peak_memory_mib: None where not known.
    """

    system: str
    removed: dict[str, Proportion]
    marks: Proportion
    sides: Proportion
    changed: float
    covered: float
    changed_all: float
    untouched: Proportion
    seconds: float
    seconds_large: float | None
    stages: dict[str, float]
    peak_memory_mib: int | None


class TimedRedactor:
    """A redactor whose parts are timed. `spent`: seconds by stage since the start; what comes after the first reading
    of a picture and is reading counts as verifying."""

    def __init__(self, reader: Any, pipeline: Any, judge: Judge, overlay: str = "phi") -> None:
        self._reader, self._pipeline, self._judge = reader, pipeline, judge
        self._redactor = Redactor(self._read, self._fill, overlay)
        self._is_first = True
        self.spent = dict.fromkeys(STAGES, 0.0)

    def __call__(self, picture: Array) -> Outcome:
        """Redact one picture."""
        self._is_first, before = True, sum(self.spent.values())
        began = time.perf_counter()
        done = self._redactor.redact(picture, self._asked)
        seconds = time.perf_counter() - began
        self.spent["rest"] += seconds - (sum(self.spent.values()) - before)
        regions = mask_of(done.regions, *picture.shape[:2])
        return Outcome(regions, (done.image != picture).any(2), seconds)

    def _timed(self, stage: str, began: float) -> None:
        self.spent[stage] += time.perf_counter() - began

    def _read(self, image: Array) -> Any:
        stage, self._is_first = ("read" if self._is_first else "verify"), False
        began = time.perf_counter()
        lines = self._reader(image)
        self._timed(stage, began)
        return lines

    def _asked(self, texts: Sequence[str]) -> Any:
        began = time.perf_counter()
        spans = self._judge(texts)
        self._timed("judge", began)
        return spans

    def _fill(self, **given: Any) -> Any:
        began = time.perf_counter()
        filled = self._pipeline(**given)
        self._timed("fill", began)
        return filled


def blackened(answer: Answer, pictures: Sequence[Array]) -> list[Outcome]:
    """Return what a black box over every box of a system makes of the pictures."""
    made = []
    for picture, told in zip(pictures, answer.pictures, strict=True):
        mask = inside([piece.quad for piece in told.pieces], picture.shape)
        made.append(Outcome(mask, mask & (picture != 0).any(2), told.seconds))
    return made


def redaction_figures(
    system: str,
    cases: Sequence[Case],
    outcomes: Sequence[Outcome],
    text_free: Iterable[Outcome],
    stages: dict[str, float] | None = None,
    peak_memory_mib: int | None = None,
) -> RedactionFigures:
    """Score what a system made of the cases and of pictures without text."""
    removed: dict[str, list[bool]] = defaultdict(list, {ALL: []})
    kept: dict[str, list[bool]] = {"mark": [], "laterality": []}
    wrong: list[tuple[bool, float, float]] = []
    for case, outcome in zip(cases, outcomes, strict=True):
        planted = inside([line.drawn.quad for line in case.lines], case.picture.shape)
        beyond = (outcome.changed & ~planted).mean(), (outcome.regions & ~planted).mean()
        wrong.append((case.ground.text_free, float(beyond[0]), float(beyond[1])))
        for line in case.lines:
            ink = line.drawn.coverage(*planted.shape)
            if line.kind == "identifier":
                for name in groups(case, line):
                    removed[name].append(is_covered(ink, outcome.regions))
            else:
                kept[line.kind].append(not (ink & outcome.regions).any())
    free = [row for row in wrong if row[0]]
    large = [o.seconds for case, o in zip(cases, outcomes, strict=True) if max(case.picture.shape) >= _LARGE]
    return RedactionFigures(
        system=system,
        removed={name: proportion(outcomes_of) for name, outcomes_of in removed.items()},
        marks=proportion(kept["mark"]),
        sides=proportion(kept["laterality"]),
        changed=_mean([row[1] for row in free]),
        covered=_mean([row[2] for row in free]),
        changed_all=_mean([row[1] for row in wrong]),
        untouched=proportion(not outcome.changed.any() for outcome in text_free),
        seconds=_mean([outcome.seconds for outcome in outcomes]),
        seconds_large=_mean(large) if large else None,
        stages={name: round(spent / max(1, len(cases)), 3) for name, spent in (stages or {}).items()},
        peak_memory_mib=peak_memory_mib,
    )


def ours(
    redactor: TimedRedactor, cases: Sequence[Case], text_free: Sequence[Array], peak_memory: Any
) -> RedactionFigures:
    """Run our redactor over everything and score it; `peak_memory` is asked at the end."""
    if cases:
        redactor(cases[0].picture)  # loads everything before the clock starts
        redactor.spent = dict.fromkeys(STAGES, 0.0)
    outcomes = [redactor(case.picture) for case in cases]
    stages = dict(redactor.spent)
    free = [redactor(picture) for picture in text_free]
    return redaction_figures(OURS, cases, outcomes, free, stages, peak_memory())


def perfect_share(cases: Sequence[Case]) -> float:
    """Return the mean part of a picture that the boxes of a reader without fault would cover beyond the planted lines:
    what padding and rounding cost, with every identifier found and read and every mark kept."""
    gone, parts = Verdict(Reason.IDENTIFIER), []
    for case in cases:
        size = (case.picture.shape[0], case.picture.shape[1])
        found = [
            make_line(line.drawn.quad, size, line.drawn.text, 1.0, 1.0)
            for line in case.lines
            if line.kind == "identifier"
        ]
        lines = [line for line in found if line is not None]
        mask = mask_of(regions_of(lines, [gone] * len(lines), size), *size)
        parts.append(float((mask & ~inside([line.drawn.quad for line in case.lines], size)).mean()))
    return _mean(parts)


def _mean(values: Sequence[float]) -> float:
    return round(float(np.mean(values)), 4) if len(values) else 0.0
