"""What the author should see beside a draft before she says yes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from inbox_bot.bot import Bot, Letter
from inbox_bot.doubts import doubts_about
from inbox_bot.model import Draft, Message
from inbox_bot.promises.calendar import local_day
from inbox_bot.steps.stored_letters import read_or_header

MOST_BEFORE = 10
"""So many letters of a long thread are read again."""


def warnings_of(bot: Bot, draft_id: int, now: datetime) -> tuple[str, ...]:
    """In words, each once; () where nothing is odd."""
    with bot.store.reading() as tx:
        draft = tx.drafts.get(draft_id)
        stored = tx.messages.get(draft.letter_id)
        thread = [one for one in tx.messages.thread(stored.thread) if one.id < stored.id]
    letter, *before = read_or_header(bot, [stored, *thread[-MOST_BEFORE:]])
    return warnings_about(bot, draft, letter, before, now)


def warnings_about(
    bot: Bot, draft: Draft, letter: Letter, before: Sequence[Letter], now: datetime
) -> tuple[str, ...]:
    """The same for a letter that is read already; `before` are those of its thread."""
    found = [*_of_letter(bot, letter.message, before)]
    found += _stale(bot, draft)
    found += _passed(draft, local_day(now, bot.calendar))
    return tuple(dict.fromkeys(found))


def _of_letter(bot: Bot, message: Message, before: Sequence[Letter]) -> Sequence[str]:
    senders = [one.message.sender for one in before if one.message.sender]
    doubts = doubts_about(message, senders, bot.policy.authserv_id)
    return [*doubts, *message.notes, *_others(bot, message)]


def _others(bot: Bot, message: Message) -> Sequence[str]:
    own = bot.own_addresses()
    others = [one.email for one in (*message.to, *message.cc) if one.email.lower() not in own]
    return [f"the letter also went to {', '.join(others[:5])}; your reply does not"] * bool(others)


def _stale(bot: Bot, draft: Draft) -> Sequence[str]:
    """The answer stands on an entry that is not used any more."""
    usable = {entry.id for entry in bot.knowledge().faq.entries if entry.usable}
    return [
        f"its answer {entry_id} is not in use any more: look at it first"
        for entry_id in draft.entries
        if entry_id not in usable
    ]


def _passed(draft: Draft, today: date) -> Sequence[str]:
    passed = draft.promised_day is not None and draft.promised_day < today
    return ["it names a day that has passed: change the text first"] * passed
