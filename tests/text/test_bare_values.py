"""Values without a cue word are found by their form, and names in neutral frames are labelled where they stand."""

from __future__ import annotations

from collections import defaultdict

import pytest

from clinx_hf.phi import Label, Policy
from clinx_hf.synthesis.bare_values import bare_values, named_frames, single_names
from clinx_hf.text import rules
from clinx_hf.text.fusion import fuse


def test_bare_values_are_found_by_rules_alone() -> None:
    hit: dict[Label, int] = defaultdict(int)
    total: dict[Label, int] = defaultdict(int)
    for note in bare_values(seed=5, per_label=30):
        spans, _ = fuse(note.text, rules.find(note.text), Policy.STRICT)
        for mention in note.mentions:
            covered = {i for span in spans for i in range(span.start, span.end)}
            total[mention.label] += mention.end - mention.start
            hit[mention.label] += sum(i in covered for i in range(mention.start, mention.end))
    assert sum(hit.values()) >= 0.98 * sum(total.values())
    assert all(hit[label] >= 0.85 * total[label] for label in total), {k: hit[k] / total[k] for k in total}


def test_drawn_texts_agree_and_are_marked_where_they_stand() -> None:
    assert bare_values(3, 5) == bare_values(3, 5) != bare_values(4, 5)
    for note in (*bare_values(3, 5), *single_names(3, 40), *named_frames(["Zzyx Ubo", "Qann"], 1, 2, "unseen name")):
        (mention,) = note.mentions
        assert 0 <= mention.start < mention.end <= len(note.text)
        assert note.text[mention.start : mention.end].strip()
    assert len({n.text[n.mentions[0].start : n.mentions[0].end] for n in single_names(3, 40)}) == 40


@pytest.mark.parametrize(
    "text",
    [
        "Pleural effusion",
        "Right lung",
        "Axial T2",
        "ASA II",
        "4.1 | neg | 98%",
        "No",
        "Brain MRI",
        "Chest X-Ray\t4.1",
        "148000",
        "RN\tBP",
    ],
)
def test_clinical_words_alone_are_no_names(text: str) -> None:
    assert rules.find(text) == []
