"""Fetch the next batch in a thread while this one is stored, so that the waits overlap."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def ahead(items: Iterator[T]) -> Generator[Iterator[T]]:
    """Yield the same items, each made in a thread while the one before is used.

    The first is made here, since all wait for it: where there is none, no thread begins. At most
    one item is made in vain. The thread has ended when the `with` ends.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as helper:
        yield _one_ahead(items, helper)


def _one_ahead(items: Iterator[T], helper: ThreadPoolExecutor) -> Iterator[T]:
    found = list(_take_one(items))
    while found:
        coming = helper.submit(lambda: list(_take_one(items)))
        yield from found
        found = coming.result()


def _take_one(items: Iterator[T]) -> Iterator[T]:
    for item in items:
        yield item
        return
