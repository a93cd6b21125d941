"""The diffusers pipeline that fills masked parts of medical images: fill, generator, grain, composite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from diffusers import DiffusionPipeline
from diffusers.utils import BaseOutput, logging
from numpy.typing import NDArray
from PIL import Image

from clinx_hf.errors import BadInput, BadSetting, MissingWeights
from clinx_hf.image import compositing, fills
from clinx_hf.image.grain import GRAIN, REACH, grain, random_of
from clinx_hf.image.ppgan import RING, STRIDE, SPADEGenerator, condition
from clinx_hf.quiet import progress_bars_off
from clinx_hf.threads import one_thread

Pixels = NDArray[Any]
Picture = Image.Image | Pixels
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
_Found = Sequence[tuple[compositing.Window, Floats | None]]

WEIGHTS = Path(__file__).resolve().parents[1] / "weights" / "ppgan"
_CORE, _OVERLAP, _CONTEXT = 288, 32, 24  # tiles of the generator, in pixels
_CLUSTER = 8  # holes with up to twice this many pixels between them share tiles and grain
_FLAT = 0.5  # levels: surroundings more even than this need no generator
OUTPUTS = ("textured", "mean")
"""textured: with the grain of the surroundings, the default. mean: without, which is closest to the truth."""


@dataclass
class PPGANPipelineOutput(BaseOutput):  # type: ignore[misc]
    """images: the filled images, in the order they came in."""

    images: list[Image.Image] | list[Pixels] | Pixels


class PPGANPipeline(DiffusionPipeline):  # type: ignore[misc]
    """Fills what a mask covers from what it does not cover.

    Pixels outside the mask come back bit for bit; pixels under the mask are zeroed before anything looks at
    the image, so the result does not depend on them. The same image, mask and seed give the same result
    alone, in any batch and in any order.

    Args:
        generator: the SPADE generator.
        grain: strength of the grain of the output "textured", 0 for none, 1 for that of the surroundings.
    """

    model_cpu_offload_seq = "generator"

    def __init__(self, generator: SPADEGenerator, grain: float = GRAIN) -> None:
        super().__init__()
        self.register_modules(generator=generator)
        self.register_to_config(grain=grain)
        generator.eval()

    @classmethod
    def from_pretrained(cls, pretrained_model_name_or_path: str | Path | None = None, **kwargs: Any) -> Self:
        """The embedded model without an argument; else a folder or a hub id, as in diffusers."""
        if pretrained_model_name_or_path is None:
            if not (WEIGHTS / "model_index.json").is_file():
                raise MissingWeights("clinx_hf/weights/ppgan", "model_index.json")
            pretrained_model_name_or_path, kwargs = WEIGHTS, {"local_files_only": True, **kwargs}
        with progress_bars_off(logging):
            loaded: Self = super().from_pretrained(str(pretrained_model_name_or_path), **kwargs)
        return loaded

    def __call__(
        self,
        image: Picture | Sequence[Picture],
        mask_image: Picture | Sequence[Picture],
        generator: torch.Generator | Sequence[torch.Generator] | None = None,
        output: str = "textured",
        output_type: str = "pil",
        return_dict: bool = True,
    ) -> PPGANPipelineOutput | tuple[Any]:
        """Fill one or many images.

        image: PIL images, (H, W) or (H, W, C) arrays (C 1 or 3; uint8, uint16 or float in 0..1), a list of
            them, or an (N, H, W, C) array. PIL modes L, RGB and I;16 stay; any other mode becomes L or RGB.
        mask_image: as many masks (arrays are (H, W), stacks (N, H, W)), or one for all; what is True or
            brighter than half is filled.
        generator: source of the seed of the grain; one for all, or one an image. Without: a fixed seed.
        output: of OUTPUTS.
        output_type: "pil", or "np" for arrays of the type and shape that came in (uint8 for PIL images).
        Raises BadInput when images and masks do not fit, BadSetting for another output or output type.
        """
        if output_type not in ("pil", "np"):
            raise BadSetting("output_type", output_type, ("pil", "np"))
        pictures = [_pixels(each) for each in _listed(image, 3)]
        masks = [_mask(each) for each in _listed(mask_image, 2)]
        if len(masks) == 1:
            masks *= len(pictures)
        if len(masks) != len(pictures):
            raise BadInput(f"{len(pictures)} images came with {len(masks)} masks.")
        seeds = _seeds(generator, len(pictures))
        filled = [self.fill(p, m, s, output) for p, m, s in zip(pictures, masks, seeds, strict=True)]
        self.maybe_free_model_hooks()
        images: Any = [_picture(each) for each in filled] if output_type == "pil" else filled
        if output_type == "np" and isinstance(image, np.ndarray) and image.ndim == 4:
            images = np.stack(filled)
        return PPGANPipelineOutput(images=images) if return_dict else (images,)

    @torch.inference_mode()
    def fill(self, image: Pixels, mask: Mask, seed: int = 0, output: str = "textured") -> Pixels:
        """Fill one array: image (H, W) or (H, W, C), mask (H, W) bool -> the same shape and type.

        A mask that covers all gives black. Raises BadInput for other shapes and types, BadSetting for an
        output that is not of OUTPUTS.
        """
        if output not in OUTPUTS:
            raise BadSetting("output", output, OUTPUTS)
        if image.ndim not in (2, 3) or (image.ndim == 3 and image.shape[2] not in (1, 3)):
            raise BadInput("An image array must be (H, W), (H, W, 1) or (H, W, 3).")
        if mask.shape != image.shape[:2] or mask.dtype != np.bool_:
            raise BadInput("A mask must be a bool array of the height and width of its image.")
        if not mask.any():
            return image.copy()
        pixels = image if image.ndim == 3 else image[..., None]
        levels = compositing.blanked(pixels, mask)
        grey = bool((levels == levels[..., :1]).all())
        known = levels[..., :1] if grey else levels
        with one_thread():
            levels = np.broadcast_to(self._fill_levels(known, mask, seed, output), levels.shape)
        return compositing.composite(pixels, mask, levels).reshape(image.shape)

    def _fill_levels(self, levels: Floats, mask: Mask, seed: int, output: str) -> Floats:
        holes = compositing.holes(mask)
        clusters = compositing.holes(mask, _CLUSTER)
        textured = output == "textured"
        # The luma travels as a last channel through all linear fills.
        values = np.concatenate([levels, compositing.luma(levels)[..., None]], axis=2)
        offset = self._mean(values, mask, seed if textured else None)
        bright = _bounded(values[..., -1] + offset, mask, holes)
        gain = float(self.config.grain)
        if textured and gain > 0:
            # From the corrected fill, all holes first, so that the order of the holes does not matter.
            bright = _bounded(bright + _grain(bright, mask, clusters, seed, gain), mask, holes)
        filled: Floats = values[..., :-1] + (bright - values[..., -1])[..., None]
        return filled

    def _mean(self, values: Floats, mask: Mask, seed: int | None) -> Floats:
        """Put the base into the holes of `values`; returns the generator's offsets to its last channel."""
        wider, unknown, inner = compositing.with_background(values, mask)
        found = [(hole.window, base_fill(wider, unknown, hole)) for hole in compositing.holes(unknown)]
        values[mask] = wider[inner.slices][mask]
        offset = np.zeros(unknown.shape)
        for cluster in compositing.holes(unknown, _CLUSTER):
            self._correct(wider[..., -1], unknown, cluster, found, offset, seed)
        return offset[inner.slices]

    def _correct(
        self, bright: Floats, mask: Mask, cluster: compositing.Hole, found: _Found, offset: Floats, seed: int | None
    ) -> None:
        """Add the generator's offset for one cluster of holes to `offset`, one crop a call; no seed, no texture."""
        window = cluster.window
        for top, bottom, down in compositing.tiles(window.shape[0], _CORE, _OVERLAP):
            for left, right, across in compositing.tiles(window.shape[1], _CORE, _OVERLAP):
                core = compositing.Window(
                    window.top + top, window.top + bottom, window.left + left, window.left + right
                )
                crop = _aligned(core.grown(_CONTEXT, mask.shape), mask.shape)
                ring = compositing.ring(mask[crop.slices], RING)
                if not ring.any() or bright[crop.slices][ring].std() < _FLAT:
                    continue
                differences = np.zeros((fills.COUNT, *crop.shape))
                for place, stack in found:
                    if stack is not None:
                        _move(stack - bright[place.slices], place, differences, crop)
                change = self._offset(bright[crop.slices], mask[crop.slices], ring, differences, crop, seed)
                weights = np.outer(down, across) * cluster.inside[top:bottom, left:right]
                offset[core.slices] += weights * change[core.within(crop).slices]

    def _offset(
        self, bright: Floats, mask: Mask, ring: Mask, differences: Floats, crop: compositing.Window, seed: int | None
    ) -> Floats:
        """One call of the generator: offset (h, w) in levels."""
        given = condition(bright, mask, ring, bright + differences)
        height, width = mask.shape
        missing = ((0, 0), (0, -height % STRIDE), (0, -width % STRIDE))
        maps = torch.from_numpy(np.pad(given.maps, missing, mode="edge"))[None]
        noise = None
        if self.generator.config.texture and seed is not None:
            rng = random_of(seed, (crop.top, crop.left), mask)
            noise = torch.from_numpy(rng.standard_normal(maps.shape[-2:]).astype(np.float32))[None, None]
            noise = noise.to(self.device, self.generator.dtype)
        offset = self.generator(maps.to(self.device, self.generator.dtype), noise)
        return np.asarray(offset[0, 0, :height, :width].double().cpu().numpy()) * given.spread


def base_fill(values: Floats, mask: Mask, hole: compositing.Hole) -> Floats | None:
    """Fill one hole of `values` (H, W, C) in place with the base.

    Returns the candidate fills of the last channel in the window of the hole, (K, h, w); None for a hole that
    is too large for them.
    """
    down, across = fills.reach(hole.inside)
    window = hole.window.grown(down, mask.shape, across)
    inner = hole.window.within(window).slices
    inside = np.zeros(window.shape, dtype=np.bool_)
    inside[inner] = hole.inside
    unknown = mask[window.slices]
    found = fills.candidates(np.where(unknown[..., None], 0, values[window.slices]), inside, unknown)
    values[window.slices][inside] = found.base[inside]
    return None if found.stack is None else found.stack[(slice(None), *inner)]


def _bounded(bright: Floats, mask: Mask, holes: Sequence[compositing.Hole]) -> Floats:
    """Keep each fill within the range of the known pixels around its hole."""
    bounded = bright.copy()
    for hole in holes:
        window = hole.window.grown(RING, mask.shape)
        known = bright[window.slices][~mask[window.slices]]
        if known.size:
            inside = bounded[hole.window.slices]
            inside[hole.inside] = np.clip(inside[hole.inside], known.min(), known.max())
    return bounded


def _grain(bright: Floats, mask: Mask, holes: Sequence[compositing.Hole], seed: int, gain: float) -> Floats:
    noise = np.zeros_like(bright)
    for hole in holes:
        window = hole.window.grown(REACH, mask.shape)
        inside = np.zeros(window.shape, dtype=np.bool_)
        inside[hole.window.within(window).slices] = hole.inside
        rng = random_of(seed, (hole.window.top, hole.window.left), hole.inside)
        noise[window.slices] += grain(bright[window.slices], mask[window.slices], inside, rng, gain)
    return noise


def _move(source: Floats, window: compositing.Window, target: Floats, crop: compositing.Window) -> None:
    """Add `source` (K, h, w), which lies at `window`, to `target`, which lies at `crop`, where they meet."""
    top, bottom = max(window.top, crop.top), min(window.bottom, crop.bottom)
    left, right = max(window.left, crop.left), min(window.right, crop.right)
    if top < bottom and left < right:
        both = compositing.Window(top, bottom, left, right)
        target[(slice(None), *both.within(crop).slices)] += source[(slice(None), *both.within(window).slices)]


def _aligned(window: compositing.Window, shape: tuple[int, int]) -> compositing.Window:
    """The window grown to multiples of STRIDE as far as the image allows."""

    def run(start: int, stop: int, size: int) -> tuple[int, int]:
        length = min(-(-(stop - start) // STRIDE) * STRIDE, size)
        start = max(0, min(start, size - length))
        return start, start + length

    return compositing.Window(*run(window.top, window.bottom, shape[0]), *run(window.left, window.right, shape[1]))


def _listed(given: Any, most: int) -> list[Any]:
    """A list of pictures; an array of more than `most` dimensions is a stack of them."""
    if isinstance(given, np.ndarray):
        return list(given) if given.ndim > most else [given]
    return [given] if isinstance(given, Image.Image) else list(given)


def _pixels(picture: Picture) -> Pixels:
    if isinstance(picture, np.ndarray):
        return picture
    if picture.mode not in ("L", "RGB") and not picture.mode.startswith("I;16"):
        picture = picture.convert("L" if picture.mode in ("1", "LA", "La") else "RGB")
    pixels = np.array(picture)
    return pixels.astype(np.uint16) if pixels.dtype.kind == "u" and pixels.itemsize == 2 else pixels


def _mask(mask: Picture) -> Mask:
    pixels = np.array(mask.convert("L")) if isinstance(mask, Image.Image) else mask
    if pixels.dtype == np.bool_:
        return pixels
    return np.asarray(pixels / compositing.scale_of(pixels) > 127.5)


def _picture(pixels: Pixels) -> Image.Image:
    if pixels.dtype.kind == "f":
        pixels = np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)
    return Image.fromarray(pixels[..., 0] if pixels.ndim == 3 and pixels.shape[2] == 1 else pixels)


def _seeds(generator: torch.Generator | Sequence[torch.Generator] | None, count: int) -> list[int]:
    """One seed an image. A single generator is asked once, so the place in the batch does not matter."""
    if generator is None:
        return [0] * count
    if isinstance(generator, torch.Generator):
        return [int(torch.randint(2**62, (), generator=generator))] * count
    if len(generator) != count:
        raise BadInput(f"{count} images came with {len(generator)} generators.")
    return [int(torch.randint(2**62, (), generator=each)) for each in generator]
