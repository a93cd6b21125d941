"""The one vocabulary: 28 labels, their HIPAA Safe Harbor categories, the policies, and `Span`.

Source: 45 CFR 164.514(b)(2)(i) (categories A to R) and 164.514(e)(2) (limited data set); ZIP prefixes from the HHS
guidance and the 2010 census list in circulation (their union). Standard library only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from clinx_hf.errors import BadSetting


class Label(StrEnum):
    """What kind of identifier a span is."""

    PATIENT = "PATIENT"
    DOCTOR = "DOCTOR"
    PERSON = "PERSON"
    USERNAME = "USERNAME"
    HOSPITAL = "HOSPITAL"
    ORGANIZATION = "ORGANIZATION"
    PROFESSION = "PROFESSION"
    STREET = "STREET"
    CITY = "CITY"
    LOCATION = "LOCATION"
    STATE = "STATE"
    COUNTRY = "COUNTRY"
    ZIP = "ZIP"
    DATE = "DATE"
    AGE = "AGE"
    PHONE = "PHONE"
    FAX = "FAX"
    EMAIL = "EMAIL"
    URL = "URL"
    IP = "IP"
    SSN = "SSN"
    MRN = "MRN"
    HEALTHPLAN = "HEALTHPLAN"
    ACCOUNT = "ACCOUNT"
    LICENSE = "LICENSE"
    VEHICLE = "VEHICLE"
    DEVICE = "DEVICE"
    ID = "ID"


LABELS: tuple[Label, ...] = tuple(Label)
PERSON_LABELS: tuple[Label, ...] = (Label.PATIENT, Label.DOCTOR, Label.PERSON)

# HIPAA category letter of each label; "-" = not a Safe Harbor identifier by itself.
CATEGORY: MappingProxyType[Label, str] = MappingProxyType(
    dict(zip(LABELS, "A A A R B A R B B B - - B C C D E F N O G H I J K L M R".split(), strict=True))
)


class Policy(StrEnum):
    """Which labels are removed."""

    SAFE_HARBOR = "safe-harbor"
    STRICT = "strict"
    LIMITED_DATASET = "limited-dataset"


_KEPT: dict[Policy, frozenset[Label]] = {
    Policy.SAFE_HARBOR: frozenset({Label.PROFESSION, Label.STATE, Label.COUNTRY, Label.AGE}),
    Policy.STRICT: frozenset(),
    Policy.LIMITED_DATASET: frozenset(
        {Label.PROFESSION, Label.CITY, Label.STATE, Label.COUNTRY, Label.ZIP, Label.DATE, Label.AGE}
    ),
}

KEEP_OPTIONS: tuple[str, ...] = ("year", "zip3", "weekday")

# Prefixes whose ZIP codes together hold 20,000 people or fewer: union of the 2000 list in the HHS guidance (17)
# and the 2010-based list in circulation (14). HHS warns not to rely on the older list alone.
RESTRICTED_ZIP3: frozenset[str] = frozenset(
    "036 059 063 102 203 205 369 556 692 790 821 823 830 831 878 879 884 890 893".split()
)
OLDEST_AGE = 89


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """One identifier in a text: `text[start:end]`, half-open, in code points.

    `score` is in 0..1; `source` says who found it: "model" or "rule:<family>".
    """

    start: int
    end: int
    label: Label
    score: float = 1.0
    source: str = "model"

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"A span must have 0 <= start < end; got start={self.start}, end={self.end}.")

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two spans share a character."""
        return self.start < other.end and other.start < self.end


def as_policy(value: str | Policy) -> Policy:
    """Turn a policy's name into a `Policy`; raise `BadSetting` for any other string."""
    try:
        return Policy(value)
    except ValueError:
        raise BadSetting("policy", value, [p.value for p in Policy]) from None


def removed_labels(policy: str | Policy) -> frozenset[Label]:
    """Return the labels that a policy removes.

    AGE under safe-harbor is not among them: only ages above 89 go, see `age_replacement`.
    """
    return frozenset(LABELS) - _KEPT[as_policy(policy)]


_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")


def is_bare_year(text: str) -> bool:
    """Tell whether a DATE's text is nothing but a year, which safe-harbor keeps.

    >>> is_bare_year("2011"), is_bare_year("3/2011")
    (True, False)
    """
    return bool(re.fullmatch(r"\W*(1[89]\d\d|20\d\d)\W*", text))


def year_of(text: str) -> str | None:
    """Return the one four-digit year that a date's text names, or None when it names none or several.

    >>> year_of("March 3, 2021"), year_of("3/4")
    ('2021', None)
    """
    found = set(_YEAR.findall(text))
    return found.pop() if len(found) == 1 else None


def age_in_years(text: str) -> int | None:
    """Read the number of years of an AGE's text; None when it gives no number or a unit below a year.

    >>> age_in_years("93"), age_in_years("045Y"), age_in_years("7 months")
    (93, 45, None)
    """
    if re.search(r"(?i)\d\s*(?:m|mo|mos|months?|w|wks?|weeks?|d|days?|hours?|h)\b", text):
        return None
    number = re.search(r"\d+", text)
    if number:
        return int(number.group())
    return _age_in_words(text)


_TENS = {"ninety": 90, "eighty": 80, "seventy": 70, "hundred": 100}


def _age_in_words(text: str) -> int | None:
    words = re.findall(r"[a-z]+", text.lower())
    return next((_TENS[w] for w in words if w in _TENS), None)


def is_old_age(text: str) -> bool:
    """Tell whether an AGE is above 89, which category C removes."""
    years = age_in_years(text)
    if years == 90 and not re.search(r"\d", text):
        return True  # "ninety", "ninety-three"
    return years is not None and years > OLDEST_AGE


def zip3_of(text: str) -> str | None:
    """Return the first three digits of a US ZIP code if the rule lets them stay, else None.

    >>> zip3_of("94110-1234"), zip3_of("03601"), zip3_of("SW1A 1AA")
    ('941', None, None)
    """
    match = re.fullmatch(r"\W*(\d{3})\d{2}(?:-?\d{4})?\W*", text)
    if not match or match.group(1) in RESTRICTED_ZIP3 or match.group(1) == "000":
        return None
    return match.group(1)
