"""Notes: the values that facts are kept as."""

from __future__ import annotations

from sqlalchemy import Connection, insert

from inbox_bot.store.schema import note
from inbox_bot.store.statements import CHANGED_NOTE, NO_NOTE, NOTES


class Notes:
    """All notes as one transaction sees them, read at once with the first that is asked for: they
    are few, and most steps ask for several."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[str, str] | None = None

    def get(self, key: str) -> str:
        return self._all().get(key, "")

    def put(self, key: str, value: str) -> None:
        """The empty value removes the note. What is there already is not written."""
        known = self._all()
        if known.get(key, "") == value:
            return
        if not value:
            self._connection.execute(NO_NOTE, {"named": key})
            del known[key]
            return
        if key in known:
            self._connection.execute(CHANGED_NOTE, {"named": key, "value": value})
        else:
            self._connection.execute(insert(note), {"key": key, "value": value})
        known[key] = value

    def _all(self) -> dict[str, str]:
        if self._known is None:
            self._known = {row.key: row.value for row in self._connection.execute(NOTES)}
        return self._known
