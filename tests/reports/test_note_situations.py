"""A note is true: it agrees with the page, names the urgent first, and leads to each letter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from inbox_bot import review
from inbox_bot.bot import Policy
from inbox_bot.letters.reading import Sandbox
from inbox_bot.model import DraftKind, DraftState
from inbox_bot.promises.calendar import local_day
from inbox_bot.reports.notes import send_digest, send_urgent
from inbox_bot.reports.notes.gather import gather
from inbox_bot.reports.notes.text import MOST_IN_FULL, Digested, subject, text
from inbox_bot.settings.accounts import ImapAccount
from inbox_bot.web.page import Page
from inbox_bot.web.queue import queue_view
from tests.servers.smtp import Receiver
from tests.world import World

QUESTION = "Hi Steve,\n\ndoes trigger point massage hurt?\n\nThanks,\nAnn"
UNANSWERABLE = "Hi Steve,\n\nhow much does a session usually cost?\n\nAnn"
DANGER = "Since yesterday I can't feel my legs and can't pee. Does massage help?"
THANKS = "Hi Steve,\n\nthank you so much for your article!\n\nAnn"
URL = "https://letters.example.org"
BOB, CLEO = "Bob <bob@example.org>", "Cleo <cleo@example.org>"


@pytest.fixture
def world(
    account: ImapAccount, smtp: Receiver, tmp_path: Path, sandbox: Sandbox
) -> Iterator[World]:
    world = World(imap=account, smtp=smtp, directory=tmp_path, sandbox=sandbox, policy=Policy())
    world.begin()
    yield world
    world.close()


def nothing(world: World) -> None:
    world.poll()


def one_ready(world: World) -> None:
    world.letter(QUESTION)
    world.poll()


def one_that_needs_her(world: World) -> None:
    world.letter(UNANSWERABLE)
    world.poll()


def one_of_each(world: World) -> None:
    world.letter(QUESTION)
    world.letter(UNANSWERABLE, From=BOB)
    world.poll()


def an_urgent_one_after_an_older_one(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    world.later(hours=3)
    world.letter(DANGER, From=BOB)
    world.poll()


def a_snoozed_one(world: World) -> None:
    one_ready(world)
    day = local_day(world.now, world.bot.calendar()) + timedelta(days=3)
    review.snooze(world.bot, world.the_draft().id, day, world.now)


def one_on_its_way(world: World) -> None:
    one_ready(world)
    world.approve(world.the_draft())


def an_answered_one(world: World) -> None:
    one_on_its_way(world)
    world.later(minutes=2)
    world.send()


def a_rejected_one(world: World) -> None:
    one_ready(world)
    review.reject(world.bot, review.shown(world.the_draft()), world.now)


def one_she_may_have_answered(world: World) -> None:
    asked = world.letter(UNANSWERABLE)
    world.poll()
    world.later(hours=1)
    world.by_hand("I'll get back to you.", In_Reply_To=f"<{asked}>", Subject="Re: Your article")
    world.poll()


def one_who_was_told_a_day(world: World) -> None:
    one_that_needs_her(world)
    world.approve(review.hold(world.bot, review.shown(world.the_draft()), world.now))
    world.later(minutes=2)
    world.send()


def only_thanks(world: World) -> None:
    world.letter(THANKS)
    world.poll()


def a_correction(world: World) -> None:
    an_answered_one(world)
    (sent,) = world.drafts(DraftState.SENT)
    review.write_again(world.bot, sent.id, "It is 10 minutes, not 100.", world.now)


def one_refused(world: World) -> None:
    one_on_its_way(world)
    world.later(minutes=2)
    world.smtp.say({"RCPT": "550 no such user"})
    world.send()
    world.smtp.say({})


def a_flood(world: World) -> None:
    for number in range(MOST_IN_FULL + 10):
        world.letter(QUESTION, From=f"Reader {number} <reader{number}@example.org>")
    world.poll()


WAITS = "1 reader is waiting"
SITUATIONS: tuple[tuple[Callable[[World], None], str, str, bool], ...] = (
    # what happened, the subject, the counts as the page has them, whether there is news
    (nothing, "Nobody is waiting", "", False),
    (one_ready, f"{WAITS}, 1 reply is ready", "1 ready", True),
    (one_that_needs_her, WAITS, "1 needs you", True),
    (one_of_each, "2 readers are waiting, 1 reply is ready", "1 ready, 1 needs you", True),
    (
        an_urgent_one_after_an_older_one,
        "1 urgent letter, 2 readers are waiting, 1 reply is ready",
        "1 urgent, 1 ready",
        True,
    ),
    (a_snoozed_one, "Nothing needs you today", "", False),
    (one_on_its_way, "Nothing needs you today", "", False),
    (an_answered_one, "Your reader has an answer", "", False),
    (a_rejected_one, WAITS, "1 needs you", True),
    (one_she_may_have_answered, WAITS, "1 needs you", True),
    (one_who_was_told_a_day, WAITS, "1 needs you", True),
    (only_thanks, "Nobody is waiting", "", False),
    (a_correction, "1 reply is ready", "1 ready", True),
    (one_refused, WAITS, "1 needs you", True),
    (a_flood, "40 readers are waiting, 40 replies are ready", "40 ready", True),
)


def page_counts(world: World) -> str:
    """ "3 ready, 1 needs you", from the page's own first line."""
    page = Page(
        bot=world.bot, clock=lambda: world.now, hosts=frozenset(), key="key", faq=world.directory
    )
    with world.bot.store.reading() as tx:
        summary = queue_view(tx, page, 1, world.now).summary
    parts = [part.partition(" (")[0] for part in summary.split(" · ")]
    return ", ".join(part for part in parts if part[:1].isdigit())


def view_of(world: World, page: str = "") -> Digested:
    return replace(gather(world.bot, world.now), page=page)


@pytest.mark.parametrize(
    ("happens", "expected", "counts", "news"),
    SITUATIONS,
    ids=[one[0].__name__ for one in SITUATIONS],
)
def test_a_note_counts_what_the_page_counts(
    world: World, happens: Callable[[World], None], expected: str, counts: str, news: bool
) -> None:
    happens(world)
    view = view_of(world)
    written = text(view)
    assert subject(view) == expected
    assert page_counts(world) == counts
    assert (f"In your queue: {counts}." in written) == bool(counts)
    assert view.news is news
    assert ("you don't owe anyone" in written) == (not world.waiting() and not view.waiting)
    for one in view.waiting[:MOST_IN_FULL]:
        assert f"{URL}/letter/{one.letter_id}\n" in text(replace(view, page=f"{URL}/"))


def test_the_urgent_letter_comes_first_and_the_note_says_what_its_draft_holds(
    world: World,
) -> None:
    an_urgent_one_after_an_older_one(world)
    first, second = view_of(world).waiting
    assert (first.urgent, first.reader) == (True, "Bob")
    written = text(view_of(world))
    assert written.index("URGENT: Bob") < written.index(second.reader)
    assert "no answer from your FAQ was filled in" in written
    send_urgent(world.bot, world.now)
    note = world.replies()[0].email
    told = note.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert "no answer from your FAQ was filled in" in told
    (urgent,) = [one for one in world.drafts(DraftState.PENDING) if one.kind is DraftKind.URGENT]
    assert not urgent.entries


def test_once_she_chose_an_answer_no_note_says_that_none_was_filled_in(world: World) -> None:
    world.letter(DANGER)
    world.poll()
    review.edit(world.bot, review.shown(world.the_draft()), "Please go today.\n\nSteve", world.now)
    written = text(view_of(world))
    assert "URGENT: Ann Reader" in written
    assert "filled in" not in written
    assert "  | Please go today." in written
    assert send_urgent(world.bot, world.now) == 0


def test_without_a_page_a_note_names_the_thread_in_drafts(world: World) -> None:
    one_ready(world)
    (subject_in_drafts,) = (one.subject for one in world.drafts(DraftState.PENDING))
    assert f'your Drafts folder, in the thread "{subject_in_drafts}"' in text(view_of(world))
    one_that_needs_her(world)
    world.letter(DANGER, From=CLEO, Subject="Help me")
    world.poll()
    send_urgent(world.bot, world.now)
    payload = world.replies()[0].email.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert 'in the thread "Re: Help me"' in " ".join(payload.decode().split())


def test_an_urgent_note_links_to_the_letter(world: World) -> None:
    world.restart(replace(world.policy, page_url=URL))
    world.letter(DANGER)
    world.poll()
    send_urgent(world.bot, world.now)
    payload = world.replies()[0].email.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert f"{URL}/letter/{world.the_draft().letter_id}" in payload.decode().split()


def test_a_snoozed_letter_alone_brings_no_note_but_a_week_later_a_true_one(world: World) -> None:
    assert send_digest(world.bot, world.now)  # the first one ever
    a_snoozed_one(world)
    world.later(days=1)
    assert not send_digest(world.bot, world.now)
    review.snooze(
        world.bot, world.the_draft().id, (world.now + timedelta(days=30)).date(), world.now
    )
    sent = 0
    for _ in range(8):
        world.later(days=1)
        sent += send_digest(world.bot, world.now)
    assert sent == 1
    last = world.replies()[-1].email
    assert last["Subject"] == "[inbox_bot] Nothing needs you today"
    payload = last.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert "1 reader is still waiting" in payload.decode()


def test_a_flood_makes_one_note_of_bounded_length(world: World) -> None:
    a_flood(world)
    assert send_digest(world.bot, world.now)
    assert not send_digest(world.bot, world.now + timedelta(hours=1))
    (note,) = world.replies()
    payload = note.email.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode().count("A reply is ready") == MOST_IN_FULL
    assert "And 10 more letters in your queue." in payload.decode()


def test_a_day_named_to_a_reader_is_told_even_while_the_letter_is_snoozed(world: World) -> None:
    one_who_was_told_a_day(world)
    review.snooze(
        world.bot, world.the_draft().id, (world.now + timedelta(days=30)).date(), world.now
    )
    world.later(days=20)
    view = view_of(world)
    assert not view.waiting
    assert "Ann Reader (overdue)" in text(view)
