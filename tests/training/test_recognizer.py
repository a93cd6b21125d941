"""The recognizer's training: targets, the factored scorer, saving, and that a step learns."""

import json
from random import Random

import pytest
import torch
from tiny import WIDTH, tiny_recognizer

from clinx_hf.phi import LABELS, Policy
from clinx_hf.synthesis.notes import parse_markup
from clinx_hf.text.recognizer import Recognizer, WordPieces
from clinx_hf.text.words import split
from clinx_hf.training.examples import ExampleStream, Material, cut_window, word_targets
from clinx_hf.training.recognizer import Batch, train
from clinx_hf.training.recognizer_start import RecognizerTraining, write_checkpoint


@pytest.fixture(scope="module")
def tiny():
    return tiny_recognizer()


def test_the_factored_scorer_gives_gliners_numbers(tiny):
    model, _ = tiny
    words = torch.randn(7, WIDTH)
    with torch.no_grad():
        slow = model.core.scorer(words[None], model.core.precomputed_prompts[None])[0]
        assert torch.allclose(model.score(words), slow, atol=1e-5)


def test_targets_mark_starts_and_ends_of_mentions():
    from clinx_hf.synthesis.notes import Note

    text, mentions = parse_markup("Dr. <<DOCTOR#1f:Ann Lee>>, <<DATE:3/4>>")
    note = Note("x", "k", "en", text, mentions)
    targets = word_targets(note, split(text))
    doctor, date = LABELS.index("DOCTOR"), LABELS.index("DATE")
    expected = [None, None, (doctor, True, False), (doctor, False, True), None]
    assert targets == [*expected, (date, True, False), (date, False, False), (date, False, True)]


def test_a_window_never_cuts_an_identifier():
    inside = (0, False, False)
    targets = [None] * 40 + [(0, True, False), *[inside] * 200, (0, False, True)] + [None] * 40
    for seed in range(30):
        first, last = cut_window(targets, Random(seed))
        for border in (first, last):
            assert border in (0, len(targets)) or targets[border] is None or targets[border][1]


def test_batches_keep_to_their_budget_and_repeat_with_the_seed(tiny):
    pytest.importorskip("faker", reason="refilling needs the train extra")
    from clinx_hf.synthesis.notes import carriers

    _, tokenizer = tiny
    notes = carriers()[:60]
    one = ExampleStream(Material(notes), WordPieces(tokenizer), 400, seed=5).batches()
    two = ExampleStream(Material(notes), WordPieces(tokenizer), 400, seed=5).batches()
    for _ in range(5):
        batch = next(one)
        assert batch == next(two)
        assert len(batch) == 1 or len(batch) * max(len(e.pieces) for e in batch) <= 400
        made = Batch(batch, tokenizer.pad_token_id)
        assert made.labels[..., 2].sum() == sum(t is not None for e in batch for t in e.targets)


def test_saved_weights_give_the_same_spans(tiny, tmp_path):
    model, tokenizer = tiny
    model.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    texts = ["the patients 3/4/21 Ann Lee", "a b c"]
    loaded = Recognizer.from_pretrained(tmp_path)
    before, after = Recognizer(model, tokenizer), loaded
    for text in texts:
        one, two = before.read(text), after.read(text)
        a, b = before.score_windows(one.windows)[0], after.score_windows(two.windows)[0]
        assert (a == b).all()
    assert loaded(texts, Policy.STRICT) == before(texts, Policy.STRICT)


def test_training_goes_on_from_a_checkpoint_on_texts_of_ones_own(tiny, tmp_path):
    pytest.importorskip("faker", reason="refilling needs the train extra")
    write_checkpoint(*tiny, tmp_path / "start")
    row = {"text": "Call Qwertha Zyx on 555-0101.", "entities": [{"start": 5, "end": 16, "label": "PERSON"}]}
    (tmp_path / "mine.jsonl").write_text(json.dumps(row), encoding="utf-8")
    settings = RecognizerTraining(
        output=tmp_path / "run",
        minutes=0.001,
        start=tmp_path / "start",
        corpora=((tmp_path / "mine.jsonl", "own"),),
        pieces_per_batch=200,
    )
    folder = train(settings)
    record = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    assert record["steps"] >= 1
    assert record["settings"]["corpora"] == [f"{tmp_path.name}/mine.jsonl (own)"]
    assert Recognizer.from_pretrained(folder).labels == Recognizer(*tiny).labels
    for written in (tmp_path / "run").rglob("*.json"):
        assert "Qwertha" not in written.read_text(encoding="utf-8")  # no text of the data in what is kept
    before = torch.load(tmp_path / "run" / "state.pt", weights_only=True)["step"]
    train(settings)  # over its budget already: one more step, no fresh start
    assert torch.load(tmp_path / "run" / "state.pt", weights_only=True)["step"] == before + 1
