"""`clinx-hf audit`: questions about de-identified data."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

_folder = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def audit_command() -> None:
    """Ask a question of a dataset before and after; the answer is a figure and an exit code.

    Example: clinx-hf audit leakage --images ../shared/data/vqa_rad/images --limit 0.05
    """


@audit_command.command()
@click.option("--images", required=True, type=_folder, help="Folder of original pictures.")
@click.option(
    "--clean", default=None, type=_folder, help="Clean PNGs as `clinx-hf image` numbers them (default: made now)."
)
@click.option("--limit", default=0.05, show_default=True, help="Largest share of images that may leak.")
@click.option("--most", default=None, type=int, help="Look at the first so many images only.")
@click.option("--results", default=None, type=click.Path(path_type=Path), help="Folder for leakage.json.")
def leakage(images: Path, clean: Path | None, limit: float, most: int | None, results: Path | None) -> None:
    """Can Tesseract still read a footer's name or date? Prints before and after; exit code 1 above the limit.

    Example: clinx-hf audit leakage --images ../shared/data/vqa_rad/images
    """
    from clinx_hf.audit.leakage import leakage_of_folder

    figures = leakage_of_folder(images, clean, limit, most)
    click.echo(json.dumps({**asdict(figures), "passed": figures.passed}, indent=2))
    if results is not None:
        from clinx_hf.bench.results import write_result

        write_result(results, "leakage", figures, images=figures.images)
    if not figures.passed:
        sys.exit(1)
