"""One system, timed in a process of its own: its peak memory is nobody else's. Run by `text_speed.py`.

The argument names the system. Reads one JSON object {group: [text, ...]}, writes one JSON list of rows.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence

from clinx_hf.bench.peak_memory import peak_memory_mib

Run = Callable[[list[str]], object]
SHIPPED, RECOGNIZER, RULES = "clinx_hf (rules + recognizer)", "recognizer alone", "rules alone"
BERT_NAME = "BERT-base token classifier"
_BERT_CHARACTERS = 4000  # of each group: it is slow


def _warm_and_time(run: Run, texts: list[str]) -> float:
    run(texts[:1])
    began = time.perf_counter()
    run(texts)  # once, as the peers
    return time.perf_counter() - began


def first_characters(texts: Sequence[str], characters: int) -> list[str]:
    """Return the first texts that together hold at least so many characters."""
    chosen: list[str] = []
    for text in texts:
        if sum(map(len, chosen)) >= characters:
            break
        chosen.append(text)
    return chosen


def rules_alone() -> dict[str, Run]:
    """Return the rules with fusion, no model."""
    from clinx_hf.phi import Policy
    from clinx_hf.text import rules
    from clinx_hf.text.fusion import fuse

    return {RULES: lambda texts: [fuse(text, rules.find(text), Policy.STRICT) for text in texts]}


def shipped() -> dict[str, Run]:
    """Return the whole way of a text (with the threads that torch takes, and with one), and the model alone."""
    from clinx_hf.text.scrubber import Scrubber
    from clinx_hf.threads import one_thread

    scrubber = Scrubber(policy="strict")

    def single(texts: list[str]) -> object:
        with one_thread():
            return scrubber.scrub(texts)

    return {SHIPPED: scrubber.scrub, f"{SHIPPED}, one thread": single, RECOGNIZER: scrubber.recognizer}


def bert() -> dict[str, Run]:
    """Return the two ways to run a BERT-base token classifier; the faster one counts."""
    from clinx_hf.bench.bert_base import BertBase

    model = BertBase()
    return {"one by one": model.one_by_one, "in batches": model.in_batches}


SYSTEMS: Mapping[str, Callable[[], dict[str, Run]]] = {"shipped": shipped, "rules": rules_alone, "bert": bert}


def timed(system: str, groups: Mapping[str, list[str]]) -> list[dict[str, object]]:
    """Time every way of a system on every group."""
    rows: list[dict[str, object]] = []
    for name, run in SYSTEMS[system]().items():
        for group, texts in groups.items():
            chosen = first_characters(texts, _BERT_CHARACTERS) if system == "bert" else texts
            seconds = _warm_and_time(run, chosen)
            row = {"system": name, "group": group, "characters": sum(map(len, chosen)), "seconds": seconds}
            rows.append(row | {"peak_memory_mib": peak_memory_mib()})
    return rows


def main() -> None:
    """Time the system that the argument names on the groups of standard input."""
    print(json.dumps(timed(sys.argv[1], json.load(sys.stdin))))


if __name__ == "__main__":
    main()
