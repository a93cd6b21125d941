"""philter-lite as a peer; run by a Python that has philter-lite and a spaCy model.

The argument names the spaCy model. Reads one JSON string per line, writes one JSON line: system, spans and seconds of
each text, CPU seconds of all, peak memory.

philter-lite asks NLTK for parts of speech. NLTK's tagger data is not on PyPI, so spaCy's tagger answers in its place (the
same Penn tags). Whatever philter-lite does not know to be safe is taken out, as its own asterisk output does.
"""

import json
import re
import sys
import time
from importlib.metadata import version
from typing import Any

from peak_memory import peak_memory_mib  # type: ignore[import-not-found]  # beside this file


def spacy_tagger(model: str):  # type: ignore[no-untyped-def]
    """Return a stand-in for `nltk.pos_tag`."""
    import spacy  # type: ignore[import-not-found]

    nlp = spacy.load(model, exclude=["ner", "parser", "lemmatizer", "attribute_ruler"])

    def pos_tag(tokens):  # type: ignore[no-untyped-def]
        if not tokens:
            return []
        doc = spacy.tokens.Doc(nlp.vocab, words=list(tokens))
        for _, step in nlp.pipeline:
            doc = step(doc)
        return [(word, token.tag_) for word, token in zip(tokens, doc, strict=True)]

    return pos_tag


def redacted(text: str, kept: Any, punctuation: re.Pattern[str]) -> list[tuple[int, int]]:
    """Return the (start, end) stretches of a text that philter-lite's asterisk output hides."""
    hidden = [not kept.does_exist(i) and not punctuation.match(char) for i, char in enumerate(text)]
    for start, end in kept.filecoords():
        hidden[start:end] = [False] * (end - start)
    edges = [i for i in range(len(text) + 1) if (i < len(text) and hidden[i]) != (i > 0 and hidden[i - 1])]
    return list(zip(edges[::2], edges[1::2], strict=True))


def main() -> None:
    """Analyse all texts of standard input."""
    import nltk  # type: ignore[import-not-found]

    nltk.pos_tag = spacy_tagger(sys.argv[1])
    from pathlib import Path

    import philter_lite  # type: ignore[import-not-found]
    from philter_lite.coordinate_map import PUNCTUATION_MATCHER  # type: ignore[import-not-found]

    filters = philter_lite.load_filters(str(Path(philter_lite.__file__).parent / "configs" / "philter_delta.toml"))
    texts = [json.loads(line) for line in sys.stdin if line.strip()]
    philter_lite.detect_phi("warm up", filters)
    kept, seconds, started = [], [], time.process_time()
    for text in texts:
        began = time.perf_counter()
        kept.append(philter_lite.detect_phi(text, filters)[0])
        seconds.append(time.perf_counter() - began)
    cpu = time.process_time() - started
    spans = [redacted(text, include, PUNCTUATION_MATCHER) for text, include in zip(texts, kept, strict=True)]
    system = f"philter-lite {version('philter-lite')} (spaCy {sys.argv[1]} in NLTK's place)"
    answer = {"system": system, "spans": spans, "seconds_each": seconds, "cpu_seconds": cpu}
    print(json.dumps({**answer, "peak_memory_mib": peak_memory_mib()}))


if __name__ == "__main__":
    main()
