"""`style="rewrite"`: fillers behind the fence, surrogates where it refuses, nothing changed outside what is reported."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_rewriter import tiny_rewriter

from clinx_hf.errors import MissingWeights
from clinx_hf.phi import Label, Policy, Span
from clinx_hf.synthesis.notes import parse_markup
from clinx_hf.text.rewriter import Rewriter, embedded_folder
from clinx_hf.text.scrubber import Scrubber
from clinx_hf.text.styles import STYLES
from clinx_hf.text.styles.replacing import Document
from clinx_hf.text.styles.rewrite import rewrite

_MARKED = (
    "Mr. <<PATIENT#1m:John Smith>>, a <<AGE:64>>-year-old <<PROFESSION:bus driver>>, was seen at <<HOSPITAL:St Mary's>> "
    "on <<DATE:3 March 2021>> by Dr. <<DOCTOR#2u:Lee>>. No pain in the left leg, 5 mg daily."
)
_FILLERS = ["the patient", "a man in his sixties,", "a transport worker", "the hospital", "that spring", "the doctor"]


class _Says:
    """A rewriter that says what it was told to."""

    def __init__(self, fillers):
        self.fillers = fillers

    def propose(self, text, gaps):
        return [
            next(self.fillers, None) if hasattr(self.fillers, "__next__") else self.fillers[i] for i in range(len(gaps))
        ]


def _document(marked=_MARKED):
    text, mentions = parse_markup(marked)
    return Document(text, tuple(Span(m.start, m.end, m.label) for m in mentions), Policy.STRICT)


def _joined(document, done):
    pieces, last = [], 0
    for each in done:
        assert last <= each.span.start <= each.identifier.start < each.identifier.end <= each.span.end
        pieces += [document.text[last : each.span.start], each.text]
        last = each.span.end
    return "".join([*pieces, document.text[last:]])


def test_fillers_take_the_place_of_gaps():
    document = _document()
    done = rewrite(document, _Says(_FILLERS))
    assert _joined(document, done) == (
        "The patient, a man in his sixties, a transport worker, was seen at the hospital that spring by the doctor. "
        "No pain in the left leg, 5 mg daily."
    )
    assert not any(each.fell_back for each in done)


def test_what_the_fence_refuses_is_the_surrogate_and_nothing_is_widened():
    document = _document()
    done = rewrite(document, _Says(["the patient", None, "a bus driver", "st mary's", "that spring 2", "doctor lee"]))
    assert [each.fell_back for each in done] == [False, True, True, True, True, True]
    surrogates = STYLES["surrogate"](document)
    for each, made_up, span in list(zip(done, surrogates, document.spans, strict=True))[1:]:
        assert (each.text, each.span) == (made_up, span)


def test_a_line_of_capitals_stays_one():
    document = _document("SEEN BY DR. <<DOCTOR#1u:LEE>> TODAY\nCalled <<PERSON#2u:Kim>>.")
    assert [each.text for each in rewrite(document, _Says(["the doctor", "another person"]))] == [
        "THE DOCTOR",
        "another person",
    ]


def test_capitals_begin_sentences_and_lines_but_not_wrapped_ones():
    text = "It ended. <<DOCTOR#1u:Lee>> left.\n- <<DOCTOR#1u:Lee>> came, and after a long day full of rounds was met by\n<<DOCTOR#1u:Lee>>"
    document = _document(text)
    assert [each.text for each in rewrite(document, _Says(["the doctor"] * 3))] == [
        "The doctor",
        "The doctor",
        "the doctor",
    ]


@settings(max_examples=60)
@given(st.lists(st.none() | st.text(max_size=30) | st.sampled_from(_FILLERS), min_size=6, max_size=6))
def test_whatever_a_model_says_no_identifier_returns_and_nothing_else_changes(fillers):
    document = _document()
    done = rewrite(document, _Says(fillers))
    clean = _joined(document, done)
    for value in ("John", "Smith", "bus driver", "Mary", "March", "Lee"):
        assert value.lower() not in " ".join(each.text for each in done if not each.fell_back).lower()
    assert clean.endswith(". No pain in the left leg, 5 mg daily.")


def test_a_model_that_knows_nothing_falls_back_everywhere(tmp_path):
    model, tokenizer = tiny_rewriter()
    model.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    document = _document()
    for rewriter in (Rewriter(model, tokenizer), str(tmp_path)):
        done = rewrite(document, rewriter)
        assert all(each.fell_back for each in done)
        assert [each.text for each in done] == STYLES["surrogate"](document)


def test_a_causal_model_is_asked_in_words_and_falls_back_too():
    model, tokenizer = tiny_rewriter(causal=True)
    document = _document()
    assert all(each.fell_back for each in rewrite(document, Rewriter(model, tokenizer)))


def test_a_model_that_follows_the_question_is_understood():
    model, tokenizer = tiny_rewriter()
    rewriter = Rewriter(model, tokenizer)
    asked = []
    rewriter._generate = lambda question, tokens: asked.append(question) or "0: the patient\n 1. in his sixties\n7: x"
    document = _document("Mr. <<PATIENT#1m:Smith>>, <<AGE:64>>, met <<PERSON#2u:Kim>>")
    done = rewrite(document, rewriter)
    assert [each.fell_back for each in done] == [False, False, True]
    assert not {"smith", "kim", "64"} & set(asked[0].lower().split())


def test_a_folder_without_weights_is_named(tmp_path):
    with pytest.raises(MissingWeights, match=r"model\.safetensors"):
        Rewriter.from_pretrained(tmp_path)


_needs_weights = pytest.mark.skipif(
    not (embedded_folder() / "model.safetensors").is_file(), reason="the rewriter is not embedded yet"
)


@_needs_weights
def test_the_embedded_rewriter_writes_fluently_and_always_the_same():
    document = _document()
    done = rewrite(document)
    assert _joined(document, done) == _joined(document, rewrite(document))
    clean = _joined(document, done)
    assert not any(each.fell_back for each in done)
    assert clean.startswith("The patient, a")
    assert "transport worker, was seen at the hospital that " in clean
    assert clean.endswith(" by the doctor. No pain in the left leg, 5 mg daily.")


@_needs_weights
def test_the_scrubber_reports_gaps_and_counts_fallbacks():
    (done,) = Scrubber(policy="strict", style="rewrite").scrub(["Seen by Dr. Ann Lee on 3/4/2021."])
    labels = [entity.identifier.label for entity in done.entities]
    assert labels == [Label.DOCTOR, Label.DATE]
    assert done.entities[0].span.start == len("Seen by ")
    assert done.fallbacks == 0
    assert not any(c.isdigit() for c in done.text)


def test_a_text_without_identifiers_loads_no_model():
    assert rewrite(Document("No mass.", (), Policy.STRICT), "a/model/that/does/not/exist") == []
