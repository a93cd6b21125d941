"""Options that several commands share, each in one place."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from clinx_hf.errors import BadInput
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
        type=click.Choice(["tag", "mask", "surrogate"]),
        default="tag",
        show_default=True,
        help="What is put there.",
    ),
    click.option("--keep", type=click.Choice(KEEP_OPTIONS), multiple=True, help="What may stay of a date or ZIP code."),
    click.option(
        "--model", default=None, help="Folder or hub id of a recognizer (default: the embedded one, offline)."
    ),
)


def text_options(command: F) -> F:
    """Add `--policy --style --keep --model`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def surrogate_key(file: Path | None) -> bytes | None:
    """Read the secret for surrogates from a file, or from the environment; never from the command line."""
    if file is not None:
        key = file.read_bytes().strip()
        if len(key) < 16:
            raise BadInput(f"The key file {file} must hold at least 16 bytes; make one with: openssl rand -hex 32")
        return key
    value = os.environ.get(KEY_VARIABLE)
    return value.encode() if value else None


key_option = click.option(
    "--key-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help=f"File with the secret that ties surrogates together over texts (or set {KEY_VARIABLE}).",
)
