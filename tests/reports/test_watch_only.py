"""Watch-only: the bot looks on, writes to nobody and nowhere, and keeps a score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from inbox_bot import pipeline
from inbox_bot.bot import Policy
from inbox_bot.errors import Conflict, NotFound
from inbox_bot.letters.reading import Sandbox
from inbox_bot.reports import watch_only
from inbox_bot.reports.watch_only import Score
from inbox_bot.service.upkeep import run_upkeep
from inbox_bot.settings.accounts import ImapAccount
from tests.servers.smtp import Receiver
from tests.world import World

QUESTION = "Hi Steve,\n\ndoes trigger point massage hurt?\n\nThanks,\nAnn"
UNANSWERABLE = "Hi Steve,\n\nhow much does a session usually cost?\n\nAnn"
DANGER = "Since yesterday I can't feel my legs and can't pee. Does massage help?"
FOLDERS = ("INBOX", "Drafts", "Sent", "Trash")


@pytest.fixture
def world(
    account: ImapAccount, smtp: Receiver, tmp_path: Path, sandbox: Sandbox
) -> Iterator[World]:
    policy = replace(Policy(), feed=tmp_path / "promised.ics")
    world = World(imap=account, smtp=smtp, directory=tmp_path, sandbox=sandbox, policy=policy)
    watch_only.begin(world.bot.store, world.now)
    yield world
    world.close()


def looked(world: World) -> tuple[str, ...]:
    """One tick of `run`: poll, send, look after."""
    world.poll()
    world.send()
    return run_upkeep(world.bot, world.now)


def answered(world: World, text: str = "A bit, like a good stretch.", **headers: str) -> str:
    """A letter that I could have answered, and the author did."""
    letter = world.letter(QUESTION, **headers)
    to = headers.get("From", "ann@example.org")
    world.by_hand(text, To=to, In_Reply_To=f"<{letter}>")
    return letter


def score(world: World) -> Score | None:
    with world.bot.store.reading() as tx:
        return watch_only.score(tx)


def test_looking_on_writes_nothing_into_the_mailbox_and_sends_nothing_for_weeks(
    world: World,
) -> None:
    answered(world)
    world.letter(UNANSWERABLE, From="bob@example.org")
    world.letter(DANGER, From="cleo@example.org")
    put_off = world.letter(QUESTION, From="dora@example.org")
    world.by_hand("I will get back to you.", To="dora@example.org", In_Reply_To=f"<{put_off}>")
    before = [(world.folder(name), world.flags(name)) for name in FOLDERS]
    for _ in range(4):
        looked(world)
        world.later(days=8)
    assert [(world.folder(name), world.flags(name)) for name in FOLDERS] == before
    assert world.replies() == []
    assert world.drafts() == []
    assert world.waiting() == []


def test_the_author_compares_and_the_score_is_her_word(world: World) -> None:
    first = answered(world)
    answered(world, From="bob@example.org")
    told = looked(world)
    assert told == ("Watching only: 2 replies to compare with yours: inbox-bot compare",)
    pair, other = watch_only.to_compare(world.bot, world.now)
    assert pair.draft
    assert pair.answered is not None
    watch_only.record_comparison(world.bot.store, pair.letter_id, right=True)
    assert watch_only.record_comparison(
        world.bot.store, other.letter_id, right=False
    ).sentence() == ("My replies would have been right 1 of 2 times")
    assert watch_only.to_compare(world.bot, world.now) == ()
    stored = world.stored(first)
    assert stored is not None
    watch_only.record_comparison(world.bot.store, stored.id, right=True)
    watch_only.record_comparison(world.bot.store, pair.letter_id, right=True)
    watch_only.record_comparison(world.bot.store, other.letter_id, right=True)
    assert score(world) == Score(right=2, compared=2)


def test_only_news_are_told_and_looked_at(world: World) -> None:
    answered(world)
    assert looked(world) != ()
    assert looked(world) == ()
    letter = world.letter(QUESTION, From="bob@example.org")
    assert looked(world) == ()
    world.by_hand("It can.", To="bob@example.org", In_Reply_To=f"<{letter}>")
    assert "2 replies to compare" in looked(world)[0]


def test_what_was_only_put_off_or_not_answered_by_an_entry_is_not_compared(world: World) -> None:
    letter = world.letter(QUESTION)
    world.by_hand("I will get back to you.", In_Reply_To=f"<{letter}>")
    other = world.letter(UNANSWERABLE, From="bob@example.org")
    world.by_hand("Sixty dollars.", To="bob@example.org", In_Reply_To=f"<{other}>")
    looked(world)
    assert score(world) == Score()
    with pytest.raises(NotFound, match="nothing to compare"):
        watch_only.record_comparison(world.bot.store, 1, right=True)


def test_words_of_danger_are_told_on_the_terminal(world: World) -> None:
    world.letter(DANGER, From="Cleo <cleo@example.org>")
    assert "Cleo wrote something that sounds like an emergency" in looked(world)[0]


def test_start_drafting_drafts_for_whom_she_has_not_answered(world: World) -> None:
    answered(world)
    world.letter(QUESTION, From="bob@example.org")
    put_off = world.letter(QUESTION, From="cleo@example.org")
    world.by_hand("I will get back to you.", To="cleo@example.org", In_Reply_To=f"<{put_off}>")
    looked(world)
    watch_only.start_drafting(world.bot.store, world.now)
    looked(world)
    assert {one.reader for one in world.waiting()} == {"bob@example.org", "cleo@example.org"}
    assert len(world.drafts()) == 2
    assert score(world) is None


def test_who_drafts_already_does_not_look_on(world: World) -> None:
    pipeline.begin(world.bot, world.now)
    with pytest.raises(Conflict, match="inbox-bot pause"):
        watch_only.begin(world.bot.store, world.now)
    with pytest.raises(Conflict, match="already"):
        watch_only.start_drafting(world.bot.store, world.now)
