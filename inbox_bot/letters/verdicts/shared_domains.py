"""Domains of mail providers: a rule for one of them would silence strangers."""

from __future__ import annotations

from inbox_bot.letters.wordlists import WordLists

_SHARED = WordLists(__name__).words("shared")


def is_shared(domain: str) -> bool:
    """Takes a domain with its "@" or without; False for a whole address."""
    return domain.removeprefix("@").lower() in _SHARED
