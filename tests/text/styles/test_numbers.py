"""Numbers, addresses, ages and places: the shape stays, and nothing made up can be real."""

import re

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import iban, luhn
from stdnum.gb import nhs
from stdnum.us import itin, ssn
from styled import KEY, surrogates

from clinx_hf.phi import Policy
from clinx_hf.text.styles.checks import is_vin, passes_a_check

_KEYS = st.binary(min_size=16, max_size=16)


def _shape(value):
    return re.sub(r"[a-z]", "a", re.sub(r"[A-Z]", "A", re.sub(r"\d", "0", value)))


def _one(label, value, **settings):
    (new,) = surrogates(f"x <<{label}:{value}>> y", **settings)
    return new


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from("MRN ID HEALTHPLAN ACCOUNT LICENSE DEVICE VEHICLE".split()),
    st.from_regex(r"[A-Z]{0,3}[-/ ]?\d{3,12}[A-Za-z]?", fullmatch=True),
    _KEYS,
)
def test_codes_keep_their_shape_and_fail_every_check(label, value, key):
    new = _one(label, value, key=key)
    assert _shape(new) == _shape(value)
    assert new.casefold() != value.casefold()
    assert not passes_a_check(new)


@pytest.mark.parametrize(
    ("label", "value", "is_valid"),
    [
        ("MRN", "943 476 5919", nhs.is_valid),
        ("ACCOUNT", "4111 1111 1111 1111", lambda number: luhn.is_valid(number.replace(" ", ""))),
        ("ACCOUNT", "GB29 NWBK 6016 1331 9268 19", iban.is_valid),
        ("VEHICLE", "1HGCM82633A004352", is_vin),
        ("LICENSE", "1234567893", lambda number: luhn.is_valid("80840" + number)),
    ],
)
def test_a_valid_number_becomes_an_invalid_one(label, value, is_valid):
    assert is_valid(value)
    for seed in range(60):
        new = _one(label, value, key=bytes([seed]) * 16)
        assert not is_valid(new)
        assert _shape(new) == _shape(value)


@settings(max_examples=60, deadline=None)
@given(_KEYS)
def test_social_security_numbers_are_of_a_range_that_is_never_issued(key):
    new = _one("SSN", "212-45-6789", key=key)
    assert re.fullmatch(r"9\d\d-\d\d-\d{4}", new)
    assert not ssn.is_valid(new)
    assert not itin.is_valid(new)
    assert _one("SSN", "AB 12 34 56 C", key=key)[0] in "DFIQUV"


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("(617) 432-1098", r"\([2-9]\d\d\) 555-01\d\d"),
        ("+1 617.432.1098", r"\+1 [2-9]\d\d\.555\.01\d\d"),
        ("432-1098", r"555-01\d\d"),
        ("617-432-1098 x221", r"[2-9]\d\d-555-01\d\d x\d{3}"),
        ("07911 123456", r"07700 900\d{3}"),
        ("+44 7911 123456", r"\+44 7700 900\d{3}"),
        ("020 7946 0018", r"077 0090 0\d{3}"),
        ("+34 609 325 068", r"\+34 \d{3} \d{3} \d{3}"),
        ("4471", r"\d{4}"),
    ],
)
def test_telephones_ring_nowhere(value, form):
    for seed in range(5):
        new = _one("PHONE", value, key=bytes([seed]) * 16)
        assert re.fullmatch(form, new), new
        assert new != value
    if value.startswith("+34"):
        assert not phonenumbers.is_valid_number(phonenumbers.parse(new))


def test_spelled_numbers_are_redrawn():
    new = _one("PHONE", "three three seven five five five oh one one two")
    assert re.fullmatch(r"([a-z]+ ){9}[a-z]+", new)
    assert new != "three three seven five five five oh one one two"


@pytest.mark.parametrize(
    ("label", "value", "form"),
    [
        ("EMAIL", "Maria.Garcia@mail.com", r"[A-Z][a-z]+\.[A-Z][a-z]+@example\.org"),
        ("EMAIL", "faisal dot m at postbox dot com", r"[a-z]+ dot [a-z] at example dot org"),
        ("URL", "https://www.clinic.com/p/881?x=Ab1", r"https://www\.example\.org/[a-z]/\d{3}\?[a-z]=[A-Z][a-z]\d"),
        ("IP", "10.9.1.203", r"(192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}"),
        ("IP", "fe80::1c2a:7bff:fe04:9921", r"2001:db8:[0-9a-f]{1,4}::[0-9a-f]{1,4}"),
        ("IP", "00:1B:44:11:3A:B7", r"00:00:5E:00:53:[0-9A-F]{2}"),
        ("ID", "1.2.840.113745.101000.1008", r"1\.[1-9]\.[1-9]\d\d\.[1-9]\d{5}\.[1-9]\d{5}\.[1-9]\d{3}"),
        ("ID", "c0ffee12-77aa-4e11-9d55-0b1a2c3d4e5f", r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
        ("ZIP", "SW1A 1AA", r"[A-Z]{2}\d[A-Z] \d[A-Z]{2}"),
        ("STATE", "OH", r"[A-Z]{2}"),
        ("HOSPITAL", "Cedar Point Hospital", r"[A-Z][a-z]+ [A-Z][a-z]+ Hospital"),
        ("LOCATION", "Room 12", r"Room \d\d"),
    ],
)
@pytest.mark.parametrize("key", [KEY, None])
def test_addresses_and_places_keep_their_form(label, value, form, key):
    new = _one(label, value, key=key)
    assert re.fullmatch(form, new), new
    assert new != value


def test_one_code_is_one_surrogate_however_it_is_grouped():
    one, two, three = surrogates("<<MRN:00-482-19>> <<MRN:0048219>> <<ID:00 48 219>>")
    assert re.sub(r"\D", "", one) == two == re.sub(r"\D", "", three)


def test_words_of_a_place_agree():
    full, short = surrogates("<<HOSPITAL:Lake Cumberland Hospital>>; <<HOSPITAL:Cumberland>>")
    assert full.split()[1] == short


def test_zip3_stays_only_where_asked_and_allowed():
    keep = {"keep": frozenset({"zip3"}), "policy": Policy.SAFE_HARBOR}
    assert _one("ZIP", "94110", **keep)[:3] == "941"
    assert all(_one("ZIP", "94110", key=bytes([n]) * 16)[:5] != "94110" for n in range(20))


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 89), _KEYS, st.sampled_from(["{}", "{} years", "0{:02}Y"]))
def test_ages_stay_near_and_never_cross_ninety(years, key, form):
    value = form.format(years)
    new = _one("AGE", value, key=key)
    moved = int(re.search(r"\d+", new).group())
    assert 1 <= abs(moved - years) <= 3
    assert 1 <= moved <= 89
    assert re.sub(r"\d+", "#", new) == re.sub(r"\d+", "#", value)


@pytest.mark.parametrize("value", ["90", "93", "104 años", "ninety-four", "091Y"])
def test_ninety_and_more_stays_ninety_and_more(value):
    assert _one("AGE", value) == "90+"


def test_ages_in_words_stay_words():
    assert re.fullmatch(r"(thirty-nine|forty(-(one|three|four|five))?)", _one("AGE", "forty-two"))
