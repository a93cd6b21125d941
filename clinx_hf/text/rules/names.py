"""Names that a word beside them gives away: Patient: X, Dr. X, X, MD, wife X, signed by X, SMITH^JOHN.

Names without such a word are the model's work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from clinx_hf.phi import Label, Span
from clinx_hf.text.lists import alternatives, lines, words
from clinx_hf.text.rules.rule import found

_FAMILY = "names"


_DOCTOR_TITLE, _PERSON_TITLE, _DEGREE, _KIN = (
    alternatives(lines(name)) for name in ("titles_doctor", "titles_person", "degrees", "kin")
)
# One word of a name: García-Ruiz, O'Brien, al-Harbi, DiCaprio; an initial; a particle between words.
_CAPITAL = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĻŁŃŅŇŌŐŒŘŚŞŠŢŤŪŮŰŲŹŻŽƏƠƯṢẸỌẠẢẤẦẬẮẰẶẾỀỆỊỒỐỘỚỜỢỤỨỪỰỲÝĐ"
_SMALL = r"[^\W\d_A-Z]"
_WORD = (
    rf"(?:(?:O'|D'|Mc|Mac|Fa'|al-|Al-|el-|El-|Ó\s|Ní\s|Nic\s|"
    rf"de\s)?[{_CAPITAL}]{_SMALL}{{1,20}}(?:[{_CAPITAL}]{_SMALL}{{1,14}})?(?:['\-][{_CAPITAL}]?{_SMALL}{{1,16}}){{0,2}})"
)
_LOUD = rf"(?:[{_CAPITAL}]{{2,20}}(?:['\-][{_CAPITAL}]{{2,16}}){{0,2}})"
_INITIAL = rf"(?:[{_CAPITAL}]\.?(?![\w']))"
_PARTICLE = (
    r"(?:de\sla|de\slos|de\slas|del|de|da|dos|van\sder|van\sden|van\sde|van|von|bin|binti|"
    r"bint|ibn|al|el|la|ter|y|ole|arap|wa|bte|le|du|st\.|St\.|Vda\.\sde|ne|née|anak)"
)
_NICK = r"(?:[ ][\"(][A-Z][\w\-]{1,14}[\")])"
_MORE = rf"(?:{_NICK}?[ ](?:{_PARTICLE}[ ])?(?:{_WORD}|{_INITIAL}))"
_NAME = rf"(?:{_WORD}{_MORE}{{0,3}}(?:,?[ ](?:Jr|Sr|III|II)\b)?)"
_WITH_INITIAL = rf"(?:(?:[{_CAPITAL}]\.\s?){{1,2}}(?:{_PARTICLE}[ ])?{_WORD}(?:[ ]{_WORD})?)"
_LOUD_NAME = rf"(?:{_LOUD}(?:[ ](?:{_LOUD}|{_INITIAL})){{0,2}})"
_LAST_FIRST = (
    rf"(?:(?:{_WORD}|{_LOUD})(?:[ ](?:{_WORD}|{_LOUD}))?,[ ]?(?:{_WORD}|"
    rf"{_LOUD})(?:[ ](?:{_WORD}|{_LOUD}|{_INITIAL})){{0,2}})"
)
_GAP = r"[ \t]{1,2}"

_TITLED = re.compile(
    rf"(?<![\w.\-])(?:(?P<doctor>{_DOCTOR_TITLE})|(?P<person>{_PERSON_TITLE})){_GAP}"
    rf"(?P<name>{_WITH_INITIAL}|(?:{_PARTICLE}[ ])?{_NAME})(?!\w)"
)
_LOUD_TITLED = re.compile(
    rf"(?<![\w.\-])(?:(?P<doctor>DR\.?|PROF\.?)|(?P<person>MR\.|MRS\.?|MS\.|"
    rf"MISS)){_GAP}(?P<name>(?:[A-Z]\.\s)?{_LOUD_NAME})(?!\w)"
)
_WITH_DEGREE = re.compile(
    rf"(?<![\w'\-])(?P<name>{_WITH_INITIAL}|{_WORD}{_MORE}{{1,3}}|"
    rf"{_LAST_FIRST}),?[ ]\(?(?:{_DEGREE})(?![\w'\-])(?!\s(?:of|in)\b)"
)
_LOUD_WITH_DEGREE = re.compile(
    rf"(?<![\w'\-])(?P<name>(?:[A-Z]\.\s)?{_LOUD_NAME}),\s(?:MD|M\.D\.|DO|D\.O\.|RN|NP|FNP(?:-C)?|"
    rf"PA-C|CRNA|PhD|PHD|DPM|DDS|PharmD|PHARMD|APRN|LCSW)(?![\w'\-])"
)
_KIN_NAME = re.compile(
    rf"(?<![\w\-])(?:[Hh]er\s|[Hh]is\s|[Tt]heir\s|[Mm]y\s)?{_KIN}s?(?:,\s(?:Mrs?\.?\s|Ms\.?\s)?|"
    rf"\s(?:is\s|named\s|called\s)?|\s\(|:\s)(?P<name>{_NAME})(?!\w)"
)
_LABEL_PATIENT = (
    r"(?:[Pp]atient(?:\s?[Nn]ame|'s\s[Nn]ame)?|PATIENT(?:\sNAME)?|[Pp]t(?:\.|\s[Nn]ame)?|PT|NAME|Name|"
    r"Nombre|Paciente|PACIENTE|Apellidos\sy\snombres?|[Cc]lient|Client\s[Nn]ame|[Rr]esident|RE|Re|Ref|"
    r"Proband|Subject|Decedent|Insured|"
    r"Member|Veteran|Vet|Mother|Father|Infant|Baby|MOTHER|Guarantor|Claimant|Applicant|Px|Participant|"
    r"Donor|Recipient|Consumer|Student|Deceased|Usuaria|Usuario|Alumno|Madre|Padre)"
)
_LABEL_STAFF = (
    r"(?:[Aa]ttending(?:\s[Pp]hysician|\sMD)?|ATTENDING(?:\sPHYSICIAN)?|[Ss]urgeons?|SURGEON|"
    r"[Rr]adiologist|RADIOLOGIST|[Pp]hysician|PHYSICIAN|[Pp]rovider|PROVIDER|"
    r"[Rr]eferring(?:\s[Pp]hysician|\s[Pp]rovider)?|REFERRING(?:\sPHYSICIAN)?|PCP|GP|[Aa]uthor|"
    r"[Cc]onsultant|[Aa]nesthesi(?:a|ologist)|[Aa]n(?:ae|e)sthetist|[Oo]perator|[Ff]ellow|"
    r"[Rr]esident\sMD|[Ii]ntern|[Tt]echnician|[Tt]ech(?:nologist)?|TECH|Radiographer|[Ss]onographer|"
    r"[Nn]urse|NURSE|RN|Midwife|[Tt]herapist|"
    r"[Oo]rdering(?:\s[Pp]rovider|\s[Pp]hysician)?|ORDERING|[Pp]athologist|[Dd]ictated\sby|"
    r"DICTATED\sBY|[Tt]ranscribed\sby|[Ss]igned(?:\s[Bb]y)?|[Ee]lectronically\s[Ss]igned(?:\s[Bb]y)?|"
    r"E-?[Ss]igned(?:\s[Bb]y)?|[Rr]eported\s[Bb]y|[Rr]ead\s[Bb]y|[Rr]eviewed\s[Bb]y|"
    r"[Vv]erified\s[Bb]y|[Aa]pproved\s[Bb]y|[Pp]repared\s[Bb]y|[Pp]erformed\s[Bb]y|[Ss]een\s[Bb]y|"
    r"[Rr]eferred\s[Bb]y|[Dd]ictated|SCRUB|Circulator|Scrub|Interpreter|Prescriber|Coordinator|"
    r"Case\s[Mm]anager|Psychiatrist|Médico|Médica|MÉDICO|Enfermera|"
    r"Matrona|Firma|Informa|Dra?\.?|Staff|Clinician|[Cc]ollector|Examiner|Coroner|Pharmacist|"
    r"Dietitian|Preceptor|Assistant|Assist|Perfusionist|Hygienist|Dentist|Optometrist|Physio|OT|SLP|"
    r"SW|MSW|RT|CRNA|Medical\sexaminer|cc|CC|Cc)"
)
_NAME_ANY = rf"(?P<name>{_LAST_FIRST}|{_WITH_INITIAL}|{_NAME}|{_LOUD_NAME})(?!\w)"
_STOP_TITLE = rf"(?:(?:{_DOCTOR_TITLE}|{_PERSON_TITLE}){_GAP})?"
_LABELLED_PATIENT = re.compile(
    rf"(?<![\w\-]){_LABEL_PATIENT}\s?(?:[:=#]|\.{{2,}}:?|\s-|\|)[ \t]{{0,16}}{_STOP_TITLE}{_NAME_ANY}"
)
_LABELLED_STAFF = re.compile(
    rf"(?<![\w\-])(?:{_LABEL_STAFF}\s?(?:[:=]|\.{{2,}}|\|)|(?:[Ss]igned|"
    rf"/es/))[ \t]{{0,16}}{_STOP_TITLE}{_NAME_ANY}"
)
_DONE_BY = re.compile(
    r"(?<![A-Za-z])(?:[Ss]een|[Ss]igned|[Dd]ictated|[Rr]eported|[Rr]ead|[Rr]eviewed|[Rr]eferred|"
    r"[Pp]erformed|[Pp]repared|[Ii]nterpreted|"
    r"[Tt]ranscribed|[Vv]erified|[Aa]pproved|[Ee]xamined|[Ee]valuated|[Aa]ssisted|[Ww]itnessed|"
    r"[Aa]ttended|[Cc]hecked|[Tt]aken|[Dd]one|"
    rf"[Gg]iven|[Ii]nserted|[Pp]laced|[Ee]ntered|[Rr]ecorded|[Cc]ompleted|"
    rf"[Pp]ronounced)\s[Bb]y[ ]{_STOP_TITLE}"
    rf"(?P<name>{_WITH_INITIAL}|{_WORD}{_MORE}{{1,3}})(?!\w)"
)
_CARET = re.compile(
    rf"(?<![\w^])(?:[{_CAPITAL}][\w'\-]{{1,24}})\^(?:[{_CAPITAL}][\w'\-]{{0,20}}"
    rf"(?:[ ^][{_CAPITAL}][\w'\-]{{0,20}}){{0,2}})(?![\w'])(?<!\^[A-Z][A-Z])(?<!\^MRI)(?<!\^Father)(?<!\^Mother)"
)
_BANNER = re.compile(
    rf"(?:^|\n)[* ]{{0,3}}(?P<name>[{_CAPITAL}][{_CAPITAL}'\-]{{2,20}}(?:[ ]{_LOUD})?,[ ]?"
    rf"[{_CAPITAL}][{_CAPITAL}'\-]{{2,20}}(?:[ ][A-Z]\.?(?!\w))?)"
    r"(?![A-Z])(?=[ *|(]{0,4}(?:\n[^\n]{0,12}\d|\d|[MF]\b|\(?DOB|MRN))"
)


def titled_names(text: str) -> Iterator[Span]:
    """Dr. Ann Lee, Nurse K. Ruiz, Mr García, DR SMITH."""
    for pattern in (_TITLED, _LOUD_TITLED):
        for match in pattern.finditer(text):
            yield from _named(match, Label.DOCTOR if match["doctor"] else Label.PATIENT, 0.95)


def names_with_degree(text: str) -> Iterator[Span]:
    """Wendell Chiu, MD; TORREY BLACKWELL, MD; N. Eze, RN."""
    for pattern in (_WITH_DEGREE, _LOUD_WITH_DEGREE):
        for match in pattern.finditer(text):
            if " " in match["name"]:
                yield from _named(match, Label.DOCTOR, 0.95)


def names_of_kin(text: str) -> Iterator[Span]:
    """Wife Verna, his daughter, Naa Dedei Lamptey."""
    for match in _KIN_NAME.finditer(text):
        yield from _named(match, Label.PERSON, 0.95)


def labelled_names(text: str) -> Iterator[Span]:
    """Patient: X, RE: X, Attending: X, signed by X."""
    for pattern, label in (
        (_LABELLED_PATIENT, Label.PATIENT),
        (_LABELLED_STAFF, Label.DOCTOR),
        (_DONE_BY, Label.DOCTOR),
    ):
        for match in pattern.finditer(text):
            yield from _named(match, label, 0.95)


def form_names(text: str) -> Iterator[Span]:
    """SMITH^JOHN^A of HL7 and DICOM; LAST, FIRST alone at the start of a line."""
    for match in _CARET.finditer(text):
        if not any(char.isdigit() for char in match.group()) and "PHANTOM" not in match.group():
            yield found(match, Label.PATIENT, 0.95, _FAMILY)
    for match in _BANNER.finditer(text):
        yield from _named(match, Label.PATIENT, 0.95)


_TOKEN = re.compile(r"[^\s,]+,?")
_POSSESSIVE = re.compile(r"'[sS]?$")


def _named(match: re.Match[str], label: Label, score: float) -> Iterator[Span]:
    """Yield the name of a match without everyday words, degrees and a possessive at its ends, if any is left."""
    start, end = match.span("name")
    tokens = list(_TOKEN.finditer(match.string, start, end))
    while tokens and _is_word(tokens[0].group()):
        tokens.pop(0)
    kept = 0
    while kept < len(tokens) and not (kept and _is_word(tokens[kept].group())):
        kept += 1
    if not kept:
        return
    start, end = tokens[0].start(), tokens[kept - 1].end()
    while end > start and match.string[end - 1] in ",;:":
        end -= 1
    if match.string[end - 1] == "." and end == match.end("name"):
        end -= 1
    possessive = _POSSESSIVE.search(match.string, start, end)
    end = possessive.start() if possessive else end
    placeholder = end - start < 2 or (end - start < 4 and match.string[start + 1] == ".")  # Dr. X.
    if not placeholder:
        yield Span(start, end, label, score, f"rule:{_FAMILY}")


def _is_word(token: str) -> bool:
    """Tell whether a token of what stands for a name is an everyday word of notes or a degree."""
    plain = token.strip(",.;:()\"'")
    return plain.casefold() in words("not_names") or plain in _degrees()


@cache
def _degrees() -> frozenset[str]:
    return frozenset(line.strip(".") for line in lines("degrees"))
