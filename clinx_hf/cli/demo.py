"""`clinx-hf demo`: a small invented study, from planted identifiers to a clean dataset."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--output", default="demo-output", show_default=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--rows", default=12, show_default=True, type=click.IntRange(1, 200), help="Patients in the study.")
@click.option("--seed", default=7, show_default=True, help="Seed of the study.")
def demo_command(output: Path, rows: int, seed: int) -> None:
    """De-identify an invented study and show it: Parquet, a report, a before/after sheet.

    Example: clinx-hf demo --output demo-output
    """
    from clinx_hf.audit.demo import run_demo

    click.echo(run_demo(output, rows, seed))
