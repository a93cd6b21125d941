"""Registers the task "clinx-deid" with transformers, whichever is imported first, without importing torch for it."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def _load(_: Any) -> None:
    import_module("clinx_hf.text.pipeline_deid")  # registers the task when it is loaded


def register_when_imported() -> None:
    """Register the task now if `transformers.pipelines` is loaded, else right after it is first imported."""
    import wrapt

    wrapt.register_post_import_hook(_load, "transformers.pipelines")
