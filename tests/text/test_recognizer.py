"""Windows lose no word; the model reads an identifier wherever it stands."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinx_hf.phi import Label, Policy
from clinx_hf.text.recognizer import MAX_PIECES, Recognizer, cut_windows
from clinx_hf.text.words import split


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer.from_pretrained()


@given(st.lists(st.integers(1, 60), max_size=400), st.integers(5, 220))
def test_windows_cover_every_word_and_fit_the_encoder(sizes, words):
    pieces = [tuple(range(size)) for size in sizes]
    windows = list(cut_windows(pieces, words, overlap=words // 5))
    assert sorted({i for first, last in windows for i in range(first, last)}) == list(range(len(pieces)))
    for first, last in windows:
        assert last - first <= words
        assert sum(sizes[first:last]) <= MAX_PIECES
    for (_, end), (start, _) in pairwise(windows):
        assert start <= end


@given(st.text(max_size=300))
def test_words_are_in_order_and_hold_every_letter(text):
    words = split(text)
    assert all(a[1] <= b[0] for a, b in pairwise(words))
    inside = {i for start, end in words for i in range(start, end)}
    assert all(i in inside for i, c in enumerate(text) if c.isalnum())


_FILLER = "The patient was stable overnight and the lungs were clear on both sides today .".split()


@pytest.mark.parametrize("position", range(0, 700, 41))
def test_a_name_is_found_at_every_position_of_a_long_text(recognizer, position):
    words = (_FILLER * 50)[:700]
    words[position:position] = ["Seen", "by", "Dr.", "Ann", "Leeworth", "."]
    text = " ".join(words)
    start = text.index("Ann Leeworth")
    spans = recognizer([text])[0]
    assert any(s.start <= start and s.end >= start + len("Ann Leeworth") for s in spans)


def test_a_batch_finds_what_single_texts_find(recognizer):
    texts = [
        "Mrs. Okafor, 93, seen at Mercy Clinic.",
        "",
        "Call 415-555-0132",
        "MRN 8823145 " * 80,
        "No acute findings.",
    ]
    together = recognizer(texts)
    assert together == [recognizer([text])[0] for text in texts]
    assert together[1] == []


def test_labels_that_stay_do_not_compete(recognizer):
    spans = recognizer(
        ["She is a 58-year-old retired bus driver from Ghana seen by Dr. Ann Leeworth."], Policy.SAFE_HARBOR
    )[0]
    labels = {s.label for s in spans}
    assert Label.DOCTOR in labels
    assert not labels & {Label.PROFESSION, Label.COUNTRY, Label.STATE}


@pytest.mark.parametrize("text", ["\ud800", "\x00\x00", "é" * 3000, "a" * 5000, "١٢٣ مريم", "\u200b"])
def test_odd_characters_do_not_stop_it(recognizer, text):
    for span in recognizer([text])[0]:
        assert 0 <= span.start < span.end <= len(text)
