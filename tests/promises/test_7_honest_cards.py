"""Promise 7: every figure of README comes from a file under results/ that a command wrote."""

import json
from pathlib import Path

import pytest

from clinx_hf.bench.render import render_page

ROOT = Path(__file__).resolve().parents[2]


PAGES = [ROOT / "README.md", *sorted((ROOT / "model_cards").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_pages_show_what_results_hold(page):
    assert not render_page(page, ROOT / "results", write=False)


def test_a_figure_changed_by_hand_is_noticed(tmp_path):
    readme = tmp_path / "README.md"
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    readme.write_text(text.replace("| recall |", "| recall (edited) |"), encoding="utf-8")
    assert render_page(readme, ROOT / "results", write=False)


@pytest.mark.parametrize("path", sorted((ROOT / "results").glob("*.json")), ids=lambda p: p.stem)
def test_results_say_under_what_they_were_measured(path):
    record = json.loads(path.read_text(encoding="utf-8"))
    assert {"name", "date", "commit", "machine", "versions", "sizes", "figures"} <= set(record)


@pytest.mark.parametrize("model", ["recognizer", "reader", "ppgan", "rewriter"])
def test_weights_tell_where_they_come_from(model):
    record = json.loads((ROOT / "clinx_hf" / "weights" / model / "provenance.json").read_text(encoding="utf-8"))
    assert {"data", "settings", "steps", "seconds", "versions", "figures"} <= set(record)
    assert record["licence"] == "Apache-2.0"


def test_weights_keep_to_their_sizes():
    limits = {"recognizer": 32, "reader": 16, "ppgan": 8, "rewriter": 16}
    for model, limit in limits.items():
        size = sum(p.stat().st_size for p in (ROOT / "clinx_hf" / "weights" / model).rglob("*.safetensors"))
        assert 0 < size <= limit << 20
