"""Warnings beside a draft: odd senders, stale answers, passed days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from inbox_bot.bot import Bot, Letter
from inbox_bot.letters.authentication import dmarc_result, proven_domain
from inbox_bot.letters.reading.disguises import disguises
from inbox_bot.model import Address, Draft, Message
from inbox_bot.promises.calendar import local_day
from inbox_bot.steps.stored_letters import read_or_header

MOST_BEFORE = 10
"""Limit of earlier letters read in a thread."""
A_STORY = 130
"""Words from which a letter is a story."""


def is_story(message: Message) -> bool:
    """Whether the letter tells so much that a ready answer alone would be cold."""
    return len(message.text.split()) >= A_STORY


def warnings_of(bot: Bot, draft_id: int, now: datetime) -> tuple[str, ...]:
    """Warnings, in words, each once; () if none."""
    with bot.store.reading() as tx:
        draft = tx.drafts.get(draft_id)
        stored = tx.messages.get(draft.letter_id)
        thread = [one for one in tx.messages.thread(stored.thread) if one.id < stored.id]
    letter, *before = read_or_header(bot, [stored, *thread[-MOST_BEFORE:]])
    return warnings_about(bot, draft, letter, before, now)


def warnings_about(
    bot: Bot, draft: Draft, letter: Letter, before: Sequence[Letter], now: datetime
) -> tuple[str, ...]:
    """The same for a parsed letter; `before` are earlier ones of its thread."""
    found = [*_of_letter(bot, letter.message, before)]
    found += _stale(bot, draft)
    found += _passed(draft, local_day(now, bot.calendar()))
    return tuple(dict.fromkeys(found))


def _of_letter(bot: Bot, message: Message, before: Sequence[Letter]) -> Sequence[str]:
    senders = [one.message.sender for one in before if one.message.sender]
    doubts = doubts_about(message, senders, bot.policy.authserv_id)
    return [*doubts, *message.notes, *_others(bot, message)]


def _others(bot: Bot, message: Message) -> Sequence[str]:
    own = bot.own_addresses()
    others = [one.email for one in (*message.to, *message.cc) if one.email.lower() not in own]
    return [f"The letter also went to {', '.join(others[:5])}; your reply won't"] * bool(others)


def _stale(bot: Bot, draft: Draft) -> Sequence[str]:
    """Warn of entries that are not in use any more."""
    usable = {key for key, entry in bot.knowledge().faq.answers.items() if entry.usable}
    return [
        f"The answer behind this draft ({entry_id}) was removed"
        for entry_id in draft.entries
        if entry_id not in usable
    ]


def _passed(draft: Draft, today: date) -> Sequence[str]:
    passed = draft.promised_day is not None and draft.promised_day < today
    return ["It names a day that has passed; change the text first"] * passed


def doubts_about(
    message: Message, earlier: Iterable[Address] = (), authserv_id: str = ""
) -> tuple[str, ...]:
    """Warnings about a message; () if none.

    `earlier` are the senders of letters that came before in the thread or from this reader;
    `authserv_id` names the author's own mail server in Authentication-Results (RFC 8601, 2.5).
    """
    found = (
        _failed(message, authserv_id),
        _answers_elsewhere(message),
        _writes_differently(message, earlier),
        *disguises(message),
    )
    return tuple(doubt for doubt in found if doubt)


def origin_of(message: Message, authserv_id: str) -> str:
    """ "Really from gmail.com", "May not be from gmail.com", or "" where nobody has checked."""
    if proven := proven_domain(message, authserv_id):
        return f"Really from {proven}"
    if message.sender and _failed(message, authserv_id):
        return f"May not be from {message.sender.email.rpartition('@')[2]}"
    return ""


def _failed(message: Message, authserv_id: str) -> str:
    if authserv_id and message.sender and dmarc_result(message, authserv_id) == "fail":
        domain = message.sender.email.rpartition("@")[2]
        return f"This letter may not be from {domain}: it failed that domain's check (DMARC)"
    return ""


def _answers_elsewhere(message: Message) -> str:
    sender, reply_to = message.sender, message.reply_to
    if not sender or not reply_to or _same(sender.email, reply_to.email):
        return ""
    return f"Your reply goes to {reply_to.email}, not to the sender ({sender.email})"


def _writes_differently(message: Message, earlier: Iterable[Address]) -> str:
    """Warn if a known name has a new address."""
    sender = message.sender
    if not sender or not sender.name:
        return ""
    before = list(earlier)
    if any(_same(sender.email, known.email) for known in before):
        return ""
    name = _plain(sender.name)
    for known in before:
        if known.name and _plain(known.name) == name:
            return f"{sender.name} used to write from {known.email}, and now from {sender.email}"
    return ""


def _plain(name: str) -> str:
    """ "Doe, Jane" and "jane  doe" are one name."""
    return " ".join(sorted(name.casefold().replace(",", " ").split()))


def _same(one: str, other: str) -> bool:
    return _bare(one) == _bare(other)


def _bare(address: str) -> str:
    local, _, domain = address.casefold().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
