"""Which of Spanish, German and French a text is written in, as far as its rules must know: by everyday words."""

from __future__ import annotations

import re
from functools import cache

_LOOKED_AT = 6000  # characters at the start of a text, and as many at its end
_ENOUGH = 3  # different words
_EVERYDAY = {
    "es": r"de|del|la|las|los|el|con|por|paciente|años|que|en|una|y|se|al|Fecha|Edad|Domicilio|España|Médico|Servicio|Dra?",
    "de": r"der|die|das|und|wurde|mit|bei|vom|zum|nicht|Patientin|Grüßen|Frau|Herrn?|geb|geehrte[rn]?|am|wir|im|den",
    "fr": r"le|la|les|du|des|et|au|aux|une|dans|avec|par|né|née|Madame|Monsieur|patient|ans|est|pour|sur|Docteur",
}


@cache
def _pattern(language: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_EVERYDAY[language]})(?!\w)")


def is_written_in(text: str, language: str) -> bool:
    """Tell whether a text has at least three different everyday words of "es", "de" or "fr"."""
    seen: set[str] = set()
    for part in (text[:_LOOKED_AT], text[_LOOKED_AT:][-_LOOKED_AT:]):
        for match in _pattern(language).finditer(part):
            seen.add(match.group())
            if len(seen) >= _ENOUGH:
                return True
    return False
