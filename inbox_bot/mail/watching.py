"""Notices new letters at once: one thread for each mailbox waits in IDLE (RFC 2177).

Where a server has no IDLE, or cannot be reached, the polls find the letters later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread

from inbox_bot.errors import InboxBotError
from inbox_bot.model.ports import Mailbox

AT_A_TIME = 300.0
AFTER_TROUBLE = 60.0
LEAVING = 1.0
"""Seconds: of one wait, of the pause after an error, and for a thread to end."""


@contextmanager
def watching(mailboxes: Sequence[Mailbox], news: Callable[[], None]) -> Iterator[None]:
    """Call `news`, from another thread, whenever a mailbox may have some."""
    stop = Event()
    threads = [Thread(target=_watch, args=(one, news, stop), daemon=True) for one in mailboxes]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for mailbox in mailboxes:
            mailbox.wake()
        for thread in threads:
            thread.join(LEAVING)


def _watch(mailbox: Mailbox, news: Callable[[], None], stop: Event) -> None:
    while not stop.is_set():
        try:
            heard = mailbox.wait(AT_A_TIME)
        except InboxBotError:  # the next poll reports it
            stop.wait(AFTER_TROUBLE)
        else:
            if heard and not stop.is_set():
                news()
