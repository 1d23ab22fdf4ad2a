"""What only a PostgreSQL server can do to a store: many first openings, dead rows, passwords."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from inbox_bot.errors import SettingsError, StoreUnavailable
from inbox_bot.model import Address, Judgement, Message, Verdict
from inbox_bot.store import SqlStore, has_password, name_of, open_store, without_password
from tests.databases import DATABASES
from tests.servers import postgres
from tests.stores import add, draft, letter, open_promise, promise
from tests.world import TOP

OPEN = "import sys; from inbox_bot.store import open_store; sys.stdin.read(1); "
OPEN += "open_store(sys.argv[1], None).close()"
BOB = Address(email="bob@other.example", name="Robert")
READER = Judgement(verdict=Verdict.READER, reason="asks")


@pytest.fixture
def url(postgres_server: str, tmp_path: Path) -> Iterator[str]:
    with DATABASES.on(postgres_server):
        yield DATABASES.url_in(tmp_path)


@pytest.fixture
def store(url: str, tmp_path: Path) -> Iterator[SqlStore]:
    with closing(open_store(url, tmp_path)) as opened:
        yield opened


def as_bot(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url, autocommit=True)


def correspondence(store: SqlStore, sender: Address, first: int) -> None:
    """Letters, drafts and promises, enough of them for the planner's list of frequent values."""
    with store.transaction() as tx:
        for uid in range(first, first + 40):
            name = f"{uid}@{sender.email}"
            kept = add(tx, letter(uid, body=sender.email.encode() * 30), name, name)
            assert kept is not None
            read = Message(message_id=name, sender=sender, subject=sender.name, text=sender.name)
            tx.messages.judge(kept.id, READER, read)
            reply = draft(kept.id, f"re-{uid}@example.com")
            tx.drafts.add(reply.become(reply.state, f"to {sender.email}"))
            open_promise(tx, promise(kept.id, name))


def bytes_of(url: str) -> bytes:
    """All that the server has written of this database, except for its log of changes (WAL)."""
    with as_bot(url) as connection:
        connection.execute("CHECKPOINT")
        (data,) = connection.execute("SHOW data_directory").fetchone() or ("",)
        query = "SELECT oid FROM pg_database WHERE datname = current_database()"
        (oid,) = connection.execute(query).fetchone() or (0,)
    files = [path for path in Path(str(data), "base", str(oid)).iterdir() if path.is_file()]
    return b"".join(path.read_bytes() for path in files)


# --- opening ---------------------------------------------------------------------------------


def test_processes_that_open_a_new_store_at_once_all_get_it(
    postgres_server: str, tmp_path: Path
) -> None:
    url = postgres.new_database(postgres_server, "first_open")
    openers = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, url],
            cwd=TOP,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for opener in openers:
        assert opener.stdin is not None
        opener.stdin.write("x")
        opener.stdin.flush()
    told = [opener.communicate(timeout=60)[1] for opener in openers]
    assert told == [""] * 4
    with closing(open_store(url, tmp_path)) as store, store.transaction() as tx:
        assert add(tx, letter(), "a@example.org", "a@example.org") is not None
    postgres.drop_database(postgres_server, "first_open")


def test_a_database_that_cannot_hold_every_letter_is_refused(
    postgres_server: str, tmp_path: Path
) -> None:
    with as_bot(f"{postgres_server}/postgres") as connection:
        connection.execute("CREATE DATABASE narrow TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    with pytest.raises(StoreUnavailable, match=r"encoding is LATIN1[^\n]*-E UTF8 NAME$"):
        open_store(f"{postgres_server}/narrow", tmp_path)


def test_a_missing_database_is_said_to_be_missing(postgres_server: str, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"no such database or user[^\n]*$"):
        open_store(f"{postgres_server}/missing", tmp_path)


def test_a_user_who_may_not_create_tables_is_told_so(url: str, tmp_path: Path) -> None:
    with as_bot(url) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
        connection.execute("GRANT USAGE ON SCHEMA public TO public")
        connection.execute("DROP ROLE IF EXISTS guest")
        connection.execute("CREATE ROLE guest LOGIN")
    with pytest.raises(StoreUnavailable, match=r"isn't allowed to create tables[^\n]*$"):
        open_store(url.replace("bot@", "guest@"), tmp_path)


# --- turns -----------------------------------------------------------------------------------


def test_a_writer_that_hangs_holds_up_others_for_a_while_only(store: SqlStore, url: str) -> None:
    with closing(open_store(url, Path())) as other, store.transaction():
        with other.reading() as tx:
            tx.connection.exec_driver_sql("SET SESSION lock_timeout = '20ms'")
            tx.connection.commit()
        held = pytest.raises(StoreUnavailable, match="another program is using it")
        with held, other.transaction():
            pass


def test_a_server_that_was_restarted_is_reached_again(store: SqlStore, url: str) -> None:
    with store.reading() as tx:
        tx.messages.count(None)
    with as_bot(url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    with store.transaction() as tx:
        assert add(tx, letter(), "a@example.org", "a@example.org") is not None


# --- dead rows -------------------------------------------------------------------------------


def test_no_byte_of_a_forgotten_reader_is_left_in_the_database(store: SqlStore, url: str) -> None:
    correspondence(store, BOB, 1)
    correspondence(store, Address(email="eve@example.net", name="Eve"), 100)
    with as_bot(url) as connection:
        connection.execute("ANALYZE")
    before = bytes_of(url)
    assert before.count(b"bob@other") > 100
    with store.transaction() as tx:
        tx.privacy.forget(BOB.email)
    assert b"bob@other" in bytes_of(url)
    store.scrub()
    left = bytes_of(url)
    assert b"bob@" not in left.lower()
    assert b"robert" not in left.lower()
    assert b"eve@example.net" in left
    with store.reading() as tx:
        assert len(tx.messages.search("eve", 99)) == 40


def test_rows_that_another_program_still_sees_are_said_to_be_there(
    store: SqlStore, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbox_bot.store.postgresql.PAUSE", 0.01)
    correspondence(store, BOB, 1)
    with psycopg.connect(url) as other:
        other.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        other.execute("SELECT count(*) FROM pg_class")
        with store.transaction() as tx:
            tx.privacy.forget(BOB.email)
        with pytest.raises(StoreUnavailable, match=r"another program is still reading[^\n]*$"):
            store.scrub()
    store.scrub()
    assert b"bob@" not in bytes_of(url)


def test_who_does_not_own_the_tables_is_told_what_the_administrator_must_do(
    store: SqlStore, url: str
) -> None:
    with as_bot(url) as connection:
        connection.execute("DROP ROLE IF EXISTS writer")
        connection.execute("CREATE ROLE writer LOGIN")
        connection.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO writer")
    told = pytest.raises(StoreUnavailable, match=r"as bot: VACUUM \(FULL, ANALYZE\)$")
    with told, closing(open_store(url.replace("bot@", "writer@"), Path())) as writer:
        writer.scrub()
    with as_bot(url) as connection:
        connection.execute("DROP OWNED BY writer")


# --- passwords -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def locked_server() -> Iterator[str]:
    if reason := postgres.why_not():
        pytest.skip(reason)
    with postgres.running(password="s@cret/1") as server:
        yield f"{server}/postgres"


def test_the_password_may_be_given_beside_the_url(locked_server: str, tmp_path: Path) -> None:
    with closing(open_store(locked_server, tmp_path, "s@cret/1")) as store, store.reading() as tx:
        assert tx.messages.count(None) == 0


def test_the_password_may_be_in_libpq_s_own_file(
    locked_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "pgpass"
    file.write_text("*:*:*:bot:s@cret/1\n")
    file.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(file))
    with closing(open_store(locked_server, tmp_path)) as store, store.reading() as tx:
        assert tx.messages.count(None) == 0


@pytest.mark.parametrize("password", ["", "wr0ng-secret"])
def test_a_refused_password_is_said_and_not_shown(
    locked_server: str, tmp_path: Path, password: str
) -> None:
    with pytest.raises(StoreUnavailable) as raised:
        open_store(locked_server, tmp_path, password)
    assert "INBOX_BOT_STORE_PASSWORD" in str(raised.value)
    assert "wr0ng" not in str(raised.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql//bot:s3cret@127.0.0.1:1/letters",
        "postgresql://bot:s3cret@127.0.0.1:port/letters",
        "postgresql://bot:x@s3cret@127.0.0.1:1/letters",
        "postgresql://bot:s3cret@127.0.0.1:1/letters",
        "postgresql://bot@127.0.0.1:1/letters?password=s3cret",
        "mysql://bot:s3cret@127.0.0.1/letters",
        "postgres://bot:s3cret@127.0.0.1/letters",
    ],
)
def test_no_error_shows_the_password_of_a_url(url: str, tmp_path: Path) -> None:
    with pytest.raises((SettingsError, StoreUnavailable)) as raised:
        open_store(url, tmp_path)
    shown = raised.getrepr(style="short").reprcrash
    assert shown is not None
    assert "s3cret" not in f"{raised.value} {shown.message}"
    assert "\n" not in str(raised.value)


def test_a_url_is_shown_and_saved_without_its_password() -> None:
    url = "postgresql://bot:s3cret@db.example:5433/letters?sslmode=require&password=s3cret&sslpassword=x"
    assert has_password(url)
    assert without_password(url) == "postgresql://bot@db.example:5433/letters?sslmode=require"
    assert not has_password(without_password(url))
    assert name_of(url) == "letters"


def test_the_command_for_a_dump_works(store: SqlStore, tmp_path: Path) -> None:
    program, *arguments = shlex.split(store.dump_command)
    assert "password" not in store.dump_command
    subprocess.run([postgres.PROGRAMS[-1] / program, *arguments], cwd=tmp_path, check=True)
    (dump,) = tmp_path.glob("test_*.dump")
    assert dump.read_bytes().startswith(b"PGDMP")
