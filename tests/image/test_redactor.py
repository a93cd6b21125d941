"""Read, decide, fill, read again: nothing that must go is left, nothing else changes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import StampReader, background, judge, line, no_judge, small_pipeline, stamp

from clinx_hf.errors import BadInput, BadSetting
from clinx_hf.image.redactor import ROUNDS, Redactor, large_holes
from clinx_hf.image.regions import Reason, Region, mask_of


class FlatFill:
    """A pipeline that fills with the mean of what it is shown outside the mask; keeps what it was shown."""

    def __init__(self):
        self.shown = []

    def __call__(self, image, mask_image, output_type):
        self.shown.append(image.copy())
        known = image[~mask_image]
        value = known.mean() if known.size else 0
        out = np.where(mask_image[..., None], np.uint8(value), image)
        return type("Output", (), {"images": [out]})()


@pytest.fixture(scope="module")
def pipeline():
    return small_pipeline()


def mask(result):
    return mask_of(result.regions, *result.image.shape[:2])


@pytest.mark.parametrize("channels", [1, 3])
def test_names_go_and_side_markers_stay(pipeline, channels):
    image = background(channels=channels)
    stamp(image, 40, 40, "SMITH, JOHN")
    left = stamp(image, 140, 40, "L")
    before = image.copy()
    result = Redactor(StampReader(), pipeline).redact(image, judge)
    assert [found.text for found in StampReader()(result.image)] == ["L"]
    assert (image == before).all()
    assert (result.image[~mask(result)] == before[~mask(result)]).all()
    assert (result.image[left[1] : left[3], left[0] : left[2]] == before[left[1] : left[3], left[0] : left[2]]).all()
    assert result.kept == ("L",)
    assert result.names == ("SMITH, JOHN",)
    assert result.residual == 0
    assert "SMITH" not in repr(result)


def test_a_fill_that_touches_other_pixels_is_kept_to_its_boxes():
    class Careless(FlatFill):
        def __call__(self, image, mask_image, output_type):
            return type("Output", (), {"images": [np.full_like(image, 77)]})()

    image = background()
    stamp(image, 40, 40, "SMITH")
    result = Redactor(StampReader(), Careless()).redact(image, judge)
    assert (result.image[mask(result)] == 77).all()
    assert (result.image[~mask(result)] == image[~mask(result)]).all()


def test_what_cannot_be_read_goes(pipeline):
    image = background()
    stamp(image, 40, 40, "", confidence=0.9)
    stamp(image, 40, 70, "L", confidence=0.4)
    assert StampReader()(Redactor(StampReader(), pipeline).redact(image, no_judge).image) == []


def test_all_removes_every_text_but_sides(pipeline):
    image = background()
    stamp(image, 16, 20, "W 350 L 40")
    stamp(image, 16, 60, "RIGHT")
    kept = Redactor(StampReader(), pipeline, "all").redact(image, no_judge).image
    assert [found.text for found in StampReader()(kept)] == ["RIGHT"]


def test_known_values_go(pipeline):
    image = background()
    stamp(image, 16, 20, "HEAD")
    reader = StampReader()
    assert Redactor(reader, pipeline).redact(image, no_judge).regions == ()
    assert StampReader()(Redactor(reader, pipeline).redact(image, no_judge, known=("Head",)).image) == []


@given(st.integers(0, 2**32 - 1), st.integers(1, 3))
@settings(max_examples=25, deadline=None)
def test_no_pixel_outside_changes_and_none_inside_matters(seed, count):
    """Hole independence: two images that differ only under the regions give the same result."""
    rng = np.random.default_rng(seed)
    image = background(seed=int(seed))
    for _ in range(count):
        stamp(image, int(rng.integers(0, 140)), int(rng.integers(0, 80)), "SMITH")
    fill = FlatFill()
    result = Redactor(StampReader(), fill).redact(image, judge)
    hole = mask(result)
    assert (result.image[~hole] == image[~hole]).all()
    assert all((shown[hole] == 0).all() for shown in fill.shown)
    other = image.copy()
    other[hole] = rng.integers(0, 256, other[hole].shape)
    filled = Redactor(StampReader(), fill).fill(other, result.regions)
    assert (filled == result.image).all()


class ShortSighted(StampReader):
    """Sees only the first rows of a stamp the first time, as a detector that misjudges a height."""

    def __call__(self, image):
        first = not self.calls
        found = super().__call__(image)
        if not first:
            return found
        return [line((f.box[0], f.box[1], f.box[2], f.box[1] + 2), f.text) for f in found]


def test_text_beyond_its_box_is_found_when_reading_again(pipeline):
    image = background()
    stamp(image, 40, 16, "SMITH", height=40)
    result = Redactor(ShortSighted(), pipeline).redact(image, judge)
    assert StampReader()(result.image) == []
    assert 1 <= result.rounds <= ROUNDS
    assert result.residual == 0


class BarReader:
    """Takes each white bar for a name; the first time it sees no more than the start of it."""

    def __init__(self):
        self.calls = 0

    def __call__(self, image):
        self.calls += 1
        ys, xs = np.nonzero(image[..., 0] == 255)
        if not len(ys) or image.shape[:2] == (200, 400):  # nor does it see anything in the coarse look
            return []
        end = int(xs.min()) + 12 if self.calls == 1 else int(xs.max()) + 1
        return [line((int(xs.min()), int(ys.min()), end, int(ys.max()) + 1), "SMITH")]


def test_a_line_that_runs_out_of_what_is_read_again_is_followed_to_its_end(pipeline):
    image = background(400, 800)
    image[40:48, 8:790] = 255
    result = Redactor(BarReader(), pipeline).redact(image, judge)
    assert not (result.image == 255).any()
    assert result.residual == 0


def test_reading_again_looks_at_the_whole_image_coarsely(pipeline):
    """Text that only the coarse look sees (twice as large as at full scale) goes as well."""

    class Coarse(StampReader):
        def __call__(self, image):
            super().__call__(image)
            return [line((20, 10, 60, 20), "SMITH")] if image.shape[:2] == (64, 96) and image.min() > 0 else []

    result = Redactor(Coarse(), pipeline).redact(background(128, 192), judge)
    assert len(result.regions) >= 1
    x0, y0, x1, y1 = result.regions[0].box
    assert x0 <= 40
    assert y0 <= 20
    assert x1 >= 120
    assert y1 >= 40


def test_text_that_a_fill_brings_back_is_painted_flat():
    """A fill in which text shows up (a network can do that) ends as one colour, counted."""

    class Spelling(FlatFill):
        def __call__(self, image, mask_image, output_type):
            out = super().__call__(image, mask_image, output_type)
            y, x = np.argwhere(mask_image)[0]
            stamp(out.images[0], int(x) + 2, int(y) + 2, "SMITH")
            return out

    image = background()
    stamp(image, 40, 40, "SMITH JOHN")
    result = Redactor(StampReader(), Spelling()).redact(image, judge)
    assert StampReader()(result.image) == []
    assert result.residual == 1
    assert result.widened == 1  # it was given more room first
    assert result.rounds == 2
    (x0, y0, x1, y1) = result.flat[0]
    assert np.unique(result.image[y0:y1, x0:x1]).size == 1
    assert (result.image[~mask(result)] == image[~mask(result)]).all()


def test_a_reader_that_always_finds_something_new_comes_to_an_end():
    class Restless(StampReader):
        def __call__(self, image):
            super().__call__(image)
            at = 8 * len(self.calls) % 64
            return [line((at, at, at + 30, at + 8), "SMITH")]

    result = Redactor(Restless(), FlatFill()).redact(background(), judge)
    assert result.rounds == ROUNDS
    assert result.residual > 0


def anatomy(side=256):
    """A bright disc on black: half of the picture shows something."""
    y, x = np.mgrid[0:side, 0:side] / side - 0.5
    grey = np.where(x**2 + y**2 < 0.16, 120 + 40 * x, 0).astype(np.uint8)
    return np.repeat(grey[..., None], 1, axis=2)


def test_a_hole_over_much_of_the_anatomy_is_painted_and_flagged_unless_allowed():
    image = anatomy()
    stamp(image, 96, 80, "SMITH JOHN" + " JOHN" * 6, height=110)
    stamp(image, 96, 8, "SMITH")
    result = Redactor(StampReader(), FlatFill()).redact(image, judge)
    assert len(result.regions) == 2
    assert len(result.flagged) == 1
    x0, y0, x1, y1 = result.flagged[0]
    assert y1 - y0 >= 110
    assert np.unique(result.image[y0:y1, x0:x1]).size == 1
    assert result.residual == 0
    assert result.flagged[0] in result.flat
    assert (Redactor(StampReader(), FlatFill()).fill(image, result.regions, result.flat) == result.image).all()
    allowed = Redactor(StampReader(), FlatFill(), allow_large=True).redact(image, judge)
    assert allowed.flagged == ()
    assert allowed.flat == ()


def test_a_banner_beside_the_anatomy_is_not_flagged_however_large():
    image = anatomy()
    for y in range(0, 24, 8):
        stamp(image, 0, y, "SMITH JOHN " * 20)
    image = np.pad(image, ((40, 0), (0, 0), (0, 0)))
    for y in (0, 8, 16):
        stamp(image, 0, y, "SMITH JOHN " * 20)
    result = Redactor(StampReader(), FlatFill()).redact(image, judge)
    assert sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in (r.box for r in result.regions)) > 0.1 * (image > 12).sum()
    assert result.flagged == ()


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_what_a_hole_hides_does_not_decide_whether_it_is_flagged(seed):
    rng = np.random.default_rng(seed)
    image = anatomy(128)
    boxes = [(x, y, x + w, y + h) for x, y, w, h in rng.integers(8, 60, (3, 4)).tolist()]
    regions = [Region(box, Reason.UNREADABLE) for box in boxes]
    other = image.copy()
    hole = mask_of(regions, 128, 128)
    other[hole] = rng.integers(0, 256, other[hole].shape)
    assert large_holes(image, regions) == large_holes(other, regions)


def test_a_second_reader_has_to_find_nothing_either():
    class Second(StampReader):
        """Sees half-covered type that the first reader passes over: the mark of a stamp that is cut."""

        def __call__(self, image):
            super().__call__(image)
            at = np.argwhere(image[..., 0] == 255)
            return (
                [line((int(at[0][1]), int(at[0][0]), int(at[0][1]) + 30, int(at[0][0]) + 8), "SMITH")]
                if len(at)
                else []
            )

    image = background()
    image[60:68, 100:130] = 255
    alone = Redactor(StampReader(), FlatFill()).redact(image, judge)
    assert (alone.image == 255).any()
    second = Second()
    both = Redactor(StampReader(), FlatFill(), second=second).redact(image, judge)
    assert not (both.image == 255).any()
    assert both.widened == 1
    assert len(second.calls) == 2  # once more after the fill


def test_reading_again_is_cheap():
    image = background(600, 800)
    stamp(image, 40, 570, "SMITH")
    reader = StampReader()
    Redactor(reader, FlatFill()).redact(image, judge)
    first, *again = (shape[0] * shape[1] for shape in reader.calls)
    assert sum(again) < 0.4 * first


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 200, 3), (5, 7, 3), (31, 33, 1)])
def test_tiny_images_work(pipeline, shape):
    image = np.full(shape, 9, np.uint8)
    result = Redactor(StampReader(), pipeline).redact(image, no_judge)
    assert (result.image == image).all()


def test_black_images_and_images_that_are_all_text_work(pipeline):
    black = np.zeros((64, 64, 1), np.uint8)
    assert (Redactor(StampReader(), pipeline).redact(black, no_judge).image == 0).all()
    full = np.zeros((8, 15, 1), np.uint8)
    stamp(full, 0, 0, "SMITH")
    assert StampReader()(Redactor(StampReader(), pipeline).redact(full, judge).image) == []


@pytest.mark.parametrize(
    "bad",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 2), np.uint8),
        np.zeros((4, 4, 1), float),
        np.zeros((0, 4, 1), np.uint8),
    ],
)
def test_other_arrays_are_refused(bad):
    with pytest.raises(BadInput, match="uint8 of shape"):
        Redactor(StampReader(), FlatFill()).redact(bad, no_judge)


def test_an_unknown_overlay_setting_is_refused():
    with pytest.raises(BadSetting, match="overlay='some'"):
        Redactor(StampReader(), FlatFill(), "some")
