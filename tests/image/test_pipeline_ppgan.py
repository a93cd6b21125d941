"""PPGANPipeline: what it must keep, what it must not see, and what it must give again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy import ndimage

from clinx_hf.errors import BadInput, BadSetting
from clinx_hf.image.pipeline_ppgan import OUTPUTS, WEIGHTS, PPGANPipeline
from clinx_hf.image.ppgan import SPADEGenerator


def _pipeline(grain: float = 0.7, texture: bool = False) -> PPGANPipeline:
    torch.manual_seed(0)
    generator = SPADEGenerator(channels=(8, 12, 16), hidden=8, texture=texture)
    for head in (generator.mixing, generator.residual):
        torch.nn.init.normal_(head.weight, std=0.1)  # a generator that does something everywhere
    return PPGANPipeline(generator, grain=grain)


@pytest.fixture(scope="module")
def pipeline() -> PPGANPipeline:
    return _pipeline()


def _image(height: int, width: int, channels: int = 1, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    smooth = ndimage.gaussian_filter(rng.uniform(0, 255, (height, width, channels)), (4, 4, 0)) - 127
    return np.clip(128 + 6 * smooth + rng.normal(0, 5, smooth.shape), 0, 255).astype(np.uint8)


def _boxes(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    mask = np.zeros((height, width), dtype=bool)
    for _ in range(rng.integers(1, 4)):
        y, x = rng.integers(-4, height), rng.integers(-4, width)
        mask[max(0, y) : y + rng.integers(1, 24), max(0, x) : x + rng.integers(1, 90)] = True
    return mask


@given(
    st.integers(1, 90),
    st.integers(1, 130),
    st.sampled_from([1, 3]),
    st.sampled_from([np.uint8, np.uint16, np.float32]),
    st.sampled_from(OUTPUTS),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=25, deadline=None)
def test_hole_independence_and_exact_outside(
    pipeline: PPGANPipeline, height: int, width: int, channels: int, kind: type, output: str, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    image, mask = _image(height, width, channels, seed), _boxes(rng, height, width)
    image = image.astype(kind) / 255 if kind == np.float32 else image.astype(kind)
    if kind == np.uint16:
        image = image * 256 + rng.integers(0, 256, image.shape, dtype=np.uint16)  # the low byte must survive too
    other = image.copy()
    other[mask] = rng.random(other[mask].shape) * image.max(initial=1)
    filled = pipeline.fill(image, mask, seed % 3, output)
    assert filled.shape == image.shape
    assert filled.dtype == image.dtype
    assert (filled == pipeline.fill(other, mask, seed % 3, output)).all()
    assert (filled[~mask] == image[~mask]).all()


def test_hole_independence_at_full_size_with_extreme_contents(pipeline: PPGANPipeline) -> None:
    image = _image(200, 700, 3, 1)
    mask = np.zeros((200, 700), dtype=bool)
    mask[180:192, 20:690] = mask[4:18, 5:100] = mask[60:110, 300:400] = True
    results = []
    for content in (0, 255, 128):
        one = image.copy()
        one[mask] = content
        results.append(pipeline.fill(one, mask))
    assert (results[0] == results[1]).all()
    assert (results[0] == results[2]).all()


def test_neural_texture_is_hole_independent_too() -> None:
    pipeline = _pipeline(grain=0.0, texture=True)
    image, mask = _image(60, 90), np.zeros((60, 90), dtype=bool)
    mask[20:34, 10:80] = True
    other = np.where(mask[..., None], 255 - image, image)
    assert (pipeline.fill(image, mask) == pipeline.fill(other, mask)).all()
    assert (pipeline.fill(image, mask, seed=1) != pipeline.fill(image, mask, seed=2)).any()


def test_a_body_whose_foot_is_hidden_is_closed_before_the_border(pipeline: PPGANPipeline) -> None:
    y, x = np.mgrid[:120, :160]
    inside = ((x - 80) / 55) ** 2 + ((y - 55) / 52) ** 2 < 1
    image = np.where(inside, 150, 0).astype(np.uint8)
    mask = np.zeros(image.shape, dtype=bool)
    mask[88:, 20:140] = True
    plain = PPGANPipeline(SPADEGenerator(channels=(4, 4, 4), hidden=4))
    filled = plain.fill(image, mask, output="mean")
    assert filled[-1, 20:140].max() < 75  # drawn out, it would be as bright as the body
    assert filled[92, 75:85].min() > 90


def test_mean_is_the_textured_output_without_its_grain(pipeline: PPGANPipeline) -> None:
    image, mask = _image(60, 120, 3), np.zeros((60, 120), dtype=bool)
    mask[20:34, 10:110] = True
    mean, textured = (pipeline.fill(image, mask, output=output) for output in ("mean", "textured"))
    assert (textured == pipeline.fill(image, mask)).all()
    assert (mean == PPGANPipeline(pipeline.generator, grain=0.0).fill(image, mask)).all()
    assert (mean == pipeline.fill(image, mask, seed=3, output="mean")).all()  # nothing in it is left to chance
    rough = [(x - ndimage.gaussian_filter(x.astype(float), (1.5, 1.5, 0)))[mask].std() for x in (mean, textured)]
    assert rough[1] > 1.1 * rough[0]  # the generator here is a rough one itself
    named = pipeline(image=image, mask_image=mask, output="mean", output_type="np").images[0]
    assert (named == mean).all()


def test_neural_texture_is_left_out_of_the_mean() -> None:
    pipeline = _pipeline(grain=0.0, texture=True)
    image, mask = _image(60, 90), np.zeros((60, 90), dtype=bool)
    mask[20:34, 10:80] = True
    one, two = (pipeline.fill(image, mask, seed, "mean") for seed in (1, 2))
    assert (one == two).all()
    assert (one != pipeline.fill(image, mask, seed=1)).any()


def test_the_fill_stays_within_the_range_of_its_surroundings(pipeline: PPGANPipeline) -> None:
    image, mask = _image(80, 150), np.zeros((80, 150), dtype=bool)
    mask[30:44, 20:130] = True
    near = image[14:60, 4:146][~mask[14:60, 4:146]]
    inside = pipeline.fill(image, mask)[mask]
    assert near.min() <= inside.min()
    assert inside.max() <= near.max()


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (2, 3), (17, 33), (61, 63)])
@pytest.mark.parametrize("channels", [1, 3])
def test_any_size_with_empty_full_and_touching_masks(
    pipeline: PPGANPipeline, shape: tuple[int, int], channels: int
) -> None:
    image = _image(*shape, channels)
    empty = np.zeros(shape, dtype=bool)
    assert (pipeline.fill(image, empty) == image).all()
    assert not pipeline.fill(image, ~empty).any()
    touching = empty.copy()
    touching[0] = touching[-1] = True
    assert (pipeline.fill(image, touching)[~touching] == image[~touching]).all()


def test_flat_surroundings_are_continued_exactly(pipeline: PPGANPipeline) -> None:
    for level in (0, 13, 255):
        image = np.full((50, 120, 1), level, dtype=np.uint8)
        mask = np.zeros((50, 120), dtype=bool)
        mask[30:42, 10:110] = True
        assert (pipeline.fill(np.where(mask[..., None], 99, image).astype(np.uint8), mask) == level).all()


def test_grey_stored_as_rgb_is_filled_like_grey(pipeline: PPGANPipeline) -> None:
    grey = _image(80, 120)
    mask = np.zeros((80, 120), dtype=bool)
    mask[30:44, 10:100] = True
    coloured = np.repeat(grey, 3, axis=2)
    coloured[mask] = [255, 0, 0]  # coloured text must not make the picture a coloured one
    assert (pipeline.fill(coloured, mask) == pipeline.fill(grey, mask)).all()


def _seeded() -> torch.Generator:
    return torch.Generator().manual_seed(5)


def test_batch_order_and_threads_do_not_matter(pipeline: PPGANPipeline) -> None:
    images = [Image.fromarray(_image(90 + i, 100, 3, i)) for i in range(3)]
    box = np.full((14, 60), 255, np.uint8)
    masks = [Image.fromarray(np.pad(box, ((40, 36 + i), (10, 30)))) for i in range(3)]
    together = pipeline(image=images, mask_image=masks, generator=_seeded()).images
    backwards = pipeline(image=images[::-1], mask_image=masks[::-1], generator=_seeded()).images
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    alone = [pipeline(image=i, mask_image=m, generator=_seeded()).images[0] for i, m in zip(images, masks, strict=True)]
    listed = pipeline(image=images, mask_image=masks, generator=[_seeded() for _ in images]).images
    assert torch.get_num_threads() == 2
    torch.set_num_threads(before)
    for results in (alone, listed, backwards[::-1]):
        assert all(a.tobytes() == b.tobytes() for a, b in zip(together, results, strict=True))
    unseeded = [pipeline(image=images[0], mask_image=masks[0]).images[0].tobytes() for _ in range(2)]
    assert unseeded[0] == unseeded[1] != together[0].tobytes()


def test_forms_of_input_and_output(pipeline: PPGANPipeline) -> None:
    pixels = _image(40, 60, 3)
    mask = np.zeros((40, 60), dtype=bool)
    mask[10:20, 5:50] = True
    expected = pipeline.fill(pixels, mask)
    picture = Image.fromarray(pixels)
    white = Image.fromarray(mask.astype(np.uint8) * 255)
    assert (np.array(pipeline(image=picture, mask_image=white).images[0]) == expected).all()
    assert (pipeline(image=pixels, mask_image=mask, output_type="np").images[0] == expected).all()
    stack = pipeline(image=np.stack([pixels, pixels]), mask_image=np.stack([mask, mask]), output_type="np").images
    assert stack.shape == (2, 40, 60, 3)
    assert (stack == expected).all()
    (images,) = pipeline(image=[picture, picture], mask_image=white, return_dict=False)
    assert [i.mode for i in images] == ["RGB", "RGB"]
    for mode, kept in [("L", "L"), ("1", "L"), ("P", "RGB"), ("RGBA", "RGB"), ("CMYK", "RGB"), ("LA", "L")]:
        assert pipeline(image=picture.convert(mode), mask_image=white).images[0].mode == kept


def test_sixteen_bit_and_float_pixels(pipeline: PPGANPipeline) -> None:
    pixels = _image(50, 90)[..., 0]
    mask = np.zeros((50, 90), dtype=bool)
    mask[20:32, 10:80] = True
    low = pipeline.fill(pixels, mask).astype(int)
    deep = pipeline.fill(pixels.astype(np.uint16) * 257, mask)
    assert deep.dtype == np.uint16
    assert np.abs(deep / 257 - low).max() <= 0.51
    real = pipeline.fill(pixels.astype(np.float32) / 255, mask)
    assert real.dtype == np.float32
    assert np.abs(real * 255 - low).max() <= 0.51


def test_what_does_not_fit_is_refused(pipeline: PPGANPipeline) -> None:
    pixels, mask = _image(10, 12), np.zeros((10, 12), dtype=bool)
    with pytest.raises(BadInput):
        pipeline.fill(pixels, mask[:9])
    with pytest.raises(BadInput):
        pipeline.fill(pixels, mask.astype(np.uint8))
    with pytest.raises(BadInput):
        pipeline.fill(np.zeros((10, 12, 4), np.uint8), mask)
    with pytest.raises(BadInput, match="2 images came with 3 masks"):
        pipeline(image=[pixels, pixels], mask_image=[mask] * 3, output_type="np")
    with pytest.raises(BadInput, match="generators"):
        pipeline(image=pixels, mask_image=mask, generator=[torch.Generator()] * 2)
    with pytest.raises(BadSetting, match="output_type"):
        pipeline(image=pixels, mask_image=mask, output_type="latent")
    with pytest.raises(BadSetting, match="textured"):
        pipeline(image=pixels, mask_image=mask, output="grainy")


def test_saved_and_loaded_gives_the_same_pixels(pipeline: PPGANPipeline, tmp_path: Path) -> None:
    pipeline.save_pretrained(tmp_path)
    again = PPGANPipeline.from_pretrained(tmp_path)
    image, mask = _image(50, 90), np.zeros((50, 90), dtype=bool)
    mask[20:32, 10:80] = True
    assert again.config.grain == 0.7
    assert (pipeline.fill(image, mask) == again.fill(image, mask)).all()


@pytest.mark.skipif(not (WEIGHTS / "model_index.json").is_file(), reason="no embedded weights in this checkout")
def test_embedded_weights_load_offline_and_fill_better_than_a_flat_patch() -> None:
    pipeline = PPGANPipeline.from_pretrained()
    assert next(pipeline.generator.parameters()).dtype == torch.float32
    y, x = np.mgrid[:96, :200]
    image = (128 + 60 * np.sin(x / 17) + 40 * np.cos(y / 23)).astype(np.uint8)
    mask = np.zeros((96, 200), dtype=bool)
    mask[40:56, 20:180] = True
    filled = pipeline.fill(image, mask).astype(float)
    flat = image[~mask].mean()
    assert np.abs(filled - image)[mask].mean() < 0.25 * np.abs(flat - image)[mask].mean()
