"""Letters of the Spanish world: hospitals by name, streets, "28036 Madrid", who refers the patient.

Each pattern asks for a Spanish word beside the value, so that nothing of it fires in an English note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clinx_hf.phi import Label, Span
from clinx_hf.text.rules.language import is_written_in
from clinx_hf.text.rules.rule import found

_FAMILY = "letters_es"
_CAP = r"[A-ZÀ-ÖØ-Þ](?:(?!Correo)[\w'\-]){0,24}"
_OF = r"(?:de|del|d'|la|las|los|el|y|i|e|dels|do|da|dos)"
_HEAD = (
    r"(?:Hospital(?:es)?|Complejo[ ](?:Hospitalario|Asistencial)|Complexo[ ]Hospitalario|Cl[íi]nica|Sanatorio|Policlínic[oa]|"
    r"Centro[ ]de[ ]Salud|Centro[ ]Médico|Consorci[ ]Hospitalari|Consorcio[ ]Hospital\w*|Ciutat[ ]Sanit[àa]ria|"
    r"Ambulatorio|Consultorio|H\.?U\.?|Maternidad|Centro[ ]Penitenciario|IMSS|Fundaci[óo](?:n[ ]Hospital)?)"
)
_KIND = (
    r"(?:Cl[íi]nico|Clínic|General|Universitari[oa]?|Universitària|Regional|Provincial|Comarcal|Central|Militar|Materno|"
    r"Infantil|Materno-Infantil|Nacional|Civil|Médic[oa]|Quirúrgico|Asistencial|Pediátrico|Psiquiátrico)"
)
# Words after which the name of a hospital is over.
_OTHER = (
    r"(?:Servicio|Unidad|Departamento|Dpto|Avda|Avd|Av|Avenida|Calle|Plaza|Plaça|Paseo|Pza|Ctra|Carretera|Camino|E-mail|Email|Correo|Tel|"
    r"Tfno|Tlf|Fax|Sección|C|c|Jefe|Rúa|Oncología|Cirugía|Ronda|Rambla|Carrer|Facultad|España|Urb|Travesía|Remitido|Correspondencia|Grupo|Departament|Dietética|CMP|MPPS|EDF|N[ºo°]?Col|Col|Céd|Sra?|RNE|MP|MN|CI|Heridas|Dolor)"
)
_HOSPITAL = re.compile(
    rf"(?<!\w)(?P<n>{_HEAD}(?:[ ]{_KIND}|[ ][yi](?=[ ]{_KIND})){{0,3}}(?:[ ]{_OF}){{0,2}}[ ][\"']?"
    rf"(?:(?:Sta|Sto|Dra?|St|Ntra|Sra|Gral|Sr)\.\s?|\d{{1,2}}[ ]de[ ])?"
    rf"(?!(?:{_KIND}|Día|Salud|Referencia|Urgencias|Consultas|{_OTHER})(?!\w)){_CAP}\"?"
    rf"(?:(?:[ ]{_OF}){{0,3}}[ ](?:(?:Sta|Dra?|Ntra|Sra|Gral)\.[ ])?(?!{_OTHER}(?!\w)){_CAP}){{0,6}})(?!\w)"
)
# A street word, a house number or a hospital shortly before "28036 Madrid" tells that the number is a post code.
_STREET_BEFORE = re.compile(
    r"(?i)(?:\b(?:c/|c\\|calle|avda|av\b|avenida|plaza|plaça|pl\.|paseo|pza|ronda|carrer|ctra|carretera|camino|travesía|rúa|rua|vía|"
    r"urb|s/n|planta|rambla|hospital|clínica|complejo|hospitalario)|\d\s?[ºª°]|,\s?\d{1,4}\s?[a-z]?\b|[a-zñ]{3}\s\d{1,3}\s?[a-z]?\b)"
)
_CITY_BEFORE = re.compile(r"[A-ZÀ-Þ][a-zà-ÿ]{3,}\s$|[A-Z]{2}\s$")
_NOT_PLACE = (
    r"(?!E-?mail|Zona|Perfil|Tfn|Tlfno|Mail|Correo|Tel|Fax|España|Spain|Tlf|Tfno|Servicio|Hospital|Avda|Remitido)"
)
_PLACE = rf"{_NOT_PLACE}{_CAP}(?:(?:[ ](?:de|del|la|las|los|el|d'|y)){{0,3}}[ \-]{_NOT_PLACE}{_CAP}){{0,3}}"
_STATE = rf"(?:(?:,[ ]?|\.[ ]|[ ]?-[ ]?|[ ]?\(|[ ]){_NOT_PLACE}(?P<state>{_CAP}(?:[ ]{_CAP})?)(?=\)|\.|,|[ ](?:\(?España|[Ee]-?mail|Correo|Tel)|\n|$))?"
_ZIP_CITY = re.compile(rf"(?<![\w/\-])(?:E-)?(?P<zip>\d{{5}})\.?(?:[ ]?[,.\-–]?[ ]?)(?P<city>{_PLACE})(?!\w){_STATE}")
_STREET = re.compile(
    r"(?<!\w)(?:[Cc]alle|CALLE|(?:C/|c/|C\\)\.?(?=\s?(?:(?:de|del|la|las|los|el)\s){0,2}[A-ZÀ-Þ][\wÀ-ÿ]{3})|Cl\.|Avda?\.?|Avd\.?|Avenida|avda\.|Paseo|Pº\.?|P\.º|Plaza|Plaça|Pza\.?|Pl\.|Ronda|Rambla|Camino|"
    r"Carretera|Ctra\.?|Rúa|[Cc]arrer|Travesía|Travessera|Trav\.|Urb\.?|Urbanización|Gran\sVía|Glorieta|Barrio|Polígono|Pasaje|Costanilla|Cuesta)"
    r"(?=[ A-ZÀ-Þ(\d])[ ]?(?:[\wÀ-ÿ.'()\-]{1,20}[ ]){0,8}?[\wÀ-ÿ.'()\-]{1,20}"
    r"(?:,?\s?(?:s/n|(?:n\.?\s?[ºo°]\.?\s?|núm\.?\s|N[oº]\.?\s?|#\s?|[Kk]m\.?\s?)?\d{1,4}(?!\d)(?:[,.]\d{3}(?!\d))?(?:\s?[\-–/]\s?\d{1,4}(?!\d))?(?:[ ]?[A-Za-z](?!\w))?))"
    r"(?:[,.\-]?\s?(?:\d{1,2}[ ]?\.?[ºª°o]?\.?(?:[ ]?[,\-]?[ ]?(?:[A-Z](?!\w)|izq\w*\.?|dcha?\.?|izda\.?|\d{1,2}))?(?!\w)|[A-Z](?![\w/\-])|"
    r"(?:[Pp]ortal|[Pp]iso|[Ee]sc\.?|[Pp]lanta|[Pp]uerta|[Bb]loque|[Bb]ajo)(?:[ ]\w{1,3})?(?!\w))){0,3}"
)
_YEAR_SHORT = re.compile(
    r"(?<![\w])(?P<d>(?:[Ee]nero|[Ff]ebrero|[Mm]arzo|[Aa]bril|[Mm]ayo|[Jj]unio|[Jj]ulio|[Aa]gosto|[Ss]eptiembre|[Oo]ctubre|[Nn]oviembre|"
    r"[Dd]iciembre)[ ](?:de[ ]|del[ ])?\d\d)(?![\w/%:]|[.,]\d)"
)
_SPACED_DATE = re.compile(r"(?<![\w/])(?P<d>[0-3]?\d\s?/\s?[01]?\d\s?/\s?(?:19|20)\d\d)(?!\w)")
_CLINICIAN = re.compile(
    rf"(?<!\w)(?:Dra?s?|DRA?|D\.|Dña|Dn|Sra?|Srta|Lic)[.:]?[ ]?(?P<n>(?!Da\.?[ ]){_CAP}(?:(?:[ ]{{1,2}}(?:de|del|la|las|los|y|i)){{0,2}}[ ]{{1,2}}(?!{_OTHER}(?!\w)|Hospital|Complejo|Clínica|Centro|Instituto|Fundación)"
    rf"(?:[A-ZÀ-Þ]\.|{_CAP})){{1,4}})(?!\w)"
)


def spanish_hospitals(text: str) -> Iterator[Span]:
    """Hospital Universitario La Paz, Complejo Hospitalario de Jaén, Centro de Salud Las Rosas."""
    if is_written_in(text, "es"):
        for match in _HOSPITAL.finditer(text):
            yield found(match, Label.HOSPITAL, 0.95, _FAMILY, "n")


def spanish_addresses(text: str) -> Iterator[Span]:
    """Avda. de Córdoba, s/n; C/ Berrocal, 3, 2º B; 28041 Madrid; 07010 Palma de Mallorca (Baleares)."""
    if not is_written_in(text, "es"):
        return
    for match in _STREET.finditer(text):
        yield found(match, Label.STREET, 0.95, _FAMILY)
    for match in _ZIP_CITY.finditer(text):
        dotted = "." in text[match.end("zip") : match.start("city")]
        if dotted and _CITY_BEFORE.search(text, max(0, match.start() - 16), match.start()):
            continue
        if _STREET_BEFORE.search(text, max(0, match.start() - 50), match.start()):
            yield found(match, Label.ZIP, 0.95, _FAMILY, "zip")
            yield found(match, Label.CITY, 0.95, _FAMILY, "city")
            if match["state"]:
                yield found(match, Label.STATE, 0.9, _FAMILY, "state")


def spanish_dates(text: str) -> Iterator[Span]:
    """Junio 04, noviembre de 06, 12/04 /2011."""
    if is_written_in(text, "es"):
        for pattern in (_YEAR_SHORT, _SPACED_DATE):
            for match in pattern.finditer(text):
                yield found(match, Label.DATE, 0.95, _FAMILY, "d")


def spanish_clinicians(text: str) -> Iterator[Span]:
    """Dr. José Luis del Castillo Pardo: Spanish names with all their parts."""
    if is_written_in(text, "es"):
        for match in _CLINICIAN.finditer(text):
            label = Label.DOCTOR if match.group().lower().startswith(("dr", "lic")) else Label.PATIENT
            yield found(match, label, 0.95, _FAMILY, "n")
