"""Facts: typed single values in the store, beside letters and drafts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")


class FactStore(Protocol):
    """The methods of a transaction for facts. An unknown key reads as ""."""

    def fact(self, key: str) -> str: ...

    def set_fact(self, key: str, value: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """One fact: its key in the store, and how its text is read and written."""

    key: str
    read: Callable[[str], T]
    write: Callable[[T], str]

    def of(self, tx: FactStore) -> T:
        return self.read(tx.fact(self.key))

    def put(self, tx: FactStore, value: T) -> None:
        tx.set_fact(self.key, self.write(value))


def text(key: str) -> Fact[str]:
    return Fact(key, str, str)


def moment(key: str) -> Fact[datetime | None]:
    """When something happened; None before that."""
    return Fact(
        key,
        lambda told: datetime.fromisoformat(told) if told else None,
        lambda at: at.isoformat() if at else "",
    )


def lines(key: str) -> Fact[tuple[str, ...]]:
    return Fact(key, lambda told: tuple(told.splitlines()), "\n".join)


def ids(key: str) -> Fact[frozenset[int]]:
    """Numbers of letters or drafts."""
    return Fact(
        key,
        lambda told: frozenset(map(int, told.split())),
        lambda numbers: " ".join(map(str, sorted(numbers))),
    )


HISTORY_LOST = text("history is lost")
"""Another store was in this directory before: who waits is not known."""
PAGE_PASSWORD = text("page password")
"""Its hash; empty where there is none."""
