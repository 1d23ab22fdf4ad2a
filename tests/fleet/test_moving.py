"""An author moves in with all that her own program knew, and out again with all of it."""

from __future__ import annotations

import zipfile
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from inbox_bot.errors import Conflict, WrongUse
from inbox_bot.fleet import jobs, moving, roster, steps
from inbox_bot.fleet.authors import Fleet
from inbox_bot.fleet.database import connected
from inbox_bot.fleet.roster import State
from inbox_bot.model import DraftState, PromiseState
from inbox_bot.model.records import Session
from inbox_bot.settings.backup import back_up, restore
from inbox_bot.store import SqlStore, open_store
from inbox_bot.store.schema import metadata
from tests.fleet.conftest import as_superuser
from tests.fleet.hosts import Host
from tests.servers.dovecot import HERE
from tests.stores import add, draft, letter, open_promise, promise


def own_store(directory: Path) -> SqlStore:
    return open_store("sqlite:///inbox_bot.db", directory)


def used_home(host: Host, name: str) -> Path:
    """A directory in which a program of her own has worked."""
    home = host.home(name)
    store = own_store(home)
    with store.transaction() as tx:
        for uid in (1, 2, 3):
            kept = add(tx, letter(uid, body=b"letter %d" % uid), f"{uid}@example.org", f"t{uid}")
            assert kept
            tx.drafts.add(draft(kept.id, f"reply{uid}@example.com"))
            open_promise(tx, promise(kept.id, f"t{uid}"))
        tx.people.add_never("@shop.example")
        tx.set_fact("a fact", "with words")
    store.close()
    return home


def backup_of(home: Path, file: Path) -> Path:
    store = own_store(home)
    back_up(home, store, file)
    store.close()
    return file


def rows_of(store: SqlStore) -> dict[str, list[tuple[object, ...]]]:
    """All that a store holds, but the notes of its machinery."""
    found = {}
    with store.reading() as tx:
        for table in metadata.sorted_tables:
            rows = tx.connection.execute(table.select()).all()
            found[table.name] = sorted((tuple(row) for row in rows), key=repr)
    return found


def test_a_backup_comes_in_and_goes_out_with_every_row(host: Host, tmp_path: Path) -> None:
    host.author("somebody-else")
    home = used_home(host, "ann")
    before = own_store(home)
    author = moving.take_in_backup(host.fleet, "ann", backup_of(home, tmp_path / "in.zip"))
    assert rows_of(host.fleet.shared.store_of(author)) == rows_of(before)
    moving.hand_out(host.fleet, author, tmp_path / "out.zip")
    restore(tmp_path / "out.zip", tmp_path / "again")
    assert rows_of(own_store(tmp_path / "again")) == rows_of(before)
    for name in ("settings.yaml", "faq/general.yaml", "templates/replies/answer.j2"):
        assert (tmp_path / "again" / name).read_text() == (home / name).read_text(), name
    before.close()


def test_two_who_move_in_have_the_same_numbers_and_their_own_letters(
    host: Host, tmp_path: Path
) -> None:
    authors = [
        moving.take_in_backup(
            host.fleet, name, backup_of(used_home(host, name), tmp_path / f"{name}.zip")
        )
        for name in ("ann", "bea")
    ]
    for author in authors:
        with host.fleet.shared.store_of(author).transaction() as tx:
            assert [one.id for one in tx.messages.new(9)] == [1, 2, 3]
            new = add(tx, letter(9, body=b"new"), "new@example.org", "new")
            assert new
            assert new.id > 3


def test_who_moves_in_is_paused_and_her_approvals_are_void(host: Host, tmp_path: Path) -> None:
    home = used_home(host, "ann")
    store = own_store(home)
    with store.transaction() as tx:
        (first, second, _) = tx.drafts.in_state(DraftState.PENDING)
        approved = tx.drafts.move(first, first.become(DraftState.APPROVED))
        tx.drafts.move(second, second.become(DraftState.APPROVED))
        assert approved.state is DraftState.APPROVED
    store.close()
    author = moving.take_in_backup(host.fleet, "ann", backup_of(home, tmp_path / "in.zip"))
    assert host.member(author).state is State.PAUSED
    assert {one.state for one in host.drafts(author)} == {DraftState.PENDING}
    assert host.jobs() == []


def test_a_backup_that_cannot_be_taken_in_leaves_no_author(host: Host, tmp_path: Path) -> None:
    home = used_home(host, "ann")
    store = own_store(home)
    with store.transaction() as tx:
        tx.connection.execute(
            text(
                "INSERT INTO event (id, at, actor, verb, detail)"
                " VALUES (200000000, '2026-01-01 00:00:00', 'bot', 'sent', '')"
            )
        )
    store.close()
    with pytest.raises(WrongUse, match="IDs above"):
        moving.take_in_backup(host.fleet, "ann", backup_of(home, tmp_path / "in.zip"))
    assert host.fleet.members() == []


def test_a_backup_takes_no_letters_out_of_the_fleets_database(host: Host, tmp_path: Path) -> None:
    bea = host.author("bea")
    with host.fleet.shared.store_of(bea).transaction() as tx:
        assert add(tx, letter(1, body=b"confidential"), "reader@example.org", "t")
        tx.sessions.begin(Session(key="key", until=host.now + timedelta(days=1), trusted=True))
    own, file = backup_of(used_home(host, "ann"), tmp_path / "own.zip"), tmp_path / "in.zip"
    for query in ("", f"?options=-c%20inbox_bot.author%3D{bea}"):
        theirs = f"{host.fleet.url}{query}".encode()
        with zipfile.ZipFile(own) as hers, zipfile.ZipFile(file, "w") as archive:
            for name in hers.namelist():
                told = hers.read(name)
                archive.writestr(name, told.replace(b"sqlite:///inbox_bot.db", theirs))
        with pytest.raises(WrongUse, match="a store on a server"):
            moving.take_in_backup(host.fleet, "ann", file)
    assert [one.name for one in host.fleet.members()] == ["bea"]
    with host.fleet.shared.store_of(bea).reading() as tx:
        assert tx.connection.execute(text("SELECT count(*) FROM session")).scalar() == 1


def test_an_author_who_is_there_is_not_overwritten(host: Host) -> None:
    host.author("ann")
    with pytest.raises(Conflict, match="already"):
        moving.take_in(host.fleet, "ann", host.directory / "ann")


@pytest.mark.parametrize(
    "name",
    ["../bea/settings.yaml", "faq/../../x", "/etc/passwd", "passwords.json", "faq", "faq/\0"],
)
def test_a_file_lies_in_the_authors_folder_or_nowhere(host: Host, name: str) -> None:
    ann = host.author("ann")
    refused = pytest.raises(WrongUse, match="not a file of an author")
    with refused, connected(host.fleet.url, ann) as connection:
        roster.write_files(connection, ann, {name: b"x"})


def test_no_password_and_no_link_is_taken_in_from_a_directory(host: Host, tmp_path: Path) -> None:
    home = host.home("ann")
    (home / "passwords.json").write_text("{}")
    (home / "faq" / "link.yaml").symlink_to("/etc/passwd")
    assert {name.split("/")[0] for name in moving.files_of(home)} == {
        "settings.yaml",
        "faq",
        "templates",
    }
    assert "faq/link.yaml" not in moving.files_of(home)


@pytest.mark.parametrize(
    ("count", "octets", "said"), [(1, 5_000_000, "larger than"), (11, 3_000_000, "14 files")]
)
def test_more_than_an_author_needs_is_refused_unread(
    tmp_path: Path, count: int, octets: int, said: str
) -> None:
    (tmp_path / "settings.yaml").write_text("x")
    (tmp_path / "faq").mkdir()
    for number in range(count):
        with (tmp_path / "faq" / f"{number}.yaml").open("wb") as sparse:
            sparse.truncate(octets)
    with pytest.raises(WrongUse, match=said.replace("14", str(count + 1))):
        moving.files_of(tmp_path)


def test_what_an_author_left_is_gone_when_she_is_removed(host: Host) -> None:
    ann, bea = host.author("ann"), host.author("bea")
    for name in ("ann", "bea"):
        host.letter(name, "reader@example.org")
    jobs.poll_authors(host.fleet, 0, lambda: host.now, lambda: False)
    moving.remove(host.fleet, ann)
    assert [one.name for one in host.fleet.members()] == ["bea"]
    with psycopg.connect(as_superuser(host.fleet.url)) as everything:
        for (table,) in everything.execute(roster.PARTED).fetchall():
            rows = everything.execute(f"SELECT DISTINCT author_id FROM {table}").fetchall()
            assert set(rows) <= {(bea,)}, table
    assert steps.look(host.fleet, ann, host.now) is None
    with host.fleet.shared.store_of(bea).reading() as tx:
        assert [one.state for one in tx.promises.waiting()] == [PromiseState.OPEN]


def test_replaced_files_take_the_place_of_the_old_ones(host: Host) -> None:
    ann = host.author("ann")
    home = host.directory / "ann"
    (home / "faq" / "general.yaml").rename(home / "faq" / "other.yaml")
    moving.replace_files(host.fleet, ann, home)
    with connected(host.fleet.url, ann) as connection:
        names = [name for name, _ in roster.files(connection) if name.startswith("faq/")]
    assert names == ["faq/other.yaml", "faq/personal.yaml", "faq/urgent.yaml"]


def test_a_handed_out_backup_holds_no_password(host: Host, tmp_path: Path) -> None:
    fleet: Fleet = host.fleet
    moving.hand_out(fleet, host.author("ann"), tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert b"s\xc3\xa9cret" not in content
    assert f"ann@{HERE}".encode() in content
