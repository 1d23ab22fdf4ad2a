"""What a waiting draft needs of the author, for the one line that a list has for it."""

from __future__ import annotations

from enum import StrEnum


class Need(StrEnum):
    """What a waiting draft needs of the author."""

    READY = "ready"
    HOLDING = "holding"
    THANKS = "thanks"
    """Nothing: the letter asks for nothing, and no answer is owed."""
    PARTIAL = "partial"
    MAYBE = "maybe"
    NO_ANSWER = "no answer"
    NO_QUESTION = "no question"
    PERSONAL = "personal"
    NO_ADDRESS = "no address"
    URGENT = "urgent"
    UNCERTAIN = "uncertain"
    REFUSED = "refused"
    REJECTED = "rejected"
    ANSWERED = "answered"
    CAME_BACK = "came back"
    IN_DRAFTS = "in Drafts"
