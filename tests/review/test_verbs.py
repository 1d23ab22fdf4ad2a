"""The author's actions apply to the version that she saw, and can be undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_bot import review
from inbox_bot.bot import Bot
from inbox_bot.errors import Conflict, WrongUse
from inbox_bot.model import Answer, Doubt, Draft, DraftKind, DraftState, Verb, Verdict
from inbox_bot.model.records import EVER
from inbox_bot.promises import ledger
from inbox_bot.review import promises
from inbox_bot.review.queue import rows
from inbox_bot.steps.remake import offer_holding, remake_stale
from inbox_bot.steps.remake_answers import remake_all
from inbox_bot.web.phrases import HAPPENED
from tests.world import World

QUESTIONS = "Hi Steve,\n\ndoes trigger point massage hurt? And how much does a session cost?\n\nAnn"


@pytest.fixture
def world(world: World) -> World:
    """A reader has asked two things, one of which the FAQ answers."""
    world.letter(QUESTIONS)
    world.poll()
    return world


def seen(world: World) -> review.Shown:
    return review.shown(world.the_draft())


def test_a_line_from_the_author_becomes_the_first_sentence(world: World) -> None:
    lined = review.add_line(world.bot, seen(world), "So good to hear from you again", world.now)
    assert lined.text.split("\n\n")[1].startswith("So good to hear from you again.")


def test_a_line_and_a_yes_are_one_step(world: World) -> None:
    review.approve_with_line(world.bot, seen(world), "Hello again!", world.now)
    world.later(minutes=2)
    world.send()
    assert b"Hello again!" in world.replies()[0].raw


def test_a_question_is_answered_with_the_entry_that_the_author_chose(world: World) -> None:
    swapped = review.swap(world.bot, seen(world), 0, "massage-chair", world.now)
    assert swapped.entries == ("massage-chair",)
    assert isinstance(swapped.decisions[0], Answer)
    assert swapped.decisions[0].reason == "you chose it"


def test_what_the_author_chose_stays_when_the_drafts_are_made_anew(world: World) -> None:
    review.swap(world.bot, seen(world), 0, "massage-chair", world.now)
    remake_all(world.bot, world.now)
    assert world.the_draft().entries == ("massage-chair",)


def test_an_entry_that_does_not_exist_cannot_be_chosen(world: World) -> None:
    with pytest.raises(Conflict, match="no entry"):
        review.swap(world.bot, seen(world), 0, "no-such-entry", world.now)


def test_what_is_not_a_question_needs_no_answer(world: World) -> None:
    assert world.the_draft().kind is DraftKind.PARTIAL
    rest = review.not_a_question(world.bot, seen(world), 1, world.now)
    assert rest.kind is DraftKind.ANSWER
    assert len(world.waiting()) == 1


def test_a_letter_with_no_question_left_is_owed_nothing(world: World) -> None:
    review.not_a_question(world.bot, seen(world), 1, world.now)
    review.not_a_question(world.bot, seen(world), 0, world.now)
    assert world.waiting() == []


def test_a_holding_reply_names_no_day_when_the_author_wants_none(world: World) -> None:
    held = review.hold_without_date(world.bot, seen(world), world.now)
    assert held.kind is DraftKind.HOLDING
    assert held.promised_day is None


def test_an_answer_by_telephone_keeps_the_promise(world: World) -> None:
    review.answered_by_hand(world.bot, seen(world), world.now)
    assert world.waiting() == []
    assert world.drafts(DraftState.PENDING) == []


def test_a_snoozed_draft_is_out_of_sight_until_its_day(world: World) -> None:
    today = world.now.date()
    draft = world.the_draft()
    review.snooze(world.bot, draft.id, today + timedelta(days=3), world.now)
    assert in_sight(world, 0) == []
    assert in_sight(world, 3) == [draft.id]
    review.wake(world.bot, draft.id, world.now)
    assert in_sight(world, 0) == [draft.id]


def in_sight(world: World, days: int) -> list[int]:
    with world.bot.store.reading() as tx:
        found = rows(tx, world.now.date() + timedelta(days=days))
    return [row.draft.id for row in found]


def test_nobody_of_a_domain_is_a_reader_once_the_author_said_so(world: World) -> None:
    assert review.never_domain(world.bot, world.the_draft().letter_id, world.now) == "@example.org"
    world.letter(QUESTIONS, From="bob@example.org")
    assert world.poll().out_of_scope == 1


def test_a_correction_answers_our_own_reply_in_the_same_thread(world: World) -> None:
    review.approve(world.bot, seen(world), world.now)
    world.later(minutes=2)
    (sent,) = world.send().sent
    again = review.write_again(world.bot, sent.id, "It was 10 weeks, not 12.", world.now)
    assert again.in_reply_to == sent.message_id
    assert again.references[-1] == sent.message_id
    assert "It was 10 weeks, not 12." in again.text
    assert again.state is DraftState.PENDING


def test_the_author_settles_what_nobody_can_know(world: World) -> None:
    uncertain = made_uncertain(world)
    review.was_not_sent(world.bot, uncertain.id, world.now)
    assert world.the_draft().id == uncertain.id
    review.undo(world.bot, uncertain.id, world.now)
    assert world.drafts(DraftState.UNCERTAIN)[0].id == uncertain.id
    review.was_not_sent(world.bot, uncertain.id, world.now)
    made_uncertain(world)
    review.was_sent(world.bot, uncertain.id, world.now)
    assert len(world.drafts(DraftState.SENT)) == 1
    assert world.replies() == []


def made_uncertain(world: World) -> Draft:
    review.approve(world.bot, seen(world), world.now)
    world.later(minutes=2)
    with world.bot.store.transaction() as tx:
        (approved,) = tx.drafts.in_state(DraftState.APPROVED)
        sending = tx.drafts.move(approved, replace(approved, state=DraftState.SENDING))
        return tx.drafts.move(sending, replace(sending, state=DraftState.UNCERTAIN))


@pytest.mark.parametrize("text", ["", "   \n", "Hi Ann,\n\nSteve"])
def test_a_reply_that_says_nothing_cannot_be_approved(text: str, world: World) -> None:
    edited = review.edit(world.bot, seen(world), text, world.now)
    with pytest.raises(Conflict, match="no answer yet"):
        review.approve(world.bot, review.shown(edited), world.now)


def test_a_reply_with_a_placeholder_cannot_be_approved(world: World) -> None:
    edited = review.edit(world.bot, seen(world), "Hi {{ name }},\n\nyes.\n\nSteve", world.now)
    with pytest.raises(Conflict, match="placeholder"):
        review.approve(world.bot, review.shown(edited), world.now)


def test_danger_cannot_be_put_off(world: World) -> None:
    world.letter("I can't feel my legs and I can't pee.", From="bob@example.org")
    world.poll()
    (urgent,) = [one for one in world.drafts() if one.kind is DraftKind.URGENT]
    with pytest.raises(Conflict, match="can't wait"):
        review.hold(world.bot, review.shown(urgent), world.now)


def test_a_refused_reply_can_be_mended(world: World) -> None:
    review.approve(world.bot, seen(world), world.now)
    world.later(minutes=2)
    world.smtp.say({"RCPT": "550 no such person"})
    (refused,) = world.send().refused
    review.edit(world.bot, review.shown(refused), "Hi Ann,\n\nyes.\n\nSteve", world.now)
    assert world.the_draft().version == refused.version + 1


def test_all_that_waits_for_a_ruled_out_sender_is_over_and_comes_back_with_her(
    world: World,
) -> None:
    world.letter(QUESTIONS, Subject="Something else")
    world.poll()
    letter_id = world.drafts(DraftState.PENDING)[0].letter_id
    review.not_a_reader(world.bot, letter_id, world.now)
    assert world.drafts(DraftState.PENDING) == []
    assert world.waiting() == []
    review.undo_last(world.bot, letter_id, world.now)
    assert len(world.drafts(DraftState.PENDING)) == 2
    assert len(world.waiting()) == 2


def refused_draft(world: World) -> Draft:
    """A reply that the mail server refused: unknown recipient."""
    review.approve(world.bot, seen(world), world.now)
    world.later(minutes=2)
    world.smtp.say({"RCPT": "550 no such person"})
    (refused,) = world.send().refused
    world.smtp.say({})
    return refused


def in_queue(world: World) -> list[DraftState]:
    with world.bot.store.reading() as tx:
        return [row.draft.state for row in rows(tx, world.now.date())]


def test_a_refused_reply_is_over_once_she_answered_by_hand(world: World) -> None:
    refused = refused_draft(world)
    world.by_hand("Dear Ann, it does hurt a little.", In_Reply_To=f"<{refused.in_reply_to}>")
    world.poll()
    assert world.waiting() == []
    assert in_queue(world) == []


def test_a_refused_reply_goes_with_who_is_no_reader(world: World) -> None:
    review.not_a_reader(world.bot, refused_draft(world).letter_id, world.now)
    assert in_queue(world) == []


def test_who_writes_again_after_a_refused_reply_has_one_draft(world: World) -> None:
    refused = refused_draft(world)
    again = "Hi Steve,\n\nand does a massage chair help?\n\nAnn"
    world.letter(again, In_Reply_To=f"<{refused.in_reply_to}>")
    world.poll()
    assert in_queue(world) == [DraftState.PENDING]
    assert world.the_draft().id == refused.id


# --- taking back -------------------------------------------------------------------------------

Said = Callable[[Bot, World], object]
VERBS: dict[str, Said] = {
    "approve": lambda bot, world: review.approve(bot, seen(world), world.now),
    "reject": lambda bot, world: review.reject(bot, seen(world), world.now),
    "edit": lambda bot, world: review.edit(bot, seen(world), "Hi.", world.now),
    "line": lambda bot, world: review.add_line(bot, seen(world), "Hi again", world.now),
    "swap": lambda bot, world: review.swap(bot, seen(world), 0, "surgery", world.now),
    "no question": lambda bot, world: review.not_a_question(bot, seen(world), 0, world.now),
    "hold": lambda bot, world: review.hold(bot, seen(world), world.now),
    "by hand": lambda bot, world: review.answered_by_hand(bot, seen(world), world.now),
    "snooze": lambda bot, world: review.snooze(
        bot, world.the_draft().id, world.now.date() + timedelta(days=9), world.now
    ),
}


SETTLINGS: dict[str, Callable[[Bot, int, World], object]] = {
    "released": lambda bot, letter, world: promises.release(bot.store, letter, "so", world.now),
    "answered": lambda bot, letter, world: promises.was_answered(bot.store, letter, world.now),
}


@pytest.mark.parametrize("word", SETTLINGS)
def test_a_promise_that_was_settled_is_owed_again_when_that_is_taken_back(
    word: str, world: World
) -> None:
    before = world.the_draft()
    SETTLINGS[word](world.bot, before.letter_id, world)
    assert world.drafts(DraftState.PENDING) == []
    review.undo_last(world.bot, before.letter_id, world.now)
    assert world.the_draft() == before
    assert len(world.waiting()) == 1


@pytest.mark.parametrize(
    ("settle", "verb"),
    [("by hand", Verb.ANSWERED_BY_HAND), ("answered", Verb.ANSWERED_ELSEWHERE)],
)
def test_by_hand_and_elsewhere_are_told_apart(settle: str, verb: Verb, world: World) -> None:
    letter_id = world.the_draft().letter_id
    if settle == "by hand":
        review.answered_by_hand(world.bot, seen(world), world.now)
    else:
        promises.was_answered(world.bot.store, letter_id, world.now)
    with world.bot.store.reading() as tx:
        assert tx.events(letter_id)[-1].verb is verb


def test_every_event_has_words_on_the_page() -> None:
    assert set(HAPPENED) == set(Verb)


def test_a_doubt_that_was_settled_comes_back_when_that_is_taken_back(world: World) -> None:
    draft = world.the_draft()
    with world.bot.store.transaction() as tx:
        thread = tx.messages.get(draft.letter_id).thread
        ledger.doubt(tx, thread, Doubt.OTHER_LETTER)
    promises.still_owed(world.bot.store, draft.letter_id, world.now)
    assert world.waiting()[0].doubt is None
    review.undo_last(world.bot, draft.letter_id, world.now)
    assert world.waiting()[0].doubt is Doubt.OTHER_LETTER


def test_a_letter_with_its_question_back_is_owed_an_answer_again(world: World) -> None:
    draft = world.the_draft()
    for _ in draft.decisions:
        review.not_a_question(world.bot, seen(world), 0, world.now)
    assert world.waiting() == []
    review.undo(world.bot, draft.id, world.now)
    assert len(world.waiting()) == 1


def test_the_same_words_go_to_another_address(world: World) -> None:
    before = world.the_draft()
    review.readdress(world.bot, seen(world), "ann@new.example.org", world.now)
    after = world.the_draft()
    assert (after.to[0].email, after.text) == ("ann@new.example.org", before.text)
    with pytest.raises(WrongUse, match="isn't a valid"):
        review.readdress(world.bot, seen(world), "ann@new.example, bob@b.example", world.now)
    review.undo(world.bot, before.id, world.now)
    assert world.the_draft().to == before.to


NEW_ADDRESS = "ann@new.example.org"


def mended(bot: Bot, world: World) -> None:
    signed = replace(bot, author=replace(bot.author, signature="Steve B."))
    remake_all(signed, world.now)


def late(bot: Bot, world: World) -> None:
    world.later(days=30)
    remake_stale(bot, world.now)


RECOMPOSED: dict[str, Callable[[Bot, World], object]] = {
    "swap": lambda bot, world: review.swap(bot, seen(world), 0, "surgery", world.now),
    "no question": lambda bot, world: review.not_a_question(bot, seen(world), 0, world.now),
    "hold": lambda bot, world: review.hold(bot, seen(world), world.now),
    "mended": mended,
    "late": late,
}


@pytest.mark.parametrize("how", RECOMPOSED)
def test_a_draft_that_was_readdressed_keeps_its_address_when_it_is_written_anew(
    how: str, world: World
) -> None:
    review.readdress(world.bot, seen(world), NEW_ADDRESS, world.now)
    before = world.the_draft()
    RECOMPOSED[how](world.bot, world)
    assert world.the_draft().version == before.version + 1
    assert world.the_draft().to[0].email == NEW_ADDRESS


@pytest.mark.parametrize("how", ["mended", "late"])
def test_a_draft_out_of_sight_stays_so_when_the_bot_writes_it_anew(how: str, world: World) -> None:
    day = world.now.date() + timedelta(days=90)
    review.snooze(world.bot, world.the_draft().id, day, world.now)
    before = world.the_draft()
    RECOMPOSED[how](world.bot, world)
    assert world.the_draft().version == before.version + 1
    assert world.the_draft().snoozed_until == day


def test_a_holding_reply_that_is_offered_stays_out_of_sight(world: World) -> None:
    review.swap(world.bot, seen(world), 0, "surgery", world.now)
    world.letter("Hi Steve,\n\nhow much does a session cost?\n\nBob", From="bob@example.net")
    world.poll()
    blank = next(one for one in world.drafts(DraftState.PENDING) if one.kind is DraftKind.BLANK)
    day = world.now.date() + timedelta(days=90)
    review.snooze(world.bot, blank.id, day, world.now)
    assert offer_holding(world.bot, (EVER, world.now + timedelta(days=99)), world.now)
    with world.bot.store.reading() as tx:
        held = tx.drafts.get(blank.id)
    assert (held.kind, held.snoozed_until) == (DraftKind.HOLDING, day)


@pytest.mark.parametrize("how", ["swap", "no question", "hold"])
def test_her_own_line_stays_when_the_reply_is_written_anew(how: str, world: World) -> None:
    review.add_line(world.bot, seen(world), "So good to hear from you", world.now)
    RECOMPOSED[how](world.bot, world)
    assert world.the_draft().text.split("\n\n")[1] == "So good to hear from you."


def test_a_further_letter_of_the_reader_brings_her_back_into_sight(world: World) -> None:
    before = world.the_draft()
    review.snooze(world.bot, before.id, world.now.date() + timedelta(days=90), world.now)
    world.letter(
        "Hi Steve,\n\nand does a massage chair help?\n\nAnn", In_Reply_To=f"<{before.in_reply_to}>"
    )
    world.poll()
    assert (world.the_draft().id, world.the_draft().snoozed_until) == (before.id, None)


def test_a_letter_let_in_by_mistake_is_no_readers_again(world: World) -> None:
    thanks = world.letter("Thanks for your help!", From="jason@growth.example")
    world.poll()
    letter = world.stored(thanks)
    assert letter is not None
    review.a_reader_after_all(world.bot, letter.id, world.now)
    world.poll()
    assert len(world.drafts(DraftState.PENDING)) == 2
    review.undo_last(world.bot, letter.id, world.now)
    assert world.verdict(thanks) is Verdict.COURTESY
    assert len(world.drafts(DraftState.PENDING)) == len(world.waiting()) == 1


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_can_be_undone(verb: str, world: World) -> None:
    before = world.the_draft()
    VERBS[verb](world.bot, world)
    review.undo(world.bot, before.id, world.now)
    after = world.the_draft()
    assert (after.text, after.kind, after.decisions) == (
        before.text,
        before.kind,
        before.decisions,
    )
    assert after.snoozed_until is None
    assert len(world.waiting()) == 1


def test_words_are_taken_back_one_after_the_other_the_last_one_first(world: World) -> None:
    before = world.the_draft()
    review.add_line(world.bot, seen(world), "One", world.now)
    review.add_line(world.bot, seen(world), "Two", world.now)
    review.approve(world.bot, seen(world), world.now)
    for _ in range(3):
        review.undo(world.bot, before.id, world.now)
    assert world.the_draft().text == before.text
    with pytest.raises(Conflict, match="nothing to undo"):
        review.undo(world.bot, before.id, world.now)


@pytest.mark.parametrize("verb", ["not_a_reader", "never_sender", "never_domain"])
def test_a_ruled_out_sender_can_be_let_in_again(verb: str, world: World) -> None:
    letter_id = world.the_draft().letter_id
    getattr(review, verb)(world.bot, letter_id, world.now)
    review.undo_last(world.bot, letter_id, world.now)
    world.poll()
    assert world.the_draft().letter_id == letter_id
    with world.bot.store.reading() as tx:
        assert tx.messages.get(letter_id).verdict is Verdict.READER
        assert tx.people.never() == frozenset()


def test_undo_gives_a_letter_back_its_verdict(world: World) -> None:
    thanks = world.letter("Thanks for your help!", From="jason@growth.example")
    world.poll()
    letter = world.stored(thanks)
    assert letter is not None
    assert letter.verdict is Verdict.COURTESY
    review.never_sender(world.bot, letter.id, world.now)
    review.undo_last(world.bot, letter.id, world.now)
    assert world.verdict(thanks) is Verdict.COURTESY


def test_what_has_left_cannot_be_taken_back(world: World) -> None:
    approved = review.approve(world.bot, seen(world), world.now)
    world.later(minutes=2)
    world.send()
    with pytest.raises(Conflict, match="sent"):
        review.undo(world.bot, approved.id, world.now)
