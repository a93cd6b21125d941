"""`pipeline("clinx-deid")`: the contract of DESIGN, with the embedded model."""

import logging

import pytest

import clinx_hf  # noqa: F401 - registers the task
from clinx_hf.errors import BadInput, BadSetting


@pytest.fixture(scope="module")
def scrub():
    from transformers import pipeline

    return pipeline("clinx-deid")


NOTE = "Seen by Dr. Ann Leeworth on 3/4/2021. MRN: 00482716. Call (415) 555-0132."


def test_one_text_gives_a_dict_with_offsets_of_the_input(scrub):
    result = scrub(NOTE)
    assert result["text"] == "Seen by Dr. [DOCTOR] on [DATE]. MRN: [MRN]. Call [PHONE]."
    assert [e["entity_group"] for e in result["entities"]] == ["DOCTOR", "DATE", "MRN", "PHONE"]
    for entity in result["entities"]:
        assert set(entity) == {"entity_group", "start", "end", "score", "source", "replacement"}
        assert 0 <= entity["score"] <= 1
    assert NOTE[result["entities"][0]["start"] : result["entities"][0]["end"]] == "Ann Leeworth"


def test_nothing_outside_the_spans_changes(scrub):
    result = scrub(NOTE)
    rebuilt, last = "", 0
    for entity in result["entities"]:
        rebuilt += NOTE[last : entity["start"]] + entity["replacement"]
        last = entity["end"]
    assert rebuilt + NOTE[last:] == result["text"]


@pytest.mark.parametrize("batch_size", [1, 3])
def test_lists_generators_and_columns_agree_with_single_calls(scrub, batch_size):
    from datasets import Dataset
    from transformers.pipelines.pt_utils import KeyDataset

    texts = [NOTE, "", "No acute findings.", "The lungs are clear. " * 60 + NOTE, "Mr. Okafor, 93."]
    single = [scrub(text) for text in texts]
    dataset = Dataset.from_dict({"text": texts})
    assert scrub(texts, batch_size=batch_size) == single
    assert list(scrub((text for text in texts), batch_size=batch_size)) == single
    assert list(scrub(KeyDataset(dataset, "text"), batch_size=batch_size)) == single
    assert scrub(dataset["text"], batch_size=batch_size) == single
    assert scrub([]) == []


def test_settings_of_a_call(scrub):
    kept = scrub("Seen on 3/4/2021. Lives at 12 Elm Street, San Francisco, CA 94110.", keep=("year", "zip3"))["text"]
    assert kept.startswith("Seen on [DATE 2021]. ")
    assert kept.endswith("CA [ZIP 941].")
    assert "█" in scrub(NOTE, style="mask")["text"]
    assert len(scrub(NOTE, style="mask")["text"]) == len(NOTE)
    surrogate = scrub(NOTE, style="surrogate")["text"]
    assert "Leeworth" not in surrogate
    assert surrogate.startswith("Seen by Dr. ")


def test_ages_and_years_under_the_policies(scrub):
    text = "A 93-year-old, fracture in 2011."
    assert scrub(text)["text"] == "A 90+-year-old, fracture in 2011."
    assert scrub(text, policy="strict")["text"] == "A [AGE]-year-old, fracture in [DATE]."


@pytest.mark.parametrize("bad", [None, 7, ["x", None], {"id": 3}, b"bytes"])
def test_what_is_no_text_is_refused(scrub, bad):
    with pytest.raises((BadInput, TypeError)):
        scrub(bad)


def test_a_bad_setting_is_refused_at_once(scrub):
    with pytest.raises(BadSetting, match="choose one of"):
        scrub(NOTE, policy="hipaa")
    with pytest.raises(BadSetting, match="choose one of"):
        scrub(NOTE, keep=("month",))


def test_saved_and_loaded_it_does_the_same_and_tells_no_path(scrub, tmp_path):
    from transformers import pipeline

    from clinx_hf.text.recognizer import embedded_folder

    scrub.save_pretrained(tmp_path / "saved")
    assert pipeline("clinx-deid", model=str(tmp_path / "saved"))(NOTE) == scrub(NOTE)
    for path in (tmp_path / "saved").glob("*.json"):
        assert str(embedded_folder()) not in path.read_text(encoding="utf-8")


def test_loading_says_nothing(caplog, capfd):
    from transformers import pipeline

    with caplog.at_level(logging.WARNING):
        pipeline("clinx-deid")
    assert "No model was supplied" not in caplog.text + "".join(capfd.readouterr())


@pytest.mark.parametrize(
    "text",
    [
        "Patient: S\u200bm\u200bi\u200bt\u200bh, MRN: 0048\u200b2716",
        "\x00MRN: 00482716\x00",
        "\ud83dMRN: 00482716",
        "\u202eMRN: 00482716\u202c שלום",
        "ＭＲＮ：００４８２７１６",
    ],
)
def test_odd_characters_hide_no_identifier(scrub, text):
    from clinx_hf.text.folding import fold

    assert "0048" not in fold(scrub(text)["text"]).text
    assert "Smith" not in fold(scrub(text)["text"]).text


@pytest.mark.slow
def test_a_text_of_one_megabyte_is_read_to_its_end(scrub):
    text = "The lungs were clear on both sides today. " * 24_000 + "MRN: 00482716"
    assert scrub(text)["text"].endswith("MRN: [MRN]")
