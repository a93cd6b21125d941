"""The rewriter's training: what it is taught, that a step learns, that it goes on where it was."""

from itertools import islice

import pytest

from clinx_hf.phi import Label, Span
from clinx_hf.synthesis.notes import Note, carriers, parse_markup
from clinx_hf.text import lists
from clinx_hf.text.fence import Fence
from clinx_hf.text.gaps import Gap, find_gaps
from clinx_hf.text.hints import all_hints
from clinx_hf.text.rewriter import NOUN
from clinx_hf.training.fillers import Grammar, Surroundings
from clinx_hf.training.infilling import InfillStream, held_out


def _taught(marked):
    text, mentions = parse_markup(marked)
    spans = [Span(m.start, m.end, m.label) for m in mentions]
    gaps = find_gaps(text, spans, [text[s.start : s.end] for s in spans])
    around = Surroundings(text, gaps)
    return [Grammar().filler(around, i) for i in range(len(gaps))]


@pytest.mark.parametrize(
    ("marked", "fillers"),
    [
        ("Seen by Dr. <<DOCTOR#1u:Lee>> then", ["the doctor"]),
        ("Name: <<PATIENT#1u:Lee>>", ["name withheld"]),
        ("PID|<<MRN:12>>|<<PATIENT#1u:A^B>>|", ["withheld", "name withheld"]),
        ("a <<AGE:64>>-year-old <<PROFESSION:bus driver>>", ["a person in their sixties,", "a transport worker"]),
        ("this <<AGE:71>>-year-old lady", ["<noun> in her seventies"]),
        ("her son <<PERSON#1m:Tom>> and Mr. <<PERSON#2m:Al>>", ["<noun>", "another man"]),
        ("<<STREET:1 Elm>>, <<CITY:Ayr>>", ["address withheld", ""]),
        ("call <<PHONE:555>> or fax <<FAX:556>>", ["the number on file", "on file"]),
    ],
)
def test_fillers_follow_what_stands_around(marked, fillers):
    assert _taught(marked) == fillers


def test_spanish_texts_get_spanish_fillers():
    assert _taught("Paciente vista por la Dra. <<DOCTOR#1f:Ruiz>> en el hospital") == ["la médica"]


def test_every_line_of_the_grammar_passes_the_fence():
    fence, grammar = Fence.around([]), Grammar()
    for row in lists.rows("fillers"):
        if row[0] == "=" or row[2] == "-":
            continue
        span = Span(0, 1, Label[row[0]])
        noun = "sister" if NOUN in row[2] else ""
        gap = Gap(span, span, tuple(h for h in row[1].split() if h in all_hints()), noun)
        filler = grammar._written(row[2], gap, "es" in row[1].split()).replace(NOUN, noun)
        assert fence.passes(filler, gap), row


def test_examples_hold_no_identifier_and_repeat_with_the_seed():
    text, mentions = parse_markup("Qxj: <<PATIENT#1f:Zzyzx Vvort>>, seen <<DATE:1/2/2003>> by <<DOCTOR#2u:Kkpll>>")
    note = Note("n", "k", "en", text, mentions)
    texts = ["Then the patient met the surgeon at the clinic."]
    one = list(islice(InfillStream([note], texts, 5), 30))
    assert one == list(islice(InfillStream([note], texts, 5), 30))
    for example in one:
        whole = " ".join((example.prompt, *example.heads, *example.fillers)).lower()
        assert not any(part in whole for part in ("zzyzx", "vvort", "kkpll", "2003"))
        assert len(example.heads) == len(example.fillers) >= 1
        assert all(example.prompt.count(head) == 1 for head in example.heads)
    assert any("the surgeon" in example.fillers for example in one)


def test_some_carriers_are_held_out_whatever_else_is_there():
    ids = {note.id for note in carriers() if held_out(note)}
    assert 0.04 < len(ids) / len(carriers()) < 0.13


def test_a_training_learns_writes_a_checkpoint_and_goes_on(tmp_path, monkeypatch):
    import torch

    from clinx_hf.text.rewriter import Rewriter
    from clinx_hf.training import rewriter as training

    monkeypatch.setattr(training, "carriers", lambda: [n for n in carriers()[:60] if n.mentions])
    monkeypatch.setattr(training, "_SAMPLE", 60)
    monkeypatch.setattr(training, "_POOL", 8)
    small = {"vocabulary": 400, "width": 32, "inner": 32, "encoder_layers": 1, "decoder_layers": 1}
    settings = training.RewriterTraining(tmp_path, minutes=0.02, **small)
    folder = training.train(settings)
    assert (folder / "provenance.json").is_file()
    loaded = Rewriter.from_pretrained(folder)
    assert sum(p.numel() for p in loaded.model.parameters()) < 60_000
    state = torch.load(tmp_path / "state.pt", weights_only=True)
    longer = training.RewriterTraining(tmp_path, minutes=0.04, **small)
    training.train(longer)
    after = torch.load(tmp_path / "state.pt", weights_only=True)
    assert after["step"] > state["step"]
    assert after["seconds"] > state["seconds"]
