"""Presidio as the peer of `clinx-hf bench text`; run by a Python that has presidio-analyzer and a spaCy model.

The argument names the spaCy model. Reads one JSON string per line, writes one JSON line: system, spans and seconds
of each text, CPU seconds of all, peak memory.
"""

import json
import sys
import time
from importlib.metadata import version

from peak_memory import peak_memory_mib  # type: ignore[import-not-found]  # beside this file


def main() -> None:
    """Analyse all texts of standard input."""
    from presidio_analyzer import AnalyzerEngine  # type: ignore[import-not-found]
    from presidio_analyzer.nlp_engine import NlpEngineProvider  # type: ignore[import-not-found]

    texts = [json.loads(line) for line in sys.stdin if line.strip()]
    models = [{"lang_code": "en", "model_name": sys.argv[1]}]
    nlp = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models}).create_engine()
    engine = AnalyzerEngine(nlp_engine=nlp)
    engine.analyze("warm up", language="en")
    spans, seconds, started = [], [], time.process_time()
    for text in texts:
        began = time.perf_counter()
        spans.append([(r.start, r.end) for r in engine.analyze(text, language="en")])
        seconds.append(time.perf_counter() - began)
    cpu = time.process_time() - started
    system = f"Presidio {version('presidio-analyzer')} (spaCy {sys.argv[1]})"
    answer = {"system": system, "spans": spans, "seconds_each": seconds, "cpu_seconds": cpu}
    print(json.dumps({**answer, "peak_memory_mib": peak_memory_mib()}))


if __name__ == "__main__":
    main()
