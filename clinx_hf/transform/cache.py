"""A bounded memory of clean results, by digest of what they were made from. Nothing unclean is kept in it."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import numpy as np

Result = TypeVar("Result")


def digest(*parts: str | bytes | np.ndarray[Any, Any]) -> bytes:
    """Return the BLAKE2b digest of a sequence of parts; arrays count with their type and shape."""
    state = hashlib.blake2b(digest_size=16)
    for part in parts:
        if isinstance(part, np.ndarray):
            state.update(f"{part.dtype.str}{part.shape}".encode())
            part = np.ascontiguousarray(part).tobytes()
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        state.update(len(data).to_bytes(8, "little"))
        state.update(data)
    return state.digest()


class Cache(Generic[Result]):
    """Least recently used results go when their sizes add up to more than `limit`."""

    def __init__(self, limit: int, size: Callable[[Result], int]) -> None:
        self._limit, self._size, self._used = limit, size, 0
        self._kept: OrderedDict[bytes, Result] = OrderedDict()

    def get(self, key: bytes) -> Result | None:
        """Return the result of a key, or None."""
        result = self._kept.get(key)
        if result is not None:
            self._kept.move_to_end(key)
        return result

    def put(self, key: bytes, result: Result) -> None:
        """Keep a result, unless it alone is larger than the limit."""
        size = self._size(result)
        if size > self._limit or key in self._kept:
            return
        self._kept[key] = result
        self._used += size
        while self._used > self._limit:
            _, oldest = self._kept.popitem(last=False)
            self._used -= self._size(oldest)
