"""Cuts, stalls and refusals between bot and servers: nothing doubled, and the next poll heals."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from inbox_bot.errors import (
    LoginRefused,
    MailboxUnavailable,
    SendLater,
    SendUncertain,
)
from inbox_bot.mail.imap import ImapMailbox
from inbox_bot.mail.smtp import SmtpOutbox
from inbox_bot.settings.accounts import ImapAccount
from tests.faults import Fault, How, Proxy, Way
from tests.servers.author import mail_program
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import Receiver

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
ID = "one@example.test"
DRAFT = f"To: reader@example.test\r\nMessage-ID: <{ID}>\r\n\r\n{'Hello. ' * 20}\r\n".encode()


@pytest.fixture(params=["dovecot", "poor_dovecot"])
def account(request: pytest.FixtureRequest, new_name: Callable[[], str]) -> ImapAccount:
    server: Dovecot = request.getfixturevalue(request.param)
    return server.account(new_name())


@pytest.fixture
def proxy(account: ImapAccount) -> Iterator[Proxy]:
    with Proxy(account.port) as opened:
        yield opened


@pytest.fixture
def mailbox(account: ImapAccount, proxy: Proxy) -> Iterator[ImapMailbox]:
    """The mailbox, reached through the proxy."""
    opened = ImapMailbox(replace(account, port=proxy.port))
    yield opened
    opened.close()


@pytest.fixture
def impatient(account: ImapAccount, proxy: Proxy) -> Iterator[ImapMailbox]:
    """The same with a short time-out, for a server that says nothing more."""
    opened = ImapMailbox(replace(account, port=proxy.port, timeout=1.0))
    yield opened
    opened.close()


def drafts_in(account: ImapAccount) -> int:
    mailbox = ImapMailbox(replace(account, timeout=10))
    folder = mailbox.special_folders().drafts
    assert folder is not None
    count = len(mailbox.uids(folder, 0, None))
    mailbox.close()
    return count


# --- the mailbox -----------------------------------------------------------------------------


def test_one_byte_at_a_time_is_still_a_mailbox(mailbox: ImapMailbox, proxy: Proxy) -> None:
    proxy.chunk = 1
    place = mailbox.file_draft(DRAFT, ID, NOW)
    assert [letter.raw for letter in mailbox.letters(place.folder, [place.uid])] == [DRAFT]


@pytest.mark.parametrize("how", [How.RESET, How.CLOSE])
@pytest.mark.parametrize("way", [Way.UP, Way.DOWN])
def test_a_connection_cut_anywhere_leaves_each_draft_once(
    account: ImapAccount, proxy: Proxy, way: Way, how: How
) -> None:
    _visit(account, proxy.port, draft_id="first@example.test")
    points = range(0, proxy.passed[way] + 64, 64)
    for after in points:
        draft_id = f"cut{after}@example.test"
        proxy.fault = Fault(way=way, how=how, after=after)
        with suppress(MailboxUnavailable):
            _visit(account, proxy.port, draft_id)
        proxy.fault = None
        _visit(account, proxy.port, draft_id)
    assert len(points) > 8
    assert drafts_in(account) == 1 + len(points)


def _visit(account: ImapAccount, port: int, draft_id: str) -> None:
    mailbox = ImapMailbox(replace(account, port=port))
    raw = DRAFT.replace(ID.encode(), draft_id.encode())
    try:
        place = mailbox.file_draft(raw, draft_id, NOW)
        assert [letter.raw for letter in mailbox.letters(place.folder, [place.uid])] == [raw]
    finally:
        mailbox.close()


@pytest.mark.parametrize("how", list(How))
def test_a_draft_whose_answer_was_lost_is_not_filed_again(
    account: ImapAccount, impatient: ImapMailbox, mailbox: ImapMailbox, proxy: Proxy, how: How
) -> None:
    proxy.fault = Fault(way=Way.DOWN, how=how, at=b"Append completed")
    with suppress(MailboxUnavailable):  # or it looks again by itself
        impatient.file_draft(DRAFT, ID, NOW)
    proxy.fault = None
    place = mailbox.file_draft(DRAFT, ID, NOW)
    assert drafts_in(account) == 1
    assert [letter.raw for letter in mailbox.letters(place.folder, [place.uid])] == [DRAFT]


@pytest.mark.parametrize(
    "command",
    "CAPABILITY STATUS EXAMINE SELECT NOOP LIST SEARCH FETCH APPEND".split(),
)
@pytest.mark.parametrize("answer", ["* BYE shutting down", "%t NO [UNAVAILABLE] busy"])
def test_a_server_that_breaks_off_at_a_command_is_asked_again(
    account: ImapAccount, mailbox: ImapMailbox, proxy: Proxy, command: str, answer: str
) -> None:
    with mail_program(account) as program:
        program.deliver(DRAFT)
    proxy.answers = {command: answer}
    with pytest.raises(MailboxUnavailable):
        _poll(mailbox)
    proxy.answers = {}
    _poll(mailbox)
    assert drafts_in(account) == 1


def _poll(mailbox: ImapMailbox) -> None:
    mailbox.state("INBOX")
    assert len(list(mailbox.letters("INBOX", mailbox.uids("INBOX", 0, None)))) == 1
    mailbox.file_draft(DRAFT, ID, NOW)


def test_a_full_mailbox_says_so(mailbox: ImapMailbox, proxy: Proxy) -> None:
    proxy.answers = {"APPEND": "%t NO [OVERQUOTA] Quota exceeded"}
    with pytest.raises(MailboxUnavailable, match="OVERQUOTA"):
        mailbox.file_draft(DRAFT, ID, NOW)
    assert mailbox.state("INBOX").messages == 0


@pytest.mark.parametrize("answer", ["* BYE too many connections", "%t NO [UNAVAILABLE] busy"])
def test_a_server_too_busy_to_log_in_is_not_a_wrong_password(
    mailbox: ImapMailbox, proxy: Proxy, answer: str
) -> None:
    proxy.answers = {"LOGIN": answer, "AUTHENTICATE": answer}
    with pytest.raises(MailboxUnavailable):
        mailbox.state("INBOX")
    proxy.answers = {"LOGIN": "%t NO no such user", "AUTHENTICATE": "%t NO no such user"}
    with pytest.raises(LoginRefused):
        mailbox.state("INBOX")


@pytest.mark.parametrize("after", [0, 300])
def test_a_server_that_falls_silent_is_given_up(
    impatient: ImapMailbox, proxy: Proxy, after: int
) -> None:
    proxy.fault = Fault(way=Way.DOWN, how=How.SILENCE, after=after)
    with pytest.raises(MailboxUnavailable):
        impatient.state("INBOX")
    proxy.fault = None
    assert impatient.state("INBOX").messages == 0


@pytest.mark.parametrize("asked_before", [False, True])
def test_a_server_that_dribbles_is_given_up_though_each_byte_comes_in_time(
    account: ImapAccount, proxy: Proxy, asked_before: bool
) -> None:
    """A byte each tenth of a second takes minutes for one answer; half a second is a time-out."""
    mailbox = ImapMailbox(replace(account, port=proxy.port, timeout=0.5))
    if asked_before:
        mailbox.state("INBOX")
    proxy.chunk, proxy.pause = 1, 0.1
    with pytest.raises(MailboxUnavailable):
        mailbox.state("INBOX")
    proxy.chunk, proxy.pause = 65536, 0.0
    assert mailbox.state("INBOX").messages == 0
    mailbox.close()


def test_a_slow_line_may_take_its_time_for_a_long_letter(
    account: ImapAccount, proxy: Proxy
) -> None:
    with mail_program(account) as program:
        program.deliver(DRAFT + b"Hello. \r\n" * 1500)
    mailbox = ImapMailbox(replace(account, port=proxy.port, timeout=0.3))
    proxy.chunk, proxy.pause = 2048, 0.1
    (letter,) = mailbox.letters("INBOX", mailbox.uids("INBOX", 0, None))
    assert letter.size == len(letter.raw) > 12_000
    mailbox.close()


def test_a_kept_connection_that_died_is_opened_anew(mailbox: ImapMailbox, proxy: Proxy) -> None:
    mailbox.state("INBOX")
    proxy.cut_all()
    assert mailbox.state("INBOX").messages == 0
    assert proxy.connections == 2


@pytest.mark.parametrize("uidnext", ["7", "NIL"])
def test_a_number_that_the_server_does_not_know_is_none(
    mailbox: ImapMailbox, proxy: Proxy, uidnext: str
) -> None:
    status = f"(MESSAGES 3 UIDNEXT {uidnext} UIDVALIDITY 1 HIGHESTMODSEQ NIL)"
    proxy.answers = {"STATUS": f"* STATUS INBOX {status}\r\n%t OK done"}
    state = mailbox.state("INBOX")
    assert (state.messages, state.modseq) == (3, 0)
    assert state.uidnext == (7 if uidnext == "7" else 0)


# --- waiting ---------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [How.RESET, How.CLOSE])
def test_a_server_that_hangs_up_on_idle_is_not_asked_without_end(
    mailbox: ImapMailbox, proxy: Proxy, how: How
) -> None:
    proxy.fault = Fault(way=Way.DOWN, how=how, at=b"+ idling", delivered=True)
    waits = 0
    stop = threading.Event()

    def wait() -> None:
        nonlocal waits
        while not stop.is_set():
            mailbox.wait(600)
            waits += 1

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.7)
    stop.set()
    mailbox.wake()
    thread.join(10)
    assert not thread.is_alive()
    assert waits == 1
    assert proxy.connections == 1


def test_idle_that_was_cut_is_begun_anew(
    account: ImapAccount, mailbox: ImapMailbox, proxy: Proxy
) -> None:
    assert not mailbox.wait(0.05)
    proxy.cut_all()
    assert mailbox.wait(0.05)
    assert not mailbox.wait(0.05)
    with mail_program(account) as program:
        program.deliver(DRAFT)
    assert mailbox.wait(20)


# --- a server that wants to know who comes --------------------------------------------------


def test_a_server_that_opens_folders_only_to_programs_with_a_name_is_told_it(
    dovecot: Dovecot, new_name: Callable[[], str]
) -> None:
    account = dovecot.account(new_name())
    with Proxy(account.port) as proxy:
        proxy.wants_id = True
        mailbox = ImapMailbox(replace(account, port=proxy.port))
        for _ in range(3):
            _look(mailbox)
            assert not mailbox.wait(0.05)
        mailbox.close()
        assert proxy.commands.count("ID") == proxy.connections == 2  # one waits for news


def test_a_server_that_refuses_the_name_is_used_all_the_same(
    mailbox: ImapMailbox, proxy: Proxy
) -> None:
    proxy.answers = {"ID": "%t BAD what do I care"}
    assert mailbox.state("INBOX").messages == 0
    assert proxy.connections == 1


# --- what a poll costs -----------------------------------------------------------------------


def test_a_poll_with_nothing_new_costs_the_same_in_a_small_and_a_large_mailbox(
    account: ImapAccount, mailbox: ImapMailbox, proxy: Proxy
) -> None:
    costs = []
    with mail_program(account) as program:
        for letters in (10, 80):
            for _ in range(letters):
                program.deliver(DRAFT)
            _look(mailbox)
            proxy.forget()
            _look(mailbox)
            costs.append((len(proxy.commands), sum(proxy.passed.values())))
    (commands, small), (same, large) = costs
    assert commands == same <= 5
    assert abs(small - large) < 10
    assert large <= 2_000


def _look(mailbox: ImapMailbox) -> None:
    special = mailbox.special_folders()
    for folder in ("INBOX", special.drafts, special.sent):
        assert folder is not None
        mailbox.state(folder)


# --- the outbox ------------------------------------------------------------------------------


def test_a_reply_cut_after_its_last_dot_is_uncertain(smtp: Receiver) -> None:
    with Proxy(smtp.port) as proxy:
        proxy.fault = Fault(way=Way.UP, at=b"\r\n.\r\n", delivered=True)
        with pytest.raises(SendUncertain, match="check your Sent folder"):
            SmtpOutbox(smtp.account(port=proxy.port)).send(DRAFT, "a@b.example", ["c@d.example"])


def test_a_reply_whose_answer_never_comes_is_uncertain(smtp: Receiver) -> None:
    with Proxy(smtp.port) as proxy:
        proxy.fault = Fault(way=Way.UP, how=How.SILENCE, at=b"\r\n.\r\n", delivered=True)
        account = smtp.account(port=proxy.port, answer_timeout=0.3)
        with pytest.raises(SendUncertain):
            SmtpOutbox(account).send(DRAFT, "a@b.example", ["c@d.example"])


def test_an_smtp_server_that_dribbles_its_greeting_gets_the_reply_later(smtp: Receiver) -> None:
    with Proxy(smtp.port) as proxy:
        proxy.chunk, proxy.pause = 1, 0.1
        account = smtp.account(port=proxy.port, timeout=0.5)
        with pytest.raises(SendLater):
            SmtpOutbox(account).send(DRAFT, "a@b.example", ["c@d.example"])


def test_an_smtp_server_that_dribbles_its_last_answer_leaves_the_reply_uncertain(
    smtp: Receiver,
) -> None:
    with Proxy(smtp.port) as proxy:

        def begin_to_dribble() -> None:
            proxy.chunk, proxy.pause = 1, 0.3  # two bytes of "250" in time

        account = smtp.account(port=proxy.port, answer_timeout=0.8)
        with pytest.raises(SendUncertain):
            SmtpOutbox(account).send(DRAFT, "a@b.example", ["c@d.example"], begin_to_dribble)


@pytest.mark.parametrize("way", [Way.UP, Way.DOWN])
def test_a_reply_cut_anywhere_is_never_promised_falsely(smtp: Receiver, way: Way) -> None:
    """`SendLater` says that it has not left, and no error that it has."""
    later, sent = set(), set()
    with Proxy(smtp.port) as proxy:
        for after in range(0, 700, 16):
            proxy.fault = Fault(way=way, after=after)
            outbox = SmtpOutbox(smtp.account(port=proxy.port))
            recipient = f"reader{after}@example.test"
            try:
                outbox.send(DRAFT, "author@example.test", [recipient])
                sent.add(recipient)
            except SendLater:
                later.add(recipient)
            except SendUncertain:
                pass
    time.sleep(0.2)  # until the server has done with the last
    taken = {recipient for letter in smtp.taken for recipient in letter.recipients}
    assert len(smtp.taken) == len(taken)
    assert sent <= taken
    assert not later & taken
    assert sent
    assert later
