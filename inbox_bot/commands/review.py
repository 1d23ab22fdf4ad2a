"""review: walk the queue in the terminal, one key a word, the same keys as on the page."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inbox_bot.commands.output import decision_lines, echo
from inbox_bot.errors import Conflict, InboxBotError

if TYPE_CHECKING:
    from inbox_bot.bot import Bot
    from inbox_bot.model import Draft
    from inbox_bot.waiting import Row

END = "q"


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Where the author is: `at` counts rows from 0, `touched` is the draft she last spoke of."""

    at: int = 0
    touched: int | None = None


Say = Callable[["Bot", "Draft", datetime], str]
"""Does what a key says to a draft and tells in a line what came of it."""


@click.command()
@click.pass_obj
def review(directory: Path) -> None:
    """Walk through the drafts that wait for you, one key a draft; ? lists the keys.

    \b
    Example:
      inbox-bot review
    """
    from inbox_bot.wiring import open_bot

    with open_bot(directory) as bot:
        walk: Walk | None = Walk()
        while walk is not None:
            walk = _step(bot, walk)


def _step(bot: Bot, walk: Walk) -> Walk | None:
    """Show the draft and do what the author says; None when she leaves."""
    rows = _pending(bot)
    if not rows:
        echo("Nobody is waiting.")
        return _go_back(bot, walk) if walk.touched is not None and _key("u, q") == "u" else None
    walk = replace(walk, at=min(max(walk.at, 0), len(rows) - 1))
    row = rows[walk.at]
    _print(bot, row, f"{walk.at + 1} of {len(rows)}")
    key = _key("a l e s h n r b x z u j k ? q")
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
    except InboxBotError as error:  # told, and the walk goes on
        echo(str(error))
        return walk
    return replace(walk, touched=draft.id)


def _go_back(bot: Bot, walk: Walk) -> Walk:
    from inbox_bot import pipeline

    if walk.touched is None:
        echo("There is nothing to undo.")
        return walk
    try:
        draft = pipeline.undo(bot, walk.touched, datetime.now(UTC))
    except InboxBotError as error:
        echo(str(error))
        return walk
    echo(f"Draft {draft.id}.{draft.version} is {draft.state} again.")
    return walk


# --- what the author sees --------------------------------------------------------------------


def _pending(bot: Bot) -> list[Row]:
    from inbox_bot.model import DraftState
    from inbox_bot.promises import local_day
    from inbox_bot.waiting import rows

    today = local_day(datetime.now(UTC), bot.policy.calendar)
    with bot.store.reading() as tx:
        return [row for row in rows(tx, today) if row.draft.state is DraftState.PENDING]


def _print(bot: Bot, row: Row, where: str) -> None:
    from inbox_bot import pipeline
    from inbox_bot.letters import read_letters
    from inbox_bot.tables import ago

    draft = row.draft
    waiting = ago(row.since, datetime.now(UTC))
    echo(f"\n{'=' * 72}\n{where}: {row.reader}, {row.answer}, waiting {waiting}")
    cautions = pipeline.warnings_of(bot, draft.id, datetime.now(UTC))
    for caution in (*filter(None, [draft.reason]), *cautions):
        echo(f"! {caution}")
    with bot.store.reading() as tx:
        letter = tx.messages.get(draft.letter_id)
    for read in read_letters(bot, [letter])[0]:
        echo("\n" + "\n".join(f"> {line}" for line in read.message.text.strip().splitlines()))
    for decision in draft.decisions:
        echo("\n".join(decision_lines(decision)))
    to = ", ".join(f"{one.name} <{one.email}>".strip() for one in draft.to)
    echo(f"\nDraft {draft.id}.{draft.version} ({draft.kind}) to {to}\n\n{draft.text}")


def _key(keys: str) -> str:
    """One key; from a pipe one line. The end of the input leaves."""
    click.echo(f"[{keys}] ", nl=False)
    if sys.stdin.isatty():
        key = click.getchar()
        click.echo(key if key.isprintable() else "")
        return key
    line = sys.stdin.readline()
    return line.strip()[:1] if line else END


# --- what she says ---------------------------------------------------------------------------


def _approve(bot: Bot, draft: Draft, now: datetime) -> str:
    from inbox_bot import pipeline

    pipeline.approve(bot, pipeline.shown(draft), now)
    seconds = int(bot.policy.undo.total_seconds())
    return f"Approved: it can leave in {seconds} s. u takes it back."


def _line(bot: Bot, draft: Draft, now: datetime) -> str:
    from inbox_bot import pipeline

    line = _asked("A line from you")
    changed = pipeline.add_line(bot, pipeline.shown(draft), line, now)
    return f"Added: version {changed.version} waits for your yes."


def _edit(bot: Bot, draft: Draft, now: datetime) -> str:
    from inbox_bot import pipeline

    written = click.edit(draft.text, extension=".txt")
    if written is None or written.strip() == draft.text.strip():
        raise Conflict("Nothing was changed.")
    changed = pipeline.edit(bot, pipeline.shown(draft), written, now)
    return f"Changed: version {changed.version} waits for your yes."


def _swap(bot: Bot, draft: Draft, now: datetime) -> str:
    from inbox_bot import pipeline

    position = _which_question(draft)
    matches = draft.decisions[position].matches
    for number, match in enumerate(matches[:4], 1):
        echo(f"  {number}  {match.entry_id}  ({match.confidence:.0%})")
    said = _asked("Which answer (a number or an entry's id)")
    numbered = {str(number): match.entry_id for number, match in enumerate(matches[:4], 1)}
    changed = pipeline.swap(bot, pipeline.shown(draft), position, numbered.get(said, said), now)
    return f"Swapped: version {changed.version} waits for your yes."


def _no_question(bot: Bot, draft: Draft, now: datetime) -> str:
    from inbox_bot import pipeline

    position = _which_question(draft)
    changed = pipeline.not_a_question(bot, pipeline.shown(draft), position, now)
    return f"Left out: version {changed.version} waits for your yes."


def _hold(bot: Bot, draft: Draft, now: datetime) -> str:
    from inbox_bot import pipeline

    held = pipeline.hold(bot, pipeline.shown(draft), now)
    day = f" by {held.promised_day:%d %B}" if held.promised_day else ""
    return f"Held: the reader will hear that you write again{day}. It waits for your yes."


def _not_a_reader(bot: Bot, draft: Draft, now: datetime) -> str:
    from inbox_bot import pipeline

    return f"{pipeline.not_a_reader(bot, draft.letter_id, now)} is not a reader."


def _reject(bot: Bot, draft: Draft, now: datetime) -> str:
    from inbox_bot import pipeline

    pipeline.reject(bot, pipeline.shown(draft), now)
    return "Rejected. The reader still waits."


def _by_hand(bot: Bot, draft: Draft, now: datetime) -> str:
    from inbox_bot import pipeline

    pipeline.answered_by_hand(bot, pipeline.shown(draft), now)
    return "Answered by hand: the promise is kept."


def _snooze(bot: Bot, draft: Draft, now: datetime) -> str:
    from inbox_bot import pipeline

    said = _asked("Until when (YYYY-MM-DD)")
    try:
        until = date.fromisoformat(said)
    except ValueError as error:
        raise Conflict(f"{said} is no day; write for example 2026-03-09.") from error
    pipeline.snooze(bot, draft.id, until, now)
    return f"Out of sight until {until}."


def _which_question(draft: Draft) -> int:
    """Its position; asked for only where there are several."""
    if not draft.decisions:
        raise Conflict(f"Draft {draft.id} has no question.")
    if len(draft.decisions) == 1:
        return 0
    for number, decision in enumerate(draft.decisions, 1):
        echo(f"  {number}  {decision.question.text}")
    said = _asked("Which question (a number)")
    if not said.isdecimal():
        raise Conflict(f"{said} is no question's number.")
    return int(said) - 1


def _asked(what: str) -> str:
    click.echo(f"{what}: ", nl=False)
    said = sys.stdin.readline().strip()
    if not said:
        raise Conflict("Nothing was done.")
    return said


MOVES = {"j": 1, "k": -1}
VERBS: Mapping[str, Say] = {
    "a": _approve,
    "l": _line,
    "e": _edit,
    "s": _swap,
    "h": _hold,
    "n": _not_a_reader,
    "r": _reject,
    "b": _by_hand,
    "x": _no_question,
    "z": _snooze,
}
SHEET = {
    "a": "approve: yes to exactly this",
    "l": "a line from you, as the first sentence",
    "e": "edit in your editor",
    "s": "another answer",
    "h": "hold: I'll write again",
    "n": "not a reader",
    "r": "reject",
    "b": "you answered by hand, elsewhere",
    "x": "not a question",
    "z": "snooze until a day",
    "u": "undo your last word",
    "j": "down",
    "k": "up",
    "q": "leave",
}
