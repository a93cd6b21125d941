"""Telephone and fax numbers, with a cue word or by their shape alone.

By shape: a number that starts with + or 00, the three groups of North America, and national numbers that the metadata
of `phonenumbers` holds for valid in one of the countries below. Doses, pressures, scores and dates never take these
shapes; runs of bare digits do, so they need a cue word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from clinx_hf.phi import Label, Span
from clinx_hf.text.rules.rule import found

_FAMILY = "phones"
REGIONS = (
    "GB",
    "IE",
    "AU",
    "NZ",
    "ZA",
    "ES",
    "IN",
    "KE",
    "NG",
    "GH",
    "SG",
    "PH",
    "MX",
    "AR",
    "CL",
    "CO",
    "PE",
    "FR",
    "DE",
)

_CUE = (
    r"(?P<cue>(?:[Tt]ele?phone|[Pp]hone|[Tt]el[ée]fono|TEL(?:EPHONE)?|PHONE|PH|CELL|MOBILE|HOME|"
    r"[Tt]el|[Tt]fno|[Tt]lf|[Tt]f|[Cc]el(?:ular)?|"
    r"[Mm]óvil|[Cc]ell(?:\sphone)?|[Mm]ob(?:ile)?|[Pp]h|[Hh]ome|[Ww]ork|[Oo]ffice|[Dd]irect|DDI|"
    r"[Hh]otline|[Hh]elpline|[Ll]ine|[Cc]ontact(?:\sno)?|"
    r"WhatsApp|[Ww]hatsapp|SMS|[Tt]ext(?:ed)?|[Cc]all(?:\sback)?|[Cc]alled|[Rr]ing|[Rr]ung|"
    r"[Rr]each(?:ed)?|[Pp]agers?|PAGER|[Pp]aged|[Pp]gr|PGR|[Pp]g|[Bb]leep|BLEEP|[Bb]eeper|"
    r"[Cc]allback|[Cc]b#?|CB|[Ff]ono|[Ii]nterno|[Mm]omo|GCash|[Tt]oll[\s\-]free|[Ff]ax(?:ed)?|FAX|Fx|"
    r"fx|Fax\sno|[Ss]witchboard|[Hh]m|[Ww]k|[Tt]el1|"
    r"(?<![A-Za-z.])[TtFfMCHWPch](?=[:\s]\s?[+(0-9])))"
)
_CUE_NUMBER = re.compile(
    rf"(?<![A-Za-z]){_CUE}\.?(?:\s(?:no|num|number|n[º°]|line|copy|form|is|to|at|on|her|him|them|us|"
    rf"me|back|first|after|before|at:|for)\b\.?)*"
    r"\.{0,12}[ \t:#=\-]{0,12}(?P<n>\+?\(?\+?\d[\d().\-/]*(?:[ ]{1,2}(?:-[ ])?[\d(][\d().\-/]*){0,6})"
)
_PAGER = re.compile(
    r"(?<![A-Za-z])(?:[Pp]agers?|PAGER|[Pp]aged(?:\sat)?|[Pp]gr|PGR|[Bb]leep|BLEEP|[Bb]eeper|[Pp]g|"
    r"bip|busca|[Vv]ocera|[Dd]ect|DECT)\.?(?:\s(?:no|number|#))?[\s:#.]{0,3}"
    r"(?P<n>\d{1,4}-\d{3,5}(?:-\d{4})?|\d{3,7})(?!\d|\.\d)"
)
_EXTENSION = re.compile(
    r"(?:(?<![A-Za-z])(?:[Ee]xt(?:ension|n)?s?|EXT|[Xx]tn|anexo|[Aa]nexo|"
    r"[Ee]xt[ée]nsión)(?:\sno)?\.?[\s:#]{0,3}(?P<n>\d{3,6}|\d-\d{4}|(?<=\d{4}\sext\s)\d\d|"
    r"(?<=\d{4}\sext\.\s)\d\d)|(?<=[\-. ]\d{4})\s?x\s?(?P<x>\d{2,5})|(?<![\w)])x(?P<y>\d{4,5}|"
    r"\d-\d{4})|(?<![A-Za-z])p(?P<z>\d{4}))"
    r"(?![\w%^]|[./]\d|\s?(?:mm|cm|x\b|mg|bp))"
)
_SHORTCODE = re.compile(r"\btext\s(?:[A-Z]+\sto\s)?(?P<n>\d{5,6})(?!\d)")

_NORTH_AMERICA = re.compile(
    r"(?<![\w.\-/+])(?:\+?1[ .\-]{1,2}|1)?(?:\(\s?\d{3}\s?\)[ .\-]{0,2}|\d{3}[.\-/]|"
    r"\d{3}[ ](?=\d{3}[ .\-]\d{4}))"
    r"\d{3}[ .\-]{1,2}\d{4}(?![\w]|[.\-/]\d|\s\d{4}\b)"
)
_BARE_TEN = re.compile(r"(?<![\w.\-/+:#$])[2-9]\d{2}[ ]?[2-9]\d{6}(?![\w/%]|[.\-,]\d)")
_LOCAL_555 = re.compile(r"(?<![\w.\-/])555[\-.](?:01\d\d)(?![\w\-/]|\.\d)")
_INTERNATIONAL = re.compile(
    r"(?<![\w+])(?:\+|"
    r"00(?=[1-9]\d[ .\-]))[ ]?\d{1,3}[ .\-]?(?:\(0?\d{0,4}\)[ .\-]?)?\d(?:[ .\-]?\d){5,12}(?![\w]|[.\-/]\d)"
)
_NATIONAL = re.compile(
    r"(?<![\w.\-/+,:#$£€])(?!\d{4}-\d{4}(?!\d))(?:\(?0\d{1,5}\)?(?:[ \-]\d{2,8}){1,4}|"
    r"[679]\d{2}(?:[ \-]\d{2,3}){2,3}|[6-9]\d{4}[ ]\d{5}|"
    r"[3689]\d{3}[ ]\d{4}|\(?\d{2}\)?[ \-]\d{4}[ \-]\d{4}|\d{4}[ ]\d{2}[ \-]\d{6})(?![\w/%]|[.\-,]\d|"
    r"\s\d{3})"
)
_COMPACT_NATIONAL = re.compile(r"(?<![\w.\-/+,:#$])0[1-9]\d{8,9}(?![\w/%]|[.\-,]\d)")
_NOT_PHONE_BEFORE = re.compile(
    r"(?:NDC|NHS|MRN|PHN|ICD|SNOMED|UPC|GTIN|REF|Medicare|ABN|PHILHEALTH|Aadhaar|HCN|OHIP|RAMQ|CHI|"
    r"NPI)\W{0,4}(?:[Nn]o\W{0,3}|[Nn]umber\W{0,2})?$"
)


def _digits(text: str) -> int:
    return sum(char.isdigit() for char in text)


def cued_phones(text: str) -> Iterator[Span]:
    """A number of 6 to 15 digits after tel, ph, cell, call, fax and the like."""
    for match in _CUE_NUMBER.finditer(text):
        start, end = match.span("n")
        end = _whole(text, start, end)
        if text[start] == "(" and text.find(")", start, end - 1) < 0:
            start, end = start + 1, end - (text[end - 1] == ")")
        if end and not _LOOKS_OTHER.match(text, start):
            cue = match["cue"].casefold()
            fax = cue.startswith(("fax", "fx")) or cue == "f"
            yield Span(start, end, Label.FAX if fax else Label.PHONE, 0.96, f"rule:{_FAMILY}")


# A date, a time, an amount or a decimal number after a cue such as "called" is no telephone number.
_LOOKS_OTHER = re.compile(
    r"\(?(?:\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}\b|(?:19|20)\d\d[\-./]\d\d|\d{1,2}/\d{1,2}(?!\d)|"
    r"\d{1,2}:\d\d|\d{1,3}\.\d{1,2}(?![\d.]))"
)


def _whole(text: str, start: int, end: int) -> int:
    """Return where a number of 6 to 15 digits that starts at `start` ends, 0 if there is none."""
    while end > start and _digits(text[start:end]) > 15:
        cut = max(text.rfind(" ", start, end), text.rfind("/", start, end))
        if cut < 0:
            return 0
        end = cut
    while end > start and not (text[end - 1].isdigit() or (text[end - 1] == ")" and "(" in text[start:end])):
        end -= 1
    digits = _digits(text[start:end])
    glued = end < len(text) and (text[end].isalpha() or text[end] in "%_")
    return end if 6 <= digits <= 15 and not glued else 0


def pagers_and_extensions(text: str) -> Iterator[Span]:
    """Pager 77-4410, bleep 5413, ext. 203."""
    for pattern in (_PAGER, _EXTENSION, _SHORTCODE):
        for match in pattern.finditer(text):
            yield found(match, Label.PHONE, 0.95, _FAMILY, match.lastgroup or 0)


def shaped_phones(text: str) -> Iterator[Span]:
    """Numbers that no cue announces: North American groups, + or 00 forms, national numbers that are valid."""
    for pattern in (_NORTH_AMERICA, _LOCAL_555, _INTERNATIONAL):
        for match in pattern.finditer(text):
            if not _is_announced(text, match):
                yield _phone(match, 0.95)
    for pattern, regions in ((_NATIONAL, REGIONS), (_COMPACT_NATIONAL, REGIONS), (_BARE_TEN, ("US",))):
        for match in pattern.finditer(text):
            if not _is_announced(text, match) and _valid_somewhere(match.group(), regions):
                yield _phone(match, 0.9)


def _is_announced(text: str, match: re.Match[str]) -> bool:
    """Tell whether a word before the number says that it is of another kind."""
    return _NOT_PHONE_BEFORE.search(text, max(0, match.start() - 20), match.start()) is not None


def _phone(match: re.Match[str], score: float) -> Span:
    """The span of a number, without a parenthesis that only opens."""
    unbalanced = match.group().startswith("(") and ")" not in match.group()
    return Span(match.start() + unbalanced, match.end(), Label.PHONE, score, f"rule:{_FAMILY}")


def _valid_somewhere(number: str, regions: tuple[str, ...]) -> bool:
    for region in regions:
        try:
            parsed = phonenumbers.parse(number, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed):
            return True
    return False
