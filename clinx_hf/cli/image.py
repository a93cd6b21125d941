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
@click.option(
    "--verify",
    type=click.Choice(["reader", "rapidocr"]),
    default="reader",
    show_default=True,
    help="Who reads the clean picture again; rapidocr needs the extra `verify`.",
)
@click.option(
    "--allow-large", is_flag=True, help="Fill regions of any size instead of painting and flagging large ones."
)
def image_command(
    files: tuple[Path, ...], output: Path, policy: str, overlay: str, verify: str, allow_large: bool
) -> None:
    """Write clean copies of pictures, named 00001.png and so on: a file name may be an identifier, too.

    Example: clinx-hf image scan1.jpg scan2.png --output clean
    """
    from clinx_hf.tally import Case
    from clinx_hf.transform import Deidentifier

    deidentifier = Deidentifier(policy=policy, overlay=overlay, verify=verify, allow_large=allow_large)
    before = 0
    output.mkdir(parents=True, exist_ok=True)
    for number, path in enumerate(files, 1):
        clean = deidentifier({"image": {"bytes": path.read_bytes(), "path": None}})["image"]
        (output / f"{number:05}.png").write_bytes(clean["bytes"])
        flagged = deidentifier.tally.total(Case.FLAGGED) - before
        before += flagged
        note = " flagged: a region over much of the picture was painted; look at it" if flagged else ""
        click.echo(f"{number:05}.png{note}", err=True)
