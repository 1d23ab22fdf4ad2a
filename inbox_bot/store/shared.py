"""One PostgreSQL database that holds the stores of many authors, told apart by their number.

Each transaction begins with `set_config('inbox_bot.author', …, true)`; row-level security
(`fleet/tenancy.py`) does the rest, so that no query of the store knows of it. The setting ends with
the transaction, which suits poolers that share connections between transactions (pgbouncer).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, event, text

from inbox_bot.errors import StoreUnavailable
from inbox_bot.store.errors import translated
from inbox_bot.store.opening import revision_of, server_engine
from inbox_bot.store.schema import HEAD
from inbox_bot.store.transactions import SqlStore

AUTHOR = "inbox_bot_author"
"""The execution option with the author's number."""

CHOOSE = text("SELECT set_config('inbox_bot.author', :author, true)")
BOUND = text("SELECT NOT rolsuper AND NOT rolbypassrls FROM pg_roles WHERE rolname = current_user")


@dataclass(frozen=True, slots=True)
class SharedDatabase:
    """Its stores share one pool of connections: close this, not them."""

    engine: Engine
    where: str

    def store_of(self, author: int) -> SqlStore:
        """The store of that author, who sees and writes no other rows."""
        return SqlStore.over(self.engine.execution_options(**{AUTHOR: author}), self.where)

    def close(self) -> None:
        self.engine.dispose()


def open_shared(url: str) -> SharedDatabase:
    """StoreUnavailable if its schema is another one, or if no policy would bind this user."""
    engine = server_engine(url)
    where = engine.url.database or ""
    event.listen(engine, "begin", _choose_author)
    with translated(where), engine.connect() as connection:
        if not connection.scalar(BOUND):
            raise StoreUnavailable(
                f"{engine.url.username} may read every author's rows in {where}. "
                "Connect as a user that is neither superuser nor BYPASSRLS."
            )
        if revision_of(connection) != HEAD:
            raise StoreUnavailable(
                f"The database {where} has another schema. Run: inbox-bot fleet init"
            )
    return SharedDatabase(engine, where)


def _choose_author(connection: Connection) -> None:
    author = connection.get_execution_options().get(AUTHOR)
    if author is not None:
        connection.execute(CHOOSE, {"author": str(author)})
