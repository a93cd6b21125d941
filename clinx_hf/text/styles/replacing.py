"""What every style is given: one document with the spans that must go."""

from __future__ import annotations

from dataclasses import dataclass

from clinx_hf.phi import Policy, Span


@dataclass(frozen=True)
class Document:
    """A text with its final spans (in order, without overlap) and the settings that shape replacements.

    Attributes:
        keep: what may stay of a value: "year", "zip3".
        key: secret that ties surrogates of one value together over documents; without it they are tied inside a
            document only, and are drawn from the order of the values, never from the values themselves.
        revealing_years: years that would reveal an age above 89; they are not kept.
    """

    text: str
    spans: tuple[Span, ...]
    policy: Policy
    keep: frozenset[str] = frozenset()
    key: bytes | None = None
    revealing_years: frozenset[str] = frozenset()

    def value(self, span: Span) -> str:
        """Return the characters of a span."""
        return self.text[span.start : span.end]
