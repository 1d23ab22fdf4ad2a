"""Sessions, and the one-time links that begin them.

A browser's secret is random; the store has only its hash, so that a stolen copy of the store gives
no access.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from inbox_bot.model.ports import Store
from inbox_bot.model.records import Session

LINK_LIFE = timedelta(hours=1)
TRUSTED_LIFE = timedelta(days=30)
VISIT_LIFE = timedelta(hours=12)


def new_link(store: Store, now: datetime) -> str:
    """A random ticket for a link that works once, within an hour."""
    ticket = secrets.token_urlsafe(32)
    with store.transaction() as tx:
        tx.sessions.add_ticket(_hash(ticket), now + LINK_LIFE)
    return ticket


def enter_by_link(store: Store, ticket: str, now: datetime) -> str | None:
    """The secret of a new session; None when the link is used up, too old, or made up.

    Only the author can print such a link, so the device is trusted.
    """
    secret = secrets.token_urlsafe(32)
    with store.transaction() as tx:
        if not tx.sessions.take_ticket(_hash(ticket), now):
            return None
        tx.sessions.begin(
            Session(key=_hash(secret), until=now + TRUSTED_LIFE, trusted=True),
        )
    return secret


def enter(store: Store, trusted: bool, now: datetime) -> str:
    """The secret of a new session, after a correct password."""
    secret = secrets.token_urlsafe(32)
    session = Session(key=_hash(secret), until=now, trusted=trusted)
    with store.transaction() as tx:
        tx.sessions.begin(replace(session, until=now + _life(session)))
    return secret


def is_inside(store: Store, secret: str, now: datetime) -> bool:
    """Whether the session is valid; use extends it, with a write now and then."""
    with store.reading() as tx:
        session = tx.sessions.get(_hash(secret), now)
    if session is None:
        return False
    full = now + _life(session)
    if full - session.until > _life(session) / 30:
        with store.transaction() as tx:
            tx.sessions.extend(session.key, full)
    return True


def leave(store: Store, secret: str) -> None:
    with store.transaction() as tx:
        tx.sessions.end(_hash(secret))


def _life(session: Session) -> timedelta:
    return TRUSTED_LIFE if session.trusted else VISIT_LIFE


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
