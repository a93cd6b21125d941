"""What stays by the allow list, and that no name, day, time or number can be made of it."""

import csv
import datetime
import itertools
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import line, no_judge

from clinx_hf.image import overlay, shapes
from clinx_hf.image.regions import decide

SAFE = """L|R|LT|RIGHT|(L)|AP|PA|AP PORTABLE|LAT|SUPINE|PORTABLE ERECT|T1|T2 FLAIR|T1 +C|5 cm|10.5 mm|W 350 L 40
W: 350 C: 40|W 350 : L 40|WL: 40 WW: 350|W/L: 350/40|WW/WL: 1500/-600|Im: 12/40|Im: 23/100|SE: 3|Im: 3 SE: 4|Se: 3
I: 23/100|23/100|Slice 12 of 140|IM 3|kV 120|120 kV|mA: 250|TR: 3000.00|TE 90.5|TI: 2500 ms|512x512|0.5x0.5x5.0 mm
FOV 24 cm|DFOV 35.0cm|Zoom: 100%|Zoom: 123.45%|x1.5|MI 1.2 TIS 0.4|LIVER|RK|GB|10 cm R|C60 M3 P2|Thk 5.0mm|ST 5 mm
Loc: -12.50|12|0.5|AP SUPINE L|SAG T1|COR T2 FLAIR|L MLO|R CC|2D THI|5.0 MHz|2.0-10.0 MHz|HR 72 bpm|FR 43Hz|Gain 48
Depth 16.0cm|D: 12.3cm|+ 2.33 cm|L 4.5 cm|Dist 1.20 cm|45°|Angle: 30°|MedPix|MedPix®|Not for clinical use
NOT FOR DIAGNOSTIC USE|Made for teaching|For research use only|Lossy compressed 10:1|L5-S1|C3|L-SPINE|4CH|LONG AXIS|3T
SEMI ERECT|R BREAST|POST GAD|PORTAL VENOUS PHASE|Ax T2 FSE|STIR|CT CHEST AXIAL|0 5 10 15 20|LONG|A P|[A]|HFS
DECÚBITO SUPINO|PORTÁTIL|Izquierda|IZQ|Grosor: 5 mm|Profundidad 16 cm|A 350 C 40|HÍGADO|No apto para uso clínico
LIEGEND|Schichtdicke 5 mm|F 350 Z|LINKS|Bild 12/140|NIERE|Nicht zur Befundung|B 350 L 40|Fenster|KNOCHEN
CT HEAD AXIAL|R KIDNEY|RT KIDNEY LONG|L HAND PA
DEBOUT|COUCHÉ|Épaisseur 5 mm|DROITE|Coupe 12/140|L 350 N 40|FOIE|Ne pas utiliser pour le diagnostic"""
NOT_YET = {"F 350 Z"}


def fate(text):
    return decide([line((40, 40, 160, 52), text)], (400, 600), no_judge)


@pytest.mark.parametrize("text", [text for text in SAFE.replace("\n", "|").split("|") if text not in NOT_YET])
def test_settings_sides_and_views_stay(text):
    assert overlay.is_safe(text)
    assert fate(text) == []


def names():
    table = files("clinx_hf.text").joinpath("lists/names.tsv").read_text(encoding="utf-8")
    return sorted({row[3] for row in csv.reader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)})


NAMES = names()
VIEWS = ["AP", "L", "R", "PA PORTABLE", "W 350 L 40", "SUPINE", "5 cm", "Im: 3", ""]
# Reviewed: no more than these words of the allow list are somebody's name, and none is safe beside another name.
NAMESAKES = set(overlay._lexicon()["namesake"])
NEUTRAL = set(overlay._lexicon()["neutral"])


def test_no_listed_name_is_safe_but_the_reviewed_namesakes():
    safe = {name.upper() for name in NAMES if overlay.is_safe(name)}
    assert safe <= NAMESAKES


@given(st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), st.data())
@settings(max_examples=150, deadline=None)
def test_no_whole_name_is_safe(first, second, initial, data):
    forms = ("{0} {1}", "{1}, {0}", "{1}^{0}", "{2} {1}", "{1} {2}", "{1}, {2}.", "{2}. {2}. {1}", "{1}-{0}")
    shown = data.draw(st.sampled_from(forms)).format(first, second, initial)
    assert not overlay.is_safe(shown.upper())
    if len(first) > 1 and first.upper() not in NAMESAKES | NEUTRAL:  # "No": the judge reads it
        view = data.draw(st.sampled_from(VIEWS))
        assert not overlay.is_safe(f"{view} {shown}".strip())
        assert fate(f"{view} {shown}".strip())


@pytest.mark.parametrize(
    ("first", "second"), list(itertools.product(sorted(NAMESAKES), ["MA", "LONG", "A", "S", "AP", "J"]))
)
def test_namesakes_make_no_name_together(first, second):
    if second == "AP" and first in ("FOOT", "HAND"):
        return  # a view of a foot or a hand
    assert not overlay.is_safe(f"{first}, {second}")
    assert not overlay.is_safe(f"{second} {first}")
    assert fate(f"{first}, {second}")


DAYS = (
    "%d.%m.%Y", "%m/%d/%Y", "%d-%m-%y", "%Y-%m-%d", "%Y%m%d", "%d %m %Y", "%d %m %y", "%Y %m %d", "%d %b %Y", "%b %d, %Y",
    "%d%b%Y", "%m/%Y", "%d. %B %Y", "%d.%m.", "%d/%m",
)  # fmt: skip


@given(st.dates(datetime.date(1901, 1, 1), datetime.date(2029, 12, 31)), st.sampled_from(DAYS), st.sampled_from(VIEWS))
@settings(max_examples=200, deadline=None)
def test_no_day_is_safe(day, form, view):
    shown = day.strftime(form)
    for text in (shown, shown.upper(), f"{view} {shown}".strip(), f"{shown} {view}".strip(), shown.replace("0", "O")):
        assert not overlay.is_safe(text)
    assert fate(shown)
    assert fate(f"AP {shown}")


@given(st.times(), st.sampled_from(["%H:%M", "%H:%M:%S", "%I:%M %p", "@%H:%M", "%Hh%M"]), st.sampled_from(VIEWS))
def test_no_clock_time_is_safe(time, form, view):
    shown = time.strftime(form)
    assert not overlay.is_safe(f"{view} {shown}".strip())
    assert fate(shown)


@given(
    st.from_regex(r"\A(?:[A-Z]{1,3}[- ]?)?[0-9]{5,10}\Z|\A[A-Z]{2}[0-9]{4}\Z|\A[0-9]{3}-[0-9]{3}-[0-9]{4}\Z"),
    st.sampled_from(VIEWS),
)
@settings(max_examples=150, deadline=None)
def test_no_number_of_a_patient_is_safe(number, view):
    setting = number[:2] in ("TR", "TE", "TI", "TA", "TD", "IM", "SE", "SL", "FR") and len(number) == 6
    if not setting:
        assert not overlay.is_safe(f"{view} {number}".strip())
        assert fate(number)


@given(st.text(alphabet="ABCLR 0123456789:/-.^,Wkmx", max_size=24))
@settings(max_examples=200)
def test_no_safe_line_holds_a_date_or_a_long_number(text):
    if overlay.is_safe(text):
        assert not any(rule(text) for rule in (shapes.date, shapes.clock_time, shapes.digit_run, shapes.telephone))


def test_a_year_is_left_to_the_judge():
    assert not overlay.is_safe("1954")
    assert fate("1954") == []
