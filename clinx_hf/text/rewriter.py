"""The rewriter: a small T5 fills the gaps of a text from which the identifiers were taken out.

What it reads: the text around the gaps in lower case, every digit as 0, each gap as a marker with its label and hints
(`<g0><PATIENT><m>`). What it writes: for each gap, begun with the same head, a filler (`the patient`), all gaps of a
window side by side, so that none is skipped. The identifiers never reach it. Any larger model may stand in its place:
without the markers in its vocabulary it is asked in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinx_hf.errors import MissingWeights
from clinx_hf.phi import LABELS
from clinx_hf.quiet import progress_bars_off
from clinx_hf.text.folding import fold
from clinx_hf.text.gaps import Gap
from clinx_hf.text.hints import all_hints
from clinx_hf.threads import one_thread

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

GAPS_PER_WINDOW = 8
TOKENS_PER_GAP = 14
_BESIDE, _BETWEEN = 64, 90  # characters kept before and behind a window's gaps, and between two gaps
NOUN, LINE, CUT = "<noun>", "<nl>", "<cut>"
MARKERS = tuple(f"<g{i}>" for i in range(GAPS_PER_WINDOW))
_NUMBERED = re.compile(r"(?m)^\W*(\d+)\s*[:.)-]\s*(.*)$")
_DIGIT = re.compile(r"\d")


def special_tokens() -> list[str]:
    """Return the tokens of the rewriter that are no pieces of words."""
    labels, hints = [f"<{label}>" for label in LABELS], [f"<{hint}>" for hint in all_hints()]
    return ["<pad>", "</s>", "<unk>", NOUN, LINE, CUT, *MARKERS, *labels, *hints]


def embedded_folder() -> Path:
    """Return the folder of the rewriter that comes with the package."""
    return Path(str(files("clinx_hf").joinpath("weights/rewriter")))


def windows(gaps: Sequence[Gap]) -> Iterator[tuple[int, int]]:
    """Yield (first, last + 1) gap numbers, each gap in one window."""
    for first in range(0, len(gaps), GAPS_PER_WINDOW):
        yield first, min(first + GAPS_PER_WINDOW, len(gaps))


def prompt(text: str, gaps: Sequence[Gap], first: int, last: int) -> str:
    """Return what the model reads for the gaps first..last-1; the text of no gap is in it."""
    start = gaps[first].span.start - _BESIDE
    pieces: list[str] = []
    at, i = _word_start(text, max(0, start)), first
    while i > 0 and gaps[i - 1].span.end > at:
        i -= 1
    at = max(at, gaps[i - 1].span.end) if i else at
    end = min(len(text), gaps[last - 1].span.end + _BESIDE)
    if i < first and gaps[i].span.start < at:
        at = gaps[i].span.start
    while i < len(gaps) and gaps[i].span.start < end:
        gap = gaps[i]
        inside = first <= i < last
        pieces.append(_around(text[at : gap.span.start]))
        pieces.append(head(gap, i - first) if inside else f"<{gap.inner.label}>")
        at, i = gap.span.end, i + 1
    if at < end:
        pieces.append(_around(text[at:end], cut_end=end < len(text)))
    return "".join(pieces)


def head(gap: Gap, number: int) -> str:
    """Return what stands for a gap: its marker, label and hints."""
    return f"{MARKERS[number]}<{gap.inner.label}>{''.join(f'<{hint}>' for hint in gap.hints)}"


def _word_start(text: str, at: int) -> int:
    while 0 < at < len(text) and not text[at - 1].isspace():
        at += 1
    return at


def _around(between: str, cut_end: bool = False) -> str:
    """Return the text between two gaps as the model reads it, its middle left out where it is long."""
    if cut_end:
        between = between.rsplit(" ", 1)[0]
    if len(between) > _BETWEEN:
        half = _BETWEEN // 2
        between = f"{between[:half].rsplit(' ', 1)[0]}{CUT}{between[-half:].split(' ', 1)[-1]}"
    plain = _DIGIT.sub("0", fold(between).text.lower())
    return re.sub(r"\s*\n\s*", LINE, plain)


class Rewriter:
    """Proposes fillers for gaps; whether one may stand is the fence's to say (`clinx_hf.text.fence`)."""

    def __init__(self, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> None:
        self.model = (model.float() if model.device.type == "cpu" else model).eval()
        self.tokenizer = tokenizer
        known = tokenizer.get_vocab()
        self._has_markers = all(token in known for token in (NOUN, LINE, CUT, *MARKERS))

    @classmethod
    def from_pretrained(cls, name: str | Path | None = None) -> Rewriter:
        """Load a seq2seq or causal model from a folder or hub id; without a name, the embedded one (offline)."""
        from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer
        from transformers.utils import logging

        named: dict[str, Any] = {}
        if name is None:
            name = embedded_folder()
        if isinstance(name, Path):
            if not (name / "model.safetensors").is_file():
                raise MissingWeights(name, "model.safetensors")
            named["local_files_only"] = True
        config = AutoConfig.from_pretrained(str(name), **named)
        kind = AutoModelForSeq2SeqLM if config.is_encoder_decoder else AutoModelForCausalLM
        with progress_bars_off(logging):
            model = kind.from_pretrained(str(name), dtype="float32", **named)
        return cls(model, AutoTokenizer.from_pretrained(str(name), **named))

    def propose(self, text: str, gaps: Sequence[Gap]) -> list[str | None]:
        """Return a filler for each gap, or None where the model wrote none."""
        found: list[str | None] = []
        for first, last in windows(gaps):
            written = self._write(text, gaps, first, last)
            found += [written.get(i) for i in range(last - first)]
        return found

    def _write(self, text: str, gaps: Sequence[Gap], first: int, last: int) -> dict[int, str]:
        if self._has_markers:
            heads = [head(gaps[i], i - first) for i in range(first, last)]
            fillers = self._infill(prompt(text, gaps, first, last), heads)
            return {i: filler.replace(NOUN, gaps[first + i].noun) for i, filler in enumerate(fillers)}
        answer = self._generate(_question(text, gaps, first, last), (last - first) * TOKENS_PER_GAP)
        written: dict[int, str] = {}
        for number, filler in _NUMBERED.findall(answer):
            written.setdefault(int(number), " ".join(filler.split()))
        return written

    def _infill(self, asked: str, heads: Sequence[str]) -> list[str]:
        """Write all gaps of a window side by side, greedily, each behind its own head."""
        import torch

        start = self.model.config.decoder_start_token_id
        ids = self.tokenizer(asked, add_special_tokens=False, return_tensors="pt")["input_ids"].to(self.model.device)
        begun = [[start, *self.tokenizer(one, add_special_tokens=False)["input_ids"]] for one in heads]
        written = [""] * len(heads)
        with one_thread(), torch.inference_mode():
            read = self.model.get_encoder()(ids).last_hidden_state
            # Heads of one length go together: nothing is padded, and what was computed is kept for the next piece.
            for size in sorted({len(row) for row in begun}):
                numbers = [i for i, row in enumerate(begun) if len(row) == size]
                made = self._continue(read, torch.tensor([begun[i] for i in numbers], device=ids.device))
                for i, pieces in zip(numbers, made, strict=True):
                    written[i] = " ".join(self.tokenizer.decode(pieces).split())
        return written

    def _continue(self, read: torch.Tensor, rows: torch.Tensor) -> list[list[int]]:
        """Return the pieces that follow each row, up to the end sign; `read` is what the encoder made of the window."""
        end, kept = self.model.config.eos_token_id, None
        made: list[list[int]] = [[] for _ in rows]
        still = set(range(len(rows)))
        states = (read.expand(len(rows), -1, -1),)
        for _ in range(TOKENS_PER_GAP):
            out = self.model(encoder_outputs=states, decoder_input_ids=rows, past_key_values=kept, use_cache=True)
            kept, rows = out.past_key_values, out.logits[:, -1:].argmax(-1)
            for i, token in enumerate(rows[:, 0].tolist()):
                if token == end:
                    still.discard(i)
                elif i in still:
                    made[i].append(token)
            if not still:
                break
        return made

    def _generate(self, asked: str, tokens: int) -> str:
        import torch

        if self.tokenizer.chat_template:
            message = [{"role": "user", "content": asked}]
            asked = self.tokenizer.apply_chat_template(message, tokenize=False, add_generation_prompt=True)
        inputs = self.tokenizer(asked, return_tensors="pt", return_token_type_ids=False).to(self.model.device)
        with one_thread(), torch.inference_mode():
            made = self.model.generate(**inputs, max_new_tokens=tokens, do_sample=False, num_beams=1)[0]
        if not self.model.config.is_encoder_decoder:
            made = made[inputs["input_ids"].shape[1] :]
        return str(self.tokenizer.decode(made, skip_special_tokens=True))


def _question(text: str, gaps: Sequence[Gap], first: int, last: int) -> str:
    """Return the same task in words, for a model that does not know the markers."""
    shown = re.sub(r"<g(\d)>", r"[\1] ", prompt(text, gaps, first, last)).replace(LINE, "\n").replace(CUT, " ... ")
    shown = re.sub(r"<([^<>]+)>", r"(\1)", shown)
    nouns = [f"[{i}] must hold the word {gaps[first + i].noun}." for i in range(last - first) if gaps[first + i].noun]
    return (
        "Identifiers were taken out of this clinical text; [0], [1] ... stand in their place, with what kind they were. "
        "Give for each a short generic wording that fits the sentence, such as 'the patient', 'that spring', 'the "
        "hospital': no names, no digits. Answer with one line per number, as in '0: the patient'.\n"
        f"{' '.join(nouns)}\n\n{shown}\n\n"
    )


@cache
def loaded(name: str | None) -> Rewriter:
    """Return the rewriter of a folder or hub id, loaded once per process."""
    return Rewriter.from_pretrained(name)
