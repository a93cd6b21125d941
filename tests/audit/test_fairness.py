"""The design is paired, the unseen names are unseen, and a system that misses one culture is caught."""

import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinx_hf.audit.fairness import audit_fairness, read_figures, table
from clinx_hf.audit.fairness_design import fairness_carriers, paired_cases
from clinx_hf.audit.fairness_names import FEWEST, LENGTHS, NameGroup, name_groups, package_names, training_words
from clinx_hf.audit.fairness_plot import plot
from clinx_hf.audit.systems import Answer, listed_strings, occurrences
from clinx_hf.errors import BadInput
from clinx_hf.phi import PERSON_LABELS
from clinx_hf.synthesis.notes import carriers
from clinx_hf.text.people import plain

CULTURES = ("english", "igbo", "korean", "persian")


@pytest.fixture(scope="module")
def groups():
    return name_groups()


@pytest.fixture(scope="module")
def cases(groups):
    few = [NameGroup(g.title, {key: p for key, p in g.pools.items() if key[0] in CULTURES}) for g in groups]
    return paired_cases(fairness_carriers()[::4], few)


def finder(cases, misses=lambda case, name: False):
    """A system that knows the truth, and misses what it is told to miss."""
    names = {case.note.text: [(n.start, n.end) for n in case.names if not misses(case, n)] for case in cases}
    return lambda texts: [Answer("planted", [names[text] for text in texts], 1.0)]


def test_carriers_are_48_notes_of_8_formats_with_names_of_every_role():
    notes = fairness_carriers()
    kinds = [note.kind for note in notes]
    assert len(notes) == 48
    assert {kinds.count(kind) for kind in kinds} == {6}
    for note in notes:
        persons = [m for m in note.mentions if m.label in PERSON_LABELS]
        assert 4 <= len(persons) <= 8
        assert {m.gender for m in persons} == {"u"}
        words = {w for m in persons for w in note.text[m.start : m.end].lower().replace("^", " ").split()}
        assert {w.strip(",.") for w in words} <= {"given", "family", "g"}


def test_no_carrier_is_a_training_text():
    training = {line.strip() for note in carriers() for line in note.text.splitlines() if len(line) > 40}
    assert not training & {line.strip() for note in fairness_carriers() for line in note.text.splitlines()}


def test_all_cells_share_their_carriers_text_outside_of_names(cases):
    def outside(case):
        pieces, last = [], 0
        for name in case.names:
            pieces.append(case.note.text[last : name.start])
            last = name.end
        return (*pieces, case.note.text[last:])

    frames = {}
    for case in cases:
        frames.setdefault(case.carrier, set()).add(outside(case))
    assert all(len(forms) == 1 for forms in frames.values())
    cells = {(c.group, c.culture, c.gender) for c in cases}
    assert len(cells) == 2 * len(CULTURES) * 2
    assert len(cases) == len(cells) * len(frames)


def test_unseen_names_are_in_no_list_and_of_the_wanted_length(groups):
    unseen = next(group for group in groups if group.title == "unseen")
    listed = {plain(word) for names in package_names().values() for name in names for word in name.split()}
    for people in unseen.pools.values():
        for name in (*people.given, *people.family):
            assert len(name) in LENGTHS
            assert plain(name) not in listed
            assert plain(name) not in training_words()


def test_unseen_names_are_matched_in_length_to_the_letter(cases):
    sizes = {}
    for case in cases:
        if case.group == "unseen":
            sizes.setdefault((case.carrier), set()).add(tuple(n.end - n.start for n in case.names))
    assert all(len(forms) == 1 for forms in sizes.values())


def test_one_person_keeps_one_name_and_two_persons_never_share_it(cases):
    for case in cases:
        forms = {}
        for mention, name in zip([m for m in case.note.mentions if m.label in PERSON_LABELS], case.names, strict=True):
            if name.form == "family":
                forms.setdefault(mention.identity, set()).add(plain(case.note.text[name.start : name.end]))
        assert all(len(names) == 1 for names in forms.values())
        assert len({name for names in forms.values() for name in names}) == len(forms)


def test_the_same_seed_gives_the_same_texts_and_another_seed_others(groups):
    few = [NameGroup("listed", {key: p for key, p in groups[0].pools.items() if key[0] == "igbo"})]
    notes = fairness_carriers()[:3]
    first, again, other = (paired_cases(notes, few, seed) for seed in (0, 0, 1))
    assert first == again
    assert [c.note.text for c in first] != [c.note.text for c in other]


def test_names_of_a_file_that_training_had_are_not_in_its_group(tmp_path):
    old = package_names()["igbo", "f", "given"][: FEWEST + 3]
    new = [f"Zqx{a}{b}" for a in "abcde" for b in "klmno"]
    rows = [{"culture": "igbo", "gender": g, "kind": "given", "name": n} for g in "fm" for n in (*old, *new)]
    path = tmp_path / "names.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    group = next(g for g in name_groups(path) if g.title == "file")
    assert group.cultures == ["igbo"]
    assert set(group.pools["igbo", "f"].given) == set(new)


def test_a_file_of_another_form_is_refused_by_its_line_number(tmp_path):
    path = tmp_path / "names.jsonl"
    path.write_text('{"culture": "x", "gender": "f", "kind": "given", "name": "A"}\nMaria\n', encoding="utf-8")
    with pytest.raises(BadInput, match="Line 2") as caught:
        name_groups(path)
    assert "Maria" not in str(caught.value)


def test_a_system_that_finds_all_passes(cases):
    figures = audit_fairness(cases, finder(cases))
    assert figures.passed
    assert {names.names for names in figures.systems[0].names} == {"listed", "unseen"}
    for names in figures.systems[0].names:
        assert names.recall == names.whole == names.culture.equity_scaled == 1.0
        assert names.culture.gap == names.culture.by_chance == 0.0


def test_a_system_that_misses_one_cultures_names_fails_and_the_culture_is_named(cases):
    figures = audit_fairness(cases, finder(cases, lambda case, name: case.culture == "korean" and name.form == "given"))
    assert not figures.passed
    for names in figures.systems[0].names:
        assert names.culture.lowest_group == "korean"
        assert names.culture.gap > names.culture.by_chance > 0
        assert names.gender.gap < 0.005  # names of the two differ a little in length
        korean = next(g for g in names.by["culture"] if g.group == "korean")
        assert korean.difference_high < 0
        assert all(g.difference_low > 0 for g in names.by["culture"] if g.group != "korean")


def test_a_system_that_misses_womens_names_fails(cases):
    figures = audit_fairness(cases, finder(cases, lambda case, name: case.gender == "f" and name.form == "given"))
    assert not figures.passed
    assert figures.systems[0].names[0].gender.lowest_group == "f"
    assert figures.systems[0].names[0].culture.gap < 0.05


def test_misses_that_hit_all_cultures_alike_lower_recall_but_open_no_gap(cases):
    figures = audit_fairness(cases, finder(cases, lambda case, name: name.form == "family"))
    names = next(names for names in figures.systems[0].names if names.names == "unseen")
    assert names.recall < 0.9
    assert names.culture.gap == 0
    assert not figures.passed  # the floor
    assert {g.group: g.recall for g in names.by["form"]}["family"] == 0


def test_other_systems_read_fewer_carriers_and_ours_is_scored_on_them_too(cases):
    asked = []

    def other(texts):
        asked.extend(texts)
        return [Answer("other", [[] for _ in texts], 2.0, fallbacks=4)]

    figures = audit_fairness(cases, finder(cases), [other], every=2)
    ours, again, theirs = figures.systems
    assert again.texts == theirs.texts == len(asked) == len(cases) // 2
    assert again.carriers == ours.carriers // 2
    assert theirs.names[0].recall == 0
    assert theirs.kept == 1.0
    assert theirs.fallbacks == 4
    text = table(figures)
    assert "| other | unseen | 0.000" in text
    assert read_figures(json.loads(json.dumps(asdict(figures)))) == figures


def test_redacting_everything_is_seen_in_the_words_kept(cases):
    figures = audit_fairness(cases, lambda texts: [Answer("all", [[(0, len(t))] for t in texts], 1.0)])
    assert figures.passed  # fair, and useless
    assert figures.systems[0].kept == 0.0


def test_too_few_carriers_for_others_is_refused(cases):
    with pytest.raises(BadInput, match="from 1 to 6"):
        audit_fairness(cases, finder(cases), every=7)


def test_the_plot_shows_every_culture(cases, tmp_path):
    pytest.importorskip("matplotlib")
    figures = audit_fairness(cases, finder(cases), [finder(cases)], every=2)
    written = plot(figures, tmp_path / "fairness.svg").read_text(encoding="utf-8")
    assert all(culture.capitalize() in written for culture in CULTURES)


@given(st.lists(st.text(max_size=12), max_size=6))
def test_a_well_formed_answer_is_read_back(strings):
    assert listed_strings(json.dumps(strings)) == (strings, False)
    assert listed_strings(f"```json\n{json.dumps(strings)}\n```") == (strings, False)


def test_prose_and_cut_answers_are_fallbacks():
    assert listed_strings('Here: ["Ann Lee", "Kofi') == (["Ann Lee"], True)
    assert listed_strings("none") == ([], True)
    assert listed_strings('{"a": 1}')[1]


def test_strings_are_found_as_whole_words_everywhere():
    text = "Ann saw Annex. (Ann) ann"
    assert sorted(occurrences(text, ["Ann", "", "Zoe"])) == [(0, 3), (16, 19)]
