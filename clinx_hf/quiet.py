"""Loading an embedded model takes a tenth of a second; no progress bar is shown for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def progress_bars_off(logging: Any) -> Iterator[None]:
    """Keep a library's progress bars off inside the block; `logging` is its logging module (transformers, diffusers)."""
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()
