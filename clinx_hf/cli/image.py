"""`clinx-hf image`: clean picture files."""

from __future__ import annotations

from pathlib import Path

import click

from clinx_hf.phi import Policy


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--output",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the clean PNGs.",
)
@click.option("--policy", type=click.Choice([p.value for p in Policy]), default="safe-harbor", show_default=True)
@click.option(
    "--overlay",
    type=click.Choice(["phi", "all"]),
    default="phi",
    show_default=True,
    help="What burned-in text goes.",
)
def image_command(files: tuple[Path, ...], output: Path, policy: str, overlay: str) -> None:
    """Write clean copies of pictures, named 00001.png and so on: a file name may be an identifier, too.

    Example: clinx-hf image scan1.jpg scan2.png --output clean
    """
    from clinx_hf.transform import Deidentifier

    deidentifier = Deidentifier(policy=policy, overlay=overlay)
    output.mkdir(parents=True, exist_ok=True)
    for number, path in enumerate(files, 1):
        clean = deidentifier({"image": {"bytes": path.read_bytes(), "path": None}})["image"]
        (output / f"{number:05}.png").write_bytes(clean["bytes"])
        click.echo(f"{number:05}.png", err=True)
