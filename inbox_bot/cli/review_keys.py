"""The keys of `inbox-bot review`, with the same meanings as on the review page."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime

import click

from inbox_bot import review
from inbox_bot.bot import Bot
from inbox_bot.cli.output import echo
from inbox_bot.errors import Conflict
from inbox_bot.model import Draft
from inbox_bot.review import promises
from inbox_bot.review.keep import keep_lesson
from inbox_bot.review.learn import lesson_from

Say = Callable[["Bot", "Draft", datetime], str]
"""The action of a key on a draft; returns a line on its result."""


def _approve(bot: Bot, draft: Draft, now: datetime) -> str:
    review.approve(bot, review.shown(draft), now)
    seconds = int(bot.policy.undo.total_seconds())
    return f"Approved: it can leave in {seconds} s. u takes it back."


def _line(bot: Bot, draft: Draft, now: datetime) -> str:
    line = _asked("A line from you")
    changed = review.add_line(bot, review.shown(draft), line, now)
    return f"Added: version {changed.version} waits for your yes."


def _edit(bot: Bot, draft: Draft, now: datetime) -> str:
    written = click.edit(draft.text, extension=".txt")
    if written is None or written.strip() == draft.text.strip():
        raise Conflict("Nothing was changed.")
    changed = review.edit(bot, review.shown(draft), written, now)
    return f"Changed: version {changed.version} waits for your yes."


def _swap(bot: Bot, draft: Draft, now: datetime) -> str:
    position = _which_question(draft)
    matches = draft.decisions[position].matches
    for number, match in enumerate(matches[:4], 1):
        echo(f"  {number}  {match.entry_id}  ({match.confidence:.0%})")
    said = _asked("Which answer (a number or an entry's id)")
    numbered = {str(number): match.entry_id for number, match in enumerate(matches[:4], 1)}
    changed = review.swap(bot, review.shown(draft), position, numbered.get(said, said), now)
    return f"Swapped: version {changed.version} waits for your yes."


def _no_question(bot: Bot, draft: Draft, now: datetime) -> str:
    position = _which_question(draft)
    changed = review.not_a_question(bot, review.shown(draft), position, now)
    return f"Left out: version {changed.version} waits for your yes."


def _hold(bot: Bot, draft: Draft, now: datetime) -> str:
    held = review.hold(bot, review.shown(draft), now)
    day = f" by {held.promised_day:%d %B}" if held.promised_day else ""
    return f"Held: the reader will hear that you write again{day}. It waits for your yes."


def _not_a_reader(bot: Bot, draft: Draft, now: datetime) -> str:
    address = review.not_a_reader(bot, draft.letter_id, now)
    return f"{address or draft.to[0].shown} is not a reader."


def _reject(bot: Bot, draft: Draft, now: datetime) -> str:
    review.reject(bot, review.shown(draft), now)
    return "Rejected. The reader still waits."


def _by_hand(bot: Bot, draft: Draft, now: datetime) -> str:
    if draft.state == "uncertain":
        review.was_sent(bot, draft.id, now)
        return "It was sent: the promise is kept."
    review.answered_by_hand(bot, review.shown(draft), now)
    return "Answered by hand: the promise is kept."


def _still_owed(bot: Bot, draft: Draft, now: datetime) -> str:
    if draft.state == "uncertain":
        review.was_not_sent(bot, draft.id, now)
        return "It was not sent: it waits for your yes again."
    promises.still_owed(bot.store, draft.letter_id, now)
    return "Still owed: what you wrote was no answer."


def _snooze(bot: Bot, draft: Draft, now: datetime) -> str:
    said = _asked("Until when (YYYY-MM-DD)")
    try:
        until = date.fromisoformat(said)
    except ValueError as error:
        raise Conflict(f"{said} is no day; write for example 2026-03-09.") from error
    review.snooze(bot, draft.id, until, now)
    return f"Out of sight until {until}."


def _keep(bot: Bot, draft: Draft, now: datetime) -> str:
    lesson = lesson_from(bot, draft.id)
    if lesson.is_new:
        echo(f"A new entry, {lesson.entry_id}: {lesson.question}\n\n{lesson.answer}\n")
    else:
        echo(f"Another way to ask {lesson.entry_id}: {lesson.question}")
    said = _asked("Keep it for next time? (y, e edits the answer first, n)")
    if said == "e":
        lesson = replace(lesson, answer=click.edit(lesson.answer, extension=".md") or lesson.answer)
    elif said != "y":
        raise Conflict("Nothing was kept.")
    kept = keep_lesson(bot, lesson, now)
    met = f" No longer left to you: {', '.join(kept.met)}." if kept.met else ""
    return f"Kept. {len(kept.remade)} other drafts were made with it.{met}"


def _which_question(draft: Draft) -> int:
    """The question's position; asks only where there are several."""
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
    "o": _still_owed,
    "x": _no_question,
    "z": _snooze,
    "y": _keep,
}
SHEET = {
    "a": "approve: yes to exactly this",
    "l": "a line from you, as the first sentence",
    "e": "edit in your editor",
    "s": "another answer",
    "h": "hold: I'll write again",
    "n": "not a reader",
    "r": "reject",
    "b": "the reader has it: you answered elsewhere, or it was sent",
    "o": "still owed: what you wrote was no answer, or it was not sent",
    "x": "not a question",
    "z": "snooze until a day",
    "y": "keep this answer for next time",
    "u": "undo your last word",
    "j": "down",
    "k": "up",
    "q": "leave",
}
