"""Chance for the surrogates of one document.

With a key every draw is an HMAC of the value under a secret of the patient, so that surrogates agree over documents and
nobody without the key can test a guess. Without one, draws depend on the text around the identifiers and the order in
which they appear, never on their values. A mode other than `consistent` draws a value anew from time to time; then the
text around takes part, so that no two documents show the same chain.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from clinx_hf.text.styles.replacing import Document

T = TypeVar("T")
_TRIES = 200


def _around(document: Document) -> str:
    """Return a digest of the text outside the spans."""
    digest, last = hashlib.blake2b(digest_size=16), 0
    for span in document.spans:
        digest.update(document.text[last : span.start].encode("utf-8", "surrogatepass") + b"\0")
        last = span.end
    digest.update(document.text[last:].encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _mac(secret: bytes, message: str) -> bytes:
    return hmac.new(secret, message.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()


@dataclass
class Drawing:
    """The source of chance of one document, and what was drawn from it so far."""

    around: str
    stay: float
    secret: bytes | None = None
    has_patient: bool = False
    _order: dict[tuple[str, str], int] = field(default_factory=dict)
    _turns: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    _drawn: dict[tuple[str, str, int], object] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Document) -> Drawing:
        """Return the chance of a document."""
        if document.key is None:
            return cls(_around(document), document.stay)
        patient = document.patient
        secret = _mac(document.key, "all patients" if patient is None else f"patient\0{patient.strip().casefold()}")
        return cls(_around(document), document.stay, secret, patient is not None)

    def rng(self, kind: str, value: str, turn: int = 0) -> Random:
        """Return the chance of a value's `turn`-th surrogate."""
        if self.secret is not None:
            company = self.around if self.stay < 1 else ""
            return Random(_mac(self.secret, f"{kind}\0{value}\0{turn}\0{company}"))
        number = self._order.setdefault((kind, value), len(self._order))
        return Random(f"{self.around}/{kind}/{number}/{turn}")

    def offset_rng(self) -> Random:
        """Return the chance of the date shift: one per patient, or per document where no patient is named."""
        return self.rng("offset", "" if self.has_patient else self.around)

    def turn(self, kind: str, value: str) -> int:
        """Count one more mention of a value and return which of its surrogates stands there."""
        turns = self._turns.get((kind, value))
        if turns is None:
            self._turns[kind, value] = [0]
            return 0
        stays = self.stay >= 1 or self.rng(f"stay {kind}", value, len(turns)).random() < self.stay
        turns.append(turns[-1] + (not stays))
        return turns[-1]

    def draw(
        self, kind: str, value: str, make: Callable[[Random], T], fits: Callable[[T], bool], turn: int = 0
    ) -> T | None:
        """Return the surrogate of a value: the first that fits; None when none does."""
        place = (kind, value, turn)
        if place not in self._drawn:
            rng = self.rng(kind, value, turn)
            tries = (make(rng) for _ in range(_TRIES))
            self._drawn[place] = next((new for new in tries if fits(new)), None)
        return self._drawn[place]  # type: ignore[return-value]
