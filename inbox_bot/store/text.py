"""Text that any database takes."""

from __future__ import annotations


def storable(text: str) -> str:
    """A letter's text can hold lone surrogates and NULs; they are spelled out."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
