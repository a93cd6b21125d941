"""One thread where sums must not depend on how many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

_Item = TypeVar("_Item")
_Done = TypeVar("_Done")


@contextmanager
def one_thread() -> Iterator[None]:
    """Run torch on one CPU thread inside the block: the same bits on every machine, in a worker or outside one."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def side_by_side(work: Callable[[_Item], _Done], items: Sequence[_Item]) -> list[_Done]:
    """Run the work on several items at once, each on one thread: faster than one item on several threads, and the same
    bits whatever their number. As many at once as torch may use threads here."""
    import torch

    threads = min(torch.get_num_threads(), len(items))
    if threads <= 1:
        with one_thread():
            return [work(item) for item in items]
    with ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        return list(pool.map(work, items))
