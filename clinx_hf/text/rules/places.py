"""Streets, post boxes, post codes, "City, ST 12345", states, countries and nationalities."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clinx_hf.phi import Label, Span
from clinx_hf.text.lists import alternation, alternatives, lines
from clinx_hf.text.rules.rule import found

_FAMILY = "places"
_KIND = alternation("street_kinds")
_CAP = (
    r"(?:(?:St|Mt|Ft|Pt|[A-Z])\.|[A-ZÀ-Þ][\w'À-ÿ\-]{0,20}|\d{1,3}(?:st|nd|rd|th|ST|ND|RD|TH)|of|de|"
    r"la|del|the|y|and)"
)
_UNIT = (
    r"(?:,?[ ](?:(?:[Aa]pt|APT|[Ss]te|STE|[Ss]uite|SUITE|[Uu]nit|UNIT|[Ff]lat|[Ll]ot|[Bb]ldg|BLDG|"
    r"[Ff]loor|[Tt]rlr|[Ss]pc|TRLR|Apartment|Rm|#)\.?\s?#?\s?[A-Z]?-?\d{0,4}[A-Z]?\b|"
    r"\d{1,2}(?:st|nd|rd|th)\s[Ff]loor|#\s?\w{1,5}))"
)
_NUMBER = r"(?:\d{1,6}(?:[½]|\s1/2)?[A-Za-z]?(?:[/\-]\d{1,5}[A-Za-z]?)?)"
_FLAT = (
    r"(?:(?:Flat|Unit|Apt|Apartment|Suite|Shop|Level|House|Block|Blk|Plot|Room|Lot|Villa|"
    r"Door\sNo)\.?\s(?:No\.?\s?)?[A-Z]?-?\d{1,4}[A-Za-z]?,?\s)"
)
_STREET = re.compile(
    rf"(?<![\w/.,\-$])(?:{_FLAT})?{_NUMBER},?[ ](?:[NSEW]\.?[ ]|"
    rf"[NS][EW][ ])?(?:{_CAP}[ ]){{1,4}}?(?P<kind>{_KIND})\b\.?(?:[ ](?:N|S|E|W|NE|NW|SE|SW|North|"
    rf"South|East|West)\b)?"
    rf"(?:[ ]\d{{1,5}}(?=[,\n]))?(?:{_UNIT})?"
)
_NAMED_STREET = re.compile(
    rf"(?<![\w])(?:[A-ZÀ-Þ][a-zà-ÿ'\-]{{2,15}}[ ]){{1,3}}(?:Street|Road|Avenue|Ave|Rd|Lane|Boulevard|"
    rf"Blvd|Crescent|Terrace|Drive|Ln|Mews)\b"
    rf"(?![ ](?:Clinic|Hospital|Surgery|Practice|Medical|Health|Pharmacy|Day|Test|School|Church|"
    rf"Centre|Center|Dental|Primary|Elementary|Baptist|Family))(?:{_UNIT})?"
)
_FLAT_ONLY = re.compile(
    rf"(?<![\w]){_FLAT}(?:[A-Z][\w'\-]{{1,15}}\s){{1,3}}(?:House|Court|Tower|Towers|Building|Centre|"
    rf"Estate|Apartments|Mansions|Lodge|Heights)\b"
)
_SPANISH_STREET = re.compile(
    r"(?<![\w])(?:[Cc]alle|C/|c/|CALLE|Cl\.|Cra\.?|Carrera|Avda?\.?|Avenida|Av\.|Paseo|P\.º|Pza\.?|"
    r"Plaza|Ronda|Rambla|Camino|Carretera|Ctra\.|Jr\.|Jirón|Pasaje|Psje\.?|Calz\.|Calzada|Blvd\.|"
    r"[Cc]arrer|Travesía|Urb\.|Diagonal|Callejón)\s(?:(?:de|del|la|las|los|el|y|"
    r"d')\s?){0,3}(?:[A-ZÀ-Þ][a-zà-ÿ][\w'À-ÿ\-]{0,18}|\d{1,3}(?=\s?#))(?:[ ](?:de|del|la|las|los|el|y|"
    r"[A-ZÀ-Þ][\w'À-ÿ\-]{1,18})){0,5}"
    r"(?:,?\s(?:n\.?\s?º\.?\s?|No\.?\s|N°\s?|#\s?)?\d{1,5}(?:\s?-\s?\d{1,4})?[A-Z]?|"
    r",?\ss/n)?(?:,\s\d{1,2}(?:\.?[ºª])?(?:\s?(?:[A-Z]|izq\.?|dcha\.?|izda\.?))?\b(?!\s[a-zA-Z]{3,}))?"
)
_BOX = re.compile(
    r"(?<![A-Za-z])(?:(?:P\.?\s?O\.?\s?|GPO\s|G\.P\.O\.\s|Post\sOffice\s)(?:Box|BOX|box)|(?:RR|HC|"
    r"R\.R\.|Rural\sRoute)\s?#?\d{1,4},?\s(?:Box|BOX|box)|Private\sBag|Locked\sBag|Apartado|"
    r"Casilla)\s?#?\s?[A-Z]{0,2}-?\d\w{0,7}(?:-[A-Z]?\d{1,2}(?!\d))?"
    r"|(?<![A-Za-z])(?:Box\s\d{3,6}|DX\s\d{4,6})\b"
)

_CODE = alternatives(lines("state_codes"))
_STATE = alternatives(lines("states"))
_STATE_DOTTED = (
    r"(?:N\.?\s?[MYJHCD]\.|S\.[CD]\.|Calif\.|Nev\.|Ariz\.|Tex\.|Fla\.|Mass\.|Penn\.|"
    r"Wash\.|Ore\.|Colo\.|Mich\.|Minn\.|Wis\.|Ill\.|Ind\.|Tenn\.|Conn\.|Okla\.|Kan\.)"
)
_PLACE_NAME = (
    r"(?:St\.\s|Ft\.\s|Mt\.\s)?[A-ZÀ-Þ][a-zà-ÿ'\-]{2,18}(?:[ ](?:of|de|la|del|"
    r"[A-ZÀ-Þ][a-zà-ÿ'\-]{1,18})){0,3}"
)
# Codes that are also a degree, a scan or a word stand for a state only before a ZIP code.
_CLEAR_CODE = alternatives(set(lines("state_codes")) - set(lines("state_codes_ambiguous")))
_CITY_STATE = re.compile(
    rf"(?<![\w.])(?P<city>{_PLACE_NAME}),?[ ](?:(?P<state>{_CODE}|{_STATE_DOTTED}|"
    rf"{_STATE})[ ,]{{1,3}}(?P<zip>\d{{5}}(?:-\d{{4}})?)(?!\d)"
    rf"|(?<=,[ ])(?P<lone>{_CLEAR_CODE}|{_STATE_DOTTED}|{_STATE})(?![\w\-]))"
)
_STATE_ZIP = re.compile(
    rf"(?<![A-Za-z])(?P<state>{_CODE}|{_STATE_DOTTED}|"
    rf"{_STATE})[ ,]{{1,4}}(?P<zip>\d{{5}}(?:-\d{{4}})?)(?![\d\-])"
)
_HL7_ZIP = re.compile(rf"\^(?P<state>{_CODE})\^(?P<zip>\d{{5}}(?:-\d{{4}})?)(?!\d)")
_ZIP_PLUS = re.compile(r"(?<![\w.\-/#])\d{5}-\d{4}(?![\w\-/]|\.\d)")
_CUED_ZIP = re.compile(
    r"(?<![A-Za-z])(?:[Zz][Ii][Pp](?:\s?[Cc]ode)?|[Pp]ost\s?[Cc]ode|C\.?P\.?|[Cc]ódigo\s[Pp]ostal|PIN|"
    r"[Pp]in\s?code|[Ee]ircode|postalCode)\"?[\s:.=#\-]{1,4}\"?(?P<zip>\d{5,6}(?:-\d{4})?|"
    r"\d{3}\s\d{3})(?![\w\-])"
)
_UK = re.compile(
    r"(?<![\w\-])(?:GIR\s?0AA|(?:[A-PR-UWYZ]\d[A-HJKPSTUW\d]?|"
    r"[A-PR-UWYZ][A-HK-Y]\d[ABEHMNPRVWXY\d]?)\s\d[ABD-HJLNP-UW-Z]{2})(?![\w\-])"
)
_CANADA = re.compile(r"(?<![\w\-])[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z][ \-]\d[ABCEGHJ-NPRSTV-Z]\d(?![\w\-])")
_EIRCODE = re.compile(
    r"(?<![\w\-])(?:[AC-FHKNPRTV-Y]\d{2}|"
    r"D6W)\s(?=[A-Z0-9]{0,3}\d)(?=\d{0,3}[A-Z])[0-9A-Z]{4}(?![\w\-])"
)
_AUSTRALIA = re.compile(
    rf"(?<![A-Za-z])(?P<state>{alternatives(lines('au_states'))}),?[ ]{{1,2}}(?P<zip>\d{{4}})(?!\d)"
)
_INDIA = re.compile(
    r"(?<![A-Za-z])(?:[A-Z][a-z]{3,18}(?:\s\([A-Z]\))?)(?:,?\s|\s?-\s?|\s?–\s?)(?P<zip>[1-8]\d{5}|"
    r"[1-8]\d{2}\s\d{3})(?![\w\-]|[.,]\d)"
)
_SINGAPORE = re.compile(r"\b(?:Singapore|S\()\s?(?P<zip>\d{6})(?!\d)")
_AFTER_CITY = re.compile(
    r"(?:\n|,\s|;\s|\s{2})(?:(?P<before>\d{5})\s[A-ZÀ-Þ][a-zà-ÿ]{3,}|"
    r"[A-ZÀ-ÞĀ-Ō][a-zà-ÿā-ū']{3,14}(?:[ ][A-Z][a-zà-ÿā-ū]{3,12}){0,2}[ ](?P<after>\d{4}))(?![\w\-/:.]\w|\w)"
)
_ADDRESS = re.compile(rf"\b{_KIND}\b|Box|BOX|[Cc]alle|Av\.|Paseo|[Cc]arrer|\d")
_DUTCH = re.compile(r"(?<![\w\-])[1-9]\d{3}\s[A-Z]{2}(?=\s[A-Z][a-z]{3,})")

_STATES = re.compile(
    rf"(?<![\w'\-]){_STATE}(?![\w'\-])(?!\s(?:University|Hospital|Medical|[Ss]t\b|Ave|Street|Road|"
    rf"Health|Clinic|General|Regional|Children|[Aa]venue))"
)
_COUNTRIES = re.compile(
    r"(?<![\w'\-])"
    + alternatives(lines("countries"))
    + r"(?![\w\-])(?!\s(?:ink|red\b|Card|University|Hospital|Medical|Street|St\b|Health|Clinic))"
)
_NATIONALITIES = re.compile(
    r"(?<![\w'\-])"
    + alternatives(lines("nationalities"))
    + r"(?![\w\-])(?=\s(?:man|woman|male|female|national|nationality|passport|citizen|origin|descent|"
    r"lady|gentleman|born|immigrant|refugee|parents|mother|father|migrant|worker|student|seaman|"
    r"seafarer|"
    r"crew|nurse|farmer|driver|engineer|fisherman|boy|girl|[a-z]+er\b))"
)


def streets(text: str) -> Iterator[Span]:
    """512 E 4th St, Unit 5; 88 Kruis St; Black Rock Rd; Calle Mayor 4, 2º; PO Box 118; RR 2 Box 19."""
    for match in _STREET.finditer(text):
        if not _is_title_or_scan(text, match):
            yield found(match, Label.STREET, 0.96, _FAMILY)
    for pattern in (_NAMED_STREET, _FLAT_ONLY, _SPANISH_STREET, _BOX):
        for match in pattern.finditer(text):
            yield found(match, Label.STREET, 0.95, _FAMILY)


_CAPITAL_NAME = re.compile(r"\.?\s+[A-Z][a-z]|\.$")
_WORD = re.compile(r"[A-Za-z]{3,}")


def _is_title_or_scan(text: str, match: re.Match[str]) -> bool:
    """Tell whether the kind of street is the "Dr" of a doctor or the "CT" of a scan."""
    kind = match["kind"].casefold()
    if kind == "dr":
        return _CAPITAL_NAME.match(text, match.end("kind")) is not None
    short = kind in ("ct", "ln", "pl", "av", "st", "line", "close", "loop") and match["kind"].isupper()
    before = text[match.start() : match.start("kind")]
    return short and (not before.isupper() or not _WORD.search(before) or kind in ("line", "close", "loop"))


def post_codes(text: str) -> Iterator[Span]:
    """Post codes of the US (beside a state), UK, Canada, Ireland, Australia, India, New Zealand, Spain and others."""
    for pattern in (_STATE_ZIP, _HL7_ZIP, _CUED_ZIP, _AUSTRALIA, _INDIA, _SINGAPORE):
        for match in pattern.finditer(text):
            yield found(match, Label.ZIP, 0.96, _FAMILY, "zip")
            if "state" in match.re.groupindex:
                yield found(match, Label.STATE, 0.95, _FAMILY, "state")
    for match in _AFTER_CITY.finditer(text):
        if _ADDRESS.search(text, max(0, match.start() - 40), match.start()):
            yield found(match, Label.ZIP, 0.9, _FAMILY, match.lastgroup or 0)
    for pattern in (_ZIP_PLUS, _UK, _CANADA, _EIRCODE, _DUTCH):
        for match in pattern.finditer(text):
            yield found(match, Label.ZIP, 0.95, _FAMILY)


def cities_with_state(text: str) -> Iterator[Span]:
    """Dayton, OH 45419; Española, N.M.; Corbin, Kentucky."""
    for match in _CITY_STATE.finditer(text):
        yield found(match, Label.CITY, 0.95, _FAMILY, "city")
        yield found(match, Label.STATE, 0.95, _FAMILY, "state" if match["state"] else "lone")
        if match["zip"]:
            yield found(match, Label.ZIP, 0.97, _FAMILY, "zip")


def states_and_countries(text: str) -> Iterator[Span]:
    """Full names of states and countries; a nationality beside a word for a person."""
    for match in _STATES.finditer(text):
        yield found(match, Label.STATE, 0.95, _FAMILY)
    for match in _COUNTRIES.finditer(text):
        yield found(match, Label.COUNTRY, 0.95, _FAMILY)
    for match in _NATIONALITIES.finditer(text):
        yield found(match, Label.COUNTRY, 0.95, _FAMILY)
