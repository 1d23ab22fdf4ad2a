"""promises, answered, owed, release: list and settle promises."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from inbox_bot import settings
from inbox_bot.cli.names import LETTER, Named, letter_id, letter_named
from inbox_bot.cli.output import iso, print_json
from inbox_bot.cli.tables import print_promises
from inbox_bot.model import Promise
from inbox_bot.model.ports import Store
from inbox_bot.promises.calendar import Standing, state_at
from inbox_bot.review import promises as review_promises
from inbox_bot.service.author_store import open_author_store
from inbox_bot.settings.policy import policy_of


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per promise.")
@click.pass_obj
def promises(directory: Path, as_json: bool) -> None:
    """List who's waiting for an answer, and since when.

    \b
    Example:
      inbox-bot promises
    """
    now = datetime.now(UTC)
    calendar = policy_of(settings.load(directory)).calendar
    with open_author_store(directory) as store, store.reading() as tx:
        waiting = tx.promises.waiting()
    standing = [(promise, state_at(promise, now, calendar)) for promise in waiting]
    if not as_json:
        print_promises(standing, now)
        return
    for promise, state in standing:
        _print_as_json(promise, state)


def _print_as_json(promise: Promise, state: Standing) -> None:
    print_json(
        {
            "promise": promise.id,
            "letter": promise.letter_id,
            "reader": promise.reader,
            "quote": promise.quote,
            "opened": iso(promise.opened),
            "due": iso(promise.due),
            "told": promise.told.isoformat() if promise.told else None,
            "state": str(promise.state),
            "standing": str(state),
            "reason": promise.matter,
        }
    )


@click.command()
@click.argument("name", type=LETTER, metavar="LETTER|DRAFT")
@click.pass_obj
def answered(directory: Path, name: Named) -> None:
    """Say that you answered this letter elsewhere. LETTER is its ID in `promises`.

    \b
    Example:
      inbox-bot answered L12
    """
    with open_author_store(directory) as store:
        letter = _letter(store, name)
        review_promises.was_answered(store, letter, datetime.now(UTC))
    called = letter_id(letter)
    click.echo(f"Letter {called} is marked answered. To undo: inbox-bot owed {called}")


@click.command()
@click.argument("name", type=LETTER, metavar="LETTER|DRAFT")
@click.pass_obj
def owed(directory: Path, name: Named) -> None:
    """Say that this letter still needs an answer. This settles a question, or undoes `answered`.

    \b
    Example:
      inbox-bot owed L12
    """
    with open_author_store(directory) as store:
        letter = _letter(store, name)
        review_promises.still_owed(store, letter, datetime.now(UTC))
    click.echo(f"Letter {letter_id(letter)} still needs an answer.")


@click.command()
@click.argument("name", type=LETTER, metavar="LETTER|DRAFT")
@click.argument("reason")
@click.pass_obj
def release(directory: Path, name: Named, reason: str) -> None:
    """Say that this letter needs no reply, and why.

    \b
    Example:
      inbox-bot release L12 "my neighbor; I told her in person"
    """
    with open_author_store(directory) as store:
        letter = _letter(store, name)
        review_promises.release(store, letter, reason, datetime.now(UTC))
    called = letter_id(letter)
    click.echo(f"Letter {called} no longer needs an answer. To undo: inbox-bot owed {called}")


def _letter(store: Store, name: Named) -> int:
    with store.reading() as tx:
        return letter_named(tx, name)
