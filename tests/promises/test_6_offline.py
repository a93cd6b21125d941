"""Promise 6: nothing is fetched unless a hub id is named. Sockets are cut off; everything embedded must work."""

import subprocess
import sys

_RUN = """
import socket
def refuse(*args, **kwargs):
    raise AssertionError("a connection was tried")
socket.socket.connect = refuse
socket.getaddrinfo = refuse
import numpy as np
from PIL import Image
from transformers import pipeline
import clinx_hf
assert pipeline("clinx-deid")("MRN: 00482716")["text"] == "MRN: [MRN]"
image = Image.fromarray(np.full((64, 96), 40, np.uint8))
row = clinx_hf.deid({"image": image, "note": "MRN: 00482716"})
assert row["note"] == "MRN: [MRN]"
mask = Image.fromarray(np.pad(np.full((8, 8), 255, np.uint8), ((20, 36), (20, 68))))
assert clinx_hf.PPGANPipeline.from_pretrained()(image=image, mask_image=mask).images[0].size == (96, 64)
print("done")
"""


def test_everything_embedded_works_without_a_network():
    done = subprocess.run([sys.executable, "-c", _RUN], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-1500:]
    assert done.stdout.strip().endswith("done")
