"""review: walk through the queue in the terminal, with the same keys as on the page."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import click

from inbox_bot import review as verbs
from inbox_bot.bot import Bot
from inbox_bot.cli.output import decision_lines, echo, width, wrapped
from inbox_bot.cli.review_keys import MOVES, SHEET, VERBS, Say
from inbox_bot.cli.tables import ago
from inbox_bot.errors import InboxBotError
from inbox_bot.model import ON_THE_WAY, Draft
from inbox_bot.model.needs import NEEDS
from inbox_bot.promises.calendar import local_day
from inbox_bot.review.queue import Row, rows
from inbox_bot.review.warnings import warnings_of
from inbox_bot.service.wiring import open_bot
from inbox_bot.steps.stored_letters import read_letters

END = "q"
TROUBLES = {
    "uncertain": "Was it sent? Check your Sent folder, then press b (it was) or o (it wasn't).",
    "refused": "The server refused it. Fix it and approve it again, or reject it.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """The position in the queue (`at`, from 0) and the last draft decided on (`touched`)."""

    at: int = 0
    touched: int | None = None


@click.command()
@click.pass_obj
def review(directory: Path) -> None:
    """Go through the drafts waiting for you, one key per draft; ? lists the keys.

    \b
    Example:
      inbox-bot review
    """
    with open_bot(directory) as bot:
        walk: Walk | None = Walk()
        while walk is not None:
            walk = _step(bot, walk)


def _step(bot: Bot, walk: Walk) -> Walk | None:
    """Show the draft and do what the pressed key says; None to end."""
    rows = _waiting(bot)
    if not rows:
        echo("Nobody is waiting.")
        return (
            _go_back(bot, walk)
            if walk.touched is not None and _key("u undo · q quit") == "u"
            else None
        )
    walk = replace(walk, at=min(max(walk.at, 0), len(rows) - 1))
    row = rows[walk.at]
    _print(bot, row, f"{walk.at + 1} of {len(rows)}")
    key = _key("a approve · e edit · h hold · u undo · j next · ? all keys · q quit")
    if key == END:
        return None
    if key == "u":
        return _go_back(bot, walk)
    if key in MOVES:
        return replace(walk, at=walk.at + MOVES[key])
    if key not in VERBS:
        echo("\n".join(f"  {one}  {about}" for one, about in SHEET.items()))
        return walk
    return _say(bot, walk, row.draft, VERBS[key])


def _say(bot: Bot, walk: Walk, draft: Draft, say: Say) -> Walk:
    try:
        echo(say(bot, draft, datetime.now(UTC)))
    except InboxBotError as error:  # shown, and the walk goes on
        echo(str(error))
        return walk
    return replace(walk, touched=draft.id)


def _go_back(bot: Bot, walk: Walk) -> Walk:
    if walk.touched is None:
        echo("There's nothing to undo.")
        return walk
    try:
        draft = verbs.undo(bot, walk.touched, datetime.now(UTC))
    except InboxBotError as error:
        echo(str(error))
        return walk
    echo(f"Draft {draft.id}.{draft.version} is {draft.state} again.")
    return walk


# --- what the author sees --------------------------------------------------------------------


def _waiting(bot: Bot) -> list[Row]:
    """Rows that wait for a decision: not those on their way."""
    today = local_day(datetime.now(UTC), bot.calendar())
    with bot.store.reading() as tx:
        return [row for row in rows(tx, today) if row.draft.state not in ON_THE_WAY]


def _print(bot: Bot, row: Row, where: str) -> None:
    draft = row.draft
    waiting = ago(row.since, datetime.now(UTC))
    echo(f"\n{'=' * width()}\n{where}: {row.reader}. {NEEDS[row.need]}. Waiting for {waiting}")
    cautions = warnings_of(bot, draft.id, datetime.now(UTC))
    trouble = TROUBLES.get(draft.state, "")
    for caution in (*filter(None, [trouble, row.matter, draft.reason]), *cautions):
        echo(f"! {caution}")
    with bot.store.reading() as tx:
        letter = tx.messages.get(draft.letter_id)
    for read in read_letters(bot, [letter])[0]:
        echo("\n" + "\n".join(f"> {line}" for line in read.message.text.strip().splitlines()))
    for decision in draft.decisions:
        echo("\n" + "\n".join(decision_lines(decision)))
    to = ", ".join(f"{one.name} <{one.email}>".strip() for one in draft.to)
    echo(f"\nDraft {draft.id}.{draft.version} ({draft.kind})\nTo: {to}\nSubject: {draft.subject}")
    echo(f"\n{draft.text}")


def _key(keys: str) -> str:
    """Read one key, or one line from a pipe; the end of the input ends the walk."""
    click.echo(f"{wrapped(keys, width())}: ", nl=False)
    if sys.stdin.isatty():
        key = click.getchar()
        click.echo(key if key.isprintable() else "")
        return key
    line = sys.stdin.readline()
    return line.strip()[:1] if line else END
