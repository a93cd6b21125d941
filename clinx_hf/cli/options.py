"""Options that several commands share, each in one place."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from clinx_hf.phi import KEEP_OPTIONS, Policy

F = TypeVar("F", bound=Callable[..., Any])
KEY_VARIABLE = "CLINX_HF_KEY"

_OPTIONS = (
    click.option(
        "--policy",
        type=click.Choice([p.value for p in Policy]),
        default="safe-harbor",
        show_default=True,
        help="What goes.",
    ),
    click.option(
        "--style",
        type=click.Choice(["tag", "mask", "surrogate", "rewrite"]),
        default="tag",
        show_default=True,
        help="What is put there.",
    ),
    click.option(
        "--surrogate-mode",
        default="consistent",
        show_default=True,
        help="How surrogates repeat: consistent, markov(p) or per-mention.",
    ),
    click.option("--keep", type=click.Choice(KEEP_OPTIONS), multiple=True, help="What may stay of a date or ZIP code."),
    click.option(
        "--model", default=None, help="Folder or hub id of a recognizer (default: the embedded one, offline)."
    ),
)


def text_options(command: F) -> F:
    """Add `--policy --style --surrogate-mode --keep --model`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def surrogate_key(file: Path | None) -> bytes | None:
    """Read the secret for surrogates from a file, or from the environment; never from the command line.

    Raises:
        BadInput: it has fewer than 16 bytes.
    """
    from clinx_hf.text.styles.replacing import checked_key

    if file is not None:
        return checked_key(file.read_bytes().strip())
    value = os.environ.get(KEY_VARIABLE)
    return checked_key(value) if value else None


key_option = click.option(
    "--key-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help=f"File with the secret that ties surrogates together over texts (or set {KEY_VARIABLE}).",
)
