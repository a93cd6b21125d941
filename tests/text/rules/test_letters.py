"""Fields and letters in Spanish, German and French; none of it in an English note."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clinx_hf.text.rules import find
from clinx_hf.text.rules.fields import plain

NEW = ("fields", "ages_es", "letters_es", "letters_de", "letters_fr")
SPANISH = (
    "Datos del paciente.\nNombre: Aurelio.\nApellidos: Quintana de la Fuente.\nNHC: 5550192.\nNASS: 26 55501944 12.\n"
    "CIPA: nhc-555019.\nDomicilio: Calle Robledal 90, 3 B.\nLocalidad/ Provincia: Zamora.\nCP: 49001.\n"
    "Fecha de nacimiento: 03/13/1946.\nPaís: España.\nEdad: 70 años Sexo: H.\n"
    "Médico:  Iria Navascués Peral NºCol: 28 28 55519.\n"
    "Informe: varón de 70 años con HTA de 12 años de evolución. Su hijo, lactante de 7 meses.\n"
    "Remitido por: Dr. Blas Otero Lillo. Hospital Universitario Santa Olaya. Avda. del Ferial, s/n. 49022 Zamora (España)\n"
)
GERMAN = (
    "Klinikum Obersteinach\nSehr geehrter Herr Dr. med. Uhlenbrock,\nwir berichten über Frau Wiebke Tannert, geb. am 12.03.1964, "
    "wohnhaft Lindenstraße 5a, 69115 Heidelberg, die sich vom 19.3. bis zum 7.5.2029 bei uns befand.\n"
    "Fallnummer: 55501922\nDie 65-jährige Patientin wurde entlassen.\nMit freundlichen Grüßen\nDr. med. Kunibert Seyffarth\n"
)
FRENCH = (
    "CHU de Brestelles\nCher Docteur Kermarrec, je vous adresse Mme Solenn Le Guével, née le 12/03/1964, demeurant 12 rue des "
    "Tilleuls, 44000 Nantes. La patiente, âgée de 61 ans, est suivie pour une HTA.\nTél : 02 40 55 01 99\nPrénom : Solenn\n"
)


def values(text: str) -> set[tuple[str, str]]:
    return {(span.label.value, text[span.start : span.end]) for span in find(text)}


@pytest.mark.parametrize(
    ("text", "label", "value"),
    [
        (SPANISH, "PATIENT", "Aurelio"),
        (SPANISH, "PATIENT", "Quintana de la Fuente"),
        (SPANISH, "MRN", "5550192"),
        (SPANISH, "MRN", "555019"),
        (SPANISH, "HEALTHPLAN", "26 55501944 12"),
        (SPANISH, "STREET", "Calle Robledal 90, 3 B"),
        (SPANISH, "CITY", "Zamora"),
        (SPANISH, "ZIP", "49001"),
        (SPANISH, "DATE", "03/13/1946"),
        (SPANISH, "COUNTRY", "España"),
        (SPANISH, "AGE", "70 años"),
        (SPANISH, "AGE", "7 meses"),
        (SPANISH, "DOCTOR", "Iria Navascués Peral"),
        (SPANISH, "LICENSE", "28 28 55519"),
        (SPANISH, "DOCTOR", "Blas Otero Lillo"),
        (SPANISH, "HOSPITAL", "Hospital Universitario Santa Olaya"),
        (SPANISH, "STREET", "Avda. del Ferial, s/n"),
        (SPANISH, "ZIP", "49022"),
        (GERMAN, "DOCTOR", "Uhlenbrock"),
        (GERMAN, "DOCTOR", "Kunibert Seyffarth"),
        (GERMAN, "PATIENT", "Wiebke Tannert"),
        (GERMAN, "STREET", "Lindenstraße 5a"),
        (GERMAN, "ZIP", "69115"),
        (GERMAN, "CITY", "Heidelberg"),
        (GERMAN, "DATE", "12.03.1964"),
        (GERMAN, "DATE", "19.3."),
        (GERMAN, "ID", "55501922"),
        (GERMAN, "AGE", "65"),
        (FRENCH, "HOSPITAL", "CHU de Brestelles"),
        (FRENCH, "DOCTOR", "Kermarrec"),
        (FRENCH, "PATIENT", "Solenn Le Guével"),
        (FRENCH, "DATE", "12/03/1964"),
        (FRENCH, "STREET", "12 rue des Tilleuls"),
        (FRENCH, "ZIP", "44000"),
        (FRENCH, "AGE", "61"),
        (FRENCH, "PHONE", "02 40 55 01 99"),
        (FRENCH, "PATIENT", "Solenn"),
    ],
)
def test_found(text: str, label: str, value: str) -> None:
    assert (label, value) in values(text)


def test_how_long_something_lasts_is_no_age() -> None:
    text = "Paciente con HTA de 12 años de evolución, hace 3 años operado, fumador durante 20 años, mayores de 65 años."
    assert not [v for v in values(text) if v[0] == "AGE"]


@pytest.mark.parametrize(
    "text",
    [
        "PATIENT: Only dry toast.\nCLINICIAN: Any fever?",
        "Hospital course: stable. Impression: pneumonia. Plan: amoxicillin 500 mg c/8 h.",
        "Sheath 6 Fr, Foley 16 Fr. Chest tube 28 Fr. Dobhoff",
        "Platelets 23340. Perfil normal; dose 3,3 mg c/12 h, DM2 14 years.",
        "Address: see above. City: unknown. Employer: none",
        "The lungs are clear. Age-related changes. State: alert. Facility: not known",
    ],
)
def test_not_found(text: str) -> None:
    sources = tuple(f"rule:{family}" for family in NEW)
    assert not [s for s in find(text) if s.source.startswith(sources)]


def test_names_of_fields_are_compared_without_case_accents_and_marks() -> None:
    assert plain("Localidad/ Provincia") == "localidad provincia"
    assert plain("NÉ(E) LE") == "ne e le"


MEDDOCAN = Path("../shared/data/meddocan/train.jsonl")


@pytest.mark.skipif(not MEDDOCAN.exists(), reason="needs ../shared/data/meddocan")
def test_precise_on_spanish_training_texts() -> None:
    hit = marked = 0
    for line in MEDDOCAN.read_text(encoding="utf-8").splitlines()[:60]:
        document = json.loads(line)
        text = document["text"]
        gold = {i for e in document["entities"] for i in range(e["start"], e["end"])}
        for span in find(text):
            inside = {i for i in range(span.start, span.end) if text[i].isalnum()}
            hit += len(inside & gold)
            marked += len(inside)
    assert hit >= 0.97 * marked
