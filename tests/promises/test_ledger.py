"""Promises: opened by a letter, kept by proof alone, never forgotten.

The tests use a mailbox on a real IMAP server and a store.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_bot import review
from inbox_bot.errors import Conflict
from inbox_bot.mail.imap import ImapMailbox
from inbox_bot.model import Doubt, Draft, DraftKind, DraftState, Fetched, Promise, PromiseState
from inbox_bot.promises import ledger
from inbox_bot.promises.calendar import Standing, local_day, state_at
from inbox_bot.promises.holding_phrases import is_holding_line
from inbox_bot.review import promises
from inbox_bot.review.queue import rows
from inbox_bot.steps.reconcile import reconcile
from tests.world import World

QUESTION = "Hi Steve,\n\ndoes trigger point massage hurt?\n\nThanks,\nAnn"
UNANSWERABLE = "Hi Steve,\n\nhow much does a session usually cost?\n\nAnn"
BOTH = f"{QUESTION}\n\nAnd how much does a session usually cost?"


def the_promise(world: World) -> Promise:
    (promise,) = world.waiting()
    return promise


def closed(world: World, promise: Promise) -> Promise:
    with world.bot.store.reading() as tx:
        return tx.promises.get(promise.id)


# --- one promise a thread ----------------------------------------------------------------------


def test_three_letters_of_one_thread_are_one_promise_due_by_the_oldest(world: World) -> None:
    first = world.letter(QUESTION)
    world.poll()
    due = the_promise(world).due
    for days in (1, 2):
        world.later(days=days)
        world.letter("And does it cost much?", In_Reply_To=f"<{first}>")
        world.poll()
    assert the_promise(world).due == due


def test_an_older_letter_that_was_missed_makes_the_promise_due_earlier(world: World) -> None:
    first = world.letter(QUESTION)
    world.poll()
    before = the_promise(world)
    world.now -= timedelta(days=3)
    world.letter("Does it cost much?", In_Reply_To=f"<{first}>")
    world.now += timedelta(days=3)
    world.poll()
    after = the_promise(world)
    assert after.opened == before.opened - timedelta(days=3)
    assert after.due < before.due


@pytest.mark.parametrize("names_all", [True, False])
def test_an_answer_to_a_letter_that_was_not_seen_yet_answers_the_thread(
    world: World, names_all: bool
) -> None:
    """The reader writes again, and the author answers before the next poll."""
    first = world.letter(QUESTION)
    world.poll()
    second = world.letter("And a chair?", In_Reply_To=f"<{first}>")
    earlier = {"References": f"<{first}> <{second}>"} if names_all else {}
    world.by_hand("It can be tough. A chair is fine.", In_Reply_To=f"<{second}>", **earlier)
    world.poll()
    assert world.waiting() == []
    assert world.drafts(DraftState.PENDING) == []


def test_a_letter_that_came_in_late_and_is_answered_keeps_no_promise_to_a_later_one(
    world: World,
) -> None:
    first = world.letter(QUESTION)
    world.poll()
    world.later(hours=2)
    world.letter("And how much does it cost?", In_Reply_To=f"<{first}>")
    world.poll()
    world.by_hand("A chair is fine.", In_Reply_To="<second@example.org>")
    world.later(hours=-1)
    world.letter("And a chair?", Message_ID="<second@example.org>", In_Reply_To=f"<{first}>")
    world.later(hours=1)
    world.poll()
    assert len(world.waiting()) == 1


def test_a_letter_after_the_answer_opens_a_new_promise(world: World) -> None:
    first = world.letter(QUESTION)
    world.poll()
    before = the_promise(world)
    world.by_hand("It can be tough.", In_Reply_To=f"<{first}>")
    world.poll()
    assert world.waiting() == []
    world.later(days=2)
    world.letter("And how much does it cost?", In_Reply_To=f"<{first}>")
    world.poll()
    assert the_promise(world).id != before.id


def test_a_courtesy_letter_changes_nothing(world: World) -> None:
    first = world.letter(QUESTION)
    world.poll()
    before = the_promise(world)
    world.later(days=1)
    world.letter("Thank you so much!", In_Reply_To=f"<{first}>")
    world.poll()
    assert the_promise(world) == before


# --- partial answers and holding replies -------------------------------------------------------


def test_a_partial_answer_keeps_the_promise_open_for_the_questions_left(world: World) -> None:
    world.letter(BOTH)
    world.poll()
    partial = world.the_draft()
    assert partial.kind is DraftKind.PARTIAL
    assert partial.promised_day is None
    sent(world, partial)
    assert the_promise(world).told is None
    (left,) = world.the_draft().decisions
    assert "cost" in left.question.text


def test_a_holding_reply_moves_the_due_date_to_the_day_that_it_names(world: World) -> None:
    promise = held(world)
    day = promise.told
    assert day is not None
    assert local_day(promise.due, world.policy.calendar) == day


def test_a_second_holding_reply_waits_for_the_day_before_the_named_one(world: World) -> None:
    promise = held(world)
    assert promise.told is not None
    with world.bot.store.reading() as tx:
        with pytest.raises(Conflict, match="already"):
            ledger.check_hold(tx, promise.thread, promise.told - timedelta(days=2))
        ledger.check_hold(tx, promise.thread, promise.told - timedelta(days=1))


def test_overdue_is_only_what_a_reader_was_told_a_day_for(world: World) -> None:
    world.letter(UNANSWERABLE)
    world.poll()
    calendar = world.policy.calendar
    long_after = world.now + timedelta(days=90)
    assert state_at(the_promise(world), long_after, calendar) is Standing.DUE
    assert state_at(held_from(world, world.the_draft()), long_after, calendar) is Standing.OVERDUE


# --- what in Sent is proof, and what is not ----------------------------------------------------


def test_a_vacation_reply_in_sent_proves_nothing(world: World) -> None:
    first = world.letter(QUESTION)
    world.poll()
    world.by_hand("I am away.", In_Reply_To=f"<{first}>", Auto_Submitted="auto-replied")
    world.poll()
    assert the_promise(world).doubt is None


def test_a_holding_line_by_hand_asks_whether_it_was_the_answer(world: World) -> None:
    first = world.letter(QUESTION)
    world.poll()
    world.by_hand("Hi Ann,\n\nI will get back to you on this!\n\nSteve", In_Reply_To=f"<{first}>")
    world.poll()
    assert the_promise(world).doubt is Doubt.HOLDING_LINE
    assert world.the_draft().kind is DraftKind.ANSWER


def test_a_holding_line_from_before_the_bot_saw_the_letter_is_no_answer(world: World) -> None:
    first = world.letter(QUESTION)
    world.by_hand("I will get back to you on this!", In_Reply_To=f"<{first}>")
    world.poll()
    assert the_promise(world).doubt is Doubt.HOLDING_LINE
    assert world.the_draft().kind is DraftKind.ANSWER


def test_a_holding_line_is_no_answer_where_the_mail_program_marked_the_letter(
    world: World,
) -> None:
    first = world.letter(QUESTION)
    world.by_hand("More soon, Ann.", In_Reply_To=f"<{first}>")
    mark(world, b"\\Answered")
    world.poll()
    assert the_promise(world).doubt is Doubt.HOLDING_LINE


def test_an_answer_after_a_holding_line_settles_it_before_the_bot_saw_either(
    world: World,
) -> None:
    first = world.letter(QUESTION)
    world.by_hand("I will get back to you.", In_Reply_To=f"<{first}>")
    world.by_hand("Yes, it can hurt a bit.", In_Reply_To=f"<{first}>")
    world.poll()
    assert world.waiting() == []


def test_a_holding_line_before_the_authors_yes_to_the_first_letters_is_no_answer(
    world: World,
) -> None:
    with world.bot.store.transaction() as tx:
        tx.set_fact("begun", "")
    first = world.letter(QUESTION)
    world.poll()
    world.by_hand("I will get back to you.", In_Reply_To=f"<{first}>")
    world.poll()
    world.begin()
    world.poll()
    assert the_promise(world).doubt is Doubt.HOLDING_LINE


def test_a_missed_letter_that_was_only_put_off_is_owed(world: World) -> None:
    world.poll()
    with world.client() as client:
        client.create_folder("Archive")
    first = world.lay_in("Archive", QUESTION)
    world.by_hand("I will get back to you.", In_Reply_To=f"<{first}>")
    world.poll()
    assert reconcile(world.bot, world.now).missed == 1
    assert the_promise(world).doubt is Doubt.HOLDING_LINE


def test_what_the_author_writes_to_people_she_knows_is_not_read(world: World) -> None:
    fetched = watched(world)
    world.by_hand("See you on Sunday!", To="Sis <sister@example.org>")
    world.poll()
    world.by_hand(
        "I will get back to you.", To="sister@example.org", In_Reply_To="<h1@example.org>"
    )
    world.poll()
    assert fetched == []
    world.by_hand("I will get back to you.", To="ann@example.org", In_Reply_To="<a1@example.org>")
    world.poll()
    assert len(fetched) == 1


def test_the_queue_shows_what_the_author_should_settle(world: World) -> None:
    doubted(world)
    with world.bot.store.reading() as tx:
        (row,) = rows(tx, world.now.date())
    assert row.matter == Doubt.HOLDING_LINE.question


def test_still_owed_settles_the_doubt_and_keeps_the_promise_open(world: World) -> None:
    promise = doubted(world)
    promises.still_owed(world.bot.store, promise.letter_id, world.now)
    assert the_promise(world).doubt is None
    world.poll()
    assert the_promise(world).doubt is None


def test_answered_settles_the_doubt_and_keeps_the_promise(world: World) -> None:
    promise = doubted(world)
    promises.was_answered(world.bot.store, promise.letter_id, world.now)
    assert world.waiting() == []
    assert world.drafts(DraftState.PENDING) == []
    assert closed(world, promise).state is PromiseState.KEPT


def test_what_the_author_wrote_herself_voids_her_yes_to_a_draft(world: World) -> None:
    first = world.letter(QUESTION)
    world.poll()
    world.approve(world.the_draft())
    world.by_hand("I will get back to you soon.", In_Reply_To=f"<{first}>")
    world.later(minutes=2)
    world.send()
    assert world.replies() == []
    assert "after you approved it" in world.the_draft().reason


def test_a_new_mail_to_a_reader_whose_letter_was_not_seen_yet_asks_too(world: World) -> None:
    """She wrote a new mail before the next poll, instead of using "Reply"."""
    world.poll()
    world.letter(QUESTION)
    world.later(hours=2)
    own = world.by_hand("It can be tough.", Subject="Massage")
    world.poll()
    assert the_promise(world).doubt is Doubt.OTHER_LETTER
    world.later(hours=1)
    world.letter("And does it hurt the day after?", Subject="Another thing")
    world.letter("And how much does it cost?", In_Reply_To=f"<{own}>")
    world.poll()
    assert len(world.waiting()) == 2
    assert len(world.drafts(DraftState.PENDING)) == 2


def test_whom_she_wrote_to_before_their_first_letter_is_no_reader(world: World) -> None:
    world.by_hand("See you on Sunday!", Subject="Sunday")
    world.later(hours=2)
    world.letter(QUESTION)
    world.later(hours=2)
    world.by_hand("What a nice letter.", Subject="Massage")
    world.poll()
    assert world.waiting() == []


def test_a_new_mail_to_a_waiting_reader_asks_and_does_not_make_her_private(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    world.later(days=1)
    own = world.by_hand("It can be tough.", Subject="Massage")
    world.poll()
    assert the_promise(world).doubt is Doubt.OTHER_LETTER
    again = world.letter("And how much does it cost?", In_Reply_To=f"<{own}>")
    world.poll()
    assert world.stored(again) is not None
    assert len(world.waiting()) == 1


def test_a_mail_to_the_reader_from_before_her_letter_asks_nothing(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    world.later(days=-3)
    world.by_hand("Thanks for subscribing.", Subject="Welcome")
    world.later(days=3)
    world.poll()
    assert the_promise(world).doubt is None


@pytest.mark.parametrize(
    "text",
    [
        "Hi Ann,\n\nthanks for writing. I'll get back to you by Thursday.\n\nSteve",
        "Good question! Let me look into it. More soon.",
        "I am travelling this week and will write you again on Monday.",
        "Bear with me, Ann.",
        "Hello, I need a few days for this. Best, Steve",
        "I will answer your letter as soon as I can.",
    ],
)
def test_a_line_that_puts_a_reader_off_is_known(text: str) -> None:
    assert is_holding_line(text)


@pytest.mark.parametrize(
    "text",
    [
        "Yes, it can hurt a bit.",
        "No. Sorry, I don't know.",
        "It hurts for about a minute and then lets go. Press only as hard as feels good, breathe, "
        "and stop after a minute or so on each spot. Try it every other day for two weeks. If "
        "you have any more questions, I will get back to you as soon as I can.",
        "",
    ],
)
def test_an_answer_is_no_line_that_puts_a_reader_off(text: str) -> None:
    assert not is_holding_line(text)


# --- copies in Sent ----------------------------------------------------------------------------


@pytest.mark.parametrize("renamed", [False, True])
def test_where_the_server_files_what_was_sent_no_second_copy_is_added(
    world: World, renamed: bool
) -> None:
    """Exchange assigns its own Message-ID."""
    world.letter(QUESTION)
    world.poll()
    reply = sent(world, world.the_draft())
    named = {"Message_ID": "<made@exchange.example>"} if renamed else {}
    world.by_hand(
        reply.text,
        **{
            "Message_ID": f"<{reply.message_id}>",
            "X_Microsoft_Original_Message_ID": f"<{reply.message_id}>",
            **named,
        },
    )
    for _ in range(3):
        world.later(minutes=1)
        world.poll()
    assert len(world.folder("Sent")) == 1


def test_where_the_server_files_nothing_one_copy_is_added_after_a_while(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    sent(world, world.the_draft())
    assert world.folder("Sent") == []
    for _ in range(3):
        world.later(minutes=1)
        world.poll()
    assert len(world.folder("Sent")) == 1


# --- what did not arrive -----------------------------------------------------------------------


def test_a_reply_that_bounced_waits_again_for_a_better_address(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    reply = sent(world, world.the_draft())
    world.raw_letter(bounce_of(reply.message_id, world.imap.address))
    world.poll()
    assert the_promise(world).reason == "not delivered"
    again = world.the_draft()
    assert again.text == reply.text
    assert again.message_id != reply.message_id
    assert "not delivered" in again.reason


def test_a_report_from_a_persons_own_address_opens_nothing_again(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    reply = sent(world, world.the_draft())
    real = bounce_of(reply.message_id, world.imap.address)
    head = b"Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example.org>"
    forged = real.replace(head, b"From: Mal <mal@example.net>")
    world.raw_letter(forged.replace(b"Auto-Submitted: auto-replied\r\n", b""))
    world.poll()
    assert world.waiting() == []


def test_a_holding_reply_that_bounced_told_the_reader_nothing(world: World) -> None:
    world.letter(UNANSWERABLE)
    world.poll()
    due = the_promise(world).due
    held_from(world, world.the_draft())
    (reply,) = world.drafts(DraftState.SENT)
    world.raw_letter(bounce_of(reply.message_id, world.imap.address))
    world.poll()
    promise = the_promise(world)
    assert (promise.told, promise.due, promise.reason) == (None, due, "not delivered")


def test_an_answer_by_hand_that_bounced_is_still_owed(world: World) -> None:
    first = world.letter(QUESTION)
    world.poll()
    own = world.by_hand("It can.", In_Reply_To=f"<{first}>")
    world.poll()
    assert world.waiting() == []
    world.raw_letter(bounce_of(own, world.imap.address))
    world.poll()
    assert the_promise(world).reason == "not delivered"


def test_a_bounce_of_the_readers_own_letter_means_nothing(world: World) -> None:
    first = world.letter(QUESTION)
    world.poll()
    world.by_hand("It can.", In_Reply_To=f"<{first}>")
    world.raw_letter(bounce_of(first, world.imap.address))
    world.poll()
    assert world.waiting() == []


# --- the author's word -------------------------------------------------------------------------


def test_a_release_has_a_reason_and_ends_the_drafts(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    promise = the_promise(world)
    promises.release(world.bot.store, promise.letter_id, "she is my neighbour", world.now)
    assert world.waiting() == []
    assert world.drafts(DraftState.PENDING) == []
    after = closed(world, promise)
    assert (after.state, after.reason) == (PromiseState.RELEASED, "she is my neighbour")


def test_a_release_can_be_undone(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    promise, draft = the_promise(world), world.the_draft()
    promises.release(world.bot.store, promise.letter_id, "by mistake", world.now)
    promises.still_owed(world.bot.store, promise.letter_id, world.now)
    assert the_promise(world).id == promise.id
    assert world.the_draft().id == draft.id


def test_what_is_not_owed_cannot_be_released(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    promise = the_promise(world)
    promises.release(world.bot.store, promise.letter_id, "once", world.now)
    with pytest.raises(Conflict, match="isn't owed"):
        promises.release(world.bot.store, promise.letter_id, "twice", world.now)


def sent(world: World, draft: Draft) -> Draft:
    world.approve(draft)
    world.later(minutes=2)
    (reply,) = world.send().sent
    return reply


def held(world: World) -> Promise:
    world.letter(UNANSWERABLE)
    world.poll()
    return held_from(world, world.the_draft())


def held_from(world: World, draft: Draft) -> Promise:
    sent(world, review.hold(world.bot, review.shown(draft), world.now))
    return the_promise(world)


def doubted(world: World) -> Promise:
    first = world.letter(QUESTION)
    world.poll()
    world.by_hand("I will get back to you.", In_Reply_To=f"<{first}>")
    world.poll()
    return the_promise(world)


def mark(world: World, flag: bytes) -> None:
    with world.client() as client:
        client.select_folder("INBOX")
        client.add_flags(client.search(["ALL"]), [flag])


def watched(world: World) -> list[int]:
    """Record UIDs of letters in Sent that are read whole from now on."""
    fetched: list[int] = []
    account = world.bot.accounts[0]
    letters = account.mailbox.letters

    class Watched(ImapMailbox):
        def letters(self, folder: str, uids: Sequence[int]) -> Iterator[Fetched]:
            fetched.extend(uids if folder == "Sent" else ())
            return letters(folder, uids)

    mailbox = Watched(world.imap)
    world.use(replace(world.bot, accounts=(replace(account, mailbox=mailbox),)))
    return fetched


def bounce_of(message_id: str, to: str, name: str = "bounce1") -> bytes:
    return (
        "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example.org>\r\n"
        f"To: {to}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"Message-ID: <{name}@mx.example.org>\r\nAuto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; "
        'boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nNo such person.\r\n'
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822; ann@example.org\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"From: {to}\r\nTo: ann@example.org\r\nMessage-ID: <{message_id}>\r\n\r\n--b--\r\n"
    ).encode()
