"""Finds the author's answers to readers in Sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from inbox_bot.bot import Account, Bot
from inbox_bot.letters.verdicts import is_automatic, is_forward
from inbox_bot.model import Message
from inbox_bot.promises.holding_phrases import is_holding_line
from inbox_bot.steps.isolation import isolate
from inbox_bot.steps.sent_drafts import recipients_of
from inbox_bot.steps.threads import ancestors

BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A letter of hers to `people` that refers to `letters` (Message-IDs of readers')."""

    at: datetime
    text: str
    letters: frozenset[str]
    people: frozenset[str]

    @property
    def only_puts_off(self) -> bool:
        return is_holding_line(self.text)


def answers_to(
    bot: Bot, account: Account, wanted: frozenset[str], since: datetime
) -> Iterator[Answered]:
    """Letters in the Sent folders that answer the wanted ones; only these are fetched whole."""
    for sent in account.mailbox.special_folders().all_sent:
        look = partial(_in_batch, bot, account, sent, wanted)
        uids = account.mailbox.uids(sent, 0, since)
        for start in range(0, len(uids), BATCH):
            for some in isolate(uids[start : start + BATCH], look, lambda *_: []):
                yield from some


def _in_batch(
    bot: Bot, account: Account, sent: str, wanted: frozenset[str], uids: Sequence[int]
) -> list[Answered]:
    headers = list(account.mailbox.headers(sent, uids))
    read = bot.read([one.raw for one in headers])
    answering = {
        one.place.uid: letters
        for one, message in zip(headers, read, strict=True)
        if isinstance(message, Message)
        and not is_automatic(message)
        and not is_forward(message)
        and (letters := wanted.intersection(ancestors(message)))
    }
    whole = list(account.mailbox.letters(sent, list(answering)))
    return [
        Answered(
            at=message.date or one.arrived,
            text=message.text,
            letters=answering[one.place.uid],
            people=recipients_of(message),
        )
        for one, message in zip(whole, bot.read([each.raw for each in whole]), strict=True)
        if isinstance(message, Message)
    ]
