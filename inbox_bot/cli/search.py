"""search, history: find letters by words, and show their events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from inbox_bot import humanize, settings
from inbox_bot.cli.names import LETTER, letter_id, letter_named, name_in
from inbox_bot.cli.output import echo, iso, print_json
from inbox_bot.errors import NotFound
from inbox_bot.model import Author, Event
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import Listed
from inbox_bot.service.author_store import open_author_store
from inbox_bot.web.phrases import happened

MOST = 50


@click.command()
@click.argument("wanted", nargs=-1, required=True, metavar="WORDS...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per letter.")
@click.pass_obj
def search(directory: Path, wanted: tuple[str, ...], as_json: bool) -> None:
    """Find letters where the letter or its reply has all these words, newest first.

    \b
    Example:
      inbox-bot search ann sciatica
    """
    with open_author_store(directory) as store, store.reading() as tx:
        found = tx.messages.search(" ".join(wanted), MOST + 1)
    for letter in found[:MOST]:
        if as_json:
            print_json({**_as_json(letter), "reason": letter.reason})
        else:
            echo(_line(letter))
    if as_json:
        return
    if not found:
        click.echo("No letters found.")
    elif len(found) > MOST:
        click.echo(f"Showing the newest {MOST}. Add a word to narrow the search.")


@click.command()
@click.argument("whose", metavar="READER|LETTER|DRAFT")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per event.")
@click.pass_obj
def history(directory: Path, whose: str, as_json: bool) -> None:
    """Show what happened to a letter, or to all of a reader's letters, oldest first.

    `inbox-bot search` and `inbox-bot promises` show letter numbers.

    \b
    Example:
      inbox-bot history ann@example.org
      inbox-bot history L12
    """
    with open_author_store(directory) as store, store.reading() as tx:
        letters = sorted(_letters(tx, whose), key=lambda one: (one.arrived, one.letter_id))
        told = [(letter, tx.events(letter.letter_id)) for letter in letters]
    author = settings.load(directory).author.as_author()
    for letter, events in told:
        if as_json:
            _print_events(letter, events)
        else:
            _tell(letter, events, author)


def _letters(tx: Transaction, whose: str) -> Sequence[Listed]:
    named = name_in(whose, LETTER)
    letters = [letter_named(tx, named)] if named else tx.privacy.of_reader(whose).letters
    found = tx.messages.listed(letters)
    if not found:
        raise NotFound(f"No letters from {whose}. Try `inbox-bot search WORDS`.")
    return found


def _tell(letter: Listed, events: Sequence[Event], author: Author) -> None:
    echo(_line(letter))
    echo(f"       {_minute(letter.arrived, author)}: the letter arrived")
    for event in events:
        echo(f"       {_minute(event.at, author)}: {happened(event)}")


def _print_events(letter: Listed, events: Sequence[Event]) -> None:
    for event in events:
        print_json(
            {
                **_as_json(letter),
                "at": iso(event.at),
                "actor": str(event.actor),
                "verb": event.verb,
                "detail": event.detail,
            }
        )


def _line(letter: Listed) -> str:
    sender = letter.sender.email if letter.sender else "?"
    what = letter.verdict.words if letter.verdict else "new"
    subject = letter.subject or "(no subject)"
    return f"{letter_id(letter.letter_id):>5}  {sender}: {subject} ({what})"


def _as_json(letter: Listed) -> dict[str, int | str | None]:
    return {
        "letter": letter.letter_id,
        "from": letter.sender.email if letter.sender else "",
        "subject": letter.subject,
        "arrived": iso(letter.arrived),
        "verdict": str(letter.verdict) if letter.verdict else None,
    }


def _minute(at: datetime, author: Author) -> str:
    return humanize.moment(at.astimezone(ZoneInfo(author.timezone)), author.locale)
