"""Questions about de-identified data, one file each: a frozen result, a threshold, a planted fault that must fail it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from clinx_hf.audit.fairness import audit_fairness
from clinx_hf.audit.leakage import audit_leakage
from clinx_hf.audit.surrogates import audit_surrogates

AUDITS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"leakage": audit_leakage, "fairness": audit_fairness, "surrogates": audit_surrogates}
)
