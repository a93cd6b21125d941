"""Which lines go, and that the boxes cover them and do not spell."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import judge, line, no_judge

from clinx_hf.errors import BadSetting
from clinx_hf.image import overlay
from clinx_hf.image.known import fold, mentions
from clinx_hf.image.reader import Line
from clinx_hf.image.regions import Reason, decide, joined_rows, mask_of, rounded
from clinx_hf.phi import Label, Span

SIZE = (400, 600)


def fate(text, confidence=1.0, known=(), overlay="phi", judge=no_judge):
    """The reason for which a single line goes, or None when it stays."""
    regions = decide([line((40, 40, 160, 52), text, confidence)], SIZE, judge, overlay, known)
    return (regions[0].reason, regions[0].label) if regions else None


SAFE = """L|R|LT|RIGHT|(L)|AP|PA|AP PORTABLE|LAT|SUPINE|PORTABLE ERECT|T1|T2 FLAIR|T1 +C|5 cm|10.5 mm|W 350 L 40
W: 350 C: 40|W 350 : L 40|WL: 40 WW: 350|Im: 12/40|SE: 3|Im: 3 SE: 4|kV 120|mA: 250|TR: 3000.00|TE 90.5|512x512
14:02|14:02:33|FOV 24 cm|Zoom: 100%|MI 1.2 TIS 0.4|LIVER|RK|GB|10 cm R|C60 M3 P2|Thk 5.0mm|Loc: -12.50|12|0.5
AP SUPINE L
SAG T1|COR T2 FLAIR|L MLO|2D THI|5.0 MHz|HR 72 bpm"""


@pytest.mark.parametrize("text", SAFE.replace("\n", "|").split("|"))
def test_settings_sides_and_views_stay(text):
    assert fate(text) is None


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
    "MedPix": Label.ORGANIZATION,
    "MedPlx": Label.ORGANIZATION,
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
    assert [r.box for r in regions] == [rounded((10, 10, 110, 20), 10, SIZE)]  # one box: no gap between names shows


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


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5MlTH J0HN", "John Smith"),
        ("SMITH^JOHN", "John Smith"),
        ("john smith", "SMITH, John"),
        ("Bamey", "Barney"),
        ("SMITHJOHN", "John Smith"),
        ("S M I T H", "Smith"),
        ("Garcla", "García"),
        ("Gorcia", "Garcia"),
        ("12.03.1954", "1954-03-12"),
        ("03/12/54", "1954-03-12"),
        ("AB 12345", "AB-12345"),
        ("ID 4B32219", "4832219"),
    ],
)
def test_known_values_are_found_as_a_reader_misreads_them(text, value):
    assert mentions(text, [value])


@pytest.mark.parametrize(
    ("text", "value"),
    [("R AP", "Ann Lee"), ("W 350 L 40", "1954-03-12"), ("1954", "1954-03-12"), ("", "Ann"), ("LIVER", "Lee")],
)
def test_other_text_is_no_known_value(text, value):
    assert not mentions(text, [value])


def test_a_known_value_goes_even_where_the_text_would_be_safe():
    assert fate("HEAD") is None
    assert fate("HEAD", known=("Head, Maria",)) == (Reason.IDENTIFIER, None)


@given(st.text(max_size=30))
@settings(max_examples=50)
def test_folding_is_stable_and_plain(text):
    assert fold(text.upper()) == fold(text.upper().lower())
    assert all(c.isalnum() for c in fold(text))


@given(st.text(alphabet="ABCLR 0123456789:/-.^,Wkmx", max_size=24))
@settings(max_examples=200)
def test_no_safe_line_holds_a_date_or_a_long_number(text):
    if overlay.is_safe(text):
        assert not any(rule(text) for rule in (overlay._date, overlay._digit_run, overlay._telephone))


SMALL = (120, 203)  # no multiples of the grid


@st.composite
def turned_lines(draw):
    """A line of text at any angle, as a quad in reading order and its box cut at the image."""
    cx, cy = draw(st.floats(0, SMALL[1])), draw(st.floats(0, SMALL[0]))
    height, length = draw(st.floats(4, 30)), draw(st.floats(4, 150))
    angle = draw(st.sampled_from([0.0, math.pi / 2, math.pi, 0.05, 0.3, -0.7, 1.2, 2.5]))
    along = np.array([math.cos(angle), math.sin(angle)]) * length / 2
    across = np.array([-math.sin(angle), math.cos(angle)]) * height / 2
    centre = np.array([cx, cy])
    quad = np.array(
        [centre - along - across, centre + along - across, centre + along + across, centre - along + across]
    )
    low, high = np.floor(quad.min(axis=0)), np.ceil(quad.max(axis=0))
    box = (max(0, int(low[0])), max(0, int(low[1])), min(SMALL[1], int(high[0])), min(SMALL[0], int(high[1])))
    return Line(box, tuple(map(tuple, quad.tolist())), "", 0.0, 0.9)


def inside(quad, height, width):
    """The pixels whose middle lies in a convex quad."""
    ys, xs = np.mgrid[0:height, 0:width]
    points = np.stack([xs + 0.5, ys + 0.5], axis=-1)
    corners = np.asarray(quad)
    sides = [
        (b - a)[0] * (points - a)[..., 1] - (b - a)[1] * (points - a)[..., 0]
        for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True)
    ]
    return np.all(np.stack(sides) >= 0, axis=0)


@given(st.lists(turned_lines(), min_size=1, max_size=2))
@settings(max_examples=60, deadline=None)
def test_masks_cover_every_line_with_room_to_spare(lines):
    regions = decide(lines, SMALL, no_judge)
    mask = mask_of(regions, *SMALL)
    padded = np.pad(mask, 2, mode="edge")
    for dy, dx in ((0, 0), (0, 4), (4, 0), (4, 4)):  # two pixels on every side: anti-aliasing and ringing
        shifted = padded[dy : dy + SMALL[0], dx : dx + SMALL[1]]
        for each in lines:
            assert shifted[inside(each.quad, *SMALL)].all()


@given(st.lists(turned_lines(), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_box_sides_lie_on_the_grid_or_at_the_edge(lines):
    for region in decide(lines, SMALL, no_judge):
        x0, y0, x1, y1 = region.box
        assert 0 <= x0 < x1 <= SMALL[1]
        assert 0 <= y0 < y1 <= SMALL[0]
        assert x0 % 8 == 0
        assert y0 % 8 == 0
        assert x1 % 8 == 0 or x1 == SMALL[1]
        assert y1 % 8 == 0 or y1 == SMALL[0]


def test_the_width_of_a_box_does_not_tell_one_letter_more_or_less():
    widths = {rounded((40, 40, 40 + n, 50), 10, SIZE)[2] for n in range(92, 104, 2)}
    assert len(widths) <= 2


def test_a_slanted_line_costs_less_than_one_box_around_it():
    angle, length, height = 0.7, 300, 12
    along = np.array([math.cos(angle), math.sin(angle)]) * length
    across = np.array([-math.sin(angle), math.cos(angle)]) * height
    start = np.array([50.0, 50.0])
    quad = np.array([start, start + along, start + along + across, start + across])
    low, high = quad.min(axis=0), quad.max(axis=0)
    box = (int(low[0]), int(low[1]), int(high[0]) + 1, int(high[1]) + 1)
    regions = decide([Line(box, tuple(map(tuple, quad.tolist())), "", 0.0, 0.9)], SIZE, no_judge)
    assert mask_of(regions, *SIZE).sum() < 0.5 * (box[2] - box[0]) * (box[3] - box[1])


def test_small_text_takes_little_height():
    (region,) = decide([line((40, 380, 300, 388), "")], SIZE, no_judge)
    assert region.box[3] - region.box[1] <= 24


def test_rows_join_words_but_not_columns():
    words = [
        line((10, 10, 50, 20), "a"),
        line((60, 10, 90, 20), "b"),
        line((200, 10, 240, 20), "c"),
        line((10, 40, 50, 50), "d"),
    ]
    assert joined_rows(words) == [[0, 1], [2], [3]]


def test_a_mask_outside_the_image_is_cut():
    regions = decide([line((590, 390, 600, 400), "")], SIZE, no_judge)
    assert mask_of(regions, *SIZE)[395, 595]
    assert mask_of([], 3, 4).shape == (3, 4)


def test_labels_of_a_judge_reach_the_region():
    def dates(texts):
        return [[Span(0, 4, Label.DATE)] for _ in texts]

    assert fate("2021 was the year of the study in this case", judge=dates) == (Reason.IDENTIFIER, Label.DATE)
