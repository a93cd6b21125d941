"""The demo: an invented study is cleaned, and what was planted is looked for in what came out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clinx_hf.report import contact_sheet
from clinx_hf.scale.local import clean_dataset, one_bar_only
from clinx_hf.synthesis.study import StudyRow, study
from clinx_hf.transform import Deidentifier

if TYPE_CHECKING:
    from datasets import Dataset

_SHOWN = 6


def planted_dataset(rows: list[StudyRow]) -> Dataset:
    """Return the study as a dataset, as a hospital would hand it over: image, note, question, answer."""
    from datasets import Dataset, Features, Image, Value

    features = Features(
        {"image": Image(), "note": Value("string"), "question": Value("string"), "answer": Value("string")}
    )
    columns = {name: [getattr(row, name) for row in rows] for name in features}
    return Dataset.from_dict(columns, features=features)


def left_in_texts(rows: list[StudyRow], clean: Dataset) -> tuple[int, int]:
    """Count the planted identifiers of the notes and questions, and those that still stand in their clean forms."""
    planted = left = 0
    for row, note, question in zip(rows, clean["note"], clean["question"], strict=True):
        planted += len(row.in_note)
        left += sum(value in note or value in question for value in row.in_note)
    return planted, left


def run_demo(output: Path, number: int, seed: int) -> str:
    """Make, clean and check the study; returns what a reader of the terminal wants to know.

    Raises:
        BadInput: the output folder is not empty.
    """
    from datasets import load_dataset

    rows = list(study(number, seed))
    outcome = clean_dataset({"train": planted_dataset(rows)}, Deidentifier(), output, "an invented study")
    with one_bar_only():
        clean = load_dataset("parquet", data_files=str(output / "data" / "*.parquet"), split="train")
    sheet = contact_sheet([row.image for row in rows[:_SHOWN]], clean[:_SHOWN]["image"])
    sheet.save(output / "before_after.png")
    planted, left = left_in_texts(rows, clean)
    return (
        f"{outcome.sentence()}\n"
        f"Planted in texts: {planted} identifiers; left after: {left}.\n"
        f"Look at {output / 'before_after.png'} and {output / 'README.md'}."
    )
