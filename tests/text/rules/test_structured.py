"""HL7, tables, FHIR and other JSON, XML, DICOM dumps; log-ins, initials, ages of infants."""

from __future__ import annotations

import pytest

from clinx_hf.text.rules import find
from clinx_hf.text.rules.cells import column_named

HL7 = (
    "MSH|^~\\&|EPIC|TAMARISK|PACS|TAMARISK|20210304102233||ORU^R01|MSG00099182|P|2.5.1\r"
    "PID|1||00718823^^^H^MR||BRACEWELL^ODETTE^J^^MRS|ROYCE|19510219|F|||27 SLATE CT^^CORBEL^KY^40701^USA||(606)555-0109^PRN|||W||88004412|900-55-1234\r"
    "NK1|1|BRACEWELL^TOBIN|SPO||606-555-0110\r"
    "PV1|1|O|RAD|||||||||||||||||||||||||||||||||||||||||20210304\r"
    "OBR|1|ORD771|CT-21-0088417|71260^CT CHEST^CPT4|||202103041005|||||||||1669900217^QUILLON^R^^^MD\r"
)
TABLE = 'mrn,name,dob,sex,wbc\n5501,"Lund, Sara",3/4/61,F,7.4\nA77,Ravi Moolenaar,1970-01-02,M,9.9\n'
PIPES = "| Patient | Ward | Phone | K |\n|---|---|---|---|\n| Odalys Varga | 4B | 5550144 | 4.1 |\n"
FHIR = (
    '{"resourceType":"Patient","id":"pt-55210","identifier":[{"system":"https://x.example/mrn","value":"W0093117"}],'
    '"name":[{"family":"Ó Brolcháin","given":["Fergal","Colm"]}],"birthDate":"1948-07-04","address":[{"line":["The Old Kiln"],'
    '"city":"Dunmarra","postalCode":"X91 AB12"}],"contact":[{"name":{"text":"Sive Ó Brolcháin"}}],'
    '"generalPractitioner":[{"display":"Dr Maeve Kinsella"}]}'
)
XML = '<patient sex="M"><lastName>Kowalewicz</lastName><birthTime value="19840912"/><city>Torun</city></patient><facility fax="414-555-0136">Lannon Care</facility>'
DICOM = "(0010,0010) PN [VOSS^HELENA^J]\n(0010,0020) LO [00718823]\n(0008,0080) LO [Harlow County Regional]\n(0008,1010) SH [CTAWP73104]\nStationName: HBMR2\nPatientName: Voss^Lena\n"


def values(text: str) -> set[tuple[str, str]]:
    return {(span.label.value, text[span.start : span.end]) for span in find(text)}


@pytest.mark.parametrize(
    ("text", "label", "value"),
    [
        (HL7, "HOSPITAL", "TAMARISK"),
        (HL7, "DATE", "20210304102233"),
        (HL7, "ID", "MSG00099182"),
        (HL7, "MRN", "00718823"),
        (HL7, "PATIENT", "BRACEWELL^ODETTE^J"),
        (HL7, "PERSON", "ROYCE"),
        (HL7, "DATE", "19510219"),
        (HL7, "STREET", "27 SLATE CT"),
        (HL7, "CITY", "CORBEL"),
        (HL7, "ZIP", "40701"),
        (HL7, "ACCOUNT", "88004412"),
        (HL7, "SSN", "900-55-1234"),
        (HL7, "PERSON", "BRACEWELL^TOBIN"),
        (HL7, "ID", "CT-21-0088417"),
        (HL7, "LICENSE", "1669900217"),
        (HL7, "DOCTOR", "QUILLON^R"),
        (HL7.replace("\r", "\n"), "CITY", "CORBEL"),
        (TABLE, "MRN", "5501"),
        (TABLE, "PATIENT", "Lund, Sara"),
        (TABLE, "PATIENT", "Ravi Moolenaar"),
        (TABLE, "DATE", "3/4/61"),
        (TABLE.replace(",", ";"), "PATIENT", "Ravi Moolenaar"),
        (TABLE.replace(",", "\t"), "MRN", "A77"),
        (PIPES, "PATIENT", "Odalys Varga"),
        (PIPES, "PHONE", "5550144"),
        ("patient,Anders Bjørkelo,mrn,60-11,surgeon,Wanjiru Kamani,2024-02-06", "DOCTOR", "Wanjiru Kamani"),
        (FHIR, "MRN", "W0093117"),
        (FHIR, "PATIENT", "Ó Brolcháin"),
        (FHIR, "PATIENT", "Colm"),
        (FHIR, "STREET", "The Old Kiln"),
        (FHIR, "CITY", "Dunmarra"),
        (FHIR, "PERSON", "Sive Ó Brolcháin"),
        (FHIR, "DOCTOR", "Maeve Kinsella"),
        (FHIR, "ID", "pt-55210"),
        (XML, "PATIENT", "Kowalewicz"),
        (XML, "DATE", "19840912"),
        (XML, "FAX", "414-555-0136"),
        (XML, "HOSPITAL", "Lannon Care"),
        (DICOM, "PATIENT", "VOSS^HELENA^J"),
        (DICOM, "MRN", "00718823"),
        (DICOM, "HOSPITAL", "Harlow County Regional"),
        (DICOM, "DEVICE", "CTAWP73104"),
        (DICOM, "DEVICE", "HBMR2"),
        ("City: Corbel\n", "CITY", "Corbel"),
        ("Home address: 12 Elm St, Apt 4, Corbel, KY 40701\n", "STREET", "12 Elm St, Apt 4"),
        ("Home address: 12 Elm St, Apt 4, Corbel, KY 40701\n", "CITY", "Corbel"),
        ("Occupation: bus driver\n", "PROFESSION", "bus driver"),
        ("[09:02] kobel84: can you look", "USERNAME", "kobel84"),
        ("Typed by: iq/sjb\n", "USERNAME", "iq/sjb"),
        ("Dr Lamb, ST6\nSL/ph/D881203", "USERNAME", "ph"),
        ("Technologist: MCW\n", "DOCTOR", "MCW"),
        ("a 6/12 old boy", "AGE", "6/12"),
        ("aged 3/52, feeding", "AGE", "3/52"),
        ("3-wk-old infant", "AGE", "3-wk"),
        ("2 mo M, T 38.6", "AGE", "2 mo"),
    ],
)
def test_found(text: str, label: str, value: str) -> None:
    assert (label, value) in values(text)


@pytest.mark.parametrize(
    "text",
    [
        "test,result,unit,ref_low,ref_high,flag\nWBC,7.4,10*3/uL,4.0,11.0,\nHGB,13.9,g/dL,13.5,17.5,\n",
        "drug,dose,route,due,given,code\nPARACETAMOL,1 g,PO,0600,0612,G\n",
        '<result code="2093-3"><name>Cholesterol</name><value unit="mg/dL">211</value></result>',
        '{"resourceType":"Observation","code":{"coding":[{"system":"http://loinc.org","code":"4548-4","display":"Hemoglobin A1c"}]}}',
        "OBX|1|NM|718-7^Hemoglobin^LN||13.2|g/dL|12-16|N|||F",
        "Signed: DNR. Rt CFV, SFV compressible. Leak 14.4 L/min\nlog roll. Reviewer noted it.",
        "visual acuity 6/12 and 6/9, murmur 2/6",
    ],
)
def test_not_found(text: str) -> None:
    assert values(text) == set()


def test_headings_are_compared_without_case_and_signs() -> None:
    assert column_named("Patient_Name") == column_named("patientName") == column_named("PATIENT NAME")
    assert column_named("creatinine") is None
