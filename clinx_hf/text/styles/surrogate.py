"""`style="surrogate"`: made-up values in the form of the real ones, the same value always for the same value.

A person's words are mapped one by one, so that "Garcia, Maria" and "Ms. Garcia" stay one person. Without a key the draw
depends on the text around the identifiers and the order in which they appear, never on their values; with a key it is an
HMAC of the value, so that surrogates agree over documents and nobody without the key can test a guess. A surrogate never
equals its original.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from random import Random

from clinx_hf.phi import PERSON_LABELS, Label, Policy, Span
from clinx_hf.text import lists
from clinx_hf.text.people import Names, known_name_words, names_by_culture
from clinx_hf.text.styles.forms import WORD, copy_case, redraw_code, redraw_date
from clinx_hf.text.styles.replacing import Document
from clinx_hf.text.styles.tag import OLD_AGE

_TRIES = 20
_WHOLE = {
    Label.STATE: ("Northland", "Westmark", "Eastshire", "Southern Province"),
    Label.COUNTRY: ("Freedonia", "Genovia", "Ruritania", "Sylvania"),
    Label.PROFESSION: ("office worker", "shop assistant", "driver", "teacher", "technician", "cook"),
}
_REWORDED = (Label.HOSPITAL, Label.ORGANIZATION, Label.STREET, Label.LOCATION, Label.EMAIL, Label.URL)


@dataclass
class _Drawing:
    """Chance for one document: from the key and a value, or from the text around the values and their order."""

    key: bytes | None
    around: str
    drawn: dict[tuple[str, str], str] = field(default_factory=dict)

    def rng(self, kind: str, value: str, attempt: int) -> Random:
        if self.key is not None:
            message = f"{kind}\0{value.casefold()}\0{attempt}".encode("utf-8", "surrogatepass")
            return Random(hmac.new(self.key, message, hashlib.sha256).digest())
        return Random(f"{self.around}/{kind}/{len(self.drawn)}/{attempt}")


def _around(document: Document) -> str:
    """Return a digest of the text outside the spans."""
    digest, last = hashlib.blake2b(digest_size=16), 0
    for span in document.spans:
        digest.update(document.text[last : span.start].encode("utf-8", "surrogatepass") + b"\0")
        last = span.end
    digest.update(document.text[last:].encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def surrogate(document: Document) -> list[str]:
    """Return one made-up value per span."""
    drawing = _Drawing(document.key, "" if document.key else _around(document))
    given, family = known_name_words()
    cultures = list(names_by_culture().values())
    names = cultures[drawing.rng("culture", "", 0).randrange(len(cultures))] if document.key is None else None
    return [_one(document, span, drawing, names, (given, family)) for span in document.spans]


def _one(
    document: Document,
    span: Span,
    drawing: _Drawing,
    names: Names | None,
    known: tuple[frozenset[str], frozenset[str]],
) -> str:
    value = document.value(span)
    if span.label == Label.AGE and document.policy == Policy.SAFE_HARBOR:
        return OLD_AGE
    if span.label in PERSON_LABELS:
        return WORD.sub(lambda match: _name_word(match.group(), drawing, names, known), value)
    kind = (str(span.label), value.casefold())
    if kind not in drawing.drawn:
        drawing.drawn[kind] = _different(document, span, value, drawing)
    return drawing.drawn[kind]


def _different(document: Document, span: Span, value: str, drawing: _Drawing) -> str:
    for attempt in range(_TRIES):
        new = _redraw(document, span, value, drawing.rng(span.label, value, attempt))
        if new.casefold() != value.casefold():
            return new
    return f"[{span.label}]"  # a value with nothing to redraw ("Christmas")


def _redraw(document: Document, span: Span, value: str, rng: Random) -> str:
    if span.label == Label.DATE:
        return redraw_date(value, rng, keep_year=document.policy == Policy.SAFE_HARBOR and not document.revealing_years)
    if span.label == Label.CITY:
        return copy_case(rng.choice(lists.lines("invented_towns")), value)
    if span.label in _WHOLE:
        return copy_case(rng.choice(_WHOLE[span.label]), value)
    if span.label in _REWORDED:
        return _reworded(value, rng)
    return redraw_code(value, rng)


def _reworded(value: str, rng: Random) -> str:
    kinds, towns = lists.words("kind_words"), lists.lines("invented_towns")

    def new_word(match: re.Match[str]) -> str:
        word = match.group()
        if word.isdigit():
            return redraw_code(word, rng)
        if word.lower() in kinds or len(word) < 2:
            return word
        return copy_case(rng.choice(towns), word)

    return WORD.sub(new_word, value)


def _name_word(word: str, drawing: _Drawing, names: Names | None, known: tuple[frozenset[str], frozenset[str]]) -> str:
    lower = word.casefold()
    if lower in lists.words("name_particles"):
        return word
    kind = ("name", lower)
    if kind not in drawing.drawn:
        for attempt in range(_TRIES):
            rng = drawing.rng("name", lower, attempt)
            pool = names or rng.choice(list(names_by_culture().values()))
            if len(word) <= 2 or (len(word) == 3 and word.isupper()):  # initials
                new = "".join(rng.choice("ABCDEFGHIJKLMNOPRSTVWY") for _ in word)
            else:
                new = rng.choice(pool.given_for("u") if lower in known[0] and lower not in known[1] else pool.family)
            if new.casefold() != lower:
                break
        drawing.drawn[kind] = new
    return copy_case(drawing.drawn[kind], word)
