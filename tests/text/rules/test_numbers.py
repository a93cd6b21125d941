"""Labelled numbers, numbers of a fixed shape, bare codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinx_hf.phi import Label
from clinx_hf.text.rules import find

NUMBERS = {
    Label.SSN,
    Label.MRN,
    Label.HEALTHPLAN,
    Label.ACCOUNT,
    Label.LICENSE,
    Label.VEHICLE,
    Label.DEVICE,
    Label.ID,
}


def numbers(text: str) -> set[tuple[str, str]]:
    return {(span.label.value, text[span.start : span.end]) for span in find(text) if span.label in NUMBERS}


@pytest.mark.parametrize(
    ("text", "label", "value"),
    [
        ("MRN: 00482716", "MRN", "00482716"),
        ("MR#: 00-21-88   DATE", "MRN", "00-21-88"),
        ("Hospital No. UTH/2017/44093", "MRN", "UTH/2017/44093"),
        ("NHS no 943 476 5919", "MRN", "943 476 5919"),
        ("NHI ZKC4419", "MRN", "ZKC4419"),
        ("Acct # 77-20-0091", "ACCOUNT", "77-20-0091"),
        ("card 4539 8719 2064 7933 exp", "ACCOUNT", "4539 8719 2064 7933"),
        ("IBAN GB29 NWBK 6016 1331 9268 19", "ACCOUNT", "GB29 NWBK 6016 1331 9268 19"),
        ("SSN 514-88-2037", "SSN", "514-88-2037"),
        ("NI QQ 45 18 02 C", "SSN", "QQ 45 18 02 C"),
        ("DNI 72519438L", "SSN", "72519438L"),
        ("Aadhaar 4471 9032 8856", "SSN", "4471 9032 8856"),
        ("passport no. E88204417", "SSN", "E88204417"),
        ("Medicare 1EG4-TE5-MK73", "HEALTHPLAN", "1EG4-TE5-MK73"),
        ("policy GA/77/10928.", "HEALTHPLAN", "GA/77/10928"),
        ("ACC claim 10048812207", "HEALTHPLAN", "10048812207"),
        ("NPI 1447093825", "LICENSE", "1447093825"),
        ("DEA BA4418827", "LICENSE", "BA4418827"),
        ("GMC 7012284\n\nAddendum", "LICENSE", "7012284"),
        ("VIN 1HGCV1F38LA019944", "VEHICLE", "1HGCV1F38LA019944"),
        ("plate HGR 2217.", "VEHICLE", "HGR 2217"),
        ("S/N 9044118-027; L", "DEVICE", "9044118-027"),
        ("stent, lot 9081241.", "DEVICE", "9081241"),
        ("accession no. S24-90112", "ID", "S24-90112"),
        ("Accession #: RXH55", "ID", "RXH55"),
        ("units PG-20210934 y PG-20210951", "ID", "PG-20210951"),
        ("uid 1.2.840.113619.2.55.3.604688119.971", "ID", "1.2.840.113619.2.55.3.604688119.971"),
        ('"key": "b41e7c02-93aa-4d0f-8e15-6f20c7d99a1b"', "ID", "b41e7c02-93aa-4d0f-8e15-6f20c7d99a1b"),
        ("number four four seven one nine date", "ID", "four four seven one nine"),
        ("path SP-23-1880: benign", "ID", "SP-23-1880"),
    ],
)
def test_found(text: str, label: str, value: str) -> None:
    assert (label, value) in numbers(text)


@pytest.mark.parametrize(
    "text",
    [
        "Na 140, K 4.1, Cr 0.9, WBC 11.2",
        "lisinopril 10 mg daily, insulin 12 units",
        "BP131/74 HR78",
        "CPT code 99214, ICD-10 code I48.0",
        "SOP class 1.2.840.10008.5.1.4.1.1.2",
        "trial NCT01234567",
        "HP:0001250 seizure",
        "SNOMED 74400008",
        "REF 5532-G-409",
        "a 12-lead EKG and a 15-blade",
        "sample 2.5 mL, unit dose",
        "case of 1990",
        "the ID team saw him; PIN fixation of the femur",
        "HC 17.9cm AC 15.4cm",
        "one or two of three four-hourly doses",
        "L4-5 disc, T12 fracture, C5-6",
        "HbA1c 7.8, CA-125 35",
        "claims that he fell in 2010",
        "EF 55-60%, 3-0 Vicryl",
        '{"00080005":{"vr":"CS"}',
    ],
)
def test_not_found(text: str) -> None:
    assert numbers(text) == set()


def test_a_failed_check_digit_lowers_the_score_and_hides_nothing() -> None:
    good = max(s.score for s in find("card 4111 1111 1111 1111") if s.label is Label.ACCOUNT)
    bad = [s for s in find("paid 4111 1111 1111 1112") if s.label is Label.ACCOUNT]
    assert bad
    assert max(s.score for s in bad) < good


@given(
    st.sampled_from(["MRN", "MRN:", "MRN #", "Medical Record No.", "chart no.", "NHS no:", "UHID", "accession #"]),
    st.from_regex(r"[A-Z]{0,3}[0-9]{5,9}", fullmatch=True),
)
def test_every_labelled_number_is_covered(cue: str, value: str) -> None:
    text = f"{cue} {value} seen"
    start = text.index(value)
    covered = {i for s in find(text) for i in range(s.start, s.end)}
    assert set(range(start, start + len(value))) <= covered
