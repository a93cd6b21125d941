"""`--explain` shows each identifier with its label and source, and refuses what would write."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from clinx_hf.cli.explain import colour_of, painted, said
from clinx_hf.cli.terms import denied, limits
from clinx_hf.cli.text import text_command
from clinx_hf.errors import BadInput
from clinx_hf.phi import LABELS, Label, Span


def test_every_label_has_a_colour_and_every_source_is_told() -> None:
    assert all(colour_of(label) for label in LABELS)
    assert said(Span(0, 2, Label.DATE, 0.9, "rule:numeric_dates")) == "DATE rule:numeric_dates"
    assert said(Span(0, 2, Label.DOCTOR, 0.974, "model")) == "DOCTOR model 0.97"
    shown = painted("by [Lee] now", [Span(4, 7, Label.DOCTOR, 0.9, "propagation")])
    assert shown.plain == "by [Lee\u27e8DOCTOR propagation\u27e9] now"


def test_explain_does_not_go_with_what_writes(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("x", encoding="utf-8")
    result = CliRunner().invoke(text_command, [str(note), "--explain", "--json"])
    assert isinstance(result.exception, BadInput)


def test_files_of_terms(tmp_path: Path) -> None:
    path = tmp_path / "deny.txt"
    path.write_text("Nightjar\n\nAnn Lee\tPATIENT\n", encoding="utf-8")
    assert denied(path) == {"Nightjar": "ID", "Ann Lee": "PATIENT"}
    assert limits(("profession=0.3",)) == {"PROFESSION": 0.3}
    with pytest.raises(BadInput, match="LABEL=P"):
        limits(("PROFESSION",))
