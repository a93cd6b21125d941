"""`pipeline("clinx-deid")`: the scrubber as a transformers pipeline.

A document is cut into windows (`preprocess`), windows of all documents are batched by transformers (`_forward`), and
the windows of one document come together again (`postprocess`), where rules, fusion and style do their part. Loading
this module registers the task.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from transformers import AutoModel
from transformers.pipelines import PIPELINE_REGISTRY
from transformers.pipelines.base import ChunkPipeline

from clinx_hf.text.folding import fold
from clinx_hf.text.recognizer import Recognizer, Window, embedded_folder
from clinx_hf.text.scrubber import Scrubbed, Scrubber, check_text

TASK = "clinx-deid"


class ClinxDeidPipeline(ChunkPipeline):  # type: ignore[misc]
    """Takes identifiers out of clinical texts.

    Call it with a `str`, a list, a `datasets` column, a generator or a `KeyDataset`. Settings, at construction or in
    the call: `policy`, `style`, `keep`, `key`, `rewriter`, `surrogate_mode`,
    `allow`, `deny`, `thresholds` (see `Scrubber`), `patient` (see
    `Document.patient`), `batch_size`. The result per text:
    `{"text": clean text, "entities": [{"entity_group", "start", "end", "score", "source", "replacement"}, ...]}`,
    offsets being of the input.
    """

    _load_tokenizer = True
    _load_processor = _load_image_processor = _load_feature_extractor = _load_video_processor = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._recognizer = Recognizer(self.model, self.tokenizer)

    def _sanitize_parameters(
        self,
        policy: str | None = None,
        style: str | None = None,
        keep: Sequence[str] | None = None,
        key: bytes | None = None,
        rewriter: str | None = None,
        surrogate_mode: str | None = None,
        patient: str | None = None,
        allow: Sequence[str] | None = None,
        deny: Sequence[str] | Mapping[str, str] | None = None,
        thresholds: Mapping[str, float] | None = None,
    ) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        named: dict[str, Any] = {"policy": policy, "style": style, "keep": keep, "key": key, "rewriter": rewriter}
        named |= {"surrogate_mode": surrogate_mode, "allow": allow, "deny": deny, "thresholds": thresholds}
        given = {name: value for name, value in named.items() if value is not None}
        Scrubber(**given)  # refuses a bad setting at once, not at the first text
        return {}, {}, given if patient is None else {**given, "patient": patient}

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Clean one text, or each of many; see the class."""
        if isinstance(inputs, Sequence) and not isinstance(inputs, (str, bytes)):
            inputs = [check_text(text) for text in inputs]  # a `datasets` column is a Sequence, too
            if not inputs:
                return []
        return super().__call__(inputs, *args, **kwargs)

    def preprocess(self, inputs: Any) -> Iterator[dict[str, Any]]:
        """Cut one text into windows; an empty text gives one without words, so that no document is lost."""
        text = check_text(inputs["text"] if isinstance(inputs, Mapping) and "text" in inputs else inputs)
        folded = fold(text)
        document = self._recognizer.read(folded.text)
        windows: list[Window | None] = [*document.windows] or [None]
        for number, window in enumerate(windows):
            yield {
                "window": window,
                "meta": (text, folded, document) if number == 0 else None,
                "is_last": number == len(windows) - 1,
            }

    def _forward(self, model_inputs: dict[str, Any]) -> dict[str, Any]:
        windows, meta, last = (model_inputs[name] for name in ("window", "meta", "is_last"))
        if not isinstance(windows, list):
            scores = self._recognizer.score_windows([windows])[0] if windows else None
            return {"scores": scores, "meta": meta, "is_last": last}
        filled = [w for w in windows if w is not None]
        scored = iter(self._recognizer.score_windows(filled))
        return {"scores": [next(scored) if w else None for w in windows], "meta": meta, "is_last": last}

    def postprocess(
        self, model_outputs: Sequence[dict[str, Any]], patient: str | None = None, **settings: Any
    ) -> dict[str, Any]:
        """Bring the windows of one text together and clean it."""
        text, folded, document = model_outputs[0]["meta"]
        scores = [output["scores"] for output in model_outputs if output["scores"] is not None]
        scores = [inside[0] if inside.ndim == 3 else inside for inside in scores]  # transformers adds a batch axis
        scrubber = Scrubber(**settings, recognizer=self._recognizer)
        found = self._recognizer.find(document, scores, scrubber.policy, scrubber.thresholds)
        return as_result(scrubber.finish(text, folded, found, patient))

    def save_pretrained(self, save_directory: str | Path, **kwargs: Any) -> None:
        """Write model and tokenizer; the path of the embedded model does not go along."""
        custom = getattr(self.model.config, "custom_pipelines", None)
        super().save_pretrained(save_directory, **kwargs)
        entries = getattr(self.model.config, "custom_pipelines", None)
        if entries and TASK in entries:
            entries[TASK].pop("default", None)
            self.model.config.save_pretrained(save_directory)
        self.model.config.custom_pipelines = custom


def as_result(done: Scrubbed) -> dict[str, Any]:
    """Write a clean text the way the contract of the pipeline says."""
    entities = [
        {
            "entity_group": str(entity.span.label),
            "start": entity.span.start,
            "end": entity.span.end,
            "score": entity.span.score,
            "source": entity.span.source,
            "replacement": entity.replacement,
        }
        for entity in done.entities
    ]
    return {"text": done.text, "entities": entities}


class _NoDefaultModelWarning(logging.Filter):
    """Drops the one record that prints the path of the embedded model each time it is used."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        return not (message.startswith("No model was supplied") and str(embedded_folder()) in message)


def _register() -> None:
    import clinx_hf.text.modeling  # noqa: F401 - tells AutoConfig and AutoModel about the architecture

    if TASK not in PIPELINE_REGISTRY.supported_tasks:
        default = {"model": (str(embedded_folder()), None)}
        PIPELINE_REGISTRY.register_pipeline(TASK, ClinxDeidPipeline, pt_model=AutoModel, default=default, type="text")
        logging.getLogger("transformers.pipelines").addFilter(_NoDefaultModelWarning())


_register()
