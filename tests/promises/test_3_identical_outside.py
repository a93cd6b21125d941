"""Promise 3: no pixel outside the reported regions changes, no character outside the reported spans changes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from planted import NameRecognizer, StampReader, background, judge, legible, load_planted, small_pipeline, stamp

from clinx_hf.image.redactor import Redactor
from clinx_hf.image.regions import mask_of
from clinx_hf.text.scrubber import Scrubber
from clinx_hf.transform import Deidentifier

PIPELINE = small_pipeline()
TEXTS = ["SMITH, JOHN", "L", "W 350 L 40", "03-12-2008", "??", "RIGHT", "MedPix"]


@given(st.integers(0, 10**6), st.lists(st.sampled_from(TEXTS), max_size=3), st.sampled_from([1, 3]))
@settings(max_examples=25, deadline=None)
def test_pixels_outside_the_regions_are_the_same_bits(seed, texts, channels):
    rng = np.random.default_rng(seed)
    image = rng.integers(0, 256, (90, 150, channels), np.uint8)
    for text in texts:
        stamp(image, int(rng.integers(0, 110)), int(rng.integers(0, 80)), text, confidence=float(rng.random()))
    result = Redactor(StampReader(), PIPELINE).redact(image, judge)
    outside = ~mask_of(result.regions, 90, 150)
    assert (result.image[outside] == image[outside]).all()
    assert result.image.dtype == image.dtype
    assert result.image.shape == image.shape


def deep(mode):
    """A picture of a mode with one stamp whose fill covers (0..160, 16..40) at most."""
    grey = background(64, 160, 1)[..., 0]
    grey[0, 0], grey[0, 1] = 0, 255  # so that a window on deep values is the identity
    stamped = grey[..., None].copy()
    stamp(stamped, 16, 24, "SMITH")
    grey = stamped[..., 0]
    if mode == "P":
        image = Image.fromarray(grey)
        image.putpalette([v for i in range(256) for v in (i, i, i)])
        return image
    if mode in ("I;16", "I", "F"):
        kind = {"I;16": np.uint16, "I": np.int32, "F": np.float32}[mode]
        return Image.fromarray(grey.astype(kind) * kind(257))
    colour = Image.fromarray(np.repeat(grey[..., None], 3, axis=2))
    if mode in ("LA", "RGBA"):
        colour.putalpha(Image.fromarray(np.full_like(grey, 200)))
    return Image.fromarray(grey) if mode == "L" else colour.convert(mode)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGB", "RGBA", "I", "I;16", "F"])
def test_every_depth_is_the_same_bits_outside(mode, monkeypatch):
    load_planted(monkeypatch, pipeline=PIPELINE)
    source = deep(mode)
    clean = Deidentifier()(source)
    assert clean.mode == source.mode
    before, after = np.asarray(source), np.asarray(clean)
    assert (before != after).any()
    outside = np.ones(before.shape[:2], bool)
    outside[16:40, 0:48] = False
    assert (before[outside] == after[outside]).all()
    if mode in ("L", "RGB", "P"):
        assert legible(clean.convert("L")) == []


@given(
    st.lists(
        st.sampled_from(["Maria Garcia", " ", "saw", "on 3/4/2021", "\n", "é", "\u200b", "MRN 4832219"]), max_size=8
    )
)
@settings(max_examples=60, deadline=None)
def test_characters_outside_the_spans_are_the_same(parts):
    text = " ".join(parts)
    (done,) = Scrubber(recognizer=NameRecognizer()).scrub([text])
    rebuilt, last = "", 0
    for entity in done.entities:
        rebuilt += text[last : entity.span.start] + entity.replacement
        last = entity.span.end
    assert rebuilt + text[last:] == done.text
