"""Tables of README and model cards, rendered from `results/` and provenance: no number there is written by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from clinx_hf.audit import fairness, leakage_figures, surrogates
from clinx_hf.bench import ablation, image_tables, learning_curve, rewrite, text_tables, vqa_rad
from clinx_hf.bench.results import read_result
from clinx_hf.phi import CATEGORY, LABELS, Policy, removed_labels

_MISSING = "Not measured yet."


def _vqa_rad(figures: Mapping[str, Any]) -> str:
    return vqa_rad.table(vqa_rad.VqaRadFigures(**figures))


def _leakage(figures: Mapping[str, Any]) -> str:
    return leakage_figures.table(leakage_figures.LeakageFigures.read(figures))


def _surrogates(figures: Mapping[str, Any]) -> str:
    rows = [surrogates.AttackFigures(**row) for row in figures["rows"]]
    return surrogates.table(surrogates.SurrogateFigures(**{**figures, "rows": rows}))


def _learning_curve(figures: Mapping[str, Any]) -> str:
    points = [learning_curve.Point(**point) for point in figures["points"]]
    return learning_curve.table(learning_curve.LearningCurve(**{**figures, "points": points}))


_TABLES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "vqa_rad": _vqa_rad,
    "leakage_vqa_rad": _leakage,
    "leakage_medpix": _leakage,
    "surrogates": _surrogates,
    "learning_curve": _learning_curve,
    "fairness": lambda figures: fairness.table(fairness.read_figures(figures)),
    "rewrite": lambda figures: rewrite.table(rewrite.RewriteFigures(**figures)),
    "ablation": lambda figures: ablation.table(
        ablation.Ablation(figures["notes"], [ablation.Row(**row) for row in figures["rows"]])
    ),
}


def provenance_table(model: str) -> str:
    """Return how the embedded weights of a model came to be, from the file beside them."""
    folder = Path(str(files("clinx_hf").joinpath("weights", model)))
    record = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    size = sum(path.stat().st_size for path in folder.glob("*.safetensors")) / 2**20
    settings = ", ".join(f"{name} {value}" for name, value in record["settings"].items() if value not in (None, [], ()))
    rows = {
        "weights": f"{size:.1f} MiB, fp16",
        "licence": record["licence"],
        "trained": f"{record['date']}, {record['steps']:,} steps, {record['seconds'] / 60:.0f} minutes of {record['machine']}",
        "data": record["data"],
        "settings": settings,
    }
    return "| | |\n|---|---|\n" + "\n".join(f"| {name} | {value} |" for name, value in rows.items())


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
    if name.startswith("provenance_"):
        return provenance_table(name.removeprefix("provenance_"))
    for result, tables in (("text", text_tables.TABLES), ("image", image_tables.TABLES)):
        if name in tables:
            part, table = tables[name]
            record = read_result(results, result)
            if record is None or not record["figures"].get(part):
                return _MISSING
            return table(record["figures"]) + _conditions(record)
    record = read_result(results, name)
    return _MISSING if record is None else _TABLES[name](record["figures"]) + _conditions(record)


def render_page(page: Path, results: Path, write: bool) -> bool:
    """Fill every `<!-- figures: NAME -->` block; return whether that changed (or would change) the file."""
    old = page.read_text(encoding="utf-8")

    def filled(match: re.Match[str]) -> str:
        return f"{match.group(1)}\n{_block(match.group(2), results)}\n{match.group(3)}"

    pattern = r"(<!-- figures: (\w+) -->)\n.*?(<!-- end -->)"
    new = re.sub(pattern, filled, old, flags=re.S)
    if write and new != old:
        page.write_text(new, encoding="utf-8")
    return new != old
