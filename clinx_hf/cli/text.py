"""`clinx-hf text`: clean a text file or standard input."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from clinx_hf.cli.options import key_option, surrogate_key, text_options
from clinx_hf.errors import BadInput


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@text_options
@key_option
@click.option("--json", "as_json", is_flag=True, help="Print text and entities as one JSON line per file.")
def text_command(
    files: tuple[Path, ...],
    policy: str,
    style: str,
    keep: tuple[str, ...],
    model: str | None,
    key_file: Path | None,
    as_json: bool,
) -> None:
    """Print the clean form of text files (default: standard input).

    Example: clinx-hf text note.txt --style surrogate
    """
    texts = [_read(path) for path in files or (Path("-"),)]
    from clinx_hf.text.pipeline_deid import as_result
    from clinx_hf.text.scrubber import Scrubber

    scrubber = Scrubber(policy=policy, style=style, model=model, keep=keep, key=surrogate_key(key_file))
    for done in scrubber.scrub(texts):
        click.echo(
            json.dumps(as_result(done), ensure_ascii=False) if as_json else done.text,
            nl=as_json or not done.text.endswith("\n"),
        )


def _read(path: Path) -> str:
    data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"Byte {error.start} is not UTF-8; convert the text first, for example with iconv.") from None
