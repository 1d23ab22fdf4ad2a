"""The page's password, hashed with argon2, for devices that cannot get a link."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from inbox_bot.errors import WrongUse
from inbox_bot.model.facts import PAGE_PASSWORD
from inbox_bot.model.ports import Store

SHORTEST = 10
MOST_TRIES = 10
WITHIN = timedelta(minutes=15)


def keep_password(store: Store, password: str) -> None:
    """WrongUse when it is too short. Every browser has to log in again."""
    if len(password) < SHORTEST:
        raise WrongUse(f"Use at least {SHORTEST} characters. Four random words work well.")
    hashed = PasswordHasher().hash(password)
    with store.transaction() as tx:
        PAGE_PASSWORD.put(tx, hashed)
        tx.sessions.end_all()


def has_password(store: Store) -> bool:
    with store.reading() as tx:
        return bool(PAGE_PASSWORD.of(tx))


class Gatekeeper:
    """Checks passwords one at a time, and refuses all for a while after too many wrong ones.

    Wrong ones count together, not by address: behind a proxy all addresses are the same, and
    attackers have many. One-time links still work meanwhile.
    """

    def __init__(self) -> None:
        self._turn = Lock()
        self._wrong: deque[datetime] = deque(maxlen=MOST_TRIES)

    def is_closed(self, now: datetime) -> bool:
        return len(self._wrong) == MOST_TRIES and now - self._wrong[0] < WITHIN

    def admits(self, store: Store, password: str, now: datetime) -> bool:
        with store.reading() as tx:
            kept = PAGE_PASSWORD.of(tx)
        with self._turn:
            if self.is_closed(now):
                return False
            try:
                PasswordHasher().verify(kept, password)
            except (Argon2Error, InvalidHashError):
                self._wrong.append(now)
                return False
            return True
