"""Waits for new letters in INBOX: IDLE on a connection of its own.

The connection stays in IDLE between waits, so that no news is missed.
"""

from __future__ import annotations

import selectors
import socket
import time
from contextlib import suppress

from inbox_bot.errors import InboxBotError
from inbox_bot.mail.imap.session import Session
from inbox_bot.mail.imap.wire import CutOff
from inbox_bot.model.records import FolderState
from inbox_bot.settings.accounts import ImapAccount

_INBOX = "INBOX"
# Wait this long after a lost connection: some servers hang up on every IDLE.
_PAUSE = 5.0


class Watch:
    """One thread calls `wait`, any other may call `wake`. Times are in seconds."""

    def __init__(self, account: ImapAccount) -> None:
        self._account = account
        self._session: Session | None = None
        self._idle_since = 0.0
        self._can_idle = True  # until the server says otherwise
        self._woken, self._waker = socket.socketpair()
        self._woken.setblocking(False)
        self._waker.setblocking(False)

    def wait(self, seconds: float, known: FolderState | None) -> bool:
        """True when INBOX may have changed since `known`, or when the connection was lost.

        After a lost connection it pauses first.
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
        with suppress(OSError):  # woken already, or closed
            self._waker.send(b"!")

    def close(self) -> None:
        self._drop()  # LOGOUT would have to end IDLE first
        self._woken.close()
        self._waker.close()

    def _begin(self) -> FolderState | None:
        """Open INBOX and begin IDLE; returns its state, or None where the server has no IDLE."""
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
            woken, readable = self._select(session, min(until, renew) - now)
            if readable and session.heard():
                return True
            if woken or time.monotonic() >= until:
                return False

    def _select(self, session: Session | None, seconds: float) -> tuple[bool, bool]:
        with selectors.DefaultSelector() as selector:
            selector.register(self._woken, selectors.EVENT_READ, "wake")
            if session is not None:
                selector.register(session.fileno(), selectors.EVENT_READ, "mail")
            ready = {key.data for key, _ in selector.select(max(0.0, seconds))}
        if "wake" in ready:
            with suppress(OSError):
                self._woken.recv(4096)
        return "wake" in ready, "mail" in ready

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
