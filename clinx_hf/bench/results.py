"""Where figures are written, with what they were measured under: date, versions, machine, commit."""

from __future__ import annotations

import datetime
import json
import os
import platform
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from clinx_hf.training.provenance import commit, versions


def write_result(folder: Path, name: str, figures: Any, **sizes: int) -> Path:
    """Write `results/<name>.json`; `figures` is a dataclass or plain data, `sizes` say on how much it was measured."""
    record = {
        "name": name,
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "commit": commit(),
        "machine": f"{os.cpu_count()} CPU cores, {platform.machine()}",
        "versions": versions(),
        "sizes": sizes,
        "figures": asdict(figures) if is_dataclass(figures) and not isinstance(figures, type) else figures,
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def read_result(folder: Path, name: str) -> dict[str, Any] | None:
    """Read a result, or None when it was not measured yet."""
    path = folder / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
