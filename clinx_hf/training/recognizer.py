"""Train the recognizer: `clinx-hf train recognizer --output DIR --minutes 60`.

Carriers are refilled anew each time they are drawn. The loop is our own (GLiNER's trainer costs three times more a step):
fp32, attention without dropout, a factored scorer, and a throw-away BIO layer as helper loss, which teaches which label
a word has while the GLiNER head learns that it is one. The learning rate follows the wall clock, so that a busy machine
ends with a small rate too. Interrupted, it goes on from its checkpoint.
"""

from __future__ import annotations

import json
import logging
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from transformers import PreTrainedTokenizerFast

from clinx_hf.metrics.spans import CharacterScores, character_scores
from clinx_hf.phi import LABELS
from clinx_hf.synthesis.corpora import LABEL_MAPS, read_corpus
from clinx_hf.synthesis.negatives import Negatives
from clinx_hf.synthesis.notes import Note, carriers, read_notes
from clinx_hf.text.modeling import ClinxDeidModel
from clinx_hf.text.recognizer import Recognizer, WordPieces
from clinx_hf.training.examples import Example, ExampleStream, Material
from clinx_hf.training.provenance import write_provenance
from clinx_hf.training.recognizer_start import RecognizerTraining, start_model, write_checkpoint

logger = logging.getLogger(__name__)
_DATA = (
    "carriers of this package (CC0), refilled with names.tsv and Faker; labelled corpora as named in the settings "
    "(MEDDOCAN train, CC BY 4.0, Secretaria de Estado para el Avance Digital; EDS-Pseudo templates, BSD-3-Clause, "
    "Assistance Publique - Hopitaux de Paris); stretches of MTSamples (CC0) in which an earlier model found nothing; "
    "short texts without identifiers from term lists (Disease Ontology CC0, Uberon CC BY 3.0, drug names MIT); "
    "encoder: all-MiniLM-L6-v2 (Apache-2.0)"
)


class Batch:
    """Padded tensors of a batch of examples."""

    def __init__(self, examples: list[Example], pad: int) -> None:
        width = max(len(e.pieces) for e in examples)
        self.ids = torch.full((len(examples), width), pad)
        self.attention = torch.zeros((len(examples), width), dtype=torch.long)
        rows, columns, targets = [], [], []
        for row, example in enumerate(examples):
            self.ids[row, : len(example.pieces)] = torch.tensor(example.pieces)
            self.attention[row, : len(example.pieces)] = 1
            rows += [row] * len(example.positions)
            columns += example.positions
            targets += example.targets
        self.rows, self.columns = torch.tensor(rows), torch.tensor(columns)
        self.labels = torch.zeros((len(targets), len(LABELS), 3))
        self.bio = torch.zeros(len(targets), dtype=torch.long)
        for i, target in enumerate(targets):
            if target is not None:
                label, starts, ends = target
                self.labels[i, label] = torch.tensor([float(starts), float(ends), 1.0])
                self.bio[i] = 1 + 2 * label + (not starts)

    def chosen(self, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        """Pick the words that are scored: all near a span, 40 % of the others at weight 1 / 0.4."""
        marked = (self.bio > 0).float()[None, None]
        near = F.max_pool1d(marked, 7, stride=1, padding=3)[0, 0] > 0
        keep = near | (torch.rand(len(near), generator=generator) < 0.4)
        keep[0] = True
        return keep, torch.where(near, 1.0, 2.5)[keep]


class Trainer:
    """Model, helper layer, optimiser and clock of one training; saved and resumed as one."""

    def __init__(self, settings: RecognizerTraining, material: Material) -> None:
        self.settings = settings
        self.model, self.tokenizer = start_model(settings, material)
        self.helper = nn.Linear(self.model.config.gliner["encoder_config"]["hidden_size"], 2 * len(LABELS) + 1)
        encoder = list(self.model.core.token_rep_layer.bert_layer.parameters())
        in_encoder = {id(p) for p in encoder}
        head = [p for p in self.model.parameters() if id(p) not in in_encoder] + list(self.helper.parameters())
        groups = [
            {"params": encoder, "peak": settings.encoder_rate},
            {"params": head, "peak": settings.head_rate},
        ]
        self.optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
        # What is judged and kept is a running mean of the weights over about the last 400 steps.
        self.average = AveragedModel(self.model, multi_avg_fn=get_ema_multi_avg_fn(0.99))  # type: ignore[no-untyped-call]
        self.generator = torch.Generator().manual_seed(settings.seed)
        self.step_number, self.seconds = 0, 0.0

    @property
    def averaged(self) -> ClinxDeidModel:
        """The model with the running mean of its weights."""
        return cast(ClinxDeidModel, self.average.module)

    def rate(self, done: float) -> float:
        """Share of the peak rate at a share of the budget: warm-up 6 %, flat to 30 %, linear to 3 %."""
        return done / 0.06 if done < 0.06 else 1.0 if done < 0.3 else max(0.03, 1 - 0.97 * (done - 0.3) / 0.7)

    def step(self, examples: list[Example]) -> float:
        """One optimiser step; returns the loss."""
        batch = Batch(examples, self.tokenizer.pad_token_id)
        layer = self.model.core.token_rep_layer
        states = layer.bert_layer(input_ids=batch.ids, attention_mask=batch.attention)
        words = states[batch.rows, batch.columns]
        keep, weight = batch.chosen(self.generator)
        logits = self.model.score(layer.projection(words[keep]))
        each = F.binary_cross_entropy_with_logits(logits, batch.labels[keep], reduction="none").sum((1, 2))
        helper = F.cross_entropy(self.helper(words), batch.bio)
        loss = (each * weight).sum() / weight.sum() + 2 * helper
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        parameters = [p for group in self.optimizer.param_groups for p in group["params"]]
        nn.utils.clip_grad_norm_(parameters, 1.0)
        share = self.rate(min(1.0, self.seconds / (60 * self.settings.minutes)))
        for group in self.optimizer.param_groups:
            group["lr"] = share * group["peak"]
        self.optimizer.step()
        if self.step_number % 4 == 0:
            self.average.update_parameters(self.model)
        return float(loss.detach())

    def _parts(self) -> dict[str, Any]:
        return {"model": self.model, "helper": self.helper, "optimizer": self.optimizer, "average": self.average}

    def save(self, path: Path) -> None:
        """Write the whole state, atomically."""
        state = {name: part.state_dict() for name, part in self._parts().items()}
        torch.save({**state, "step": self.step_number, "seconds": self.seconds}, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)

    def resume(self, path: Path) -> None:
        """Go on from a state that `save` wrote."""
        state = torch.load(path, weights_only=True)
        for name, part in self._parts().items():
            part.load_state_dict(state[name])
        self.step_number, self.seconds = state["step"], state["seconds"]


def dev_scores(
    model: ClinxDeidModel, tokenizer: PreTrainedTokenizerFast, notes: list[Note], limits: tuple[float, ...]
) -> dict[float, CharacterScores]:
    """Score the model alone (no rules) on labelled notes at several thresholds."""
    was_training = model.training
    reader = Recognizer(model, tokenizer)
    scores = dict.fromkeys(limits, CharacterScores())
    for note in notes:
        reading = reader.read(note.text)
        inside = reader.merge(reading, reader.score_windows(reading.windows))
        gold = [(m.start, m.end) for m in note.mentions]
        for limit in limits:
            found = [(s.start, s.end) for s in reader.decode(reading, inside, frozenset(LABELS), limit)]
            scores[limit] += character_scores(len(note.text), gold, found)
    model.train(was_training)
    return scores


def export(trainer: Trainer, folder: Path, figures: dict[str, Any]) -> None:
    """Write the checkpoint with its provenance; data files are told by name, not by path."""
    settings = trainer.settings
    write_checkpoint(trainer.averaged, trainer.tokenizer, folder)
    plain = {k: v for k, v in asdict(settings).items() if k not in ("output", "texts", "lexicons", "dev", "start")}
    plain["clean"] = [path.name for path in settings.clean]
    plain["corpora"] = [f"{path.parent.name}/{path.name} ({name})" for path, name in settings.corpora]
    plain["start"] = "all-MiniLM-L6-v2" if settings.start is None else settings.start.name
    write_provenance(folder, "recognizer", _DATA, plain, trainer.step_number, trainer.seconds, figures)


def gather(settings: RecognizerTraining) -> Material:
    """Read all that the settings name."""
    corpus = [item.note for path, name in settings.corpora for item in read_corpus(path, LABEL_MAPS[name])]
    clean = [
        Note("clean", "clean", "", json.loads(line)["text"], ())
        for path in settings.clean
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    negatives = Negatives(settings.lexicons) if settings.lexicons else None
    return Material(carriers(), corpus, settings.corpus_share, clean, negatives)


def train(settings: RecognizerTraining) -> Path:
    """Train within the budget and write the checkpoint; returns its folder."""
    torch.set_num_threads(settings.threads)
    settings.output.mkdir(parents=True, exist_ok=True)
    material = gather(settings)
    trainer = Trainer(settings, material)
    state = settings.output / "state.pt"
    if state.is_file():
        trainer.resume(state)
        logger.info("going on at step %d", trainer.step_number)
    dev = read_notes(settings.dev)
    pieces, seed = WordPieces(trainer.tokenizer), settings.seed + trainer.step_number
    stream = ExampleStream(material, pieces, settings.pieces_per_batch, seed)
    trainer.model.train()
    losses: list[float] = []
    figures: dict[str, Any] = {}
    for examples in stream.batches():
        began = time.monotonic()
        losses.append(trainer.step(examples))
        trainer.step_number += 1
        trainer.seconds += time.monotonic() - began
        over = trainer.seconds >= 60 * settings.minutes
        if over or trainer.step_number % 250 == 0:
            logger.info("step %d, %.0f s, loss %.3f", trainer.step_number, trainer.seconds, np.mean(losses[-250:]))
            trainer.save(state)
        if dev and (over or trainer.step_number % 1000 == 0):
            scored = dev_scores(trainer.averaged, trainer.tokenizer, dev, (0.05, 0.1, 0.15, 0.2, 0.3, 0.5))
            figures = {
                str(k): {"recall": round(v.recall, 4), "precision": round(v.precision, 4)} for k, v in scored.items()
            }
            logger.info("dev (model alone) %s", json.dumps(figures))
            export(trainer, settings.output / "checkpoint", figures)
        if over:
            break
    export(trainer, settings.output / "checkpoint", figures)
    return settings.output / "checkpoint"
