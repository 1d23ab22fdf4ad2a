"""Word lists written as they are read: a line a language or a key, phrases between bars."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """Single words between blanks."""
    return frozenset(text.split())


def phrases(text: str) -> tuple[str, ...]:
    """Phrases between bars or on lines of their own, in their order."""
    parts = (part.strip() for line in text.splitlines() for part in line.split("|"))
    return tuple(part for part in parts if part)


def keyed(text: str) -> dict[str, tuple[str, ...]]:
    """Lines such as "de: phrase | phrase"; a key may have several lines."""
    table: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        key, colon, rest = line.partition(":")
        if colon:
            table[key.strip()] = table.get(key.strip(), ()) + phrases(rest)
    return table


def all_of(table: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Every phrase of a keyed table, whatever its key."""
    return tuple(phrase for listed in table.values() for phrase in listed)
