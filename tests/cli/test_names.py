"""Drafts and letters are never mistaken for each other, and the terminal has the page's verbs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner

from inbox_bot import pipeline, review
from inbox_bot.bot import Bot
from inbox_bot.cli.demo_world import DemoWorld
from inbox_bot.cli.main import commands
from inbox_bot.cli.names import DRAFT, LETTER, Named, Thing, name_in
from inbox_bot.errors import InboxBotError
from inbox_bot.model import Draft, DraftKind, DraftState, Verdict
from inbox_bot.service.wiring import open_bot


@dataclass
class Terminal:
    world: DemoWorld

    def run(self, *words: str) -> str:
        """The output of a command that succeeds."""
        done = CliRunner().invoke(commands, ["-C", str(self.world.directory), *words])
        if isinstance(done.exception, InboxBotError):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.output

    def draft(self, kind: DraftKind = DraftKind.ANSWER) -> Draft:
        with open_bot(self.world.directory) as bot, bot.store.reading() as tx:
            return next(one for one in tx.drafts.in_state(DraftState.PENDING) if one.kind is kind)

    def now(self, draft: Draft) -> Draft:
        with open_bot(self.world.directory) as bot, bot.store.reading() as tx:
            return tx.drafts.get(draft.id)


@pytest.fixture(scope="module")
def terminal() -> Iterator[Terminal]:
    with DemoWorld(datetime.now(UTC)) as world:
        terminal = Terminal(world)
        terminal.run("poll", "--yes")
        yield terminal


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("7", Named(thing=Thing.DRAFT, number=7)),
        ("7.1", Named(thing=Thing.DRAFT, number=7, version=1)),
        ("D7", Named(thing=Thing.DRAFT, number=7)),
        ("d7.2", Named(thing=Thing.DRAFT, number=7, version=2)),
        ("L12", Named(thing=Thing.LETTER, number=12)),
        ("l12", Named(thing=Thing.LETTER, number=12)),
    ],
)
def test_a_name_tells_drafts_from_letters(text: str, named: Named) -> None:
    assert name_in(text, DRAFT) == named


def test_a_bare_number_is_what_the_command_is_about() -> None:
    assert name_in("7", LETTER) == Named(thing=Thing.LETTER, number=7)
    assert name_in("7.1", LETTER) == Named(thing=Thing.DRAFT, number=7, version=1)


@pytest.mark.parametrize(
    "text", ["", "x", "L12.1", "7.", "²", "D", "7.1.1", "-1", "ann@example.org"]
)
def test_anything_else_is_no_name(text: str) -> None:
    assert name_in(text, DRAFT) is None


def test_letters_that_are_not_readers_are_listed_in_plain_words(terminal: Terminal) -> None:
    listed = terminal.run("others")
    assert "(offer)" in listed
    assert "(newsletter or list)" in listed
    assert not re.search(r"L\d+ +(?:pitch|list|courtesy|automatic)\b", listed)
    found = terminal.run("search", "headline")
    assert "Is your headline costing you readers? (newsletter or list)" in found


def test_a_letter_without_a_draft_is_shown_with_the_reason(terminal: Terminal) -> None:
    with open_bot(terminal.world.directory) as bot, bot.store.reading() as tx:
        others = tx.messages.others(20)
    assert {one.verdict for one in others} >= {Verdict.PITCH, Verdict.LIST, Verdict.AUTOMATIC}
    for one in others:
        shown = terminal.run("show", f"L{one.letter_id}")
        assert one.reason in " ".join(shown.split())
        assert f"Subject: {one.subject}" in shown
        assert f"inbox-bot is-a-reader L{one.letter_id}" in " ".join(shown.split())
        told = json.loads(terminal.run("show", f"L{one.letter_id}", "--json"))
        assert (told["verdict"], told["subject"]) == (str(one.verdict), one.subject)


def test_every_list_prints_letters_with_their_sign(terminal: Terminal) -> None:
    draft = terminal.draft()
    letter = f"L{draft.letter_id}"
    reader = draft.to[0].email
    assert letter in terminal.run("promises").split()
    assert letter in terminal.run("search", reader).split()
    assert letter in terminal.run("history", reader).split()
    assert terminal.run("others").split()[0].startswith("L")
    assert f"{draft.id}.{draft.version}" in terminal.run("drafts").split()


def test_show_and_history_take_either(terminal: Terminal) -> None:
    draft = terminal.draft()
    shown = terminal.run("show", str(draft.id))
    assert f"Draft {draft.id}.{draft.version} for letter L{draft.letter_id}" in shown
    for name in (f"D{draft.id}", f"{draft.id}.{draft.version}", f"L{draft.letter_id}"):
        assert terminal.run("show", name) == shown
    told = terminal.run("history", str(draft.letter_id))
    for name in (f"D{draft.id}", f"L{draft.letter_id}"):
        assert terminal.run("history", name) == told


def test_who_is_a_reader_is_said_of_either(terminal: Terminal) -> None:
    draft = terminal.draft()
    assert "is marked as not a reader" in terminal.run("not-a-reader", f"L{draft.letter_id}")
    assert terminal.now(draft).state is DraftState.SUPERSEDED
    terminal.run("not-a-reader", f"D{draft.id}", "--undo")
    assert terminal.now(draft).state is DraftState.PENDING
    terminal.run("not-a-reader", str(draft.id))
    assert "is a reader" in terminal.run("is-a-reader", f"D{draft.id}")
    assert terminal.now(draft).state is DraftState.PENDING


def test_a_sender_is_never_shown_again_until_that_is_taken_back(terminal: Terminal) -> None:
    draft = terminal.draft()
    said = terminal.run("never-sender", f"L{draft.letter_id}")
    assert f"inbox-bot never --undo {draft.to[0].email}" in said
    assert terminal.now(draft).state is DraftState.SUPERSEDED
    terminal.run("never", "--undo", draft.to[0].email)
    assert terminal.now(draft).state is DraftState.PENDING
    said = terminal.run("never-sender", f"D{draft.id}", "--domain")
    domain = f"@{draft.to[0].email.partition('@')[2]}"
    assert domain in said
    terminal.run("never", "--undo", domain)


def test_a_draft_is_snoozed_woken_and_readdressed(terminal: Terminal) -> None:
    draft = terminal.draft()
    day = date.today() + timedelta(days=9)  # noqa: DTZ011  as the author types it
    terminal.run("snooze", f"D{draft.id}", day.isoformat())
    assert terminal.now(draft).snoozed_until == day
    terminal.run("wake", f"L{draft.letter_id}")
    assert terminal.now(draft).snoozed_until is None
    terminal.run("readdress", f"D{draft.id}", "new@example.org")
    assert terminal.now(draft).to[0].email == "new@example.org"
    terminal.run("undo", f"D{draft.id}")
    assert terminal.now(draft).to == draft.to


def test_hold_can_name_no_day(terminal: Terminal) -> None:
    draft = terminal.draft(DraftKind.BLANK)
    terminal.run("hold", f"D{draft.id}", "--without-date")
    held = terminal.now(draft)
    assert (held.kind, held.promised_day) == (DraftKind.HOLDING, None)
    terminal.run("undo", str(draft.id))


def test_a_sent_reply_is_corrected_from_the_terminal(terminal: Terminal) -> None:
    draft = terminal.draft()
    with pytest.raises(InboxBotError, match="has been sent yet"):
        terminal.run("write-again", f"L{draft.letter_id}", "--text", "No.")
    with open_bot(terminal.world.directory) as bot:
        _send(bot, draft)
    again = terminal.run("write-again", f"L{draft.letter_id}", "--text", "I meant tables.")
    assert "is pending (edited)" in again
    corrections = [one for one in _pending(terminal) if "I meant tables." in one.text]
    assert [one.letter_id for one in corrections] == [draft.letter_id]


def _send(bot: Bot, draft: Draft) -> None:
    now = datetime.now(UTC)
    review.approve(bot, review.shown(draft), now)
    pipeline.send_approved(bot, now + timedelta(minutes=2))


def _pending(terminal: Terminal) -> list[Draft]:
    with open_bot(terminal.world.directory) as bot, bot.store.reading() as tx:
        return list(tx.drafts.in_state(DraftState.PENDING))
