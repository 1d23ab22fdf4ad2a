"""Identity of letters: by Message-ID, body, writer, and whether a list delivered it."""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

from inbox_bot.model import Verdict
from inbox_bot.model.records import Arrival
from inbox_bot.store.columns import storable

HEADER_END = re.compile(rb"\n\r?\n")  # begins with a fixed byte, which is quick to find


class Key(NamedTuple):
    """Two letters with the same key are one letter.

    The Message-ID alone is not enough: the sender chooses it, and a second letter under a used one
    must not vanish.
    """

    message_id: str
    digest: str

    def of_another(self, arrival: Arrival) -> Key:
        """For the same body and Message-ID by another writer, or outside the list."""
        told = f"{self.digest} {arrival.writer.address} {arrival.through_list}"
        return self._replace(digest=hashlib.sha256(told.encode()).hexdigest()[:32])


class Known(NamedTuple):
    """Facts that tell a stored letter from another one with the same key."""

    id: int
    writers: tuple[str, ...]
    verdict: Verdict | None
    through_list: bool

    @classmethod
    def of(cls, arrival: Arrival) -> Known:
        return cls(0, (arrival.writer.address,), None, arrival.through_list)

    def is_other_than(self, arrival: Arrival) -> bool:
        """A list's copy that came first does not make the letter itself vanish."""
        by_list = self.through_list or self.verdict is Verdict.LIST
        if by_list and not arrival.through_list:
            return True
        return arrival.writer.address not in self.writers


def key_of(arrival: Arrival) -> Key:
    """The digest is of the body, blanks left out: servers rewrite headers and line ends."""
    raw = arrival.fetched.raw
    blank_line = HEADER_END.search(raw)
    words = raw[blank_line.end() if blank_line else 0 :].translate(None, b" \t\r\n")
    return Key(storable(arrival.message_id), hashlib.sha256(words).hexdigest()[:32])
