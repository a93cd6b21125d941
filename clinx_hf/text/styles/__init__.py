"""How a found identifier is written in the clean text: one file per value of `style`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from clinx_hf.errors import BadSetting
from clinx_hf.text.styles.mask import mask
from clinx_hf.text.styles.replacing import Document
from clinx_hf.text.styles.rewrite import Proposer, Replacement, rewrite
from clinx_hf.text.styles.surrogate import surrogate
from clinx_hf.text.styles.tag import tag

Style = Callable[[Document], list[str]]
REWRITE = "rewrite"
STYLES: Mapping[str, Style] = MappingProxyType({"tag": tag, "mask": mask, "surrogate": surrogate})
STYLE_NAMES = (*STYLES, REWRITE)


def style_named(name: str, rewriter: Proposer | str | None = None) -> Callable[[Document], list[Replacement]]:
    """Return a style; raise `BadSetting` for a name that is not offered. `rewriter` is that of "rewrite"."""
    if name == REWRITE:
        return partial(rewrite, rewriter=rewriter)
    if name not in STYLES:
        raise BadSetting("style", name, STYLE_NAMES)
    return partial(_in_place, style=STYLES[name])


def _in_place(document: Document, style: Style) -> list[Replacement]:
    return [Replacement(span, text, span) for span, text in zip(document.spans, style(document), strict=True)]
