"""Labelled corpora of others, read in the project's labels: JSONL rows `{"text": ..., "entities": [{start, end, label}]}`.

Offsets are characters, the end exclusive. A corpus with labels of its own is read through a `LabelMap`; one that already
uses the names of `clinx_hf.phi.Label` needs none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from clinx_hf.errors import BadInput
from clinx_hf.phi import PERSON_LABELS, Label
from clinx_hf.synthesis.notes import Mention, Note

_DOCTOR_BEFORE = re.compile(r"(?:\bdr|\bpr|docteur|professeur|interne|médecin)\.?\s*$", re.I)


@dataclass(frozen=True)
class LabelMap:
    """How a corpus names identifiers.

    Attributes:
        labels: for each of its labels those of ours that it may mean; the first is used where one is needed.
        ignored: its labels that count neither way (no identifier under `labels.md`, or decided otherwise there).
        language: of its texts.
    """

    labels: Mapping[str, tuple[Label, ...]] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    language: str = "en"


_L = Label
_PLACES = (_L.CITY, _L.STATE, _L.ZIP, _L.LOCATION)
_CODES = (_L.ID, _L.MRN, _L.SSN, _L.HEALTHPLAN, _L.ACCOUNT, _L.LICENSE, _L.DEVICE, _L.VEHICLE)
_SPANISH: dict[str, tuple[Label, ...]] = {
    "FECHAS": (_L.DATE,),
    "PAIS": (_L.COUNTRY,),
    "TERRITORIO": _PLACES,
    "CALLE": (_L.STREET, _L.LOCATION),
    "NOMBRE_SUJETO_ASISTENCIA": (_L.PATIENT,),
    "NOMBRE_PERSONAL_SANITARIO": (_L.DOCTOR,),
    "EDAD_SUJETO_ASISTENCIA": (_L.AGE,),
    "ID_SUJETO_ASISTENCIA": (_L.MRN, _L.SSN, _L.ID),
    "ID_ASEGURAMIENTO": (_L.SSN, _L.HEALTHPLAN),
    "ID_TITULACION_PERSONAL_SANITARIO": (_L.LICENSE,),
    "ID_CONTACTO_ASISTENCIAL": (_L.ID, _L.MRN),
    "ID_EMPLEO_PERSONAL_SANITARIO": (_L.ID, _L.LICENSE),
    "CORREO_ELECTRONICO": (_L.EMAIL,),
    "NUMERO_TELEFONO": (_L.PHONE,),
    "NUMERO_FAX": (_L.FAX,),
    "HOSPITAL": (_L.HOSPITAL,),
    "CENTRO_SALUD": (_L.HOSPITAL,),
    "INSTITUCION": (_L.ORGANIZATION, _L.HOSPITAL),
    "PROFESION": (_L.PROFESSION,),
    "OTROS_SUJETO_ASISTENCIA": (_L.ID, *(label for label in _L if label != _L.ID)),
    "OTRO_NUMERO_IDENTIF": _CODES,
    "IDENTIF_VEHICULOS_NRSERIE_PLACAS": (_L.VEHICLE, _L.ID),
    "IDENTIF_DISPOSITIVOS_NRSERIE": (_L.DEVICE, _L.ID),
    "DIREC_PROT_INTERNET": (_L.IP,),
    "URL_WEB": (_L.URL,),
    "IDENTIF_BIOMETRICOS": (_L.ID,),
    "NUMERO_BENEF_PLAN_SALUD": (_L.HEALTHPLAN,),
}
MEDDOCAN = LabelMap(_SPANISH, frozenset({"SEXO_SUJETO_ASISTENCIA", "FAMILIARES_SUJETO_ASISTENCIA"}), "es")
# SPG-Extended has MEDDOCAN's labels, given by a language model: most of its OTROS are findings and drugs.
SPG = replace(MEDDOCAN, ignored=MEDDOCAN.ignored | {"OTROS_SUJETO_ASISTENCIA"})
EDS_PSEUDO = LabelMap(
    {
        "NOM": (_L.PATIENT, _L.DOCTOR, _L.PERSON),
        "PRENOM": (_L.PATIENT, _L.DOCTOR, _L.PERSON),
        "DATE": (_L.DATE,),
        "DATE_NAISSANCE": (_L.DATE,),
        "TEL": (_L.PHONE, _L.FAX),
        "VILLE": (_L.CITY,),
        "HOPITAL": (_L.HOSPITAL,),
        "ADRESSE": (_L.STREET,),
        "ADDRESSE": (_L.STREET,),
        "ZIP": (_L.ZIP,),
        "MAIL": (_L.EMAIL,),
        "SECU": (_L.SSN,),
        "IPP": (_L.MRN,),
        "NDA": (_L.ID,),
    },
    language="fr",
)
GRASCCO = LabelMap(
    {
        "DATE": (_L.DATE,),
        "NAME_PATIENT": (_L.PATIENT,),
        "NAME_DOCTOR": (_L.DOCTOR,),
        "NAME_RELATIVE": (_L.PERSON,),
        "NAME_EXT": (_L.PERSON,),
        "NAME_USERNAME": (_L.USERNAME,),
        "LOCATION_CITY": (_L.CITY,),
        "LOCATION_ZIP": (_L.ZIP,),
        "LOCATION_HOSPITAL": (_L.HOSPITAL,),
        "LOCATION_STREET": (_L.STREET,),
        "LOCATION_ORGANIZATION": (_L.ORGANIZATION,),
        "LOCATION_COUNTRY": (_L.COUNTRY,),
        "ID": _CODES,
        "AGE": (_L.AGE,),
        "CONTACT_PHONE": (_L.PHONE,),
        "CONTACT_FAX": (_L.FAX,),
        "CONTACT_EMAIL": (_L.EMAIL,),
        "PROFESSION": (_L.PROFESSION,),
    },
    frozenset({"NAME_TITLE"}),
    "de",
)
_PERSONS = (_L.PERSON, _L.PATIENT, _L.DOCTOR)
PRESIDIO = LabelMap(
    {
        "PERSON": _PERSONS,
        "STREET_ADDRESS": (_L.STREET, *_PLACES),
        "ADDRESS": (_L.STREET, *_PLACES),
        "GPE": (*_PLACES, _L.COUNTRY),
        "LOCATION": (*_PLACES, _L.COUNTRY, _L.STREET),
        "ORGANIZATION": (_L.ORGANIZATION, _L.HOSPITAL),
        "DATE_TIME": (_L.DATE,),
        "AGE": (_L.AGE,),
        "NRP": (_L.COUNTRY,),
        "PHONE_NUMBER": (_L.PHONE, _L.FAX),
        "EMAIL_ADDRESS": (_L.EMAIL,),
        "CREDIT_CARD": (_L.ACCOUNT,),
        "IBAN_CODE": (_L.ACCOUNT,),
        "US_SSN": (_L.SSN,),
        "US_DRIVER_LICENSE": (_L.LICENSE,),
        "ZIP_CODE": (_L.ZIP,),
        "IP_ADDRESS": (_L.IP,),
        "DOMAIN_NAME": (_L.URL,),
    },
    frozenset({"TITLE", "PREFIX"}),
)
LABEL_MAPS: dict[str, LabelMap] = {
    "own": LabelMap(),
    "meddocan": MEDDOCAN,
    "eds-pseudo": EDS_PSEUDO,
    "grascco": GRASCCO,
    "presidio": PRESIDIO,
}


def _labels(corpus: LabelMap, name: str, row: int) -> tuple[Label, ...]:
    if name in corpus.labels:
        return corpus.labels[name]
    if not corpus.labels and name in Label.__members__:
        return (Label(name),)
    raise BadInput(f"Row {row} has a label that the label map does not know; map it, or ignore it.")


def _chosen(labels: tuple[Label, ...], text: str, start: int, end: int) -> Label:
    """Pick the one label that training needs: post codes by their digits, doctors by the title before them."""
    if Label.ZIP in labels and text[start:end].replace(" ", "").isdigit():
        return Label.ZIP
    if Label.DOCTOR in labels and len(labels) > 1 and _DOCTOR_BEFORE.search(text, max(0, start - 16), start):
        return Label.DOCTOR
    return labels[0]


@dataclass(frozen=True)
class CorpusNote:
    """A labelled text of a corpus: the note, which labels are right for each mention, and what counts neither way."""

    note: Note
    allowed: tuple[tuple[Label, ...], ...]
    ignored: tuple[tuple[int, int], ...]


def _read_row(row: dict[str, Any], number: int, corpus: LabelMap) -> CorpusNote:
    text = row.get("text")
    if not isinstance(text, str) or not isinstance(row.get("entities"), list):
        raise BadInput(f'Row {number} needs a "text" and a list "entities" of {{start, end, label}}.')
    mentions: list[Mention] = []
    allowed: list[tuple[Label, ...]] = []
    ignored: list[tuple[int, int]] = []
    identities: dict[str, int] = {}
    for entity in sorted(row["entities"], key=lambda e: (e["start"], -e["end"])):
        start, end = int(entity["start"]), int(entity["end"])
        if not 0 <= start < end <= len(text):
            raise BadInput(f"Row {number} has an entity outside its text.")
        if entity["label"] in corpus.ignored:
            ignored.append((start, end))
            continue
        if mentions and start < mentions[-1].end:
            continue  # nested: the outer one is kept
        labels = _labels(corpus, entity["label"], number)
        label = _chosen(labels, text, start, end)
        person = identities.setdefault(text[start:end], len(identities) + 1) if label in PERSON_LABELS else None
        mentions.append(Mention(start, end, label, person))
        allowed.append(labels)
    note = Note(str(row.get("id", number)), "corpus", str(row.get("language", corpus.language)), text, tuple(mentions))
    return CorpusNote(note, tuple(allowed), tuple(ignored))


def read_corpus(path: Path, corpus: LabelMap) -> list[CorpusNote]:
    """Read a labelled JSONL file.

    Raises:
        BadInput: a row is no JSON, lacks a column, or has an unknown label or offsets outside its text.
    """
    return [_read_row(row, number, corpus) for number, row in _rows(path)]


def _rows(path: Path) -> Iterable[tuple[int, dict[str, Any]]]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield number, json.loads(line)
                except json.JSONDecodeError:
                    raise BadInput(f"Line {number} is no JSON; write one object a line.") from None
