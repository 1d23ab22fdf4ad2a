"""A new version migrates the store and keeps every row; an old version refuses a newer store."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    func,
    insert,
    select,
)
from sqlalchemy.types import TypeEngine

from inbox_bot.errors import StoreUnavailable
from inbox_bot.model import Cause, Doubt, Judgement, Message, Verdict
from inbox_bot.store import SqlTransaction, open_store, schema
from inbox_bot.store.migrating import alembic_config
from inbox_bot.store.migrations.versions.v0013_doubts import SENTENCES
from tests.databases import DATABASES
from tests.servers import postgres
from tests.stores import add, draft, letter, open_promise, promise

URL = "sqlite:///inbox_bot.db"


FOUND = "ix_said_found"
READER = Judgement(verdict=Verdict.READER, reason="asks")


def revisions() -> list[str]:
    """All of them, the oldest first."""
    script = ScriptDirectory.from_config(alembic_config())
    return [each.revision for each in script.walk_revisions()][::-1]


def old_store(url: str, revision: str) -> None:
    """Create a store of that revision."""
    config = alembic_config()
    with engine_of(url) as engine, engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def old_file(file: Path, revision: str) -> None:
    old_store(f"sqlite:///{file}", revision)


@contextmanager
def engine_of(url: str) -> Iterator[Engine]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        yield engine
    finally:
        engine.dispose()


def fill(url: str) -> None:
    """Insert a row into every table, with the columns of that version."""
    with engine_of(url) as engine, engine.begin() as connection:
        for table in _tables(connection):
            if table.name not in {"note", "alembic_version"}:
                connection.execute(insert(table), _row(table))


def add_row(file: Path, name: str) -> None:
    with engine_of(f"sqlite:///{file}") as engine, engine.begin() as connection:
        (table,) = [one for one in _tables(connection) if one.name == name]
        connection.execute(insert(table), _row(table))


def fill_file(file: Path) -> None:
    fill(f"sqlite:///{file}")


def _tables(connection: Connection) -> Sequence[Table]:
    """As they are in the database, those that others refer to first."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: not name.startswith(("said_index", "sqlite")))
    return found.sorted_tables


def _row(table: Table) -> dict[str, object]:
    return {column.name: _value(column) for column in table.columns}


def _value(column: Column[Any]) -> object:
    known = {"state": "open", "kind": "answer", "verdict": "reader", "actor": "bot"}
    kinds: dict[type[TypeEngine[Any]], object] = {
        DateTime: datetime(2026, 3, 3, 12),  # noqa: DTZ001 (as the store keeps it)
        Date: date(2026, 3, 3),
        JSON: ["ann@example.org", "Ann"],
        LargeBinary: b"raw",
        String: "text",
        Boolean: True,
    }
    fitting = (value for kind, value in kinds.items() if isinstance(column.type, kind))
    return known.get(column.name, next(fitting, 1))


def rows_in(url: str) -> dict[str, int]:
    with engine_of(url) as engine, engine.connect() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in _tables(connection)
        }


def rows_of(file: Path) -> dict[str, int]:
    return rows_in(f"sqlite:///{file}")


@pytest.mark.both_stores
def test_the_migrations_build_exactly_the_tables_that_the_code_uses(tmp_path: Path) -> None:
    url = DATABASES.url_in(tmp_path)
    with closing(open_store(url, tmp_path)) as store, store.reading() as tx:
        # the indexes for search are in the migrations alone
        ours = {"include_name": lambda name, *_: not str(name).startswith(("said_index", FOUND))}
        context = MigrationContext.configure(tx.connection, opts=ours)
        assert compare_metadata(context, schema.metadata) == []


def test_the_code_names_the_newest_migration() -> None:
    assert revisions()[-1] == schema.HEAD


def test_there_is_one_line_of_migrations() -> None:
    script = ScriptDirectory.from_config(alembic_config())
    assert script.get_heads() == [schema.HEAD]
    assert len(script.get_bases()) == 1


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables."""
    if not DATABASES.server:
        yield f"sqlite:///{tmp_path / 'inbox_bot.db'}"
        return
    name = f"old_{tmp_path.parent.name}_{tmp_path.name}".replace("-", "_")[:60]
    yield postgres.new_database(DATABASES.server, name)
    postgres.drop_database(DATABASES.server, name)


@pytest.mark.both_stores
@pytest.mark.parametrize("revision", revisions()[:-1])
def test_a_store_of_every_earlier_version_keeps_every_row(
    empty_url: str, tmp_path: Path, revision: str
) -> None:
    old_store(empty_url, revision)
    fill(empty_url)
    before = rows_in(empty_url)
    with closing(open_store(empty_url, tmp_path)) as store, store.transaction() as tx:
        assert tx.messages.get(1).raw == b"raw"
        advance_ids(tx, before)
        kept = add(tx, letter(), "a@example.org", "a@example.org")
        assert kept is not None
        tx.messages.judge(kept.id, READER, Message(message_id="x", sender=None, text="Zoë asks"))
        assert [one.letter_id for one in tx.messages.search("zoe", 9)] == [kept.id]
        tx.drafts.add(draft(kept.id))
        open_promise(tx, promise(kept.id))
    after = rows_in(empty_url)
    added = {"message": 1, "raw": 1, "place": 1, "draft": 1, "promise": 1, "said": 2}
    assert {table: after[table] - added.get(table, 0) for table in before} == before
    assert after["alembic_version"] == 1


def advance_ids(tx: SqlTransaction, tables: Iterable[str]) -> None:
    """As if the rows with the id 1 had got it from the store."""
    if tx.connection.dialect.name == "postgresql":
        for table in {"message", "promise", "event", "said"}.intersection(tables):
            query = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 1)"
            tx.connection.exec_driver_sql(query)


def test_before_a_migration_the_old_file_is_copied(tmp_path: Path) -> None:
    old = revisions()[0]
    old_file(tmp_path / "inbox_bot.db", old)
    fill_file(tmp_path / "inbox_bot.db")
    rows = rows_of(tmp_path / "inbox_bot.db")
    open_store(URL, tmp_path).close()
    copy = tmp_path / f"inbox_bot.db.before-leaving-{old}"
    assert rows_of(copy) == rows
    assert copy.stat().st_mode & 0o777 == 0o600


def test_a_copy_is_never_overwritten(tmp_path: Path) -> None:
    old = revisions()[0]
    earlier = tmp_path / f"inbox_bot.db.before-leaving-{old}"
    earlier.write_text("an earlier copy")
    old_file(tmp_path / "inbox_bot.db", old)
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
    old_file(file, revisions()[0])
    fill_file(file)
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
    old_file(tmp_path / "inbox_bot.db", "v0008")
    now = datetime.now(UTC).replace(tzinfo=None)
    with closing(sqlite3.connect(tmp_path / "inbox_bot.db")) as connection:
        for _ in range(2):
            connection.execute("UPDATE message SET id = 1000, message_id = 'other'")
            connection.commit()
            with (
                engine_of(f"sqlite:///{tmp_path / 'inbox_bot.db'}") as engine,
                engine.begin() as other,
            ):
                (table,) = [one for one in _tables(other) if one.name == "message"]
                other.execute(insert(table), _row(table))
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
    old_file(tmp_path / "inbox_bot.db", "v0013")
    fill_file(tmp_path / "inbox_bot.db")
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
    old_file(tmp_path / "inbox_bot.db", "v0012")
    fill_file(tmp_path / "inbox_bot.db")
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
