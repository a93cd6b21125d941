"""`style="mask"`: full blocks of the same length, so that offsets and layout stay."""

from __future__ import annotations

from clinx_hf.text.styles.replacing import Document

BLOCK = "\N{FULL BLOCK}"


def mask(document: Document) -> list[str]:
    """Return one run of blocks per span; line breaks inside a span stay."""
    return ["".join(c if c in "\r\n" else BLOCK for c in document.value(span)) for span in document.spans]
