"""Sessions of the review page (the port `Sessions`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from inbox_bot.model.records import Session
from inbox_bot.store.rows import from_utc, to_utc
from inbox_bot.store.schema import session, ticket


@dataclass(frozen=True, slots=True)
class SqlSessions:
    connection: Connection

    def begin(self, new: Session) -> None:
        self.connection.execute(
            insert(session).values(key=new.key, until=to_utc(new.until), trusted=new.trusted)
        )

    def get(self, key: str, now: datetime) -> Session | None:
        query = select(session).where(session.c.key == key, session.c.until > to_utc(now))
        row = self.connection.execute(query).first()
        if row is None:
            return None
        return Session(key=row.key, until=from_utc(row.until), trusted=row.trusted)

    def extend(self, key: str, until: datetime) -> None:
        self.connection.execute(
            update(session).where(session.c.key == key).values(until=to_utc(until))
        )

    def end(self, key: str) -> None:
        self.connection.execute(delete(session).where(session.c.key == key))

    def end_all(self) -> None:
        self.connection.execute(delete(session))
        self.connection.execute(delete(ticket))

    def add_ticket(self, key: str, until: datetime) -> None:
        self.connection.execute(insert(ticket).values(key=key, until=to_utc(until)))

    def take_ticket(self, key: str, now: datetime) -> bool:
        """Also deletes expired tickets and sessions: this runs seldom, and they are few."""
        taken = delete(ticket).where(ticket.c.key == key, ticket.c.until > to_utc(now))
        found = self.connection.execute(taken).rowcount == 1
        for table in (ticket, session):
            self.connection.execute(delete(table).where(table.c.until <= to_utc(now)))
        return found
