"""Take identifiers out of medical images and texts, as Hugging Face pipelines and a `datasets` transform.

    scrub = pipeline("clinx-deid")          # transformers, after `import clinx_hf`
    clean = ds.map(clinx_hf.deid)           # datasets
    PPGANPipeline.from_pretrained()         # diffusers

Importing this package loads no model and no torch; names are loaded when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clinx_hf.registration import register_when_imported

if TYPE_CHECKING:
    from clinx_hf.image.pipeline_ppgan import PPGANPipeline as PPGANPipeline
    from clinx_hf.phi import Label as Label
    from clinx_hf.phi import Policy as Policy
    from clinx_hf.phi import Span as Span
    from clinx_hf.text.pipeline_deid import ClinxDeidPipeline as ClinxDeidPipeline
    from clinx_hf.text.scrubber import Scrubber as Scrubber
    from clinx_hf.transform import Deidentifier as Deidentifier
    from clinx_hf.transform import deid as deid

__version__ = "0.1.0"

_HOME = {
    "ClinxDeidPipeline": "clinx_hf.text.pipeline_deid",
    "Deidentifier": "clinx_hf.transform",
    "Label": "clinx_hf.phi",
    "PPGANPipeline": "clinx_hf.image.pipeline_ppgan",
    "Policy": "clinx_hf.phi",
    "Scrubber": "clinx_hf.text.scrubber",
    "Span": "clinx_hf.phi",
    "deid": "clinx_hf.transform",
}
__all__ = [*sorted(_HOME), "__version__"]

register_when_imported()


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
