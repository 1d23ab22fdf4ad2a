"""`inbox-bot review`: terminal queue, one key per action."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import click
import pytest

from inbox_bot import pipeline, review as verbs
from inbox_bot.bot import Bot
from inbox_bot.cli import main as cli_main, review, review_keys
from inbox_bot.cli.demo_world import DemoWorld
from inbox_bot.model import Doubt, Draft, DraftKind, DraftState, Verdict
from inbox_bot.promises import ledger
from inbox_bot.service.wiring import open_bot

LETTER = """From: Reader {number} <reader{number}@example.org>
To: steve@strongerbodies.example
Subject: Your article on massage
Message-ID: <review{number}@example.org>

Hi Steve,

{asks}

Thanks!
"""


@pytest.fixture(scope="module")
def bot() -> Iterator[Bot]:
    """One bot for all tests: reading the FAQ takes a second."""
    now = datetime.now(UTC)
    with DemoWorld(now) as demo:
        for number in range(9):
            asks = "how much is a session?" if number == 0 else "does trigger point massage hurt?"
            letter = LETTER.format(number=number, asks=asks).replace("\n", "\r\n")
            demo.deliver(letter.encode(), now)
        with open_bot(demo.directory) as bot:
            pipeline.begin(bot, now)
            pipeline.poll(bot, now)
            yield bot


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """A terminal; each `type` runs the command once."""

    bot: Bot
    patch: pytest.MonkeyPatch

    def type(self, *lines: str) -> str:
        typed = "".join(f"{line}\n" for line in lines).encode()
        said = io.StringIO()
        self.patch.setattr(sys, "argv", ["inbox-bot", "review"])
        self.patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed)))
        self.patch.setattr(sys, "stdout", said)
        self.patch.setattr(review, "open_bot", lambda _: nullcontext(self.bot))
        with pytest.raises(SystemExit) as ended:
            cli_main.main()
        assert int(ended.value.code or 0) == cli_main.DONE
        return said.getvalue()

    def drafts(self, *states: DraftState) -> list[Draft]:
        with self.bot.store.reading() as tx:
            return list(tx.drafts.in_state(*states))

    def down_to(self, draft_id: int) -> list[str]:
        """The keys that lead from the top to that draft."""
        return ["j"] * self.queue().index(draft_id)

    def queue(self) -> list[int]:
        return [row.draft.id for row in review._waiting(self.bot)]


@pytest.fixture
def terminal(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(bot=bot, patch=monkeypatch)


def _an_answer(terminal: Terminal) -> Draft:
    pending = terminal.drafts(DraftState.PENDING)
    queue = terminal.queue()
    return next(one for one in pending if one.kind is DraftKind.ANSWER and one.id in queue)


def test_a_approves_what_is_shown_and_u_takes_it_back(terminal: Terminal) -> None:
    draft = _an_answer(terminal)
    said = terminal.type(*terminal.down_to(draft.id), "a", "q")
    assert draft.text.splitlines()[-1] in said
    assert [one.id for one in terminal.drafts(DraftState.APPROVED)] == [draft.id]
    verbs.undo(terminal.bot, draft.id, datetime.now(UTC))
    terminal.type(*terminal.down_to(draft.id), "a", "u", "q")
    assert terminal.drafts(DraftState.APPROVED) == []


def test_a_line_and_another_answer_wait_for_the_yes(terminal: Terminal) -> None:
    draft = _an_answer(terminal)
    to_it = terminal.down_to(draft.id)
    terminal.type(*to_it, "l", "Good to hear from you", "s", "massage-chair", "q")
    (changed,) = [one for one in terminal.drafts(DraftState.PENDING) if one.id == draft.id]
    assert changed.version == 3
    assert changed.entries == ("massage-chair",)


def test_a_doubt_is_shown_and_settled_with_one_key(terminal: Terminal) -> None:
    draft = _an_answer(terminal)
    with terminal.bot.store.transaction() as tx:
        ledger.doubt(tx, tx.messages.get(draft.letter_id).thread, Doubt.OTHER_LETTER)
    said = terminal.type(*terminal.down_to(draft.id), "o", "q")
    assert f"! {Doubt.OTHER_LETTER.question}" in said
    assert "Still owed" in said
    assert f"! {Doubt.OTHER_LETTER.question}" not in terminal.type(*terminal.down_to(draft.id), "q")


def test_an_edit_opens_the_editor(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = _an_answer(terminal)
    monkeypatch.setattr(click, "edit", lambda text, **_: f"{text}\nP.S. Rest well.")
    terminal.type(*terminal.down_to(draft.id), "e", "q")
    (changed,) = [one for one in terminal.drafts(DraftState.PENDING) if one.id == draft.id]
    assert changed.text.endswith("P.S. Rest well.\n")


def test_hold_reject_by_hand_and_not_a_reader_do_what_they_say(terminal: Terminal) -> None:
    keys = {"h": DraftState.PENDING, "r": DraftState.REJECTED, "b": DraftState.SUPERSEDED}
    for key, state in keys.items():
        draft = _an_answer(terminal)
        terminal.type(*terminal.down_to(draft.id), key, "q")
        latest = max(
            (one for one in terminal.drafts(*DraftState) if one.id == draft.id),
            key=lambda one: one.version,
        )
        assert latest.state is state
        assert (latest.kind is DraftKind.HOLDING) == (key == "h")
    draft = _an_answer(terminal)
    terminal.type(*terminal.down_to(draft.id), "n", "q")
    with terminal.bot.store.reading() as tx:
        assert tx.messages.get(draft.letter_id).verdict is Verdict.PERSONAL


def test_a_snoozed_draft_is_out_of_the_queue(terminal: Terminal) -> None:
    draft = _an_answer(terminal)
    terminal.type(*terminal.down_to(draft.id), "z", "2999-01-01", "q")
    assert draft.id not in terminal.queue()


@pytest.mark.parametrize(("key", "state"), [("b", DraftState.SENT), ("o", DraftState.PENDING)])
def test_whether_an_uncertain_reply_left_can_be_said_here_too(
    terminal: Terminal, key: str, state: DraftState
) -> None:
    draft = _an_answer(terminal)
    with terminal.bot.store.transaction() as tx:
        approved = tx.drafts.move(draft, replace(draft, state=DraftState.APPROVED))
        sending = tx.drafts.move(approved, replace(draft, state=DraftState.SENDING))
        tx.drafts.move(sending, replace(draft, state=DraftState.UNCERTAIN))
    said = terminal.type(*terminal.down_to(draft.id), key, "q")
    assert "Was it sent?" in said
    assert draft.id in [one.id for one in terminal.drafts(state)]


def test_what_cannot_be_done_is_told_and_the_walk_goes_on(terminal: Terminal) -> None:
    blank = next(one for one in terminal.drafts(DraftState.PENDING) if one.kind is DraftKind.BLANK)
    said = terminal.type(*terminal.down_to(blank.id), "a", "z", "tomorrow", "?", "u", "q")
    assert "has no answer yet" in said
    assert "tomorrow is not a date" in said
    assert "not a reader" in said
    assert "nothing to undo" in said


def test_y_keeps_an_answer_for_next_time(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    blank = next(one for one in terminal.drafts(DraftState.PENDING) if "session" in one.quoted)
    words = "Hi,\n\nA session is 60 dollars.\n\nSteve"
    monkeypatch.setattr(click, "edit", lambda *_, **__: words)
    said = terminal.type(*terminal.down_to(blank.id), "e", "y", "y", "q")
    assert "Saved." in said
    answers = [entry.answer for entry in terminal.bot.knowledge().faq.entries]
    assert any("A session is 60 dollars." in answer for answer in answers)


def test_the_end_of_the_input_leaves(terminal: Terminal) -> None:
    assert "1 of" in terminal.type()


def test_each_key_stands_on_the_sheet() -> None:
    keys = {*review_keys.VERBS, *review_keys.MOVES, "u", review.END}
    assert set(review_keys.SHEET) == keys
