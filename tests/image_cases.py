"""Planted pictures for the tests of `bench image`: on phantoms, so that no data is needed."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from clinx_hf.bench.image_planting import JPEG, PNG, Case, planted_on
from clinx_hf.bench.image_sets import Ground
from clinx_hf.errors import BadInput
from clinx_hf.synthesis.fonts import installed
from clinx_hf.synthesis.phantoms import phantom


@cache
def planted(count: int = 3, seed: int = 4) -> tuple[Case, ...]:
    """Return pictures with overlays; skips the test where no held-out font is installed."""
    try:
        installed(held_out=True)
    except BadInput:
        pytest.skip("no held-out font is installed (apt: fonts-lato, fonts-inconsolata)")
    made = []
    for i in range(count):
        rng = np.random.default_rng((seed, i))
        picture = np.repeat(phantom(rng, 320)[..., None], 3, 2)
        made.append(planted_on(Ground("brain_mri", picture, i % 2 == 0), rng, JPEG if i % 2 else PNG))
    return tuple(made)
