"""The specification: what happens to a reader's letter, and what never does.

Each test is a sentence about an author, her mailbox on a real IMAP server, her store in a real
file or on a real PostgreSQL server, and a real SMTP server that takes what she sends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from inbox_bot import pipeline, review
from inbox_bot.bot import Policy
from inbox_bot.errors import Conflict, Unreadable
from inbox_bot.letters.reading import Sandbox
from inbox_bot.letters.safety import Safety
from inbox_bot.model import (
    Actor,
    Doubt,
    Draft,
    DraftKind,
    DraftState,
    Event,
    Heard,
    Message,
    PromiseState,
    Verb,
    Verdict,
)
from inbox_bot.settings.accounts import ImapAccount
from tests.servers.smtp import Receiver
from tests.world import World

pytestmark = pytest.mark.both_stores

QUESTION = "Hi Steve,\n\ndoes trigger point massage hurt?\n\nThanks,\nAnn"
UNANSWERABLE = "Hi Steve,\n\nhow much does a session usually cost?\n\nAnn"


@pytest.fixture
def untouched(
    account: ImapAccount, smtp: Receiver, tmp_path: Path, sandbox: Sandbox
) -> Iterator[World]:
    """A world in which the author has not said yes to anything yet."""
    world = World(imap=account, smtp=smtp, directory=tmp_path, sandbox=sandbox)
    yield world
    world.close()


@pytest.fixture
def world(untouched: World) -> World:
    untouched.begin()
    return untouched


# --- a letter comes in -------------------------------------------------------------------------


def test_a_readers_letter_becomes_a_draft_and_a_promise(world: World) -> None:
    message_id = world.letter(QUESTION)
    world.poll()
    draft = world.the_draft()
    assert draft.kind is DraftKind.ANSWER
    assert draft.entries == ("trigger-point-massage",)
    assert [address.email for address in draft.to] == ["ann@example.org"]
    assert draft.in_reply_to == message_id
    assert [promise.reader for promise in world.waiting()] == ["ann@example.org"]


def test_a_letter_that_no_entry_answers_gets_a_blank_draft_and_a_promise(world: World) -> None:
    world.letter(UNANSWERABLE)
    world.poll()
    assert world.the_draft().kind is DraftKind.BLANK
    assert len(world.waiting()) == 1


def test_words_of_danger_are_heard_among_many_letters(world: World) -> None:
    for number in range(20):
        text = "I can't feel my legs" if number == 7 else QUESTION
        world.letter(text, From=f"{number}@example.org")
    world.poll()
    urgent = [draft for draft in world.drafts() if draft.kind is DraftKind.URGENT]
    assert [draft.to[0].email for draft in urgent] == ["7@example.org"]


def test_words_of_danger_get_no_canned_answer(world: World) -> None:
    world.letter("Does massage help? Since yesterday I can't feel my legs and can't pee.")
    world.poll()
    draft = world.the_draft()
    assert draft.kind is DraftKind.URGENT
    assert draft.entries == ()


def test_danger_below_thanks_is_drafted_for_and_owed(world: World) -> None:
    world.letter("Thanks!\n\n-- \nAnn\nI can't feel my legs and can't pee.", Subject="Re: pads")
    world.poll()
    assert world.the_draft().kind is DraftKind.URGENT
    assert [promise.reader for promise in world.waiting()] == ["ann@example.org"]


def test_the_same_message_seen_twice_makes_one_draft(world: World) -> None:
    world.letter(QUESTION, Message_ID="<twice@example.org>")
    world.letter(QUESTION, Message_ID="<twice@example.org>")
    world.poll()
    world.poll()
    assert len(world.drafts()) == 1


def test_a_poll_with_nothing_new_changes_nothing(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    before = (world.drafts(), world.waiting(), world.folder("Drafts"))
    assert world.poll().letters == 0
    assert (world.drafts(), world.waiting(), world.folder("Drafts")) == before


def test_newsletters_and_machines_letters_are_kept_unread(world: World) -> None:
    news = world.letter(QUESTION, From="News <news@shop.example>", List_Id="<news.shop.example>")
    order = world.letter(QUESTION, From="Shop <a@shop.example>", Auto_Submitted="auto-generated")
    read: list[bytes] = []

    def reading(raws: Sequence[bytes]) -> Sequence[Message | Unreadable]:
        read.extend(raws)
        return world.sandbox.read(raws)

    world.use(replace(world.bot, read=reading))
    world.poll()
    assert (world.verdict(news), world.verdict(order)) == (Verdict.LIST, Verdict.AUTOMATIC)
    assert not any(b"trigger point" in raw for raw in read)
    letter = world.stored(news)
    assert letter is not None
    assert b"trigger point" in letter.raw
    with world.bot.store.reading() as tx:
        assert [one.letter_id for one in tx.messages.search("shop.example", 9)]


def test_the_readers_letter_stays_unread_and_where_it_is(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    assert all(b"\\Seen" not in flags for flags in world.flags("INBOX"))
    assert len(world.folder("INBOX")) == 1


def test_a_broken_letter_is_set_aside_and_its_neighbours_are_read(world: World) -> None:
    world.letter(QUESTION)
    world.raw_letter(_nested(2_000, world.imap.address))
    world.letter(QUESTION, From="Bob <bob@example.org>")
    assert world.poll().set_aside == 1
    kinds = [draft.kind for draft in world.drafts(DraftState.PENDING)]
    assert kinds.count(DraftKind.ANSWER) == 2
    assert kinds.count(DraftKind.BLANK) == 1


def test_a_letter_over_which_the_bot_stumbles_is_set_aside_alone(world: World) -> None:
    knowledge = world.bot.knowledge()
    first = world.letter(QUESTION, Subject="stumble")
    second = world.letter(QUESTION, From="bob@example.org")
    broken = replace(knowledge, safety=cast("Safety", Stumbling(knowledge.safety)))
    world.use(replace(world.bot, knowledge=lambda: broken))
    world.poll()
    blank = next(one for one in world.drafts() if one.kind is DraftKind.BLANK)
    assert blank.in_reply_to == first
    assert world.verdict(second) is Verdict.READER
    assert len(world.drafts(DraftState.PENDING)) == 2


def test_raw_bytes_are_kept_as_they_came(world: World) -> None:
    raw = (
        b"From: a@example.org\r\nMessage-ID: <raw@x>\r\nSubject: h\xe9\r\n\r\nDoes it hurt?\xff\r\n"
    )
    world.raw_letter(
        raw.replace(b"Subject", b"To: " + world.imap.address.encode() + b"\r\nSubject")
    )
    world.poll()
    stored = world.stored("raw@x")
    assert stored is not None
    assert stored.raw == world.folder("INBOX")[0]


# --- what is none of the bot's business --------------------------------------------------------


def test_a_letter_from_somebody_whom_the_author_wrote_to_is_not_fetched(world: World) -> None:
    world.by_hand("See you on Sunday!", To="Sis <sister@example.org>")
    message_id = world.letter("Does massage help?", From="Sis <sister@example.org>")
    report = world.poll()
    assert report.out_of_scope == 1
    assert world.stored(message_id) is None
    assert world.drafts() == []


def test_a_letter_in_a_thread_that_the_author_began_is_not_fetched(world: World) -> None:
    begun = world.by_hand("Could you quote for a new roof?", To="roofer@example.com")
    world.letter("Which roof do you want?", From="boss@roofer.example", In_Reply_To=f"<{begun}>")
    assert world.poll().out_of_scope == 1


def test_answering_a_reader_does_not_make_her_a_private_person(world: World) -> None:
    first = world.letter(QUESTION)
    world.poll()
    world.by_hand("It can be tough, yes.", In_Reply_To=f"<{first}>")
    world.later(hours=1)
    world.letter(UNANSWERABLE, Subject="Another thing")
    world.poll()
    assert len(world.drafts(DraftState.PENDING)) == 1


def test_not_a_reader_is_remembered_and_can_be_undone(world: World) -> None:
    message_id = world.letter(QUESTION)
    world.poll()
    letter = world.stored(message_id)
    assert letter is not None
    review.not_a_reader(world.bot, letter.id, world.now)
    assert world.waiting() == []
    assert world.drafts(DraftState.PENDING) == []
    again = world.letter(QUESTION, Subject="Again")
    assert world.poll().out_of_scope == 1
    review.a_reader_after_all(world.bot, letter.id, world.now)
    world.poll()
    kept_out = world.stored(again)
    assert kept_out is not None
    drafted = [one.letter_id for one in world.drafts(DraftState.PENDING)]
    assert drafted == [letter.id, kept_out.id]
    assert len(world.waiting()) == 2


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        ({"Auto_Submitted": "auto-replied"}, Verdict.AUTOMATIC),
        ({"List_Id": "<news.example.org>", "List_Unsubscribe": "<https://x>"}, Verdict.LIST),
        ({"From": "MAILER-DAEMON@example.org"}, Verdict.BOUNCE),
    ],
)
def test_machines_are_not_answered(world: World, headers: dict[str, str], verdict: Verdict) -> None:
    message_id = world.letter("Does massage help?", **headers)
    world.poll()
    assert world.verdict(message_id) in (verdict, Verdict.AUTOMATIC)
    assert world.drafts() == []
    assert world.waiting() == []


def test_a_thank_you_neither_opens_nor_closes_a_promise(world: World) -> None:
    first = world.letter(QUESTION)
    world.letter("Thanks, that helped a lot!", From="bob@example.org")
    world.letter("Thank you so much!", In_Reply_To=f"<{first}>")
    world.poll()
    assert [promise.state for promise in world.waiting()] == [PromiseState.OPEN]


# --- the first poll ----------------------------------------------------------------------------


def test_nothing_is_drafted_before_the_authors_first_yes(untouched: World) -> None:
    untouched.letter(QUESTION)
    answered = untouched.letter(QUESTION, From="bob@example.org")
    untouched.by_hand("Yes.", To="bob@example.org", In_Reply_To=f"<{answered}>")
    untouched.poll()
    first = pipeline.first_letters(untouched.bot)
    assert (first.letters, first.answered, first.waiting) == (2, 1, 1)
    assert untouched.drafts() == []
    assert untouched.folder("Drafts") == []
    untouched.begin()
    untouched.poll()
    assert len(untouched.drafts(DraftState.PENDING)) == 1
    assert len(untouched.folder("Drafts")) == 1


def test_letters_from_before_the_first_day_are_left_alone(world: World) -> None:
    world.now -= timedelta(days=30)
    world.letter(QUESTION)
    world.now += timedelta(days=30)
    assert world.poll().letters == 0


def test_a_letter_with_the_answered_flag_alone_is_asked_about(world: World) -> None:
    world.letter(QUESTION)
    with world.client() as client:
        client.select_folder("INBOX")
        client.add_flags(client.search(["ALL"]), [b"\\Answered"])
    world.poll()
    assert world.waiting()[0].doubt is Doubt.HOLDING_LINE


# --- the author says yes -----------------------------------------------------------------------


def test_an_approved_draft_leaves_once_and_threaded(world: World) -> None:
    message_id = world.letter(QUESTION, References="<root@example.org>")
    world.poll()
    world.approve(world.the_draft())
    world.later(minutes=2)
    assert len(world.send().sent) == 1
    assert len(world.send().sent) == 0
    (reply,) = world.replies()
    assert reply.recipients == ("ann@example.org",)
    assert reply.email["In-Reply-To"] == f"<{message_id}>"
    assert reply.email["References"].split() == ["<root@example.org>", f"<{message_id}>"]
    assert reply.email["Subject"] == "Re: Your article on massage"
    assert world.waiting() == []


def test_nothing_leaves_without_a_yes(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    world.later(days=30)
    world.send()
    assert world.replies() == []


def test_nothing_leaves_before_the_undo_window_is_over(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    approved = world.approve(world.the_draft())
    world.later(seconds=30)
    world.send()
    assert world.replies() == []
    review.undo(world.bot, approved.id, world.now)
    world.later(minutes=5)
    world.send()
    assert world.replies() == []
    assert world.the_draft().id == approved.id


def test_a_yes_to_another_version_is_refused(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    draft = world.the_draft()
    review.edit(world.bot, review.shown(draft), "Hi Ann,\n\nno.\n\nSteve", world.now)
    with pytest.raises(Conflict, match="version 2"):
        world.approve(draft)


def test_a_yes_to_another_text_is_refused(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    shown = replace(review.shown(world.the_draft()), hash="0" * 64)
    with pytest.raises(Conflict, match="changed since you saw it"):
        review.approve(world.bot, shown, world.now)


def test_a_blank_draft_cannot_be_approved(world: World) -> None:
    world.letter(UNANSWERABLE)
    world.poll()
    with pytest.raises(Conflict, match="no answer yet"):
        world.approve(world.the_draft())


def test_an_edited_draft_leaves_with_the_authors_words(world: World) -> None:
    world.letter(UNANSWERABLE)
    world.poll()
    shown = review.shown(world.the_draft())
    edited = review.edit(world.bot, shown, "Hi Ann,\n\nabout $90.\n\nSteve", world.now)
    world.approve(edited)
    world.later(minutes=2)
    world.send()
    assert b"about $90." in world.replies()[0].raw


def test_a_new_letter_in_the_thread_voids_the_approval(world: World) -> None:
    message_id = world.letter(QUESTION)
    world.poll()
    world.approve(world.the_draft())
    world.letter("And is it expensive?", In_Reply_To=f"<{message_id}>")
    world.later(minutes=2)
    world.send()
    assert world.replies() == []
    assert world.the_draft().version == 2


def test_two_new_letters_at_once_void_the_approval_too(world: World) -> None:
    message_id = world.letter(QUESTION)
    world.poll()
    world.approve(world.the_draft())
    for text in ("And is it expensive?", "I mean, for one hour?"):
        world.letter(text, In_Reply_To=f"<{message_id}>")
    world.later(minutes=2)
    world.send()
    assert world.replies() == []
    assert len(world.waiting()) == 1


def test_an_answer_by_hand_voids_the_approval_and_keeps_the_promise(world: World) -> None:
    message_id = world.letter(QUESTION)
    world.poll()
    world.approve(world.the_draft())
    world.by_hand("It can.", In_Reply_To=f"<{message_id}>")
    world.later(minutes=2)
    world.send()
    assert world.replies() == []
    assert world.waiting() == []


def test_while_paused_nothing_leaves(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    world.approve(world.the_draft())
    world.later(minutes=2)
    with world.bot.store.transaction() as tx:
        tx.set_fact("paused", "yes")
    world.send()
    assert world.replies() == []
    with world.bot.store.transaction() as tx:
        tx.set_fact("paused", "")
    world.send()
    assert len(world.replies()) == 1


def test_an_approval_that_could_not_be_sent_for_a_day_asks_again(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    world.approve(world.the_draft())
    world.later(hours=25)
    world.send()
    assert world.replies() == []
    assert "approve it again" in world.the_draft().reason


# --- what becomes of a reply -------------------------------------------------------------------


def test_a_server_that_is_busy_gets_the_reply_later(world: World) -> None:
    _approved(world)
    world.smtp.say({"RCPT": "451 later"})
    (later,) = world.send().later
    assert later.attempts == 1
    world.smtp.say({})
    world.send()
    assert world.replies() == []
    world.later(minutes=5)
    world.send()
    assert len(world.replies()) == 1


def test_a_refused_reply_is_shown_and_never_sent_again(world: World) -> None:
    _approved(world)
    world.smtp.say({"RCPT": "550 no such person"})
    (refused,) = world.send().refused
    assert "no such person" in refused.reason
    world.smtp.say({})
    world.later(hours=1)
    world.send()
    assert world.replies() == []
    assert len(world.waiting()) == 1


def test_a_reply_that_a_dead_process_was_sending_is_uncertain(world: World) -> None:
    draft = _approved(world)
    with world.bot.store.transaction() as tx:
        tx.drafts.move(draft, replace(draft, state=DraftState.SENDING, sent_at=world.now))
        for verb in (Verb.SENDING, Verb.HANDED_OVER):
            tx.record(
                Event(
                    at=world.now,
                    actor=Actor.BOT,
                    verb=verb,
                    letter_id=draft.letter_id,
                    draft_id=draft.id,
                    version=draft.version,
                )
            )
    world.restart()
    pipeline.recover(world.bot, world.now)
    world.later(hours=1)
    world.send()
    assert world.replies() == []
    assert len(world.drafts(DraftState.UNCERTAIN)) == 1


def test_a_reply_that_never_came_to_its_data_is_sent_after_all(world: World) -> None:
    draft = _approved(world)
    with world.bot.store.transaction() as tx:
        tx.drafts.move(draft, replace(draft, state=DraftState.SENDING, sent_at=world.now))
    world.restart()
    pipeline.recover(world.bot, world.now)
    world.later(hours=1)
    world.send()
    assert len(world.replies()) == 1
    assert [one.id for one in world.drafts(DraftState.SENT)] == [draft.id]


def test_an_uncertain_reply_that_lies_in_sent_was_sent(world: World) -> None:
    draft = _approved(world)
    with world.bot.store.transaction() as tx:
        sending = tx.drafts.move(draft, replace(draft, state=DraftState.SENDING))
        tx.drafts.move(sending, replace(sending, state=DraftState.UNCERTAIN))
    world.by_hand("the reply itself", Message_ID=f"<{draft.message_id}>")
    world.poll()
    assert [one.id for one in world.drafts(DraftState.SENT)] == [draft.id]
    assert world.waiting() == []


def test_a_bounce_of_our_reply_opens_the_promise_again(world: World) -> None:
    draft = _approved(world)
    world.send()
    assert world.waiting() == []
    world.raw_letter(_bounce_of(draft.message_id, world.imap.address))
    world.poll()
    (promise,) = world.waiting()
    assert promise.reason == "not delivered"


def test_a_holding_reply_moves_the_promise_and_does_not_keep_it(world: World) -> None:
    world.letter(UNANSWERABLE)
    world.poll()
    held = review.hold(world.bot, review.shown(world.the_draft()), world.now)
    assert held.kind is DraftKind.HOLDING
    world.approve(held)
    world.later(minutes=2)
    world.send()
    assert len(world.replies()) == 1
    (promise,) = world.waiting()
    assert promise.told == held.promised_day
    assert world.the_draft().kind is DraftKind.BLANK


# --- copies in the author's folders ------------------------------------------------------------


def test_a_pending_answer_also_lies_in_drafts_with_nothing_private(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    (raw,) = world.folder("Drafts")
    assert b"\\Draft" in world.flags("Drafts")[0]
    assert b"X-" not in raw.partition(b"\r\n\r\n")[0]


def test_the_copy_in_drafts_goes_when_the_reply_is_sent(world: World) -> None:
    _approved(world)
    world.send()
    world.poll()
    assert world.folder("Drafts") == []


def test_a_reply_is_filed_in_sent_when_the_server_does_not_do_it(world: World) -> None:
    _approved(world)
    world.send()
    assert world.folder("Sent") == []
    world.later(minutes=1)
    world.poll()
    world.poll()
    (copy,) = world.folder("Sent")
    assert copy.rstrip() == world.replies()[0].raw.rstrip()


def test_a_draft_sent_from_the_authors_own_program_keeps_the_promise(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    draft = world.the_draft()
    world.by_hand("edited there", Message_ID=f"<{draft.message_id}>")
    world.poll()
    assert world.waiting() == []
    assert [one.id for one in world.drafts(DraftState.SENT)] == [draft.id]


@pytest.mark.parametrize("at_once", [0, 1])
def test_no_more_drafts_lie_in_drafts_than_the_author_wants(world: World, at_once: int) -> None:
    world.restart(replace(Policy(), drafts_at_once=at_once))
    for name in ("ann", "bob", "cleo"):
        world.letter(QUESTION, From=f"{name}@example.org")
    world.poll()
    world.poll()
    assert len(world.folder("Drafts")) == at_once
    assert len(world.drafts(DraftState.PENDING)) == 3


class Stumbling:
    """Safety with a bug that one letter triggers."""

    def __init__(self, safety: Safety) -> None:
        self._safety = safety

    def hear(self, text: str) -> Heard:
        return self.hear_many([text])[0]

    def hear_many(self, texts: Sequence[str]) -> list[Heard]:
        if any(text.startswith("stumble") for text in texts):
            raise ZeroDivisionError
        return self._safety.hear_many(texts)


def _approved(world: World) -> Draft:
    world.letter(QUESTION)
    world.poll()
    draft = world.approve(world.the_draft())
    world.later(minutes=2)
    return draft


def _nested(depth: int, to: str) -> bytes:
    """A letter of parts within parts, deeper than any mail program makes."""
    lines = [b"From: deep@example.org", b"To: " + to.encode(), b"Message-ID: <deep@x>"]
    for level in range(depth):
        lines += [b'Content-Type: multipart/mixed; boundary="b%d"' % level, b"", b"--b%d" % level]
    return b"\r\n".join(lines)


def _bounce_of(message_id: str, to: str) -> bytes:
    return (
        "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example.org>\r\n"
        f"To: {to}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        "Message-ID: <bounce1@mx.example.org>\r\nAuto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; "
        'boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nNo such person.\r\n'
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822; ann@example.org\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"From: {to}\r\nTo: ann@example.org\r\nMessage-ID: <{message_id}>\r\n\r\n--b--\r\n"
    ).encode()
