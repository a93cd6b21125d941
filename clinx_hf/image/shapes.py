"""Identifiers that a line of overlay text tells by its shape: dates, times, numbers, addresses, initials.

Each rule returns the label of what it finds in a line, or None.
"""

from __future__ import annotations

import re
import unicodedata

from clinx_hf.phi import Label

_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mai|juin|juil|okt|dez|ene|abr|ago|dic|fev|avr|aou)[a-z]*\.?"
)


def plain(text: str) -> str:
    """Return the text in capitals without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).upper()


def dicom_name(text: str) -> Label | None:
    """A name in DICOM form, "SMITH^JOHN"."""
    return Label.PATIENT if re.search(r"[^\W\d_]\s*\^", text) else None


def _as_digits(text: str) -> str:
    """The text with letters that are digits beside other digits: "O3/l2"."""
    return re.sub(r"(?<=\d)[OoIl|]|[OoIl|](?=\d)", lambda m: "0" if m.group() in "Oo" else "1", text)


def date(text: str) -> Label | None:
    """A day, a month with its year, in digits or words, with the letters that a reader takes digits for."""
    digits = _as_digits(text)
    end = r"(?![\d]|[.,]\d)"
    forms = (
        rf"(?<!\d)(?:\d{{1,2}}\s*[-/.]\s*\d{{1,2}}\s*[-/.]\s*\d{{2,4}}|\d{{4}}\s*[-/.]\s*\d{{1,2}}\s*[-/.]\s*\d{{1,2}}){end}",
        r"(?<!\d)(?:(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?!\d)",
        r"(?<![\d.])\d{1,2}\s+\d{1,2}\s+(?:18|19|20)\d\d(?!\d)",
        r"(?<![\d.])(?:18|19|20)\d\d\s+\d{1,2}\s+\d{1,2}(?![\d.])",
        r"(?<![\d./])(?:0?[1-9]|1[0-2])\s*[-/.]\s*(?:18|19|20)\d\d(?!\d)",
        r"(?<!\d)(?:18|19|20)\d\d\s*[-/.]\s*(?:0[1-9]|1[0-2])(?!\d)",
    )
    named = (
        rf"(?i)(?<![^\W\d_])(?:\d{{1,4}}\.?\s*[-./, ]?\s*(?:de )?{_MONTH}(?![^\W\d_])|{_MONTH}\s*[-./, ]?\s*\d{{1,4}})"
    )
    found = any(re.search(form, digits) for form in forms) or re.search(named, plain(text))
    return Label.DATE if found else None


def clock_time(text: str) -> Label | None:
    """A clock time; "16:9" and the ratio of a compression, "20:1", are none."""
    clock = r"(?<![\d:])(?:[01]?\d|2[0-3])\s?[:h]\s?[0-5]\d(?:\s?[:.]\s?[0-5]\d)?(?!\d)|(?<!\d)(?:0?[1-9]|1[0-2])\s?[ap]\.?m\b"
    return Label.DATE if re.search(clock, _as_digits(text), re.IGNORECASE) else None


def old_age(text: str) -> Label | None:
    """An age over 89."""
    return Label.AGE if re.search(r"(?i)(?<!\d)0?(?:9\d|1[01]\d)\s?y|\bage\W{0,3}(?:9\d|1[01]\d)(?!\d)", text) else None


def address(text: str) -> Label | None:
    """A mail or web address."""
    if "@" in text:
        return Label.EMAIL
    return Label.URL if re.search(r"(?i)https?:|www\.|\.(?:org|com|edu|gov|net)\b", text) else None


def telephone(text: str) -> Label | None:
    """A telephone number of ten digits."""
    return Label.PHONE if re.search(r"(?<!\d)\(?\d{3}\)?[\s.-]{0,2}\d{3}[\s.-]\d{4}(?!\d)", text) else None


def digit_run(text: str) -> Label | None:
    """Five digits and more that are no size."""
    return Label.ID if re.search(r"\d{6,}|\d{3,}[-\s]\d{4,}|\d{5,}(?![\d.]*\s*(?:%|mm|cm))", text) else None


def code(text: str) -> Label | None:
    """Six signs or more with a digit and a letter or dash among them; sizes such as 512x512 are no codes."""
    for token in re.findall(r"\w(?:[\w#-]*\w)?", text):
        if len(token) >= 6 and re.search(r"\d", token) and not re.fullmatch(r"(?i)\d+x\d+(x\d+)?|\d+[a-z]{1,3}", token):
            return Label.ID
    return None


def initials(text: str) -> Label | None:
    """Two initials with dots."""
    return Label.DOCTOR if re.search(r"(?<!\w)[A-Z]\.\s?[A-Z]\.(?!\w)", text) else None
