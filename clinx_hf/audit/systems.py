"""The systems that the fairness audit asks, in one shape: texts in, one or more `Answer`s out.

A hub id is only fetched when it is named; a folder is read offline.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinx_hf.errors import BadInput
from clinx_hf.metrics.spans import Interval

if TYPE_CHECKING:
    from clinx_hf.text.scrubber import Scrubber

ENTITY_WORDS = ("person name", "patient name", "doctor name", "organization", "address", "date", "phone number", "id")
PROMPT = (
    "List every personal name, place, organization, date, telephone number and identification number that stands in the "
    "clinical text below. Answer with a JSON list of strings, each copied exactly from the text, and nothing else.\n\n"
    "Text:\n{text}\n\nJSON list:"
)
_MOST_NEW_TOKENS = 320
_MOST_PIECES = 512  # of a token classifier whose settings do not tell


@dataclass(frozen=True)
class Answer:
    """What a system marked: spans of each text, CPU seconds it took, answers that were not of the form asked for.

    CPU seconds do not depend on what else the machine does; where a GPU works, they are seconds by the clock. Peers also
    tell the seconds of each text by the clock, and the peak memory of their process.
    """

    system: str
    spans: list[list[Interval]]
    seconds: float
    fallbacks: int = 0
    seconds_each: tuple[float, ...] = ()
    peak_memory_mib: int = 0


System = Callable[[Sequence[str]], list[Answer]]


def _clock(on_gpu: bool = False) -> float:
    return time.perf_counter() if on_gpu else time.process_time()


def _offline(name: str) -> dict[str, Any]:
    return {"local_files_only": True} if Path(name).is_dir() else {}


def sub_words(scrubber: Scrubber) -> Callable[[str], int]:
    """Return a function that counts the sub-words of a name in the recognizer's tokenizer."""

    @cache
    def count(name: str) -> int:
        return sum(len(window.pieces) - 2 for window in scrubber.recognizer.read(name).windows)  # less [CLS], [SEP]

    return count


def shipped_systems(scrubber: Scrubber) -> System:
    """Return what the package ships: rules and recognizer together, the recognizer alone, the rules alone."""
    from clinx_hf.text import rules
    from clinx_hf.text.folding import fold
    from clinx_hf.text.fusion import fuse

    def ask(texts: Sequence[str]) -> list[Answer]:
        scrubber.judge(["Seen by Dr. Ann Lee."])  # loads the model before the clock starts
        began = _clock()
        folded = [fold(text) for text in texts]
        found = scrubber.recognizer([f.text for f in folded], scrubber.policy)
        seen = _clock()
        both = [scrubber.finish(*item) for item in zip(texts, folded, found, strict=True)]
        done = _clock()
        alone = [fuse(f.text, rules.find(f.text), scrubber.policy)[0] for f in folded]
        ruled = _clock()
        back = [[[f.span(s.start, s.end) for s in spans] for f, spans in zip(folded, all_spans, strict=True)]
                for all_spans in (found, alone)]  # fmt: skip
        return [
            Answer(
                "clinx_hf (rules + recognizer)",
                [[(e.span.start, e.span.end) for e in s.entities] for s in both],
                done - began,
            ),
            Answer("recognizer alone", back[0], seen - began),
            Answer("rules alone", back[1], ruled - done),
        ]

    return ask


def gliner_system(name: str) -> System:
    """Return any GLiNER, by folder or hub id, asked for names and the other identifiers by their plain words.

    Raises:
        BadInput: a text is longer than the model reads (nothing is cut off silently).
    """
    from gliner import GLiNER

    model = GLiNER.from_pretrained(name, **_offline(name))

    def ask(texts: Sequence[str]) -> list[Answer]:
        longest = max((len(text.split()) for text in texts), default=0)
        if longest > model.config.max_len // 2:
            raise BadInput(f"A text has {longest} words; this GLiNER reads {model.config.max_len // 2} safely.")
        began = _clock()
        found = [model.predict_entities(text, list(ENTITY_WORDS), threshold=0.3) for text in texts]
        seconds = _clock() - began
        spans = [[(int(e["start"]), int(e["end"])) for e in entities] for entities in found]
        return [Answer(f"GLiNER {Path(name).name}", spans, seconds)]

    return ask


def token_classification_system(name: str) -> System:
    """Return any token-classification model, by folder or hub id; every label but O counts as found.

    Raises:
        BadInput: a text is longer than the model reads (nothing is cut off silently).
    """
    from transformers import AutoConfig, AutoTokenizer, pipeline

    tokenizer = AutoTokenizer.from_pretrained(name, **_offline(name))
    positions = getattr(AutoConfig.from_pretrained(name, **_offline(name)), "max_position_embeddings", _MOST_PIECES)
    most = min(tokenizer.model_max_length, positions, _MOST_PIECES)
    tagger = pipeline("token-classification", model=name, tokenizer=tokenizer, aggregation_strategy="first")

    def ask(texts: Sequence[str]) -> list[Answer]:
        longest = max((len(ids) for ids in tokenizer(list(texts))["input_ids"]), default=0)
        if longest > most:
            raise BadInput(f"A text has {longest} sub-words; this token classifier reads {most}.")
        began = _clock()
        found = [tagger(text) for text in texts]
        seconds = _clock() - began
        spans = [[(int(e["start"]), int(e["end"])) for e in entities] for entities in found]
        return [Answer(f"token classifier {Path(name).name}", spans, seconds)]

    return ask


def listed_strings(answer: str) -> tuple[list[str], bool]:
    """Return the strings of a language model's answer, and whether it was no JSON list of strings.

    Of an answer that is none (cut off, or prose around it) the quoted strings count.

    >>> listed_strings('["Ann Lee", "3/4"]'), listed_strings('Sure: ["Ann Lee", "3/')
    ((['Ann Lee', '3/4'], False), (['Ann Lee'], True))
    """
    bare = re.sub(r"^```(?:json)?|```$", "", answer.strip()).strip()
    try:
        value = json.loads(bare)
    except ValueError:
        value = None
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value, False
    return re.findall(r'"([^"\n]+)"', answer), True


def occurrences(text: str, strings: Sequence[str]) -> Iterator[Interval]:
    """Yield every place of a text where one of the strings stands as whole words."""
    for string in {s.strip() for s in strings} - {""}:
        for match in re.finditer(rf"(?<!\w){re.escape(string)}(?!\w)", text):
            yield match.span()


def language_model_system(name: str) -> System:
    """Return any instruct language model, by folder or hub id; the strings that it lists are looked up in the text."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(name, **_offline(name))
    model = AutoModelForCausalLM.from_pretrained(name, dtype="auto", **_offline(name)).eval()
    on_gpu = torch.cuda.is_available()
    model.to("cuda" if on_gpu else "cpu")

    def answer(text: str) -> str:
        prompt = PROMPT.format(text=text)
        if tokenizer.chat_template:
            chat = [{"role": "user", "content": prompt}]
            prompt = tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
        inputs = tokenizer(prompt, return_tensors="pt", add_special_tokens=not tokenizer.chat_template)
        ids = inputs["input_ids"].to(model.device)
        with torch.inference_mode():
            out = model.generate(
                ids, attention_mask=torch.ones_like(ids), max_new_tokens=_MOST_NEW_TOKENS, do_sample=False,
                pad_token_id=tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id,
            )  # fmt: skip
        return str(tokenizer.decode(out[0, ids.shape[1] :], skip_special_tokens=True))

    def ask(texts: Sequence[str]) -> list[Answer]:
        began = _clock(on_gpu)
        answers = [listed_strings(answer(text)) for text in texts]
        seconds = _clock(on_gpu) - began
        spans = [sorted(occurrences(text, strings)) for text, (strings, _) in zip(texts, answers, strict=True)]
        fallbacks = sum(fallback for _, fallback in answers)
        return [Answer(f"language model {Path(name).name}", spans, seconds, fallbacks)]

    return ask
