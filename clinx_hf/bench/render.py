"""README's tables, rendered from the figures under `results/`: no number there is written by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from clinx_hf.bench import text_tables, vqa_rad
from clinx_hf.bench.results import read_result
from clinx_hf.phi import CATEGORY, LABELS, Policy, removed_labels

_MISSING = "Not measured yet."


def _vqa_rad(figures: Mapping[str, Any]) -> str:
    return vqa_rad.table(vqa_rad.VqaRadFigures(**figures))


def _leakage(figures: Mapping[str, Any]) -> str:
    outside = "not compared" if figures["changed_outside"] is None else figures["changed_outside"]
    return (
        "| images | a name or date is legible before | after | images with a changed pixel outside the boxes |\n"
        "|---|---|---|---|\n"
        f"| {figures['images']} | {figures['legible_before']} | {figures['legible_after']} "
        f"({figures['share_after']:.1%}) | {outside} |"
    )


_TABLES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {"vqa_rad": _vqa_rad, "leakage": _leakage}


def policy_table() -> str:
    """Return what each policy does with each label: R = removed, K = kept."""
    removed = {policy: removed_labels(policy) for policy in Policy}
    head = "| label | category | " + " | ".join(Policy) + " |\n|---|---|---|---|---|\n"
    return head + "\n".join(
        f"| {label} | {CATEGORY[label]} | " + " | ".join("R" if label in removed[p] else "K" for p in Policy) + " |"
        for label in LABELS
    )


def _conditions(record: Mapping[str, Any]) -> str:
    sizes = ", ".join(f"{size:,} {name}" for name, size in record["sizes"].items())
    return f"\n\nMeasured {record['date']} on {record['machine']} ({sizes})."


def _block(name: str, results: Path) -> str:
    if name == "policies":
        return policy_table()
    if name in text_tables.TABLES:
        part, table = text_tables.TABLES[name]
        record = read_result(results, "text")
        if record is None or part not in record["figures"]:
            return _MISSING
        return table(record["figures"]) + _conditions(record)
    record = read_result(results, name)
    return _MISSING if record is None else _TABLES[name](record["figures"]) + _conditions(record)


def render_readme(readme: Path, results: Path, write: bool) -> bool:
    """Fill every `<!-- figures: NAME -->` block; return whether that changed (or would change) the file."""
    old = readme.read_text(encoding="utf-8")

    def filled(match: re.Match[str]) -> str:
        return f"{match.group(1)}\n{_block(match.group(2), results)}\n{match.group(3)}"

    pattern = r"(<!-- figures: (\w+) -->)\n.*?(<!-- end -->)"
    new = re.sub(pattern, filled, old, flags=re.S)
    if write and new != old:
        readme.write_text(new, encoding="utf-8")
    return new != old
