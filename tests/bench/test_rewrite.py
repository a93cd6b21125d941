"""The rewrite bench counts what falls back, what changes outside, and what comes back."""

from clinx_hf.bench.rewrite import measure, table
from clinx_hf.synthesis.notes import Note, parse_markup


class _Says:
    def __init__(self, filler):
        self.filler = filler

    def propose(self, text, gaps):
        return [self.filler for _ in gaps]


def _note():
    text, mentions = parse_markup(
        "No pain left. <<DOCTOR#1u:Lee>> gave 5 mg on <<DATE:3 March>> to <<PATIENT#2u:Kim>>."
    )
    return Note("n", "k", "en", text, mentions)


def test_fillers_and_fallbacks_are_counted():
    figures = measure(_Says("the doctor"), [_note()])
    assert (figures.fallback_rate, figures.distinct_fillers, figures.identifiers) == (0.0, 1, 3)
    refused = measure(_Says("doctor 2"), [_note()])
    assert (refused.fallback_rate, refused.distinct_fillers) == (1.0, 0)
    for each in (figures, refused):
        assert each.outside_identical == each.protected_kept == 1.0
        assert each.identifiers_returned == 0
    assert "100.0% of 3" in table(refused)


def test_a_hole_in_the_fence_shows(monkeypatch):
    from clinx_hf.text.fence import Fence

    monkeypatch.setattr(Fence, "passes", lambda self, filler, gap: True)
    assert measure(_Says("lee 7 mg"), [_note()]).protected_kept == 0.0
    assert measure(_Says("lee"), [_note()]).identifiers_returned == 3
