"""The main job, measured: all of VQA-RAD through the transform. `clinx-hf bench vqa-rad`."""

from __future__ import annotations

import resource
import tempfile
from dataclasses import dataclass
from pathlib import Path

from clinx_hf.scale.local import clean_dataset
from clinx_hf.scale.vqa_rad import load_folder
from clinx_hf.transform import Deidentifier


@dataclass(frozen=True)
class VqaRadFigures:
    """What one run over the whole set took and took out."""

    images: int
    rows: int
    identifiers: int
    seconds: float
    peak_memory_mib: int


def measure(folder: Path, output: Path | None = None) -> VqaRadFigures:
    """Clean the whole set with default settings; `output` keeps the clean dataset."""
    with tempfile.TemporaryDirectory() as scratch:
        splits = load_folder(folder)
        outcome = clean_dataset(splits, Deidentifier(), output or Path(scratch) / "clean", "VQA-RAD")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    images = len(list((folder / "images").iterdir()))
    return VqaRadFigures(images, outcome.rows, outcome.identifiers, round(outcome.seconds, 1), memory)


def table(figures: VqaRadFigures) -> str:
    """Return the figures as a Markdown table."""
    head = "| images | question rows | identifiers removed | seconds, 2 cores | peak memory, MiB |\n|---|---|---|---|---|\n"
    return (
        f"{head}| {figures.images} | {figures.rows} | {figures.identifiers} | {figures.seconds:.0f} "
        f"| {figures.peak_memory_mib} |"
    )
