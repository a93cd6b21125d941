"""The command: tables of what was measured, targets beside figures, results only of a whole run."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from click.testing import CliRunner
from image_cases import planted

from clinx_hf.bench import image, image_tables
from clinx_hf.bench.image_peers import Answer, Piece, Told
from clinx_hf.bench.image_reading import reading_figures
from clinx_hf.bench.image_redaction import blackened, redaction_figures
from clinx_hf.bench.image_targets import targets
from clinx_hf.bench.render import render_page
from clinx_hf.cli.bench import bench_command


def _figures() -> image.ImageFigures:
    cases = planted()
    told = [Told(tuple(Piece(x.drawn.quad, x.drawn.text) for x in case.lines[1:]), 0.5) for case in cases]
    answer = Answer("one line short", tuple(told), ("",) * 99, 300)
    reading = [reading_figures(answer, cases)] * 2
    outcomes = blackened(answer, [case.picture for case in cases])
    redaction = [redaction_figures("clinx_hf", cases, outcomes, [], {"read": 1.5})]
    return image.ImageFigures(
        len(cases), 9, 6, 0, 1, 60, ["x: not here"], 0.02, targets(reading, redaction), reading, redaction, None
    )


def test_tables_show_every_part_and_what_was_left_out() -> None:
    told = image_tables.all_tables(asdict(_figures()))
    measured = [name for name, (part, _) in image_tables.TABLES.items() if part != "inpainting"]
    assert all(f"{name}:\n" in told for name in measured)
    assert "image_inpainting:" not in told
    assert "would cover 2.00% outside" in told
    assert "Left out: x: not here." in told
    assert "| one line short |" in told
    assert "| read | 0.500 |" in told


def test_targets_tell_what_was_not_reached() -> None:
    rows = {row.measure: row for row in _figures().targets}
    assert not rows["identifiers removed, all"].reached
    assert not rows["harmless marks kept"].reached
    assert rows["changed outside the text's boxes"].reached
    assert rows["lines found: at or better than one line short"].reached


def test_a_missing_peer_is_left_out_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = planted()
    bare = Answer("other", (Told((), 0.1),) * len(cases), ("",) * 99, None)
    monkeypatch.setattr(image, "_redactor", lambda reader: None)
    monkeypatch.setattr(image, "ours", lambda *given: redaction_figures("clinx_hf", [], [], []))
    monkeypatch.setattr(image.image_peers, "worker_answer", lambda *given: bare)
    monkeypatch.setattr(image.image_peers, "tesseract_answer", lambda *given: bare)
    reading, redaction, left_out = image.measure_texts(cases, [], ["redaction"], None, 1)
    assert reading == []
    assert [row.system for row in redaction] == ["clinx_hf", "other", "other"]
    assert "--peer-python" in left_out[0]


@pytest.mark.parametrize(("part", "written"), [("all", True), ("reading", False)])
def test_only_a_whole_run_is_written(part: str, written: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figures = _figures()
    monkeypatch.setattr(image, "measure", lambda data, parts, peer, pictures: figures)
    given = ["image", "--data", str(tmp_path), "--results", str(tmp_path), "--part", part]
    done = CliRunner().invoke(bench_command, given)
    assert done.exit_code == 0, done.output
    assert "image_targets:" in done.output
    assert (tmp_path / "image.json").is_file() == written


def test_cards_show_the_figures(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- figures: image_redaction -->\n<!-- end -->\n", encoding="utf-8")
    render_page(page, tmp_path, write=True)
    assert "Not measured yet." in page.read_text(encoding="utf-8")
    record = {"figures": asdict(_figures()), "sizes": {"pictures": 3}, "date": "today", "machine": "one"}
    (tmp_path / "image.json").write_text(json.dumps(record), encoding="utf-8")
    render_page(page, tmp_path, write=True)
    assert "| clinx_hf |" in page.read_text(encoding="utf-8")
