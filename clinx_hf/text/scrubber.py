"""The order of the steps that clean a text: fold, rules and recognizer side by side, fusion, style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clinx_hf.errors import BadInput, BadSetting
from clinx_hf.phi import KEEP_OPTIONS, Span, as_policy
from clinx_hf.text import rules
from clinx_hf.text.folding import Folded, fold
from clinx_hf.text.fusion import fuse
from clinx_hf.text.styles import style_named
from clinx_hf.text.styles.replacing import Document

if TYPE_CHECKING:
    from clinx_hf.text.recognizer import Recognizer


@dataclass(frozen=True, slots=True)
class Entity:
    """One identifier that was taken out: where it stood in the input, and what stands there now."""

    span: Span
    replacement: str


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """A clean text and what was taken out of it, in order."""

    text: str
    entities: tuple[Entity, ...]


def check_text(text: object) -> str:
    """Return a text; raise `BadInput` for anything that is no `str`."""
    if not isinstance(text, str):
        raise BadInput(f"A text must be a str, not {type(text).__name__}; convert it, or leave the value out.")
    return text


class Scrubber:
    """Takes identifiers out of texts.

    Args:
        policy: which labels go: "safe-harbor", "strict", "limited-dataset".
        style: what stands in their place: "tag", "mask", "surrogate".
        model: folder or hub id of a recognizer; None = the embedded one (offline).
        keep: what may stay of a value under safe-harbor: "year", "zip3".
        key: secret for surrogates that agree over documents.
        recognizer: a loaded recognizer, in place of `model`.

    Raises:
        BadSetting: a setting is outside what is offered.
    """

    def __init__(
        self,
        policy: str = "safe-harbor",
        style: str = "tag",
        model: str | None = None,
        keep: Sequence[str] = (),
        key: bytes | None = None,
        recognizer: Recognizer | None = None,
    ) -> None:
        self.policy = as_policy(policy)
        self._style = style_named(style)
        for option in keep:
            if option not in KEEP_OPTIONS:
                raise BadSetting("keep", option, KEEP_OPTIONS)
        self.keep = frozenset(keep)
        self._key = key
        self._model = model
        self._recognizer = recognizer

    @property
    def recognizer(self) -> Recognizer:
        """The neural recognizer, loaded when first needed."""
        if self._recognizer is None:
            from clinx_hf.text.recognizer import Recognizer

            self._recognizer = Recognizer.from_pretrained(self._model)
        return self._recognizer

    def scrub(self, texts: Sequence[str]) -> list[Scrubbed]:
        """Return the clean form of each text."""
        folded = [fold(check_text(text)) for text in texts]
        found = self.recognizer([f.text for f in folded], self.policy)
        return [self.finish(*item) for item in zip(texts, folded, found, strict=True)]

    def judge(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the spans of each text that the policy removes."""
        return [[entity.span for entity in done.entities] for done in self.scrub(texts)]

    def finish(self, text: str, folded: Folded, found: Sequence[Span]) -> Scrubbed:
        """Clean one text, given what the recognizer found in its folded form."""
        spans, revealing = fuse(folded.text, [*rules.find(folded.text), *found], self.policy)
        placed = []
        for span in spans:
            start, end = folded.span(span.start, span.end)
            placed.append(Span(start, end, span.label, span.score, span.source))
        document = Document(text, tuple(placed), self.policy, self.keep, self._key, revealing)
        pieces, entities, last = [], [], 0
        for span, replacement in zip(placed, self._style(document), strict=True):
            pieces += [text[last : span.start], replacement]
            entities.append(Entity(span, replacement))
            last = span.end
        return Scrubbed("".join([*pieces, text[last:]]), tuple(entities))
