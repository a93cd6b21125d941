"""What stands beside every set of weights: how it came to be. Shared by all trainers."""

from __future__ import annotations

import datetime
import json
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

_PACKAGES = ("torch", "transformers", "gliner", "python-doctr", "diffusers", "numpy", "safetensors", "faker")


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that shape the numbers."""
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def commit() -> str:
    """Return the commit of the source tree this runs from, or "unknown" outside one."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()


def write_provenance(
    folder: Path,
    model: str,
    data: str,
    settings: dict[str, Any],
    steps: int,
    seconds: float,
    figures: dict[str, Any],
) -> None:
    """Write `provenance.json`: data and licences, settings, steps, seconds, versions, commit, figures on the dev set."""
    record = {
        "model": model,
        "licence": "Apache-2.0",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "data": data,
        "settings": settings,
        "steps": steps,
        "seconds": round(seconds),
        "machine": f"{platform.machine()}, {platform.system()}",
        "versions": versions(),
        "commit": commit(),
        "figures": figures,
    }
    text = json.dumps(record, indent=2, sort_keys=True, ensure_ascii=False, default=str)
    (folder / "provenance.json").write_text(text + "\n", encoding="utf-8")
