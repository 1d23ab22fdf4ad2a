"""A reply leaves once, for all its recipients, and what is not known is called uncertain."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox_bot.errors import (
    InboxBotError,
    LoginRefused,
    SendLater,
    SendRefused,
    SendUncertain,
    SettingsError,
)
from inbox_bot.mail.smtp import SmtpOutbox
from inbox_bot.settings.accounts import SmtpAccount, Tls, tls_context
from tests.faults import Proxy
from tests.servers.certificates import Certificate, issue
from tests.servers.ports import free_ports
from tests.servers.smtp import Receiver

READER = "reader@example.test"
AUTHOR = "author@example.test"
REPLY = (
    b"From: author@example.test\r\nTo: reader@example.test\r\nSubject: Re: chairs\r\n\r\nHello.\r\n"
)


def test_a_reply_arrives_as_it_was_written(smtp: Receiver) -> None:
    SmtpOutbox(smtp.account()).send(REPLY, AUTHOR, [READER])
    assert [(taken.sender, taken.recipients, taken.raw) for taken in smtp.taken] == [
        (AUTHOR, (READER,), REPLY)
    ]


def test_a_recipient_named_twice_gets_one_copy(smtp: Receiver) -> None:
    SmtpOutbox(smtp.account()).send(REPLY, AUTHOR, [READER, READER])
    assert smtp.taken[0].recipients == (READER,)


@pytest.mark.parametrize("tls", [Tls.TLS, Tls.STARTTLS])
def test_a_reply_travels_encrypted(tls: Tls, certificate: Certificate) -> None:
    receiver = Receiver(tls, certificate)
    try:
        SmtpOutbox(receiver.account()).send(REPLY, AUTHOR, [READER])
        assert len(receiver.taken) == 1
    finally:
        receiver.close()


@pytest.mark.parametrize("tls", [Tls.TLS, Tls.STARTTLS])
def test_a_server_with_a_strangers_certificate_gets_no_password(
    tls: Tls, certificate: Certificate
) -> None:
    receiver = Receiver(tls, certificate)
    try:
        with pytest.raises(SendLater, match="can't verify its certificate"):
            SmtpOutbox(receiver.account(ca_file="")).check()
    finally:
        receiver.close()


def test_a_certificate_for_another_host_is_refused(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    elsewhere = issue(tmp_path_factory.mktemp("elsewhere"), "elsewhere.example")
    receiver = Receiver(Tls.TLS, elsewhere)
    try:
        with pytest.raises(SendLater, match="can't verify its certificate"):
            SmtpOutbox(receiver.account()).check()
    finally:
        receiver.close()


def test_a_server_without_starttls_gets_no_password(smtp: Receiver) -> None:
    with pytest.raises(SendLater, match="STARTTLS"):
        SmtpOutbox(smtp.account(tls=Tls.STARTTLS)).send(REPLY, AUTHOR, [READER])
    assert not smtp.taken


def test_an_open_wire_is_for_loopback_alone() -> None:
    with pytest.raises(SettingsError, match="tls: none"):
        SmtpAccount(address=AUTHOR, host="smtp.example.com", port=25, tls=Tls.NONE)


def test_a_wrong_password_is_told_as_such(smtp: Receiver) -> None:
    with pytest.raises(LoginRefused, match="password for author"):
        SmtpOutbox(smtp.account(password="wrong")).check()


def test_a_password_that_was_refused_is_not_tried_again_at_once(smtp: Receiver) -> None:
    with Proxy(smtp.port) as proxy:
        outbox = SmtpOutbox(smtp.account(port=proxy.port, password="wrong"))
        for _ in range(3):
            with pytest.raises(LoginRefused, match="refuses the password"):
                outbox.send(REPLY, AUTHOR, [READER])
        assert proxy.connections == 1


def test_a_right_password_passes_the_check_and_sends_nothing(smtp: Receiver) -> None:
    SmtpOutbox(smtp.account()).check()
    assert not smtp.taken


def test_a_password_is_never_shown() -> None:
    account = SmtpAccount(
        address=AUTHOR, host="localhost", port=25, tls=Tls.NONE, password="topsecret"
    )
    assert "topsecret" not in repr(account)


@pytest.mark.parametrize(
    ("stage", "answer", "error"),
    [
        ("MAIL", "451 later", SendLater),
        ("MAIL", "550 never", SendRefused),
        ("RCPT", "450 greylisted", SendLater),
        ("RCPT", "550 no such reader", SendRefused),
        ("RCPT", "421 closing", SendLater),
        ("DATA", "451 later", SendLater),
        ("DATA", "554 no", SendRefused),
        ("ANSWER", "452 full", SendLater),
        ("ANSWER", "554 spam", SendRefused),
        ("ANSWER", "354 what", SendUncertain),
    ],
)
def test_each_answer_of_the_server_has_its_meaning(
    smtp: Receiver, stage: str, answer: str, error: type[InboxBotError]
) -> None:
    smtp.say({stage: answer})
    with pytest.raises(error):
        SmtpOutbox(smtp.account()).send(REPLY, AUTHOR, [READER])
    assert not smtp.taken


def test_one_recipient_refused_is_all_refused(smtp: Receiver) -> None:
    smtp.say({"RCPT gone@example.test": "550 no such reader"})
    with pytest.raises(SendRefused, match="no such reader"):
        SmtpOutbox(smtp.account()).send(REPLY, AUTHOR, [READER, "gone@example.test"])
    assert not smtp.taken


def test_a_refusal_for_good_outweighs_one_for_now(smtp: Receiver) -> None:
    smtp.say({"RCPT gone@example.test": "550 gone", f"RCPT {READER}": "450 greylisted"})
    with pytest.raises(SendRefused):
        SmtpOutbox(smtp.account()).send(REPLY, AUTHOR, ["gone@example.test", READER])


def test_a_server_that_is_down_is_tried_later() -> None:
    (port,) = free_ports(1)
    account = SmtpAccount(address=AUTHOR, host="127.0.0.1", port=port, tls=Tls.NONE, timeout=2)
    with pytest.raises(SendLater, match="can't reach"):
        SmtpOutbox(account).send(REPLY, AUTHOR, [READER])


@pytest.mark.parametrize(
    "end", [b"\n.\n", b"\r.\r", b"\r\n.\r\n", b"\n.\r\n", b"\r\n.\n", b"\r\n.\r"]
)
def test_no_text_ends_the_data_early(smtp: Receiver, end: bytes) -> None:
    smuggled = b"MAIL FROM:<x@example.test>\r\n"
    SmtpOutbox(smtp.account()).send(REPLY + end + smuggled, AUTHOR, [READER])
    (taken,) = smtp.taken
    assert taken.raw == REPLY + b"\r\n.\r\n" + smuggled


@pytest.mark.parametrize(
    "address",
    ["reader@example.test\r\nDATA", "a b@example.test", "x@y> SIZE=1", "", "a\u2028@example.test"],
)
def test_an_address_cannot_break_out_of_its_command(smtp: Receiver, address: str) -> None:
    with pytest.raises(SendRefused):
        SmtpOutbox(smtp.account()).send(REPLY, AUTHOR, [address])
    assert not smtp.taken


def test_nobody_to_send_to_is_refused(smtp: Receiver) -> None:
    with pytest.raises(SendRefused, match="no recipient"):
        SmtpOutbox(smtp.account()).send(REPLY, AUTHOR, [])


def test_smtputf8_is_asked_for_only_when_an_address_needs_it(smtp: Receiver) -> None:
    outbox = SmtpOutbox(smtp.account())
    outbox.send(REPLY, AUTHOR, [READER])
    outbox.send(REPLY, AUTHOR, ["jörg@example.test"])
    assert ["SMTPUTF8" in taken.options for taken in smtp.taken] == [False, True]
    assert smtp.taken[1].recipients == ("jörg@example.test",)


@pytest.fixture
def proxy(smtp: Receiver) -> Iterator[Proxy]:
    """Counts the connections to the receiver."""
    with Proxy(smtp.port) as running:
        yield running


@pytest.fixture
def kept(smtp: Receiver, proxy: Proxy) -> SmtpOutbox:
    """One that has sent a reply, and keeps its connection."""
    outbox = SmtpOutbox(smtp.account(port=proxy.port))
    outbox.send(REPLY, AUTHOR, [READER])
    return outbox


def test_the_replies_of_one_round_leave_over_one_connection(
    smtp: Receiver, proxy: Proxy, kept: SmtpOutbox
) -> None:
    for _ in range(2):
        kept.send(REPLY, AUTHOR, [READER])
    assert proxy.connections == 1
    kept.leave()
    kept.leave()
    kept.send(REPLY, AUTHOR, [READER])
    assert proxy.connections == 2
    assert len(smtp.taken) == 4


def test_a_connection_that_ended_meanwhile_costs_no_reply(
    smtp: Receiver, proxy: Proxy, kept: SmtpOutbox
) -> None:
    proxy.cut_all()
    kept.send(REPLY, AUTHOR, ["second@example.test"])
    assert proxy.connections == 2
    assert [taken.recipients for taken in smtp.taken] == [(READER,), ("second@example.test",)]


def test_a_server_that_has_had_enough_of_a_connection_gets_a_new_one(
    smtp: Receiver, proxy: Proxy, kept: SmtpOutbox
) -> None:
    smtp.say({"MAIL": "421 enough for now"})
    with pytest.raises(SendLater, match="421 enough"):
        kept.send(REPLY, AUTHOR, [READER])
    assert proxy.connections == 2
    smtp.say({})
    kept.send(REPLY, AUTHOR, [READER])
    assert proxy.connections == 3
    assert len(smtp.taken) == 2


def test_a_reader_who_is_refused_is_offered_once(
    smtp: Receiver, proxy: Proxy, kept: SmtpOutbox
) -> None:
    smtp.say({"RCPT": "550 no such reader"})
    with pytest.raises(SendRefused, match="550 no such"):
        kept.send(REPLY, AUTHOR, [READER])
    assert proxy.connections == 1


def test_letters_beyond_ascii_keep_their_bytes(smtp: Receiver) -> None:
    reply = REPLY + "Grüße\r\n".encode()
    SmtpOutbox(smtp.account()).send(reply, AUTHOR, [READER])
    assert smtp.taken[0].raw == reply


def test_connections_that_trust_the_same_authorities_share_a_context_until_the_file_changes(
    certificate: Certificate, tmp_path: Path
) -> None:
    authorities = tmp_path / "authorities.pem"
    authorities.write_bytes(certificate.authority.read_bytes())
    first = tls_context(str(authorities))
    assert tls_context(str(authorities)) is first
    assert tls_context("") is tls_context("")
    assert tls_context("") is not first
    assert (first.verify_mode, first.check_hostname) == (ssl.CERT_REQUIRED, True)
    other = issue(tmp_path, "other")
    authorities.write_bytes(other.authority.read_bytes() + b"\n")
    second = tls_context(str(authorities))
    assert second is not first
    assert second.get_ca_certs() != first.get_ca_certs()
    authorities.write_text("no certificate")
    with pytest.raises(SettingsError, match="PEM"):
        tls_context(str(authorities))
