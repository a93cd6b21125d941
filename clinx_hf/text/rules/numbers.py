"""Numbers that their own shape or check digits give away, without a word beside them.

A failed check digit lowers the score and hides nothing: check digits in real notes are mistyped, and in invented ones
wrong by design.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from stdnum import iban, luhn
from stdnum.es import dni, nie
from stdnum.gb import nhs
from stdnum.in_ import aadhaar
from stdnum.mx import curp

from clinx_hf.phi import Label, Span
from clinx_hf.text.rules.rule import found

_FAMILY = "numbers"
_A = r"(?<![\w.\-/])"  # a number starts here
_Z = r"(?![\w/\-]|\.\w)"  # and ends here

Check = Callable[[str], bool]


def _never(_: str) -> bool:
    return False


# Pattern, label, check, score when the check holds, score when it fails (0 = too weak without its check digit).
_SHAPES: tuple[tuple[str, Label, Check, float, float], ...] = (
    (r"(?:\d{3}-\d{2}-\d{4}|[xX*]{3}-[xX*]{2}-\d{4})" + _Z, Label.SSN, _never, 0.97, 0.96),
    (r"[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){3,7}(?:[ ]?[A-Z0-9]{1,3})?" + _Z, Label.ACCOUNT, iban.is_valid, 0.99, 0.9),
    (r"(?:\d{4}[ \-]?){3}\d{4}" + _Z, Label.ACCOUNT, luhn.is_valid, 0.97, 0.9),
    (r"(?:[*xX]{4}[ \-]?){1,3}\d{4}" + _Z, Label.ACCOUNT, _never, 0.95, 0.95),
    (r"\d{3}[ \-]\d{3}[ \-]\d{4}" + _Z, Label.MRN, nhs.is_valid, 0.97, 0.9),
    (r"[2-9]\d{3}[ ]\d{4}[ ]\d{4}" + _Z, Label.SSN, aadhaar.is_valid, 0.98, 0.9),
    (r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ ]?\d{2}[ ]?\d{2}[ ]?\d{2}[ ]?[A-D]" + _Z, Label.SSN, _never, 0.97, 0.96),
    (r"\d{1,2}\.?\d{3}\.?\d{3}-?[A-HJ-NP-TV-Z]" + _Z, Label.SSN, dni.is_valid, 0.98, 0.92),
    (r"[XYZ]-?\d{7}-?[A-Z]" + _Z, Label.SSN, nie.is_valid, 0.98, 0.95),
    (r"\d{1,2}\.\d{3}\.\d{3}(?:-[\dkK])?" + _Z, Label.SSN, _never, 0.9, 0.9),
    (r"\d{7,8}-[\dkK]" + _Z, Label.SSN, _never, 0.9, 0.9),
    (r"[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d" + _Z, Label.SSN, curp.is_valid, 0.99, 0.97),
    (r"[STFGM]\d{7}[A-Z]" + _Z, Label.SSN, _never, 0.96, 0.96),
    (r"[A-Z]{1,2}\d{6}\([0-9A]\)", Label.SSN, _never, 0.97, 0.97),
    (r"\d{7}[A-W][A-IW]" + _Z, Label.SSN, _never, 0.95, 0.95),
    (r"\d{3}\.\d{3}\.\d{3}-\d{2}" + _Z, Label.SSN, _never, 0.97, 0.97),
    (r"\d{5}-\d{7}-\d" + _Z, Label.SSN, _never, 0.97, 0.97),
    (r"784-\d{4}-\d{7}-\d" + _Z, Label.SSN, _never, 0.98, 0.98),
    (r"GHA-\d{9}-\d" + _Z, Label.SSN, _never, 0.99, 0.99),
    (
        r"[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}"
        + _Z,
        Label.HEALTHPLAN,
        _never,
        0.99,
        0.99,
    ),
    (r"[A-Z]{4}[ ]\d{4}[ ]\d{4}" + _Z, Label.HEALTHPLAN, _never, 0.95, 0.95),
    (r"\d{4}[ \-]\d{3}[ \-]\d{3}(?:[ \-]?[A-Z]{2})?" + _Z, Label.HEALTHPLAN, _never, 0.93, 0.93),
    (r"\d{4}[ ]\d{5}[ ]\d(?:[ ]?/[ ]?\d)?" + _Z, Label.HEALTHPLAN, _never, 0.95, 0.95),
    (r"[A-HJ-NP-Z]{3}(?:\d{4}|\d{2}[A-HJ-NP-Z]{2})" + _Z, Label.MRN, _never, 0.9, 0.9),
    (r"(?=[A-HJ-NPR-Z]*\d)(?=\d*[A-HJ-NPR-Z])[A-HJ-NPR-Z0-9]{11}\d{6}" + _Z, Label.VEHICLE, _never, 0.95, 0.95),
    (r"[12]\.\d{1,3}\.\d{1,6}(?:\.\d{1,32}){3,14}(?!\w)", Label.ID, _never, 0.97, 0.97),
    (
        r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}(?!\w)",
        Label.ID,
        _never,
        0.99,
        0.99,
    ),
    (r"[WA]\d{4}[ ]\d{2}[ ]\d{6}(?:[ ][A-Z0-9]{1,2})?" + _Z, Label.ID, _never, 0.98, 0.98),
)

_UDI = re.compile(r"\(01\)\d{14}(?:\(\d{2}\)[\w\-]{1,20}){0,4}")
# One pass for all shapes: group n of the expression is shape n; the first that fits wins.
_ANY_SHAPE = re.compile(_A + r"(?=[A-Za-fx*\d])(?:" + "|".join(f"({shape})" for shape, *_ in _SHAPES) + ")")

# UIDs that name a kind of object or a code system, not an object.
_PUBLIC_UID = re.compile(
    r"1\.2\.840\.10008\.|2\.16\.840\.1\.113883\.(?:4|5|6|1\d?|2|3)\.|"
    r"1\.3\.6\.1\.4\.1\."
)
_NDC_BEFORE = re.compile(r"(?:NDC|CPT|ICD|LOINC|OID|catalog|REF|[Rr]ef)\W{0,3}(?:[Nn]o\W{0,2})?$")


def shaped_numbers(text: str) -> Iterator[Span]:
    """National, health-plan, bank, vehicle and technical numbers of a fixed shape."""
    for match in _ANY_SHAPE.finditer(text):
        if _PUBLIC_UID.match(match.group()) or _NDC_BEFORE.search(text, max(0, match.start() - 12), match.start()):
            continue
        _, label, check, good, poor = _SHAPES[(match.lastindex or 1) - 1]
        yield found(match, label, good if check(match.group()) else poor, _FAMILY)
    for match in _UDI.finditer(text):
        yield found(match, Label.DEVICE, 0.98, _FAMILY)


# A code: letters and digits that no measure, drug, gene or model writes in this way; judged by `_is_code`.
_CODE = re.compile(
    r"(?<![\w.,/\-+#\\^])(?=[A-Z0-9]{0,9}[\-/:.]?[A-Z0-9]{0,6}\d)(?:[A-Z]{1,6}[\-/:. ]?)?"
    r"\d[A-Z0-9]*(?:[\-/:.][A-Z0-9]+){0,4}(?![\w/%+]|[.,\-]\w|°)"
)
_LONG_DIGITS = re.compile(
    r"(?<![\w.,/\-+$£€#\\])\d{7,18}(?![\w%/+]|[.,\-]\d|\s?(?:cells|copies|IU|"
    r"units|mL|/))"
)
_HYPHENED = re.compile(r"(?<![\w.,/\-+$£€#\\(])\d{2,6}-\d{2,7}(?:-\d{1,7}){1,3}(?![\w%/+]|[.,\-]\w)")


def bare_codes(text: str) -> Iterator[Span]:
    """Numbers such as S24-90112, 0442178 or 77-20-0091 that stand for something without saying what."""
    for match in _CODE.finditer(text):
        if _is_code(match.group()) and not _is_public(text, match):
            yield found(match, Label.ID, 0.9, _FAMILY)
    for pattern in (_LONG_DIGITS, _HYPHENED):
        for match in pattern.finditer(text):
            if not _is_public(text, match) and not _EIGHT_DIGIT_DATE.fullmatch(match.group()):
                yield found(match, Label.ID, 0.9, _FAMILY)


def _is_public(text: str, match: re.Match[str]) -> bool:
    """Tell whether the number is of a public vocabulary, a drug or catalogue number or a DICOM tag in JSON."""
    start = max(0, match.start() - 14)
    before = _NDC_BEFORE.search(text, start, match.start()) or _PUBLIC_BEFORE.search(text, start, match.start())
    return before is not None or _TAG_AFTER.match(text, match.end()) is not None


_EIGHT_DIGIT_DATE = re.compile(r"\d{2}-\d{2}-(?:\d{2}|\d{4})")


# Vocabularies, vital signs, trial registries, forms and public tags written like a code.
_PUBLIC = re.compile(
    r"(?:HP|NCT|BP|CMS|FEF|GLI|ABG|HR|ISO|ICD|CPT|SNOMED|GRC|HLA|COVID|SARS|MIM|OMIM|rs)[\-:. ]?\d|"
    r"P\d-\d-\d-\d|\d{4}H-"
)
_PUBLIC_BEFORE = re.compile(
    r"(?:SNOMED|RxNorm|chr[\dXY]{1,2}:|HP:|LOINC|\"code\":\s?\"|code=\"|PROTOCOL|[Pp]rotocol)\W{0,2}$"
)
_TAG_AFTER = re.compile(r"\":\s?\{")


def _is_code(token: str) -> bool:
    if _PUBLIC.match(token):
        return False
    digits = sum(char.isdigit() for char in token)
    letters = sum(char.isalpha() for char in token)
    joined = any(char in "-/:" for char in token)
    if letters == 0:
        return False
    return digits >= 6 or (digits >= 5 and joined) or (digits == 4 and joined and letters >= 1 and len(token) >= 7)


_DIGIT_WORD = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple|dash|slash)"
_SPOKEN = re.compile(
    rf"(?<![A-Za-z])(?:[a-z]\s){{0,2}}{_DIGIT_WORD}(?:\s(?:{_DIGIT_WORD}|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)){{3,15}}(?![A-Za-z])",
    re.IGNORECASE,
)
_PHONE_WORDS = 7


def spoken_numbers(text: str) -> Iterator[Span]:
    """Four or more digits said one by one, as dictation writes them: three three seven five five five."""
    for match in _SPOKEN.finditer(text):
        label = Label.PHONE if len(match.group().split()) >= _PHONE_WORDS else Label.ID
        yield found(match, label, 0.95, _FAMILY)
