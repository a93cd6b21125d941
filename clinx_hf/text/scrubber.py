"""The order of the steps that clean a text: fold, rules and recognizer side by side, fusion, style."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from clinx_hf.errors import BadInput, BadSetting
from clinx_hf.phi import KEEP_OPTIONS, Span, as_policy
from clinx_hf.text import rules
from clinx_hf.text.folding import Folded, fold
from clinx_hf.text.fusion import fuse
from clinx_hf.text.styles import style_named
from clinx_hf.text.styles.replacing import Document, checked_key, stay_of
from clinx_hf.text.styles.rewrite import Proposer
from clinx_hf.text.terms import Denied, as_terms, as_thresholds

if TYPE_CHECKING:
    from clinx_hf.text.recognizer import Recognizer


_NO_LIMITS: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Entity:
    """One identifier that was taken out: where it stood in the input, and what stands there now.

    Attributes:
        span: what was replaced; under the style "rewrite" with the words that went along ("Dr. Lee").
        replacement: what stands there now.
        identifier: the identifier alone ("Lee").
        fell_back: a surrogate stands there, because the fence refused what the rewriter wrote.
    """

    span: Span
    replacement: str
    identifier: Span
    fell_back: bool = False


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """A clean text and what was taken out of it, in order."""

    text: str
    entities: tuple[Entity, ...]

    @property
    def fallbacks(self) -> int:
        """How many identifiers a surrogate stands for, because the rewriter's filler was refused."""
        return sum(entity.fell_back for entity in self.entities)


def check_text(text: object) -> str:
    """Return a text; raise `BadInput` for anything that is no `str`."""
    if not isinstance(text, str):
        raise BadInput(f"A text must be a str, not {type(text).__name__}; convert it, or leave the value out.")
    return text


class Scrubber:
    """Takes identifiers out of texts.

    Args:
        policy: which labels go: "safe-harbor", "strict", "limited-dataset".
        style: what stands in their place: "tag", "mask", "surrogate", "rewrite".
        model: folder or hub id of a recognizer; None = the embedded one (offline).
        keep: what may stay of a value: "year" and "zip3" under safe-harbor; "weekday" of the dates of surrogates.
        key: secret of at least 16 bytes for surrogates that agree over documents.
        recognizer: a loaded recognizer, in place of `model`.
        rewriter: for the style "rewrite": folder or hub id of a seq2seq or causal model, or a loaded one; None = the
            embedded one (offline).
        surrogate_mode: "consistent" = one surrogate a value; "per-mention" = a new one each time; "markov(p)" = the last
            one again with chance p. Dates move together in every mode.
        allow: terms that are never removed, whatever model and rules say; denied terms and known values still are.
        deny: terms that are always removed, names in every form; a mapping gives each its label, else it is ID.
        thresholds: limits of the model for some labels, in place of its own: {"PROFESSION": 0.3}.

    Raises:
        BadSetting: a setting is outside what is offered.
        BadInput: the key is too short.
    """

    def __init__(
        self,
        policy: str = "safe-harbor",
        style: str = "tag",
        model: str | None = None,
        keep: Sequence[str] = (),
        key: bytes | None = None,
        recognizer: Recognizer | None = None,
        rewriter: Proposer | str | None = None,
        surrogate_mode: str = "consistent",
        allow: Iterable[str] = (),
        deny: Denied = (),
        thresholds: Mapping[str, float] = _NO_LIMITS,
    ) -> None:
        self.policy = as_policy(policy)
        self._style = style_named(style, rewriter)
        for option in keep:
            if option not in KEEP_OPTIONS:
                raise BadSetting("keep", option, KEEP_OPTIONS)
        self.keep = frozenset(keep)
        self._key = None if key is None else checked_key(key)
        self._stay = stay_of(surrogate_mode)
        self.knows_patients = key is not None and style in ("surrogate", "rewrite")  # does it matter whose a text is?
        self.terms = as_terms(allow, deny)
        self.thresholds = as_thresholds(thresholds)
        self._model = model
        self._recognizer = recognizer

    @property
    def recognizer(self) -> Recognizer:
        """The neural recognizer, loaded when first needed."""
        if self._recognizer is None:
            from clinx_hf.text.recognizer import Recognizer

            self._recognizer = Recognizer.from_pretrained(self._model)
        return self._recognizer

    def recognize(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return what the recognizer finds in each (folded) text under the policy and the limits."""
        return self.recognizer(texts, self.policy, self.thresholds)

    def scrub(self, texts: Sequence[str], patients: Sequence[str | None] | None = None) -> list[Scrubbed]:
        """Return the clean form of each text; `patients` says whose each is, see `Document.patient`."""
        folded = [fold(check_text(text)) for text in texts]
        found = self.recognize([f.text for f in folded])
        named = patients or [None] * len(texts)
        return [self.finish(*item) for item in zip(texts, folded, found, named, strict=True)]

    def judge(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the spans of each text that the policy removes."""
        folded = [fold(check_text(text)) for text in texts]
        found = self.recognize([f.text for f in folded])
        return [list(self._document(*item).spans) for item in zip(texts, folded, found, strict=True)]

    def _document(self, text: str, folded: Folded, found: Sequence[Span]) -> Document:
        """Return a text with its final spans, given what the recognizer found in its folded form."""
        spans, revealing = fuse(folded.text, [*rules.find(folded.text), *found], self.policy, self.terms)
        placed = []
        for span in spans:
            start, end = folded.span(span.start, span.end)
            placed.append(Span(start, end, span.label, span.score, span.source))
        return Document(text, tuple(placed), self.policy, self.keep, self._key, revealing, stay=self._stay)

    def finish(self, text: str, folded: Folded, found: Sequence[Span], patient: str | None = None) -> Scrubbed:
        """Clean one text, given what the recognizer found in its folded form."""
        document = replace(self._document(text, folded, found), patient=patient)
        pieces, entities, last = [], [], 0
        for done in self._style(document):
            pieces += [text[last : done.span.start], done.text]
            entities.append(Entity(done.span, done.text, done.identifier, done.fell_back))
            last = done.span.end
        return Scrubbed("".join([*pieces, text[last:]]), tuple(entities))
