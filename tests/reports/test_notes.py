"""Notes to the author: who waits, one a day at most, never by night, never silent for long."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from inbox_bot import review
from inbox_bot.bot import Digest, Policy
from inbox_bot.errors import Conflict
from inbox_bot.letters.reading import Sandbox
from inbox_bot.model import DraftKind, Promise, Verdict
from inbox_bot.promises import ics
from inbox_bot.promises.calendar import Calendar, is_off, local_day, parse_letter_time
from inbox_bot.reports.notes import send_digest, send_urgent
from inbox_bot.reports.notes.schedule import Rhythm, is_due
from inbox_bot.reports.notes.text import DayTold, Digested, Waiting, subject, text
from inbox_bot.service.upkeep import run_upkeep
from inbox_bot.settings.accounts import ImapAccount
from tests.servers.smtp import Receiver, Taken
from tests.world import World

QUESTION = "Hi Steve,\n\ndoes trigger point massage hurt?\n\nThanks,\nAnn"
UNANSWERABLE = "Hi Steve,\n\nhow much does a session usually cost?\n\nAnn"
DANGER = "Since yesterday I can't feel my legs and can't pee. Does massage help?"
HOME = Calendar(letter_time=parse_letter_time("Tuesday evening, Saturday 9-12"), country="US")
DAY = timedelta(days=1)


# --- when ----------------------------------------------------------------------------------------


def rhythm(digest: Digest, unread: int = 0) -> Rhythm:
    return Rhythm(digest=digest, calendar=replace(HOME, zone="America/New_York"), unread=unread)


def sent_over(days: int, rhythm: Rhythm, *, news: bool) -> list[datetime]:
    """When notes went, with a look every half hour."""
    now, last, sent = datetime(2026, 3, 3, 5, tzinfo=UTC), None, list[datetime]()
    end = now + days * DAY
    while now < end:
        if is_due(rhythm, last, news=news, now=now):
            last = now
            sent.append(now)
        now += timedelta(minutes=30)
    return sent


@pytest.mark.parametrize("digest", [Digest.DAILY, Digest.LETTER_DAYS, Digest.WEEKLY])
@pytest.mark.parametrize("news", [True, False])
def test_one_a_day_at_most_never_at_night_and_never_silent_for_longer_than_a_week(
    digest: Digest, news: bool
) -> None:
    sent = sent_over(60, rhythm(digest), news=news)
    local = [local_day(one, rhythm(digest).calendar) for one in sent]
    assert len(set(local)) == len(local)
    assert all(not is_off(one, Calendar(zone="America/New_York", country="US")) for one in sent)
    assert max(b - a for a, b in pairwise(local)) <= 7 * DAY


def test_daily_means_every_working_day_while_somebody_waits() -> None:
    assert len(sent_over(28, rhythm(Digest.DAILY), news=True)) == 28
    assert len(sent_over(28, rhythm(Digest.LETTER_DAYS), news=True)) == 8
    assert len(sent_over(28, rhythm(Digest.WEEKLY), news=True)) in (4, 5)
    assert sent_over(28, rhythm(Digest.OFF), news=True) == []


def test_after_three_unread_days_it_goes_weekly() -> None:
    assert len(sent_over(28, rhythm(Digest.DAILY, unread=3), news=True)) in (4, 5)


@given(st.integers(min_value=-2 * 86_400, max_value=2 * 86_400))
def test_a_clock_that_jumps_makes_no_second_note_on_a_day(seconds: int) -> None:
    last = datetime(2026, 3, 3, 15, tzinfo=UTC)
    now = last + timedelta(seconds=seconds)
    calendar = rhythm(Digest.DAILY).calendar
    if is_due(rhythm(Digest.DAILY), last, news=True, now=now):
        assert local_day(now, calendar) > local_day(last, calendar)


# --- what ----------------------------------------------------------------------------------------


def test_a_note_of_a_year_that_was_never_silences_nobody() -> None:
    """The clock had been wrong when the last note went."""
    now = datetime(2026, 3, 3, 19, tzinfo=UTC)
    assert is_due(rhythm(Digest.DAILY), now + timedelta(days=400), news=True, now=now)
    assert not is_due(rhythm(Digest.DAILY), now + DAY, news=True, now=now)


def test_silence_has_words_of_its_own() -> None:
    view = Digested(today=date(2026, 3, 3), answered=15)
    assert subject(view) == "All 15 readers have an answer"
    assert "you don't owe anyone a reply" in text(view)


def test_a_note_names_told_days_and_questions_to_settle() -> None:
    one = Waiting(
        letter_id=7,
        reader="Ann",
        question="Does it hurt?",
        since=date(2026, 3, 1),
        matter="probably answered?",
    )
    told = DayTold(day=date(2026, 3, 2), reader="Ann")
    written = text(Digested(today=date(2026, 3, 3), waiting=(one,), told=(told,)))
    assert "Monday, March 2, 2026: Ann (overdue)" in written
    assert "inbox-bot answered L7" in written


def test_told_days_become_a_calendar() -> None:
    promise = Promise(
        id=3,
        thread="t",
        letter_id=1,
        reader='ann;,\r\nBEGIN:VEVENT"@example.org' + "x" * 100,
        quote="",
        opened=datetime(2026, 3, 1, tzinfo=UTC),
        due=datetime(2026, 3, 5, tzinfo=UTC),
        told=date(2026, 3, 5),
    )
    feed = ics.feed(ics.events([promise, replace(promise, told=None)], promise.opened))
    lines = feed.split("\r\n")
    assert lines.count("BEGIN:VEVENT") == 1
    assert "DTSTART;VALUE=DATE:20260305" in lines
    assert "DTEND;VALUE=DATE:20260306" in lines
    assert all(len(line.encode()) <= 75 for line in lines)


# --- in the world --------------------------------------------------------------------------------


@pytest.fixture
def world(
    account: ImapAccount, smtp: Receiver, tmp_path: Path, sandbox: Sandbox
) -> Iterator[World]:
    policy = Policy(feed=tmp_path / "promised.ics")
    world = World(imap=account, smtp=smtp, directory=tmp_path, sandbox=sandbox, policy=policy)
    world.begin()
    yield world
    world.close()


def body_of(taken: Taken) -> str:
    payload = taken.email.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def test_the_note_tells_who_waits_and_shows_the_ready_reply(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    assert send_digest(world.bot, world.now)
    (note,) = world.replies()
    assert note.recipients == (world.imap.address,)
    assert note.email["Subject"] == "[inbox_bot] 1 reader is waiting, 1 reply is ready"
    body = body_of(note)
    assert "Does trigger point massage hurt?" in body or "does trigger point massage hurt?" in body
    assert world.the_draft().text.splitlines()[2] in body


def test_a_note_says_open_it_in_drafts_only_where_it_lies_there(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    send_digest(world.bot, world.now)
    world.restart(replace(world.policy, drafts_at_once=0))
    with world.client() as client:
        client.select_folder("Drafts")
        client.delete_messages(client.search(["ALL"]))
        client.expunge()
    world.letter(QUESTION, From="bob@example.org")
    world.poll()
    world.later(days=1)
    send_digest(world.bot, world.now)
    first, second = (body_of(note) for note in world.replies())
    assert first.count("A reply is ready: your Drafts folder, in the thread") == 1
    assert second.count("A reply is ready") == 2
    assert second.count("A reply is ready: your Drafts folder, in the thread") == 1


def test_a_note_goes_once_a_day_even_after_a_restart(world: World) -> None:
    assert send_digest(world.bot, world.now)
    world.restart()
    world.later(minutes=30)
    assert not send_digest(world.bot, world.now)
    assert len(world.replies()) == 1


def test_a_note_that_could_not_leave_goes_later(world: World) -> None:
    world.smtp.say({"MAIL": "451 later"})
    assert not send_digest(world.bot, world.now)
    world.smtp.say({})
    assert send_digest(world.bot, world.now)


def test_an_own_note_never_becomes_a_letter(world: World) -> None:
    send_digest(world.bot, world.now)
    raw = world.replies()[0].raw
    world.raw_letter(raw)
    with world.client() as client:
        client.append("Sent", raw, msg_time=world.now)
    world.poll()
    assert world.drafts() == []
    assert world.waiting() == []
    assert world.verdict(world.replies()[0].email["Message-ID"].strip("<>")) in (None, Verdict.OWN)


def test_sixty_urgent_letters_of_one_reader_make_one_note_that_says_how_many(world: World) -> None:
    for number in range(60):
        world.letter(DANGER, Subject=f"Help {number}")
    world.poll()
    assert send_urgent(world.bot, world.now) == 60
    (note,) = world.smtp.taken
    assert "60 letters" in note.email["Subject"]
    assert "Ann Reader: 60 letters" in body_of(note)
    assert send_urgent(world.bot, world.now) == 0


@pytest.mark.parametrize("in_one_thread", [False, True])
def test_a_reader_who_goes_on_and_on_makes_three_notes_an_hour_and_nobody_else_waits(
    world: World, in_one_thread: bool
) -> None:
    first = world.letter(DANGER)
    for number in range(8):
        world.poll()
        send_urgent(world.bot, world.now)
        world.later(minutes=5)
        world.letter(DANGER, **({"In_Reply_To": f"<{first}>"} if in_one_thread else {}))
        if number == 6:
            world.letter(DANGER, From="Bob <bob@example.org>")
    assert len(world.smtp.taken) == 4
    assert "Bob" in world.smtp.taken[3].raw.decode()
    world.later(hours=1)
    world.poll()
    send_urgent(world.bot, world.now)
    assert send_urgent(world.bot, world.now) == 0
    assert len(world.smtp.taken) == 5


def test_something_urgent_is_told_at_once_and_once_even_while_away(world: World) -> None:
    away = Calendar(away=((date(2026, 1, 1), date(2026, 12, 31)),))
    world.restart(replace(world.policy, calendar=away, digest=Digest.OFF))
    world.letter(DANGER)
    world.poll()
    run_upkeep(world.bot, world.now)
    run_upkeep(world.bot, world.now)
    (note,) = world.replies()
    assert "Urgent" in note.email["Subject"]
    assert send_urgent(world.bot, world.now) == 0


def test_a_readers_letter_in_junk_is_named_and_not_touched(world: World) -> None:
    with world.client() as client:
        client.create_folder("Junk")
    world.lay_in("Junk", QUESTION, Subject="Massage for sciatica: does it hurt?")
    world.lay_in("Junk", "Buy now!", Subject="Cheap watches")
    run_upkeep(world.bot, world.now)
    body = body_of(world.replies()[0])
    assert body.count("A letter in Junk looks like a reader's") == 1
    assert all(b"\\Seen" not in flags for flags in world.flags("Junk"))


def test_what_was_missed_is_told_in_the_next_note(world: World) -> None:
    world.poll()
    world.letter(QUESTION)
    with world.client() as client:
        client.create_folder("Readers")
        client.select_folder("INBOX")
        client.move(client.search(["ALL"]), "Readers")
    run_upkeep(world.bot, world.now)
    body = body_of(world.replies()[0])
    assert "added 1 missed letter" in " ".join(body.split())


# --- drafts that time has overtaken --------------------------------------------------------------


def test_a_holding_reply_is_offered_when_the_promise_falls_due(world: World) -> None:
    world.letter(UNANSWERABLE)
    world.poll()
    world.later(days=3)
    run_upkeep(world.bot, world.now)
    assert world.the_draft().kind is DraftKind.BLANK
    world.later(days=5)
    run_upkeep(world.bot, world.now)
    assert world.the_draft().kind is DraftKind.HOLDING
    assert [one for one in world.replies() if "ann@example.org" in one.recipients] == []


def test_a_holding_reply_that_renews_honestly_is_offered_the_day_before_the_told_one(
    world: World,
) -> None:
    world.letter(UNANSWERABLE)
    world.poll()
    world.approve(review.hold(world.bot, review.shown(world.the_draft()), world.now))
    world.later(minutes=2)
    world.send()
    (promise,) = world.waiting()
    assert promise.told is not None
    while world.now.date() < promise.told - 2 * DAY:
        world.later(days=1)
    run_upkeep(world.bot, world.now)
    assert world.the_draft().kind is DraftKind.BLANK
    world.later(days=1)
    run_upkeep(world.bot, world.now)
    again = world.the_draft()
    assert again.kind is DraftKind.HOLDING
    assert again.promised_day is not None
    assert again.promised_day > promise.told
    assert re.search(r"I told you|I said you'd hear", again.text)
    assert len([one for one in world.replies() if "ann@example.org" in one.recipients]) == 1


def test_a_draft_that_names_a_day_that_has_passed_cannot_be_approved(world: World) -> None:
    world.letter(UNANSWERABLE)
    world.poll()
    held = review.hold(world.bot, review.shown(world.the_draft()), world.now)
    world.later(days=15)
    with pytest.raises(Conflict, match="passed"):
        world.approve(held)


def test_a_draft_that_names_a_day_that_has_passed_is_made_anew(world: World) -> None:
    world.letter(UNANSWERABLE)
    world.poll()
    world.later(days=8)
    run_upkeep(world.bot, world.now)
    stale = world.the_draft()
    world.later(days=20)
    run_upkeep(world.bot, world.now)
    anew = world.the_draft()
    assert anew.version == stale.version + 1
    assert stale.promised_day is not None
    assert anew.promised_day is not None
    assert anew.promised_day > local_day(world.now, world.policy.calendar) > stale.promised_day


def test_an_answer_that_became_late_opens_honestly_and_lies_anew_in_drafts(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    early = world.the_draft()
    (filed,) = world.folder("Drafts")
    world.later(days=16)
    run_upkeep(world.bot, world.now)
    world.poll()
    late = world.the_draft()
    assert late.text != early.text
    assert late.entries == early.entries
    (again,) = world.folder("Drafts")
    assert again != filed


def test_the_feed_of_told_days_is_a_file_of_the_author(world: World) -> None:
    run_upkeep(world.bot, world.now)
    assert world.policy.feed is not None
    assert world.policy.feed.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
