"""Laws 10 and 11, against a real mailbox: whoever wrote as a reader is owed, and an error of one
letter stays with that letter."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import cms

from inbox_bot import review
from inbox_bot.bot import Bot, Policy
from inbox_bot.errors import (
    Conflict,
    MailboxUnavailable,
    StoreUnavailable,
    Unreadable,
    UnsafeReply,
)
from inbox_bot.faq import knowledge
from inbox_bot.faq.knowledge import Knowledge
from inbox_bot.letters.contact_forms import Form
from inbox_bot.mail.imap import ImapMailbox, fetch
from inbox_bot.model import Address, DraftKind, DraftState, Verdict
from inbox_bot.model.records import EVER
from inbox_bot.promises import ics, ledger
from inbox_bot.promises.calendar import local_day
from inbox_bot.reports.notes import gather, send as notes_send, send_urgent
from inbox_bot.reports.replay import read as replay_read
from inbox_bot.reports.replay.read import look_back
from inbox_bot.review import lesson, promises
from inbox_bot.review.asked_often import look_for_lessons
from inbox_bot.review.queue import Tally, queue, rows
from inbox_bot.review.readers import a_reader_after_all, not_a_reader
from inbox_bot.review.status import status_of
from inbox_bot.service import upkeep
from inbox_bot.service.upkeep import write_feed
from inbox_bot.steps import (
    draft as draft_step,
    drafts_folder,
    file_sent_copies,
    forget,
    outcome,
    process_new,
    receive,
    reconcile as reconcile_step,
    remake_answers,
    send,
    sent_folder,
    stored_letters,
    taking_in,
)
from inbox_bot.steps.isolation import WORLD, isolate
from inbox_bot.steps.reconcile import reconcile
from inbox_bot.steps.remake import offer_holding
from tests.promises.test_ledger import bounce_of
from tests.world import World

ASKS = "Hello Steve,\n\nDoes massage help against sciatica?\n\nAnn"
UNANSWERABLE = "Hi Steve,\n\nhow much does a session usually cost?\n\nAnn"
NUMB = "I cannot feel my legs since this morning."

ENVELOPED = cms.ContentInfo(
    {
        "content_type": "enveloped_data",
        "content": cms.EnvelopedData(
            {
                "version": "v0",
                "recipient_infos": [],
                "encrypted_content_info": {
                    "content_type": "data",
                    "content_encryption_algorithm": {
                        "algorithm": "aes256_cbc",
                        "parameters": b"0" * 16,
                    },
                    "encrypted_content": b"0" * 64,
                },
            }
        ),
    }
).dump()
SMIME = "application/pkcs7-mime; smime-type=enveloped-data"
SEALED = {
    "S/MIME": (SMIME, ENVELOPED),
    "S/MIME, damaged": (SMIME, b"0\x82\x10"),
    "S/MIME, cut off": (SMIME, ENVELOPED[:40]),
    "S/MIME by its name": ('application/octet-stream; name="smime.p7m"', b"no CMS"),
    "winmail.dat": ('application/ms-tnef; name="winmail.dat"', b'x\x9f>"no words'),
    "PGP": ("application/pgp-encrypted", b"Version: 1\r\n"),
}
"""Letters of which the whole body is sealed, or damaged."""

UNUSABLE = {
    "a name alone": b"From: Ann Miller\r\n",
    "no From": b"",
    "empty brackets": b"From: <>\r\n",
    "a group": b"From: Friends: ;\r\n",
    "a quoted local part": b'From: "very odd"@example.org\r\n',
    "two at signs": b"From: a@@b\r\n",
    "a long local part": b"From: " + b"a" * 300 + b"@example.org\r\n",
}


def raw(sender: bytes, text: str = ASKS, name: str = "odd", more: bytes = b"") -> bytes:
    return (
        sender
        + b"Subject: Your article on massage\r\n"
        + f"Message-ID: <{name}@example.org>\r\n".encode()
        + more
        + b"\r\n"
        + text.replace("\n", "\r\n").encode()
    )


# --- law 10: whoever wrote as a reader is owed -----------------------------------------------


@pytest.mark.parametrize("sender", UNUSABLE.values(), ids=UNUSABLE)
def test_a_letter_without_a_usable_address_is_owed_and_holds_nobody_up(
    world: World, sender: bytes
) -> None:
    world.letter(ASKS)
    world.poll()
    world.approve(world.the_draft())
    world.raw_letter(raw(sender))
    world.letter("I cannot feel my legs since this morning.", From="Bob <bob@example.org>")
    world.later(minutes=2)
    assert len(world.send().sent) == 1
    drafts = {one.to[0].email: one for one in world.drafts(DraftState.PENDING)}
    assert drafts["bob@example.org"].kind is DraftKind.URGENT
    (odd,) = (one for email, one in drafts.items() if email != "bob@example.org")
    assert "by hand" in odd.reason
    with pytest.raises(Conflict, match="by hand"):
        world.approve(odd)
    assert len(world.waiting()) == 2
    owed = next(one for one in world.waiting() if one.letter_id == odd.letter_id)
    assert owed.reader
    assert "by hand" in owed.reason
    assert not reconcile(world.bot, world.now).missed
    with world.bot.store.reading() as tx:
        assert all(row.reader for row in rows(tx, world.now.date()))
        assert len(queue(tx, world.now.date())) == 2


def test_a_reader_without_an_address_is_called_by_the_name_in_the_letter(world: World) -> None:
    world.raw_letter(raw(b"From: Ann Miller\r\n"))
    world.raw_letter(raw(b"", name="other"))
    world.poll()
    assert [one.reader for one in world.waiting()] == ["Ann Miller (no address)", "(no address)"]
    assert [one.to[0].shown for one in world.drafts()] == ["Ann Miller", "(no address)"]


def test_readers_without_an_address_do_not_share_what_they_were_told(world: World) -> None:
    world.raw_letter(raw(b"From: Ann Miller\r\n"))
    world.poll()
    world.raw_letter(raw(b"From: Bob Baker\r\n", name="other"))
    world.poll()
    kinds = [one.kind for one in world.drafts()]
    assert kinds == [DraftKind.ANSWER, DraftKind.ANSWER]


def test_the_author_can_give_the_address_that_a_letter_lacks(world: World) -> None:
    world.raw_letter(raw(b"From: Ann Miller\r\n"))
    world.poll()
    what = review.shown(world.the_draft())
    world.approve(review.readdress(world.bot, what, "ann@example.org", world.now))
    world.later(minutes=2)
    world.send()
    assert [one.recipients for one in world.replies()] == [("ann@example.org",)]
    assert not world.waiting()


def test_a_letter_without_an_address_is_released_or_no_readers(world: World) -> None:
    for name in ("one", "two"):
        world.raw_letter(raw(b"", name=name))
    world.poll()
    one, two = (promise.letter_id for promise in world.waiting())
    promises.release(world.bot.store, one, "spoken to", world.now)
    assert not_a_reader(world.bot, two, world.now) == ""
    assert not world.waiting()
    assert not world.drafts(DraftState.PENDING)
    a_reader_after_all(world.bot, two, world.now)
    assert [promise.letter_id for promise in world.waiting()] == [two]
    assert [draft.letter_id for draft in world.drafts(DraftState.PENDING)] == [two]


@pytest.mark.parametrize(
    "praise",
    ["what a helpful page!", "What a relief to read this.", "how well you write!", "How kind!"],
)
def test_praise_that_wants_no_answer_opens_no_promise(world: World, praise: str) -> None:
    world.letter(f"Dear Steve,\n\n{praise} No need to reply.\n\nBob")
    world.poll()
    assert not world.waiting()


NO_EMAIL = "Author: Jane Doe\nEmail: \nComment:\nDoes massage help against sciatica?\n"


@pytest.mark.parametrize("more", ["", "\nhttps://blog.example/a/#comment-7\n"])
def test_a_comment_without_an_address_is_owed_to_the_name_and_written_to_by_hand(
    world: World, more: str
) -> None:
    world.restart(Policy(forms=(Form(sender="wordpress@blog.example"),)))
    world.letter(NO_EMAIL + more, From="WordPress <wordpress@blog.example>")
    world.poll()
    (promise,) = world.waiting()
    assert promise.reader == "Jane Doe (no address)"
    assert world.the_draft().to == (Address(email="", name="Jane Doe"),)
    what = review.shown(world.the_draft())
    world.approve(review.readdress(world.bot, what, "jane@example.org", world.now))
    world.later(minutes=2)
    world.send()
    assert [one.recipients for one in world.replies()] == [("jane@example.org",)]
    assert not world.waiting()


def test_a_comment_without_an_address_can_be_no_readers(world: World) -> None:
    world.restart(Policy(forms=(Form(sender="wordpress@blog.example"),)))
    world.letter(NO_EMAIL, From="WordPress <wordpress@blog.example>")
    world.poll()
    assert not_a_reader(world.bot, world.the_draft().letter_id, world.now) == ""
    assert not world.waiting()
    world.letter(NO_EMAIL.replace("sciatica", "a stiff neck"), From="wordpress@blog.example")
    world.poll()
    assert len(world.waiting()) == 1


def test_a_comment_through_a_form_that_is_not_named_yet_is_owed_to_nobodys_address(
    world: World,
) -> None:
    world.letter(NO_EMAIL, From="WordPress <wordpress@blog.example>")
    world.letter("WordPress 9.9 is out. Please update.", From="wordpress@blog.example")
    world.poll()
    assert [promise.reader for promise in world.waiting()] == ["(no address)"]


def test_an_answer_by_hand_to_an_odd_address_keeps_the_promise(world: World) -> None:
    world.raw_letter(raw("From: änn@example.org\r\n".encode()))
    world.poll()
    assert len(world.waiting()) == 1
    with world.client() as client:
        own = f"From: {world.imap.address}\r\nTo: änn@example.org\r\n"
        names = "Message-ID: <hers@example.org>\r\nIn-Reply-To: <odd@example.org>\r\n"
        client.append("Sent", f"{own}{names}\r\nIt does.".encode(), msg_time=world.now)
    assert world.poll().answered_by_hand == 1
    assert not world.waiting()
    world.poll()


@pytest.mark.parametrize("kind", SEALED)
def test_a_sealed_letter_is_owed_to_whom_its_header_names(world: World, kind: str) -> None:
    content_type, sealed = SEALED[kind]
    more = f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: base64\r\n".encode()
    text = base64.encodebytes(sealed).decode()
    world.raw_letter(raw(b"From: Ann Reader <ann@example.org>\r\n", text, more=more))
    world.poll()
    assert world.verdict("odd@example.org") is Verdict.UNREADABLE
    (promise,) = world.waiting()
    assert promise.reader == "ann@example.org"
    draft = world.the_draft()
    assert draft.to[0].email == "ann@example.org"
    assert "open it in your mail program" in draft.reason


def test_a_letter_that_cannot_be_read_is_owed_a_blank_reply(world: World) -> None:
    deep = b"MIME-Version: 1.0\r\n" + b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (level, level)
        for level in range(200)
    )
    world.raw_letter(raw(b"From: Ann Reader <ann@example.org>\r\n", more=deep))
    world.poll()
    assert world.verdict("odd@example.org") is Verdict.UNREADABLE
    draft = world.the_draft()
    assert (draft.kind, draft.to[0].email) == (DraftKind.BLANK, "ann@example.org")
    assert draft.reason
    assert draft.entries == ()
    (promise,) = world.waiting()
    assert (promise.reader, promise.reason) == ("ann@example.org", draft.reason)
    world.by_hand("It does.", In_Reply_To="<odd@example.org>")
    world.poll()
    assert not world.waiting()


def test_a_letter_that_asks_nothing_is_owed_but_not_thanks_or_no_need_to_reply(
    world: World,
) -> None:
    world.letter("My back has hurt since I read your article. I thought I would tell you.")
    world.letter("Thank you!", From="Bob <bob@example.org>")
    world.poll()
    told = "I tried the tennis ball, and it helped. Don't write back, I know that you are busy."
    world.letter(told, From="Cleo <cleo@example.org>")
    world.poll()
    assert [one.reader for one in world.waiting()] == ["ann@example.org"]


def test_a_letter_without_an_address_is_looked_back_at(world: World) -> None:
    with world.bot.store.transaction() as tx:
        tx.set_fact("begun", "")
    for number, sender in enumerate(UNUSABLE.values()):
        world.raw_letter(raw(sender, name=f"odd{number}"))
    world.poll()
    assert len(look_back(world.bot, world.now)) == len(UNUSABLE)


# --- law 11: an error of one letter stays with that letter --------------------------------------

KINDS: tuple[type[Exception], ...] = (
    ValueError,
    KeyError,
    RecursionError,
    MemoryError,
    UnicodeError,
    Unreadable,
    UnsafeReply,
    Exception,
)
MARKS = {f"poisoned{number}x": kind for number, kind in enumerate(KINDS)}
"""Each marks one letter, on which a step raises that kind of error."""

STEPS: dict[str, tuple[object, str]] = {
    "fetch": (taking_in, "arrivals"),
    "bytes": (taking_in, "arrivals"),
    "headers": (fetch, "_fetched"),
    "whole": (ImapMailbox, "whole"),
    "glance": (receive, "_looked_at"),
    "read": (stored_letters, "written"),
    "judge": (Knowledge, "judge"),
    "question": (knowledge, "find_questions"),
    "arrival": (process_new, "void_approvals"),
    "match": (draft_step, "_decided"),
    "draft": (draft_step, "compose"),
    "keep": (draft_step, "keep_drafts"),
    "sent": (sent_folder, "notice"),
    "drafts": (drafts_folder, "build"),
    "remake": (remake_answers, "compose"),
    "send": (send, "build"),
    "file": (file_sent_copies, "build"),
    "note": (notes_send, "urgent_text"),
    "digest": (gather, "_question"),
    "often": (lesson, "asked_plainly"),
    "feed": (ics, "_event"),
    "gone": (reconcile_step, "_without_letter"),
    "replay": (replay_read, "compose"),
}
NAMED = {"glance": 0, "send": 0, "file": 0, "drafts": len(KINDS) - 1}
"""How many are set aside at steps where not all are: after a failed glance a letter is still read;
an unbuildable reply is refused and shown in the queue; a sent reply stays sent."""
UNDRAFTED = ("fetch", "headers")
"""Steps that fail before the header is known: without a writer a letter is only named."""
LEFT = (
    "arrival",
    "file",
    "note",
    "sent",
    "digest",
    "often",
    "feed",
    "gone",
    "replay",
    "remake",
    "drafts",
)


def poison(monkeypatch: pytest.MonkeyPatch, holder: object, name: str, part: str = "") -> None:
    """Make the function fail for arguments that hold a poisoned mark plus `part`."""
    real = getattr(holder, name)

    def failing(*args: object) -> object:
        told = repr([one for one in args if not isinstance(one, Bot)])
        for mark, kind in MARKS.items():
            if mark + part in told:
                raise kind(mark)
        return real(*args)

    monkeypatch.setattr(holder, name, failing)


def poisoned_letters(world: World, text: str = ASKS) -> None:
    for mark in MARKS:
        world.letter(
            f"{text} {mark}body",
            From=f"{mark} <{mark}@example.org>",
            Message_ID=f"<{mark}@x.example>",
        )


def named(world: World) -> set[str]:
    """What `status --json` names as set aside."""
    told = status_of(world.bot.store, world.bot.calendar(), world.now).as_json()["set_aside"]
    assert isinstance(told, list)
    return set(told)


def after_poll(world: World, file: Path) -> None:
    """Run the other steps, beside reading and sending."""
    with world.bot.store.transaction() as tx:
        for promise in tx.promises.waiting():
            day = local_day(world.now + timedelta(days=5), world.bot.calendar())
            ledger.tell(tx, promise.thread, day, world.now + timedelta(days=5))
    look_for_lessons(world.bot, world.now)
    remake_answers.remake_all(world.bot, world.now)
    write_feed(replace(world.bot, policy=replace(world.bot.policy, feed=file)), world.now)
    send_urgent(world.bot, world.now)
    gather.gather(world.bot, world.now)
    assert reconcile(world.bot, world.now).missed == 0


@pytest.mark.parametrize("step", STEPS)
def test_an_error_of_any_kind_at_any_step_stays_with_its_letter(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, step: str
) -> None:
    poison(monkeypatch, *STEPS[step], part="body" if step == "bytes" else "")
    readers = [f"reader{number}@example.org" for number in range(9)]
    text = {"note": NUMB, "often": UNANSWERABLE}.get(step, ASKS)
    for reader in readers[:5]:
        world.letter(ASKS, From=reader)
    poisoned_letters(world, text)
    for reader in readers[5:]:
        world.letter(ASKS, From=reader)
    if step == "note":
        world.letter(NUMB, From="numb@example.org")
    for mark in MARKS if step == "sent" else ():
        world.by_hand("It does.", In_Reply_To=f"<{mark}@x.example>", To=f"{mark}@example.org")
    if step == "replay":
        with world.bot.store.transaction() as tx:
            tx.set_fact("begun", "")
        world.poll()
        back = look_back(world.bot, world.now)
        assert {one.address for one in back} == set(readers)
        world.begin()
    world.poll()
    after_poll(world, tmp_path / "days.ics")
    found = named(world)
    for draft in world.drafts(DraftState.PENDING):
        with suppress(Conflict):
            world.approve(draft)
    world.later(minutes=2)
    world.send()
    assert {*readers} <= {one for reply in world.replies() for one in reply.recipients}
    urgent = [one for one in world.replies() if "Urgent" in one.email["Subject"]]
    assert len(urgent) == (step == "note")
    world.later(hours=1)
    assert not world.poll().unreachable
    owed = {one.reader for one in world.waiting()}
    assert not owed & {*readers}
    found |= named(world)
    refused = world.drafts(DraftState.REFUSED)
    assert len(refused) == (len(MARKS) if step == "send" else 0)
    assert bool(found) == (NAMED.get(step, 1) > 0)
    assert len(found) >= NAMED.get(step, len(MARKS))
    if step not in ("glance", *UNDRAFTED, *LEFT):
        assert owed == {f"{mark}@example.org" for mark in MARKS}


@pytest.mark.parametrize("kind", [*KINDS, StoreUnavailable, MailboxUnavailable, OSError])
def test_only_an_error_of_the_world_ends_a_walk(kind: type[Exception]) -> None:
    def work(items: Sequence[int]) -> int:
        if 3 in items:
            raise kind("three")
        return sum(items)

    def walk() -> list[int]:
        return isolate([1, 2, 3, 4], work, lambda item, _: -item)

    if issubclass(kind, WORLD):
        with pytest.raises(kind):
            walk()
    else:
        assert walk() == [1, 2, -3, 4]


def test_a_bounce_that_cannot_be_heeded_stays_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison(monkeypatch, process_new, "came_back")
    for mark in MARKS:
        world.raw_letter(bounce_of(f"{mark}@x.example", world.imap.address, mark))
    world.letter(ASKS)
    world.poll()
    assert len(world.drafts()) == 1
    assert len(named(world)) == len(MARKS)


def test_what_is_left_to_answer_fails_for_its_reader_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison(monkeypatch, outcome, "follow_up")
    poisoned_letters(world, UNANSWERABLE)
    world.letter(UNANSWERABLE)
    world.poll()
    for draft in world.drafts(DraftState.PENDING):
        world.approve(review.hold(world.bot, review.shown(draft), world.now))
    world.later(minutes=2)
    assert len(world.send().sent) == len(MARKS) + 1
    assert world.the_draft().to[0].email == "ann@example.org"
    assert len(named(world)) == len(MARKS)
    assert all(one.told for one in world.waiting())


def test_letters_that_were_missed_fail_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with world.client() as client:
        client.create_folder("Readers")
    world.poll()
    poison(monkeypatch, taking_in, "arrivals", part="body")
    for mark in MARKS:
        world.lay_in("Readers", f"{ASKS} {mark}body", From=f"{mark}@example.org")
    world.lay_in("Readers", ASKS)
    assert reconcile(world.bot, world.now).missed == len(MARKS) + 1
    assert len(named(world)) == len(MARKS)
    assert len(world.waiting()) == len(MARKS) + 1
    assert not reconcile(world.bot, world.now).missed


def test_a_letter_in_junk_that_cannot_be_looked_at_hides_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.client() as client:
        client.create_folder("Junk")
    poison(monkeypatch, Knowledge, "judge")
    for mark in MARKS:
        world.lay_in("Junk", ASKS, From=f"{mark}@example.org")
    world.lay_in("Junk", ASKS)
    assert len(gather.in_junk(world.bot, world.bot.accounts[0], world.now)) == 1
    assert len(named(world)) == len(MARKS)


def test_a_copy_that_cannot_be_taken_back_keeps_no_letter(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned_letters(world)
    world.letter(ASKS)
    world.poll()
    for promise in world.waiting():
        promises.release(world.bot.store, promise.letter_id, "spoken to", world.now)
    world.restart(Policy(retention=timedelta(days=30)))
    world.later(days=40)
    poison(monkeypatch, forget, "_withdraw")
    assert forget.let_expire(world.bot, world.now) == len(MARKS) + 1
    assert len(named(world)) == len(MARKS)


def test_an_error_of_the_world_stops_the_poll_and_the_next_one_does_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = itertools.cycle([StoreUnavailable("locked"), MailboxUnavailable("gone"), OSError(28)])
    later = {*LEFT, "send", "bytes"} - {"arrival"}
    steps = [where for step, where in STEPS.items() if step not in later]
    steps.remove(STEPS["headers"])  # below it the error is translated
    for number, (holder, name) in enumerate(steps):
        reader = f"reader{number}@example.org"
        world.letter(ASKS, From=reader)
        with monkeypatch.context() as patch:
            patch.setattr(holder, name, failing_with(next(errors)))
            try:
                reported = world.poll().unreachable
            except WORLD as error:
                reported = (str(error),)
        assert reported, name
        assert not named(world)
        assert reader not in {one.reader for one in world.waiting()}
        world.poll()
        assert reader in {one.reader for one in world.waiting()}, name


def test_an_error_of_the_world_by_day_is_told_and_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    world.restart(Policy(feed=tmp_path / "days.ics", retention=timedelta(days=30)))
    world.letter(ASKS)
    world.poll()
    for holder, name in ((reconcile_step, "_without_letter"), (upkeep, "let_expire")):
        with monkeypatch.context() as patch:
            patch.setattr(holder, name, failing_with(StoreUnavailable("locked")))
            with pytest.raises(StoreUnavailable):
                upkeep.run_upkeep(world.bot, world.now)
        assert not named(world)
        with world.bot.store.reading() as tx:
            assert not upkeep.DAY.of(tx)
    upkeep.run_upkeep(world.bot, world.now)
    with world.bot.store.reading() as tx:
        assert upkeep.DAY.of(tx)


def failing_with(error: Exception) -> Callable[..., object]:
    def failing(*_: object, **__: object) -> object:
        raise error

    return failing


def test_what_has_no_address_is_not_ready_and_nobody_is_put_off(world: World) -> None:
    world.raw_letter(raw(b"From: Ann Miller\r\n"))
    world.raw_letter(raw(b"", UNANSWERABLE, name="other"))
    world.poll()
    status = status_of(world.bot.store, world.bot.calendar(), world.now)
    assert status.tally == Tally(need_you=2)
    assert not offer_holding(world.bot, (EVER, world.now + timedelta(days=99)), world.now)
