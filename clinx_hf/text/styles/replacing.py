"""What every style is given: one document with the spans that must go."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clinx_hf.errors import BadInput, BadSetting
from clinx_hf.phi import Policy, Span

SHORTEST_KEY = 16
_MARKOV = re.compile(r"markov\((0(?:\.\d+)?|1(?:\.0+)?|\.\d+)\)")


@dataclass(frozen=True)
class Document:
    """A text with its final spans (in order, without overlap) and the settings that shape replacements.

    Attributes:
        keep: what may stay of a value: "year", "zip3", "weekday".
        key: secret of at least 16 bytes that ties surrogates together over documents. Without it they are tied inside
            a document only, and are drawn from the order of the values, never from the values themselves.
        revealing_years: years that would reveal an age above 89; they are not kept.
        patient: what names the patient of this document, the same in all documents of one patient. Surrogates agree
            over the documents of a patient, and differ between patients; None = they agree over all documents.
        stay: chance that a value's next mention keeps the surrogate of the last one, see `stay_of`.
    """

    text: str
    spans: tuple[Span, ...]
    policy: Policy
    keep: frozenset[str] = frozenset()
    key: bytes | None = None
    revealing_years: frozenset[str] = frozenset()
    patient: str | None = None
    stay: float = 1.0

    def value(self, span: Span) -> str:
        """Return the characters of a span."""
        return self.text[span.start : span.end]


def stay_of(mode: str) -> float:
    """Return the chance that a mention keeps the surrogate of the mention before it; raise `BadSetting` if unknown.

    >>> stay_of("consistent"), stay_of("markov(0.7)"), stay_of("per-mention")
    (1.0, 0.7, 0.0)
    """
    if mode in ("consistent", "per-mention"):
        return float(mode == "consistent")
    match = _MARKOV.fullmatch(mode)
    if match is None:
        raise BadSetting("surrogate_mode", mode, ("consistent", "markov(p) with p from 0 to 1", "per-mention"))
    return float(match.group(1))


def checked_key(key: bytes | str) -> bytes:
    """Return a key as bytes; raise `BadInput` if it is too short to be a secret."""
    data = key.encode() if isinstance(key, str) else bytes(key)
    if len(data) < SHORTEST_KEY:
        raise BadInput(f"The key must hold at least {SHORTEST_KEY} bytes; make one with: openssl rand -hex 32")
    return data
