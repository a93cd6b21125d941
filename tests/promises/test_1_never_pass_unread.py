"""Promise 1: an input that cannot be read is refused or blanked and counted, never handed through."""

import io

import datasets
import numpy as np
import pytest
from PIL import Image
from planted import load_planted, small_pipeline, stamped

from clinx_hf.errors import BadInput
from clinx_hf.tally import Case
from clinx_hf.transform import Deidentifier


@pytest.fixture(scope="module")
def pipeline():
    return small_pipeline()


@pytest.fixture(autouse=True)
def planted_parts(monkeypatch, pipeline):
    load_planted(monkeypatch, pipeline=pipeline)


def encoded(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


SOURCE = stamped("SMITH")
BROKEN = {
    "truncated png": encoded(SOURCE, "PNG")[:-1500],
    "truncated jpeg": encoded(SOURCE, "JPEG")[:-300],
    "truncated tiff": encoded(SOURCE, "TIFF")[:400],
    "nothing": b"",
    "no image": b"SMITH, JOHN 4832219",
    "png header": encoded(SOURCE, "PNG")[:33],
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_broken_image_never_passes_and_never_costs_a_row(data):
    deid = Deidentifier()
    ds = datasets.Dataset.from_dict(
        {"image": [{"bytes": data, "path": "SMITH.png"}], "id": [5]},
        features=datasets.Features({"image": datasets.Image(), "id": datasets.Value("int32")}),
    )
    stored = ds.map(deid).cast_column("image", datasets.Image(decode=False))[0]
    assert stored["id"] == 5
    assert stored["image"]["path"] is None
    assert not data or data not in stored["image"]["bytes"]
    assert not np.asarray(Image.open(io.BytesIO(stored["image"]["bytes"]))).any()
    assert deid.tally.total(Case.UNREADABLE_IMAGE) == 1


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_broken_image_alone_is_refused_in_one_sentence_that_tells_nothing(data):
    try:
        image = Image.open(io.BytesIO(data))
    except OSError:
        return  # PIL refuses it before anyone else sees it
    with pytest.raises(BadInput) as caught:
        Deidentifier()(image)
    assert str(caught.value).startswith("An image cannot be decoded")
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    "value",
    [b"raw", np.zeros((4, 4, 4, 4)), np.zeros((5, 5)), object(), {1, 2}, [b"raw"], {"deep": [b"raw"]}, bytearray(b"x")],
    ids=lambda value: type(value).__name__,
)
def test_values_that_cannot_be_looked_at_are_refused_with_the_column(value):
    with pytest.raises(BadInput, match="column 'thing' holds"):
        Deidentifier()({"thing": value, "note": "n"})


def test_a_sound_column_is_refused_with_a_remedy():
    ds = datasets.Dataset.from_dict({"cough": ["x.wav"], "note": ["n"]}).cast_column("cough", datasets.Audio())
    with pytest.raises(BadInput, match=r"ds.remove_columns\('cough'\)"):
        ds.map(Deidentifier())


def test_a_picture_that_fails_in_the_reader_does_not_pass(monkeypatch, pipeline):
    def failing(image):
        raise RuntimeError("out of order")

    load_planted(monkeypatch, reader=failing, pipeline=pipeline)
    with pytest.raises(RuntimeError, match="out of order"):
        Deidentifier()({"image": stamped("SMITH")})
