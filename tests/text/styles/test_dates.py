"""Dates move by one offset, keep their form, and tell no more than before."""

import datetime
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from styled import KEY, document, surrogates

from clinx_hf.phi import Policy
from clinx_hf.text.styles.dates import LONGEST, SHORTEST
from clinx_hf.text.styles.surrogate import surrogate

_FORMATS = [
    "%Y-%m-%d",
    "%d %B %Y",
    "%B %d, %Y",
    "%d-%b-%Y",
    "%Y%m%d",
    "%A, %d %B %Y",
    "%d/%b/%Y 14:02",
    "%Y-%m-%dT08:15:00Z",
]
_DAYS = st.dates(datetime.date(1945, 1, 1), datetime.date(2037, 12, 31))


def _moved(values, **settings):
    return surrogates(" ".join(f"<<DATE:{value}>>;" for value in values), **settings)


@settings(max_examples=80, deadline=None)
@given(
    _DAYS, st.integers(-4000, 4000), st.sampled_from(_FORMATS), st.sampled_from(_FORMATS), st.sampled_from([KEY, None])
)
def test_days_between_full_dates_stay(first, apart, form, other_form, key):
    second = first + datetime.timedelta(apart)
    new = _moved([first.strftime(form), second.strftime(other_form)], key=key, patient="7")
    one, two = (datetime.datetime.strptime(n, f).date() for n, f in zip(new, (form, other_form), strict=True))
    assert (two - one).days == apart
    assert one != first
    if key is not None:
        assert SHORTEST <= abs((one - first).days) <= LONGEST
        assert (one - first).days % 7


@pytest.mark.parametrize("order", ["%d/%m/%Y", "%m/%d/%Y"])
def test_one_telling_date_decides_the_order_for_all(order):
    days = [datetime.date(2021, 4, 3), datetime.date(2021, 4, 25), datetime.date(2020, 12, 6)]
    new = _moved([day.strftime(order) for day in days])
    read = [datetime.datetime.strptime(value, order).date() for value in new]
    assert {(a - b).days for a, b in zip(read, days, strict=True)} == {(read[0] - days[0]).days}


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("3/4", r"\d\d?/\d\d?"),
        ("03/04/21", r"\d\d/\d\d/\d\d"),
        ("March 2020", r"[A-Z][a-z]{2,8} 20(19|20|21)"),
        ("MAR 2020", r"[A-Z]{3} 20(19|20|21)"),
        ("marzo de 2020", r"[a-z]{4,10} de 20(19|20|21)"),
        ("03.iv.21", r"\d\d\.[ivx]{1,4}\.2[0-2]"),
        ("Mon 3rd", r"(Tue|Wed|Thu|Fri|Sat|Sun) (\d?1st|\d?2nd|\d?3rd|\d?\dth)"),
        ("Christmas 2019", r"[A-Z][A-Za-z' ]+ 20(18|19|20)"),
        ("Nochebuena", r"[A-ZÁÉÍÓÚ][a-záéíóúñA-Z ]+"),
        ("el 5 de marzo de 2021", r"el \d\d? de [a-z]{4,10} de 202[0-2]"),
        ("2021-03-04T10:15:00.000Z", r"202\d-\d\d-\d\dT10:15:00\.000Z"),
        ("20210304", r"202\d[01]\d[0-3]\d"),
        ("20210304101500", r"202\d[01]\d[0-3]\d101500"),
        ("1/2 0700", r"\d\d?/\d\d? 0700"),
        ("5.3.21 at 14:02", r"\d\d?\.\d\d?\.2[0-2] at 14:02"),
        ("the 14th", r"the (\d?1st|\d?2nd|\d?3rd|\d?\dth)"),
        ("20–27 Aug", r"\d\d?–\d\d? [A-Z][a-z]{2}"),
        ("09MAR2021", r"\d\d[A-Z]{3}202\d"),
        ("miércoles", r"(lunes|martes|jueves|viernes|sábado|domingo)"),
        ("january second", r"[a-z]+ [a-z]+(-[a-z]+)?"),
        ("mid-March", r"mid-[A-Z][a-z]+"),
        ("Spring 2019", r"(Summer|Autumn|Winter) 20(18|19|20)"),
        ("2011", r"2010|2012"),
        ("O3/O4/2O21", r"\d\d/\d\d/202\d"),
    ],
)
@pytest.mark.parametrize("key", [KEY, b"q" * 16, None])
def test_the_form_stays_and_no_year_is_invented(value, form, key):
    (new,) = _moved([value], key=key)
    assert new != value
    if key is None:  # the first date may then fall far away
        form = re.sub(r"202\[0-2\]|20\(\d\d\|\d\d\|\d\d\)|202\\d|2010\|2012", r"\\d{4}", form).replace(
            "2[0-2]", r"\d\d"
        )
    assert re.fullmatch(form, new), new


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["March", "3/4", "spring", "Monday", "2011", "March 2020", "the 3rd", "Easter", "Sept '21"]),
    st.binary(min_size=16, max_size=16),
)
def test_a_partial_date_never_stays_what_it_was(value, key):
    (new,) = _moved([value], key=key)
    assert new.casefold() != value.casefold()


def test_one_offset_per_patient_over_documents():
    def shift(patient, value="2021-05-06", key=KEY):
        (new,) = _moved([value], patient=patient, key=key)
        return (datetime.date.fromisoformat(new) - datetime.date.fromisoformat(value)).days

    assert shift("a") == shift("a", "1990-01-01")
    assert len({shift(str(n)) for n in range(40)}) > 20
    assert shift("a") != shift("a", key=b"k" * 16) or shift("b") != shift("b", key=b"k" * 16)


def test_weekdays_stay_if_asked():
    new, friday = _moved(["Monday, 1 March 2021", "Friday"], keep=frozenset({"weekday"}))
    assert friday == "Friday"
    assert new.startswith("Monday, ")
    assert datetime.datetime.strptime(new, "Monday, %d %B %Y").weekday() == 0


def test_without_a_key_the_first_date_does_not_tell_the_offset():
    """Two documents that differ in their dates only, equally far apart, come out alike."""
    one = _moved(["2019-03-04", "2019-03-10"], key=None)
    other = _moved(["2001-07-14", "2001-07-20"], key=None)
    assert one == other


def test_a_year_that_reveals_an_old_age_is_not_shifted_but_taken_out():
    shown = document("born <<DATE:3/4/1928>>", revealing_years=frozenset({"1928"}), policy=Policy.SAFE_HARBOR)
    assert surrogate(shown) == ["[DATE]"]


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="0123456789/-. :MarchEnetºthO'ieo", min_size=1, max_size=20))
def test_any_string_marked_as_a_date_goes(value):
    if not value.strip():
        return
    (new,) = _moved([value])
    assert new.casefold() != value.casefold()
