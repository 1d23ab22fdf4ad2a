"""compare, start-drafting: commands of watch-only."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from inbox_bot.cli.output import echo
from inbox_bot.reports import watch_only
from inbox_bot.reports.replay import Replayed
from inbox_bot.service.author_store import open_author_store
from inbox_bot.service.wiring import open_bot

WORDS = {"y": True, "n": False}


@click.command()
@click.pass_obj
def compare(directory: Path) -> None:
    """In watch-only mode: compare what I would have replied with what you wrote.

    \b
    Example:
      inbox-bot compare
    """
    with open_bot(directory) as bot:
        for _ in watch_only.look_on(bot, datetime.now(UTC)):
            pass  # what came since the last look can be compared, too
        for one in watch_only.to_compare(bot, datetime.now(UTC)):
            _print(one)
            word = click.prompt("Just as good? [y]es, [n]o, [s]kip, [q]uit", default="s")[
                :1
            ].lower()
            if word == "q":
                break
            if word in WORDS:
                watch_only.record_comparison(bot.store, one.letter_id, right=WORDS[word])
        with bot.store.reading() as tx:
            found = watch_only.score(tx)
    echo(found.sentence() if found else "I'm already drafting. See: inbox-bot drafts")


def _print(one: Replayed) -> None:
    echo(f"\n{'=' * 72}\n{one.reader}: {one.subject}\n\n{one.text.strip()}")
    echo(f"\n--- I would have drafted\n\n{one.draft.strip()}")
    echo(f"\n--- You wrote\n\n{one.answered.text.strip() if one.answered else ''}\n")


@click.command()
@click.pass_obj
def start_drafting(directory: Path) -> None:
    """Leave watch-only mode: waiting readers get a draft, and nothing is sent yet.

    \b
    Example:
      inbox-bot start-drafting
    """
    with open_author_store(directory) as store:
        watch_only.start_drafting(store, datetime.now(UTC))
    click.echo("Drafting is on. A running bot starts at its next check; otherwise: inbox-bot run")
