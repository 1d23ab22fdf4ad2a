"""Waiting for news in INBOX: IDLE on a connection of its own, so that nobody waits for it.

The connection stays in IDLE from one wait to the next; nothing that arrives between is missed.
"""

from __future__ import annotations

import selectors
import socket
import time
from contextlib import suppress

from inbox_bot.errors import InboxBotError
from inbox_bot.mail.imap.session import Session
from inbox_bot.mail.imap.wire import CutOff
from inbox_bot.model.ports import FolderState
from inbox_bot.settings.accounts import ImapAccount

_INBOX = "INBOX"
# A server that hangs up on every IDLE is asked again at this pace, not 40,000 times a second.
_PAUSE = 5.0


class Watch:
    """One thread waits; any other may `wake` it. Times are in seconds."""

    def __init__(self, account: ImapAccount) -> None:
        self._account = account
        self._session: Session | None = None
        self._idle_since = 0.0
        self._can_idle = True  # until the server is asked
        self._bell, self._bell_rope = socket.socketpair()
        self._bell.setblocking(False)
        self._bell_rope.setblocking(False)

    def wait(self, seconds: float, known: FolderState | None) -> bool:
        """True when there may be news since `known`, the last that was seen of INBOX.

        After a connection that broke off it is True as well, after a pause: look, and wait anew.
        """
        until = time.monotonic() + seconds
        try:
            return self._wait(until, known)
        except CutOff:
            self._drop()
            self._pause(min(until, time.monotonic() + _PAUSE))
            return True
        except InboxBotError:
            self._drop()
            raise

    def _wait(self, until: float, known: FolderState | None) -> bool:
        if self._session is None and self._can_idle:
            now = self._begin()
            if known is not None and now is not None and _differs(known, now):
                return True
        if self._session is None:
            self._pause(until)
            return False
        return self._listen(self._session, until)

    def wake(self) -> None:
        with suppress(OSError):  # it rings already, or nobody waits any more
            self._bell_rope.send(b"!")

    def close(self) -> None:
        self._drop()  # a LOGOUT would have to wait for the end of IDLE
        self._bell.close()
        self._bell_rope.close()

    def _begin(self) -> FolderState | None:
        """Open INBOX and IDLE; how INBOX stands, or None where the server has no IDLE."""
        session = Session(self._account)
        if not session.can("IDLE"):
            self._can_idle = False
            session.close()
            return None
        self._session = session
        now = session.examine(_INBOX)
        self._idle(session)
        return now

    def _idle(self, session: Session) -> None:
        session.begin_idle()
        self._idle_since = time.monotonic()

    def _listen(self, session: Session, until: float) -> bool:
        while True:
            renew = self._idle_since + self._account.renew_idle
            now = time.monotonic()
            if now >= renew:
                news = session.end_idle()
                self._idle(session)
                if news:
                    return True
                continue
            rung, readable = self._select(session, min(until, renew) - now)
            if readable and session.heard():
                return True
            if rung or time.monotonic() >= until:
                return False

    def _select(self, session: Session | None, seconds: float) -> tuple[bool, bool]:
        with selectors.DefaultSelector() as selector:
            selector.register(self._bell, selectors.EVENT_READ, "bell")
            if session is not None:
                selector.register(session.fileno(), selectors.EVENT_READ, "mail")
            ready = {key.data for key, _ in selector.select(max(0.0, seconds))}
        if "bell" in ready:
            with suppress(OSError):
                self._bell.recv(4096)
        return "bell" in ready, "mail" in ready

    def _pause(self, until: float) -> None:
        self._select(None, until - time.monotonic())

    def _drop(self) -> None:
        if self._session is not None:
            self._session.drop()
            self._session = None


def _differs(known: FolderState, now: FolderState) -> bool:
    if known.uidvalidity != now.uidvalidity:
        return True
    if known.uidnext and now.uidnext:
        return known.uidnext != now.uidnext
    return known.messages != now.messages
