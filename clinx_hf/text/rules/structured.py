"""FHIR and other JSON, XML (CDA and plain) and DICOM dumps: values that a key, an element or a tag names."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache

from clinx_hf.phi import PERSON_LABELS, Label, Span
from clinx_hf.text.lists import rows
from clinx_hf.text.rules.cells import column_named, value_span
from clinx_hf.text.rules.fields import plain

_SOURCE = "rule:structured"
_STRING = r'"(?:[^"\\\n]|\\.){0,300}"'
_JSON = re.compile(
    rf'"(?P<key>[A-Za-z_][\w \-]{{1,30}})"\s{{0,4}}:\s{{0,4}}(?P<value>{_STRING}|\d{{3,18}}(?=\s{{0,3}}[,}}\]])|\[\s{{0,20}}{_STRING}(?:\s{{0,20}},\s{{0,20}}{_STRING}){{0,6}}\s{{0,20}}\])'
)
_ONE = re.compile(_STRING + r"|\d+")
_ROLE = re.compile(
    r'"resourceType"\s{0,4}:\s{0,4}"(?P<type>\w+)"|"(?P<key>contact|performer|practitioner|author|generalPractitioner|subject|patient|participant|requester|recorder|managingOrganization|custodian|policyHolder|subscriber|beneficiary|enterer|provider|serviceProvider|location|asserter|payor|insurer|sender|recipient|referrer)"\s{0,4}:'
    r"|<(?P<element>patient|patientRole|assignedPerson|assignedAuthor|associatedPerson|guardian|guardianPerson|author|legalAuthenticator|representedOrganization|serviceProviderOrganization|custodian|provider|nextOfKin|contact|doctor|physician|clinician)\b"
)
_PEOPLE = {
    **dict.fromkeys(("Patient", "subject", "patient", "patientRole", "beneficiary", "subscriber"), Label.PATIENT),
    **dict.fromkeys(
        ("RelatedPerson", "contact", "guardian", "guardianPerson", "associatedPerson", "nextOfKin", "policyHolder"),
        Label.PERSON,
    ),
    **dict.fromkeys(
        (
            "Practitioner",
            "performer",
            "practitioner",
            "author",
            "generalPractitioner",
            "participant",
            "requester",
            "recorder",
            "enterer",
            "provider",
            "asserter",
            "referrer",
            "assignedPerson",
            "assignedAuthor",
            "legalAuthenticator",
            "doctor",
            "physician",
            "clinician",
        ),
        Label.DOCTOR,
    ),
    **dict.fromkeys(
        (
            "Organization",
            "Location",
            "managingOrganization",
            "custodian",
            "serviceProvider",
            "location",
            "representedOrganization",
            "serviceProviderOrganization",
        ),
        Label.HOSPITAL,
    ),
    **dict.fromkeys(("payor", "insurer"), Label.ORGANIZATION),
}
_NAME_KEYS = frozenset({"family", "given", "text", "name", "display"})
_SYSTEMS = (
    (re.compile(r"(?i)mrn|mr\b|patient|nhs|nhi|chi\b|hospital|ihi|record"), Label.MRN),
    (
        re.compile(r"(?i)ssn|pps|national|aadhaar|us-ssn|nric|curp|dni|passport|2\.16\.840\.1\.113883\.4\.1\b"),
        Label.SSN,
    ),
    (re.compile(r"(?i)npi|licen|gmc|ahpra|provider|practitioner|dea"), Label.LICENSE),
    (re.compile(r"(?i)member|policy|insur|medicare|claim|coverage|subscriber"), Label.HEALTHPLAN),
    (re.compile(r"(?i)serial|udi|device"), Label.DEVICE),
)
_IDENTIFIER = re.compile(
    r'"system"\s{0,4}:\s{0,4}"(?P<system>[^"\n]{1,160})"\s{0,20},\s{0,20}"value"\s{0,4}:\s{0,4}"(?P<value>[^"\n]{3,60})"'
)
_REFERENCE = re.compile(r'(?<=")(?P<type>[A-Z][A-Za-z]{3,24})/(?P<id>(?=[\w.\-]{0,40}\d)[\w.\-]{3,64})(?=")')
_REFERENCES = {"Patient": Label.MRN, "Practitioner": Label.LICENSE, "Device": Label.DEVICE}
_ID_KEY = re.compile(r'"id"\s{0,4}:\s{0,4}"(?P<id>(?=[\w.\-]{0,40}\d)[\w.\-]{4,64})"')
_IN_NAME = re.compile(r'"name"\s{0,4}:\s{0,4}\[?\s{0,20}\{[^{}]*$')
_KIND_OF_REFERENCE = re.compile(
    r'"reference"\s{0,4}:\s{0,4}"(Patient|Practitioner|RelatedPerson|Organization|Location)'
)
_HOLDER = re.compile(
    r'"(subject|patient|performer|practitioner|author|generalPractitioner|requester|recorder|serviceProvider|managingOrganization|'
    r'location|payor|insurer|provider|beneficiary|custodian)"\s{0,4}:\s{0,4}\[?\s{0,20}\{$'
)
_FHIR = re.compile(r'"resourceType"')

_CODED = (Label.DEVICE, Label.ID, Label.MRN)
_XML = re.compile(r"<(?P<tag>[A-Za-z_][\w.:\-]{1,40})(?P<attributes>(?:\s[^<>\n]{0,300})?)>(?P<value>[^<>\n]{1,120})</")
_XML_VALUE = re.compile(
    r"<(?P<tag>birthTime|telecom|telephone|phone|dob|birthDate|admissionDate|dischargeDate|effectiveTime|time|low|high)\s[^<>\n]{0,80}?value=\"(?:tel:|mailto:)?(?P<value>[^\"\n]{3,80})\""
)
_XML_ID = re.compile(r"<id\s(?:[^<>\n]{0,120}?\s)?extension=\"(?P<value>(?=[^\"]{0,40}\d)[^\"\n]{3,60})\"")
_ATTRIBUTE = re.compile(r"(?<=\s)(?P<key>[A-Za-z_]\w{1,24})=\"(?P<value>[^\"\n]{1,90})\"")

_DUMP = re.compile(
    r"\((?P<group>[0-9A-Fa-f]{4}),\s?(?P<element>[0-9A-Fa-f]{4})\)\s{1,4}(?:[A-Z]{2}\s{1,4})?(?:#?\s?[A-Z][\w' ]{2,40}:\s)?(?:\[(?P<value>[^\]\n]{1,120})\]|(?P<plain>[^\s\[=#(][^\n#]{0,80}))"
)
_DICOM_JSON = re.compile(
    r'"(?P<tag>[0-9A-Fa-f]{8})"\s{0,4}:\s{0,4}\{(?:[^{}\[\]\n]|\n){0,80}"Value"\s{0,4}:\s{0,4}\[\s{0,12}(?:\{\s{0,12}"Alphabetic"\s{0,4}:\s{0,4})?"(?P<value>[^"\n]{1,120})"'
)
_KEYWORD = re.compile(
    r"(?:^|\n)[ \t]{0,8}\"?(?P<key>[A-Z][a-z]{1,20}[A-Z][A-Za-z]{1,44})\"?[ \t]{0,20}[:=][ \t]{0,20}(?P<value>[^\n]{1,120})"
)


def _label_here(roles: list[tuple[int, str]], at: int) -> Label:
    """The kind of person or place whose object stands around a position, as far as the last key before it tells."""
    i = bisect_left(roles, (at, ""))
    return _PEOPLE.get(roles[i - 1][1], Label.PATIENT) if i else Label.PATIENT


def json_values(text: str) -> Iterator[Span]:
    """ "family": "Shimizu", "given": ["Natsumi"], "city": "Dunhill", {"system": ".../mrn", "value": "W0093117"}."""
    if '":' not in text and '" :' not in text:
        return
    roles = [(m.start(), m["type"] or m["key"] or m["element"]) for m in _ROLE.finditer(text)]
    fhir = _FHIR.search(text) is not None
    for match in _JSON.finditer(text):
        named, key = column_named(match["key"]), match["key"]
        label = named[0] if named is not None and not named[1] else None
        if fhir and key in _NAME_KEYS:
            label = _named_in_fhir(text, match, roles)
        elif label in PERSON_LABELS and fhir:
            label = None
        if label is not None:
            for one in _ONE.finditer(text, *match.span("value")):
                yield from value_span(text, one.start(), one.end(), label, _SOURCE)
    for match in _IDENTIFIER.finditer(text):
        if (
            any(char.isdigit() for char in match["value"])
            and "loinc" not in match["system"]
            and "snomed" not in match["system"]
        ):
            kind = next((label for pattern, label in _SYSTEMS if pattern.search(match["system"])), None)
            if kind is not None:
                yield from value_span(text, *match.span("value"), kind, _SOURCE)
    if fhir:
        for match in _REFERENCE.finditer(text):
            yield Span(*match.span("id"), _REFERENCES.get(match["type"], Label.ID), 0.95, _SOURCE)
        for match in _ID_KEY.finditer(text):
            yield Span(*match.span("id"), Label.ID, 0.95, _SOURCE)


def _named_in_fhir(text: str, match: re.Match[str], roles: list[tuple[int, str]]) -> Label | None:
    label = _label_here(roles, match.start())
    before = text[max(0, match.start() - 160) : match.start()]
    if match["key"] in ("family", "given"):
        return label if label in PERSON_LABELS else Label.PATIENT
    if match["key"] == "text":
        return label if _IN_NAME.search(before) and label in PERSON_LABELS else None
    if match["key"] == "display":
        inside = before[before.rfind("{") :]
        kind = _KIND_OF_REFERENCE.search(inside)
        if kind:
            return _PEOPLE[kind.group(1)]
        holder = _HOLDER.search(before[: before.rfind("{") + 1])
        return _PEOPLE.get(holder.group(1), Label.DOCTOR) if holder else None
    return label if label in (Label.HOSPITAL, Label.ORGANIZATION) else None


def xml_values(text: str) -> Iterator[Span]:
    """<lastName>Kowalczyk</lastName>, <birthTime value="19840912"/>, <facility fax="414-555-0136">."""
    if "</" not in text and "/>" not in text:
        return
    roles = [(m.start(), m["type"] or m["key"] or m["element"]) for m in _ROLE.finditer(text)]
    for match in _XML.finditer(text):
        tag = match["tag"].rpartition(":")[2]
        named = column_named(tag)
        label = named[0] if named is not None and not named[1] else None
        if tag in ("family", "given"):
            here = _label_here(roles, match.start())
            label = here if here in PERSON_LABELS else Label.PATIENT
        if label is not None:
            yield from value_span(text, *match.span("value"), label, _SOURCE)
        for attribute in _ATTRIBUTE.finditer(text, *match.span("attributes")):
            kind = column_named(attribute["key"])
            if kind is not None and not kind[1]:
                yield from value_span(text, *attribute.span("value"), kind[0], _SOURCE)
    for match in _XML_VALUE.finditer(text):
        phone = match["tag"] in ("telecom", "telephone", "phone")
        mail = "@" in match["value"]
        yield from value_span(
            text, *match.span("value"), Label.EMAIL if mail else Label.PHONE if phone else Label.DATE, _SOURCE
        )
    for match in _XML_ID.finditer(text):
        here = _label_here(roles, match.start())
        yield Span(*match.span("value"), Label.MRN if here == Label.PATIENT and roles else Label.ID, 0.95, _SOURCE)


@cache
def _tags() -> dict[str, Label]:
    table: dict[str, Label] = {}
    for label, attributes in rows("dicom_tags"):
        for attribute in attributes.split(","):
            tag, keyword = attribute.split()
            table[tag.upper()] = table[plain(keyword)] = Label(label)
    return table


def dicom_values(text: str) -> Iterator[Span]:
    """(0010,0020) LO [00718823], "00080080": {"vr": "LO", "Value": ["Harlan County"]}, StationName: HBMR2."""
    for match in _DUMP.finditer(text):
        label = _tags().get((match["group"] + match["element"]).upper())
        if label is not None:
            yield from _dicom(text, *match.span("value" if match["value"] else "plain"), label)
    for match in _DICOM_JSON.finditer(text):
        label = _tags().get(match["tag"].upper())
        if label is not None:
            yield from _dicom(text, *match.span("value"), label)
    for match in _KEYWORD.finditer(text):
        label = _tags().get(match["key"].casefold())
        if label is not None:
            yield from _dicom(text, *match.span("value"), label)


def _dicom(text: str, start: int, end: int, label: Label) -> Iterator[Span]:
    if label == Label.AGE or "^" in text[start:end] or label == Label.DATE:
        while end > start and text[end - 1] in " ^":
            end -= 1
        if end > start and any(c.isalnum() for c in text[start:end]) and end - start < 60:
            yield Span(start, end, label, 0.97, _SOURCE)
    elif label in _CODED and " " not in text[start:end].strip():
        while end > start and text[end - 1].isspace():
            end -= 1
        if end - start > 2:
            yield Span(start, end, label, 0.97, _SOURCE)
    else:
        yield from value_span(text, start, end, label, _SOURCE)
