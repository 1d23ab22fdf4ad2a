"""The store keeps each letter once, and everything in a transaction or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inbox_bot.model import Fetched, Place
from inbox_bot.store import SqlStore, open_store

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = open_store("sqlite:///inbox_bot.db", tmp_path)
    yield opened
    opened.close()


def fetched(uid: int = 1, body: bytes = b"Does massage help?", folder: str = "INBOX") -> Fetched:
    raw = b"From: Ann <ann@example.org>\r\n\r\n" + body
    place = Place(mailbox="steve@example.com", folder=folder, uidvalidity=7, uid=uid)
    return Fetched(place=place, raw=raw, size=len(raw), arrived=NOON)


def test_the_same_letter_in_another_folder_is_kept_once_with_both_places(store: SqlStore) -> None:
    with store.transaction() as tx:
        kept = tx.messages.add(fetched(), "a@example.org", "a@example.org")
        assert kept is not None
        assert tx.messages.add(fetched(5, folder="Archive"), "a@example.org", "t") is None
        assert {place.folder for place in tx.messages.places(kept.id)} == {"INBOX", "Archive"}
        assert tx.messages.count(None) == 1
