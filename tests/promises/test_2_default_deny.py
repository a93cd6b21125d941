"""Promise 2: a region that looks like text and cannot be read is removed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import StampReader, background, line, no_judge, small_pipeline, stamp

from clinx_hf.image import overlay
from clinx_hf.image.redactor import Redactor
from clinx_hf.image.regions import READABLE_CONFIDENCE, SAFE_CONFIDENCE, Reason, decide, mask_of


@pytest.fixture(scope="module")
def pipeline():
    return small_pipeline()


boxes = st.tuples(st.integers(0, 180), st.integers(0, 90), st.integers(3, 60), st.integers(3, 30))


@given(st.lists(st.tuples(boxes, st.text(max_size=12), st.floats(0, 1)), max_size=6), st.sampled_from(["phi", "all"]))
@settings(max_examples=150, deadline=None)
def test_whatever_stays_was_read_and_is_listed_or_a_sentence(found, setting):
    lines = [line((x, y, x + w, y + h), text, sure) for (x, y, w, h), text, sure in found]
    mask = mask_of(decide(lines, (128, 256), no_judge, setting), 128, 256)
    for each in lines:
        x0, y0, x1, y1 = each.box
        if not mask[y0:y1, x0:x1].all():
            assert each.text.strip()
            assert each.confidence >= READABLE_CONFIDENCE
            listed = each.confidence >= SAFE_CONFIDENCE and overlay.is_safe(each.text)
            assert listed or overlay.hint(each.text) is None
            assert setting == "phi" or overlay.is_laterality(each.text)


@pytest.mark.parametrize("text", ["", "  ", "SMITH", "Xqz", "L", "AP", "3/4/2021"])
def test_an_unsure_reading_counts_as_none(text):
    regions = decide([line((16, 16, 60, 26), text, 0.5)], (64, 96), no_judge)
    assert [r.reason for r in regions] == [Reason.UNREADABLE]


def test_unread_text_is_gone_from_the_pixels(pipeline):
    image = background()
    box = stamp(image, 32, 40, "??", confidence=0.2)
    result = Redactor(StampReader(), pipeline).redact(image, no_judge)
    assert StampReader()(result.image) == []
    part = np.s_[box[1] : box[3], box[0] : box[2]]
    assert (result.image[part] != image[part]).mean() > 0.5
    assert mask_of(result.regions, *image.shape[:2])[part].all()
