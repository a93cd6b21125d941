"""What holds for all rules: places are valid in the input, odd characters hide nothing, odd texts do no harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinx_hf.phi import Label
from clinx_hf.text.lists import alternatives, lines, rows
from clinx_hf.text.rules import RULES, find

ANYTHING = st.text(st.characters(codec=None, exclude_categories=()), max_size=200)
NOTE_LIKE = st.lists(
    st.sampled_from(
        "MRN: 0048 Dr. Lee 3/4/21 on at (505) 555-0193 x Jan 5 years old 58 @ . - / : 10.1.2.3 wife Ann ZIP OH 45419 "
        "| ^ \n \u200b \xa0 \ud800 \x00 \u05d0 \uff15 é Calle de no. # 1-1-1 AB^CD".split(" ")
    ),
    max_size=40,
).map(" ".join)


@given(ANYTHING | NOTE_LIKE)
def test_spans_are_valid_and_the_same_every_time(text: str) -> None:
    spans = find(text)
    assert spans == find(text) == sorted(spans)
    for span in spans:
        assert 0 <= span.start < span.end <= len(text)
        assert 0 < span.score <= 1
        assert span.source.startswith("rule:")


@pytest.mark.parametrize(
    ("text", "value", "label"),
    [
        ("tel \uff15\uff10\uff15\uff0d\uff15\uff15\uff15\uff0d\uff10\uff11\uff19\uff13 ok", None, Label.PHONE),
        ("SSN 514\u201188\u20112037 ok", None, Label.SSN),
        ("MRN:\xa00048\u200b2716 ok", None, Label.MRN),
        ("seen \u0663/\u0664/\u0662\u0660\u0662\u0661 ok", None, Label.DATE),
        ("mail a\u2060nn@mail.example ok", None, Label.EMAIL),
        ("card 4539\xa08719\xa02064\xa07933 ok", None, Label.ACCOUNT),
    ],
)
def test_odd_characters_hide_nothing(text: str, value: None, label: Label) -> None:
    del value
    start = text.index(" ") + 1 if ":" not in text else text.index(":") + 2
    spans = [s for s in find(text) if s.label is label]
    assert any((s.start, s.end) == (start, len(text) - 3) for s in spans)


@pytest.mark.parametrize("unit", ["1-", "1 ", "A1", "Aa ", "(1", "a.", "1A2 ", "Calle de ", "wife Aa, ", "\\a"])
def test_long_runs_end(unit: str) -> None:
    # Runs that would send nested repeats into exponential backtracking: the test would not end.
    text = (unit * 20_000)[:20_000]
    assert all(span.end <= len(text) for span in find(text))


def test_every_rule_tells_what_it_finds() -> None:
    assert len({rule.__name__ for rule in RULES}) == len(RULES)
    assert all(rule.__doc__ for rule in RULES)


def test_cues_have_labels() -> None:
    for label, cues in rows("id_cues"):
        assert Label(label.lstrip("~"))
        assert all(cue.strip() == cue.strip().casefold() and cue.strip() for cue in cues.split(","))


def test_longer_terms_come_first() -> None:
    import re

    assert re.fullmatch(alternatives(["new", "new york", "n"]), "new york")
    assert re.match(alternatives(["a", "ab", "b"]), "abc").group() == "ab"  # type: ignore[union-attr]
    assert lines("weekdays")[0] == "monday"
