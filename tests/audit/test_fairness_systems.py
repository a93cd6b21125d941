"""Every kind of system that the fairness audit can ask runs end to end, on tiny models with random weights."""

import json
import sys
from pathlib import Path

import pytest
from tiny import tiny_recognizer

from clinx_hf.audit import systems
from clinx_hf.audit.fairness import audit_fairness, table
from clinx_hf.audit.fairness_design import fairness_carriers, paired_cases
from clinx_hf.audit.fairness_names import name_groups
from clinx_hf.audit.peers import Peer
from clinx_hf.audit.systems import (
    gliner_system,
    language_model_system,
    shipped_systems,
    sub_words,
    token_classification_system,
)
from clinx_hf.bench.peers import PEERS, peer
from clinx_hf.errors import BadInput
from clinx_hf.text.recognizer import Recognizer
from clinx_hf.text.scrubber import Scrubber

TEXTS = ["Seen by Dr. Ann Lee on 3/4/2021.", "Kofi has a cough, ask Ann Lee.", "BP 120/80, no change."]
_BERT = {
    "hidden_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 16,
    "max_position_embeddings": 512,
}


@pytest.fixture(scope="module")
def tokenizer():
    from collections import Counter

    from clinx_hf.training.vocabulary import choose_pieces, make_tokenizer

    made = make_tokenizer(choose_pieces(Counter({"the": 3, "patient": 2, "##s": 2, "Ann": 2, "Lee": 2}), 400))
    made.model_max_length = 512
    return made


@pytest.fixture(scope="module")
def token_classifier(tokenizer, tmp_path_factory):
    """A BERT that calls everything a name."""
    import torch
    from transformers import BertConfig, BertForTokenClassification

    config = BertConfig(vocab_size=len(tokenizer), id2label={0: "O", 1: "NAME"}, label2id={"O": 0, "NAME": 1}, **_BERT)
    model = BertForTokenClassification(config)
    with torch.no_grad():
        model.classifier.weight.zero_()
        model.classifier.bias.copy_(torch.tensor([0.0, 3.0]))
    folder = tmp_path_factory.mktemp("bert")
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def gliner(tokenizer, tmp_path_factory):
    """A span-marking GLiNER with random weights."""
    from gliner.config import UniEncoderSpanConfig
    from gliner.model import UniEncoderSpanGLiNER

    backbone = tmp_path_factory.mktemp("backbone")
    tokenizer.save_pretrained(backbone)
    from transformers import BertConfig

    BertConfig(vocab_size=len(tokenizer), **_BERT).save_pretrained(backbone)
    config = UniEncoderSpanConfig(model_name=str(backbone), hidden_size=16, max_width=4, max_len=384, num_rnn_layers=0)
    model = UniEncoderSpanGLiNER.load_from_config(config, backbone_from_pretrained=False)
    folder = tmp_path_factory.mktemp("gliner")
    model.save_pretrained(folder, safe_serialization=True)
    return folder


@pytest.fixture(scope="module")
def language_model(tokenizer, tmp_path_factory):
    """A Llama with random weights: it answers, but never with a JSON list."""
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=2048,
        eos_token_id=tokenizer.sep_token_id,
        pad_token_id=0,
    )
    folder = tmp_path_factory.mktemp("llama")
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(autouse=True)
def short_answers(monkeypatch):
    """What a random model writes does not get better with length."""
    monkeypatch.setattr(systems, "_MOST_NEW_TOKENS", 8)


def inside(spans):
    return all(0 <= s < e <= len(text) for text, found in zip(TEXTS, spans, strict=True) for s, e in found)


def test_shipped_systems_answer_three_ways_and_agree_with_the_scrubber():
    scrubber = Scrubber(policy="strict", recognizer=Recognizer(*tiny_recognizer()))
    both, model, rules = shipped_systems(scrubber)(TEXTS)
    assert [[(s.start, s.end) for s in spans] for spans in scrubber.judge(TEXTS)] == both.spans
    assert inside(model.spans)
    assert any(TEXTS[0][s:e] == "3/4/2021" for s, e in rules.spans[0])
    assert both.seconds > model.seconds > 0


def test_sub_words_are_counted_without_the_frame():
    count = sub_words(Scrubber(recognizer=Recognizer(*tiny_recognizer())))
    assert count("a") == 1
    assert count("a b") == 2


def test_token_classifier_marks_whole_words_and_refuses_what_it_would_cut(token_classifier):
    system = token_classification_system(str(token_classifier))
    (answer,) = system(TEXTS)
    assert inside(answer.spans)
    for text, spans in zip(TEXTS, answer.spans, strict=True):
        marked = {i for s, e in spans for i in range(s, e)}
        assert all(i in marked for i, char in enumerate(text) if char.isalnum())
    assert answer.system == f"token classifier {token_classifier.name}"
    with pytest.raises(BadInput, match="sub-words"):
        system(["Zoe " * 600])


def test_gliner_answers_and_refuses_what_it_would_cut(gliner):
    system = gliner_system(str(gliner))
    (answer,) = system(TEXTS)
    assert inside(answer.spans)
    assert len(answer.spans) == 3
    with pytest.raises(BadInput, match="500 words"):
        system(["word " * 500])


def test_language_model_answers_without_a_list_are_counted(language_model):
    (answer,) = language_model_system(str(language_model))(TEXTS)
    assert answer.fallbacks == len(TEXTS)
    assert inside(answer.spans)


def test_language_models_strings_are_looked_up(language_model, monkeypatch):
    from transformers import PreTrainedTokenizerFast

    monkeypatch.setattr(PreTrainedTokenizerFast, "decode", lambda *_, **__: '["Ann Lee", "nobody here"]')
    (answer,) = language_model_system(str(language_model))(TEXTS)
    assert answer.spans == [[(12, 19)], [(22, 29)], []]
    assert answer.fallbacks == 0


def test_all_kinds_stand_in_one_table(token_classifier, gliner, language_model):
    groups = [g for g in name_groups() if g.title == "unseen"]
    few = [type(g)(g.title, {key: p for key, p in g.pools.items() if key[0] in ("igbo", "irish")}) for g in groups]
    cases = paired_cases(fairness_carriers()[::8], few)
    scrubber = Scrubber(policy="strict", recognizer=Recognizer(*tiny_recognizer()))
    others = [
        gliner_system(str(gliner)),
        token_classification_system(str(token_classifier)),
        language_model_system(str(language_model)),
    ]
    figures = audit_fairness(cases, shipped_systems(scrubber), others, sub_words(scrubber), every=3)
    assert len(figures.systems) == 3 + 1 + 3
    classifier = figures.systems[-2].names[0]
    assert classifier.recall == 1.0
    assert figures.systems[-2].kept == 0.0
    assert all(f"| {system.system} | unseen |" in table(figures) for system in figures.systems)


def test_a_peers_program_is_asked_and_its_failure_told_without_the_text(tmp_path):
    program = tmp_path / "peer.py"
    program.write_text(
        "import json, sys\n"
        "texts = [json.loads(line) for line in sys.stdin]\n"
        "if 'fail' in texts[0]: sys.exit(3)\n"
        "print(json.dumps({'system': 'p', 'spans': [[[0, 2]] for _ in texts], 'seconds_each': [0.5] * len(texts), 'cpu_seconds': 1.0,"
        " 'peak_memory_mib': 7}))\n",
        encoding="utf-8",
    )
    asked = Peer(Path(sys.executable), program, (), "its package")
    (answer,) = asked(["one", "two"])
    assert (answer.system, answer.spans, answer.seconds) == ("p", [[(0, 2)], [(0, 2)]], 1.0)
    with pytest.raises(BadInput, match="exit 3") as caught:
        asked(["fail Ann Lee"])
    assert "Ann Lee" not in str(caught.value)


@pytest.mark.parametrize("name", PEERS)
def test_peers_programs_are_there(name):
    assert peer(name, Path(sys.executable)).program.is_file()


@pytest.mark.parametrize("name", PEERS)
def test_peers_find_a_plain_name(name):
    python = Path("../venvs/peer/bin/python")
    if not python.is_file():
        pytest.skip("needs a Python with the peers' packages")
    (answer,) = peer(name, python)(TEXTS)
    marked = {i for s, e in answer.spans[0] for i in range(s, e)}
    assert {12, 13, 14} <= marked
    assert len(answer.spans) == 3


def test_the_command_fails_with_exit_code_1_and_writes_figures_and_picture(tmp_path, monkeypatch):
    from click.testing import CliRunner

    import clinx_hf.audit.fairness as fairness
    from clinx_hf.cli.audit import audit_command

    groups = [g for g in name_groups() if g.title == "unseen"]
    few = [type(g)(g.title, {key: p for key, p in g.pools.items() if key[0] in ("igbo", "irish")}) for g in groups]
    monkeypatch.setattr(
        fairness, "fairness_cases", lambda names, seed: paired_cases(fairness_carriers()[:6], few, seed)
    )
    done = CliRunner().invoke(audit_command, ["fairness", "--floor", "1.01", "--results", str(tmp_path)])
    assert done.exit_code == 1, done.output
    assert "| clinx_hf (rules + recognizer) | unseen |" in done.output
    record = json.loads((tmp_path / "fairness.json").read_text(encoding="utf-8"))
    assert record["sizes"] == {"carriers": 6, "texts": 24}
    assert (tmp_path / "fairness.png").stat().st_size > 10_000
