"""How many of what, as a sentence says it."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """ "1 reader waits", "4,312 letters"; `many` where an s at the end does not make it so."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
