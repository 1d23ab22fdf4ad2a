"""An existing mailbox is read and nothing in it changed: letters, verdicts, real answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox_bot.bot import Account, Bot, Letter
from inbox_bot.history import History
from inbox_bot.holding_lines import is_holding_line
from inbox_bot.letters import read_letters
from inbox_bot.model import Decision, DraftKind, Message
from inbox_bot.pipeline import EVERYTHING, poll
from inbox_bot.preparing import prepare
from inbox_bot.threads import ancestors
from inbox_bot.verdicts import is_automatic

BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One reader's letter: what the bot would have written, and what the author did write."""

    letter_id: int
    reader: str
    subject: str
    arrived: datetime
    text: str
    decisions: tuple[Decision, ...]
    kind: DraftKind
    draft: str
    answered: Answered | None

    @property
    def taken(self) -> timedelta | None:
        return self.answered.at - self.arrived if self.answered else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """`others` counts letters that are not readers', `unreachable` names silent mailboxes."""

    days: int
    letters: tuple[Replayed, ...]
    others: int
    unreachable: tuple[str, ...] = ()


def replay(bot: Bot, days: int, now: datetime) -> Replay:
    """Read the mailbox into the bot's own store, which must be one to throw away.

    Nothing is drafted there, as nobody has said yes; drafts are made in memory alone.
    """
    report = poll(bot, now)
    with bot.store.reading() as tx:
        others = tx.messages.count_others() + report.out_of_scope
    return Replay(
        days=days,
        letters=look_back(bot, now - timedelta(days=days)),
        others=others,
        unreachable=report.unreachable,
    )


def look_back(bot: Bot, since: datetime) -> tuple[Replayed, ...]:
    """Readers' letters for which nothing was drafted, the latest first; `since` is for Sent."""
    with bot.store.reading() as tx:
        stored = tx.messages.unconsidered(EVERYTHING)
    letters, _ = read_letters(bot, stored)
    answers: dict[str, Answered] = {}
    for account in bot.accounts:
        answers |= _answers(bot, account, {one.message.message_id for one in letters}, since)
    found = [_replayed(bot, letter, answers) for letter in letters]
    return tuple(sorted(found, key=lambda one: one.arrived, reverse=True))


def _replayed(bot: Bot, letter: Letter, answers: Mapping[str, Answered]) -> Replayed:
    decisions = bot.knowledge().consider(letter.message)
    draft = prepare(bot, letter, History(), decisions, letter.stored.arrived)
    sender = letter.message.sender
    return Replayed(
        letter_id=letter.stored.id,
        reader=(sender.name or sender.email) if sender else "somebody",
        subject=letter.message.subject,
        arrived=letter.stored.arrived,
        text=letter.message.text,
        decisions=decisions,
        kind=draft.kind,
        draft=draft.text,
        answered=answers.get(letter.message.message_id),
    )


def _answers(bot: Bot, account: Account, wanted: set[str], since: datetime) -> dict[str, Answered]:
    """The first letter in Sent that answers each of these, by the reader's Message-ID."""
    sent = account.mailbox.special_folders().sent
    if sent is None:
        return {}
    uids = account.mailbox.uids(sent, 0, since)
    found: dict[str, Answered] = {}
    for start in range(0, len(uids), BATCH):
        batch = uids[start : start + BATCH]
        for message_id, answer in _in_batch(bot, account, sent, batch, wanted):
            found.setdefault(message_id, answer)
    return found


def _in_batch(
    bot: Bot, account: Account, sent: str, uids: Sequence[int], wanted: set[str]
) -> Iterator[tuple[str, Answered]]:
    headers = list(account.mailbox.headers(sent, uids))
    read = bot.read([one.raw for one in headers])
    answering = {
        one.place.uid: answered
        for one, message in zip(headers, read, strict=True)
        if isinstance(message, Message)
        and not is_automatic(message)
        and (answered := next((each for each in ancestors(message) if each in wanted), None))
    }
    whole = list(account.mailbox.letters(sent, list(answering)))
    for one, message in zip(whole, bot.read([each.raw for each in whole]), strict=True):
        if isinstance(message, Message) and not is_holding_line(message.text):
            at = message.date or one.arrived
            yield answering[one.place.uid], Answered(at=at, text=message.text)
