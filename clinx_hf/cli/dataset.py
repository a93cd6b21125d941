"""`clinx-hf dataset`: clean a dataset on disk or on the hub."""

from __future__ import annotations

from pathlib import Path

import click

from clinx_hf.cli.options import key_option, surrogate_key, text_options


@click.command()
@click.argument("source")
@click.option(
    "--output", required=True, type=click.Path(file_okay=False, path_type=Path), help="New folder for Parquet."
)
@text_options
@click.option("--overlay", type=click.Choice(["phi", "all"]), default="phi", show_default=True, help="Burned-in text.")
@click.option("--patient-column", default=None, help="A column that identifies the patient.")
@key_option
def dataset_command(
    source: str,
    output: Path,
    policy: str,
    style: str,
    surrogate_mode: str,
    keep: tuple[str, ...],
    model: str | None,
    overlay: str,
    patient_column: str | None,
    key_file: Path | None,
) -> None:
    """Write a clean copy of SOURCE (hub id, or a folder that `load_dataset` reads) as Parquet, with a card.

    Example: clinx-hf dataset flaviagiammarino/vqa-rad --output clean
    """
    from clinx_hf.hub import load_source
    from clinx_hf.scale.local import clean_dataset
    from clinx_hf.transform import Deidentifier

    deidentifier = Deidentifier(
        policy=policy,
        style=style,
        overlay=overlay,
        keep=keep,
        model=model,
        patient_column=patient_column,
        key=surrogate_key(key_file),
        surrogate_mode=surrogate_mode,
    )
    splits = load_source(source)
    named = source if not Path(source).exists() else "a local folder"
    click.echo(clean_dataset(splits, deidentifier, output, named).sentence())
