"""Letters that were read lately: a letter is judged and then answered, and read once for both."""

from __future__ import annotations

from inbox_bot.model import Message

_MOST_LETTERS = 1_000
_MOST_BYTES = 8 * 1024 * 1024
_LONGEST = 64 * 1024


class Lately:
    """The last letters by their bytes, as few as fit into some megabytes."""

    def __init__(self) -> None:
        self._read: dict[bytes, Message] = {}
        self._bytes = 0

    def get(self, raw: bytes) -> Message | None:
        return self._read.get(raw)

    def keep(self, raw: bytes, message: Message) -> None:
        if len(raw) > _LONGEST or raw in self._read:
            return
        self._read[raw] = message
        self._bytes += len(raw)
        while len(self._read) > _MOST_LETTERS or self._bytes > _MOST_BYTES:
            oldest = next(iter(self._read))
            del self._read[oldest]
            self._bytes -= len(oldest)
