"""Where the replies of a simulated year go: an SMTP receiver in a process of its own.

In the same process it would take its time from the bot's.
"""

from __future__ import annotations

import logging
import multiprocessing
from collections.abc import Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection

from inbox_bot.settings.accounts import SmtpAccount
from tests.servers.smtp import Receiver, Taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """What a reader, or the author herself, got."""

    to: str
    message_id: str
    in_reply_to: str
    announces: bool


class Readers:
    """`got` is all that was taken so far, in its order."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._here, there = context.Pipe()
        self._process = context.Process(target=_receive, args=(there,), daemon=True)
        self._process.start()
        self.account: SmtpAccount = self._here.recv()
        self.got: list[Got] = []

    def look(self) -> Sequence[Got]:
        """What came since the last look."""
        self._here.send(len(self.got))
        new: list[Got] = self._here.recv()
        self.got += new
        return new

    def close(self) -> None:
        self._here.send(None)
        self._process.join(10)


def _receive(pipe: Connection) -> None:
    logging.disable(logging.WARNING)  # aiosmtpd has one for each letter
    receiver = Receiver()
    pipe.send(replace(receiver.account(), timeout=60.0, answer_timeout=60.0))
    while (known := pipe.recv()) is not None:
        pipe.send([_got(one) for one in receiver.taken[known:]])
    receiver.close()


def _got(taken: Taken) -> Got:
    email = taken.email
    return Got(
        to=taken.recipients[0],
        message_id=str(email["Message-ID"]).strip("<>"),
        in_reply_to=str(email["In-Reply-To"] or "").strip("<>"),
        announces=taken.announces,
    )
