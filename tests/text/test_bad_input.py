"""Odd, empty, long and hostile texts: handled in time that grows with their length, offsets those of the input."""

from __future__ import annotations

import time

import pytest

from clinx_hf.errors import BadInput
from clinx_hf.phi import Label, Policy, Span
from clinx_hf.text import rules
from clinx_hf.text.folding import fold
from clinx_hf.text.fusion import fuse
from clinx_hf.text.propagation import propagate
from clinx_hf.text.scrubber import check_text

HOSTILE = (
    "|",
    "PID|a",
    "name,dob\n",
    *"""1-|Aa |a.|A1 |a@|Aa, |1/|Dr. |C/ a |Hospital de la |a: |^|"a":|<a |&a;|a_|\\'|s/n, |años |10 años |vom 1.|Frau Aa |né le |12 rue |\t|\
signed AA |12345 Aa |Aa-Bb |\u0456a""".split("|"),
)


def _seconds(text: str) -> float:
    began = time.process_time()
    folded = fold(text)
    fuse(folded.text, rules.find(folded.text), Policy.STRICT)
    return time.process_time() - began


@pytest.mark.parametrize("unit", HOSTILE)
def test_time_grows_with_length_alone(unit: str) -> None:
    short, long = (unit * 5_000)[:5_000], (unit * 20_000)[:20_000]
    assert _seconds(long) < 0.5 + 10 * _seconds(short)


@pytest.mark.slow
@pytest.mark.parametrize("unit", HOSTILE)
def test_a_hostile_megabyte_is_read_in_a_minute(unit: str) -> None:
    assert _seconds((unit * 1_000_000)[:1_000_000]) < 60


@pytest.mark.slow
def test_five_megabytes_are_read_to_the_end() -> None:
    text = "The lungs were clear on both sides today. " * 120_000 + "MRN: 00482716"
    folded = fold(text)
    spans, _ = fuse(folded.text, rules.find(folded.text), Policy.STRICT)
    assert [text[s.start : s.end] for s in spans] == ["00482716"]


@pytest.mark.slow
def test_many_rows_of_one_word() -> None:
    began = time.process_time()
    for i in range(200_000):
        rules.find("normal" if i % 2 else "clear")
    assert time.process_time() - began < 200


def test_many_names_spread_in_one_pass() -> None:
    names = [f"Q{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}ndover{chr(97 + i // 676)}" for i in range(2_000)]
    text = " ".join(names) * 2
    spans = [Span(m, m + 9, Label.PATIENT, 0.9, "model") for m in range(0, 10 * len(names) - 10, 10)]
    began = time.process_time()
    propagate(text, spans)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "\u200b", "\U0001f600", "e\u0301" * 50, "\x00", "\ud800", "=" * 500, "\u05d0" * 300]
)
def test_odd_texts_do_no_harm(text: str) -> None:
    folded = fold(text)
    spans, _ = fuse(folded.text, rules.find(folded.text), Policy.STRICT)
    assert all(0 <= a < b <= len(text) for a, b in (folded.span(s.start, s.end) for s in spans))


@pytest.mark.parametrize("bad", [None, 7, b"x", ["x"]])
def test_what_is_no_text_is_refused_in_one_sentence(bad: object) -> None:
    with pytest.raises(BadInput, match="must be a str"):
        check_text(bad)
