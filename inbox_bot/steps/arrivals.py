"""Build store records of new letters: conversation, thread and writer."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from inbox_bot.bot import Bot
from inbox_bot.errors import Unreadable
from inbox_bot.letters.contact_forms import Sighting
from inbox_bot.letters.reading.clocks import arrival
from inbox_bot.letters.verdicts import HeaderJudgement, is_of_list
from inbox_bot.model import MADE_UP, MADE_UP_UNREAD, Fetched, Message
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import Arrival, Share, Writer
from inbox_bot.steps.stored_letters import written
from inbox_bot.steps.threads import Threads, ancestors, moved_from, writer_of

UNSEEN = HeaderJudgement()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A letter of which only the header was fetched. `message` is None when it is unreadable.

    `sighting`: it looks like the notice of a form or of comments that the author has not named.
    """

    fetched: Fetched
    message: Message | None
    message_id: str
    glance: HeaderJudgement = UNSEEN
    sighting: Sighting | None = None


Pair = tuple[Fetched, Seen]
"""A fetched letter with what was read of it."""


def seen_of(fetched: Fetched, message: Message | Unreadable, now: datetime) -> Seen:
    """Hash the place into made-up ids: a header may be cut, or equal another's."""
    header = None if isinstance(message, Unreadable) else message
    fetched = replace(fetched, arrived=arrival(header, fetched.arrived, now))
    message_id = header.message_id if header else MADE_UP_UNREAD
    if message_id.endswith(MADE_UP):
        message_id = _made_up(fetched.raw + repr(fetched.place).encode(), message_id)
    return Seen(fetched=fetched, message=header, message_id=message_id)


def completed(seen: Seen, whole: Fetched, message: Message | None) -> Seen:
    """Update from the whole letter, as the fetched header may have been cut. A made-up id is hashed
    from all bytes, so that only a true copy shares it."""
    if whole is seen.fetched or not whole.raw:
        return seen
    message = message or seen.message
    message_id = message.message_id if message else seen.message_id
    if message_id.endswith(MADE_UP):
        message_id = _made_up(whole.raw, message_id)
    return replace(seen, message=message, message_id=message_id)


def _made_up(told: bytes, like: str) -> str:
    ending = next(one for one in MADE_UP if like.endswith(one))
    return f"{hashlib.sha256(told).hexdigest()[:32]}{ending}"


def named(folder: str, uid: int) -> str:
    return f"the letter in {folder} (UID {uid})"


def arrivals(bot: Bot, tx: Transaction, pairs: Sequence[Pair]) -> Sequence[Arrival]:
    """Assign threads. Letters of a batch may answer each other, so they are sorted by number of
    ancestors: an answer names more than its parent."""
    earlier = {one.place: _earlier(seen) for one, seen in pairs}
    asked = {name for names in earlier.values() for name in names}
    conversations = tx.messages.conversations_of(asked | {seen.message_id for _, seen in pairs})
    threads = Threads(conversations, tx.messages.shares_of(set(conversations.values())))
    writers = {one.place: _writer(bot, seen) for one, seen in pairs}
    shares = {
        one.place: threads.take(seen.message_id, earlier[one.place], writers[one.place])
        for one, seen in sorted(pairs, key=lambda pair: len(earlier[pair[0].place]))
    }
    return [_arrival(one, seen, shares[one.place]) for one, seen in pairs]


def _arrival(fetched: Fetched, seen: Seen, share: Share) -> Arrival:
    return Arrival(
        fetched=fetched,
        message_id=seen.message_id,
        thread=share.thread,
        conversation=share.conversation,
        writer=share.writer,
        through_list=bool(seen.message and is_of_list(seen.message)),
        header=seen.message,
        settled=seen.glance.settled,
    )


def _earlier(seen: Seen) -> Sequence[str]:
    if seen.message is None:
        return ()
    return (*filter(None, [moved_from(seen.message)]), *ancestors(seen.message))


def _writer(bot: Bot, seen: Seen) -> Writer:
    """Find the writer behind forwarders and forms. A form names her only in its text, read when the
    letter was fetched whole."""
    if seen.message is None:
        return Writer()
    return writer_of(written(bot, seen.message), bot.contact_addresses())
