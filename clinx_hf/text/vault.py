"""The vault: what was taken out of texts, encrypted, so that whoever holds the key can put it back. Off unless asked for.

A file holds a mark, a salt, a nonce and AES-256-GCM of compressed JSON; the key is HKDF-SHA-256 of the secret with the salt.
Nothing is written in clear, and no file but the finished one is left.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clinx_hf.errors import BadInput, MissingExtra
from clinx_hf.text.scrubber import Scrubbed
from clinx_hf.text.styles.replacing import checked_key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_MARK = b"clinx_hf vault 1\n"
_SALT, _NONCE = 16, 12


@dataclass(frozen=True)
class Piece:
    """Characters `start:end` of a clean text, and what stood there."""

    start: int
    end: int
    original: str


@dataclass(frozen=True)
class Sealed:
    """What was taken out of one text. `clean` is a digest of the clean text."""

    clean: str
    pieces: tuple[Piece, ...]


def clean_digest(text: str) -> str:
    """Return the digest by which a clean text is found in a vault."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def seal(text: str, done: Scrubbed) -> Sealed:
    """Return what a text lost when it was cleaned."""
    pieces, moved = [], 0
    for entity in done.entities:
        start = entity.span.start + moved
        pieces.append(Piece(start, start + len(entity.replacement), text[entity.span.start : entity.span.end]))
        moved += len(entity.replacement) - (entity.span.end - entity.span.start)
    return Sealed(clean_digest(done.text), tuple(pieces))


def restore(texts: Sequence[str], vault: Iterable[Sealed]) -> list[str]:
    """Return the texts as they were before. Clean texts that are alike are taken in the order of the vault.

    Raises:
        BadInput: a text was changed after it was cleaned, or does not belong to this vault.
    """
    kept: dict[str, deque[Sealed]] = defaultdict(deque)
    for sealed in vault:
        kept[sealed.clean].append(sealed)
    originals = []
    for number, text in enumerate(texts, 1):
        waiting = kept[clean_digest(text)]
        if not waiting:
            raise BadInput(
                f"Text {number} is not in the vault as it stands; restore the clean text without changes to it."
            )
        originals.append(_restored(text, waiting.popleft()))
    return originals


def _restored(text: str, sealed: Sealed) -> str:
    parts, last = [], 0
    for piece in sealed.pieces:
        parts += [text[last : piece.start], piece.original]
        last = piece.end
    return "".join([*parts, text[last:]])


def write_vault(path: Path, sealed: Iterable[Sealed], key: bytes) -> None:
    """Write a vault, readable by its owner only.

    Raises:
        BadInput: the file exists (a vault is never overwritten), or the key is too short.
        MissingExtra: cryptography is not installed.
    """
    if path.exists():
        raise BadInput(f"{path} exists; a vault is never overwritten, so name a new file.")
    data = json.dumps([asdict(each) for each in sealed]).encode("ascii")
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    body = _cipher(key, salt).encrypt(nonce, zlib.compress(data), _MARK + salt)
    unfinished = path.with_name(path.name + ".part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(_MARK + salt + nonce + body)
    os.replace(unfinished, path)


def read_vault(path: Path, key: bytes) -> tuple[Sealed, ...]:
    """Read a vault.

    Raises:
        BadInput: it is no vault, it was changed, or the key is not the one it was written with.
        MissingExtra: cryptography is not installed.
    """
    data = path.read_bytes()
    if not data.startswith(_MARK) or len(data) < len(_MARK) + _SALT + _NONCE:
        raise BadInput(f"{path} is no vault; name a file that clinx-hf text --vault wrote.")
    salt = data[len(_MARK) : len(_MARK) + _SALT]
    nonce = data[len(_MARK) + _SALT : len(_MARK) + _SALT + _NONCE]
    cipher = _cipher(key, salt)
    from cryptography.exceptions import InvalidTag

    try:
        opened = cipher.decrypt(nonce, data[len(_MARK) + _SALT + _NONCE :], _MARK + salt)
    except InvalidTag:
        raise BadInput(f"{path} does not open: the key is another one, or the file was changed.") from None
    entries = json.loads(zlib.decompress(opened))
    return tuple(Sealed(each["clean"], tuple(Piece(**piece) for piece in each["pieces"])) for each in entries)


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF
    except ImportError:
        raise MissingExtra("cryptography", "vault") from None
    return AESGCM(HKDF(SHA256(), 32, salt, _MARK).derive(checked_key(key)))
