"""The tables of `clinx-hf bench text` in Markdown, from its figures as plain data (what `results/text.json` holds)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from clinx_hf.bench.speed_worker import SHIPPED
from clinx_hf.bench.text_speed import LONG, SHORT

Figures = Mapping[str, Any]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("|" + "|".join(f" {cell} " if cell != "---" else cell for cell in line) + "|" for line in lines)


def _share(share: Figures | None) -> str:
    if share is None:
        return "-"
    interval = "" if share["low"] is None else f" ({share['low']:.3f}–{share['high']:.3f})"
    return f"{share['value']:.3f}{interval}"


def _percent(share: Figures) -> str:
    interval = "" if share["low"] is None else f" ({share['low']:.2%}–{share['high']:.2%})"
    return f"{share['value']:.2%}{interval}"


def systems(figures: Figures) -> str:
    """The shipped system, its parts and the peers on the development notes."""
    head = ["system", "recall", "precision", "mentions leaked", "notes without a leak", "characters/s"]
    rows = [
        [
            row["system"],
            f"{row['recall']:.3f}",
            f"{row['precision']:.3f}",
            str(row["leaked_mentions"]),
            f"{row['notes_without_leak']} of {figures['notes']}",
            f"{row['characters_per_second']:,}",
        ]
        for row in figures["systems"]
    ]
    return _table(head, rows)


def _target(row: Figures) -> list[str]:
    measured, target, sign = row["measured"], row["target"], "≤" if row["at_most"] else "≥"
    if row["form"] == "times":
        shown, wanted = f"{measured['value']:.1f}", "" if target is None else f"{sign} {target:g}"
    elif row["at_most"]:
        shown, wanted = _percent(measured), "" if target is None else f"{sign} {target:.1%}"
    else:
        shown, wanted = _share(measured), "" if target is None else f"{sign} {target:.4g}"
    reached = {True: "yes", False: "no", None: ""}[row["reached"]]
    return [row["set"], row["measure"], shown, wanted, reached]


def targets(figures: Figures) -> str:
    """Every figure that texts are held to."""
    return _table(["set", "figure", "measured (95 %)", "target", "reached"], [_target(r) for r in figures["targets"]])


def sets(figures: Figures) -> str:
    """The shipped system on every set."""
    ours = [row for row in [*figures["systems"], *figures["sets"]] if row["system"] == SHIPPED]
    head = [
        "set",
        "documents",
        "recall (95 %)",
        "precision (95 %)",
        "mentions leaked",
        "documents without a leak",
        "label right",
    ]
    rows = [
        [
            row["set"],
            str(row["documents"]),
            _share(row["recall_share"]),
            _share(row["precision_share"]),
            f"{row['leaked_mentions']} of {row['mentions']}",
            str(row["notes_without_leak"]),
            _share(row["labels_right"]),
        ]
        for row in ours
    ]
    return _table(head, rows)


def peers(figures: Figures) -> str:
    """Recall and precision of all systems on the sets that all were asked about."""
    rows = [*figures["systems"], *figures["sets"]]
    names = list(dict.fromkeys(row["system"] for row in rows if not row["system"].endswith("alone")))
    found = {(row["set"], row["system"]): row for row in rows}
    shared = [s for s in dict.fromkeys(row["set"] for row in rows) if all((s, name) in found for name in names)]
    body = [
        [name, *(f"{found[name, s]['recall']:.3f} / {found[name, s]['precision']:.3f}" for s in names)]
        for name in shared
    ]
    words = {(row["set"], row["system"]): row for row in figures["over_redaction"]}
    for name in dict.fromkeys(row["set"] for row in figures["over_redaction"]):
        cells = [_percent({**words[name, s]["share"], "low": None}) if (name, s) in words else "-" for s in names]
        body.append([f"{name}: words lost", *cells])
    return _table(["set: recall / precision", *names], body)


def speed(figures: Figures) -> str:
    """Characters a second and peak memory."""
    groups = [*LONG, *SHORT]
    rows = figures["speed"]
    found = {(row["system"], row["group"]): f"{row['characters_per_second']:,}" for row in rows}
    body = []
    for name in dict.fromkeys(row["system"] for row in rows):
        memory = max(row["peak_memory_mib"] for row in rows if row["system"] == name)
        body.append([name, *(found.get((name, group), "-") for group in groups), f"{memory:,}"])
    return _table(["system, characters/s", *groups, "peak memory, MiB"], body)


def groups(figures: Figures) -> str:
    """Recall by label and language."""
    rows = [[r["set"], r["group"], str(r["mentions"]), _share(r["recall"])] for r in figures["groups"]]
    return _table(["set", "label or language", "mentions", "recall (95 %)"], rows)


# The mark in README -> the part of the figures that it needs, and its table.
TABLES: Mapping[str, tuple[str, Callable[[Figures], str]]] = {
    "text": ("systems", systems),
    "text_targets": ("targets", targets),
    "text_sets": ("sets", sets),
    "text_peers": ("over_redaction", peers),
    "text_speed": ("speed", speed),
    "text_groups": ("groups", groups),
}


def all_tables(figures: Figures) -> str:
    """Return all tables, one after the other."""
    return "\n\n".join(make(figures) for _, make in TABLES.values())
