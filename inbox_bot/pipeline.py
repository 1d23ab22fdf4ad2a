"""START HERE: how a letter becomes a reply.

    inbox ─ receive ─▶ store ─ judge ─▶ questions ─ match ─ decide ─▶ draft + promise
                                                                        │
    Sent ◀─ file ◀─ send ◀─ undo window ◀─ approve · edit · reject ◀────┘
      └──── the author answered by hand ──▶ promise kept

Each step is a module; this one calls them in order. A step that is interrupted at any point is
simply repeated: all state is in the store, none only in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from inbox_bot.bot import BEGUN, Account, Bot, PollReport
from inbox_bot.errors import (
    Conflict,
    InboxBotError,
    LoginRefused,
    MailboxUnavailable,
    NotFound,
    SendLater,
    SendRefused,
)
from inbox_bot.model import Draft, DraftState
from inbox_bot.review.asked_often import look_for_lessons
from inbox_bot.steps.drafts_folder import tend_drafts
from inbox_bot.steps.file_sent_copies import file_sent_copies
from inbox_bot.steps.health import note_poll
from inbox_bot.steps.presence import may_send
from inbox_bot.steps.process_new import draft_new, judge_new
from inbox_bot.steps.receive import receive
from inbox_bot.steps.reconcile import take_held_back
from inbox_bot.steps.remake_answers import remake_changed
from inbox_bot.steps.second_bot import look_for_another
from inbox_bot.steps.send import SendReport, due_to_send, put_back, send, settle_interrupted
from inbox_bot.steps.sent_folder import notice_own_replies

EVERYTHING = 1_000_000
MAIL_TROUBLE = (MailboxUnavailable, LoginRefused, NotFound)
"""Errors of one mailbox or folder; the others are still read."""


def poll(bot: Bot, now: datetime) -> PollReport:
    """Read every mailbox once, judge and draft new letters, file copies.

    Sent is read before INBOX, so that answers by hand open no promise. An unreachable mailbox does
    not stop the others. Knowledge and absences are frozen at the start.
    """
    bot = bot.as_it_stands()
    report, heard = PollReport(), []
    for account in bot.accounts:
        try:
            report += PollReport(answered_by_hand=notice_own_replies(bot, account, now))
            heard.append(account)
        except MAIL_TROUBLE as error:
            report += _trouble(error)
    for account in heard:
        report += _take_in(bot, account, now)
    report += _process_new(bot, now)
    remake_changed(bot, now)
    for account in bot.accounts:
        report += _file_copies(bot, account, now)
    with bot.store.transaction() as tx:
        note_poll(tx, report, now)
    if report.drafted:
        look_for_lessons(bot, now)
    return report


def _take_in(bot: Bot, account: Account, now: datetime) -> PollReport:
    """Judge and draft each batch while the next one is fetched."""
    report = PollReport()
    try:
        report += PollReport(letters=take_held_back(bot, account, now))
        for intake in receive(bot, account, now):
            report += PollReport(letters=intake.letters, out_of_scope=intake.out_of_scope)
            report += _process_new(bot, now)
    except MAIL_TROUBLE as error:
        report += _trouble(error)
    return report


def _process_new(bot: Bot, now: datetime) -> PollReport:
    with bot.store.reading() as tx:
        if not tx.messages.any_unconsidered():
            return PollReport()
    return PollReport(set_aside=judge_new(bot, now), drafted=draft_new(bot, now))


def _file_copies(bot: Bot, account: Account, now: datetime) -> PollReport:
    """File drafts in the author's Drafts folder and sent replies in Sent."""
    try:
        if bot.policy.drafts_at_once:
            tend_drafts(bot, account, now)
        file_sent_copies(bot, account, now)
    except MAIL_TROUBLE as error:
        return _trouble(error)
    return PollReport()


def _trouble(error: InboxBotError) -> PollReport:
    return PollReport(unreachable=(str(error),), locked_out=isinstance(error, LoginRefused))


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLetters:
    """Counts of letters from before the bot began."""

    letters: int
    answered: int
    waiting: int


def first_letters(bot: Bot) -> FirstLetters:
    """Count the readers' letters of the first poll, before any is drafted."""
    with bot.store.reading() as tx:
        letters = tx.messages.unconsidered(EVERYTHING)
        answered = tx.people.answered_among([letter.message_id for letter in letters])
        return FirstLetters(
            letters=len(letters), answered=len(answered), waiting=len(letters) - len(answered)
        )


def has_begun(bot: Bot) -> bool:
    with bot.store.reading() as tx:
        return bool(BEGUN.of(tx))


def recover(bot: Bot, now: datetime) -> None:
    """Settle sends that a dead process left half done. Call it while no other process runs."""
    settle_interrupted(bot, now)


def copies_missing(bot: Bot, now: datetime) -> bool:
    """File copies of sent replies; True if some still wait for the server's own copy."""
    for account in bot.accounts:
        notice_own_replies(bot, account, now)
    return any(file_sent_copies(bot, account, now) for account in bot.accounts)


def begin(bot: Bot, now: datetime) -> None:
    """Record the author's yes to the first letters; drafting starts."""
    with bot.store.transaction() as tx:
        BEGUN.put(tx, now)


def send_approved(bot: Bot, now: datetime) -> SendReport:
    """Send the drafts that are approved and due.

    Poll INBOX and Sent first: a new letter from the reader, or an answer by hand, voids the
    approval. If a mailbox cannot be read, nothing is sent.
    """
    due = due_to_send(bot, now)
    if not due:
        return SendReport()
    looked = poll(bot, now)
    due = due_to_send(bot, now)
    if due and (looked.unreachable or not _may_send(bot, due, now)):
        return SendReport(later=due, looked=looked)
    outcomes = [outcome for draft in due if (outcome := _send_if_approved(bot, draft, now))]
    _tidy_up(bot, now)
    return SendReport(
        looked=looked,
        sent=_in(outcomes, DraftState.SENT),
        later=_in(outcomes, DraftState.APPROVED),
        refused=_in(outcomes, DraftState.REFUSED),
        uncertain=_in(outcomes, DraftState.UNCERTAIN),
    )


def _may_send(bot: Bot, due: tuple[Draft, ...], now: datetime) -> bool:
    """False if another bot may be at work, since both would send, or on mail errors."""
    try:
        return all(
            may_send(bot, account, now) and not look_for_another(bot, account, now)
            for account in bot.accounts
        )
    except (SendLater, SendRefused, LoginRefused) as error:
        put_back(bot, due, str(error), now)
    except MAIL_TROUBLE:
        pass
    return False


def _tidy_up(bot: Bot, now: datetime) -> None:
    """Close SMTP and update Drafts and Sent; the next poll retries failures."""
    for account in bot.accounts:
        account.outbox.leave()
        _file_copies(bot, account, now)


def _send_if_approved(bot: Bot, draft: Draft, now: datetime) -> Draft | None:
    try:
        return send(bot, draft, now)
    except Conflict:
        return None


def _in(outcomes: list[Draft], state: DraftState) -> tuple[Draft, ...]:
    return tuple(draft for draft in outcomes if draft.state is state)
