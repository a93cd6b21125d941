"""The tables of `clinx-hf bench image` in Markdown, from its figures as plain data (what `results/image.json` holds)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from clinx_hf.bench import inpainting

Figures = Mapping[str, Any]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("|" + "|".join(f" {cell} " if cell != "---" else cell for cell in line) + "|" for line in lines)


def _share(share: Figures | None, interval: bool = False) -> str:
    if share is None or not share["of"]:
        return "-"
    value = f"{share['hits'] / share['of']:.1%}"
    return f"{value} ({share['low']:.1%} to {share['high']:.1%})" if interval else value


def _rate(errors: Figures | None) -> str:
    return "-" if errors is None or not errors["signs"] else f"{errors['wrong'] / errors['signs']:.1%}"


def image_targets(figures: Figures) -> str:
    """Every figure that reading and redaction are held to."""
    rows = [[r["measure"], r["measured"], r["target"], "yes" if r["reached"] else "no"] for r in figures["targets"]]
    return _table(["figure", "measured (95 %)", "target", "reached"], rows)


def image_redaction(figures: Figures) -> str:
    """All systems: removed, kept, changed, time."""
    head = [
        "system",
        "identifiers removed",
        "marks kept",
        "side markers kept",
        "changed outside the text",
        "boxes outside",
    ]
    head += ["pictures without text untouched", "s/picture", "about 768 px", "peak MiB"]
    rows = []
    for row in figures["redaction"]:
        cells = [row["system"], _share(row["removed"]["all"], True), _share(row["marks"]), _share(row["sides"])]
        cells += [f"{row['changed']:.2%}", f"{row['covered']:.2%}", _share(row["untouched"]), f"{row['seconds']:.2f}"]
        cells.append("-" if row["seconds_large"] is None else f"{row['seconds_large']:.2f}")
        rows.append([*cells, "-" if row["peak_memory_mib"] is None else f"{row['peak_memory_mib']:,}"])
    note = (
        f"\n\n{figures['pictures']} pictures, {figures['identifiers']} identifiers, {figures['marks']} marks, "
        f"{figures['threads']} threads each. Others: a black box over every box that they find (presidio: over what it "
        "takes for an identifier). Pictures with text of their own do not count in the two columns on what is outside. "
        f"A reader without fault would cover {figures['perfect_share']:.2%} outside: padding and rounding."
    )
    return _table(head, rows) + note + "".join(f"\n\nLeft out: {reason}." for reason in figures["left_out"])


def image_stages(figures: Figures) -> str:
    """Our time by stage."""
    stages = figures["redaction"][0]["stages"]
    rows = [[name, f"{seconds:.3f}"] for name, seconds in stages.items()]
    return _table(["stage", "s/picture"], [*rows, ["all", f"{sum(stages.values()):.3f}"]])


def _by_group(rows: Sequence[Figures], part: str, cell: Callable[[Any], str], count: Callable[[Any], int]) -> str:
    ours = rows[0][part]
    body = [
        [name, str(count(ours[name])), *(cell(row[part].get(name)) for row in rows)]
        for name in sorted(ours, key=_place)
    ]
    return _table(["group", "n", *(row["system"] for row in rows)], body)


_ORDER = (
    *("all", "8 px and contrast 40 up", "5-8 px", "8-12 px", "12-20 px", "20-36 px"),
    *("contrast 18-40", "contrast 40-75", "contrast 75 up", "upright", "90/270", "180", "slanted"),
    *("light", "dark", "colour", "boxed", "outlined", "shadow", "PNG", "JPEG"),
    *("brain_mri", "ultrasound", "covid_cxr", "medpix"),
)


def _place(group: str) -> tuple[int, str]:
    return (_ORDER.index(group) if group in _ORDER else len(_ORDER)), group


def image_removed(figures: Figures) -> str:
    """Identifiers removed, by group."""
    return _by_group(figures["redaction"], "removed", _share, lambda share: int(share["of"]))


def image_found(figures: Figures) -> str:
    """Lines found, by group."""
    return _by_group(figures["reading"], "found", _share, lambda share: int(share["of"]))


def image_errors(figures: Figures) -> str:
    """Sign errors of the whole way, by group."""
    return _by_group(figures["reading"], "errors", _rate, lambda row: int(row["signs"]))


def image_cut_errors(figures: Figures) -> str:
    """Sign errors where each line is cut out for the reader, by group."""
    return _by_group(figures["reading"], "cut_errors", _rate, lambda row: int(row["signs"]))


def image_readers(figures: Figures) -> str:
    """Readers: found, errors, boxes beyond the text, time."""
    head = ["reader", "lines found", "sign errors", "sign errors, lines cut out", "boxes outside the text", "s/picture"]
    rows = [
        [
            row["system"],
            _share(row["found"]["all"], True),
            _rate(row["errors"]["all"]),
            _rate(row["cut_errors"]["all"]),
            f"{row['outside']:.2%}",
            f"{row['seconds']:.2f}",
        ]
        for row in figures["reading"]
    ]
    return _table(head, rows)


def image_inpainting(figures: Figures) -> str:
    """Fills: what they are held to, and beside the classical ones."""
    return inpainting.table(inpainting.read_figures(figures["inpainting"]))


# The mark in README and cards -> the part of the figures that it needs, and its table.
TABLES: Mapping[str, tuple[str, Callable[[Figures], str]]] = {
    "image_targets": ("targets", image_targets),
    "image_redaction": ("redaction", image_redaction),
    "image_stages": ("redaction", image_stages),
    "image_removed": ("redaction", image_removed),
    "image_readers": ("reading", image_readers),
    "image_found": ("reading", image_found),
    "image_errors": ("reading", image_errors),
    "image_cut_errors": ("reading", image_cut_errors),
    "image_inpainting": ("inpainting", image_inpainting),
}


def all_tables(figures: Figures) -> str:
    """Return the tables of every part that was measured, one after the other."""
    made = [f"{name}:\n{make(figures)}" for name, (part, make) in TABLES.items() if figures[part]]
    return "\n\n".join(made)
