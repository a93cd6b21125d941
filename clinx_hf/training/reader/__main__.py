"""`python -m clinx_hf.training.reader DATA OUTPUT [minutes minutes [only]]`: the trainer without the command line."""

from __future__ import annotations

import sys
from pathlib import Path

from clinx_hf.training.reader import ReaderTraining, train

if __name__ == "__main__":
    data, output, *rest = sys.argv[1:]
    minutes = [float(value) for value in rest[:2]] or [40.0, 45.0]
    train(ReaderTraining(Path(data), Path(output), minutes[0], minutes[1]), rest[2] if len(rest) > 2 else None)
