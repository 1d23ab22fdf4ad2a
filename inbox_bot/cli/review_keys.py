"""The keys of `inbox-bot review`, with the same meanings as on the review page."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime

import click

from inbox_bot import humanize, review
from inbox_bot.bot import Bot
from inbox_bot.cli.output import LINE, echo, edited
from inbox_bot.errors import Conflict
from inbox_bot.humanize import counted
from inbox_bot.model import Draft
from inbox_bot.model.names import draft_name
from inbox_bot.review import promises
from inbox_bot.review.keep import keep_lesson
from inbox_bot.review.learn import lesson_from

Say = Callable[["Bot", "Draft", datetime], str]
"""The action of a key on a draft; returns a line on its result."""


def _approve(bot: Bot, draft: Draft, now: datetime) -> str:
    review.approve(bot, review.shown(draft), now)
    seconds = int(bot.policy.undo.total_seconds())
    return f"Approved. It goes out in {counted(seconds, 'second')}; press u to undo."


def _line(bot: Bot, draft: Draft, now: datetime) -> str:
    line = _asked("Your line")
    changed = review.add_line(bot, review.shown(draft), line, now)
    return f"Added. Version {changed.version} is waiting for your approval."


def _edit(bot: Bot, draft: Draft, now: datetime) -> str:
    written = edited(draft.text, extension=".txt")
    if written is None or written.strip() == draft.text.strip():
        raise Conflict("Nothing changed.")
    changed = review.edit(bot, review.shown(draft), written, now)
    return f"Changed. Version {changed.version} is waiting for your approval."


def _swap(bot: Bot, draft: Draft, now: datetime) -> str:
    position = _which_question(draft)
    matches = draft.decisions[position].matches
    for number, match in enumerate(matches[:4], 1):
        echo(f"  {number}  {match.entry_id}  ({match.confidence:.0%})")
    said = _asked("Which answer (its number or ID)")
    numbered = {str(number): match.entry_id for number, match in enumerate(matches[:4], 1)}
    changed = review.swap(bot, review.shown(draft), position, numbered.get(said, said), now)
    return f"Swapped. Version {changed.version} is waiting for your approval."


def _no_question(bot: Bot, draft: Draft, now: datetime) -> str:
    position = _which_question(draft)
    changed = review.not_a_question(bot, review.shown(draft), position, now)
    return f"Left out. Version {changed.version} is waiting for your approval."


def _hold(bot: Bot, draft: Draft, now: datetime) -> str:
    held = review.hold(bot, review.shown(draft), now)
    named = held.promised_day
    day = f" by {humanize.month_and_day(named, bot.author.locale)}" if named else ""
    return f"It now says that you'll write again{day}, and it's waiting for your approval."


def _not_a_reader(bot: Bot, draft: Draft, now: datetime) -> str:
    address = review.not_a_reader(bot, draft.letter_id, now)
    return f"{address or draft.to[0].shown} is marked as not a reader."


def _reject(bot: Bot, draft: Draft, now: datetime) -> str:
    review.reject(bot, review.shown(draft), now)
    return "Rejected. The reader is still waiting."


def _by_hand(bot: Bot, draft: Draft, now: datetime) -> str:
    if draft.state == "uncertain":
        review.was_sent(bot, draft.id, now)
        return "Marked as sent. The promise is kept."
    review.answered_by_hand(bot, review.shown(draft), now)
    return "Marked as answered. The promise is kept."


def _still_owed(bot: Bot, draft: Draft, now: datetime) -> str:
    if draft.state == "uncertain":
        review.was_not_sent(bot, draft.id, now)
        return "Marked as not sent. It's waiting for your approval again."
    promises.still_owed(bot.store, draft.letter_id, now)
    return "Still owed: what you wrote wasn't an answer."


def _snooze(bot: Bot, draft: Draft, now: datetime) -> str:
    said = _asked("Until when (YYYY-MM-DD)")
    try:
        until = date.fromisoformat(said)
    except ValueError as error:
        raise Conflict(f"{said} is not a date; use the form 2026-03-09.") from error
    review.snooze(bot, draft.id, until, now)
    return f"Snoozed until {humanize.full(until, bot.author.locale)}."


def _keep(bot: Bot, draft: Draft, now: datetime) -> str:
    lesson = lesson_from(bot, draft.id)
    if lesson.is_new:
        echo(f"New entry {lesson.entry_id}: {lesson.question}\n\n{lesson.answer}\n")
    else:
        echo(f"Another phrasing for {lesson.entry_id}: {lesson.question}")
    said = _asked("Keep it for next time? (y = yes, e = edit the answer first, n = no)")
    if said == "e":
        lesson = replace(lesson, answer=edited(lesson.answer, extension=".md") or lesson.answer)
    elif said != "y":
        raise Conflict("Nothing was saved.")
    kept = keep_lesson(bot, lesson, now)
    met = f" Taken off your “don't answer” list: {', '.join(kept.met)}." if kept.met else ""
    others = counted(len(kept.remade), "other draft uses", "other drafts use")
    return f"Saved. {others} it now.{met}"


def _which_question(draft: Draft) -> int:
    """The question's position; asks only where there are several."""
    if not draft.decisions:
        raise Conflict(f"Draft {draft_name(draft.id)} has no questions.")
    if len(draft.decisions) == 1:
        return 0
    for number, decision in enumerate(draft.decisions, 1):
        echo(f"  {number}  {decision.question.in_list(LINE)}")
    said = _asked("Which question (its number)")
    if not said.isdecimal():
        raise Conflict(f"There's no question number {said}.")
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
    "o": _still_owed,
    "x": _no_question,
    "z": _snooze,
    "y": _keep,
}
SHEET = {
    "a": "approve exactly this",
    "l": "add a line of your own, as the first sentence",
    "e": "edit in your editor",
    "s": "choose another answer",
    "h": "hold: say you'll write again",
    "n": "not a reader",
    "r": "reject",
    "b": "answered elsewhere, or yes, it was sent",
    "o": "still owed, or no, it wasn't sent",
    "x": "not a question",
    "z": "snooze until a day",
    "y": "keep this answer for next time",
    "u": "undo your last decision",
    "j": "down",
    "k": "up",
    "q": "quit",
}
