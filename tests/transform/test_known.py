"""Known values of a row are found in its texts in every form."""

from __future__ import annotations

import pytest

from clinx_hf.phi import Label
from clinx_hf.transform.known import Known, as_known, find_known
from clinx_hf.transform.known_dates import find_day

FORMS = (
    "1954-03-12|12.03.1954|3/12/54|12/3/1954|12-Mar-1954|12 March 1954|March 12, 1954|12th of March 1954|19540312|540312|"
    "12 de marzo de 1954|12. März 1954|12 mars 1954|Mar 12 '54|1954 Mar 12|12MAR1954|03 12 1954"
).split("|")


@pytest.mark.parametrize("form", FORMS)
def test_a_birth_date_is_found_in_every_form(form: str) -> None:
    text = f"DOB {form} seen"
    assert [text[a:b] for a, b in find_day(text, "1954-03-12")][:1] == [form]


@pytest.mark.parametrize("other", ["13.03.1954", "3/12/55", "April 12, 1954", "1954", "12 March", "lot 54031"])
def test_other_days_are_not(other: str) -> None:
    assert not list(find_day(f"on {other} seen", "1954-03-12"))


@pytest.mark.parametrize("value", ["12.03.1954", "19540312", "March 12, 1954", "1954-03-12T00:00:00"])
def test_the_known_date_may_be_written_in_any_form(value: str) -> None:
    known = as_known(value, Label.DATE)
    assert known is not None
    assert [s.label for s in find_known("born 12 March 1954 here", [known])] == [Label.DATE]


@pytest.mark.parametrize(
    ("value", "label", "text"),
    [
        ("VOSSEN^ODALYS^J", Label.PATIENT, "saw O. Vossen"),
        ("Odalys Vossen", Label.PATIENT, "VOSSEN, ODALYS"),
        ("odalys vossen", Label.PATIENT, "Ms Vossen's scan"),
        ("Odalys Vossen", Label.PATIENT, "vossen_odalys.dcm"),
        ("0048-2716", Label.MRN, "no. 00482716"),
        ("00482716", Label.MRN, "no. 0048 2716 x"),
        ("Tamarisk General", Label.HOSPITAL, "TAMARISK GENERAL"),
    ],
)
def test_forms_of_other_values(value: str, label: Label, text: str) -> None:
    assert find_known(text, [Known(value, label)])


def test_a_name_in_small_letters_is_a_word() -> None:
    assert not find_known("a rose in bloom", [Known("Rose", Label.PATIENT)])


def test_terms_and_limits_survive_pickling_and_bad_ones_are_refused() -> None:
    import pickle

    from clinx_hf.errors import BadSetting
    from clinx_hf.transform.deidentifier import Deidentifier

    deid = Deidentifier(allow=["Foley"], deny={"Ann Lee": "PATIENT"}, thresholds={"PROFESSION": 0.3})
    copy = pickle.loads(pickle.dumps(deid))
    assert copy == deid
    assert (copy.allow, copy.deny, copy.thresholds) == (("Foley",), (("Ann Lee", "PATIENT"),), (("PROFESSION", 0.3),))
    assert Deidentifier(deny=["x1"]).deny == (("x1", "ID"),)
    with pytest.raises(BadSetting, match="thresholds"):
        Deidentifier(thresholds={"PROFESSION": 3})
