"""What was found and done: the card of a de-identified dataset, its counts, and a contact sheet of before and after.

Nothing of the data itself is in a report but the contact sheet, which is made for the demo's invented study only.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from clinx_hf.phi import CATEGORY, Label
from clinx_hf.tally import Case, Tally


@dataclass(frozen=True)
class DatasetReport:
    """A finished run. `source` is the hub id, or "a local folder": a path may name a patient."""

    source: str
    policy: str
    style: str
    overlay: str
    version: str
    weights: str
    rows: int
    seconds: float
    tally: Tally


def _rows(tally: Tally) -> list[tuple[str, str, int]]:
    removed = [(label, tally.total(Case.IDENTIFIER, label)) for label in Label]
    return [(str(label), CATEGORY[label], count) for label, count in removed if count]


def dataset_card(report: DatasetReport) -> str:
    """Render the README of a de-identified dataset: what was removed, with what, and what was not checked."""
    from jinja2 import Environment, StrictUndefined

    template = files("clinx_hf").joinpath("templates/dataset_card.md").read_text(encoding="utf-8")
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True, trim_blocks=True, autoescape=False)
    cases = {case.value: report.tally.total(case) for case in Case}
    return environment.from_string(template).render(report=report, rows=_rows(report.tally), cases=cases)


def write_report(report: DatasetReport, folder: Path) -> None:
    """Write `README.md` and `report.json` (counts only) into the folder of a dataset."""
    (folder / "README.md").write_text(dataset_card(report), encoding="utf-8")
    counts: list[dict[str, Any]] = [asdict(entry) for entry in report.tally.entries()]
    record = {
        name: getattr(report, name) for name in ("source", "policy", "style", "overlay", "version", "weights", "rows")
    }
    record |= {"seconds": round(report.seconds, 1), "counts": counts}
    (folder / "report.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def contact_sheet(before: Sequence[Image.Image], after: Sequence[Image.Image], side: int = 448) -> Image.Image:
    """Return one picture: each row an image before (left) and after (right), at most `side` pixels wide."""
    margin, head = 8, 24
    pairs = list(zip(before, after, strict=True))
    sheet = Image.new("RGB", (2 * side + 3 * margin, head + len(pairs) * (side + margin) + margin), "white")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(14)
    for column, title in enumerate(("before", "after")):
        draw.text((margin + column * (side + margin), 4), title, fill="black", font=font)
        for row, pair in enumerate(pairs):
            picture = pair[column].convert("RGB")
            picture.thumbnail((side, side), Image.Resampling.LANCZOS)
            sheet.paste(picture, (margin + column * (side + margin), head + row * (side + margin)))
    return sheet
