"""Which letter answers which (RFC 5322, 3.6.4)."""

from __future__ import annotations

from collections.abc import Sequence

from inbox_bot.model import Message


def ancestors(message: Message) -> Sequence[str]:
    """The Message-IDs that a letter answers, the nearest first."""
    nearest_first = (message.in_reply_to, *reversed(message.references))
    return tuple(dict.fromkeys(one for one in nearest_first if one))


def chain(message: Message) -> tuple[str, ...]:
    """References of an answer to this letter (RFC 5322, 3.6.4), the letter itself last."""
    earlier = message.references or tuple(filter(None, (message.in_reply_to,)))
    return (*(one for one in earlier if one != message.message_id), message.message_id)
