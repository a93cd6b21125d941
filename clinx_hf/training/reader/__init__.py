"""Train the overlay reader: the detector, the recogniser, then the screen on what both make of drawn scenes.

Both networks learn from nothing, on overlays that are drawn while training runs. Run it as
`clinx-hf train reader --data DIR --output DIR`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class ReaderTraining:
    """Settings of a run. data: folder with nih_cxr512, covid_cxr, ultrasound (absent ones are left out, then only
    made-up pictures serve as grounds); output: folder for checkpoints, logs and, at the end, `weights/`;
    minutes_*: wall time of each network; threads: of torch; scenes: pictures that the screen learns from;
    volumes: folder of Debian's mricron-data (left out when absent)."""

    data: Path
    output: Path
    minutes_detector: float = 75.0
    minutes_recogniser: float = 70.0
    seed: int = 20
    threads: int = 1
    scenes: int = 900
    volumes: Path = Path("/usr/share/mricron/templates")


def train(settings: ReaderTraining, only: str | None = None) -> Path:
    """Train what is not finished yet and return the folder of the written weights.

    A stopped run is taken up where its last checkpoint was. `only` ("detector" or "recogniser") does one part and
    writes no weights folder unless both checkpoints exist.
    """
    import torch

    from clinx_hf.synthesis.backgrounds import Backgrounds, licensed
    from clinx_hf.synthesis.fonts import installed
    from clinx_hf.synthesis.volumes import load

    torch.set_num_threads(settings.threads)
    settings.output.mkdir(parents=True, exist_ok=True)
    grounds = Backgrounds(licensed(settings.data), np.random.default_rng(settings.seed), heads=load(settings.volumes))
    fonts = installed()
    if only != "recogniser":
        from clinx_hf.training.reader import detector

        detector.train(grounds, fonts, settings.output, settings.minutes_detector, settings.seed)
    if only != "detector":
        from clinx_hf.training.reader import recogniser

        recogniser.train(grounds, fonts, settings.output, settings.minutes_recogniser, settings.seed + 1)
    from clinx_hf.training.reader.export import write_weights

    folder = write_weights(settings.output, settings.output / "weights", settings.seed)
    if only is None:
        from clinx_hf.image.reader import Reader
        from clinx_hf.training.reader import screen

        rng = np.random.default_rng(settings.seed + 2)
        examples = screen.collect(Reader.from_folder(folder), grounds, fonts, rng, settings.scenes)
        screen.write(screen.fit(examples), settings.output)
        folder = write_weights(settings.output, folder, settings.seed)
    return folder
