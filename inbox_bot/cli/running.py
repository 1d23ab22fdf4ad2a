"""poll, run, send: run the pipeline once or for good."""

from __future__ import annotations

import logging
import os
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Timer

import click

from inbox_bot import pipeline, settings
from inbox_bot.bot import Bot, PollReport
from inbox_bot.cli.output import print_json
from inbox_bot.cli.tables import progress_bar
from inbox_bot.humanize import counted
from inbox_bot.reports import watch_only as reports_watch_only
from inbox_bot.service.lock import only_one
from inbox_bot.service.log import discreet, set_up_logging
from inbox_bot.service.restoring import restore_planned
from inbox_bot.service.scheduler import Ticker
from inbox_bot.service.wiring import open_bot, trim, with_own_sandbox
from inbox_bot.settings.backups import planned
from inbox_bot.steps.send import close_undo_windows
from inbox_bot.web.serving import review_page

CLOSING = 10.0
"""Seconds."""
MINUTE = timedelta(minutes=1)


@click.command()
@click.option("--yes", is_flag=True, help="Draft replies to the first letters without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def poll(directory: Path, yes: bool, as_json: bool) -> int:
    """Check the mailbox once and draft replies to new letters from readers.

    The first time, it only says what it found and asks before drafting anything.

    \b
    Example:
      inbox-bot poll
    """
    with only_one(directory), open_bot(directory) as bot:
        pipeline.recover(bot, datetime.now(UTC))
        with progress_bar("Reading letters") as progress:
            report = pipeline.poll(replace(bot, progress=progress), datetime.now(UTC))
        if not pipeline.has_begun(bot) and _begin(bot, yes, as_json):
            drafted = pipeline.poll(bot, datetime.now(UTC)).drafted
            report = replace(report, drafted=drafted)
        _print_report(report, as_json)
        return 1 if report.unreachable else 0


def _begin(bot: Bot, yes: bool, as_json: bool) -> bool:
    """Ask about the first letters before anything is drafted; True when drafting may begin."""
    first = pipeline.first_letters(bot)
    waiting = counted(first.waiting, "is waiting", "are waiting")
    told = f"{counted(first.letters, 'letter')}: you've answered {first.answered}, {waiting}."
    if not as_json:
        click.echo(told)
    if not yes and (as_json or not click.confirm(_which(first.waiting))):
        return False
    pipeline.begin(bot, datetime.now(UTC))
    return True


def _which(waiting: int) -> str:
    return "Draft a reply to it?" if waiting == 1 else f"Draft replies to these {waiting}?"


def _print_report(report: PollReport, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "letters": report.letters,
                "out_of_scope": report.out_of_scope,
                "set_aside": report.set_aside,
                "drafted": report.drafted,
                "answered_by_hand": report.answered_by_hand,
                "unreachable": list(report.unreachable),
            }
        )
        return
    click.echo(
        f"{counted(report.letters, 'new letter')}, {counted(report.drafted, 'draft')}, "
        f"{report.set_aside} set aside, {report.out_of_scope} not from readers."
    )
    for problem in report.unreachable:
        click.echo(problem, err=True)


@click.command()
@click.option("--watch-only", is_flag=True, help="Don't draft or send; just keep score.")
@click.pass_obj
def run(directory: Path, watch_only: bool) -> None:
    """Check mail, draft, send what you approved, and serve the review page, until Ctrl-C.

    \b
    Example:
      inbox-bot -C ~/letters run
    """
    set_up_logging()
    work(directory, watch_only=watch_only)


def work(directory: Path, *, watch_only: bool = False) -> None:
    """Poll, send and serve the review page until a signal."""
    with only_one(directory):
        if restored := restore_planned(directory):
            click.echo(restored)
    chosen = settings.load(directory)
    every = chosen.poll.every
    with only_one(directory), open_bot(directory) as bot:
        pipeline.recover(bot, datetime.now(UTC))
        if watch_only:
            reports_watch_only.begin(bot.store, datetime.now(UTC))
        if _only_watches(bot):
            click.echo("Watching only. To start drafting: inbox-bot start-drafting")
        elif not pipeline.has_begun(bot):
            click.echo("Nothing is drafted yet. Open the page to see the first letters and start.")
        click.echo(f"Checking every {_minutes(every)}. Press Ctrl-C to stop.")
        ticker = Ticker(bot, every, _tell, lambda: planned(directory) is not None)
        trim()  # of what starting took
        with (
            with_own_sandbox(bot) as page_bot,
            review_page(page_bot, chosen, _tell, ticker.poll_now),
        ):
            ticker.run()
            _end_within(CLOSING, directory)
    _end(directory)


def _end_within(seconds: float, directory: Path) -> None:
    """Bound the time that closing connections may take; what matters is in the store by now."""
    last = Timer(seconds, _end, (directory,))
    last.daemon = True
    last.start()


def _end(directory: Path) -> None:
    """End without the interpreter's own shutdown: it can wait for ever for a daemon thread that is
    inside of native code, as while the encoder is loaded."""
    logging.shutdown()
    sys.stdout.flush()
    if planned(directory):
        _start_again(directory)
    os._exit(os.EX_OK)


def _start_again(directory: Path) -> None:
    """As a new program in this one's place: it restores what the page planned, and goes on."""
    command = [sys.executable, "-m", "inbox_bot", "-C", str(directory.resolve()), "run"]
    os.execv(sys.executable, command)  # noqa: S606  no shell


def _minutes(every: timedelta) -> str:
    return "minute" if every < 2 * MINUTE else f"{every // MINUTE} minutes"


def _only_watches(bot: Bot) -> bool:
    with bot.store.reading() as tx:
        return reports_watch_only.score(tx) is not None


def _tell(line: str) -> None:
    """Print a line; addresses are shortened unless it goes to a terminal, as logs are kept."""
    click.echo(line if sys.stdout.isatty() else discreet(line))


@click.command()
@click.option("--now", "at_once", is_flag=True, help="Skip the undo window.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def send(directory: Path, at_once: bool, as_json: bool) -> int:
    """Send what you approved, after one more check of your inbox and Sent folder.

    \b
    Example:
      inbox-bot send
    """
    with only_one(directory), open_bot(directory) as bot:
        pipeline.recover(bot, datetime.now(UTC))
        if at_once:
            close_undo_windows(bot, datetime.now(UTC))
        report = pipeline.send_approved(bot, datetime.now(UTC))
        _wait_for_copies(bot)
    if as_json:
        print_json(
            {
                "sent": [draft.id for draft in report.sent],
                "later": [draft.id for draft in report.later],
                "refused": [draft.id for draft in report.refused],
                "uncertain": [draft.id for draft in report.uncertain],
            }
        )
    else:
        click.echo(f"{len(report.sent)} sent, {len(report.later)} to try again later.")
        for draft in (*report.refused, *report.uncertain, *report.later):
            click.echo(f"Draft {draft.id}.{draft.version} {draft.state}: {draft.reason}", err=True)
    return 1 if report.refused or report.uncertain else 0


def _wait_for_copies(bot: Bot) -> None:
    """Wait while the server may still file copies in Sent itself; then add missing ones."""
    while pipeline.copies_missing(bot, datetime.now(UTC)):
        time.sleep(2)
