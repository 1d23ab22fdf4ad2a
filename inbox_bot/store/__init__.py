"""The store: letters, drafts, promises and what happened to them, in one SQL database.

`open_store` returns a `ports.Store`: a SQLite file by default, PostgreSQL by URL. No other part of
inbox_bot uses SQL.
"""

from inbox_bot.store.address import (
    has_password,
    is_on_server,
    name_of,
    without_password,
)
from inbox_bot.store.opening import open_store
from inbox_bot.store.transactions import SqlStore, SqlTransaction

__all__ = [
    "SqlStore",
    "SqlTransaction",
    "has_password",
    "is_on_server",
    "name_of",
    "open_store",
    "without_password",
]
