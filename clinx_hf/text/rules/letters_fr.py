"""French letters: M. et Mme X, né(e) le, CHU de X, 12 rue X, 44000 Nantes, âgée de 63 ans, tél. 02 40 00 00 00."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clinx_hf.phi import Label, Span
from clinx_hf.text.rules.language import is_written_in
from clinx_hf.text.rules.rule import found

_FAMILY = "letters_fr"
_CAP = r"[A-ZÀ-ÖØ-Þ][\w'À-ÿ\-]{1,24}"
_NAME = rf"(?:(?:[A-ZÀ-Þ]\.(?:-[A-Z]\.)?|{_CAP})(?:(?:[ ](?:de|du|des|le|la|d'|van|von)){{0,2}}[ ]{_CAP}){{0,3}})"
_HOSPITAL = re.compile(
    r"(?<!\w)(?P<n>(?:CHU|CHR|CHRU|CH|H[ôo]pital|Clinique|Polyclinique|Centre[ ](?:Hospitalier|hospitalier)(?:[ ][Uu]niversitaire|[ ][Rr]égional)?|"
    r"Cabinet[ ]médical|EHPAD)(?:[ ](?:de[ ]la|des|du|de|la|le|les))?[ ](?:d'|de[ ]l')?"
    rf"{_CAP}(?:[ \-](?:(?:de|la|du|des|en|sur|lès)[ \-]){{0,2}}{_CAP}){{0,4}})(?!\w)"
)
_STREET = re.compile(
    r"(?<!\w)(?P<n>\d{1,4}(?:[ ]?(?:bis|ter))?,?[ ](?:rue|avenue|av\.|bd|boulevard|allée|impasse|chemin|place|quai|route|cours|square)[ ]"
    rf"(?:(?:de[ ]la|des|du|de|la|le|les)[ ])?(?:d'|de[ ]l'|l')?{_CAP}(?:[ \-](?:(?:de|la|du|des)[ \-])?{_CAP}){{0,4}})(?!\w)"
)
_ZIP_CITY = re.compile(
    rf"(?<![\w/\-])(?:F-)?(?P<zip>\d{{5}})[ ](?P<city>{_CAP}(?:[ \-](?:(?:en|sur|lès|la|le|de|du)[ \-]){{0,2}}{_CAP}){{0,3}}(?:[ ]CEDEX(?:[ ]\d{{1,2}})?)?)(?!\w)"
)
_NAMED = re.compile(
    rf"(?<!\w)(?P<t>Madame|Monsieur|Mme|Mlle|M\.|Mr|MM\.|Docteur|Dr|Pr|Professeur)[ ](?:(?P<d>Dr|Docteur|le[ ](?:Dr|Docteur|Pr))[ ])?(?P<n>(?!le\b|la\b|Docteur|Dr\b|Pr\b){_NAME})(?!\w)"
)
_BORN = re.compile(rf"(?<!\w)(?P<n>{_CAP}(?:[ \-]{_CAP}){{1,3}}),?[ ](?=né(?:e|\(e\))?[ ]le[ ]\d)")
_BORN_ON = re.compile(r"(?<!\w)(?i:né(?:e|\(e\))?[ ]le)[ :]{1,3}(?P<n>\d{1,2}[ /.\-]\d{1,2}[ /.\-]\d{2,4})(?!\w)")
_MONTHS = r"(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)"
_DATE = re.compile(rf"(?<![\w/])(?P<n>(?:1er|[0-3]?\d)[ ]{_MONTHS}(?:[ ](?:19|20)\d\d)?)(?!\w)")
_AGE = re.compile(
    r"(?<!\w)(?:[âa]gée?s?[ ]de[ ]|(?:patiente?|homme|femme|garçon|fille|enfant)(?:[ ]de)?[ ]|,[ ])(?P<n>\d{1,3})(?=[ ]ans(?!\w)(?![ ]d'évolution))"
)
_AGE_SMALL = re.compile(
    r"(?<!\w)(?:[âa]gée?[ ]de[ ]|(?:nourrisson|nouveau-né|enfant|bébé)[ ]de[ ])(?P<n>\d{1,2}[ ](?:mois|semaines|jours))(?!\w)"
)
_PHONE = re.compile(r"(?<![\w.])(?P<n>(?:\+33[ .]?(?:\(0\))?|0)[1-9](?:[ .\-]?\d\d){4})(?![\w])")
_NIR = re.compile(
    r"(?<![\w.])(?P<n>[12][ ]?\d\d[ ]?(?:0[1-9]|1[0-2])[ ]?(?:\d\d|2[AB])[ ]?\d{3}[ ]?\d{3}(?:[ ]?\d\d)?)(?!\w)"
)


def french_letters(text: str) -> Iterator[Span]:
    """Mme Martin née le 12/03/1954, CHU de Nantes, 12 rue de la Paix, 44000 Nantes."""
    for match in _BORN_ON.finditer(text):
        yield found(match, Label.DATE, 0.97, _FAMILY, "n")
    if not is_written_in(text, "fr"):
        return
    for match in _NAMED.finditer(text):
        doctor = match["d"] or match["t"] in ("Docteur", "Dr", "Pr", "Professeur")
        yield found(match, Label.DOCTOR if doctor else Label.PATIENT, 0.95, _FAMILY, "n")
    for pattern, label in (
        (_BORN, Label.PATIENT),
        (_HOSPITAL, Label.HOSPITAL),
        (_STREET, Label.STREET),
        (_DATE, Label.DATE),
        (_AGE, Label.AGE),
        (_AGE_SMALL, Label.AGE),
        (_PHONE, Label.PHONE),
        (_NIR, Label.SSN),
    ):
        for match in pattern.finditer(text):
            yield found(match, label, 0.95, _FAMILY, "n")
    for match in _ZIP_CITY.finditer(text):
        yield found(match, Label.ZIP, 0.95, _FAMILY, "zip")
        yield found(match, Label.CITY, 0.95, _FAMILY, "city")
