"""Conflicts are decided by what was measured of each source."""

from __future__ import annotations

import pytest

from clinx_hf.phi import LABELS, Label, Span
from clinx_hf.text.evidence import Evidence, evidence, naming_weight
from clinx_hf.text.resolving import resolve

FIELD, LOOSE = (0.99, 0.99, 0.98), (0.7, 0.6, 0.3)


@pytest.fixture(autouse=True)
def figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fixed figures: the measured ones change with the model."""
    table = {(source, str(label)): Evidence(100, *FIELD) for source in ("form_fields", "emails") for label in LABELS}
    table |= {("model", str(label)): Evidence(100, *LOOSE) for label in LABELS}
    monkeypatch.setattr("clinx_hf.text.evidence._table", lambda: table)


def marked(text: str, value: str, label: Label, source: str, score: float = 0.9) -> Span:
    return Span(text.index(value), text.index(value) + len(value), label, score, source)


def values(text: str, *spans: Span) -> list[tuple[str, str]]:
    return [(str(s.label), text[s.start : s.end]) for s in resolve(text, spans)]


def test_a_measured_field_names_better_than_an_unsure_model() -> None:
    text = "NHC: 5550192."
    found = marked(text, "5550192", Label.PHONE, "model", 0.5), marked(text, "5550192", Label.MRN, "rule:form_fields")
    assert values(text, *found) == [("MRN", "5550192")]


def test_titles_beyond_a_sure_border_go() -> None:
    text = "Médico: Dr. Iria Navas Servicio de X"
    found = (
        marked(text, "Dr. Iria Navas Servicio", Label.DOCTOR, "model"),
        marked(text, "Iria Navas", Label.DOCTOR, "rule:form_fields"),
    )
    assert values(text, *found) == [("DOCTOR", "Iria Navas")]


def test_other_words_beyond_a_sure_border_stay_marked() -> None:
    text = "Médico: Iria Navas Peral"
    found = (
        marked(text, "Iria Navas Peral", Label.DOCTOR, "model"),
        marked(text, "Iria Navas", Label.DOCTOR, "rule:form_fields"),
    )
    assert values(text, *found) == [("DOCTOR", "Iria Navas Peral")]


def test_a_post_code_is_cut_out_of_what_the_model_took_for_a_street() -> None:
    text = "Avda. del Ferial, 21 - 46009 Valencia"
    found = marked(text, text, Label.STREET, "model"), marked(text, "46009", Label.ZIP, "rule:form_fields")
    assert values(text, *found) == [("STREET", "Avda. del Ferial, 21"), ("ZIP", "46009"), ("STREET", "Valencia")]


def test_evidence_is_drawn_towards_the_prior_and_known_values_are_certain() -> None:
    assert 0 < evidence(Span(0, 1, Label.IP, 0.9, "rule:nobody")).precision < 1
    assert evidence(Span(0, 1, Label.IP, 1.0, "known")).label > 0.99
    assert naming_weight(Span(0, 4, Label.MRN, 0.9, "rule:form_fields")) > naming_weight(
        Span(0, 4, Label.MRN, 0.2, "model")
    )


def test_two_addresses_in_one_net_are_two_and_their_cue_stays():
    text = "Email a@b.org c@d.org"
    sure = [Span(6, 13, Label.EMAIL, 0.99, "rule:emails"), Span(14, 21, Label.EMAIL, 0.99, "rule:emails")]
    found = resolve(text, [Span(0, 21, Label.EMAIL, 0.9, "model"), *sure])
    assert [text[s.start : s.end] for s in found][:1] == ["a@b.org"]
    longer = "Email a@b.org or Qwertha"
    found = resolve(longer, [Span(0, 24, Label.EMAIL, 0.9, "model"), sure[0]])
    assert "Qwertha" in longer[found[-1].start : found[-1].end]  # what no sure source holds is not lost


def test_the_name_of_a_field_is_no_part_of_its_value():
    text = "NHC:789412"
    found = resolve(text, [Span(0, 10, Label.MRN, 0.9, "model"), Span(4, 10, Label.MRN, 0.99, "rule:form_fields")])
    assert [(s.start, s.end) for s in found] == [(4, 10)]


def test_a_long_chain_of_overlaps_takes_linear_time() -> None:
    spans = [Span(i, i + 3, LABELS[i % 5], 0.9, "model") for i in range(20_000)]
    assert [(s.start, s.end) for s in resolve("x" * 20_010, spans)] == [(0, 20_002)]
