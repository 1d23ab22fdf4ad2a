"""The demo's servers, tested with the bot's own clients."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from inbox_bot import settings
from inbox_bot.cli.demo_world import ADDRESS, DemoWorld
from inbox_bot.settings.passwords import Login, Server, find

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> Iterator[DemoWorld]:
    with DemoWorld(now=NOW) as opened:
        yield opened


@pytest.fixture
def imap(world: DemoWorld) -> Iterator[IMAPClient]:
    with IMAPClient("127.0.0.1", world.imap_port, ssl=False, timeout=10) as client:
        client.login(ADDRESS, world.password.reveal())
        yield client


def test_the_letters_lie_in_inbox_and_sent(world: DemoWorld, imap: IMAPClient) -> None:
    names = {name for _, _, name in imap.list_folders()}
    assert names == {"INBOX", "Drafts", "Sent", "Trash"}
    for folder in ("INBOX", "Sent"):
        expected = [letter for letter in world.letters if letter.folder == folder]
        assert imap.select_folder(folder, readonly=True)[b"EXISTS"] == len(expected)


def test_a_letter_arrives_byte_for_byte_and_dated(world: DemoWorld, imap: IMAPClient) -> None:
    imap.select_folder("INBOX", readonly=True)
    uids = sorted(imap.search())
    fetched = imap.fetch(uids, ["BODY.PEEK[]", "INTERNALDATE", "FLAGS"])
    inbox = [letter for letter in world.letters if letter.folder == "INBOX"]
    for uid, letter in zip(uids, inbox, strict=True):
        assert fetched[uid][b"BODY[]"] == letter.raw(NOW)
        arrived = fetched[uid][b"INTERNALDATE"].replace(tzinfo=None).astimezone(UTC)
        assert arrived == letter.arrived(NOW)
        assert set(letter.flags) == {flag.decode() for flag in fetched[uid][b"FLAGS"]}


def test_each_letter_is_a_whole_one_of_the_last_days(world: DemoWorld) -> None:
    ids = set()
    for letter in world.letters:
        message = message_from_bytes(letter.raw(NOW))
        assert timedelta(0) < NOW - letter.arrived(NOW) < timedelta(days=14)
        assert b"\n" not in letter.raw(NOW).replace(b"\r\n", b"")
        assert message["From"]
        assert message["Date"]
        assert b"{" not in message.as_bytes().replace(b"p.MsoNormal {", b"")
        ids.add(message["Message-ID"])
    assert len(ids) == len(world.letters)


def test_a_wrong_password_opens_neither_server(world: DemoWorld) -> None:
    with (
        IMAPClient("127.0.0.1", world.imap_port, ssl=False, timeout=10) as client,
        pytest.raises(LoginError),
    ):
        client.login(ADDRESS, "wrong")
    with smtplib.SMTP("127.0.0.1", world.smtp_port, timeout=10) as smtp:
        with pytest.raises(smtplib.SMTPAuthenticationError):
            smtp.login(ADDRESS, "wrong")
        with pytest.raises(smtplib.SMTPDataError):
            smtp.sendmail(ADDRESS, ["linda@mailbox.example"], b"\r\n")


def test_a_reply_is_kept_as_it_arrived(world: DemoWorld) -> None:
    raw = b"Subject: =?utf-8?q?gr=C3=BC=C3=9Fe?=\r\n\r\n.dots\r\n..and more\r\n"
    before = len(world.received)
    with smtplib.SMTP("127.0.0.1", world.smtp_port, timeout=10) as smtp:
        smtp.login(ADDRESS, world.password.reveal())
        smtp.sendmail(ADDRESS, ["linda@mailbox.example"], raw)
    assert world.received[before:] == [raw]


def test_a_new_letter_is_announced_while_one_waits(world: DemoWorld, imap: IMAPClient) -> None:
    imap.select_folder("INBOX")
    before = world.count("INBOX")
    imap.idle()
    world.deliver(b"Subject: one more\r\n\r\nHello?\r\n", NOW)
    seen = imap.idle_check(timeout=10)
    imap.idle_done()
    assert (before + 1, b"EXISTS") in seen
    imap.delete_messages([max(imap.search())])
    imap.expunge()


def test_a_draft_can_be_filed_found_and_withdrawn(imap: IMAPClient) -> None:
    imap.append("Drafts", b"Message-ID: <d1@demo.example>\r\n\r\nHi\r\n", ["\\Draft"], NOW)
    imap.select_folder("Drafts")
    uids = imap.search(["HEADER", "Message-ID", "<d1@demo.example>"])
    assert len(uids) == 1
    imap.delete_messages(uids)
    imap.uid_expunge(uids)
    assert imap.search() == []


def test_the_author_directory_is_ready_to_use(world: DemoWorld) -> None:
    found = settings.load(world.directory)
    assert found.mailboxes[0].imap.port == world.imap_port
    assert found.mailboxes[0].smtp.port == world.smtp_port
    assert list(found.faq.glob("*.yaml"))
    login = Login(directory=world.directory, address=ADDRESS)
    assert find(login, Server.SMTP, {}).reveal() == world.password.reveal()


def test_worlds_do_not_disturb_each_other_and_leave_nothing() -> None:
    with DemoWorld(now=NOW) as one, DemoWorld(now=NOW) as other:
        assert one.imap_port != other.imap_port
        one.deliver(b"\r\n", NOW)
        assert one.count("INBOX") == other.count("INBOX") + 1
    assert not one.directory.exists()
    with pytest.raises(OSError, match="refused"):
        IMAPClient("127.0.0.1", one.imap_port, ssl=False, timeout=5)
