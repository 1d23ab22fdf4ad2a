"""Sends notes to the author and records them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from inbox_bot.bot import Account, Bot
from inbox_bot.errors import (
    LoginRefused,
    MailboxUnavailable,
    NotFound,
)
from inbox_bot.model import Draft, facts
from inbox_bot.model.names import draft_name, letter_name
from inbox_bot.model.ports import Transaction
from inbox_bot.promises.calendar import local_day
from inbox_bot.reports.notes.gather import gather, in_junk
from inbox_bot.reports.notes.schedule import (
    HOUR,
    UNREAD_BEFORE_WEEKLY,
    Rhythm,
    is_due,
    urgent_notes,
)
from inbox_bot.reports.notes.text import Waiting, subject, text, urgent_text
from inbox_bot.review.queue import asked_first
from inbox_bot.steps.isolation import Step, isolate, set_aside
from inbox_bot.steps.own_note import FOUND, has_left, note_letter

LAST = facts.moment("note sent")
LATEST = facts.text("notes sent")
"""Message-IDs of the latest notes, to check whether the author opens them."""
URGENT_NOTES = facts.lines("urgent notes")
"""Urgent notes of the last hour, one a line: its time and the ids of its drafts."""


def send_digest(bot: Bot, now: datetime) -> bool:
    """Send the note if it is due; nothing is gathered before.

    It is recorded before it is sent: a crash may lose one, but never sends two a day.
    """
    with bot.store.reading() as tx:
        last, ids = LAST.of(tx), LATEST.of(tx)
        found = FOUND.of(tx)
    rhythm = Rhythm(digest=bot.policy.digest, calendar=bot.calendar())
    if not is_due(rhythm, last, news=True, now=now):
        return False
    account = bot.accounts[0]
    rhythm = replace(rhythm, unread=_unread(account, ids.split()))
    view = gather(bot, now, (*found, *_junk(bot, now)))
    if not is_due(rhythm, last, news=view.news, now=now):
        return False
    note = note_letter(bot, account, subject(view), text(view), now)
    latest = [*ids.split(), note["Message-ID"].strip("<>")][-UNREAD_BEFORE_WEEKLY:]
    _remember(bot, now, " ".join(latest), ())
    if has_left(account, note):
        return True
    _remember(bot, last, ids, found)
    return False


def _remember(bot: Bot, last: datetime | None, ids: str, found: tuple[str, ...]) -> None:
    with bot.store.transaction() as tx:
        LAST.put(tx, last)
        LATEST.put(tx, ids)
        FOUND.put(tx, found)


def send_urgent(bot: Bot, now: datetime) -> int:
    """Send notes on letters with words of danger at once, at any hour; a flood makes one note.

    Returns the number of letters in them. They are recorded after they are sent: better twice than
    not at all.
    """
    with bot.store.reading() as tx:
        urgent = tx.drafts.urgent()
        untold = _by_reader(draft for draft in urgent if not _told_at(draft).of(tx))
        told = _told(tx) if untold else {}
    times = {
        reader: [at for draft in drafts for at in told.get(draft.id, ())]
        for reader, drafts in _by_reader(urgent).items()
    }

    def can_be_told(drafts: Sequence[Draft]) -> list[Draft]:
        _urgent_text(bot, drafts)
        return list(drafts)

    def aside(draft: Draft, error: Exception) -> list[Draft]:
        set_aside(
            bot, Step.NOTE, f"letter {letter_name(draft.letter_id)}", error, now, draft.letter_id
        )
        return []

    notes = (isolate(drafts, can_be_told, aside) for drafts in urgent_notes(untold, times, now))
    return sum(_tell_urgent(bot, [one for some in note for one in some], now) for note in notes)


def _urgent_text(bot: Bot, drafts: Sequence[Draft]) -> str:
    with bot.store.reading() as tx:
        filed = {(one.draft_id, one.version) for one in tx.drafts.filed()}
    letters = [_urgent_one(bot, one, (one.id, one.version) in filed) for one in drafts]
    return urgent_text(letters, bot.policy.page_url)


def _by_reader(drafts: Iterable[Draft]) -> Mapping[str, Sequence[Draft]]:
    found: dict[str, list[Draft]] = {}
    for draft in drafts:
        found.setdefault(draft.to[0].email.lower(), []).append(draft)
    return found


def _told(tx: Transaction) -> Mapping[int, Sequence[datetime]]:
    """Times of recent notes by draft id, for all versions."""
    found: dict[int, list[datetime]] = {}
    for line in URGENT_NOTES.of(tx):
        at, *drafts = line.split()
        for draft in drafts:
            found.setdefault(int(draft), []).append(datetime.fromisoformat(at))
    return found


def _tell_urgent(bot: Bot, drafts: Sequence[Draft], now: datetime) -> int:
    if not drafts:
        return 0
    account, body = bot.account_of(drafts[0].sender.email), _urgent_text(bot, drafts)
    whose = "a reader" if len(drafts) == 1 else f"{len(drafts)} letters from readers who"
    note = note_letter(bot, account, f"Urgent: {whose} may need help now", body, now)
    note["Importance"] = "high"
    if not has_left(account, note):
        return 0
    with bot.store.transaction() as tx:
        lines = [
            line
            for line in URGENT_NOTES.of(tx)
            if now - datetime.fromisoformat(line.split()[0]) < HOUR
        ]
        ids = " ".join(str(draft.id) for draft in drafts)
        URGENT_NOTES.put(tx, (*lines, f"{now.isoformat()} {ids}"))
        for draft in drafts:
            _told_at(draft).put(tx, now)
    return len(drafts)


def _urgent_one(bot: Bot, draft: Draft, in_drafts: bool) -> Waiting:
    return Waiting(
        letter_id=draft.letter_id,
        reader=draft.to[0].shown,
        question=asked_first(draft.decisions, draft.subject),
        subject=draft.subject,
        since=local_day(draft.created, bot.calendar()),
        matter=draft.decisions[0].reason if draft.decisions else "",
        draft=draft_name(draft.id),
        in_drafts=in_drafts,
    )


def _told_at(draft: Draft) -> facts.Fact[datetime | None]:
    return facts.moment(f"urgent told {draft.letter_id}")


def _junk(bot: Bot, now: datetime) -> list[str]:
    try:
        return [line for account in bot.accounts for line in in_junk(bot, account, now)]
    except (MailboxUnavailable, LoginRefused, NotFound):
        return []


def _unread(account: Account, message_ids: list[str]) -> int:
    """The number of the latest notes that are unread in INBOX, counted back from the last."""
    unread = 0
    try:
        for message_id in reversed(message_ids):
            uids = account.mailbox.find("INBOX", message_id)
            seen = ["\\Seen" in one.flags for one in account.mailbox.headers("INBOX", uids)]
            if not seen or all(seen):
                break
            unread += 1
    except (MailboxUnavailable, LoginRefused, NotFound):
        return 0
    return unread
