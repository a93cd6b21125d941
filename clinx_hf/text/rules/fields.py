"""Fields of forms and letters in Spanish, German, French and English: the value behind "Apellidos:", "geb. am", "Nom :".

The rule looks at every colon (or =, or dotted leader), reads the words before it, and asks the list `fields` for the
label and the kind of value: name, code, date, age, phone, address (parted into street, post code, city), place, line
(up to the end of the line or cell), free (the same, lower case allowed).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from clinx_hf.phi import Label, Span
from clinx_hf.text.lists import rows, words
from clinx_hf.text.rules.addresses import address_parts

_FAMILY = "fields"
_SIGN = re.compile(r"[:=]|\.{3,}:?|(?<=[Nn]é)\(e\)(?= le)")
_TOKEN = re.compile(r"[^\s|;,\"<>{}\[\]:=]+")
_MOST_BEFORE = 40
_MOST_WORDS = 5
_CELL_START = re.compile(r"(?:^|[\n|;\t,.({\[]|[ ]{2})[\s*•#>\"'\-]{0,6}$")
# A value ends at the end of its line or cell, or where the next field starts.
_LINE = re.compile(r"[^\n|;\t]{0,160}")
_NEXT_FIELD = re.compile(r"[ ]{2,}|[ ,.]\s?(?:[^\W\d_][\w.º°ª'/()\-]{0,14}[ ]?){1,3}:|\.\s*$")
_NAME_TOKEN = re.compile(r"[^\W\d_](?:(?!Correo)[\w'\-])*\.?,?")
_CODE = re.compile(
    r"(?:[A-Za-z]{1,6}[ .\-]?)?\d[\dA-Za-z]*(?:[ ]{0,1}[ ./\-][\dA-Za-z]*\d[\dA-Za-z]*)*(?:[ \-]?[A-Z](?!\w))?(?![\w])"
)
_DATE = re.compile(r"[*(]?(\d{1,6}\s?[/.\-]\s?\d{1,3}\s?[/.\-]\s?\d{2,4}|(?:19|20)\d\d)(?!\w)")
_AGE = re.compile(r"(?P<n>\d{1,3})(?:\s?(?P<unit>años|año|meses|mes|semanas|días|A|a))?(?![\w/])")
_PHONE = re.compile(r"\+?\(?\+?\d[\d().\- /]{4,22}\d(?!\w)")
_ENDS = re.compile(r"\s*(?:$|[\n,.;|()/\t\"'-])|[ ]{2}|[ ][^\W\d_][\w.º]{0,12}\s?(?:\w{1,12}\s?)?:")
_SEES_ELSEWHERE = re.compile(r"(?i)(?:see|as|same|not|none|unknown|nil|n/?a|no|refused|ver|desconocid|unbekannt)\b")
_PLACE_END = re.compile(r"[,(/.]")
_BETWEEN_PLACES = re.compile(r"[,(/.\s]*")
_PREFIX = re.compile(r"([A-Za-z]{2,6})[ .\-]")
_CAPITAL = re.compile(r"[^\W\d_a-zß-ÿ]")


@cache
def _fields() -> dict[str, tuple[Label, str, bool]]:
    """Label, kind of value, and whether the name counts only at the start of a cell."""
    table: dict[str, tuple[Label, str, bool]] = {}
    for label, kind, names in rows("fields"):
        for name in names.split(","):
            name = name.strip()
            table.setdefault(plain(name.lstrip("^")), (Label(label), kind, name.startswith("^")))
    return table


_BLANKED = str.maketrans(dict.fromkeys("/._-ºª°()'’#", " "))


def plain(name: str) -> str:
    """Return the name of a field without case, accents and punctuation.

    >>> plain("Localidad/ Provincia"), plain("NºCol")
    ('localidad provincia', 'n col')
    """
    lowered = unicodedata.normalize("NFKD", name.translate(_BLANKED).casefold())
    return " ".join("".join(c for c in lowered if not unicodedata.combining(c)).split())


def is_field(name: str) -> bool:
    """Tell whether words are the name of a field of a form."""
    return len(name) <= _MOST_BEFORE and plain(name) in _fields()


def form_fields(text: str) -> Iterator[Span]:
    """Apellidos: Rivera Bueno; geb. am: 12.03.1964; Nom : Martin; City: Dayton; Domicilio: Calle Mayor 4, 2º."""
    for sign in _SIGN.finditer(text):
        named = _field_before(text, sign.start())
        if named is not None:
            yield from _value(text, sign.end(), *named)


def _field_before(text: str, end: int) -> tuple[Label, str] | None:
    """The label and kind of the field whose name ends right before a sign."""
    start = max(0, end - _MOST_BEFORE, text.rfind("\n", 0, end) + 1)
    tokens = list(_TOKEN.finditer(text, start, end))[-_MOST_WORDS:]
    if not tokens or text[tokens[-1].end() : end].strip(" \"'|\t"):
        return None
    for token in tokens:
        known = _fields().get(plain(text[token.start() : tokens[-1].end()]))
        if known is not None:
            label, kind, only_first = known
            if not only_first or _CELL_START.search(text, max(0, token.start() - 8), token.start()):
                return label, kind
    return None


def _value(text: str, start: int, label: Label, kind: str) -> Iterator[Span]:
    while start < len(text) and text[start] in " \t\"'*":
        start += 1
    line = _LINE.match(text, start)
    if line is None or not line.group():
        return
    cut = _NEXT_FIELD.search(text, start, line.end())
    end = cut.start() if cut else line.end()
    if text[start : start + 1] in "[{<":
        return
    if kind == "name":
        yield from name_at(text, start, line.end(), label)
    elif kind == "address":
        if _SEES_ELSEWHERE.match(text, start):
            return
        yield from address_parts(text, start, end, f"rule:{_FAMILY}")
    elif kind == "age":
        yield from _age(text, start, line.end())
    elif kind in ("line", "free", "place"):
        yield from _line(text, start, end, label, kind)
    else:
        pattern = {"code": _CODE, "date": _DATE, "phone": _PHONE}[kind]
        match = pattern.match(text, start, line.end())
        if match and sum(c.isdigit() for c in match.group()) >= 3:
            first = match.start(1) if match.re.groups else match.start()
            prefix = _PREFIX.match(match.group())
            if prefix and plain(prefix.group(1)) in _fields():
                first += prefix.end()
            yield Span(first, match.end(), label, 0.97, f"rule:{_FAMILY}")


def name_at(text: str, start: int, end: int, label: Label) -> Iterator[Span]:
    """The name that starts at `start`: capitalised words and particles, titles before it left out."""
    kept: list[re.Match[str]] = []
    particles, titles, stops = words("name_particles"), _titles(), words("name_stops")
    at = start
    while at < end and len(kept) < 7:
        token = _NAME_TOKEN.match(text, at, end)
        if token is None:
            break
        word = token.group().rstrip(",").casefold().strip(".")
        if word in titles and (not kept or kept[-1].group().endswith(",")):
            at = _after_blanks(text, token.end(), end)
            start = at
            continue
        colon = text[token.end() : token.end() + 2].lstrip()[:1] in (":", "=")
        capital = _CAPITAL.match(token.group()) is not None
        if word in stops or colon or word in titles or not (capital or (word in particles)):
            break
        kept.append(token)
        at = _after_blanks(text, token.end(), end)
        if at - token.end() > 1:
            break
        if token.group().endswith(".") and len(token.group()) > 3:
            break
    while kept and kept[-1].group().casefold() in particles:
        kept.pop()
    if kept and kept[-1].group().endswith(","):
        last = kept[-1]
        finish = last.end() - 1
    else:
        finish = kept[-1].end() if kept else start
    if finish - start > 2 and text[finish - 1] == "." and text[finish - 3] not in " .":
        finish -= 1
    if len(kept) == 1 and not _ENDS.match(text, finish):
        return  # "PATIENT: Only dry toast": speech, no field
    if kept and finish - start >= 2 and not _is_placeholder(text[start:finish]):
        yield Span(kept[0].start(), finish, label, 0.97, f"rule:{_FAMILY}")


def _after_blanks(text: str, at: int, end: int) -> int:
    while at < end and text[at] in " \t":
        at += 1
    return at


@cache
def _titles() -> frozenset[str]:
    listed = words("titles_doctor") | words("titles_person") | words("degrees")
    more = "herr herrn frau fr hr med univ dipl ing priv doz pd oa oä ao o mag prof dr dra mme m mlle monsieur madame docteur sr sra don doña srta d"
    return frozenset(term.strip(".") for term in listed) | frozenset(more.split())


def _is_placeholder(value: str) -> bool:
    """Tell whether the words say that there is nothing, or are everyday words of notes."""
    tokens = [token.strip(".,") for token in value.casefold().split()]
    return not tokens or all(token in words("not_names") for token in tokens)


def _line(text: str, start: int, end: int, label: Label, kind: str) -> Iterator[Span]:
    if kind == "place":
        comma = _PLACE_END.search(text, start, end)
        first_end = comma.start() if comma else end
    else:
        first_end = end
    while first_end > start and (text[first_end - 1].isspace() or text[first_end - 1] in ".,;:'\"-"):
        first_end -= 1
    value = text[start:first_end]
    wordy = sum(c.isalpha() for c in value) >= 3 and len(value) <= 70
    if wordy and (kind == "free" or _CAPITAL.match(value)) and not _is_placeholder(value):
        if kind == "free" and value.casefold().split()[0] in words("not_names"):
            return
        yield Span(start, first_end, label, 0.95, f"rule:{_FAMILY}")
        if kind == "place" and first_end < end and label == Label.CITY:
            rest = _BETWEEN_PLACES.match(text, first_end, end)
            if rest and rest.end() < end:
                yield from _line(text, rest.end(), end, Label.STATE, "place")


def _age(text: str, start: int, end: int) -> Iterator[Span]:
    match = _AGE.match(text, start, end)
    if match and int(match["n"]) <= 120:
        end = match.end() if match["unit"] else match.end("n")
        yield Span(match.start(), end, Label.AGE, 0.97, f"rule:{_FAMILY}")
