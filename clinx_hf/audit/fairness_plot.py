"""The fairness audit as a picture: what is missed of every culture's names, one panel for each standing of names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from clinx_hf.audit.fairness import FairnessFigures, SystemFigures
from clinx_hf.audit.fairness_scores import NamesFigures
from clinx_hf.errors import MissingExtra

_TITLES = {
    "listed": "Names of the list (in training)",
    "unseen": "Names in no list (unseen in training)",
    "file": "Names of a file (unseen in training)",
}
_COLOURS = ("#1b4965", "#c8553d", "#588157", "#8d6a9f", "#b08900", "#6c757d", "#2a9d8f", "#9d4edd")
_MARKERS = "osD^vPXh"
_LEAST = 0.001  # a smaller share is drawn here: a logarithmic axis has no zero


def _names_of(system: SystemFigures, names: str) -> NamesFigures | None:
    return next((figures for figures in system.names if figures.names == names), None)


def _missed(recall: float) -> float:
    return max(1 - recall, _LEAST)


def _draw(axis: Any, figures: FairnessFigures, names: str, rows: int) -> None:
    """Draw one panel: cultures by the first system's recall, intervals as bars, a marker for each system."""
    ours = _names_of(figures.systems[0], names)
    assert ours is not None
    order = [group.group for group in sorted(ours.by["culture"], key=lambda g: -g.recall)]
    place = {culture: i for i, culture in enumerate(order)}
    shown = [system for system in figures.systems if not system.system.endswith("their carriers")]
    for number, system in enumerate(shown):
        theirs = _names_of(system, names)
        if theirs is None:
            continue
        groups = theirs.by["culture"]
        shift = (number - (len(shown) - 1) / 2) * 0.7 / len(shown)
        axis.errorbar(
            [_missed(group.recall) for group in groups],
            [place[group.group] + shift for group in groups],
            xerr=[
                [_missed(g.recall) - _missed(g.high) for g in groups],
                [_missed(g.low) - _missed(g.recall) for g in groups],
            ],
            fmt=_MARKERS[number % len(_MARKERS)],
            color=_COLOURS[number % len(_COLOURS)],
            markersize=4,
            elinewidth=0.8,
            label=f"{system.system}, {system.carriers} carriers",
        )
    axis.axvline(_missed(figures.floor), color="#999999", linewidth=0.8, linestyle="--")
    axis.set_xscale("log")
    axis.set_xlim(_LEAST * 0.9, 1.05)
    axis.set_xticks([0.001, 0.01, 0.1, 1], ["≤ 0.1 %", "1 %", "10 %", "all"])
    axis.set_yticks(range(len(order)), [culture.capitalize() for culture in order])
    axis.set_ylim(rows - 0.5, -0.5)
    axis.set_title(_TITLES[names], fontsize=10)
    axis.set_xlabel("Share of name characters missed, 95 % interval")
    axis.grid(axis="both", color="#e4e4e4", linewidth=0.6)
    axis.set_axisbelow(True)


def plot(figures: FairnessFigures, path: Path) -> Path:
    """Write the picture as the kind of file that `path` ends in (.png, .svg).

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtra("matplotlib", "plot") from None

    panels = [names.names for names in figures.systems[0].names]
    cultures = max(len(names.by["culture"]) for names in figures.systems[0].names)
    picture = Figure(figsize=(4.6 * len(panels) + 1, 0.34 * cultures + 2.4), layout="constrained")
    axes = picture.subplots(1, len(panels), squeeze=False, sharex=True)[0]
    for axis, names in zip(axes, panels, strict=True):
        _draw(axis, figures, names, cultures)
    picture.suptitle(
        "The same notes, other names: what is missed, by culture (left is better; dashed: the limit that passes)",
        fontsize=12,
    )
    handles, labels = axes[0].get_legend_handles_labels()
    picture.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False, fontsize=9)
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.savefig(path, dpi=150)
    return path
