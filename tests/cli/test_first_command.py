"""The first command of a new user, with the Python of the tests and with Debian's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from inbox_bot import review
from inbox_bot.cli import demo
from inbox_bot.cli.demo_world import DemoWorld
from inbox_bot.model import DraftState
from inbox_bot.pipeline import send_approved
from inbox_bot.service.wiring import open_bot
from tests import first_command
from tests.first_command import TOP


def test_the_demo_ends_with_one_reply_sent() -> None:
    shown = first_command.show_once(first_command.this_python())
    assert "\nIn-Reply-To: <" in shown
    assert "Steve's mailbox has 14 letters" in shown
    last = shown.rstrip().splitlines()[-1]
    assert last.startswith("Next: ")
    assert last.count("inbox_bot") + last.count("inbox-bot") == 2, "two commands to type"


def test_the_demo_serves_the_review_page_until_ctrl_c() -> None:
    page = first_command.served_page(first_command.this_python())
    assert page.count('href="/letter/') > 5


def test_the_demo_in_the_browser_leaves_time_to_undo(capsys: pytest.CaptureFixture[str]) -> None:
    now = datetime.now(UTC)
    with DemoWorld(now, demo.UNDO) as world, open_bot(world.directory) as bot:
        rows = demo._poll(bot, demo._tell_the_mailbox(world))
        demo._approve_first_answer(bot, world, rows)
        assert len(world.received) == 1, "the first reply is shown at once"
        with bot.store.reading() as tx:
            (waiting, *_) = tx.drafts.in_state(DraftState.PENDING)
        approved = review.approve(bot, review.shown(waiting), now)
        assert approved.send_after == now + timedelta(seconds=10)
        send_approved(bot, now + timedelta(seconds=9))
        assert len(world.received) == 1
    assert "Steve approves draft" in capsys.readouterr().out


def test_the_demo_runs_with_the_python_that_the_system_brings() -> None:
    """Debian 12's 3.11.2 cannot list the members of a slotted dataclass, among other things."""
    python = first_command.ask(first_command.DEBIANS)
    if python is None:
        pytest.skip(f"{first_command.DEBIANS} is not there")
    if python.unfit:
        pytest.skip(f"{python.path} is Python {python.name}: {python.unfit}")
    script = [TOP / "scripts" / "demo"]
    assert "\nIn-Reply-To: <" in first_command.show_once(script, python.environment)
    assert 'href="/letter/' in first_command.served_page(script, python.environment)
