"""The work on rows: texts to the scrubber, images to the redactor, and what one finds is looked for in the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image

from clinx_hf.errors import BadInput
from clinx_hf.image.known import mentioned_among
from clinx_hf.image.opening import Picture, blank_for, encoded, open_frames, to_image
from clinx_hf.image.redactor import Redacted, Redactor
from clinx_hf.image.regions import Reason, mask_of
from clinx_hf.phi import OLDEST_AGE, Label, Policy, Span, removed_labels
from clinx_hf.tally import Case, Tally
from clinx_hf.text.folding import fold
from clinx_hf.text.scrubber import Scrubbed, Scrubber
from clinx_hf.transform.cache import Cache, digest
from clinx_hf.transform.clean import CleanFrames, CleanText, OfPatient
from clinx_hf.transform.columns import Column, Kind, is_image_dict
from clinx_hf.transform.known import Known, as_known, find_known, found_known, name_digests
from clinx_hf.transform.rows import Leaf, leaves, rewritten

_TEXTS_KEPT = 16 << 20  # bytes, about
_IMAGES_KEPT = 64 << 20
_ENCODED_KEPT = 64 << 20  # datasets of questions repeat an image row after row
_CASES = {
    Reason.IDENTIFIER: Case.IDENTIFIER,
    Reason.UNREADABLE: Case.UNREADABLE,
    Reason.TEXT: Case.OVERLAY_TEXT,
}


@dataclass
class Cleaner:
    """Cleans rows with one scrubber and one redactor; each distinct text and image is worked on once."""

    scrubber: Scrubber
    redactor: Redactor
    _texts: Cache[CleanText] = field(default_factory=lambda: Cache(_TEXTS_KEPT, lambda text: text.size))
    _images: Cache[CleanFrames] = field(default_factory=lambda: Cache(_IMAGES_KEPT, lambda frames: frames.size))
    _encoded: Cache[bytes] = field(default_factory=lambda: Cache(_ENCODED_KEPT, len))

    def clean_rows(
        self,
        rows: Sequence[Mapping[str, Any]],
        columns: Sequence[Column],
        tally: Tally,
        patient_column: str | None = None,
    ) -> list[dict[str, Any]]:
        """Return the rows without identifiers, in order, and add to the tally what was found.

        `patient_column` says whose a row is; by default a column that is named as a patient's number. An image that
        cannot be opened becomes a blank one and is counted. Raises BadInput for values that are neither texts nor
        images nor plain numbers.
        """
        found = [leaves(row, columns) for row in rows]
        patients = [self._patient(row, columns, patient_column) for row in rows]
        texts = dict.fromkeys(
            OfPatient(leaf.value, patient)
            for row, patient in zip(found, patients, strict=True)
            for leaf in row
            if leaf.kind is Kind.TEXT
        )
        done = self._scrubbed(list(texts))
        return [self._row(*item, columns, done, tally) for item in zip(rows, found, patients, strict=True)]

    def _patient(self, row: Mapping[str, Any], columns: Sequence[Column], named: str | None) -> str | None:
        """What names the patient of a row; None where that is not known or does not matter."""
        if not self.scrubber.knows_patients:
            return None
        numbers = (c.name for c in columns if c.kind is Kind.IDENTIFIER and c.label == Label.MRN)
        value = row.get(named or next(numbers, ""))
        return str(value) if isinstance(value, str | int) and str(value).strip() else None

    def clean_text(self, text: str, tally: Tally) -> str:
        """Return a text without identifiers."""
        done = self._scrubbed([OfPatient(text)])[OfPatient(text)]
        tally.merge(done.tally)
        return done.text

    def clean_image(self, source: Any, tally: Tally, known: Sequence[str] = ()) -> tuple[Picture, ...]:
        """Return the clean frames of an image. Raises BadInput if it cannot be opened."""
        frames = open_frames(source)
        done = self._redacted(frames, known)
        tally.merge(done.tally)
        return _patched(frames, done)

    def _row(
        self,
        row: Mapping[str, Any],
        found: Sequence[Leaf],
        patient: str | None,
        columns: Sequence[Column],
        done: Mapping[OfPatient, CleanText],
        tally: Tally,
    ) -> dict[str, Any]:
        known = self._known(found, patient, done)
        values = tuple(sorted({each.value for each in known}))
        opened = [_frames_of(leaf, tally) for leaf in found if leaf.kind is Kind.IMAGE]
        images = [None if frames is None else self._redacted(frames, values) for frames in opened]
        names: frozenset[bytes] = frozenset().union(*(image.names for image in images if image is not None))
        pictures = iter(zip(opened, images, strict=True))
        tally.add(Case.ROW)

        def change(leaf: Leaf) -> Any:
            if leaf.kind is Kind.IMAGE:
                return self._finished(leaf, pictures, tally)
            if leaf.kind is Kind.TEXT:
                text = OfPatient(leaf.value, patient)
                clean = self._with_known(text, done[text], known, names)
                tally.merge(clean.tally)
                return clean.text
            return self._identifier(leaf, patient, tally)

        return rewritten(row, columns, change)

    def _known(
        self, found: Sequence[Leaf], patient: str | None, done: Mapping[OfPatient, CleanText]
    ) -> tuple[Known, ...]:
        """The identifying values of a row: of its columns, and of what was found in its texts."""
        known: set[Known] = set()
        for leaf in found:
            if leaf.kind is Kind.IDENTIFIER and leaf.label not in (None, Label.AGE):
                each = as_known(leaf.value, leaf.label)
                known |= {each} if each is not None and leaf.label in self._removed else set()
            elif leaf.kind is Kind.TEXT:
                for span in done[OfPatient(leaf.value, patient)].spans:
                    each = found_known(leaf.value, span)
                    known |= {each} if each is not None else set()
        return tuple(sorted(known))

    @property
    def _removed(self) -> frozenset[Label]:
        return removed_labels(self.scrubber.policy)

    def _scrubbed(self, texts: Sequence[OfPatient]) -> dict[OfPatient, CleanText]:
        """Clean texts, all that are new in one call."""
        keys = {each: digest(each.text, *([] if each.patient is None else [each.patient])) for each in texts}
        done = {text: kept for text in texts if (kept := self._texts.get(keys[text])) is not None}
        new = [text for text in texts if text not in done]
        texts_of_new, patients = [each.text for each in new], [each.patient for each in new]
        for text, scrubbed in zip(new, self.scrubber.scrub(texts_of_new, patients) if new else [], strict=True):
            done[text] = _clean_text(scrubbed)
            self._texts.put(keys[text], done[text])
        return done

    def _with_known(
        self, each: OfPatient, clean: CleanText, known: Sequence[Known], names: frozenset[bytes]
    ) -> CleanText:
        """Clean a text once more if identifiers of the row stand where nothing was found before."""
        folded = fold(each.text)
        spans = find_known(folded.text, known, names) if known or names else []
        places = [(span, folded.span(span.start, span.end)) for span in spans]
        left = [span for span, (a, b) in places if not any(s.start <= a and b <= s.end for s in clean.spans)]
        if not left:
            return clean
        model = self.scrubber.recognize([folded.text])[0]
        return _clean_text(self.scrubber.finish(each.text, folded, [*model, *left], each.patient))

    def _identifier(self, leaf: Leaf, patient: str | None, tally: Tally) -> Any:
        """What stands in the place of an identifier: the policy's replacement for a string, None for the rest."""
        label = leaf.label or Label.ID
        if label == Label.AGE and not isinstance(leaf.value, str):
            old = not isinstance(leaf.value, bool) and leaf.value > OLDEST_AGE
            if self.scrubber.policy == Policy.STRICT or old:
                tally.add(Case.IDENTIFIER, label, "column")
            if self.scrubber.policy == Policy.STRICT:
                return None
            return type(leaf.value)(OLDEST_AGE + 1) if old and label not in self._kept_ages else leaf.value
        if not isinstance(leaf.value, str):
            if label not in self._removed:
                return leaf.value
            tally.add(Case.IDENTIFIER, label, "column")
            return None
        folded = fold(leaf.value)
        spans = [Span(0, len(folded.text), label, 1.0, "column")] if folded.text.strip() else []
        if label not in self._removed and spans:
            spans += self.scrubber.recognize([folded.text])[0]
        clean = _clean_text(self.scrubber.finish(leaf.value, folded, spans, patient))
        tally.merge(clean.tally)
        return clean.text

    @property
    def _kept_ages(self) -> frozenset[Label]:
        return frozenset({Label.AGE}) if self.scrubber.policy == Policy.LIMITED_DATASET else frozenset()

    def _redacted(self, frames: Sequence[Picture], known: Sequence[str]) -> CleanFrames:
        """Clean the frames of an image; `known` matters only if the text that stays mentions it."""
        pixels = [part for frame in frames for part in (frame.mode, frame.palette, frame.values)]
        key = digest(*pixels)
        done = self._images.get(key) or self._redact(frames, (), key)
        self._images.put(key, done)
        if not mentioned_among(done.kept, known):
            return done
        key = digest(*pixels, *known)
        done = self._images.get(key) or self._redact(frames, known, key)
        self._images.put(key, done)
        return done

    def _redact(self, frames: Sequence[Picture], known: Sequence[str], key: bytes) -> CleanFrames:
        tally, patches = Tally(), []
        kept: list[str] = []
        names: list[str] = []
        tally.add(Case.IMAGE)
        for frame in frames:
            pixels = frame.pixels()
            redacted = self.redactor.redact(pixels, self.scrubber.judge, known, frame.views())
            if frame.is_deep and redacted.regions:
                hidden = mask_of(redacted.regions, *frame.size)
                filled = self.redactor.fill(frame.pixels(hidden), redacted.regions, redacted.flat)
            else:
                filled = redacted.image
            boxes = (region.box for region in redacted.regions)
            patches.append(tuple((box, filled[box[1] : box[3], box[0] : box[2]].copy()) for box in boxes))
            kept += redacted.kept
            names += redacted.names
            _count(redacted, tally)
        return CleanFrames(key, tuple(patches), tuple(kept), name_digests(names), tally)

    def _finished(
        self, leaf: Leaf, pictures: Iterator[tuple[tuple[Picture, ...] | None, CleanFrames | None]], tally: Tally
    ) -> Any:
        """The next image, of the kind that came in: PIL, array, bytes, or a dict with encoded bytes and no path."""
        frames, done = next(pictures)
        if frames is None or done is None:
            return {"bytes": None, "path": None}
        tally.merge(done.tally)
        clean = _patched(frames, done)
        if isinstance(leaf.value, np.ndarray):
            return clean[0].values
        if isinstance(leaf.value, Image.Image):
            return to_image(clean)
        data = self._bytes_of(clean, done)
        return data if isinstance(leaf.value, bytes) else {"bytes": data, "path": None}

    def _bytes_of(self, clean: Sequence[Picture], done: CleanFrames) -> bytes:
        data = self._encoded.get(done.key) or encoded(clean)
        self._encoded.put(done.key, data)
        return data


def _clean_text(scrubbed: Scrubbed) -> CleanText:
    tally = Tally()
    tally.add(Case.TEXT)
    for entity in scrubbed.entities:
        tally.add(Case.IDENTIFIER, entity.identifier.label, entity.identifier.source)
        tally.add(Case.FALLBACK, entity.identifier.label, count=int(entity.fell_back))
    return CleanText(scrubbed.text, tuple(entity.identifier for entity in scrubbed.entities), tally)


def _count(redacted: Redacted, tally: Tally) -> None:
    tally.add(Case.FRAME)
    tally.add(Case.RESIDUAL, count=redacted.residual)
    tally.add(Case.WIDENED, count=redacted.widened)
    tally.add(Case.FLAGGED, count=len(redacted.flagged))
    for region in redacted.regions:
        tally.add(_CASES[region.reason], region.label, "overlay")


def _patched(frames: Sequence[Picture], done: CleanFrames) -> tuple[Picture, ...]:
    return tuple(frame.patched(patch) for frame, patch in zip(frames, done.patches, strict=True))


def _frames_of(leaf: Leaf, tally: Tally) -> tuple[Picture, ...] | None:
    """Open an image of a row; a blank for one that cannot be opened, None for a dict without an image."""
    value = leaf.value
    if is_image_dict(value) and value["bytes"] is None and value["path"] is None:
        return None
    try:
        return open_frames(value)
    except BadInput as refused:
        if not isinstance(value, Image.Image | bytes | str | Mapping):
            raise BadInput(f"The column {leaf.column!r}: {refused}") from None
        tally.add(Case.UNREADABLE_IMAGE)
        return (blank_for(value),)
