"""What a mailbox does, in the same sentences for each kind of server."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message as Email

import pytest

from inbox_bot.errors import LoginRefused, MailboxUnavailable, NotFound, SettingsError
from inbox_bot.mail.imap import ImapMailbox
from inbox_bot.model import Place
from inbox_bot.model.ports import Mailbox
from inbox_bot.model.records import Copy, Cursor
from inbox_bot.settings.accounts import ImapAccount, Tls
from tests.servers.author import MailProgram, mail_program
from tests.servers.dovecot import Dovecot, Kind
from tests.servers.ports import free_ports

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
SERVERS = ["dovecot", "poor_dovecot", "embedded"]
if os.environ.get("INBOX_BOT_EXTRACTED_SERVERS"):  # benchmarks/servers.py sets it
    SERVERS += ["cyrus", "courier"]
if os.environ.get("INBOX_BOT_HOODIECROW"):  # see tests/servers/hoodiecrow.py
    SERVERS += ["hoodiecrow"]


def letter(message_id: str = "one@example.test", text: str = "Does it help?") -> bytes:
    return (
        "From: Ann <ann@example.test>\r\nTo: author@example.test\r\n"
        f"Message-ID: <{message_id}>\r\nSubject: chairs\r\n\r\n{text}\r\n"
    ).encode()


@pytest.fixture(params=SERVERS)
def account(request: pytest.FixtureRequest, new_name: Callable[[], str]) -> ImapAccount:
    """An empty account on each kind of server in turn."""
    server = request.getfixturevalue(request.param)
    account: ImapAccount = server.account(new_name())
    return account


@pytest.fixture
def program(account: ImapAccount) -> Iterator[MailProgram]:
    with mail_program(account) as opened:
        yield opened


def raws(mailbox: Mailbox, folder: str) -> Sequence[bytes]:
    uids = mailbox.uids(folder, 0, None)
    return [fetched.raw for fetched in mailbox.letters(folder, uids)]


def drafts_of(mailbox: Mailbox) -> str:
    folder = mailbox.special_folders().drafts
    assert folder is not None
    return folder


def test_folders_are_those_into_which_letters_come(
    mailbox: ImapMailbox, program: MailProgram
) -> None:
    prefix = drafts_of(mailbox).removesuffix("Drafts")
    own = {f"{prefix}Archive", f"{prefix}Readers"}
    for folder in own:
        program.create(folder)
    found = mailbox.folders()
    assert found[0].upper() == "INBOX"
    assert own < set(found)
    assert not {drafts_of(mailbox), mailbox.special_folders().sent} & set(found)


# --- reading ---------------------------------------------------------------------------------


def test_a_mailbox_is_what_the_pipeline_asks_for(mailbox: ImapMailbox) -> None:
    asked: Mailbox = mailbox
    assert asked.address.endswith("@example.test")


def test_a_letter_comes_as_it_lies_there(mailbox: ImapMailbox, program: MailProgram) -> None:
    raw = letter(text="Grüße\r\n.\r\n\r\nFrom here\r\n)\r\n")
    uid = program.deliver(raw, date="01-Feb-2026 10:00:00 +0200")
    (fetched,) = mailbox.letters("INBOX", mailbox.uids("INBOX", 0, None))
    assert fetched.raw == raw
    assert fetched.size == len(raw)
    assert fetched.arrived == datetime(2026, 2, 1, 8, 0, tzinfo=UTC)
    assert fetched.place == Place(
        mailbox=mailbox.address,
        folder="INBOX",
        uidvalidity=mailbox.state("INBOX").uidvalidity,
        uid=uid,
    )


def test_letters_are_fetched_by_their_headers(mailbox: ImapMailbox, program: MailProgram) -> None:
    one, two = letter("1@example.test"), letter("2@example.test", text="x" * 100_000)
    uids = [program.deliver(one), program.deliver(two)]
    headers = list(mailbox.headers("INBOX", uids))
    assert list(mailbox.whole(headers)) == list(mailbox.letters("INBOX", uids))
    gone = replace(headers[0], place=replace(headers[0].place, uidvalidity=12345))
    assert [found.raw for found in mailbox.whole([gone, headers[1]])] == [two]


def test_reading_marks_nothing(mailbox: ImapMailbox, program: MailProgram) -> None:
    uid = program.deliver(letter())
    assert list(mailbox.headers("INBOX", [uid]))
    assert list(mailbox.letters("INBOX", [uid]))
    assert mailbox.find("INBOX", "one@example.test")
    assert program.flags("INBOX", uid) == frozenset()


def test_flags_are_told(mailbox: ImapMailbox, program: MailProgram) -> None:
    uid = program.deliver(letter(), flags="(\\Answered)")
    (fetched,) = mailbox.headers("INBOX", [uid])
    assert "\\Answered" in fetched.flags


def test_headers_come_alone(mailbox: ImapMailbox, program: MailProgram) -> None:
    uid = program.deliver(letter(text="secret"))
    (fetched,) = mailbox.headers("INBOX", [uid])
    assert fetched.raw == letter().partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert fetched.size == len(letter(text="secret"))


def test_nothing_new_is_nothing(mailbox: ImapMailbox, program: MailProgram) -> None:
    uid = program.deliver(letter())
    assert mailbox.uids("INBOX", 0, None) == [uid]
    assert mailbox.uids("INBOX", uid, None) == []
    assert mailbox.uids("INBOX", 4711, None) == []


def test_old_letters_are_left_alone(mailbox: ImapMailbox, program: MailProgram) -> None:
    program.deliver(letter("old@example.test"), date="01-Feb-2026 10:00:00 +0000")
    new = program.deliver(letter("new@example.test"), date="03-Mar-2026 10:00:00 +0000")
    assert mailbox.uids("INBOX", 0, NOW - timedelta(days=2)) == [new]


def test_a_letter_of_the_first_hour_in_another_time_zone_is_not_missed(
    mailbox: ImapMailbox, program: MailProgram
) -> None:
    uid = program.deliver(letter(), date="03-Mar-2026 22:00:00 -0800")
    assert mailbox.uids("INBOX", 0, datetime(2026, 3, 4, tzinfo=UTC)) == [uid]


def test_a_letter_that_came_meanwhile_is_seen(mailbox: ImapMailbox, program: MailProgram) -> None:
    one = program.deliver(letter("one@example.test"))
    assert mailbox.uids("INBOX", 0, None) == [one]
    before = mailbox.state("INBOX")
    two = program.deliver(letter("two@example.test"))
    after = mailbox.state("INBOX")
    assert (before.messages, after.messages) == (1, 2)
    assert (before.uidnext, after.uidnext) == (two, two + 1)
    assert mailbox.uids("INBOX", one, None) == [two]


def test_a_letter_that_vanished_meanwhile_is_left_out(
    mailbox: ImapMailbox, program: MailProgram
) -> None:
    for number in (1, 2, 3):
        program.deliver(letter(f"{number}@example.test"))
    uids = mailbox.uids("INBOX", 0, None)
    program.delete("INBOX", uids[1])
    left = [uids[0], uids[2]]
    assert [fetched.place.uid for fetched in mailbox.letters("INBOX", uids)] == left
    assert [fetched.place.uid for fetched in mailbox.headers("INBOX", uids)] == left
    places = {fetched.place for fetched in mailbox.headers("INBOX", uids)}
    assert mailbox.lying("INBOX", uids) == places
    assert mailbox.lying("INBOX", [uids[1]]) == frozenset()


def test_what_left_a_folder_is_told_or_nothing_is(
    mailbox: ImapMailbox, program: MailProgram, request: pytest.FixtureRequest
) -> None:
    uids = [program.deliver(letter(f"{number}@example.test")) for number in range(3)]
    before = mailbox.state("INBOX")
    program.delete("INBOX", uids[1])
    told = mailbox.vanished("INBOX", before.modseq, before.uidnext)
    knows = request.node.callspec.params["account"] in ("dovecot", "cyrus")
    assert list(told) == ([uids[1]] if knows else [])
    assert [one.place.uid for one in mailbox.headers("INBOX", uids)] == [uids[0], uids[2]]


def test_a_letter_that_vanishes_between_two_batches_comes_whole_or_not(
    account: ImapAccount, program: MailProgram
) -> None:
    one, two, three = [program.deliver(letter(f"{number}@example.test")) for number in "123"]
    mailbox = ImapMailbox(replace(account, whole_up_to=len(letter("1@example.test"))))
    letters = mailbox.letters("INBOX", [one, two, three])
    assert next(letters).place.uid == one
    program.delete("INBOX", two)
    rest = {fetched.place.uid: fetched.raw for fetched in letters}
    assert rest.pop(three) == letter("3@example.test")
    assert rest in ({}, {two: letter("2@example.test")})
    mailbox.close()


def test_a_folder_beyond_ascii_is_found_by_its_name(
    mailbox: ImapMailbox, program: MailProgram
) -> None:
    name = drafts_of(mailbox).replace("Drafts", "Leser & Br&APw-cke").replace("& ", "&- ")
    program.create(name)
    program.deliver(letter(), name)
    readable = drafts_of(mailbox).replace("Drafts", "Leser & Brücke")
    assert raws(mailbox, readable) == [letter()]


def test_a_folder_that_vanished_is_not_found(mailbox: ImapMailbox, program: MailProgram) -> None:
    name = drafts_of(mailbox).replace("Drafts", "Readers")
    program.create(name)
    assert mailbox.state(name).messages == 0
    program.delete_folder(name)
    with pytest.raises(NotFound, match="Readers"):
        mailbox.state(name)
    with pytest.raises(NotFound):
        mailbox.uids(name, 0, None)
    assert mailbox.state("INBOX").messages == 0


def test_a_folder_made_anew_has_another_uidvalidity(
    mailbox: ImapMailbox, program: MailProgram
) -> None:
    name = drafts_of(mailbox).replace("Drafts", "Readers")
    program.create(name)
    (old,) = mailbox.letters(name, [program.deliver(letter("old@example.test"), name)])
    program.delete_folder(name)
    time.sleep(1.1)  # UIDVALIDITY counts seconds
    program.create(name)
    program.deliver(letter("new@example.test"), name)
    (new,) = mailbox.letters(name, mailbox.uids(name, 0, None))
    assert new.raw == letter("new@example.test")
    assert new.place.uidvalidity != old.place.uidvalidity


def test_more_letters_than_one_batch_all_come_in_order(
    mailbox: ImapMailbox, program: MailProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbox_bot.mail.imap.imap._BATCH", 4)
    uids = [program.deliver(letter(f"{number}@example.test")) for number in range(10)]
    assert mailbox.uids("INBOX", 0, None) == uids
    assert [fetched.place.uid for fetched in mailbox.letters("INBOX", uids)] == uids
    assert [fetched.place.uid for fetched in mailbox.headers("INBOX", uids)] == uids


# --- large letters ---------------------------------------------------------------------------

_PHOTO = b"\r\n".join([b"A" * 76] * 4000)
_LARGE = (
    b"From: ann@example.test\r\nMessage-ID: <large@example.test>\r\nSubject: my back\r\n"
    b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="out er"\r\n\r\nprologue\r\n'
    b"--out er\r\nContent-Type: image/jpeg; name=back.jpg\r\n"
    b"Content-Disposition: attachment; filename=back.jpg\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n" + _PHOTO + b"\r\n"
    b"--out er\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n"
    b"--inner\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nDoes it help?\r\n"
    b"--inner\r\nContent-Type: text/html\r\n\r\n<p>Does it help?</p>\r\n"
    b"--inner--\r\n"
    b"--out er--\r\n"
)


def shown(part: Email) -> tuple[str, str | None, str]:
    """What a person sees of a part: a text whole, of an attachment only its name."""
    text = str(part.get_payload()).strip() if part.get_content_maintype() == "text" else ""
    return part.get_content_type(), part.get_filename(), text


def test_of_a_large_letter_only_headers_and_texts_come(
    account: ImapAccount, program: MailProgram, request: pytest.FixtureRequest
) -> None:
    if request.node.callspec.params["account"] == "hoodiecrow":
        pytest.skip("it gives the parts of a multipart within another as one")
    uids = [program.deliver(letter()), program.deliver(_LARGE)]
    mailbox = ImapMailbox(replace(account, whole_up_to=50_000))
    small, large = mailbox.letters("INBOX", uids)
    mailbox.close()
    assert small.raw == letter()
    assert large.size == len(_LARGE)
    assert len(large.raw) < 2_000
    parsed, original = message_from_bytes(large.raw), message_from_bytes(_LARGE)
    assert parsed.items() == original.items()
    assert [shown(part) for part in parsed.walk()] == [shown(part) for part in original.walk()]


def test_a_large_letter_of_one_text_is_cut(account: ImapAccount, program: MailProgram) -> None:
    raw = letter(text="All work and no play.\r\n" * 50_000)
    uid = program.deliver(raw)
    mailbox = ImapMailbox(replace(account, whole_up_to=50_000))
    (fetched,) = mailbox.letters("INBOX", [uid])
    mailbox.close()
    assert raw.startswith(fetched.raw)
    assert 500_000 < len(fetched.raw) < 600_000
    assert fetched.raw.endswith(b"play.\r\n")


def test_a_large_letter_nested_too_deep_still_shows_its_beginning(
    account: ImapAccount, program: MailProgram
) -> None:
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(60)
    )
    raw = b"Message-ID: <deep@example.test>\r\nMIME-Version: 1.0\r\n" + nested + b"\r\n" + _PHOTO
    uid = program.deliver(raw)
    mailbox = ImapMailbox(replace(account, whole_up_to=50_000))
    (fetched,) = mailbox.letters("INBOX", [uid])
    mailbox.close()
    assert fetched.raw.startswith(b"Message-ID: <deep@example.test>\r\n")
    assert len(fetched.raw) < len(raw)


# --- filing ----------------------------------------------------------------------------------


def test_a_draft_lies_in_drafts_marked_as_one(mailbox: ImapMailbox, program: MailProgram) -> None:
    place = mailbox.file_draft(letter(), "one@example.test", NOW)
    assert place.folder == drafts_of(mailbox)
    (fetched,) = mailbox.letters(place.folder, [place.uid])
    assert fetched.place == place
    assert fetched.raw == letter()
    assert fetched.arrived == NOW
    assert {"\\Draft", "\\Seen"} <= fetched.flags


def test_a_draft_filed_again_lies_there_once(mailbox: ImapMailbox) -> None:
    first = mailbox.file_draft(letter(), "one@example.test", NOW)
    assert mailbox.file_draft(letter(), "one@example.test", NOW) == first
    assert len(raws(mailbox, first.folder)) == 1


def test_two_drafts_keep_apart(mailbox: ImapMailbox) -> None:
    one = mailbox.file_draft(letter("one@example.test"), "one@example.test", NOW)
    two = mailbox.file_draft(letter("someone@example.test"), "someone@example.test", NOW)
    again = mailbox.file_draft(letter("one@example.test"), "one@example.test", NOW)
    assert one == again
    assert one != two


def test_a_sent_reply_lies_in_sent_once(mailbox: ImapMailbox) -> None:
    one = Copy(raw=letter(), message_id="one@example.test", at=NOW)
    two = Copy(raw=letter("two@example.test"), message_id="two@example.test", at=NOW)
    (place,) = mailbox.file_sent([one])
    first, second = mailbox.file_sent([one, two])
    assert first == place
    assert second == mailbox.file_sent([two])[0]
    assert second != first
    assert len(raws(mailbox, place.folder)) == 2
    assert place.folder == mailbox.special_folders().sent
    known = Cursor(
        mailbox=mailbox.address,
        folder=place.folder,
        uidvalidity=place.uidvalidity,
        last_uid=place.uid,
    )
    assert mailbox.file_sent([two], known) == [second]
    made_anew = replace(known, uidvalidity=place.uidvalidity + 1)
    assert mailbox.file_sent([one], made_anew) == [place]
    (fetched,) = mailbox.letters(place.folder, [place.uid])
    assert "\\Seen" in fetched.flags
    assert "\\Draft" not in fetched.flags


def test_a_letter_is_found_by_its_message_id(mailbox: ImapMailbox, program: MailProgram) -> None:
    program.deliver(letter("other@example.test"))
    uid = program.deliver(letter("one@example.test"))
    assert mailbox.find("INBOX", "one@example.test") == [uid]
    assert list(mailbox.find("INBOX", "none@example.test")) == []


@pytest.mark.parametrize("message_id", ["", "a\r\nx LOGOUT\r\n@c", "a\0b@c"])
def test_a_message_id_that_no_header_holds_is_never_asked_for(
    mailbox: ImapMailbox, program: MailProgram, message_id: str
) -> None:
    program.deliver(letter())
    assert list(mailbox.find("INBOX", message_id)) == []
    assert mailbox.state("INBOX").messages == 1


# --- withdrawing -----------------------------------------------------------------------------


def still_a_draft(program: MailProgram, place: Place) -> bool:
    """Without UIDPLUS a withdrawn draft is flagged, and every mail program hides it."""
    return bool(program.letters(place.folder)) and "\\Deleted" not in program.flags(
        place.folder, place.uid
    )


def test_an_own_unchanged_draft_is_withdrawn(mailbox: ImapMailbox, program: MailProgram) -> None:
    place = mailbox.file_draft(letter(), "one@example.test", NOW)
    assert mailbox.withdraw_draft(place, letter())
    assert not still_a_draft(program, place)


def test_a_draft_that_was_withdrawn_can_be_filed_again(
    mailbox: ImapMailbox, program: MailProgram
) -> None:
    first = mailbox.file_draft(letter(), "one@example.test", NOW)
    assert mailbox.withdraw_draft(first, letter())
    again = mailbox.file_draft(letter(), "one@example.test", NOW)
    assert again != first
    assert still_a_draft(program, again)


def test_a_draft_that_the_author_changed_stays(mailbox: ImapMailbox, program: MailProgram) -> None:
    uid = program.deliver(letter(text="My own words."), drafts_of(mailbox))
    (changed,) = mailbox.letters(drafts_of(mailbox), [uid])
    place = changed.place
    assert not mailbox.withdraw_draft(place, letter())
    assert still_a_draft(program, place)


def test_a_draft_under_another_uidvalidity_stays(
    mailbox: ImapMailbox, program: MailProgram
) -> None:
    place = mailbox.file_draft(letter(), "one@example.test", NOW)
    assert not mailbox.withdraw_draft(replace(place, uidvalidity=place.uidvalidity + 1), letter())
    assert still_a_draft(program, place)


def test_withdrawing_takes_nothing_of_the_authors_along(
    mailbox: ImapMailbox, program: MailProgram
) -> None:
    program.deliver(letter("hers@example.test"), drafts_of(mailbox), flags="(\\Deleted)")
    place = mailbox.file_draft(letter(), "one@example.test", NOW)
    assert mailbox.withdraw_draft(place, letter())
    mailbox.state("INBOX")
    mailbox.uids(place.folder, 0, None)
    assert letter("hers@example.test") in program.letters(place.folder)


def test_a_draft_that_is_gone_cannot_be_withdrawn(
    mailbox: ImapMailbox, program: MailProgram
) -> None:
    place = mailbox.file_draft(letter(), "one@example.test", NOW)
    program.delete(place.folder, place.uid)
    assert not mailbox.withdraw_draft(place, letter())
    assert not mailbox.withdraw_draft(replace(place, folder="Nowhere"), letter())


# --- waiting ---------------------------------------------------------------------------------


def test_waiting_ends_when_a_letter_comes(mailbox: ImapMailbox, program: MailProgram) -> None:
    mailbox.state("INBOX")
    assert not mailbox.wait(0.05)
    timer = threading.Timer(0.1, program.deliver, [letter()])
    timer.start()
    assert mailbox.wait(20)
    timer.join()
    assert raws(mailbox, "INBOX") == [letter()]


def test_a_letter_between_looking_and_waiting_is_news(
    mailbox: ImapMailbox, program: MailProgram
) -> None:
    mailbox.state("INBOX")
    program.deliver(letter())
    assert mailbox.wait(20)


def test_a_letter_between_two_waits_is_news(mailbox: ImapMailbox, program: MailProgram) -> None:
    assert not mailbox.wait(0.05)
    program.deliver(letter())
    assert mailbox.wait(20)


def test_another_thread_can_end_the_wait(mailbox: ImapMailbox) -> None:
    began = threading.Event()
    ended = threading.Event()

    def wait() -> None:
        began.set()
        mailbox.wait(600)
        ended.set()

    thread = threading.Thread(target=wait)
    thread.start()
    began.wait(5)
    mailbox.wake()
    assert ended.wait(10)
    thread.join()


def test_nobody_waits_for_the_one_who_waits(mailbox: ImapMailbox, program: MailProgram) -> None:
    program.deliver(letter())
    thread = threading.Thread(target=mailbox.wait, args=[600])
    thread.start()
    assert raws(mailbox, "INBOX") == [letter()]
    mailbox.wake()
    thread.join(10)
    assert not thread.is_alive()


def test_idle_is_renewed_and_hears_on(account: ImapAccount, program: MailProgram) -> None:
    mailbox = ImapMailbox(replace(account, renew_idle=0.1))
    assert not mailbox.wait(0.5)
    program.deliver(letter())
    assert mailbox.wait(20)
    mailbox.close()


# --- logging in ------------------------------------------------------------------------------


def test_a_wrong_password_is_told_as_such(account: ImapAccount) -> None:
    mailbox = ImapMailbox(replace(account, password="wrong"))
    with pytest.raises(LoginRefused, match=account.username):
        mailbox.state("INBOX")


def test_a_server_that_is_down_is_unavailable(account: ImapAccount) -> None:
    mailbox = ImapMailbox(replace(account, port=free_ports(1)[0]))
    with pytest.raises(MailboxUnavailable, match="can't reach"):
        mailbox.state("INBOX")


# --- on one server ---------------------------------------------------------------------------


@pytest.mark.parametrize("tls", [Tls.TLS, Tls.STARTTLS])
def test_letters_travel_encrypted(dovecot: Dovecot, new_name: Callable[[], str], tls: Tls) -> None:
    mailbox = ImapMailbox(dovecot.encrypted(new_name(), tls))
    assert mailbox.file_draft(letter(), "one@example.test", NOW).uid == 1
    assert not mailbox.wait(0.05)
    mailbox.close()


@pytest.mark.parametrize("tls", [Tls.TLS, Tls.STARTTLS])
@pytest.mark.parametrize("change", [{"ca_file": ""}, {"host": "127.0.0.1"}])
def test_a_server_that_cannot_prove_its_name_gets_no_password(
    dovecot: Dovecot, tls: Tls, change: dict[str, str]
) -> None:
    account = replace(dovecot.encrypted("nobody", tls), **change)  # type: ignore[arg-type]
    with pytest.raises(MailboxUnavailable, match="can't verify its certificate"):
        ImapMailbox(account).state("INBOX")


def test_a_server_without_starttls_gets_no_password(poor_dovecot: Dovecot) -> None:
    account = replace(poor_dovecot.account("nobody"), tls=Tls.STARTTLS)
    with pytest.raises(MailboxUnavailable, match="STARTTLS"):
        ImapMailbox(account).state("INBOX")


def test_an_open_wire_is_for_loopback_alone() -> None:
    with pytest.raises(SettingsError, match="tls: none"):
        ImapAccount(
            address="a@example.com", host="imap.example.com", port=143, tls=Tls.NONE,
            username="a", password="b",
        )  # fmt: skip


def test_a_server_without_idle_is_slept_through_and_can_be_woken() -> None:
    server = Dovecot(Kind(capability="IMAP4rev1"))
    try:
        mailbox = ImapMailbox(server.account("author"))
        assert not mailbox.wait(0.05)
        timer = threading.Timer(0.1, mailbox.wake)
        timer.start()
        assert not mailbox.wait(600)
        timer.join()
        mailbox.close()
    finally:
        server.close()


@pytest.mark.parametrize(
    "message_id", ['a"b@c', "a\\b@c", "a(b)@{5}", "%*]@c", "a b@c", "[x]@c", "é@c"]
)
def test_a_hostile_message_id_is_found_all_the_same(
    dovecot: Dovecot, new_name: Callable[[], str], message_id: str
) -> None:
    account = dovecot.account(new_name())
    with mail_program(account) as program:
        program.deliver(letter("one@example.test"))
        uid = program.deliver(letter(message_id))
    mailbox = ImapMailbox(account)
    assert mailbox.find("INBOX", message_id) == [uid]
    mailbox.close()


def test_on_gmail_a_withdrawn_draft_goes_to_the_trash(new_name: Callable[[], str]) -> None:
    """There an expunge may only take a label off: the draft would stay in All Mail."""
    server = Dovecot(Kind(capability="+X-GM-EXT-1"))
    try:
        account = server.account(new_name())
        mailbox = ImapMailbox(account)
        place = mailbox.file_draft(letter(), "one@example.test", NOW)
        assert mailbox.withdraw_draft(place, letter())
        assert raws(mailbox, "Drafts") == []
        assert raws(mailbox, "Trash") == [letter()]
        mailbox.close()
    finally:
        server.close()
