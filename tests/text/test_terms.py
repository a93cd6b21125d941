"""Allow and deny lists, limits per label: what wins over what, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from clinx_hf.errors import BadSetting
from clinx_hf.phi import Label, Policy, Span
from clinx_hf.text import rules
from clinx_hf.text.fusion import fuse
from clinx_hf.text.terms import as_terms, as_thresholds


def removed(text: str, spans: list[Span], **terms: object) -> list[tuple[str, str]]:
    final, _ = fuse(text, spans, Policy.STRICT, as_terms(**terms))  # type: ignore[arg-type]
    return [(str(s.label), text[s.start : s.end]) for s in final]


def test_allowed_terms_win_over_model_rules_and_propagation() -> None:
    text = "Seen by Dr. Foley at Foley Ward; Ann Foley left. FOLEY stays."
    found = [*rules.find(text), Span(33, 42, Label.PATIENT, 0.99, "model")]
    assert removed(text, found, allow=["foley"]) == [("PATIENT", "Ann")]
    assert ("PATIENT", "Ann Foley") in removed(text, found)


def test_denied_terms_and_known_values_win_over_allow() -> None:
    text = "Project Nightjar and Foley"
    known = [Span(21, 26, Label.PATIENT, 1.0, "known")]
    got = removed(text, known, allow=["Nightjar", "Foley"], deny=["nightjar"])
    assert got == [("ID", "Nightjar"), ("PATIENT", "Foley")]


@pytest.mark.parametrize("form", ["NIGHTJAR  seven", "night-jar", "Nightjar-Seven", "Night\njar"])
def test_denied_terms_are_compared_word_by_word(form: str) -> None:
    terms = {"Nightjar Seven": "ORGANIZATION", "night jar": "ID"}
    assert removed(f"the {form} unit", [], deny=terms)


@pytest.mark.parametrize(
    "form", ["Vandermolen, Odalys", "O. Vandermolen", "VANDERMOLEN", "Odalys's", "vandermolen_odalys.pdf", "O.V."]
)
def test_denied_names_go_in_every_form(form: str) -> None:
    assert removed(f"note of {form} today", [], deny={"Odalys Vandermolen": "PATIENT"})


@pytest.mark.parametrize(
    ("name", "terms"),
    [
        ("allow", {"allow": "one"}),
        ("allow", {"allow": ["-"]}),
        ("deny", {"deny": [""]}),
        ("label", {"deny": {"x1": "NAME"}}),
        ("deny", {"deny": [3]}),
    ],
)
def test_bad_lists_are_refused_without_their_content(name: str, terms: dict[str, object]) -> None:
    with pytest.raises(BadSetting, match=name):
        as_terms(**terms)  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", [{"NAME": 0.3}, {"CITY": 0}, {"CITY": 1.0}, {"CITY": "high"}, {"CITY": True}])
def test_bad_limits_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(BadSetting, match="thresholds"):
        as_thresholds(bad)


def test_a_limit_changes_its_label_alone() -> None:
    from clinx_hf.text.recognizer import Recognizer

    class Config:
        threshold, labels = 0.2, ["PATIENT", "PROFESSION"]

    recognizer = object.__new__(Recognizer)
    recognizer.config, recognizer.labels = Config(), (Label.PATIENT, Label.PROFESSION)  # type: ignore[assignment]
    from clinx_hf.text.recognizer import Reading

    reading = Reading("Ann welder", [(0, 3), (4, 10)], [])
    inside = np.array([[0.3, 0.01], [0.01, 0.3]], np.float32)
    both = frozenset(recognizer.labels)
    assert len(recognizer.decode(reading, inside, both)) == 2
    kept = recognizer.decode(reading, inside, both, limits={Label.PROFESSION: 0.5})
    assert [s.label for s in kept] == [Label.PATIENT]
