"""Time, checkpoints and the learning rate: a run ends when its minutes are spent, with a small learning rate."""

from __future__ import annotations

import json
import math
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch


@dataclass
class Run:
    """One network's training: seconds and steps spent so far (over all restarts), its files and its log.

    The learning rate follows wall time, not steps, so that a busy machine still ends at the low rate.
    """

    folder: Path
    name: str
    minutes: float
    rate: float
    step: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    _since: float = field(default_factory=time.monotonic)
    _cpu_since: float = field(default_factory=time.process_time)

    @property
    def spent(self) -> float:
        """Seconds of training so far."""
        return self.seconds + time.monotonic() - self._since

    @property
    def share(self) -> float:
        """The part of the time that is spent, 0..1."""
        return min(1.0, self.spent / max(1e-9, self.minutes * 60))

    @property
    def done(self) -> bool:
        """Whether the time is over."""
        return self.share >= 1.0

    def set_rate(self, optimiser: torch.optim.Optimizer, warm: int = 60) -> float:
        """Set and return the learning rate of this moment: warm-up by steps, then a cosine down to 3 %."""
        rate = self.rate * (0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * self.share))) * min(1.0, (self.step + 1) / warm)
        for group in optimiser.param_groups:
            group["lr"] = rate
        return rate

    @property
    def file(self) -> Path:
        """The checkpoint's file."""
        return self.folder / f"{self.name}.pt"

    def save(self, model: torch.nn.Module, optimiser: torch.optim.Optimizer) -> None:
        """Write a checkpoint in one move, so that a stopped run leaves a whole file."""
        cpu = self.cpu_seconds + time.process_time() - self._cpu_since
        state = {
            "model": model.state_dict(),
            "optimiser": optimiser.state_dict(),
            "step": self.step,
            "seconds": self.spent,
            "cpu": cpu,
        }
        part = self.file.with_suffix(".part")
        torch.save(state, part)
        os.replace(part, self.file)

    def load(self, model: torch.nn.Module, optimiser: torch.optim.Optimizer) -> bool:
        """Take up a checkpoint if there is one; return whether there was."""
        if not self.file.is_file():
            return False
        state: dict[str, Any] = torch.load(self.file, map_location="cpu", weights_only=True)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        self.step, self.seconds, self.cpu_seconds = state["step"], state["seconds"], state["cpu"]
        self._since, self._cpu_since = time.monotonic(), time.process_time()
        return True

    def log(self, **figures: float) -> None:
        """Add a line of figures to the log file."""
        cpu = self.cpu_seconds + time.process_time() - self._cpu_since
        row = {
            "step": self.step,
            "seconds": round(self.spent, 1),
            "cpu_seconds": round(cpu, 1),
            **{k: round(v, 5) for k, v in figures.items()},
        }
        with (self.folder / f"{self.name}.jsonl").open("a", encoding="utf-8") as out:
            out.write(json.dumps(row) + "\n")


def quick_statistics(model: torch.nn.Module) -> None:
    """Let batch statistics follow within tens of steps: torchvision's momentum of .01 lags behind in short runs."""
    for part in model.modules():
        if isinstance(part, torch.nn.BatchNorm2d):
            part.momentum = 0.1
