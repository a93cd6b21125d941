"""Rows and batches of a dataset go in, the same rows and batches without identifiers come out."""

from clinx_hf.transform.deidentifier import Deidentifier, deid

__all__ = ["Deidentifier", "deid"]
