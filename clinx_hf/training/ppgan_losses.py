"""Losses of PP-GAN. Fills and truths are in units of the spread of the surroundings, (N, 1, H, W)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def mean_fill_loss(offset: Tensor, target: Tensor, hole: Tensor) -> Tensor:
    """L1 in the hole, of its gradients (seam included), of its averages over 2, 4, 8 pixels; log of its MSE.

    The last term is the mean PSNR in other words: every crop counts alike, whatever its contrast.
    """
    error = (offset - target) * hole
    size = hole.sum(dim=(1, 2, 3)).clamp(min=1)

    def per_pixel(x: Tensor) -> Tensor:
        return x.abs().sum(dim=(1, 2, 3)) / size

    # Outside the hole the error is zero, so the differences across the edge are the seam.
    slope = per_pixel(error.diff(dim=2)) + per_pixel(error.diff(dim=3))
    blurred = sum((per_pixel(F.avg_pool2d(error, n)) * n * n for n in (2, 4, 8)), torch.zeros(()))
    decibels = torch.log((error**2).sum(dim=(1, 2, 3)) / size + 1e-3)
    return (per_pixel(error) + 0.5 * slope + 0.7 / 3 * blurred + 0.1 * decibels).mean()


def seen_by_discriminator(image: Tensor, hole: Tensor, ratio: Tensor) -> Tensor:
    """Image, its fine detail in units of the grain around the hole, and the hole: (N, 3, H, W)."""
    detail = image - F.avg_pool2d(image, 5, stride=1, padding=2, count_include_pad=False)
    return torch.cat([image, (detail / ratio.clamp(min=0.02)).clamp(-6, 6), hole], dim=1)


def patch_share(hole: Tensor, scores: Tensor) -> Tensor:
    """How much of each scored patch lies in the hole, (N, 1, h, w)."""
    return F.interpolate(hole, size=scores.shape[-2:], mode="area")


def discriminator_hinge(real: Tensor, fake: Tensor, share: Tensor) -> Tensor:
    """Hinge loss over the patches that meet the hole."""
    mass = share.sum().clamp(min=1e-3)
    return ((F.relu(1 - real) + F.relu(1 + fake)) * share).sum() / mass


def generator_hinge(fake: Tensor, share: Tensor) -> Tensor:
    """What the generator lowers: minus the score of its patches."""
    return -(fake * share).sum() / share.sum().clamp(min=1e-3)


def feature_matching(real: list[Tensor], fake: list[Tensor], hole: Tensor) -> Tensor:
    """L1 between the mean features of real and filled holes. Means, since grain has no right place."""
    total = torch.zeros(())
    for r, f in zip(real, fake, strict=True):
        share = patch_share(hole, r)
        mass = share.sum().clamp(min=1e-3)
        total = total + ((r.detach() - f) * share).sum(dim=(0, 2, 3)).abs().mean() / mass
    return total


def band_energy(image: Tensor, truth: Tensor, hole: Tensor) -> Tensor:
    """L1 between the log energies of three bands of detail, over the holes."""
    total = torch.zeros(())
    size = hole.sum(dim=(1, 2, 3)).clamp(min=1)
    for n in (3, 5, 9):
        energies = []
        for x in (image, truth):
            band = x - F.avg_pool2d(x, n, stride=1, padding=n // 2, count_include_pad=False)
            energies.append(torch.log((band**2 * hole).sum(dim=(1, 2, 3)) / size + 1e-4))
        total = total + (energies[0] - energies[1].detach()).abs().mean()
    return total / 3
