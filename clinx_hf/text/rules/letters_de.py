"""German letters: Frau X, Dr. med. X, "X, geb. 12.03.1964", Klinikum X, Hauptstraße 5, 69115 Heidelberg, 50-jährige.

Each pattern asks for a German word or abbreviation; those that could be English ask for a German text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clinx_hf.phi import Label, Span
from clinx_hf.text.rules.language import is_written_in
from clinx_hf.text.rules.rule import found

_FAMILY = "letters_de"
_CAP = r"[A-ZÄÖÜÀ-Þ][\wÀ-ÿ'\-]{1,24}"
_STREET = re.compile(
    r"(?<!\w)(?P<n>(?:(?:[A-ZÄÖÜ][\wäöüß]{1,20}[ \-]){0,3}(?:[A-ZÄÖÜ][\wäöüß]{0,24}(?:stra(?:ß|ss)e|str\.?|strße|weg|platz|allee|gasse|ring|damm|ufer|pfad|steig|kamp)|"
    r"Stra(?:ß|ss)e|Str\.?|Platz|Allee|Gasse|Weg)|(?:Am|An[ ]der|An[ ]den|Im|In[ ]der|Auf[ ]der|Auf[ ]dem|Zum|Zur|Unter[ ]den)[ ](?!Jahr|Alter|Januar|Februar|März|April|Mai|Juni|Juli|August|Sept|Oktober|November|Dezember)[A-ZÄÖÜ][\wäöüß]{3,20})"
    r"\.?[ ]\d{1,4}(?:[ ]?[a-z](?!\w))?)(?![\w:/]|\.\d)"
)
_ADDRESS_BEFORE = re.compile(
    r"(?i)(?:str\.?|stra(?:ß|ss)e|weg|platz|allee|gasse|ring|pfad|damm|wohnhaft(?: in)?|wh\.:?|[a-zß]{3} \d{1,3} ?[a-z]?)[^\n]{0,12}[\n,]?\s{0,3}$|(?:klinik\w*|krankenhaus \w+|berlin),? $|\n$"
)
_ZIP_CITY = re.compile(
    rf"(?<![\w/\-])(?P<zip>(?:(?:[AD]-|CH-)\d{{4,5}}|\d{{5}}|(?!19|20)\d{{4}}))[ \-](?P<city>(?!Leuko|Uhr|Euro|Einh){_CAP}(?:[ ](?:am|an[ ]der|im|in|bei)[ ]{_CAP}|[ ](?:Bad|St\.)[ ]{_CAP}|[ ]{_CAP})?)(?=[\s,.;)]|$)"
)
_HOSPITAL = re.compile(
    rf"(?<!\w)(?P<n>(?:(?:St\.|Sankt|Städtisches|Evangelisches|Ev\.|{_CAP})[ \-]){{0,2}}"
    r"(?:[A-ZÄÖÜ][a-zäöüß\-]{0,24})?(?:[Kk]linikum|KLINIKUM|[Kk]rankenhaus|KRANKENHAUS|UNIKLINIK|Uniklinik|Spital)"
    rf"(?:[ ](?:der|des|am|an[ ]der|St\.|im|zum|barmherzigen)){{0,2}}[ ](?!aufgenommen|GmbH){_CAP}(?:[ ](?:am|im|der|St\.|Bad)[ ]{_CAP}|[ ]{_CAP}(?=\n|$|[ ]?[,.]))?)(?!\w)"
)
_SPITAL = re.compile(
    r"(?<!\w)(?P<n>(?:Sankt|St\.)[ \-][A-ZÄÖÜ][\wäöüß]{2,20}[ \-](?:Spital|Krankenhaus|Klinik|Stift)(?:[ ][A-ZÄÖÜ][a-zäöüß]{3,20})?)(?!\w)"
)
_TITLE = (
    r"(?:(?:o\.|ao\.|Ao\.)?[ ]?(?:Univ\.?[ \-]{0,2})?(?:Prof|PROF|Priv\.?-?[ ]?Doz|PD|Doz|Dr|DR|Mag|Dipl|OA|OÄ|Ass|DGKS|DGKP)\.?a?\.?[ ]{0,2}|"
    r"med\.[ ]?|univ\.[ ]?|Ing\.[ ]?|h\.[ ]?c\.[ ]?|rer\.[ ]?nat\.[ ]?|dent\.[ ]?)"
)
_OVER = r"(?!(?:OA|OÄ|PD|Prof|Dr|Chef|Ober|Fach|Assist|Station|Sek|FA|FÄ|Leit|Direkt|MD|MSc|Univ|Mag)\w*)"
_NAME = rf"(?:(?:[A-ZÄÖÜ]\.|{_OVER}{_CAP})(?:(?:[ ](?:von|van|de|der|zu|dos|DE|VON)){{0,2}}(?:,?[ ](?:[A-ZÄÖÜ]\.|{_OVER}{_CAP}))){{0,2}})"
_FULL = _NAME.replace(",?", "")
_FRAU = re.compile(
    rf"(?<!\w)(?:Herrn?|Frau|Hr\.|Fr\.|Familie|Fam\.)[ \n](?P<t>(?:{_TITLE}){{0,5}})(?P<n>(?!Kolleg|Doktor|Professor|Prof|Dr\b|Chefarzt|Oberarzt|Patient){_FULL})(?!\w)"
)
_STAFF = re.compile(
    rf"(?<!\w)(?:(?:{_TITLE}){{0,4}}(?:Dr\.?a?|PD|Prof\.)[ ]?(?:med|dent)\.(?:[ ](?:univ|dent)\.)?[ ]?|(?:gez\.|OA|OÄ|Oberarzt|Oberärztin|Chefarzt|Assistenzarzt|Assistenzärztin|Priv\.-Doz\.)[ ](?:{_TITLE}){{0,4}})(?P<n>(?!Dr\b|Prof\b|PD\b|Fach){_FULL})(?!\w)"
)
_GREETING = re.compile(
    rf"(?:Grüßen|Hochachtungsvoll),?\s{{1,6}}(?:{_TITLE}){{0,5}}(?P<n>(?!Dr\b|Prof\b|PD\b|Fach){_FULL})(?!\w)"
)
_BORN = re.compile(
    rf"(?<!\w)(?:(?:Herrn?|Frau|Patient(?:in|en)?|RE)[ ]){{0,2}}(?P<n>(?!Herrn?\b|Frau\b|Patient|RE\b){_CAP}(?:[ ](?:von|van|de))?(?:,?[ ]{_CAP}){{1,2}}),?[ ]{{0,2}}\(?(?:geb\.|geboren|\*)[ :]{{0,2}}(?:am[ :]{{0,2}})?(?=\d)"
)
_AGE = re.compile(
    r"(?<![\w.,/\-])(?P<n>\d{1,3})(?:[ \-–]{0,2}(?:jähr|jähir)ig|[ ]?-[ ]?j(?:\.|hr\.)[ ](?=Pat|M|F|w|m)|[ ]Jahre[ ]alt(?:e[rsn]?)?(?!\w)|\.[ ]?(?:LJ|Lj|Lebensjahr)(?!\w))"
)
_AGE_AT = re.compile(r"(?<!\w)(?i:im[ ]alter[ ]von)[ ](?P<n>\d{1,2})(?=[ ]Jahren)")
_AGE_WORD = re.compile(
    r"(?<!\w)(?P<n>(?:(?:ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun)und)?(?:zwanzig|dreißig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig)|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf)(?=jährig)",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"(?<!\w)(?:[Vv]om|bis(?:[ ]zum)?|[Aa]m|seit|ab|den)[ ](?P<n>[0-3]?\d\.(?:[ ]?[01]?\d\.|(?=[ ](?:bis|-|–)[ ])))(?=[ ](?:bis|–|-|[a-zäöü]{3,})|[ ]?[\-–][ ]?\d|\s*[:,)\n]|[ ][A-ZÄÖÜ])"
)
_SPACED = re.compile(r"(?<![\w.])(?P<n>[0-3]?\d\.[ ][01]?\d\.[ ]?(?:19|20)\d\d)(?!\w)")
_UNTIL = re.compile(r"(?<![\d.])(?P<n>[0-3]?\d\.[01]?\d\.)(?=[ ]?(?:bis|–|-|und)[ ]?(?:zum[ ])?[0-3]?\d\.[01]?\d\.)")
_DAY_MONTH = re.compile(
    r"(?<![\w.])(?P<n>[0-3]?\d\.[ ](?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)(?:[ ](?:19|20)\d\d)?)(?!\w)"
)
_MONTH_YEAR = re.compile(
    r"(?<![\w./\-])(?P<n>(?:0?[1-9]|1[0-2])/(?:\d\d|(?:19|20)\d\d))(?=[\s,):;.\-–]{1,3}(?:[A-ZÄÖÜ(\d\-–=]|bis|mit|und|$)|\)|$)"
)
_SINCE_YEAR = re.compile(r"(?<!\w)(?i:seit|ED|ca\.|im[ ]Jahr|von|bis|und|in)[ ](?P<n>(?:19|20)\d\d)(?![\w/.\-]\w|\w)")
_PHONE = re.compile(
    r"(?<!\w)(?:(?:Tel|Telefon|Handy|Mobil|Info|Nummer|unter)\.?[ :]{0,3}(?:Sohn|Tochter)?[ ]?)(?P<n>\+?\(?\d[\d()/ \-]{5,22}\d)(?!\w)"
)
_CARE_ID = re.compile(
    r"(?<!\w)(?:Fallnummer|Fallzahl|PIZ|Fall|E-Nr\.|Vorgangs-Nr\.)[: \t]{1,4}(?P<n>(?:[A-Z]-)?\d{5,12})(?!\w)"
)
_PLACE_DATE = re.compile(rf"(?:^|\n)[ \t]{{0,24}}(?P<n>{_CAP}(?:[ ]{_CAP})?),[ ](?:den[ ]|am[ ])?(?=\d{{1,2}}\.)")


def german_names(text: str) -> Iterator[Span]:
    """Frau Brigitte Stölzl, Herrn Dr. med. Öhler, "FRITZLE, Fridolin, geb. 3.4.1959", gez. Dr. med. Gerda Müller."""
    if not is_written_in(text, "de"):
        return
    for pattern in (_STAFF, _GREETING):
        for match in pattern.finditer(text):
            yield found(match, Label.DOCTOR, 0.95, _FAMILY, "n")
    for match in _FRAU.finditer(text):
        yield found(match, Label.DOCTOR if match["t"] else Label.PATIENT, 0.95, _FAMILY, "n")
    for match in _BORN.finditer(text):
        yield found(match, Label.PATIENT, 0.95, _FAMILY, "n")


def german_places(text: str) -> Iterator[Span]:
    """Hauptstraße 5, Am Waldsaum 21, 69115 Heidelberg, A-9011 Neustadt, Sankt-Klara-Spital, Klinikum Wilhelmsburg."""
    if not is_written_in(text, "de"):
        return
    for match in _STREET.finditer(text):
        yield found(match, Label.STREET, 0.95, _FAMILY, "n")
    for match in _ZIP_CITY.finditer(text):
        if "-" in match["zip"] or _ADDRESS_BEFORE.search(text, max(0, match.start() - 60), match.start()):
            yield found(match, Label.ZIP, 0.95, _FAMILY, "zip")
            yield found(match, Label.CITY, 0.95, _FAMILY, "city")
    for match in _PLACE_DATE.finditer(text):
        yield found(match, Label.CITY, 0.9, _FAMILY, "n")
    for pattern in (_HOSPITAL, _SPITAL):
        for match in pattern.finditer(text):
            yield found(match, Label.HOSPITAL, 0.95, _FAMILY, "n")


def german_dates(text: str) -> Iterator[Span]:
    """Vom 19.3. bis zum 7.5.2029, 23. 7. 1951, 27. März 2025, 12/17, seit 2007."""
    if is_written_in(text, "de"):
        for pattern in (_FROM, _SPACED, _UNTIL, _DAY_MONTH, _MONTH_YEAR, _SINCE_YEAR):
            for match in pattern.finditer(text):
                start, end = match.span("n")
                yield Span(start, end, Label.DATE, 0.95, f"rule:{_FAMILY}")


def german_ages(text: str) -> Iterator[Span]:
    """51-jähriger, 45-j. Patient, 80 Jahre alt, fünfzigjährige, ab dem 55. Lj."""
    for pattern in (_AGE, _AGE_AT, _AGE_WORD):
        for match in pattern.finditer(text):
            yield found(match, Label.AGE, 0.95, _FAMILY, "n")


def german_numbers(text: str) -> Iterator[Span]:
    """Tel.: 0816/333-13283, Fallzahl: A-2029461541."""
    if is_written_in(text, "de"):
        for match in _PHONE.finditer(text):
            yield found(match, Label.PHONE, 0.95, _FAMILY, "n")
        for match in _CARE_ID.finditer(text):
            yield found(match, Label.ID, 0.95, _FAMILY, "n")
