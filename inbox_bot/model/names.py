"""Names of drafts and letters in sentences: "D7", "L12". Each command takes them so."""

from __future__ import annotations


def draft_name(number: int) -> str:
    """ "D7"."""
    return f"D{number}"


def letter_name(number: int) -> str:
    """ "L12"."""
    return f"L{number}"
