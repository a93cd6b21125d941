"""`style="tag"`: the label in brackets, with the year or the first ZIP digits where asked for and allowed."""

from __future__ import annotations

from clinx_hf.phi import Label, Policy, Span, year_of, zip3_of
from clinx_hf.text.styles.replacing import Document

OLD_AGE = "90+"


def _one(document: Document, span: Span) -> str:
    value = document.value(span)
    if span.label == Label.AGE and document.policy == Policy.SAFE_HARBOR:
        return OLD_AGE
    kept: str | None = None
    if document.policy == Policy.SAFE_HARBOR and span.label == Label.DATE and "year" in document.keep:
        kept = year_of(value)
        kept = None if kept in document.revealing_years else kept
    elif document.policy == Policy.SAFE_HARBOR and span.label == Label.ZIP and "zip3" in document.keep:
        kept = zip3_of(value)
    return f"[{span.label} {kept}]" if kept else f"[{span.label}]"


def tag(document: Document) -> list[str]:
    """Return one replacement per span, such as `[DOCTOR]` or `[DATE 2021]`."""
    return [_one(document, span) for span in document.spans]
