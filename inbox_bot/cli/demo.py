"""demo: polls, drafts and sends on a made-up mailbox, with real IMAP and SMTP servers."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from shlex import quote
from textwrap import wrap

import click

from inbox_bot import pipeline, review
from inbox_bot.bot import Bot
from inbox_bot.cli.demo_world import DemoWorld
from inbox_bot.cli.output import decision_lines, echo
from inbox_bot.cli.tables import print_others, print_queue
from inbox_bot.humanize import counted
from inbox_bot.model import Draft
from inbox_bot.promises.calendar import local_day
from inbox_bot.review.queue import Row, rows
from inbox_bot.service.lock import only_one
from inbox_bot.service.scheduler import Ticker
from inbox_bot.service.wiring import open_bot, with_own_sandbox
from inbox_bot.settings import load
from inbox_bot.web.serving import review_page

WIDTH = 90
UNDO = "10s"
"""In the browser: time enough to press Undo, and to see the reply go out."""
SHOWN_HEADERS = ("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References")


@click.command()
@click.option("--once", is_flag=True, help="Show everything, approve the first answer, and exit.")
def demo(once: bool) -> None:
    """Try everything on a made-up mailbox: letters come in, drafts appear, one reply goes out.

    There is nothing to set up, and nothing leaves your computer.

    \b
    Example:
      inbox-bot demo --once
    """
    undo = "0s" if once else UNDO
    with DemoWorld(datetime.now(UTC), undo) as world, open_bot(world.directory) as bot:
        rows = _poll(bot, _tell_the_mailbox(world))
        _approve_first_answer(bot, world, rows)
        if not once:
            _go_on(bot, world)
    echo(_next_step(once=once))


def _next_step(*, once: bool) -> str:
    """The last line: what to do now."""
    setup = f"{_command()} setup sets up your own mailbox"
    if once:
        return f"\nNext: {_command()} demo shows it all in your browser; {setup}."
    return f"\nNext: {setup}."


def _command() -> str:
    """As it can be typed here: scripts/demo does not put it on the PATH."""
    started = Path(sys.argv[0]).resolve()
    found = shutil.which("inbox-bot")
    return "inbox-bot" if found and Path(found).resolve() == started else quote(str(started))


def _tell_the_mailbox(world: DemoWorld) -> int:
    """Returns how many letters lie in the inbox."""
    inbox = [letter for letter in world.letters if letter.folder == "INBOX"]
    echo(f"Steve's mailbox has {len(inbox)} letters (IMAP on 127.0.0.1:{world.imap_port}).")
    return len(inbox)


def _poll(bot: Bot, inbox: int) -> tuple[Row, ...]:
    """Poll, and account for each letter in the inbox."""
    now = datetime.now(UTC)
    pipeline.begin(bot, now)
    report = pipeline.poll(bot, now)
    with bot.store.reading() as tx:
        waiting = rows(tx, local_day(now, bot.calendar()))
        others = tx.messages.others(100)
    print_queue(waiting, now)
    print_others(others, report.out_of_scope)
    if inbox > (shown := len(waiting) + len(others) + report.out_of_scope):
        echo(f"{counted(inbox - shown, 'letter')}: answered by Steve himself; nothing to do.")
    for row in waiting:
        _print_row(row)
    return waiting


def _print_row(row: Row) -> None:
    echo(f"\n── {row.draft.id}.{row.draft.version}  {row.reader} " + "─" * 40)
    for decision in row.draft.decisions:
        echo("\n".join(decision_lines(decision)))
    echo("")
    for line in row.draft.text.rstrip().splitlines():
        echo("\n".join(f"  | {part}" for part in wrap(line, WIDTH) or [""]))


def _approve_first_answer(bot: Bot, world: DemoWorld, rows: tuple[Row, ...]) -> None:
    """Approve and send the first draft that answers everything."""
    draft = next(row.draft for row in rows if row.answer == "sure")
    at_once = replace(bot, policy=replace(bot.policy, undo=timedelta()))
    review.approve(at_once, review.shown(draft), datetime.now(UTC))
    echo(f"\nSteve approves draft {draft.id}.{draft.version}. This is what the reader gets:\n")
    pipeline.send_approved(bot, datetime.now(UTC))
    _print_reply(world.received[-1], draft)


def _print_reply(raw: bytes, draft: Draft) -> None:
    arrived = message_from_bytes(raw)
    for name in SHOWN_HEADERS:
        echo(f"{name}: {' '.join(str(arrived[name]).split())}")
    echo(f"\n{draft.text}\n{draft.quoted}")


def _go_on(bot: Bot, world: DemoWorld) -> None:
    chosen = load(world.directory)
    echo("\nThe demo goes on until you press Ctrl-C.")
    ticker = Ticker(bot, chosen.poll.every, click.echo)
    with (
        only_one(world.directory),  # so that `open` knows that the page is served
        with_own_sandbox(bot) as page_bot,
        review_page(page_bot, chosen, click.echo, ticker.poll_now),
    ):
        drafts = f"{_command()} -C {world.directory} drafts"
        echo(f"Next: open that page in your browser, or in another window, run: {drafts}")
        ticker.run()
