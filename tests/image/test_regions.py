"""Which lines go."""

import pytest
from planted import judge, line, no_judge

from clinx_hf.errors import BadSetting
from clinx_hf.image import masks
from clinx_hf.image.phrases import phrases
from clinx_hf.image.regions import Reason, decide, judged
from clinx_hf.phi import Label, Span

SIZE = (400, 600)


def fate(text, confidence=1.0, known=(), overlay="phi", judge=no_judge):
    """The reason for which a single line goes, or None when it stays."""
    regions = decide([line((40, 40, 160, 52), text, confidence)], SIZE, judge, overlay, known)
    return (regions[0].reason, regions[0].label) if regions else None


GOES = {
    "SMITH^JOHN^A": Label.PATIENT,
    "03-12-2008": Label.DATE,
    "12 Mar 1954": Label.DATE,
    "MAR-12-08": Label.DATE,
    "19540312": Label.DATE,
    "12 03 1954": Label.DATE,
    "O3/12/2O08": Label.DATE,
    "52719a69-cdfb-4766-90d9-f65350ab07d6": Label.ID,
    "AC1234567": Label.ID,
    "4832219": Label.ID,
    "MRN 48322": Label.MRN,
    "St. Elsewhere Hospital": Label.HOSPITAL,
    "Univ of Somewhere": Label.HOSPITAL,
    "14:02": Label.DATE,
    "@17:45": Label.DATE,
    "AP 12 03 1954": Label.DATE,
    "03/2008": Label.DATE,
    "12 03 54": Label.ID,
    "LONG, MA": Label.PERSON,
    "092Y F": Label.AGE,
    "Uploader : A B": Label.DOCTOR,
    "Upl0ader : A B": Label.DOCTOR,
    "Vandelay, Art": Label.PERSON,
    "Vandelay": Label.PERSON,
    "R JS": Label.PERSON,
    "JS": Label.PERSON,
    "J. S.": Label.DOCTOR,
    "555-010-0199": Label.PHONE,
    "www.case.example": Label.URL,
    "a@b.example": Label.EMAIL,
    "AP Vandelay": Label.PERSON,
    "Tech: MK": Label.DOCTOR,
    "q225": Label.PERSON,
    "the study shown here was read by Kim Park again": Label.PERSON,
}


@pytest.mark.parametrize("text", GOES)
def test_overlay_rules_find_what_no_judge_told(text):
    assert fate(text) == (Reason.IDENTIFIER, GOES[text])


FOOTER = "52719a69-cdfb-4766-90d9-f65350ab07d6,Uploader : Ann Lee,Source : Ann Lee,05-12-2008"


@pytest.mark.parametrize("cut", range(0, 60, 7))
def test_every_rest_of_the_footer_goes(cut):
    assert fate(FOOTER[cut:]) is not None
    assert fate(FOOTER[: len(FOOTER) - cut]) is not None


@pytest.mark.parametrize(
    ("text", "confidence"), [("", 1.0), ("   ", 1.0), ("L", 0.3), ("W 350 L 40", 0.6), ("for clinical use only", 0.6)]
)
def test_what_cannot_be_read_goes(text, confidence):
    assert fate(text, confidence) == (Reason.UNREADABLE, None)


def test_a_line_that_is_read_and_says_nothing_stays():
    assert fate("Not for clinical use") is None
    assert fate("045Y F") is None
    assert fate("an arrow shows the mass in the upper lobe") is None


def test_the_judge_decides_over_joined_lines():
    heard = []

    def listening(texts):
        heard.extend(texts)
        return judge(texts)

    lines = [line((10, 10, 60, 20), "SMITH,"), line((70, 10, 110, 20), "JOHN"), line((10, 50, 60, 60), "L")]
    regions = decide(lines, SIZE, listening)
    assert heard == ["SMITH, JOHN"]  # the side marker is not even asked about
    assert [r.box for r in regions] == [
        masks.cover((10, 10, 110, 20), 10, SIZE, [(10, 50, 60, 60)])
    ]  # one box: no gap between names shows


def test_a_name_beside_a_side_marker_leaves_the_marker():
    lines = [line((10, 10, 22, 20), "L"), line((30, 10, 80, 20), "SMITH")]
    regions = decide(lines, SIZE, judge)
    assert [r.label for r in regions] == [Label.PATIENT]
    assert decide([lines[0]], SIZE, judge) == []


def test_all_keeps_nothing_but_sides():
    assert fate("W 350 L 40", overlay="all") == (Reason.TEXT, None)
    assert fate("R", overlay="all") is None
    assert fate("R", 0.5, overlay="all") == (Reason.UNREADABLE, None)
    assert fate("SMITH", overlay="all", judge=judge) == (Reason.IDENTIFIER, Label.PATIENT)


def test_an_unknown_setting_is_refused():
    with pytest.raises(BadSetting, match="choose one of: phi, all"):
        decide([], SIZE, no_judge, "none")


def test_a_known_value_goes_even_where_the_text_would_be_safe():
    assert fate("HEAD") is None
    assert fate("HEAD", known=("Head, Maria",)) == (Reason.IDENTIFIER, None)


def fates(lines, judge=no_judge, known=()):
    """The text of the lines that go."""
    verdicts = judged(lines, judge, "phi", known).verdicts
    return {each.text for each, verdict in zip(lines, verdicts, strict=True) if verdict is not None}


def test_a_label_takes_its_value_from_the_next_column_or_line():
    apart = [line((10, 10, 60, 20), "MRN:"), line((180, 10, 210, 20), "4832"), line((300, 200, 330, 210), "4832")]
    assert fates(apart) == {"MRN:", "4832"}
    assert len(decide(apart, SIZE, no_judge)) == 2  # the number that stands alone stays
    under = [line((10, 10, 60, 20), "MRN"), line((10, 24, 40, 34), "4832")]
    assert fates(under) == {"MRN", "4832"}
    assert fates([line((10, 10, 60, 20), "Gain"), line((80, 10, 110, 20), "48")]) == set()
    assert fates([line((10, 10, 60, 20), "Patient:"), line((80, 10, 110, 20), "SUPINE")]) == {"Patient:"}


def test_a_name_that_is_broken_over_two_lines_is_judged_as_one():
    heard = []

    def listening(texts):
        heard.extend(texts)
        return judge(texts)

    lines = [line((10, 10, 60, 20), "SMITH,"), line((10, 24, 50, 34), "JOHN"), line((200, 10, 260, 20), "of the arm")]
    decide(lines, SIZE, listening)
    assert "SMITH, JOHN" in heard
    assert phrases(lines) == [[0, 1], [2]]
    column = [line((10, 10, 60, 20), "Name:"), line((150, 10, 250, 20), "SMITH"), line((10, 24, 60, 34), "Position:")]
    assert phrases(column) == [[0, 1], [2]]


def test_a_listed_word_that_is_also_a_name_goes_with_the_rest_of_the_name():
    assert fates([line((10, 10, 60, 20), "LONG")]) == set()
    assert fates([line((10, 10, 60, 20), "RUTH"), line((10, 24, 60, 34), "LONG")]) == {"RUTH", "LONG"}
    assert fates([line((10, 10, 60, 20), "RUTH"), line((300, 24, 350, 34), "LONG")]) == {"RUTH"}


def test_a_known_value_is_found_over_two_lines():
    lines = [line((10, 10, 60, 20), "4832"), line((10, 24, 60, 34), "219")]
    assert fates(lines) == set()
    assert fates(lines, known=("4832219",)) == {"4832", "219"}
    assert fates([lines[0], line((300, 300, 360, 310), "219")], known=("4832219",)) == set()


def test_labels_of_a_judge_reach_the_region():
    def dates(texts):
        return [[Span(0, 4, Label.DATE)] for _ in texts]

    assert fate("2021 was the year of the study in this case", judge=dates) == (Reason.IDENTIFIER, Label.DATE)
