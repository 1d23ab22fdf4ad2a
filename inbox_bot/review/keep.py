"""Write what the author keeps, changes or drops into her FAQ, and then redraft.

Writing is quick. What follows from it (`follow_up`) waits until the bot has learned the change,
which may take seconds: the page does that in the background.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from inbox_bot.bot import Bot
from inbox_bot.errors import Conflict, NotFound
from inbox_bot.letters.encoder import encoder
from inbox_bot.model import Draft, DroppedEntry, Entry, Faq, facts
from inbox_bot.model.ports import Transaction
from inbox_bot.review import lesson as review_lesson
from inbox_bot.review.asked_often import look_again
from inbox_bot.review.learn import book_of, faq_now
from inbox_bot.review.lesson import Lesson
from inbox_bot.steps.remake_answers import received, remake, remake_all

SAME = 0.82  # cosine of two questions that mean the same
BACK_WITHIN = timedelta(days=1)
DROPPED = facts.text("entries dropped")
"""Fact: JSON, a pair of a moment and a `DroppedEntry` for each of the last day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change that is written: `met` went to the author by her own list until now, and
    `is_reworded` says that readers may have the old answer."""

    entry_id: str
    met: tuple[str, ...] = ()
    is_reworded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Effects of a change: remade drafts, sent replies with the old text, and questions that
    went to the author by her own list until now (`met`)."""

    entry_id: str
    remade: tuple[Draft, ...] = ()
    received: tuple[Draft, ...] = ()
    met: tuple[str, ...] = ()


def follow_up(bot: Bot, change: Change, now: datetime) -> Kept:
    """Remake the waiting drafts that the change affects, as soon as the bot has learned it."""
    bot = bot.as_it_stands()
    kept = Kept(
        entry_id=change.entry_id,
        remade=remake(bot, change.entry_id, now),
        received=received(bot, change.entry_id) if change.is_reworded else (),
        met=change.met,
    )
    look_again(bot, now)
    return kept


def follow_wording(bot: Bot, now: datetime) -> Kept:
    """The same after a template has changed."""
    return Kept(entry_id="", remade=remake_all(bot, now))


def keep_lesson(bot: Bot, lesson: Lesson, now: datetime) -> Kept:
    return follow_up(bot, write_lesson(bot, lesson), now)


def mend_entry(bot: Bot, changed: Entry, now: datetime) -> Kept:
    return follow_up(bot, write_entry(bot, changed), now)


def write_lesson(bot: Bot, lesson: Lesson) -> Change:
    """Write a new entry, or another way to ask one."""
    book, faq = book_of(bot), faq_now(bot)
    if not lesson.question.strip():
        raise Conflict("Enter a question first.")
    if lesson.is_new:
        if not lesson.answer.strip():
            raise Conflict("Enter an answer first.")
        if lesson.entry_id in faq.answers:
            raise Conflict(f"There's already an entry named {lesson.entry_id}. Choose another ID.")
        book.add_entry(review_lesson.entry_of(lesson))
    else:
        book.add_phrasing(_entry(faq, lesson.entry_id), lesson.question)
    met = _met(faq, lesson)
    if met:
        book.answer_now(met)
    return Change(entry_id=lesson.entry_id, met=met)


def write_entry(bot: Bot, changed: Entry) -> Change:
    """Write question, answer and other ways to ask of an entry; of a passage its text."""
    entry = _entry(faq_now(bot), changed.id)
    if not changed.question.strip():
        raise Conflict("Enter a question first.")
    if not changed.answer.strip():
        raise Conflict("Enter an answer first.")
    book_of(bot).rewrite(entry, changed)
    is_reworded = changed.answer.strip() != entry.answer.strip()
    return Change(entry_id=entry.id, is_reworded=is_reworded)


def confirm_entry(bot: Bot, entry: Entry) -> Change:
    """Her yes to an entry that was not used so far."""
    book_of(bot).keep(entry)
    return Change(entry_id=entry.id)


def drop_entry(bot: Bot, entry: Entry, now: datetime) -> Change:
    """Take an entry out; for a day it can be put back."""
    dropped = book_of(bot).drop(entry)
    with bot.store.transaction() as tx:
        others = [one for one in _dropped(tx, now) if one[1].entry_id != entry.id]
        _note(tx, [*others, (now, dropped)])
    return Change(entry_id=entry.id)


def put_back(bot: Bot, entry_id: str, now: datetime) -> Change:
    """Write an entry again that was dropped within the day."""
    with bot.store.reading() as tx:
        found = [one for one in dropped_lately(tx, now) if one.entry_id == entry_id]
    if not found:
        raise NotFound(f"Nothing named {entry_id[:80]} was deleted within the last day.")
    book_of(bot).put_back(found[0])
    with bot.store.transaction() as tx:
        _note(tx, [one for one in _dropped(tx, now) if one[1] != found[0]])
    return Change(entry_id=entry_id)


def dropped_lately(tx: Transaction, now: datetime) -> tuple[DroppedEntry, ...]:
    """Those of the last day, the latest first."""
    return tuple(one for _, one in reversed(_dropped(tx, now)))


def forget_dropped(bot: Bot, now: datetime) -> None:
    """Remove what can be put back no longer."""
    with bot.store.transaction() as tx:
        if DROPPED.of(tx):
            _note(tx, _dropped(tx, now))


def _dropped(tx: Transaction, now: datetime) -> list[tuple[datetime, DroppedEntry]]:
    noted = json.loads(DROPPED.of(tx) or "[]")
    all_of_them = [(datetime.fromisoformat(at), DroppedEntry(**one)) for at, one in noted]
    return [(at, one) for at, one in all_of_them if abs(now - at) <= BACK_WITHIN]


def _note(tx: Transaction, dropped: Sequence[tuple[datetime, DroppedEntry]]) -> None:
    noted = [(at.isoformat(), asdict(one)) for at, one in dropped]
    DROPPED.put(tx, json.dumps(noted) if noted else "")


def _met(faq: Faq, lesson: Lesson) -> tuple[str, ...]:
    """The questions under `unanswered` that mean the same."""
    asked = encoder().encode([lesson.question, *lesson.also_asked])
    near = (encoder().encode(faq.unanswered) @ asked.T).max(axis=1) if faq.unanswered else []
    return tuple(text for text, cosine in zip(faq.unanswered, near, strict=True) if cosine >= SAME)


def _entry(faq: Faq, entry_id: str) -> Entry:
    try:
        return faq.answers[entry_id]
    except KeyError as error:
        raise Conflict(f"There's no entry named {entry_id[:80]}.") from error
