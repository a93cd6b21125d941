"""How a found identifier is written in the clean text: one file per value of `style`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from clinx_hf.errors import BadSetting
from clinx_hf.text.styles.mask import mask
from clinx_hf.text.styles.replacing import Document
from clinx_hf.text.styles.surrogate import surrogate
from clinx_hf.text.styles.tag import tag

Style = Callable[[Document], list[str]]
STYLES: Mapping[str, Style] = MappingProxyType({"tag": tag, "mask": mask, "surrogate": surrogate})


def style_named(name: str) -> Style:
    """Return a style; raise `BadSetting` for a name that is not offered."""
    if name not in STYLES:
        raise BadSetting("style", name, STYLES)
    return STYLES[name]
