"""Write a weights folder from the checkpoints: fp16 safetensors, config, provenance."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors.numpy import save_file as save_probe
from safetensors.torch import save_file

from clinx_hf.image import detection, recognition, screening
from clinx_hf.image.detection import Thresholds
from clinx_hf.synthesis.overlay_texts import VOCABULARY
from clinx_hf.training.provenance import write_provenance
from clinx_hf.training.reader import detector, recogniser, screen

READABLE = 0.8  # confidence from which a text is told rather than left out: there, few signs are wrong
DATA = (
    "Overlays drawn while training ran, over: NIH ChestX-ray14 films (no restriction on use); COVID chest films and "
    "lung ultrasound whose rows are under CC BY or CC0; slices of the Colin27 and INIA19 templates of Debian's "
    "mricron-data (BSD-3-Clause package); pictures drawn by clinx_hf.synthesis.phantoms. Fonts: those installed, less "
    "the families in clinx_hf.synthesis.fonts.HELD_OUT. All texts are made up."
)


def config(thresholds: Thresholds, readable: float, least: float) -> dict[str, Any]:
    """Return config.json: architectures, sizes, thresholds, vocabulary; least: see `screening.Screen`."""
    shape = {"arch": detector.ARCH, "head": detector.HEAD, "side": 640, "overlap": 64}
    return {
        "format": 1,
        "detector": {**shape, "thresholds": asdict(thresholds)},
        "recogniser": {"arch": recogniser.ARCH, "vocabulary": VOCABULARY, "readable": readable},
        "screen": {"least": least},
    }


def write_weights(
    run: Path,
    folder: Path,
    seed: int,
    thresholds: Thresholds | None = None,
    readable: float = READABLE,
    figures: dict[str, Any] | None = None,
) -> Path:
    """Write `folder` from the checkpoints in `run` and return it; a network without a checkpoint is written untrained.

    Weights are halved to fp16. `figures` go into provenance.json as they are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    nets = {
        "detector": detection.build(detector.ARCH, detector.HEAD),
        "recogniser": recognition.build(recogniser.ARCH, VOCABULARY),
    }
    settings: dict[str, Any] = {"seed": seed}
    steps, seconds = 0, 0.0
    for name, net in nets.items():
        file = run / f"{name}.pt"
        if file.is_file():
            state = torch.load(file, map_location="cpu", weights_only=True)
            net.load_state_dict(state["model"])
            settings[name] = {key: round(state[key]) for key in ("step", "seconds", "cpu")}
            steps, seconds = steps + state["step"], seconds + state["seconds"]
        half = {k: (v.half() if v.is_floating_point() else v).contiguous() for k, v in net.state_dict().items()}
        save_file(half, str(folder / f"{name}.safetensors"))
    least = _write_screen(run, folder, recognition.trace_length(nets["recogniser"]))
    told = json.dumps(config(thresholds or Thresholds(), readable, least), ensure_ascii=False, indent=1)
    (folder / "config.json").write_text(told + "\n", encoding="utf-8")
    settings["batch"] = {"detector": detector.BATCH, "recogniser": recogniser.BATCH}
    write_provenance(folder, "reader", DATA, settings, steps, seconds, figures or {"state": "not measured"})
    return folder


def _write_screen(run: Path, folder: Path, trace: int) -> float:
    """Write the trained probe, or one that drops nothing; return its threshold."""
    if (run / screen.FILE).is_file():
        shutil.copyfile(run / screen.FILE, folder / screen.FILE)
        return float(json.loads((run / screen.FIGURES).read_text(encoding="utf-8"))["least"])
    save_probe(screen.passes_all(screening.GEOMETRY + trace), str(folder / screen.FILE))
    return screen.PASSES_ALL
