"""Reading, redaction and inpainting of images, ours and others in one run: `clinx-hf bench image`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clinx_hf.bench import image_peers, inpainting
from clinx_hf.bench.image_peers import Answer
from clinx_hf.bench.image_planting import Case, cases
from clinx_hf.bench.image_reading import ReadingFigures, cuts, reading_figures
from clinx_hf.bench.image_redaction import (
    RedactionFigures,
    TimedRedactor,
    blackened,
    ours,
    perfect_share,
    redaction_figures,
)
from clinx_hf.bench.image_sets import Ground, text_free
from clinx_hf.bench.image_sheet import draw_sheet
from clinx_hf.bench.image_targets import Target, targets
from clinx_hf.bench.peak_memory import peak_memory_mib
from clinx_hf.image.reader import Reader
from clinx_hf.image.redactor import Redactor

Array = np.ndarray
PARTS = ("reading", "redaction", "inpainting")
SEED = 20
_TEXT_FREE_FOR_PEERS = 40  # others cost more time a picture, and have no promise to keep


@dataclass(frozen=True)
class ImageFigures:
    """All figures of one run; a part that was not asked for is None. `left_out`: peers that did not run, and why.
    `perfect_share`: what the boxes of a reader without fault would cover beyond the planted lines, of a picture."""

    pictures: int
    identifiers: int
    marks: int
    text_free: int
    threads: int
    seconds: int
    left_out: list[str]
    perfect_share: float
    targets: list[Target]
    reading: list[ReadingFigures] | None
    redaction: list[RedactionFigures] | None
    inpainting: inpainting.InpaintingFigures | None


def measure(
    data: Path,
    parts: Sequence[str] = PARTS,
    peer_python: Path | None = None,
    pictures: int = 150,
    seed: int = SEED,
) -> ImageFigures:
    """Measure the embedded weights and the peers.

    Args:
        data: folder of the data sets.
        parts: of PARTS.
        peer_python: a Python that has presidio-image-redactor; None = without it.
        pictures: how many pictures get overlays, and at most how many without text are looked at.
        seed: of the pictures and overlays.

    Raises:
        BadInput: a set or a peer is missing.
    """
    import torch

    began, threads = time.perf_counter(), torch.get_num_threads()
    texts = [part for part in parts if part != "inpainting"]
    planted = cases(data, pictures, seed) if texts else []
    free = text_free(data, pictures, seed) if "redaction" in parts else []
    reading, redaction, left_out = measure_texts(planted, free, texts, peer_python, threads) if texts else ([], [], [])
    fills = inpainting.evaluate(data) if "inpainting" in parts else None
    kinds = [line.kind for case in planted for line in case.lines]
    return ImageFigures(
        pictures=len(planted),
        identifiers=kinds.count("identifier"),
        marks=len(kinds) - kinds.count("identifier"),
        text_free=len(free),
        threads=threads,
        seconds=round(time.perf_counter() - began),
        left_out=left_out,
        perfect_share=perfect_share(planted),
        targets=targets(reading, redaction),
        reading=reading or None,
        redaction=redaction or None,
        inpainting=fills,
    )


def measure_texts(
    planted: Sequence[Case], free: Sequence[Ground], parts: Sequence[str], peer_python: Path | None, threads: int
) -> tuple[list[ReadingFigures], list[RedactionFigures], list[str]]:
    """Measure reading and redaction, ours first: the memory of this process is not that of the others then."""
    reader, left_out = Reader.from_folder(None), []
    redaction = [ours(_redactor(reader), planted, [g.picture for g in free], peak_memory_mib)] if _in(parts) else []
    shown = [case.picture for case in planted]
    lines = cuts(planted) if "reading" in parts else []
    bare = [ground.picture for ground in free[:_TEXT_FREE_FOR_PEERS]] if _in(parts) else []
    answers = [
        image_peers.worker_answer("rapidocr", None, [*shown, *bare], lines, threads),
        image_peers.tesseract_answer([*shown, *bare], lines, threads),
    ]
    reading = []
    if "reading" in parts:
        own = image_peers.reader_answer(reader, shown, lines)
        reading = [reading_figures(answer, planted) for answer in (own, *answers)]
    if _in(parts):
        if peer_python is None:
            left_out.append(f"{image_peers.PRESIDIO}: no Python with it was given (--peer-python)")
        else:
            answers.append(image_peers.worker_answer("presidio", peer_python, [*shown, *bare], [], threads))
        redaction += [_of_peer(answer, planted, bare) for answer in answers]
    return reading, redaction, left_out


def write_sheet(path: Path) -> None:
    """Draw made-up pictures with overlays, before and after, as the reader's card shows them."""
    from clinx_hf.image.pipeline_ppgan import PPGANPipeline
    from clinx_hf.text.scrubber import Scrubber

    redactor, judge = Redactor(Reader.from_folder(None), PPGANPipeline.from_pretrained()), Scrubber().judge
    draw_sheet(path, lambda picture: redactor.redact(picture, judge).image)


def _in(parts: Sequence[str]) -> bool:
    return "redaction" in parts


def _redactor(reader: Reader) -> TimedRedactor:
    from clinx_hf.image.pipeline_ppgan import PPGANPipeline
    from clinx_hf.text.scrubber import Scrubber

    return TimedRedactor(reader, PPGANPipeline.from_pretrained(), Scrubber().judge)


def _of_peer(answer: Answer, planted: Sequence[Case], bare: Sequence[Array]) -> RedactionFigures:
    outcomes = blackened(answer, [*(case.picture for case in planted), *bare])
    count = len(planted)
    memory = answer.peak_memory_mib
    return redaction_figures(answer.system, planted, outcomes[:count], outcomes[count:], peak_memory_mib=memory)
