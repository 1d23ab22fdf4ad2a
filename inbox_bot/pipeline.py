"""START HERE: how a letter becomes a reply.

    inbox ─ receive ─▶ store ─ judge ─▶ questions ─ match ─ decide ─▶ draft + promise
                                                                        │
    Sent ◀─ file ◀─ send ◀─ undo window ◀─ approve · edit · reject ◀────┘
      └──── the author answered by hand ──▶ promise kept

Each step stands in a module of its own; this one tells their order. Every step may be cut off at
any point and is simply done again: what happened is in the store, never only in memory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import suppress
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
from inbox_bot.review import *
from inbox_bot.review.asked_often import (
    Due as Due,
    lesson_for as lesson_for,
    lessons_due as lessons_due,
    look_for_lessons,
    put_off as put_off,
)
from inbox_bot.review.learn import (
    Kept as Kept,
    keep_lesson as keep_lesson,
    lesson_from as lesson_from,
    mend as mend,
    mend_entry as mend_entry,
)
from inbox_bot.review.lesson import Lesson as Lesson
from inbox_bot.review.warnings import warnings_of as warnings_of
from inbox_bot.steps.drafts_folder import tend_drafts
from inbox_bot.steps.file_sent_copies import file_sent_copies
from inbox_bot.steps.health import note_poll
from inbox_bot.steps.presence import may_send
from inbox_bot.steps.process_new import draft_new, judge_new
from inbox_bot.steps.receive import receive as receive
from inbox_bot.steps.reconcile import take_held_back
from inbox_bot.steps.remake import (
    received as received,
    remake as remake,
    remake_all as remake_all,
    remake_changed,
)
from inbox_bot.steps.second_bot import be_alone as be_alone, look_for_another
from inbox_bot.steps.send import (
    SendReport,
    close_undo_windows as close_undo_windows,
    due_to_send,
    put_back,
    send,
    settle_interrupted,
)
from inbox_bot.steps.sent_folder import notice_own_replies as notice_own_replies

EVERYTHING = 1_000_000
MAIL_TROUBLE = (MailboxUnavailable, LoginRefused, NotFound)
"""What may be wrong with one mailbox or folder and shall not keep the others from being read."""


def poll(bot: Bot, now: datetime) -> PollReport:
    """Look once at every mailbox and prepare what the author will want to see.

    Sent comes before INBOX, so that what she answered herself opens no promise. A mailbox that
    cannot be reached does not keep the others from being read.
    """
    report = PollReport()
    for found in _steps(bot, now):
        report += found
    with bot.store.transaction() as tx:
        note_poll(tx, report, now)
    if report.drafted:
        look_for_lessons(bot, now)
    return report


def _steps(bot: Bot, now: datetime) -> Iterator[PollReport]:
    heard = []
    for account in bot.accounts:
        try:
            by_hand = notice_own_replies(bot, account, now)
        except MAIL_TROUBLE as error:
            yield _trouble(error)
        else:
            heard.append(account)
            yield PollReport(answered_by_hand=by_hand)
    for account in heard:
        yield from _as_far_as_it_goes(_look(bot, account, now))
    yield _consider(bot, now)
    remake_changed(bot, now)
    for account in bot.accounts:
        yield from _as_far_as_it_goes(_file(bot, account, now))


def _as_far_as_it_goes(steps: Iterator[PollReport]) -> Iterator[PollReport]:
    try:
        yield from steps
    except MAIL_TROUBLE as error:
        yield _trouble(error)


def _trouble(error: InboxBotError) -> PollReport:
    return PollReport(unreachable=(str(error),), locked_out=isinstance(error, LoginRefused))


def _look(bot: Bot, account: Account, now: datetime) -> Iterator[PollReport]:
    """Letters are judged and drafted for while the next ones are on their way."""
    if held_back := take_held_back(bot, account, now):
        yield PollReport(letters=held_back)
    for intake in receive(bot, account, now):
        yield PollReport(letters=intake.letters, out_of_scope=intake.out_of_scope)
        yield _consider(bot, now)


def _consider(bot: Bot, now: datetime) -> PollReport:
    return PollReport(set_aside=judge_new(bot, now), drafted=draft_new(bot, now))


def _file(bot: Bot, account: Account, now: datetime) -> Iterator[PollReport]:
    if bot.policy.drafts_at_once:
        tend_drafts(bot, account, now)
    file_sent_copies(bot, account, now)
    yield PollReport()


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLetters:
    """What lay in the mailbox before the bot began."""

    letters: int
    answered: int
    waiting: int


def first_letters(bot: Bot) -> FirstLetters:
    """Readers' letters of the first poll, told before any of them is drafted."""
    with bot.store.reading() as tx:
        letters = tx.messages.unconsidered(EVERYTHING)
        answered = tx.circle.answered_among([letter.message_id for letter in letters])
        return FirstLetters(
            letters=len(letters), answered=len(answered), waiting=len(letters) - len(answered)
        )


def has_begun(bot: Bot) -> bool:
    with bot.store.reading() as tx:
        return bool(tx.note(BEGUN))


def recover(bot: Bot, now: datetime) -> None:
    """What a process that died left half done. Only one process may run when this is called."""
    settle_interrupted(bot, now)


def copies_missing(bot: Bot, now: datetime) -> bool:
    """File copies of sent replies; True while the server is still given time to do it itself."""
    for account in bot.accounts:
        notice_own_replies(bot, account, now)
    return any(file_sent_copies(bot, account, now) for account in bot.accounts)


def begin(bot: Bot, now: datetime) -> None:
    """The author's yes to the first letters: from now on letters are drafted."""
    with bot.store.transaction() as tx:
        tx.set_note(BEGUN, now.isoformat())


def send_approved(bot: Bot, now: datetime) -> SendReport:
    """Send what the author approved and did not take back.

    INBOX and Sent are looked at once more before anything leaves: a new letter of the reader, or
    an answer by hand, voids the approval. What cannot be looked at is not sent.
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
    """Two bots on one mailbox would both send. What cannot be looked at is not sent, either."""
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
    """The copies in Drafts go. What cannot be done now is done at the next poll."""
    for account in bot.accounts:
        account.outbox.leave()
        with suppress(*MAIL_TROUBLE):
            deque(_file(bot, account, now), maxlen=0)


def _send_if_approved(bot: Bot, draft: Draft, now: datetime) -> Draft | None:
    try:
        return send(bot, draft, now)
    except Conflict:
        return None


def _in(outcomes: list[Draft], state: DraftState) -> tuple[Draft, ...]:
    return tuple(draft for draft in outcomes if draft.state is state)
