"""snooze, wake, readdress, write-again: what else the page offers for a draft."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from inbox_bot import review
from inbox_bot.bot import Bot
from inbox_bot.cli.names import DRAFT, Named, Thing, draft_named, letter_id
from inbox_bot.cli.queue import change_draft
from inbox_bot.errors import Conflict
from inbox_bot.model import Draft, DraftState


@click.command()
@click.argument("name", type=DRAFT, metavar="DRAFT")
@click.argument("until", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD")
@click.pass_obj
def snooze(directory: Path, name: Named, until: datetime) -> None:
    """Snooze a draft until a day. Its promise keeps running.

    \b
    Example:
      inbox-bot snooze D3 2026-03-09
    """

    def change(bot: Bot, draft: Draft) -> Draft:
        return review.snooze(bot, draft.id, until.date(), datetime.now(UTC))

    change_draft(directory, name, change)


@click.command()
@click.argument("name", type=DRAFT, metavar="DRAFT")
@click.pass_obj
def wake(directory: Path, name: Named) -> None:
    """Bring a snoozed draft back before its day.

    \b
    Example:
      inbox-bot wake D3
    """
    change_draft(directory, name, lambda bot, draft: review.wake(bot, draft.id, datetime.now(UTC)))


@click.command()
@click.argument("name", type=DRAFT, metavar="DRAFT")
@click.argument("address")
@click.pass_obj
def readdress(directory: Path, name: Named, address: str) -> None:
    """Send the reply to a different address. The new version waits for your approval.

    \b
    Example:
      inbox-bot readdress D3 ann@example.org
    """

    def change(bot: Bot, draft: Draft) -> Draft:
        return review.readdress(bot, review.shown(draft), address, datetime.now(UTC))

    change_draft(directory, name, change)


@click.command("write-again")
@click.argument("name", type=DRAFT, metavar="DRAFT|LETTER")
@click.option("--text", help="What was wrong, in your own words. Without it, your $EDITOR opens.")
@click.pass_obj
def write_again(directory: Path, name: Named, text: str | None) -> None:
    """Draft a correction to a sent reply. It waits for your approval like any draft.

    \b
    Example:
      inbox-bot write-again D3
      inbox-bot write-again L12 --text "It is Tuesdays, not Thursdays."
    """

    def change(bot: Bot, draft: Draft) -> Draft:
        sent = _sent(bot, name) if name.thing is Thing.LETTER else draft
        words = text if text is not None else click.edit("", extension=".txt")
        if not (words or "").strip():
            raise Conflict("Nothing was written, so there is no correction.")
        return review.write_again(bot, sent.id, words or "", datetime.now(UTC))

    change_draft(directory, name, change)


def _sent(bot: Bot, name: Named) -> Draft:
    """The newest reply that was sent to this letter."""
    newest = draft_named(bot, name)
    with bot.store.reading() as tx:
        drafts = tx.drafts.for_thread(tx.messages.get(newest.letter_id).thread)
    sent = [one for one in drafts if one.state is DraftState.SENT]
    if not sent:
        raise Conflict(f"No reply to letter {letter_id(name.number)} has been sent yet.")
    return sent[-1]
