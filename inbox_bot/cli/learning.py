"""faq learn: go through the entries that the author's own answers propose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from inbox_bot.cli.output import Json, echo, print_json
from inbox_bot.faq.book import FaqFolder
from inbox_bot.humanize import counted
from inbox_bot.reports.replay import Proposal, proposals, replay
from inbox_bot.review.learn import article_for
from inbox_bot.review.lesson import entry_of
from inbox_bot.service.knowledge import faq_folder
from inbox_bot.service.wiring import open_temporary_bot


def learn_from_sent(directory: Path, days: int, as_json: bool) -> None:
    """Reads the mailbox into a temporary store; with `as_json` nothing is asked or kept."""
    with open_temporary_bot(directory, timedelta(days=days)) as bot:
        found = replay(bot, days, datetime.now(UTC))
        known = bot.knowledge().faq
        proposed = proposals(found, known, bot.author, article_for(bot, ""))
    for problem in found.unreachable:
        click.echo(problem, err=True)
    if as_json:
        for one in proposed:
            print_json(_as_json(one))
        return
    if not proposed:
        echo("I found no letters with a single question that you answered.")
    book = FaqFolder(faq_folder(directory))
    for number, one in enumerate(proposed, 1):
        _look_at(book, one, f"{number} of {len(proposed)}")


def _look_at(book: FaqFolder, one: Proposal, where: str) -> None:
    told = one.lesson
    echo(f"\n{where}, asked by {counted(one.asked, 'reader')}: {told.question}")
    for asked in told.also_asked:
        echo(f"  also asked: {asked}")
    echo(click.wrap_text(told.answer, initial_indent="  ", subsequent_indent="  "))
    for personal in one.personal:
        echo(f"! Meant for one reader only? {personal}")
    said = click.prompt("(k)eep, (e)dit, (d)rop", type=click.Choice(["k", "e", "d"]), default="d")
    if said == "d":
        return
    edited = click.edit(told.answer, extension=".md") if said == "e" else None
    book.add_entry(entry_of(replace(told, answer=edited or told.answer)))


def _as_json(one: Proposal) -> Mapping[str, Json]:
    return {
        "id": one.lesson.entry_id,
        "question": one.lesson.question,
        "also_asked": list(one.lesson.also_asked),
        "answer": one.lesson.answer,
        "readers": one.asked,
        "personal": list(one.personal),
    }
