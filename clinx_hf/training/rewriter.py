"""Train the rewriter: `clinx-hf train rewriter --output DIR --texts FILE --minutes 20`.

A T5 from nothing, with its own small vocabulary. Like the recognizer's, the learning rate follows the wall clock, and an
interrupted training goes on from its checkpoint.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from torch import nn
from torch.nn import functional
from transformers import PreTrainedTokenizerFast, T5Config, T5ForConditionalGeneration

from clinx_hf.synthesis.notes import Note, carriers
from clinx_hf.text.rewriter import GAPS_PER_WINDOW, special_tokens
from clinx_hf.training.fillers import Grammar, Surroundings
from clinx_hf.training.infilling import Infill, InfillStream, gaps_of, held_out, read_texts, window
from clinx_hf.training.provenance import write_provenance

logger = logging.getLogger(__name__)

_POOL = 256  # examples from which batches of similar length are cut
_LONGEST = 480
_SAMPLE = 8000  # examples from which the vocabulary is learned
_GAPS_ASKED = 4  # gaps of a window that are asked for in one step: each costs the decoder a look at the whole window


@dataclass(frozen=True)
class RewriterTraining:
    """Settings of one training.

    Attributes:
        output: folder for the checkpoint (weights, config, tokenizer, provenance).
        texts: texts without identifiers (JSONL with a "text" column): generic mentions are learned from them.
        minutes: wall-clock budget of the training loop.
        seed: seed of weights, gaps and batches.
        threads: CPU threads.
    """

    output: Path
    texts: tuple[Path, ...] = ()
    minutes: float = 20.0
    seed: int = 1
    threads: int = 1
    vocabulary: int = 4096
    width: int = 192
    inner: int = 512
    encoder_layers: int = 3
    decoder_layers: int = 2
    pieces_per_batch: int = 900
    rate: float = 1.5e-3


def train_tokenizer(examples: Sequence[Infill], vocabulary: int) -> PreTrainedTokenizerFast:
    """Return byte-pair pieces of the examples' words, with the rewriter's special tokens."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="never")
    special = special_tokens()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary, special_tokens=special, limit_alphabet=160, show_progress=False, min_frequency=3
    )
    texts = (text for e in examples for text in (e.prompt, *(f" {filler}" for filler in e.fillers)))
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        clean_up_tokenization_spaces=False,
    )


def build(settings: RewriterTraining, tokenizer: PreTrainedTokenizerFast) -> T5ForConditionalGeneration:
    """Make the start model."""
    torch.manual_seed(settings.seed)
    config = T5Config(
        vocab_size=len(tokenizer),
        d_model=settings.width,
        d_kv=32,
        num_heads=settings.width // 32,
        d_ff=settings.inner,
        num_layers=settings.encoder_layers,
        num_decoder_layers=settings.decoder_layers,
        dropout_rate=0.05,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        decoder_start_token_id=tokenizer.pad_token_id,
    )
    return T5ForConditionalGeneration(config)


@dataclass(frozen=True)
class Encoded:
    """An example as pieces: the prompt, and for each gap (head, filler)."""

    prompt: list[int]
    gaps: list[tuple[list[int], list[int]]]


def encode(example: Infill, tokenizer: PreTrainedTokenizerFast) -> Encoded:
    """Turn an example into pieces."""

    def pieces(text: str) -> list[int]:
        return list(tokenizer(text, add_special_tokens=False)["input_ids"])

    pairs = zip(example.heads, example.fillers, strict=True)
    return Encoded(pieces(example.prompt), [(pieces(head), pieces(f" {filler}".rstrip())) for head, filler in pairs])


def forward(model: T5ForConditionalGeneration, batch: Sequence[Encoded]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the logits of a batch's fillers and the pieces that are right (-100 = not asked), one row a gap."""
    pad, end = model.config.pad_token_id, model.config.eos_token_id

    def padded(rows: list[list[int]], fill: int) -> torch.Tensor:
        width = max(map(len, rows))
        return torch.tensor([row + [fill] * (width - len(row)) for row in rows])

    ids = padded([example.prompt for example in batch], pad)
    mask = (ids != pad).long()
    read = model.get_encoder()(ids, attention_mask=mask).last_hidden_state
    of_row = torch.tensor([i for i, example in enumerate(batch) for _ in example.gaps])
    gaps = [gap for example in batch for gap in example.gaps]
    begun = padded([[pad, *head, *filler] for head, filler in gaps], end)
    right = padded([[-100] * len(head) + [*filler, end] for head, filler in gaps], -100)
    logits = model(encoder_outputs=(read[of_row],), attention_mask=mask[of_row], decoder_input_ids=begun).logits
    return logits, right


class Trainer:
    """Model, tokenizer, optimiser and clock of one training; saved and resumed as one."""

    def __init__(self, settings: RewriterTraining, notes: Sequence[Note], texts: Sequence[str]) -> None:
        self.settings = settings
        self.notes, self.texts = notes, texts
        kept = settings.output / "tokenizer"  # the pieces of a training that goes on are those it began with
        if kept.is_dir():
            self.tokenizer = PreTrainedTokenizerFast.from_pretrained(str(kept))
        else:
            sample = list(islice(InfillStream(notes, texts, settings.seed), _SAMPLE))
            self.tokenizer = train_tokenizer(sample, settings.vocabulary)
            self.tokenizer.save_pretrained(str(kept))
        self.model = build(settings, self.tokenizer)
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=settings.rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True
        )
        self.step_number, self.seconds = 0, 0.0

    def batches(self) -> Iterator[list[Encoded]]:
        """Yield batches of similar length, each of at most the budget of pieces."""
        seed = self.settings.seed + self.step_number
        stream, rng = iter(InfillStream(self.notes, self.texts, seed)), Random(seed)
        while True:
            pool = [encode(example, self.tokenizer) for example in islice(stream, _POOL)]
            pool = [Encoded(e.prompt, rng.sample(e.gaps, min(len(e.gaps), _GAPS_ASKED))) for e in pool]
            ordered = sorted((e for e in pool if len(e.prompt) <= _LONGEST), key=lambda e: len(e.prompt))
            cut: list[list[Encoded]] = [[]]
            for example in ordered:
                if cut[-1] and len(example.prompt) * (len(cut[-1]) + 1) > self.settings.pieces_per_batch:
                    cut.append([])
                cut[-1].append(example)
            rng.shuffle(cut)
            yield from cut

    def rate(self, done: float) -> float:
        """Share of the peak rate at a share of the budget: warm-up 5 %, then linear to 2 %."""
        return max(0.01, done / 0.05) if done < 0.05 else max(0.02, 1 - 0.98 * (done - 0.05) / 0.95)

    def step(self, batch: Sequence[Encoded]) -> float:
        """One optimiser step; returns the loss."""
        logits, right = forward(self.model, batch)
        loss = functional.cross_entropy(logits.flatten(0, 1), right.flatten())
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        share = self.rate(min(1.0, self.seconds / (60 * self.settings.minutes)))
        for group in self.optimizer.param_groups:
            group["lr"] = share * self.settings.rate
        self.optimizer.step()
        return float(loss.detach())

    def save(self, path: Path) -> None:
        """Write the whole state, atomically."""
        state = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict()}
        torch.save({**state, "step": self.step_number, "seconds": self.seconds}, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)

    def resume(self, path: Path) -> None:
        """Go on from a state that `save` wrote."""
        state = torch.load(path, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step_number, self.seconds = state["step"], state["seconds"]


def judge(trainer: Trainer, notes: Sequence[Note]) -> float:
    """Return the share of held-out gaps whose every piece would be written as the hand-written lines say."""
    right = total = 0
    grammar = Grammar()
    trainer.model.eval()
    for note in notes:
        gaps = gaps_of(note)
        around = Surroundings(note.text, gaps)
        fillers = [grammar.filler(around, i) for i in range(len(gaps))]
        for first in range(0, len(gaps), GAPS_PER_WINDOW):
            example = encode(window(note.text, gaps, fillers, first), trainer.tokenizer)
            with torch.inference_mode():
                logits, wanted = forward(trainer.model, [example])
            same = (logits.argmax(-1) == wanted) | (wanted == -100)
            right += int(same.all(1).sum())
            total += len(same)
    trainer.model.train()
    return right / max(1, total)


def export(trainer: Trainer, folder: Path, figures: dict[str, Any]) -> None:
    """Write the checkpoint: fp16 safetensors, config, tokenizer, provenance."""
    settings = trainer.settings
    folder.mkdir(parents=True, exist_ok=True)
    deepcopy(trainer.model).half().save_pretrained(folder)
    trainer.tokenizer.save_pretrained(folder)
    plain = {k: v for k, v in asdict(settings).items() if k not in ("output", "texts")}
    data = "carriers of this package (CC0) with the hand-written fillers of text/lists/fillers.txt (CC0); generic mentions in "
    data += "MTSamples transcriptions (CC0); one carrier in twelve held out"
    write_provenance(folder, "rewriter", data, plain, trainer.step_number, trainer.seconds, figures)


def train(settings: RewriterTraining) -> Path:
    """Train within the budget and write the checkpoint; returns its folder."""
    torch.set_num_threads(settings.threads)
    settings.output.mkdir(parents=True, exist_ok=True)
    notes = [note for note in carriers() if note.mentions]
    kept, judged = [n for n in notes if not held_out(n)], [n for n in notes if held_out(n)]
    trainer = Trainer(settings, kept, read_texts(settings.texts))
    state = settings.output / "state.pt"
    if state.is_file():
        trainer.resume(state)
        logger.info("going on at step %d", trainer.step_number)
    trainer.model.train()
    losses: list[float] = []
    for batch in trainer.batches():
        began = time.monotonic()
        losses.append(trainer.step(batch))
        trainer.step_number += 1
        trainer.seconds += time.monotonic() - began
        over = trainer.seconds >= 60 * settings.minutes
        if over or trainer.step_number % 50 == 0:
            logger.info("step %d, %.0f s, loss %.4f", trainer.step_number, trainer.seconds, np.mean(losses[-50:]))
        if over or trainer.step_number % 250 == 0:
            trainer.save(state)
        if over:
            break
    share = judge(trainer, judged)
    logger.info("held-out gaps as the lines say: %.3f", share)
    export(trainer, settings.output / "checkpoint", {"held_out_gaps_as_the_lines_say": round(share, 4)})
    return settings.output / "checkpoint"
