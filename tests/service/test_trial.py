"""A mailbox is tried before anything is written; what it shows is not asked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from inbox_bot.letters.reading import read
from inbox_bot.mail.greeting import begins_with_tls
from inbox_bot.mail.login import Keys
from inbox_bot.model import Message
from inbox_bot.service.trial import account_for, common_authserv_id, own_name, tls_at, try_reading
from inbox_bot.settings import ImapSettings, SmtpSettings, Tls
from inbox_bot.settings.accounts import ImapAccount
from inbox_bot.settings.home import Answers
from inbox_bot.settings.passwords import Login, Secret
from tests.servers.author import mail_program
from tests.servers.dovecot import Dovecot
from tests.servers.ports import free_ports
from tests.servers.smtp import Receiver

NOW = datetime.now(UTC)


def letter(number: int, domain: str, *fields: str) -> Message:
    lines = [f"From: R <r{number}@{domain}>", f"Message-ID: <{number}@{domain}>", *fields]
    return read(("\r\n".join(lines) + "\r\n\r\nHello").encode())


def signed(server: str) -> str:
    return f"Authentication-Results: {server}; dmarc=pass"


def test_the_servers_name_is_what_nearly_all_letters_carry_on_top() -> None:
    inbox = [letter(n, f"d{n % 4}.example", signed("mx.mine.example")) for n in range(10)]
    assert common_authserv_id(inbox) == "mx.mine.example"
    assert common_authserv_id([*inbox, letter(11, "e.example", signed("forged"))]) == (
        "mx.mine.example"
    )


@pytest.mark.parametrize(
    "inbox",
    [
        [],
        [letter(n, f"d{n}.example", signed("mx.example")) for n in range(4)],
        [letter(n, "one.example", signed("mx.one.example")) for n in range(20)],
        [letter(n, f"d{n}.example", signed(f"mx{n % 2}.example")) for n in range(20)],
        [letter(n, f"d{n}.example") for n in range(20)],
    ],
    ids=["nothing", "too few", "of one sender", "no majority", "unsigned"],
)
def test_a_few_senders_cannot_name_her_server(inbox: list[Message]) -> None:
    assert common_authserv_id(inbox) == ""


def test_a_name_below_the_top_counts_for_nothing() -> None:
    inbox = [
        letter(n, f"d{n}.example", signed("mx.mine.example"), signed("evil.example"))
        for n in range(9)
    ]
    assert common_authserv_id(inbox) == "mx.mine.example"


def test_her_name_is_the_one_she_writes_under() -> None:
    hers = read(b"From: Ann Lee <ann@garden.example>\r\n\r\nHi")
    bare = read(b"From: ann@garden.example\r\n\r\nHi")
    assert own_name([hers], "ann@garden.example") == "Ann Lee"
    assert own_name([bare], "ann@garden.example") == ""
    assert own_name([hers], "steve@garden.example") == ""


def test_the_mailbox_shows_name_and_server(account: ImapAccount, smtp: Receiver) -> None:
    with mail_program(account) as program:
        program.deliver(f"From: Ann Lee <{account.address}>\r\n\r\nHi".encode(), "Sent")
        for number in range(6):
            head = f"From: r@d{number}.example\r\n{signed('mx.mine.example')}\r\n"
            program.deliver(f"{head}Message-ID: <{number}@x>\r\n\r\nHello".encode())
    answers = Answers(
        address=account.address,
        name="?",
        imap=ImapSettings(
            host=account.host, port=account.port, tls=account.tls, username=account.username
        ),
        smtp=SmtpSettings(host="127.0.0.1", port=smtp.port, tls=Tls.NONE),
    )
    opened = account_for(
        answers,
        Login(directory=Path(), address=account.address),
        Keys(imap=Secret(account.password)),
    )
    found = try_reading(opened, NOW)
    opened.mailbox.close()
    assert (found.name, found.authserv_id) == ("Ann Lee", "mx.mine.example")
    assert (found.missing, found.folders) == ((), ())


def test_an_odd_port_is_asked_whether_it_begins_with_tls(dovecot: Dovecot) -> None:
    assert begins_with_tls("localhost", dovecot.tls_port)
    assert not begins_with_tls("localhost", dovecot.port)
    assert tls_at("localhost", dovecot.tls_port, Tls.TLS) is Tls.TLS
    assert tls_at("localhost", dovecot.port, Tls.TLS) is Tls.NONE
    (nobody,) = free_ports(1)
    assert tls_at("localhost", nobody, Tls.TLS) is Tls.TLS


def test_beyond_this_machine_nothing_goes_in_the_clear(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loopback server, under a name that does not say so."""
    monkeypatch.setattr("inbox_bot.service.trial.is_loopback", lambda _: False)
    assert tls_at("localhost", dovecot.port, Tls.TLS) is Tls.STARTTLS


@pytest.mark.parametrize("port", [143, 993, 465, 587])
def test_a_usual_port_is_not_asked(port: int) -> None:
    assert tls_at("imap.nowhere.invalid", port, Tls.TLS) is Tls.TLS
