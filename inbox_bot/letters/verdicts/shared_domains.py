"""Domains at which everybody may have an address: a rule for one would silence strangers."""

from __future__ import annotations

from inbox_bot.letters.wordlists import WordLists

_LISTS = WordLists(__name__)

_SHARED = _LISTS.words("shared")


def is_shared(domain: str) -> bool:
    """With its "@" or without; an address is its own, wherever it is."""
    return domain.removeprefix("@").lower() in _SHARED
