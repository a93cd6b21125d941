"""Peers are asked through a Python of their own, since their dependencies and ours do not go together.

A peer's program reads one JSON string per line and writes one JSON line: system, spans and
seconds of each text, CPU seconds of all, peak memory.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from clinx_hf.audit.systems import Answer
from clinx_hf.errors import BadInput


@dataclass(frozen=True)
class Peer:
    """A program that answers for a peer, the Python that runs it, and what must be installed there."""

    python: Path
    program: Path
    arguments: tuple[str, ...]
    needs: str

    def __call__(self, texts: Sequence[str]) -> list[Answer]:
        """Ask the peer.

        Raises:
            BadInput: its Python fails.
        """
        lines = "\n".join(json.dumps(text) for text in texts)
        command = [str(self.python), str(self.program), *self.arguments]
        done = subprocess.run(command, input=lines, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BadInput(
                f"The peer's Python {self.python} failed (exit {done.returncode}); install {self.needs} there."
            )
        answer = json.loads(done.stdout.splitlines()[-1])
        spans = [[(int(start), int(end)) for start, end in found] for found in answer["spans"]]
        each, memory = tuple(answer["seconds_each"]), answer["peak_memory_mib"]
        return [Answer(answer["system"], spans, answer["cpu_seconds"], seconds_each=each, peak_memory_mib=memory)]
