"""`style="rewrite"`: fluent text without identifiers. The rewriter fills the gaps, the fence lets through or refuses.

The reported span is the gap: with the title, article, preposition or noun that went into the filler ("Dr. Lee" -> "the
doctor"). Where the fence refuses, the identifier alone is replaced, by its surrogate, and nothing is widened.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from clinx_hf.phi import Span
from clinx_hf.text.fence import Fence
from clinx_hf.text.gaps import Gap, find_gaps
from clinx_hf.text.rewriter import loaded
from clinx_hf.text.styles.forms import copy_case
from clinx_hf.text.styles.replacing import Document
from clinx_hf.text.styles.surrogate import surrogate

_SENTENCE_END = re.compile(r"[.!?]['\")\]]*\s*$")
_LIST_MARK = re.compile(r"\s*(?:[-*•]|\(?\d{1,2}[.)]|\[[\d:. -]+\])?\s*[\"'(]?$")
_ABBREVIATION = re.compile(
    r"(?i)\b(?:[a-z]|no|nos|nr|vs|re|cf|tel|ph|ext|approx|exp|geb|hosp|pt|dr|st|enf|farm|téc|reg|lic|acct|acc|ref|ed|est|rm|attn)"
    r"\.\s*$"
)
_SHORT_LINE = 50  # a line that ends before was ended by its writer, not by wrapping


class Proposer(Protocol):
    """What `rewrite` asks of a rewriter (`clinx_hf.text.rewriter.Rewriter`)."""

    def propose(self, text: str, gaps: list[Gap]) -> list[str | None]:
        """Return a filler for each gap, or None."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """What goes, what comes, the identifier in it, and whether a surrogate stands in for what the rewriter wrote."""

    span: Span
    text: str
    identifier: Span
    fell_back: bool = False


def rewrite(document: Document, rewriter: Proposer | str | None = None) -> list[Replacement]:
    """Return one replacement per span of the document, in order.

    Args:
        document: the text and its identifiers.
        rewriter: a loaded rewriter, or the folder or hub id of one; None = the embedded one, loaded at first use.
    """
    if not document.spans:
        return []
    if rewriter is None or isinstance(rewriter, str):
        rewriter = loaded(rewriter)
    surrogates = surrogate(document)
    gaps = find_gaps(document.text, document.spans, surrogates)
    fence = Fence.around((span.label, document.value(span)) for span in document.spans)
    done = []
    for gap, filler, made_up in zip(gaps, rewriter.propose(document.text, gaps), surrogates, strict=True):
        if filler is not None and fence.passes(filler, gap):
            done.append(Replacement(gap.span, _cased(document.text, gap, filler), gap.inner))
        else:
            done.append(Replacement(gap.inner, made_up, gap.inner, True))
    return done


def _cased(text: str, gap: Gap, filler: str) -> str:
    """Give a filler the case of its place: capitals in a line of capitals, a capital where a sentence begins."""
    start, end = gap.span.start, gap.span.end
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    rest = text[line_start:start] + text[end : line_end if line_end >= 0 else len(text)]
    letters = [c for c in rest if c.isalpha()]
    inner = text[gap.inner.start : gap.inner.end]
    if len(letters) >= 8 and all(c.isupper() for c in letters):
        return filler.upper()
    if len(letters) < 8 and inner.isupper() and len(inner) > 3 and not any(c.isdigit() for c in inner):
        return copy_case(filler, inner)
    return filler[:1].upper() + filler[1:] if _begins(text, line_start, start) else filler


def _begins(text: str, line_start: int, start: int) -> bool:
    before = text[line_start:start]
    if not _LIST_MARK.fullmatch(before):
        return bool(_SENTENCE_END.search(before)) and not _ABBREVIATION.search(before)
    previous = text[:line_start].rstrip("\n").rsplit("\n", 1)[-1].rstrip()
    wrapped = len(previous) >= _SHORT_LINE and previous[-1:] not in ".!?:;"
    return not wrapped or text[max(0, line_start - 2) : line_start] == "\n\n"
