"""Cache of recently parsed messages: several steps of a poll need the same one."""

from __future__ import annotations

import hashlib

from inbox_bot.errors import Unreadable
from inbox_bot.model import Message

_MOST_LETTERS = 1_000
_MOST_CHARACTERS = 16 * 1024 * 1024
"""Four loads of `receiving.HEAVY`: one is answered while the next ones are fetched and read."""


class ParsedMessages:
    """Messages by the digest of their bytes, limited to some megabytes.

    Failures are kept, too: a letter that kills the child or uses up its time does so only once.
    """

    def __init__(self) -> None:
        self._read: dict[bytes, Message | Unreadable] = {}
        self._characters = 0

    def get(self, raw: bytes) -> Message | Unreadable | None:
        return self._read.get(_digest(raw))

    def keep(self, raw: bytes, answer: Message | Unreadable) -> None:
        digest = _digest(raw)
        if digest in self._read or _length(answer) > _MOST_CHARACTERS:
            return
        self._read[digest] = answer
        self._characters += _length(answer)
        while len(self._read) > _MOST_LETTERS or self._characters > _MOST_CHARACTERS:
            self._characters -= _length(self._read.pop(next(iter(self._read))))


def _digest(raw: bytes) -> bytes:
    return hashlib.sha256(raw).digest()


def _length(answer: Message | Unreadable) -> int:
    if isinstance(answer, Unreadable):
        return len(str(answer))
    header = sum(len(name) + len(value) for name, value in answer.headers)
    return header + sum(map(len, (answer.text, answer.cut, answer.beside, answer.html)))
