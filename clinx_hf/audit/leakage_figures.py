"""The figures of the leakage audit: counts only, so that no identifier, word or pixel can get into a result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from clinx_hf.audit.leakage_values import Kind


@dataclass(frozen=True)
class ReaderFigures:
    """What one reader saw at one scale: pictures it read there, and the pictures and identifiers legible to it."""

    reader: str
    scale: int
    images: int = 0
    images_before: int = 0
    images_after: int = 0
    identifiers_before: int = 0
    identifiers_after: int = 0


@dataclass(frozen=True)
class KindFigures:
    """Identifiers of one kind that any reader reads at any scale, and the pictures that hold them."""

    kind: str
    images_before: int = 0
    images_after: int = 0
    identifiers_before: int = 0
    identifiers_after: int = 0


@dataclass(frozen=True)
class RegionFigures:
    """What was done to regions, and in how many of them ink of the original can be traced in the output.

    widened, flat, flagged: as the redactor reports them, None for outputs that come without a report.
    """

    filled: int = 0
    ink_left: int = 0
    images_with_ink: int = 0
    widened: int | None = None
    flat: int | None = None
    flagged: int | None = None


@dataclass(frozen=True)
class LeakageFigures:
    """How many images carry a legible identifier before and after, and what else the audit saw.

    share_after is `legible_after` of `images`. changed_outside counts images with a changed pixel outside the reported
    boxes, None where boxes are not known. text_free, untouched: images said to hold no text, and those of them that
    came back bit for bit. sides, sides_kept: marks of the side read in originals, and those still there.
    """

    images: int
    legible_before: int
    legible_after: int
    share_after: float
    limit: float
    changed_outside: int | None
    readers: tuple[ReaderFigures, ...]
    kinds: tuple[KindFigures, ...]
    regions: RegionFigures
    text_free: int
    untouched: int
    sides: int
    sides_kept: int

    @property
    def passed(self) -> bool:
        """Tell whether few enough images leak and no pixel outside the regions changed (None = boxes not known)."""
        return self.share_after <= self.limit and not self.changed_outside

    @classmethod
    def read(cls, figures: Mapping[str, Any]) -> Self:
        """Return the figures of a result file."""
        parts = {
            "readers": tuple(ReaderFigures(**each) for each in figures["readers"]),
            "kinds": tuple(KindFigures(**each) for each in figures["kinds"]),
            "regions": RegionFigures(**figures["regions"]),
        }
        return cls(**{**figures, **parts})


@dataclass(frozen=True)
class ImageCounts:
    """What the audit counted in one image; the figures are sums of these."""

    legible: Mapping[tuple[str, int], tuple[int, int]]
    kinds: Mapping[Kind, tuple[int, int]]
    changed_outside: bool | None
    regions: RegionFigures
    text_free: bool
    untouched: bool
    sides: int
    sides_kept: int

    @property
    def before(self) -> int:
        """How many identifiers any reader reads in the original at any scale."""
        return sum(had for had, _ in self.kinds.values())

    @property
    def after(self) -> int:
        """How many identifiers any reader still reads in the output at any scale."""
        return sum(left for _, left in self.kinds.values())


def summed(counts: Sequence[ImageCounts], limit: float) -> LeakageFigures:
    """Add up what was counted in the images."""
    after = sum(each.after > 0 for each in counts)
    outside = [each.changed_outside for each in counts]
    known = [each for each in outside if each is not None]
    return LeakageFigures(
        images=len(counts),
        legible_before=sum(each.before > 0 for each in counts),
        legible_after=after,
        share_after=round(after / len(counts), 4) if counts else 0.0,
        limit=limit,
        changed_outside=sum(known) if len(known) == len(outside) else None,
        readers=_readers(counts),
        kinds=_kinds(counts),
        regions=_regions([each.regions for each in counts]),
        text_free=sum(each.text_free for each in counts),
        untouched=sum(each.text_free and each.untouched for each in counts),
        sides=sum(each.sides for each in counts),
        sides_kept=sum(each.sides_kept for each in counts),
    )


def _readers(counts: Sequence[ImageCounts]) -> tuple[ReaderFigures, ...]:
    sums: dict[tuple[str, int], ReaderFigures] = {}
    for each in counts:
        for key, (had, left) in each.legible.items():
            old = sums.get(key, ReaderFigures(*key))
            sums[key] = replace(
                old,
                images=old.images + 1,
                images_before=old.images_before + (had > 0),
                images_after=old.images_after + (left > 0),
                identifiers_before=old.identifiers_before + had,
                identifiers_after=old.identifiers_after + left,
            )
    return tuple(sums[key] for key in sorted(sums, key=lambda key: (key[0] != "tesseract", key)))


def _kinds(counts: Sequence[ImageCounts]) -> tuple[KindFigures, ...]:
    return tuple(
        KindFigures(
            kind.value,
            images_before=sum(each.kinds[kind][0] > 0 for each in counts),
            images_after=sum(each.kinds[kind][1] > 0 for each in counts),
            identifiers_before=sum(each.kinds[kind][0] for each in counts),
            identifiers_after=sum(each.kinds[kind][1] for each in counts),
        )
        for kind in Kind
    )


def _regions(parts: Sequence[RegionFigures]) -> RegionFigures:
    def total(values: Sequence[int | None]) -> int | None:
        known = [value for value in values if value is not None]
        return sum(known) if known and len(known) == len(values) else None

    return RegionFigures(
        filled=sum(part.filled for part in parts),
        ink_left=sum(part.ink_left for part in parts),
        images_with_ink=sum(part.images_with_ink for part in parts),
        widened=total([part.widened for part in parts]),
        flat=total([part.flat for part in parts]),
        flagged=total([part.flagged for part in parts]),
    )


def table(figures: LeakageFigures) -> str:
    """Return the figures as Markdown: legibility by reader and scale, by kind, and what pixels tell."""
    rows = ["| legible to | at | images | with an identifier before | after | identifiers before | after |"]
    rows.append("|---|---|---|---|---|---|---|")
    whole = [sum(getattr(kind, name) for kind in figures.kinds) for name in ("identifiers_before", "identifiers_after")]
    rows.append(
        f"| **any reader** | **any scale** | {figures.images} | {figures.legible_before} "
        f"| **{figures.legible_after} ({figures.share_after:.1%})** | {whole[0]} | **{whole[1]}** |"
    )
    rows += [
        f"| {_NAMES.get(r.reader, r.reader)} | {r.scale}x | {r.images} | {r.images_before} | {r.images_after} "
        f"| {r.identifiers_before} | {r.identifiers_after} |"
        for r in figures.readers
    ]
    rows += [
        f"| {kind.kind}s by any reader | any scale | {figures.images} | {kind.images_before} | {kind.images_after} "
        f"| {kind.identifiers_before} | {kind.identifiers_after} |"
        for kind in figures.kinds
    ]
    return "\n".join([*rows, "", "| what pixels tell | |", "|---|---|", *_pixel_rows(figures)])


_NAMES = {"tesseract": "Tesseract", "rapidocr": "RapidOCR"}


def _pixel_rows(figures: LeakageFigures) -> list[str]:
    regions, told = figures.regions, lambda value: "not reported" if value is None else str(value)
    outside = "not compared" if figures.changed_outside is None else str(figures.changed_outside)
    rows = {
        "regions filled": str(regions.filled),
        "of these widened, painted flat, flagged": ", ".join(
            map(told, (regions.widened, regions.flat, regions.flagged))
        ),
        "regions in which the original's ink can be traced": f"{regions.ink_left} (in {regions.images_with_ink} images)",
        "images with a changed pixel outside the boxes": outside,
        "marks of the side that a second reader read, still there": _share(figures.sides_kept, figures.sides),
        "text-free images left untouched": _share(figures.untouched, figures.text_free),
    }
    return [f"| {name} | {value} |" for name, value in rows.items()]


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.1%})" if whole else "none to look at"
