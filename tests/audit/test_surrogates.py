"""The attack on surrogates: it learns what can be learned, finds nothing where nothing tells, and fails a planted fault."""

import numpy as np
import pytest

from clinx_hf.audit import surrogates as module
from clinx_hf.audit.parrot import Candidate, features, trained, uninformed
from clinx_hf.audit.surrogates import AttackFigures, SurrogateFigures, audit_surrogates, chosen_notes, table
from clinx_hf.errors import BadInput
from clinx_hf.phi import Label
from clinx_hf.synthesis.notes import carriers


@pytest.fixture(scope="module")
def notes():
    """Sixty notes, half of which name one person again and again."""
    return chosen_notes(carriers(), 60)


def test_the_attacker_learns_what_tells_and_nothing_from_noise():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(2000, 5))
    leaked = rng.random(2000) < 1 / (1 + np.exp(-(2 * rows[:, 1] - 2)))
    learned = trained(rows[:1000], leaked[:1000])
    scores = learned.scores(rows[1000:])
    assert scores[leaked[1000:]].mean() > 2 * scores[~leaked[1000:]].mean()
    assert int(np.argmax(np.abs(learned.weights[1:]))) == 1
    blind = trained(rows[:1000], rng.random(1000) < 0.3).scores(rows[1000:])
    assert blind.std() < 0.1


def test_a_name_that_stands_alone_beside_a_repeated_one_looks_different():
    names = [Candidate(0, Label.PATIENT, "Baker", False)] * 4 + [Candidate(0, Label.PATIENT, "Garcia", True)]
    rows = uninformed(features(names))
    assert (rows[:4] == rows[0]).all()
    assert (rows[4] != rows[0]).any()


def test_only_the_informed_attacker_sees_what_the_tool_could_not_have_made():
    made, real = (
        Candidate(0, Label.EMAIL, "x.smith@example.org", False),
        Candidate(1, Label.EMAIL, "x.smith@nhs.uk", True),
    )
    rows = features([made, real])
    assert (rows[0] != rows[1]).any()
    assert (uninformed(rows)[0] == uninformed(rows)[1]).all()


def test_modes_are_compared_on_the_same_misses_and_tags_hide_nothing(notes):
    figures = audit_surrogates(notes, miss_rate=0.15, seeds=1)
    rows = {(row.style, row.scope, row.attacker): row for row in figures.rows}
    everywhere = [row for row in figures.rows if row.scope == "all"]
    assert {row.planted for row in everywhere} == {everywhere[0].planted}
    assert rows["tag", "all", "any reader"].share == 1.0
    for row in figures.rows:
        assert row.low <= row.share <= row.high
        assert row.found + row.false_alarms <= 2 * row.planted or row.style == "tag"
    assert rows["consistent", "all", "informed"].area > rows["consistent", "all", "counts"].area
    assert "per-mention" in table(figures)


def test_surrogates_that_all_look_alike_fail(notes, monkeypatch):
    """The planted fault: every identifier becomes the same string, so that what was missed stands out."""
    alike = {"surrogate": lambda document: ["Doe"] * len(document.spans)}
    monkeypatch.setattr(module, "STYLES", alike)
    figures = audit_surrogates(notes, miss_rate=0.15, seeds=1)
    assert not figures.passed
    assert max(row.area for row in figures.rows if row.style == "consistent") > 0.95


def test_the_limit_judges_the_default_mode():
    row = AttackFigures("consistent", "all", "counts", 10, 4, 0.4, 0.1, 0.7, 3, 0.6)
    assert SurrogateFigures(9, 9, 0.1, 1, (row,), 0.4).passed
    assert not SurrogateFigures(9, 9, 0.1, 1, (row,), 0.39).passed


@pytest.mark.parametrize("settings", [{"miss_rate": 0.0}, {"miss_rate": 1.0}, {"seeds": 0}])
def test_settings_without_an_answer_are_refused(notes, settings):
    with pytest.raises(BadInput):
        audit_surrogates(notes, **settings)
    with pytest.raises(BadInput, match="20 notes"):
        audit_surrogates(notes[:5])
