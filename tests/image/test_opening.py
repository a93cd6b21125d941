"""Any picture becomes arrays and the same kind of picture again; only filled boxes differ, and nothing else travels."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps, PngImagePlugin

from clinx_hf.errors import BadInput
from clinx_hf.image.opening import Picture, blank_for, encoded, open_frames, to_image

BOX = (8, 4, 24, 12)


def picture(mode):
    """A 40 x 24 picture of a mode, with noise."""
    rng = np.random.default_rng(3)
    grey = rng.integers(0, 256, (24, 40), np.uint8)
    if mode == "I;16":
        return Image.fromarray(rng.integers(0, 4096, (24, 40)).astype(np.uint16))
    if mode == "I":
        return Image.fromarray(rng.integers(-70000, 70000, (24, 40)).astype(np.int32))
    if mode == "F":
        return Image.fromarray(rng.normal(0, 1e4, (24, 40)).astype(np.float32))
    if mode == "P":
        image = Image.fromarray(grey // 16).convert("L")
        image.putpalette([v for i in range(16) for v in (i * 16, i * 15, 255 - i * 16)])
        return image
    channels = {"1": 1, "L": 1, "LA": 2, "RGB": 3, "RGBA": 4, "CMYK": 4}[mode]
    if mode == "1":
        return Image.fromarray(grey).convert("1")
    data = rng.integers(0, 256, (24, 40, channels), np.uint8)
    return Image.frombytes(mode, (40, 24), data.tobytes())


MODES = ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I", "I;16", "F"]


def filled(frame, level=200):
    x0, y0, x1, y1 = BOX
    channels = frame.pixels().shape[2]
    return frame.patched([(BOX, np.full((y1 - y0, x1 - x0, channels), level, np.uint8))])


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_comes_back_exact_outside_the_box(mode):
    source = picture(mode)
    (frame,) = open_frames(source)
    pixels = frame.pixels()
    assert pixels.dtype == np.uint8
    assert pixels.shape[:2] == (24, 40)
    assert pixels.shape[2] in (1, 3)
    assert frame.image().mode == source.mode
    assert (np.asarray(frame.image()) == np.asarray(source)).all()
    result = filled(frame)
    outside = np.ones((24, 40), bool)
    outside[BOX[1] : BOX[3], BOX[0] : BOX[2]] = False
    assert (np.asarray(result.image())[outside] == np.asarray(source)[outside]).all()
    assert np.abs(result.pixels()[~outside].astype(int) - 200).max() <= (140 if mode in ("P", "1") else 4)
    again = Image.open(io.BytesIO(encoded([result])))
    assert again.mode == source.mode
    assert (np.asarray(again) == np.asarray(result.image())).all()


@pytest.mark.parametrize("mode", MODES)
def test_a_fill_does_not_depend_on_what_it_covers(mode):
    first = open_frames(picture(mode))[0]
    values = first.values.copy()
    part = values[BOX[1] : BOX[3], BOX[0] : BOX[2]]
    part[...] = part.max() if mode in ("1", "P") else part.max() * 0 + np.array(values.max() // 2).astype(values.dtype)
    if mode in ("I", "I;16", "F"):
        part[0, 0] = 60000  # far beyond everything outside
    second = type(first)(values, first.mode, first.palette)
    hidden = np.zeros((24, 40), bool)
    hidden[BOX[1] : BOX[3], BOX[0] : BOX[2]] = True
    assert (first.pixels(hidden)[~hidden] == second.pixels(hidden)[~hidden]).all()
    assert (filled(first).values == filled(second).values).all()


def dirty_png():
    info = PngImagePlugin.PngInfo()
    info.add_text("Patient", "Maria Garcia")
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "Maria Garcia"
    picture("RGB").save(out, "PNG", pnginfo=info, exif=exif, icc_profile=b"Maria Garcia", dpi=(99, 99))
    return out.getvalue()


def dirty_jpeg():
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "Maria Garcia"
    picture("RGB").save(out, "JPEG", comment=b"Maria Garcia", exif=exif, icc_profile=b"Maria Garcia")
    return out.getvalue()


@pytest.mark.parametrize("data", [dirty_png(), dirty_jpeg()], ids=["png", "jpeg"])
def test_metadata_does_not_travel(data, tmp_path):
    assert b"Maria" in data
    path = tmp_path / "Maria Garcia.img"
    path.write_bytes(data)
    for source in (data, path, str(path), {"bytes": data, "path": str(path)}, Image.open(path)):
        frames = open_frames(source)
        clean = encoded(frames)
        assert b"Maria" not in clean
        assert Image.open(io.BytesIO(clean)).info == {}
        image = to_image(frames)
        assert image.info == {}
        assert not hasattr(image, "filename")
        assert len(image.getexif()) == 0


def test_exif_orientation_is_applied():
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    picture("RGB").save(out, "PNG", exif=exif)
    (frame,) = open_frames(out.getvalue())
    assert frame.size == (40, 24)
    assert (frame.values == np.rot90(np.asarray(picture("RGB")), -1)).all()


def test_transparency_of_a_palette_is_kept_as_alpha():
    out = io.BytesIO()
    picture("P").save(out, "PNG", transparency=3)
    (frame,) = open_frames(out.getvalue())
    assert frame.mode == "RGBA"
    assert (frame.values == np.asarray(Image.open(io.BytesIO(out.getvalue())).convert("RGBA"))).all()


@pytest.mark.parametrize("kind", ["GIF", "TIFF"])
def test_every_frame_is_opened_and_written(kind):
    frames = [Image.fromarray(np.full((24, 40), v, np.uint8)) for v in (10, 90, 200)]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    opened = open_frames(out.getvalue())
    assert [int(f.pixels()[0, 0, 0]) for f in opened] == [10, 90, 200]
    again = open_frames(encoded(opened))
    assert [int(f.pixels()[0, 0, 0]) for f in again] == [10, 90, 200]
    assert to_image(opened).n_frames == 3
    source = Image.open(io.BytesIO(out.getvalue()))
    source.seek(1)
    assert len(open_frames(source)) == 3
    assert source.tell() == 1


def truncated():
    return dirty_jpeg()[:-200]


BROKEN = {
    "truncated jpeg": truncated(),
    "truncated png": dirty_png()[:-300],
    "empty": b"",
    "text": b"MRN 4832219 Maria Garcia",
    "header only": dirty_png()[:40],
    "missing file": "/nowhere/Maria Garcia.png",
}


@pytest.mark.parametrize("source", BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_decoded_is_refused_without_telling_what_it_was(source):
    with pytest.raises(BadInput) as caught:
        open_frames(source)
    assert "Garcia" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert str(caught.value).count(".") <= 1


def test_a_blank_has_the_size_that_a_header_tells():
    assert blank_for(truncated()).values.shape == (24, 40, 3)
    assert blank_for(b"").values.shape == (1, 1)
    assert not blank_for(truncated()).values.any()


def test_an_image_without_pixels_is_refused():
    with pytest.raises(BadInput, match="no pixels"):
        open_frames(Image.new("L", (0, 5)))
    with pytest.raises(BadInput, match="no pixels"):
        open_frames(np.zeros((0, 5), np.uint8))


@pytest.mark.parametrize("bad", [np.zeros(5), np.zeros((2, 2, 5)), np.zeros((2, 2), complex), np.array([["a"]])])
def test_other_arrays_are_refused(bad):
    with pytest.raises(BadInput, match="image array"):
        open_frames(bad)


@pytest.mark.parametrize("bad", [3, object(), ["x.png"]])
def test_other_things_are_refused(bad):
    with pytest.raises(BadInput, match="must be a PIL image"):
        open_frames(bad)


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.uint16, np.int32, np.float32, np.float64])
@pytest.mark.parametrize("shape", [(24, 40), (24, 40, 1), (24, 40, 3), (24, 40, 4)])
def test_arrays_keep_type_and_shape(dtype, shape):
    values = np.random.default_rng(1).integers(0, 2, shape).astype(dtype)
    result = filled(open_frames(values)[0]).values
    assert result.dtype == values.dtype
    assert result.shape == values.shape
    assert (result[0] == values[0]).all()


def test_numbers_that_are_none_are_kept_and_read_as_dark():
    values = np.ones((24, 40), np.float32)
    values[0, 0], values[1, 1], values[2, 2] = np.nan, np.inf, 5
    (frame,) = open_frames(values)
    assert frame.pixels()[0, 0] == 0
    assert np.isnan(filled(frame).values[0, 0])


def test_faint_detail_beside_extremes_gets_its_own_view():
    values = np.random.default_rng(0).integers(1000, 1100, (100, 100)).astype(np.uint16)
    values[0, 0] = 65535
    (frame,) = open_frames(values)
    assert frame.pixels()[1:].std() < 2
    assert frame.views()[0][1:].std() > 40


def test_text_in_transparency_gets_its_own_view():
    values = np.full((24, 40, 4), 80, np.uint8)
    values[5:9, 5:20, 3] = 255
    (frame,) = open_frames(Image.fromarray(values))
    assert frame.views()[0][6, 6] == 255
    patched = frame.patched([((4, 4, 24, 12), np.full((8, 20, 3), 80, np.uint8))])
    assert (patched.values[..., 3] == 80).all()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "JPEG"])
def test_every_exif_orientation_is_applied_and_gone(orientation, kind):
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(np.arange(0, 240, 10, np.uint8).reshape(4, 6).repeat(8, 0).repeat(8, 1)).save(out, kind, exif=exif)
    source = Image.open(io.BytesIO(out.getvalue()))
    turned = np.asarray(ImageOps.exif_transpose(source))
    (frame,) = open_frames(out.getvalue())
    assert frame.size == ((48, 32) if orientation > 4 else (32, 48))
    assert (frame.values == turned).all()
    assert frame.image().getexif().get(0x0112) is None


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_animated_pictures_are_filled_frame_by_frame(kind):
    levels = (10, 90, 200)
    frames = [Image.fromarray(np.full((24, 40, 3), v, np.uint8)) for v in levels]
    for n, each in enumerate(frames):
        each.putpixel((n, 20), (255, 255, 0))
    out = io.BytesIO()
    options = {"lossless": True} if kind == "WEBP" else {}
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], **options)
    opened = open_frames(out.getvalue())
    assert len(opened) == 3
    assert [abs(int(f.pixels()[15, 30, 0]) - v) <= 4 for f, v in zip(opened, levels, strict=True)] == [True] * 3
    result = [filled(frame, 120) for frame in opened]
    again = open_frames(encoded(result))
    assert len(again) == 3
    for before, after, read in zip(opened, result, again, strict=True):
        outside = np.ones((24, 40), bool)
        outside[BOX[1] : BOX[3], BOX[0] : BOX[2]] = False
        assert (before.values[outside] == after.values[outside]).all()
        assert (read.pixels() == after.pixels()).all()
        assert read.mode == after.mode == before.mode


KINDS = {
    "1": (bool, 0), "L": (np.uint8, 0), "LA": (np.uint8, 2), "RGB": (np.uint8, 3), "RGBA": (np.uint8, 4),
    "CMYK": (np.uint8, 4), "I;16": (np.uint16, 0), "I": (np.int32, 0), "F": (np.float32, 0),
}  # fmt: skip


@given(st.sampled_from(sorted(KINDS)), st.integers(1, 70), st.integers(1, 70), st.integers(0, 2**32 - 1), st.data())
@settings(max_examples=120, deadline=None)
def test_any_picture_comes_back_the_same_but_for_its_boxes(mode, height, width, seed, data):
    dtype, channels = KINDS[mode]
    rng = np.random.default_rng(seed)
    shape = (height, width, channels) if channels else (height, width)
    values = rng.integers(0, 2 if mode == "1" else 256, shape).astype(dtype)
    if mode in ("I;16", "I", "F"):
        values = (values * dtype(rng.integers(1, 200))).astype(dtype)
    picture = Picture(values, mode)
    (opened,) = open_frames(encoded([picture]))
    assert opened.mode == mode
    assert (opened.values == values).all()
    assert opened.values.dtype == values.dtype
    x0, y0 = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    x1, y1 = data.draw(st.integers(x0 + 1, width)), data.draw(st.integers(y0 + 1, height))
    patch = rng.integers(0, 256, (y1 - y0, x1 - x0, opened.pixels().shape[2]), np.uint8)
    result = opened.patched([((x0, y0, x1, y1), patch)])
    outside = np.ones((height, width), bool)
    outside[y0:y1, x0:x1] = False
    assert (result.values[outside] == values[outside]).all()
    assert result.values.dtype == values.dtype
    (again,) = open_frames(encoded([result]))
    assert (again.values == result.values).all()
    other = values.copy()
    other[y0:y1, x0:x1] = values.reshape(-1)[0] if not channels else values.reshape(-1, channels)[0]
    same = Picture(other, mode).patched([((x0, y0, x1, y1), patch)])
    assert (same.values == result.values).all()  # nothing under a box shines through


@pytest.mark.parametrize("side", [(16, 16), (1, 3000), (10000, 20)])
def test_sizes_from_small_to_long_come_back(side):
    values = np.random.default_rng(0).integers(0, 4000, side).astype(np.uint16)
    (frame,) = open_frames(encoded([Picture(values, "I;16")]))
    assert (frame.values == values).all()
    assert frame.pixels().shape == (*side, 1)
    whole = np.clip(np.rint((values - values.min()) / (values.max() - values.min()) * 255), 0, 255)
    assert (frame.pixels()[..., 0] == whole).all()  # the tiles leave no seam
