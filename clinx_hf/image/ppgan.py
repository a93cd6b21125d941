"""PP-GAN: a small SPADE generator that corrects a smooth fill, and a patch discriminator.

Written from the equations of Park et al., "Semantic Image Synthesis with Spatially-Adaptive Normalization"
(CVPR 2019): a parameter-free normalisation, then x (1 + gamma) + beta with both computed from a map.
The "semantic map" here is what is known about a hole: its outline, the pixels around it, simple fills.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from numpy.typing import NDArray
from torch import Tensor, nn

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

PLAIN_MAPS = 7
"""Maps beside the candidates: hole, visible, base, distance, noise level, noise ratio, background."""
STRIDE = 16
"""Height and width of the maps must be multiples of this."""
RING = 16
"""Known pixels up to this far from the hole set the scale."""


@dataclass(frozen=True)
class Condition:
    """What the generator is told about one window.

    maps: (PLAIN_MAPS + candidates, H, W) float32. One unit of the generator is `spread` levels.
    """

    maps: NDArray[np.float32]
    spread: float


def condition(base: Floats, mask: Mask, ring: Mask, fills: Floats) -> Condition:
    """The maps of one window.

    base: (H, W) levels, known pixels and the base fill in the hole; a function of known pixels alone.
    ring: the known pixels that set mean and spread (some). fills: (K, H, W) other fills, read in the hole.
    """
    around = base[ring]
    mean, spread = float(around.mean()), max(float(around.std()), 2.0)
    detail = np.abs(base - cv2.GaussianBlur(base, (0, 0), 1.5))
    sigma = max(float(np.median(detail[ring])) / 0.6745, 0.1)
    unit = (base - mean) / spread
    depth = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_C, 3)
    differences = np.where(mask, np.clip((fills - base) / spread, -4, 4), 0.0)
    plain = [
        mask,
        np.where(mask, 0.0, unit),
        unit,
        depth / 24,
        np.full(mask.shape, np.log(sigma)),
        np.full(mask.shape, min(sigma / spread, 2.0)),
        base <= around.min() + 2,
    ]
    return Condition(np.concatenate([np.stack(plain), differences]).astype(np.float32), spread)


class SPADE(nn.Module):
    """Normalise over the valid pixels of each group of channels, then modulate by a map."""

    def __init__(self, channels: int, maps: int, hidden: int, groups: int = 4) -> None:
        super().__init__()
        self.groups = groups
        self.shared = nn.Conv2d(maps, hidden, 3, padding=1)
        self.gamma = nn.Conv2d(hidden, channels, 3, padding=1)
        self.beta = nn.Conv2d(hidden, channels, 3, padding=1)

    def forward(self, x: Tensor, modulation: Tensor, valid: Tensor) -> Tensor:
        """x (N, C, H, W), modulation (N, M, H, W), valid (N, 1, H, W) in 0..1 -> (N, C, H, W)."""
        n, c, h, w = x.shape
        grouped = x.reshape(n, self.groups, c // self.groups, h, w)
        weight = (valid + 1e-3).unsqueeze(1)  # a window that is all hole still has statistics
        mass = weight.sum(dim=(2, 3, 4), keepdim=True) * (c // self.groups)
        mean = (grouped * weight).sum(dim=(2, 3, 4), keepdim=True) / mass
        variance = ((grouped - mean) ** 2 * weight).sum(dim=(2, 3, 4), keepdim=True) / mass
        normal = ((grouped - mean) * torch.rsqrt(variance + 1e-5)).reshape(n, c, h, w)
        hidden = F.relu(self.shared(modulation))
        modulated: Tensor = normal * (1 + self.gamma(hidden)) + self.beta(hidden)
        return modulated


class SPADEBlock(nn.Module):
    """A residual block: twice SPADE, leaky rectifier, convolution."""

    def __init__(self, inside: int, outside: int, maps: int, hidden: int) -> None:
        super().__init__()
        self.first, self.second = SPADE(inside, maps, hidden), SPADE(outside, maps, hidden)
        self.widen = nn.Conv2d(inside, outside, 3, padding=1)
        self.mix = nn.Conv2d(outside, outside, 3, padding=1)
        self.skip = nn.Conv2d(inside, outside, 1) if inside != outside else nn.Identity()

    def forward(self, x: Tensor, modulation: Tensor, valid: Tensor) -> Tensor:
        """Shapes as in SPADE."""
        y = self.widen(F.leaky_relu(self.first(x, modulation, valid), 0.2))
        y = self.mix(F.leaky_relu(self.second(y, modulation, valid), 0.2))
        joined: Tensor = self.skip(x) + y
        return joined


class _Dilated(nn.Module):
    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=dilation, dilation=dilation)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        joined: Tensor = x + self.second(F.leaky_relu(self.first(F.leaky_relu(x, 0.2)), 0.2))
        return joined


class SPADEGenerator(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Offset to a base fill, in units of the spread of the surroundings; untrained it is exactly zero.

    The offset is a mix of the differences between the candidate fills and the base (one weight in -1..1 a
    candidate and pixel) plus a bounded free residual. With `texture`, `forward` can add grain made from noise.

    Args:
        candidates: number of candidate fills among the maps.
        channels: width at 1/4, 1/8 and 1/16 of the size.
        hidden: width of the layer that computes gamma and beta.
        texture: whether there is a head that turns noise into grain.
    """

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(
        self,
        candidates: int = 11,
        channels: Sequence[int] = (32, 48, 96),
        hidden: int = 24,
        texture: bool = False,
    ) -> None:
        super().__init__()
        maps = PLAIN_MAPS + candidates
        fine, middle, deep = channels
        self.stem = nn.Conv2d(maps * 16, fine, 3, padding=1)
        self.down = nn.ModuleList(
            [nn.Conv2d(fine, middle, 3, stride=2, padding=1), nn.Conv2d(middle, deep, 3, stride=2, padding=1)]
        )
        self.deep = nn.Sequential(_Dilated(deep, 1), _Dilated(deep, 2))
        self.up = nn.ModuleList(
            [
                SPADEBlock(deep, deep, maps + deep, hidden),
                SPADEBlock(deep, middle, maps + middle, hidden),
                SPADEBlock(middle, fine, maps + fine, hidden),
            ]
        )
        self.join = nn.Conv2d(fine, 24, 3, padding=1)
        self.mixing = nn.Conv2d(24, candidates, 3, padding=1)
        self.thin = nn.Conv2d(24, 12, 1)
        self.fine = nn.Conv2d(12 + 4, 8, 3, padding=1)
        self.residual = nn.Conv2d(8, 1, 3, padding=1)
        for head in (self.mixing, self.residual):
            nn.init.zeros_(head.weight)
            if head.bias is not None:
                nn.init.zeros_(head.bias)
        self.grain = _Grain(24) if texture else None

    def forward(self, maps: Tensor, noise: Tensor | None = None) -> Tensor:
        """maps (N, M, H, W) of `condition` -> offset (N, 1, H, W), zero outside holes.

        H and W are multiples of STRIDE.
        noise: (N, 1, H, W) unit normal; needed for texture, without it the mean fill alone is returned.
        """
        half = self._features(maps)
        hole, differences = maps[:, :1], maps[:, PLAIN_MAPS:]
        shares = F.interpolate(torch.tanh(self.mixing(half)), scale_factor=2, mode="bilinear")
        full = torch.cat([F.interpolate(self.thin(half), scale_factor=2, mode="nearest"), maps[:, :4]], dim=1)
        free = self.residual(F.leaky_relu(self.fine(full), 0.2))
        offset = (shares * differences).sum(dim=1, keepdim=True) + 3 * torch.tanh(free / 3)
        if self.grain is not None and noise is not None:
            offset = offset + self.grain(half.detach(), maps, noise)
        return offset * hole

    def _features(self, maps: Tensor) -> Tensor:
        """Features (N, 24, H/2, W/2)."""
        scaled = {4: F.avg_pool2d(maps, 4)}
        scaled[8] = F.avg_pool2d(scaled[4], 2)
        scaled[16] = F.avg_pool2d(scaled[8], 2)
        quarter = F.leaky_relu(self.stem(F.pixel_unshuffle(maps, 4)), 0.2)
        eighth = F.leaky_relu(self.down[0](quarter), 0.2)
        deep = self.deep(F.leaky_relu(self.down[1](eighth), 0.2))
        x = deep
        for block, seen, scale in zip(self.up, (deep, eighth, quarter), (16, 8, 4), strict=True):
            if scale != 16:
                x = F.interpolate(x, scale_factor=2, mode="nearest")
            x = block(x, torch.cat([scaled[scale], seen], dim=1), 1 - scaled[scale][:, :1])
        x = F.interpolate(F.leaky_relu(x, 0.2), scale_factor=2, mode="nearest")
        return F.leaky_relu(self.join(x), 0.2)


class _Grain(nn.Module):
    """Grain from noise: the texture passes through the noise, so it can't become a fixed pattern."""

    def __init__(self, features: int, width: int = 16) -> None:
        super().__init__()
        self.lift = nn.Conv2d(1, width, 5, padding=2, bias=False)
        self.scale = nn.Conv2d(features, width, 3, padding=1)
        self.turn = nn.Conv2d(width, 1, 5, padding=2, bias=False)

    def forward(self, half: Tensor, maps: Tensor, noise: Tensor) -> Tensor:
        # exp(log sigma) / spread: the strength of the grain around the hole, in units of the generator.
        strength = maps[:, 5:6]
        gates = F.interpolate(F.softplus(self.scale(half)), scale_factor=2, mode="bilinear")
        rough = self.turn(gates * self.lift(noise))
        smooth = F.avg_pool2d(rough, 9, stride=1, padding=4, count_include_pad=False)
        fine: Tensor = strength * (rough - smooth)
        return fine


class PatchDiscriminator(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Scores every patch of a window as real (high) or filled; spectral norm, a field of 34 pixels.

    Args:
        width: channels of the first layer.
    """

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(self, width: int = 24) -> None:
        super().__init__()
        norm = nn.utils.parametrizations.spectral_norm
        sizes = [(3, width, 2), (width, 2 * width, 2), (2 * width, 2 * width, 1)]
        self.layers = nn.ModuleList([norm(nn.Conv2d(i, o, 4, s, padding=1)) for i, o, s in sizes])
        self.score = norm(nn.Conv2d(2 * width, 1, 4, padding=1))

    def forward(self, window: Tensor) -> tuple[Tensor, list[Tensor]]:
        """window (N, 3, H, W): image, its detail, hole -> scores (N, 1, h, w) and the features below them."""
        features = []
        x = window
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.2)
            features.append(x)
        return self.score(x), features
