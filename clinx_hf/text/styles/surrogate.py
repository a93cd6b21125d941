"""`style="surrogate"`: made-up values in the form of the real ones.

Persons are linked and keep gender and culture (`persons`), dates move together (`dates`), numbers fail their check digits or
lie in reserved ranges (`codes`), places are invented (`places`). Where chance comes from is told in `drawing`. A surrogate
never equals its original; a value for which none can be made is written as its label in brackets.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random

from clinx_hf.phi import PERSON_LABELS, Label, Policy, Span, zip3_of
from clinx_hf.text.people import names_by_culture, plain
from clinx_hf.text.styles import codes, places
from clinx_hf.text.styles.ages import age
from clinx_hf.text.styles.checks import passes_a_check
from clinx_hf.text.styles.dates import Dates
from clinx_hf.text.styles.drawing import Drawing
from clinx_hf.text.styles.linking import plain_words
from clinx_hf.text.styles.persons import Persons
from clinx_hf.text.styles.replacing import Document

_ADDRESSES = frozenset({Label.EMAIL, Label.URL, Label.IP, Label.PHONE, Label.FAX})
_UNCHECKED = frozenset({Label.ZIP, Label.USERNAME})
_WHOLE = frozenset({Label.STATE, Label.COUNTRY, Label.PROFESSION})


@cache
def _family_names() -> tuple[str, ...]:
    listed = {name for names in names_by_culture().values() for name in names.family}
    return tuple(sorted(name for name in listed if name.isascii() and name.isalpha()))


class _Surrogates:
    """The surrogates of one document, made in the order of its spans."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._drawing = Drawing.of(document)
        self._persons = Persons.of(document, self._drawing)
        self._dates = Dates(document, self._drawing)
        self._codes = frozenset(codes.signs(document.value(span)) for span in document.spans)
        self._words: frozenset[str] | None = None

    def one(self, span: Span) -> str:
        """Return the surrogate of a span; ask in the order of the spans."""
        value = self._document.value(span)
        if span.label in PERSON_LABELS:
            return self._persons.replacement(span, value)
        if span.label == Label.DATE:
            return self._dates.replacement(span)
        new = self._other(span.label, value)
        return f"[{span.label}]" if new is None or new.casefold() == value.casefold() else new

    def _other(self, label: Label, value: str) -> str | None:
        if label in places.REWORDED:
            turn = self._drawing.turn(label, value.casefold())
            return places.reworded(value, self._drawing, self._taken, turn)
        if label == Label.AGE:
            return self._drawn(label, value, lambda rng: age(value, rng))
        if label in _WHOLE:
            return self._drawn(label, value, lambda rng: places.whole(label, value, rng))
        if label in _ADDRESSES:
            return self._drawn(label, value, lambda rng: self._address(label, value, rng))
        return self._code(label, value)

    @property
    def _taken(self) -> frozenset[str]:
        if self._words is None:
            self._words = plain_words(self._document.text)
        return self._words

    def _drawn(self, label: Label, value: str, make: Callable[[Random], str | None]) -> str | None:
        name = plain(value)
        turn = self._drawing.turn(label, name)
        return self._drawing.draw(label, name, make, lambda new: new is None or plain(new) != name, turn)

    def _address(self, label: Label, value: str, rng: Random) -> str:
        if label == Label.EMAIL:
            return codes.email(value, rng, _family_names())
        if label == Label.URL:
            return codes.web_address(value, rng)
        if label == Label.IP:
            return codes.internet_address(value, rng)
        return codes.spelled(value, rng) if codes.has_digit_words(value) else codes.telephone(value, rng)

    def _code(self, label: Label, value: str) -> str | None:
        if codes.has_digit_words(value):
            return self._drawn(label, value, lambda rng: codes.spelled(value, rng))
        name = codes.signs(value)
        make = codes.social_security if label == Label.SSN else codes.code
        turn = self._drawing.turn("code", name)

        def fits(new: str) -> bool:
            checked = label in _UNCHECKED or not passes_a_check(codes.filled(value.upper(), new))
            return checked and (new not in self._codes or len(name) < 3) and new != name

        new = self._drawing.draw("code", name, lambda rng: make(value, rng), fits, turn)
        if new is None:
            return None
        zip3 = zip3_of(value) if label == Label.ZIP and self._keeps_zip3 else None
        return codes.filled(value, zip3 + new[3:] if zip3 else new)

    @property
    def _keeps_zip3(self) -> bool:
        return "zip3" in self._document.keep and self._document.policy == Policy.SAFE_HARBOR


def surrogate(document: Document) -> list[str]:
    """Return one made-up value per span."""
    surrogates = _Surrogates(document)
    return [surrogates.one(span) for span in document.spans]
