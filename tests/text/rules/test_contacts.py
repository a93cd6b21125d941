"""Telephones, fax, e-mail, web and network addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinx_hf.phi import Label
from clinx_hf.text.rules import find

CONTACTS = {Label.PHONE, Label.FAX, Label.EMAIL, Label.URL, Label.IP}


def contacts(text: str) -> set[tuple[str, str]]:
    return {(span.label.value, text[span.start : span.end]) for span in find(text) if span.label in CONTACTS}


@pytest.mark.parametrize(
    ("text", "label", "value"),
    [
        ("tel 215-555-0140, call", "PHONE", "215-555-0140"),
        ("her wife (541-555-0188) accepts", "PHONE", "541-555-0188"),
        ("daughter at (505) 555-0193.", "PHONE", "(505) 555-0193"),
        ("office +1 617-555-0186 ext", "PHONE", "+1 617-555-0186"),
        ("aunt Lerato, +27 71 884 0173", "PHONE", "+27 71 884 0173"),
        ("son Neil 07700 900118 told", "PHONE", "07700 900118"),
        ("nieta Lucía (619 40 27 58)", "PHONE", "619 40 27 58"),
        ("wife Annamma, 98555 01284", "PHONE", "98555 01284"),
        ("Pager 77-4410", "PHONE", "77-4410"),
        ("bleep 5413", "PHONE", "5413"),
        ("ext. 2203", "PHONE", "2203"),
        ("fax 808-555-0161", "FAX", "808-555-0161"),
        ("F 503-555-0122", "FAX", "503-555-0122"),
        ("to o.marchetti@trentham.example now", "EMAIL", "o.marchetti@trentham.example"),
        ("see https://portal.example/p/8?x=1.", "URL", "https://portal.example/p/8?x=1"),
        ("www.lakesidesurgery.example", "URL", "www.lakesidesurgery.example"),
        ("at harborpsych.example/intake now", "URL", "harborpsych.example/intake"),
        ("from 10.44.9.18 at", "IP", "10.44.9.18"),
        ("mac=3C-52-82-0A-7E-11", "IP", "3C-52-82-0A-7E-11"),
        ("src=2001:db8:44::1f", "IP", "2001:db8:44::1f"),
    ],
)
def test_found(text: str, label: str, value: str) -> None:
    assert (label, value) in contacts(text)


@pytest.mark.parametrize(
    "text",
    [
        "BP 120/80, HR 72, SpO2 98% on 2 L",
        "cross clamp 0928-1149 (141 min)",
        "NDC 0093-1048-01",
        "18 x 15 x 13 mm nodule",
        "512 x 512 matrix",
        "software 5.6.1.1, v2.3.4.1",
        'system "http://loinc.org"',
        "wrist ext 35, flex 40",
        "glucose 100-200 mg/dL, Na 140",
        "3.2 x 1.4 cm at 10:30",
        "at 12:30:45 and 01:02:03",
        "ratio 1:2048",
        "e.g. this vs. that",
        "Call on 3/4/2021",
        "platelets 250 000 at 1400",
        "Q30 93.1%, 2 x 150 bp",
    ],
)
def test_not_found(text: str) -> None:
    assert contacts(text) == set()


@given(
    st.integers(201, 989).filter(lambda area: str(area)[1:] != "11"),
    st.integers(200, 999),
    st.integers(0, 9999),
    st.sampled_from(["{}-{}-{}", "({}) {}-{}", "{}.{}.{}", "{} {} {}", "+1 {} {} {}"]),
    st.sampled_from(["Tel {}", "her sister {} was told", "({})", "{}", "cell: {}, ok", "phone\t{}\n"]),
)
def test_every_north_american_number_is_found(area: int, local: int, line: int, form: str, carrier: str) -> None:
    number = form.format(area, local, f"{line:04}")
    text = carrier.format(number)
    spans = [s for s in find(text) if s.label in CONTACTS]
    start = text.index(number) + number.startswith("(")
    assert any(s.start <= start and text.index(number) + len(number) <= s.end for s in spans)


@given(st.from_regex(r"[a-z]{1,12}[._]?[a-z0-9]{1,8}@[a-z]{2,12}\.(com|org|example\.uk)", fullmatch=True))
def test_every_email_is_found(address: str) -> None:
    assert ("EMAIL", address) in contacts(f"write to {address}, please")


@given(st.ip_addresses())
def test_every_address_is_found(address: object) -> None:
    text = str(address)
    found = {value for label, value in contacts(f"src {text} ok") if label == "IP"}
    short = text.count(":") > 0 and not any(len(g) == 4 or not g.isdigit() for g in text.split(":") if g)
    assert text in found or short or len(text) <= 6
