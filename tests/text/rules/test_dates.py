"""Dates: what is one, with its exact place, and what only looks like one."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinx_hf.phi import Label
from clinx_hf.text.rules import find


def dates(text: str) -> list[str]:
    """The dates found, those inside a longer one left out."""
    spans = [span for span in find(text) if span.label is Label.DATE]
    outer = [
        s
        for s in spans
        if not any(o.start <= s.start and s.end <= o.end and o.end - o.start > s.end - s.start for o in spans)
    ]
    return list(dict.fromkeys(text[s.start : s.end] for s in outer))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Seen 3/4/2021 in clinic.", "3/4/2021"),
        ("DOB 30.06.84  Male", "30.06.84"),
        ("born 1958-03-14.", "1958-03-14"),
        ("opened 2022-10-30T03:12 by", "2022-10-30T03:12"),
        ("read 07/25/2020 11:05 by", "07/25/2020 11:05"),
        ("on 9/11/23 0625: awake", "9/11/23 0625"),
        ("at 10-31-2022 2215, CC", "10-31-2022 2215"),
        ("||20210304|M", "20210304"),
        ("DT 20210304140200|", "20210304140200"),
        ("(0008,0020) DA [2021.03.04]", "2021.03.04"),
        ("Adm 18-Sep-2021 to", "18-Sep-2021"),
        ("start 15/FEB/2018  stop", "15/FEB/2018"),
        ("onset UN/OCT/2018", "UN/OCT/2018"),
        ("died 27 Jul 2022, 0645 h", "27 Jul 2022, 0645 h"),
        ("March 3, 2021 at 2:30 pm", "March 3, 2021 at 2:30 pm"),
        ("Sunday, 28 July 2019, she", "Sunday, 28 July 2019"),
        ("on the 3rd day of May 2024", "the 3rd day of May 2024"),
        ("nacido el 1 de marzo de 1959", "1 de marzo de 1959"),
        ("le 18 avr 2017", "18 avr 2017"),
        ("quit in Sept 2019", "Sept 2019"),
        ("seen on Aug 3 for", "Aug 3"),
        ("until 24 July.", "24 July"),
        ("MRI on 3/11, on the", "3/11"),
        ("RTC 3/22 with echo", "3/22"),
        ("seen on Tuesday the 5th", "Tuesday the 5th"),
        ("on the 14th he fell", "the 14th"),
        ("in March she fell", "March"),
        ("since mid-June", "mid-June"),
        ("came on Wednesday.", "Wednesday"),
        ("since Christmas 2019", "Christmas 2019"),
        ("over Labor Day weekend", "Labor Day weekend"),
        ("had a stroke in 2011.", "2011"),
        ("tdap 2018, flu", "2018"),
        ("dob 03/2013", "03/2013"),
    ],
)
def test_found(text: str, expected: str) -> None:
    assert expected in dates(text)


@pytest.mark.parametrize(
    "text",
    [
        "Pain 7/10, strength 5/5 throughout.",
        "2/6 systolic murmur",
        "BP 124/78, HR 80",
        "MoCA 26/30, GCS 15",
        "Take 1/2 tablet",
        "Vision 20/40 OD",
        "heparin 2000 units",
        "Report to Tom at 1900",
        "FIGO 2018 stage II",
        "He may return to work; march in place",
        "on Mondays and Fridays",
        "Monday to Friday",
        "Christmas disease (factor IX)",
        "two days later, POD 3",
        "next month or tomorrow",
        "the 5th rib and the 2nd finger",
        "CT at 14:02",
        "lesion 3.2 x 1.4 cm",
        "version 5.13.2",
        "May use Tylenol. Will return.",
        "EID 88 and TET spell",
        "pH 7.35, INR 2.4",
        "dose 20/10 mg BD",
        "L4/5 disc",
    ],
)
def test_not_found(text: str) -> None:
    assert dates(text) == []


FORMS = (
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%m-%d-%Y",
    "%d %B %Y",
    "%B %d, %Y",
    "%d-%b-%Y",
    "%d%b%Y",
    "%Y%m%d",
    "%m/%d/%y",
    "%A, %B %d, %Y",
    "%Y-%m-%dT%H:%M:%S",
    "%d %b %Y %H:%M",
)


@given(
    st.datetimes(datetime.datetime(1901, 1, 1), datetime.datetime(2090, 1, 1)),
    st.sampled_from(FORMS),
    st.sampled_from(["Seen {} in clinic.", "({})", "DATE: {}\n", "|{}|", "born {}, well", "{}"]),
)
def test_every_full_date_is_found_whole(moment: datetime.datetime, form: str, carrier: str) -> None:
    date = moment.strftime(form)
    assert date in dates(carrier.format(date))
