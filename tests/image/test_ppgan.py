"""The SPADE generator and the patch discriminator."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from clinx_hf.image import compositing
from clinx_hf.image.ppgan import PLAIN_MAPS, RING, SPADE, PatchDiscriminator, SPADEGenerator, condition


def _small(**more: object) -> SPADEGenerator:
    torch.manual_seed(0)
    return SPADEGenerator(candidates=3, channels=(8, 12, 16), hidden=8, **more).eval()


def _maps(height: int = 32, width: int = 48, seed: int = 0) -> torch.Tensor:
    maps = torch.randn(2, PLAIN_MAPS + 3, height, width, generator=torch.Generator().manual_seed(seed))
    maps[:, 0] = 0
    maps[:, 0, 8:20, 10:40] = 1
    return maps


def test_untrained_it_changes_nothing_but_learns_at_once() -> None:
    model = _small()
    offset = model(_maps())
    assert not offset.any()
    (offset - 1).abs().mean().backward()
    assert model.residual.weight.grad.abs().sum() > 0
    assert model.mixing.weight.grad.abs().sum() > 0


def test_offset_is_zero_outside_holes_and_texture_needs_noise() -> None:
    model = _small(texture=True)
    for head in (model.mixing, model.residual):
        torch.nn.init.normal_(head.weight, std=0.1)
    maps = _maps()
    noise = torch.randn(2, 1, 32, 48, generator=torch.Generator().manual_seed(1))
    plain, grainy = model(maps), model(maps, noise)
    assert not plain[maps[:, :1] == 0].any()
    assert plain[maps[:, :1] == 1].abs().min() >= 0
    assert (plain != grainy).any()
    assert not grainy[maps[:, :1] == 0].any()


def test_spade_is_the_equation_of_the_paper_with_statistics_of_valid_pixels() -> None:
    torch.manual_seed(0)
    layer = SPADE(4, 2, 3, groups=1)
    x, modulation = torch.randn(1, 4, 6, 7), torch.randn(1, 2, 6, 7)
    valid = torch.ones(1, 1, 6, 7)
    valid[..., 3:] = 0
    spoiled = x.clone()
    spoiled[..., 3:] += 100  # invalid pixels barely move the statistics
    seen = x[..., :3]
    hidden = torch.relu(layer.shared(modulation))
    expected = (x - seen.mean()) / seen.std(correction=0) * (1 + layer.gamma(hidden)) + layer.beta(hidden)
    assert torch.allclose(layer(x, modulation, valid)[..., :3], expected[..., :3], atol=0.02)
    assert torch.allclose(layer(spoiled, modulation, valid * 1e6)[..., :3], expected[..., :3], atol=0.02)


def test_condition_knows_the_scale_and_zeroes_the_hole() -> None:
    rng = np.random.default_rng(0)
    base = 100 + 10 * rng.standard_normal((40, 60))
    mask = np.zeros((40, 60), dtype=bool)
    mask[15:25, 20:40] = True
    given = condition(base, mask, compositing.ring(mask, RING), base[None] + np.array([0.0, 5.0])[:, None, None])
    assert given.maps.shape == (PLAIN_MAPS + 2, 40, 60)
    assert given.spread == pytest.approx(10, rel=0.15)
    assert not given.maps[1][mask].any()
    assert np.allclose(given.maps[PLAIN_MAPS + 1][mask], 5 / given.spread, atol=1e-5)
    assert not given.maps[PLAIN_MAPS + 1][~mask].any()
    assert given.maps[3].max() == pytest.approx(5 / 24)


def test_same_weights_after_saving(tmp_path: Path) -> None:
    model = _small()
    torch.nn.init.normal_(model.residual.weight, std=0.1)
    model.save_pretrained(tmp_path)
    again = SPADEGenerator.from_pretrained(tmp_path).eval()
    assert torch.equal(model(_maps()), again(_maps()))


def test_discriminator_scores_patches_and_is_bounded_by_spectral_norm() -> None:
    torch.manual_seed(0)
    critic = PatchDiscriminator(width=4)
    for _ in range(30):
        scores, features = critic(torch.randn(2, 3, 64, 64))
    assert scores.shape[:2] == (2, 1)
    assert scores.shape[2] > 8
    assert len(features) == 3
    for layer in [*critic.layers, critic.score]:
        norm = torch.linalg.matrix_norm(layer.weight.flatten(1), ord=2).item()
        assert norm == pytest.approx(1, abs=0.15)
