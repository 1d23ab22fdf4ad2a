"""Mailboxes that change under the bot's hands: nothing is skipped, nothing is doubled."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from inbox_bot.errors import NotFound
from inbox_bot.mail.imap import ImapMailbox
from inbox_bot.model import DraftState, Fetched
from inbox_bot.settings.accounts import ImapAccount
from inbox_bot.steps import forget
from inbox_bot.steps.reconcile import reconcile
from tests.servers.dovecot import Dovecot
from tests.servers.embedded import Embedded
from tests.world import World

QUESTION = "Hi Steve,\n\ndoes trigger point massage hurt?\n\nThanks,\nAnn"


@pytest.fixture
def home(dovecot: Dovecot, account: ImapAccount) -> Path:
    """Where the server keeps the account's letters."""
    return dovecot.base / "home" / account.username / "Maildir"


def letters_from(world: World, *names: str) -> None:
    for name in names:
        world.letter(QUESTION, From=f"{name}@example.org")


def drafted(world: World) -> list[str]:
    """For whom a draft waits; a doubled one is there twice."""
    return sorted(one.to[0].email.partition("@")[0] for one in world.drafts(DraftState.PENDING))


def watch_folders(world: World, *folders: str) -> None:
    bot = world.bot
    world.use(replace(bot, accounts=(replace(bot.accounts[0], folders=folders),)))


def make_anew(client: IMAPClient, folder: str, letters: Sequence[bytes]) -> None:
    client.delete_folder(folder)
    client.create_folder(folder)
    for letter in letters:
        client.append(folder, letter)


def test_an_inbox_whose_uids_all_changed_brings_only_what_is_new(world: World, home: Path) -> None:
    letters_from(world, "ann", "bob")
    world.poll()
    with world.client() as client:
        before = client.folder_status("INBOX")[b"UIDVALIDITY"]
    (home / "dovecot-uidlist").unlink()
    for index in home.glob("dovecot.index*"):
        index.unlink()
    letters_from(world, "cleo")
    with world.client() as client:
        assert client.folder_status("INBOX")[b"UIDVALIDITY"] != before
    world.poll()  # the server may be unwell on the connection that knew the old UIDs
    world.poll()
    assert drafted(world) == ["ann", "bob", "cleo"]


def test_a_server_that_went_back_to_an_old_backup_and_gives_uids_twice(
    world: World, home: Path
) -> None:
    """UIDVALIDITY stays, against all rules, and new letters get the UIDs of lost ones."""
    letters_from(world, "ann")
    backup = home.with_name("backup")
    shutil.copytree(home, backup)
    letters_from(world, "bob", "cleo", "dora")
    world.poll()
    world.close()
    shutil.rmtree(home)
    shutil.copytree(backup, home)
    _give_to_server(home)
    letters_from(world, "eve")
    world.poll()
    assert drafted(world) == ["ann", "bob", "cleo", "dora", "eve"]
    assert reconcile(world.bot, world.now).missed == 0


@pytest.mark.parametrize("message_id", ["<bob@example.org>", ""])
def test_a_letter_at_the_uid_of_a_forgotten_one_is_taken_in(
    world: World, home: Path, message_id: str
) -> None:
    """The forgotten one itself is not, where the server gives it another UID, with or without a
    Message-ID of its own."""
    letters_from(world, "ann")
    backup = home.with_name("backup")
    shutil.copytree(home, backup)
    bobs = QUESTION.replace("Ann", "Bob").replace("\n", "\r\n")
    named = f"Message-ID: {message_id}\r\n" if message_id else ""
    raw = f"From: bob@example.org\r\nTo: {world.imap.address}\r\n{named}\r\n{bobs}".encode()
    world.raw_letter(raw)
    letters_from(world, "cleo", "dora")
    world.poll()
    forget.forget(world.bot, "bob@example.org")
    world.close()
    shutil.rmtree(home)
    shutil.copytree(backup, home)
    _give_to_server(home)
    letters_from(world, "eve")
    world.raw_letter(raw)
    world.poll()
    assert drafted(world) == ["ann", "cleo", "dora", "eve"]
    assert reconcile(world.bot, world.now).missed == 0


def _give_to_server(home: Path) -> None:
    owner = home.parent.stat()
    for path in (home, *home.rglob("*")):
        shutil.chown(path, owner.st_uid, owner.st_gid)


def test_a_folder_made_anew_with_the_same_letters_and_one_more(world: World) -> None:
    with world.client() as client:
        client.create_folder("Readers")
    watch_folders(world, "INBOX", "Readers")
    world.lay_in("Readers", QUESTION, From="ann@example.org")
    world.poll()
    old = world.folder("Readers")
    new = old[0].replace(b"ann@", b"bob@").replace(b"Message-ID: <", b"Message-ID: <another")
    with world.client() as client:
        make_anew(client, "Readers", [new, *old])
    world.poll()
    assert drafted(world) == ["ann", "bob"]


def test_a_folder_that_vanished_keeps_no_other_from_being_read_and_may_come_back(
    world: World,
) -> None:
    with world.client() as client:
        client.create_folder("Readers")
    watch_folders(world, "Readers", "INBOX")
    world.lay_in("Readers", QUESTION, From="ann@example.org")
    world.poll()
    (old,) = world.folder("Readers")
    with world.client() as client:
        client.delete_folder("Readers")
    letters_from(world, "bob")
    assert "Readers" in world.poll().unreachable[0]
    assert drafted(world) == ["ann", "bob"]
    with world.client() as client:
        client.create_folder("Readers")
        client.append("Readers", old)
    world.lay_in("Readers", QUESTION, From="cleo@example.org")
    assert world.poll().unreachable == ()
    assert drafted(world) == ["ann", "bob", "cleo"]


def test_a_sent_folder_under_a_new_name_is_found_once_the_old_one_is_missed(
    embedded: Embedded, new_name: Callable[[], str]
) -> None:
    account = embedded.account(new_name())
    mailbox = ImapMailbox(account)
    assert mailbox.special_folders().sent == "Sent"
    with IMAPClient(account.host, account.port, ssl=False) as client:
        client.login(account.username, account.password)
        client.rename_folder("Sent", "Sent Items")
    with pytest.raises(NotFound):
        mailbox.state("Sent")
    assert mailbox.special_folders().sent == "Sent Items"
    mailbox.close()


def test_sent_read_anew_keeps_no_promise_that_was_opened_since(world: World) -> None:
    first = world.letter(QUESTION)
    world.poll()
    world.later(hours=1)
    world.by_hand("It does not.", In_Reply_To=f"<{first}>")
    world.poll()
    world.later(days=1)
    world.letter(
        "And does it hurt the day after?", In_Reply_To=f"<{first}>", Subject="Re: Your article"
    )
    world.poll()
    assert len(world.waiting()) == 1
    with world.client() as client:
        make_anew(client, "Sent", world.folder("Sent"))
    world.poll()
    assert len(world.waiting()) == 1


def test_a_letter_expunged_between_search_and_fetch_takes_no_neighbour_along(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters_from(world, "ann", "bob", "cleo")
    _meddle(monkeypatch, "headers", lambda: _expunge(world, "bob"))
    world.poll()
    world.poll()
    assert drafted(world) == ["ann", "cleo"]


def test_a_letter_moved_between_header_and_body_is_found_where_it_went(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.client() as client:
        client.create_folder("Readers")
    letters_from(world, "ann", "bob", "cleo")
    _meddle(monkeypatch, "letters", lambda: _move(world, "bob", "INBOX", "Readers"))
    world.poll()
    assert {"ann", "cleo"} <= set(drafted(world))
    reconcile(world.bot, world.now)
    assert drafted(world) == ["ann", "bob", "cleo"]


def _meddle(monkeypatch: pytest.MonkeyPatch, name: str, step: Callable[[], None]) -> None:
    """The author does something right before the bot's next question of INBOX."""
    original = getattr(ImapMailbox, name)

    def meddled(mailbox: ImapMailbox, folder: str, uids: Sequence[int]) -> Iterator[Fetched]:
        if folder == "INBOX":
            monkeypatch.setattr(ImapMailbox, name, original)
            step()
        found: Iterator[Fetched] = original(mailbox, folder, uids)
        return found

    monkeypatch.setattr(ImapMailbox, name, meddled)


def _expunge(world: World, name: str) -> None:
    with world.client() as client:
        client.select_folder("INBOX")
        client.delete_messages(client.search(["FROM", f"{name}@"]))
        client.expunge()


def _move(world: World, name: str, here: str, there: str) -> None:
    with world.client() as client:
        client.select_folder(here)
        client.move(client.search(["FROM", f"{name}@"]), there)


def test_a_letter_moved_away_and_back_is_one_letter(world: World) -> None:
    with world.client() as client:
        client.create_folder("Readers")
    letters_from(world, "ann")
    world.poll()
    for here, there in (("INBOX", "Readers"), ("Readers", "INBOX")):
        _move(world, "ann", here, there)
        world.poll()
        reconcile(world.bot, world.now)
    assert drafted(world) == ["ann"]
    assert len(world.waiting()) == 1


def test_two_clients_that_move_and_delete_while_the_bot_polls(world: World) -> None:
    """Another program shuffles letters all the while; in the end each is there once."""
    with world.client() as client:
        client.create_folder("Readers")
    watch_folders(world, "INBOX", "Readers")
    names = [f"reader{number}" for number in range(12)]
    stop = threading.Event()
    hands = [
        threading.Thread(target=_shuffle, args=(world, stop, *way))
        for way in (("INBOX", "Readers"), ("Readers", "INBOX"))
    ]
    for hand in hands:
        hand.start()
    for name in names:
        letters_from(world, name)
        world.poll()
    stop.set()
    for hand in hands:
        hand.join()
    world.poll()
    reconcile(world.bot, world.now)
    assert drafted(world) == sorted(names)


def _shuffle(world: World, stop: threading.Event, here: str, there: str) -> None:
    with world.client() as client:
        while not stop.wait(0.01):
            with suppress(IMAPClientError):
                client.select_folder(here)
                found = client.search(["ALL"])[-2:]
                if found:
                    client.move(found, there)
