"""What is made beside its use: the next articles are extracted while those before them are embedded."""

from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

_END = object()


def made_ahead(items: Iterable[T], most: int = 64) -> Generator[T, None, None]:
    """`items` in their order, made in a thread of their own, `most` ahead; what making one raises is raised here."""
    making = iter(items)
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as pool:
        ahead = deque(pool.submit(next, making, _END) for _ in range(most))
        try:
            while (item := ahead.popleft().result()) is not _END:
                ahead.append(pool.submit(next, making, _END))
                yield item  # type: ignore[misc]
        finally:
            pool.shutdown(cancel_futures=True)
