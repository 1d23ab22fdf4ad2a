"""The store: letters, drafts, promises and what happened to them, in one SQL database.

`open_store` returns a `ports.Store`: a SQLite file by default, PostgreSQL by URL. No other part of
inbox_bot uses SQL.
"""

from inbox_bot.store.opening import open_store
from inbox_bot.store.transactions import SqlStore, SqlTransaction

__all__ = ["SqlStore", "SqlTransaction", "open_store"]
