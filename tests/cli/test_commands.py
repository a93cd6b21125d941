"""The command line: exit codes, one-sentence errors, whole outputs."""

import json
import subprocess
import sys

import pytest


def _run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "clinx_hf", *arguments], input=stdin, capture_output=True, check=False)


def test_text_from_standard_input():
    done = _run("text", "--json", stdin=b"MRN: 00482716\n")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["text"] == "MRN: [MRN]\n"


@pytest.mark.parametrize(
    ("arguments", "stdin", "sentence"),
    [
        (["text"], b"caf\xe9", b"Byte 3 is not UTF-8"),
        (["text", "--policy", "hipaa"], b"", b"safe-harbor"),
        (["text", "/no/such/file"], b"", b"does not exist"),
        (["nothing"], b"", b"No such command"),
        (["dataset", "/no/such/folder", "--output", "/tmp/never"], b"", b"cannot be read"),
        (["audit", "leakage", "--images", "/no/such/folder"], b"", b"does not exist"),
    ],
)
def test_bad_arguments_give_one_sentence_and_exit_code_2(arguments, stdin, sentence):
    done = _run(*arguments, stdin=stdin)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert b"Traceback" not in done.stderr


def test_image_writes_numbered_pngs(tmp_path):
    import numpy as np
    from PIL import Image

    Image.fromarray(np.full((48, 64), 70, np.uint8)).save(tmp_path / "Quastelbaum.png")
    done = _run("image", str(tmp_path / "Quastelbaum.png"), "--output", str(tmp_path / "clean"))
    assert done.returncode == 0, done.stderr
    assert [p.name for p in (tmp_path / "clean").iterdir()] == ["00001.png"]
    assert b"Quastelbaum" not in done.stdout + done.stderr
