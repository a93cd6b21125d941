"""Options for a user's own terms and limits: `--allow --deny --threshold`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from clinx_hf.errors import BadInput

F = TypeVar("F", bound=Callable[..., Any])
_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_OPTIONS = (
    click.option("--allow", type=_file, default=None, help="File of terms that are never removed, one a line."),
    click.option(
        "--deny", type=_file, default=None, help="File of terms that always are: TERM, or TERM, a tab, LABEL."
    ),
    click.option("--threshold", multiple=True, metavar="LABEL=P", help="The model's limit for a label: PROFESSION=0.3"),
)


def term_options(command: F) -> F:
    """Add `--allow --deny --threshold`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def allowed(path: Path | None) -> list[str]:
    """Read a file of terms; empty lines do not count."""
    if path is None:
        return []
    try:
        return [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except UnicodeDecodeError:
        raise BadInput(f"The file {path} is not UTF-8; convert it first, for example with iconv.") from None


def denied(path: Path | None) -> dict[str, str]:
    """Read a file of terms with their labels (ID where a line has none)."""
    parts = (line.partition("\t") for line in allowed(path))
    return {term.strip(): label.strip() or "ID" for term, _, label in parts}


def limits(given: tuple[str, ...]) -> dict[str, float]:
    """Read LABEL=P; raises BadInput for what is no such pair."""
    read: dict[str, float] = {}
    for each in given:
        label, _, limit = each.partition("=")
        try:
            read[label.strip().upper()] = float(limit)
        except ValueError:
            raise BadInput("A --threshold must be LABEL=P with a number P, for example PROFESSION=0.3") from None
    return read
