"""One machine, one process: a dataset goes in, Parquet shards in hub layout and a card come out."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clinx_hf.errors import BadInput
from clinx_hf.report import DatasetReport, write_report
from clinx_hf.tally import Case

if TYPE_CHECKING:
    from collections.abc import Callable

    from datasets import Dataset

    from clinx_hf.transform import Deidentifier

SHARD_ROWS = 500
BATCH_ROWS = 16


@dataclass(frozen=True)
class Outcome:
    """A finished run: where it is, how much it was, how long it took."""

    folder: Path
    rows: int
    images: int
    identifiers: int
    unreadable: int
    seconds: float

    def sentence(self) -> str:
        """Say it in one line."""
        return (
            f"{self.rows} rows, {self.images} images looked at, {self.identifiers} identifiers and "
            f"{self.unreadable} regions of unreadable text removed in {self.seconds:.0f} s: {self.folder}"
        )


@contextmanager
def progress_bar(total: int, what: str) -> Iterator[Callable[[int], None]]:
    """Show a bar with rate and remaining time on a terminal; yields a function that advances it."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(what, total=total)
        yield lambda count: progress.advance(task, count)


@contextmanager
def one_bar_only() -> Iterator[None]:
    """Keep the bars of `datasets` off while ours is shown."""
    from datasets.utils import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

    hidden = are_progress_bars_disabled()
    disable_progress_bars()
    try:
        yield
    finally:
        if not hidden:
            enable_progress_bars()


def clean_dataset(
    splits: Mapping[str, Dataset], deidentifier: Deidentifier, output: Path, source: str, shard_rows: int = SHARD_ROWS
) -> Outcome:
    """Clean every split and write `data/<split>-00000-of-00001.parquet`, `README.md` and `report.json`.

    A shard gets its name only when it is whole, so a folder never holds half a shard under a final name.

    Raises:
        BadInput: the output folder already holds something.
    """
    if output.exists() and any(output.iterdir()):
        raise BadInput(f"The output folder {output} is not empty; name a new one.")
    (output / "data").mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    rows = sum(len(split) for split in splits.values())
    with one_bar_only(), progress_bar(rows, "De-identifying") as advance:
        for name, split in splits.items():
            _clean_split(name, split, deidentifier, output / "data", shard_rows, advance)
    seconds = time.monotonic() - began
    _write_card(deidentifier, output, source, rows, seconds)
    tally = deidentifier.tally
    return Outcome(
        output, rows, tally.total(Case.IMAGE), tally.total(Case.IDENTIFIER), tally.total(Case.UNREADABLE), seconds
    )


def _clean_split(
    name: str, split: Dataset, deidentifier: Deidentifier, folder: Path, shard_rows: int, advance: Callable[[int], None]
) -> None:
    from datasets import Dataset, Features

    features: Features = split.features
    raw = deidentifier.prepare(split)
    shards = max(1, -(-len(split) // shard_rows))
    for number in range(shards):
        columns: dict[str, list[object]] = {column: [] for column in features}
        end = min(len(raw), (number + 1) * shard_rows)
        for start in range(number * shard_rows, end, BATCH_ROWS):
            batch = raw[start : min(end, start + BATCH_ROWS)]
            clean = deidentifier(batch)
            for column, values in clean.items():
                columns[column].extend(values)
            advance(len(next(iter(clean.values()), [])))
        part = folder / f".{name}-{number:05}.part"
        Dataset.from_dict(columns, features=features).to_parquet(str(part))
        part.replace(folder / f"{name}-{number:05}-of-{shards:05}.parquet")


def _write_card(deidentifier: Deidentifier, output: Path, source: str, rows: int, seconds: float) -> None:
    from clinx_hf import __version__
    from clinx_hf.transform.deidentifier import weights_digest

    write_report(
        DatasetReport(
            source=source,
            policy=str(deidentifier.policy),
            style=deidentifier.style,
            overlay=deidentifier.overlay,
            version=__version__,
            weights=weights_digest(deidentifier.model)[:12],
            rows=rows,
            seconds=seconds,
            tally=deidentifier.tally,
        ),
        output,
    )
