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


NEEDS = {
    Need.READY: "Ready to send",
    Need.HOLDING: "Ready to send: “I’ll write again”",
    Need.THANKS: "A thank-you: no reply needed",
    Need.PARTIAL: "Needs you: part of the answer",
    Need.MAYBE: "Needs you: no sure answer",
    Need.NO_ANSWER: "Needs you: no answer yet",
    Need.NO_QUESTION: "Needs you: no question found",
    Need.PERSONAL: "Needs you: personal",
    Need.NO_ADDRESS: "Needs you: no address to reply to",
    Need.URGENT: "Urgent: they may need help now",
    Need.UNCERTAIN: "Was it sent? Only you can tell",
    Need.REFUSED: "Not accepted: check the address",
    Need.REJECTED: "Needs you: draft rejected",
    Need.ANSWERED: "Did you answer already?",
    Need.CAME_BACK: "Came back: check the address",
    Need.IN_DRAFTS: "You’re editing it in Drafts",
}
"""What a list says, on the page and in the terminal."""
