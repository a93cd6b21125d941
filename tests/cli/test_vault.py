"""`clinx-hf text --vault` and `--restore`: a round trip, and what is told when a key is missing."""

import pytest
from click.testing import CliRunner

from clinx_hf.cli.text import text_command
from clinx_hf.errors import BadInput

pytest.importorskip("cryptography", reason="the vault needs cryptography (pip install 'clinx-hf[vault]')")
NOTE = "Call 617-432-1098 or mail ann@leeworth.com."
KEY = {"CLINX_HF_KEY": "a secret of more than sixteen bytes"}


@pytest.fixture(autouse=True)
def _rules_only(monkeypatch):
    """No model: the rules find what this note holds."""
    monkeypatch.setattr(
        "clinx_hf.text.scrubber.Scrubber.recognizer", lambda self, texts, *settings: [[] for _ in texts]
    )


def test_round_trip(tmp_path):
    (tmp_path / "note.txt").write_text(NOTE)
    run = CliRunner().invoke
    arguments = [str(tmp_path / "note.txt"), "--style", "surrogate", "--vault", str(tmp_path / "v")]
    clean = run(text_command, arguments, env=KEY, catch_exceptions=False).output
    assert "432-1098" not in clean
    assert "leeworth" not in clean
    (tmp_path / "clean.txt").write_text(clean)
    back = run(text_command, [str(tmp_path / "clean.txt"), "--restore", str(tmp_path / "v")], env=KEY)
    assert back.output == NOTE + "\n"


@pytest.mark.parametrize(("key", "told"), [("", "A vault needs a key"), ("short", "at least 16 bytes")])
def test_a_missing_or_short_key_is_told(tmp_path, key, told):
    (tmp_path / "note.txt").write_text(NOTE)
    arguments = [str(tmp_path / "note.txt"), "--vault", str(tmp_path / "v")]
    with pytest.raises(BadInput, match=told):
        CliRunner().invoke(text_command, arguments, env={"CLINX_HF_KEY": key}, catch_exceptions=False)
    assert not (tmp_path / "v").exists()
