"""`import clinx_hf` is cheap and registers the task in either import order."""

import subprocess
import sys

import pytest


def _run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


def test_import_loads_nothing_heavy():
    heavy = ("torch", "transformers", "datasets", "diffusers", "doctr", "cv2")
    code = f"import sys, clinx_hf; print([m for m in {heavy} if m in sys.modules])"
    assert _run(code) == "[]"


def test_help_of_every_command_comes_without_torch():
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom clinx_hf.cli import cli\n"
        "for name in cli.list_commands(None):\n"
        "    done = CliRunner().invoke(cli, [name, '--help'])\n"
        "    assert done.exit_code == 0 and 'Example' in done.output, name\n"
        "print('torch' in sys.modules)"
    )
    assert _run(code) == "False"


@pytest.mark.parametrize(
    "imports",
    [
        "import clinx_hf\nfrom transformers import pipeline",
        "from transformers import pipeline\nimport clinx_hf",
    ],
)
def test_task_is_registered_in_either_order(imports):
    code = f"{imports}\nscrub = pipeline('clinx-deid')\nprint(scrub('MRN: 00482716')['text'])"
    assert _run(code) == "MRN: [MRN]"


def test_public_names_agree_with_their_homes():
    import clinx_hf

    for name in clinx_hf.__all__:
        assert getattr(clinx_hf, name) is not None
    assert set(dir(clinx_hf)) == set(clinx_hf.__all__)
    with pytest.raises(AttributeError, match="no attribute"):
        _ = clinx_hf.nothing_of_that_name
