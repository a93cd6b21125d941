"""`clinx-hf text`: clean a text file or standard input."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from clinx_hf.cli.options import KEY_VARIABLE, key_option, surrogate_key, text_options
from clinx_hf.cli.terms import allowed, denied, limits, term_options
from clinx_hf.errors import BadInput

_vault = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@text_options
@key_option
@click.option("--rewriter", default=None, help="Folder or hub id of a larger model for --style rewrite.")
@click.option("--vault", default=None, type=_vault, help="Also write what was taken out, encrypted with the key.")
@click.option("--restore", default=None, type=_vault, help="Put back what this vault holds: FILES are clean texts.")
@term_options
@click.option("--explain", is_flag=True, help="Show the identifiers in colour, with who found them; writes no file.")
@click.option("--json", "as_json", is_flag=True, help="Print text and entities as one JSON line per file.")
def text_command(
    files: tuple[Path, ...],
    policy: str,
    style: str,
    surrogate_mode: str,
    keep: tuple[str, ...],
    model: str | None,
    key_file: Path | None,
    rewriter: str | None,
    vault: Path | None,
    restore: Path | None,
    allow: Path | None,
    deny: Path | None,
    threshold: tuple[str, ...],
    explain: bool,
    as_json: bool,
) -> None:
    """Print the clean form of text files (default: standard input).

    Example: clinx-hf text note.txt --style surrogate
    """
    texts = [_read(path) for path in files or (Path("-"),)]
    key = surrogate_key(key_file)
    if explain and (vault or restore or as_json):
        raise BadInput("--explain only shows; leave out --vault, --restore and --json.")
    if (vault or restore) and key is None:
        raise BadInput(f"A vault needs a key: name a file with --key-file, or set {KEY_VARIABLE}.")
    if restore is not None and key is not None:
        _restore(texts, restore, key)
        return
    from clinx_hf.text.pipeline_deid import as_result
    from clinx_hf.text.scrubber import Scrubber

    scrubber = Scrubber(
        policy,
        style,
        model,
        keep,
        key,
        rewriter=rewriter,
        surrogate_mode=surrogate_mode,
        allow=allowed(allow),
        deny=denied(deny),
        thresholds=limits(threshold),
    )
    if explain:
        from clinx_hf.cli import explain as explaining

        for text, spans in zip(texts, scrubber.judge(texts), strict=True):
            explaining.explain(text, spans)
        return
    cleaned = scrubber.scrub(texts)
    if vault is not None and key is not None:
        from clinx_hf.text.vault import seal, write_vault

        write_vault(vault, (seal(*pair) for pair in zip(texts, cleaned, strict=True)), key)
    for done in cleaned:
        click.echo(
            json.dumps(as_result(done), ensure_ascii=False) if as_json else done.text,
            nl=as_json or not done.text.endswith("\n"),
        )


def _restore(texts: list[str], vault: Path, key: bytes) -> None:
    from clinx_hf.text.vault import clean_digest, read_vault, restore

    sealed = read_vault(vault, key)
    known = {each.clean for each in sealed}
    # A text without a line break at its end was printed with one.
    as_cleaned = [t[:-1] if t.endswith("\n") and clean_digest(t) not in known else t for t in texts]
    for original in restore(as_cleaned, sealed):
        click.echo(original, nl=not original.endswith("\n"))


def _read(path: Path) -> str:
    data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"Byte {error.start} is not UTF-8; convert the text first, for example with iconv.") from None
