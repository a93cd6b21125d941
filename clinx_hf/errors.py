"""Every error of ours. Messages are built from names, counts and positions, never from the input.

ClinxError
├── BadInput         what was handed in cannot be read (also a ValueError)
├── BadSetting       an option has a value that is not offered (also a ValueError)
├── MissingExtra     an optional dependency is not installed (also an ImportError)
└── MissingWeights   a model folder does not hold what it must (also a FileNotFoundError)
"""

from __future__ import annotations

from collections.abc import Iterable


class ClinxError(Exception):
    """Base class of all errors that clinx_hf raises on purpose."""


class BadInput(ClinxError, ValueError):
    """An input cannot be read; `what` says which kind of thing, never its content."""


class BadSetting(ClinxError, ValueError):
    """A setting is outside what is offered."""

    def __init__(self, name: str, value: object, offered: Iterable[str]) -> None:
        super().__init__(f"{name}={value!r} is not offered; choose one of: {', '.join(offered)}.")


class MissingExtra(ClinxError, ImportError):
    """An optional package is missing; the message holds the pip command that adds it."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"{package} is not installed; add it with: pip install 'clinx-hf[{extra}]'")


class MissingWeights(ClinxError, FileNotFoundError):
    """A model folder lacks a file that is needed to load it."""

    def __init__(self, folder: object, missing: str) -> None:
        super().__init__(f"The model folder {folder} has no {missing}; name a folder written by clinx-hf train.")
