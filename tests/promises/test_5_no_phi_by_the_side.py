"""Promise 5: planted identifiers are in no by-product: logs, errors, terminal, caches, reports, file names."""

import json
import os
import subprocess
import sys

PLANTED = ("Quastelbaum", "Xiomara", "00417-8829", "quastel@example.org")
NOTE = "Patient: Quastelbaum, Xiomara. MRN: 00417-8829. Mail quastel@example.org. Sent by Dr. Quastelbaum."

_RUN = """
import json, sys, logging
logging.basicConfig(level=logging.DEBUG)
import numpy as np
from datasets import Dataset
from PIL import Image
from PIL.PngImagePlugin import PngInfo
import clinx_hf
from clinx_hf.scale.local import clean_dataset
note = sys.stdin.read()
image = Image.fromarray(np.zeros((48, 64), np.uint8))
data = Dataset.from_dict({"note": [note, note], "patient_name": ["Xiomara Quastelbaum"] * 2})
clean_dataset({"train": data}, clinx_hf.Deidentifier(), __import__("pathlib").Path(sys.argv[1]), "a test")
for bad in (7, {"note": b"Quastelbaum"}, {"x": object()}):
    try:
        clinx_hf.deid(bad)
    except Exception as error:
        print("refused:", error)
"""


def test_nothing_planted_leaves_by_the_side(tmp_path):
    home, out = tmp_path / "home", tmp_path / "out"
    home.mkdir()
    environment = {**os.environ, "HF_HOME": str(home), "TMPDIR": str(home), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", _RUN, str(out)], input=NOTE, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-1500:]
    assert done.stdout.count("refused:") == 3
    by_products = {"stdout": done.stdout.encode(), "stderr": done.stderr.encode()}
    for path in [*home.rglob("*"), *out.rglob("*")]:
        by_products[str(path.relative_to(tmp_path))] = path.read_bytes() if path.is_file() else b""
    for name, content in by_products.items():
        for value in PLANTED:
            assert value not in name
            assert value.encode() not in content, f"{name} holds a planted identifier"
    assert json.loads((out / "report.json").read_text())["rows"] == 2
