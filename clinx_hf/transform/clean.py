"""What is worked on and what comes out of it: a text of a patient, a clean text, the clean frames of an image."""

from __future__ import annotations

from dataclasses import dataclass

from clinx_hf.image.opening import Patch
from clinx_hf.phi import Span
from clinx_hf.tally import Tally


@dataclass(frozen=True, slots=True)
class OfPatient:
    """A text and what names its patient, where that matters."""

    text: str
    patient: str | None = None


@dataclass(frozen=True)
class CleanText:
    """A clean text, the places in its source that were replaced, and their count."""

    text: str
    spans: tuple[Span, ...]
    tally: Tally

    @property
    def size(self) -> int:
        """Bytes that it takes, about."""
        return 200 + 4 * len(self.text) + 100 * len(self.spans)


@dataclass(frozen=True)
class CleanFrames:
    """What changes in an image: the filled boxes of each frame, text that stays, digests of names that went."""

    key: bytes
    patches: tuple[tuple[Patch, ...], ...]
    kept: tuple[str, ...]
    names: frozenset[bytes]
    tally: Tally

    @property
    def size(self) -> int:
        """Bytes that it takes, about."""
        return 500 + sum(patch.nbytes + 200 for frame in self.patches for _, patch in frame)
