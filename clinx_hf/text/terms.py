"""What a user wants never removed (allow) and always removed (deny), and the model's limits per label.

Terms are compared word by word, without case, accents and the signs between the words; a denied name is removed in every
form in which a name may stand (see `propagation`). Allow wins over the model, the rules and propagation; deny and known
values of a row win over allow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from clinx_hf.errors import BadSetting
from clinx_hf.phi import Label, Span
from clinx_hf.text.propagation import find_values, find_words
from clinx_hf.text.resolving import trimmed

Denied = Iterable[str | tuple[str, str]] | Mapping[str, str]
CERTAIN = frozenset({"deny", "known", "column"})  # sources that allow does not overrule


@dataclass(frozen=True)
class Terms:
    """Allowed terms, and denied ones with the label under which they go."""

    allow: tuple[str, ...] = ()
    deny: tuple[tuple[str, Label], ...] = ()

    def without_allowed(self, text: str, spans: Sequence[Span]) -> list[Span]:
        """Return the spans less every allowed term, but for spans of a source that is certain."""
        if not self.allow:
            return list(spans)
        places = [(s.start, s.end) for s in find_words(text, ((term, Label.ID) for term in self.allow), "allow")]
        kept: list[Span] = []
        for span in spans:
            pieces = [(span.start, span.end)]
            if span.source not in CERTAIN:
                for a, b in places:
                    pieces = [(x, y) for s, e in pieces for x, y in ((s, min(e, a)), (max(s, b), e)) if x < y]
            whole = pieces == [(span.start, span.end)]
            pieces = pieces if whole else [trimmed(text, s, e) for s, e in pieces]
            kept += [Span(s, e, span.label, span.score, span.source) for s, e in pieces if s < e]
        return kept

    def denied(self, text: str) -> list[Span]:
        """Return where denied terms stand."""
        return find_values(text, self.deny, "deny") if self.deny else []


def as_terms(allow: Iterable[str] = (), deny: Denied = ()) -> Terms:
    """Check a user's lists. `deny` may give a term its label, as a mapping or in pairs; without one it is ID.

    Raises:
        BadSetting: an entry is no string with a letter or digit, or a label is not offered.
    """
    listed = deny.items() if isinstance(deny, Mapping) else _listed("deny", deny)
    named = (each if isinstance(each, tuple) and len(each) == 2 else (each, Label.ID) for each in listed)
    return Terms(
        tuple(_checked("allow", i, term) for i, term in enumerate(_listed("allow", allow))),
        tuple((_checked("deny", i, term), as_label("deny", label)) for i, (term, label) in enumerate(named)),
    )


def _listed(name: str, terms: Iterable[Any]) -> list[Any]:
    if isinstance(terms, str):
        raise BadSetting(name, "...", ["a list of terms"])
    return list(terms)


def _checked(name: str, position: int, term: object) -> str:
    if not isinstance(term, str) or not any(char.isalnum() for char in term):
        raise BadSetting(f"{name}[{position}]", "...", ["a term with a letter or digit"])
    return term


def as_label(name: str, label: object) -> Label:
    """Return a label by its name; raise `BadSetting` for one that is not offered."""
    try:
        return Label(str(label))
    except ValueError:
        raise BadSetting(f"label in {name}", "...", list(Label)) from None


def as_thresholds(thresholds: Mapping[str, float]) -> Mapping[Label, float]:
    """Check limits per label: a word that looks most like that label goes when its chance reaches the limit.

    Raises:
        BadSetting: a label is not offered, or a limit is not above 0 and below 1.
    """
    checked: dict[Label, float] = {}
    for name, limit in thresholds.items():
        label = as_label("thresholds", name)
        if isinstance(limit, bool) or not isinstance(limit, int | float) or not 0 < limit < 1:
            raise BadSetting(f"thresholds[{str(label)!r}]", limit, ["a number above 0 and below 1"])
        checked[label] = float(limit)
    return MappingProxyType(checked)
