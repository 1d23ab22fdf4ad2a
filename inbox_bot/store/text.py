"""Makes text storable in any database."""

from __future__ import annotations


def storable(text: str) -> str:
    """The text with lone surrogates and NULs escaped."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
