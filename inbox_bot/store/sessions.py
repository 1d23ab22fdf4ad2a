"""Sessions of the review page (the port `Sessions`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from inbox_bot.model.records import Session
from inbox_bot.store.rows import cells_of, value_of
from inbox_bot.store.schema import session, ticket


@dataclass(frozen=True, slots=True)
class SqlSessions:
    connection: Connection

    def begin(self, new: Session) -> None:
        self.connection.execute(insert(session).values(cells_of(new)))

    def get(self, key: str, now: datetime) -> Session | None:
        query = select(session).where(session.c.key == key, session.c.until > now)
        row = self.connection.execute(query).first()
        return None if row is None else value_of(Session, row)

    def extend(self, key: str, until: datetime) -> None:
        self.connection.execute(update(session).where(session.c.key == key).values(until=until))

    def end(self, key: str) -> None:
        self.connection.execute(delete(session).where(session.c.key == key))

    def end_all(self) -> None:
        self.connection.execute(delete(session))
        self.connection.execute(delete(ticket))

    def add_ticket(self, key: str, until: datetime) -> None:
        self.connection.execute(insert(ticket).values(key=key, until=until))

    def take_ticket(self, key: str, now: datetime) -> bool:
        """Also deletes expired tickets and sessions: this runs seldom, and they are few."""
        taken = delete(ticket).where(ticket.c.key == key, ticket.c.until > now)
        found = self.connection.execute(taken).rowcount == 1
        for table in (ticket, session):
            self.connection.execute(delete(table).where(table.c.until <= now))
        return found
