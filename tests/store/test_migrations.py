"""A new version migrates the store and keeps every row; an old version refuses a newer store."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from inbox_bot.errors import StoreUnavailable
from inbox_bot.model import Cause, Doubt
from inbox_bot.store import open_store, schema
from inbox_bot.store.migrating import alembic_config
from inbox_bot.store.migrations.versions.v0013_doubts import SENTENCES
from tests.stores import add, draft, letter, open_promise, promise

URL = "sqlite:///inbox_bot.db"


# The search index fills itself.
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'said_index%'"


def revisions() -> list[str]:
    """All of them, the oldest first."""
    script = ScriptDirectory.from_config(alembic_config())
    return [each.revision for each in script.walk_revisions()][::-1]


def old_store(file: Path, revision: str) -> None:
    """Create a store of that revision."""
    engine = create_engine(f"sqlite:///{file}")
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def fill(file: Path) -> None:
    """Insert a row into every table, with the columns of that version."""
    with closing(sqlite3.connect(file)) as connection:
        tables = connection.execute(TABLES)
        for (table,) in tables.fetchall():
            if table not in {"note", "alembic_version", "sqlite_sequence"}:
                _fill(connection, table)
        connection.commit()


def _fill(connection: sqlite3.Connection, table: str) -> None:
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    values = [_value(name, kind) for _, name, kind, *_ in columns]
    marks = ", ".join("?" for _ in values)
    connection.execute(f"INSERT INTO {table} VALUES ({marks})", values)


def _value(name: str, kind: str) -> object:
    known = {"state": "open", "kind": "answer", "verdict": "reader", "actor": "bot"}
    kinds: dict[str, object] = {
        "DATETIME": "2026-03-03 12:00:00.000000",
        "DATE": "2026-03-03",
        "JSON": '["ann@example.org", "Ann"]',
        "BLOB": b"raw",
        "VARCHAR": "text",
        "TEXT": "text",
    }
    return known.get(name, kinds.get(kind, 1))


def rows_of(file: Path) -> dict[str, int]:
    with closing(sqlite3.connect(file)) as connection:
        tables = connection.execute(TABLES)
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for (table,) in tables.fetchall()
        }


def test_the_migrations_build_exactly_the_tables_that_the_code_uses(tmp_path: Path) -> None:
    with closing(open_store(URL, tmp_path)) as store, store.reading() as tx:
        # SQLite keeps the search index in tables of its own
        ours = {"include_name": lambda name, *_: not str(name).startswith("said_index")}
        context = MigrationContext.configure(tx.connection, opts=ours)
        assert compare_metadata(context, schema.metadata) == []


def test_the_code_names_the_newest_migration() -> None:
    assert revisions()[-1] == schema.HEAD


def test_there_is_one_line_of_migrations() -> None:
    script = ScriptDirectory.from_config(alembic_config())
    assert script.get_heads() == [schema.HEAD]
    assert len(script.get_bases()) == 1


@pytest.mark.parametrize("revision", revisions()[:-1])
def test_a_store_of_every_earlier_version_keeps_every_row(tmp_path: Path, revision: str) -> None:
    file = tmp_path / "inbox_bot.db"
    old_store(file, revision)
    fill(file)
    before = rows_of(file)
    with closing(open_store(URL, tmp_path)) as store, store.transaction() as tx:
        assert tx.messages.get(1).raw == b"raw"
        kept = add(tx, letter(), "a@example.org", "a@example.org")
        assert kept is not None
        tx.drafts.add(draft(kept.id))
        open_promise(tx, promise(kept.id))
    after = rows_of(file)
    added = {"message": 1, "raw": 1, "place": 1, "draft": 1, "promise": 1, "said": 1}
    assert {table: after[table] - added.get(table, 0) for table in before} == before


def test_before_a_migration_the_old_file_is_copied(tmp_path: Path) -> None:
    old = revisions()[0]
    old_store(tmp_path / "inbox_bot.db", old)
    fill(tmp_path / "inbox_bot.db")
    rows = rows_of(tmp_path / "inbox_bot.db")
    open_store(URL, tmp_path).close()
    copy = tmp_path / f"inbox_bot.db.before-leaving-{old}"
    assert rows_of(copy) == rows
    assert copy.stat().st_mode & 0o777 == 0o600


def test_a_copy_is_never_overwritten(tmp_path: Path) -> None:
    old = revisions()[0]
    earlier = tmp_path / f"inbox_bot.db.before-leaving-{old}"
    earlier.write_text("an earlier copy")
    old_store(tmp_path / "inbox_bot.db", old)
    open_store(URL, tmp_path).close()
    assert earlier.read_text() == "an earlier copy"
    assert rows_of(earlier.with_name(f"{earlier.name}.2"))["alembic_version"] == 1


def test_a_store_that_is_up_to_date_is_not_copied(tmp_path: Path) -> None:
    open_store(URL, tmp_path).close()
    open_store(URL, tmp_path).close()
    assert [file.name for file in tmp_path.iterdir() if "before" in file.name] == []


def test_a_newer_store_is_refused_in_one_line_and_left_alone(tmp_path: Path) -> None:
    open_store(URL, tmp_path).close()
    file = tmp_path / "inbox_bot.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'v9999'")
        connection.commit()
    before = file.read_bytes()
    with pytest.raises(StoreUnavailable, match=r"newer inbox_bot \(schema v9999\)\. [^\n]*$"):
        open_store(URL, tmp_path)
    assert file.read_bytes() == before


def test_a_migration_that_fails_leaves_the_old_store(tmp_path: Path) -> None:
    file = tmp_path / "inbox_bot.db"
    old_store(file, revisions()[0])
    fill(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE forgotten (in_the_way INTEGER)")
        connection.commit()
    before = rows_of(file)
    with pytest.raises(StoreUnavailable):
        open_store(URL, tmp_path)
    assert rows_of(file) == before


def test_two_programs_that_open_a_new_store_at_once_both_get_it(tmp_path: Path) -> None:
    failures: list[BaseException] = []
    start = threading.Barrier(3)

    def open_it() -> None:
        start.wait(timeout=20)
        try:
            open_store(URL, tmp_path).close()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert rows_of(tmp_path / "inbox_bot.db")["alembic_version"] == 1


def test_what_could_not_be_read_long_ago_floods_nobody(tmp_path: Path) -> None:
    old_store(tmp_path / "inbox_bot.db", "v0008")
    now = datetime.now(UTC).replace(tzinfo=None)
    with closing(sqlite3.connect(tmp_path / "inbox_bot.db")) as connection:
        for _ in range(2):
            connection.execute("UPDATE message SET id = 1000, message_id = 'other'")
            _fill(connection, "message")
        when = [(str(now - timedelta(days=days)), days) for days in (3, 300)]
        rows = connection.execute("SELECT id FROM message ORDER BY id").fetchall()
        for (at, days), (row,) in zip(when, rows, strict=True):
            connection.execute(
                "UPDATE message SET verdict = 'unreadable', considered = 0, arrived = ?,"
                " subject = ? WHERE id = ?",
                (at, str(days), row),
            )
        connection.commit()
    open_store(URL, tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "inbox_bot.db")) as connection:
        left = connection.execute("SELECT subject FROM message WHERE considered = 0").fetchall()
    assert left == [("3",)]


def test_a_cause_that_was_a_sentence_is_known_as_before(tmp_path: Path) -> None:
    old_store(tmp_path / "inbox_bot.db", "v0013")
    fill(tmp_path / "inbox_bot.db")
    chosen = '[{"reason": "you chose it"}, {"reason": "sure"}]'
    with closing(sqlite3.connect(tmp_path / "inbox_bot.db")) as connection:
        connection.execute(
            "UPDATE draft SET reason = 'not delivered: look', decisions = ?", [chosen]
        )
        connection.execute("UPDATE promise SET reason = 'its sender is no reader'")
        connection.commit()
    open_store(URL, tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "inbox_bot.db")) as connection:
        (cause, decisions) = connection.execute("SELECT cause, decisions FROM draft").fetchone()
        assert (cause, [each.get("chosen") for each in json.loads(decisions)]) == (
            Cause.NOT_DELIVERED,
            [True, None],
        )
        assert connection.execute("SELECT cause FROM promise").fetchone() == (Cause.RULED_OUT,)


def test_a_doubt_that_was_a_sentence_is_asked_as_before(tmp_path: Path) -> None:
    old_store(tmp_path / "inbox_bot.db", "v0012")
    fill(tmp_path / "inbox_bot.db")
    with closing(sqlite3.connect(tmp_path / "inbox_bot.db")) as connection:
        connection.execute(
            "UPDATE promise SET state = 'open', reason = ?", (SENTENCES["passed on"],)
        )
        connection.commit()
    open_store(URL, tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "inbox_bot.db")) as connection:
        assert connection.execute("SELECT doubt, reason FROM promise").fetchall() == [
            (Doubt.PASSED_ON, "")
        ]
