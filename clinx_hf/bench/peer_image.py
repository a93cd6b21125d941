"""Peers of `clinx-hf bench image`, run by a Python that has them: RapidOCR, or presidio-image-redactor.

Arguments: `rapidocr` or `presidio`, the number of threads, and for presidio the name of a spaCy model. Reads one JSON
line a picture: {"png": base64, "cut": true for a single line of type}. Writes one JSON line: system; for each picture
its pieces (four corners, text), or for a cut its text; seconds of each; peak memory. presidio tells no texts.
"""

import base64
import io
import json
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np
from peak_memory import peak_memory_mib  # type: ignore[import-not-found]  # beside this file
from PIL import Image

Ask = Callable[[Image.Image, bool], list[Any]]


def _rapidocr(threads: int) -> tuple[str, Ask]:
    from rapidocr import RapidOCR

    inference = "EngineConfig.onnxruntime.intra_op_num_threads"
    engine = RapidOCR(params={"Global.log_level": "critical", inference: threads})

    def ask(image: Image.Image, cut: bool) -> list[Any]:
        shown = np.ascontiguousarray(np.asarray(image)[:, :, ::-1])
        if cut:
            told = engine(shown, use_det=False, use_cls=False, use_rec=True)
            return [[None, text] for text in told.txts or ()]
        told = engine(shown)
        boxes = [] if told.boxes is None else np.asarray(told.boxes).tolist()
        return [[box, text] for box, text in zip(boxes, told.txts or (), strict=True)]

    return f"RapidOCR {version('rapidocr')}", ask


def _presidio(model: str) -> tuple[str, Ask]:
    from presidio_analyzer import AnalyzerEngine  # type: ignore[import-not-found]
    from presidio_analyzer.nlp_engine import NlpEngineProvider  # type: ignore[import-not-found]
    from presidio_image_redactor import ImageAnalyzerEngine  # type: ignore[import-not-found]

    models = [{"lang_code": "en", "model_name": model}]
    nlp = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models}).create_engine()
    engine = ImageAnalyzerEngine(analyzer_engine=AnalyzerEngine(nlp_engine=nlp))

    def ask(image: Image.Image, cut: bool) -> list[Any]:
        del cut
        boxes = [(b.left, b.top, b.left + b.width, b.top + b.height) for b in engine.analyze(image)]
        return [[[(x0, y0), (x1, y0), (x1, y1), (x0, y1)], ""] for x0, y0, x1, y1 in boxes]

    return f"presidio-image-redactor {version('presidio-image-redactor')}", ask


def main() -> None:
    """Ask the peer about all pictures of standard input."""
    name, threads = sys.argv[1], int(sys.argv[2])
    system, ask = _rapidocr(threads) if name == "rapidocr" else _presidio(sys.argv[3])
    ask(Image.fromarray(np.zeros((64, 64, 3), np.uint8)), False)  # loads everything before the clock starts
    pieces, seconds = [], []
    for line in sys.stdin:
        given = json.loads(line)
        image = Image.open(io.BytesIO(base64.b64decode(given["png"]))).convert("RGB")
        began = time.perf_counter()
        pieces.append(ask(image, given["cut"]))
        seconds.append(time.perf_counter() - began)
    print(json.dumps({"system": system, "pieces": pieces, "seconds": seconds, "peak_memory_mib": peak_memory_mib()}))


if __name__ == "__main__":
    main()
