"""Each author sees and writes her own rows alone, and the store's contract holds for each."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from inbox_bot.errors import StoreUnavailable, WrongUse
from inbox_bot.fleet import roster
from inbox_bot.fleet.database import connected
from inbox_bot.fleet.tenancy import Constraint, Index, Layout, lay_out, layout_of, statements
from inbox_bot.store import SqlStore, SqlTransaction, open_store
from inbox_bot.store.shared import SharedDatabase, open_shared
from tests.fleet.conftest import WORKER, as_owner, as_superuser
from tests.servers import postgres
from tests.store import test_store
from tests.store.test_store import keep
from tests.stores import draft, open_promise, promise


@pytest.fixture
def shared(database: str) -> Iterator[SharedDatabase]:
    opened = open_shared(database)
    yield opened
    opened.close()


def new_author(database: str, name: str) -> int:
    with connected(database) as connection:
        return roster.add(connection, name, f"{name}@example.com")


def as_the_first(database: str, statement: str) -> None:
    with connected(database, author=1) as connection:
        connection.execute(statement)


@pytest.fixture
def store(shared: SharedDatabase, database: str) -> SqlStore:
    """An author's store with another one's rows beside: the same letters, drafts and places."""
    ann = new_author(database, "ann")
    other = shared.store_of(new_author(database, "bea"))
    with other.transaction() as tx:
        kept = keep(tx)
        tx.drafts.add(draft(kept.id))
        open_promise(tx, promise(kept.id))
        tx.set_fact("pause", "yes")
    return shared.store_of(ann)


@pytest.fixture
def tx(store: SqlStore) -> Iterator[SqlTransaction]:
    with store.transaction() as opened:
        yield opened


# the contract of the store, by which it is a store: the tests that ask for no file or URL
for _name, _test in vars(test_store).items():
    if _name.startswith("test_") and set(inspect.signature(_test).parameters) in (
        {"tx"},
        {"store"},
    ):
        globals()[_name] = _test


def test_without_an_author_there_are_no_rows_and_nothing_can_be_written(
    store: SqlStore, shared: SharedDatabase
) -> None:
    with shared.engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM message")) == 0
        assert connection.scalar(text("SELECT count(*) FROM note")) == 0
    nobodys = SqlStore(shared.engine, "x", store.hashes, store.changes)
    with pytest.raises(StoreUnavailable, match="row-level"), nobodys.transaction() as tx:
        tx.set_fact("a", "b")


def test_the_author_of_a_transaction_is_forgotten_at_its_end(
    store: SqlStore, shared: SharedDatabase
) -> None:
    with store.transaction() as tx:
        keep(tx)
    with shared.engine.begin() as connection:
        assert connection.scalar(text("SELECT current_setting('inbox_bot.author', true)")) == ""
        assert connection.scalar(text("SELECT count(*) FROM message")) == 0


def test_a_row_in_anothers_name_is_refused(store: SqlStore, database: str) -> None:
    with connected(database, author=1) as connection:
        roster.write_files(connection, 1, {"settings.yaml": b""})
    for statement in (
        "INSERT INTO note (author_id, key, value) VALUES (2, 'a', 'b')",
        "UPDATE note SET author_id = 2",
        "UPDATE author_file SET author_id = 2",
    ):
        with pytest.raises(StoreUnavailable, match="row-level security"):
            as_the_first(database, statement)


def test_no_row_can_refer_to_anothers_letter(store: SqlStore, database: str) -> None:
    """References are checked without policies: only the author in the key keeps them apart."""
    with connected(database, author=2) as connection:
        found = connection.execute("SELECT id FROM message").fetchone()
    assert found
    with pytest.raises(StoreUnavailable, match="foreign key"):
        as_the_first(database, f"INSERT INTO raw (letter_id, bytes) VALUES ({found[0]}, 'x')")


def test_no_table_of_the_store_is_left_out(database: str) -> None:
    with connected(database) as connection:
        layout = layout_of(connection)
        open_ones = connection.execute(
            "SELECT relname FROM pg_class WHERE relname = ANY(%s)"
            " AND NOT (relrowsecurity AND relforcerowsecurity)",
            [[*layout.tables, "author_file", "credential"]],
        ).fetchall()
    assert {"message", "draft", "session", "note", "said"} <= set(layout.tables)
    assert set(layout.tables) == set(layout.parted) - {"author_file", "credential"}
    assert open_ones == []


def test_a_user_that_no_policy_binds_is_refused(database: str) -> None:
    with pytest.raises(StoreUnavailable, match="superuser"):
        open_shared(as_superuser(database))


def test_the_worker_cannot_lift_the_policies(database: str) -> None:
    with pytest.raises(StoreUnavailable, match="owner"):
        as_the_first(database, "ALTER TABLE note DISABLE ROW LEVEL SECURITY")


def test_laying_out_again_changes_nothing(database: str) -> None:
    with connected(database) as connection:
        before = layout_of(connection)
    lay_out(as_owner(database), WORKER)
    with connected(database) as connection:
        assert layout_of(connection) == before


def test_one_authors_own_store_is_refused(fleet_server: str, tmp_path: Path) -> None:
    url = postgres.new_database(fleet_server, f"own-{tmp_path.name}")
    own = open_store(url, tmp_path)
    with own.transaction() as tx:
        keep(tx)
    own.close()
    with pytest.raises(WrongUse, match="one author"):
        lay_out(url, WORKER)


def test_a_new_table_of_a_later_version_is_parted_too() -> None:
    layout = Layout(
        tables=["message", "new"],
        parted=frozenset({"message"}),
        constraints=[
            Constraint(
                table="message",
                name="pk_message",
                kind="p",
                definition="PRIMARY KEY (author_id, id)",
            ),
            Constraint(table="new", name="pk_new", kind="p", definition="PRIMARY KEY (name)"),
            Constraint(
                table="new",
                name="fk",
                kind="f",
                definition="FOREIGN KEY (letter_id) REFERENCES message(id)",
            ),
        ],
        indexes=[
            Index(table="new", name="ix", definition="CREATE INDEX ix ON new USING btree (day)")
        ],
    )
    told = [one for one in statements(layout, "w") if "ROW LEVEL" not in one]
    assert told[1:6] == [
        "ALTER TABLE new DROP CONSTRAINT fk",
        "ALTER TABLE new DROP CONSTRAINT pk_new",
        "ALTER TABLE new ADD CONSTRAINT pk_new PRIMARY KEY (author_id, name)",
        "ALTER TABLE new ADD CONSTRAINT fk FOREIGN KEY (author_id, letter_id)"
        " REFERENCES message(author_id, id) DEFERRABLE",
        "DROP INDEX ix",
    ]
    assert told[6] == "CREATE INDEX ix ON new USING btree (author_id, day)"


def test_removing_an_author_takes_her_rows_and_no_others(store: SqlStore, database: str) -> None:
    with connected(database) as connection:
        tables = layout_of(connection).tables
        roster.remove(connection, 2)
    with psycopg.connect(as_superuser(database)) as everything:
        for table in (*tables, "author_file", "credential"):
            query = f"SELECT count(*) FROM {table} WHERE author_id = 2"
            assert everything.execute(query).fetchone() == (0,), table
        rows = everything.execute("SELECT count(*) FROM note WHERE author_id = 1").fetchone()
    assert rows == (2,)
