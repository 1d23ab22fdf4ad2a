"""Judge stored letters; give each reader's letter a draft and a promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from inbox_bot import humanize
from inbox_bot.bot import BEGUN, FIRST_DAY, Bot, Letter
from inbox_bot.letters.contact_forms import holds_letter
from inbox_bot.letters.reading.clocks import is_older
from inbox_bot.letters.verdicts import is_from_mail_system, is_notice_of_form, judge_unread
from inbox_bot.model import (
    OWED,
    Judgement,
    KnownPeople,
    StoredMessage,
    Verdict,
)
from inbox_bot.model.names import letter_name
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import Judged
from inbox_bot.steps.compose import void_approvals
from inbox_bot.steps.copies import learn_first_names, without_copies
from inbox_bot.steps.draft import answer, one_of_each_thread, owe, owe_blank
from inbox_bot.steps.isolation import WORLD, Step, describe, isolate, isolated, set_aside
from inbox_bot.steps.known_people import people_for
from inbox_bot.steps.outcome import came_back
from inbox_bot.steps.prefetch import prefetch
from inbox_bot.steps.stored_letters import header_only, read_or_header
from inbox_bot.steps.verdict_log import log_verdict

BATCH = 100
SPOKEN = (*OWED, Verdict.COURTESY)
"""Verdicts that void a yes; thanks are included."""


def judge_new(bot: Bot, now: datetime) -> int:
    """Give every new letter its verdict; returns how many had to be set aside."""
    unread, is_full = 0, True
    while is_full and (new := _new(bot)):
        is_full = len(new) == BATCH
        unread += sum(
            isolate(
                new,
                lambda some: _judge_batch(bot, some, now),
                lambda letter, error: _judge_alone(bot, letter, error, now),
            )
        )
    return unread


def draft_new(bot: Bot, now: datetime) -> int:
    """Draft a reply to each reader's letter that was not considered yet; returns how many.

    Before the author has said yes to the first letters, none is drafted.
    """
    drafted, goes_on = 0, True
    while goes_on and (waiting := _unconsidered(bot)):
        try:
            drafted += _process_batch(bot, waiting, now)
            goes_on = len(waiting) == BATCH
        except WORLD:
            raise
        except Exception:  # one letter fails: find it, going thread by thread
            drafted += sum(
                isolate(
                    one_of_each_thread(waiting),  # later ones stay for the next batch
                    lambda some: _process_batch(bot, some, now),
                    lambda letter, error: _owe(bot, letter, error, now),
                )
            )
    return drafted


def _judge_batch(bot: Bot, new: Sequence[StoredMessage], now: datetime, heed: bool = True) -> int:
    """Read and decide all first; the transaction only writes rows.

    What another process has judged meanwhile stays as it is.
    """
    letters = read_or_header(bot, new)
    judged = _verdicts(bot, letters, now)
    with bot.store.transaction() as tx:
        still = tx.messages.new_among(one.letter_id for one in judged)
        letters = [one for one in letters if one.stored.id in still]
        judged = [one for one in judged if one.letter_id in still]
        learn_first_names(tx, letters)
        tx.messages.judge_all(judged)
        tx.messages.considered(*_notices_of_nobody(letters, judged))
        if heed:
            verdicts = (one.judgement.verdict for one in judged)
            _heed(bot, tx, list(zip(letters, verdicts, strict=True)), now)
    for letter, one in zip(letters, judged, strict=True):
        log_verdict(one.letter_id, one.judgement, letter.message)
    return sum(bool(letter.unread) for letter in letters)


def _verdicts(bot: Bot, letters: Sequence[Letter], now: datetime) -> Sequence[Judged]:
    with bot.store.reading() as tx:
        people = people_for(bot, tx, [(one.message, one.stored.arrived) for one in letters])
        begun = FIRST_DAY.of(tx) or now
    locale = bot.author.locale
    alone = [_old_or(_judged(bot, letter, people), letter, begun, locale) for letter in letters]
    with bot.store.reading() as tx:
        return without_copies(bot, tx, letters, alone)


def _judge_alone(bot: Bot, letter: StoredMessage, error: Exception, now: datetime) -> int:
    """Keep the verdict if only its side effects failed; else judge it unreadable."""
    step, aside = Step.ARRIVAL, 1
    try:
        aside = _judge_batch(bot, [letter], now, heed=False)
    except WORLD:
        raise
    except Exception as again:  # whatever a hostile letter can break
        step, error = Step.JUDGE, again
        judgement = Judgement(verdict=Verdict.UNREADABLE, reason=describe(error))
        with bot.store.transaction() as tx:
            if tx.messages.new_among([letter.id]):
                tx.messages.judge(letter.id, judgement, None)
        log_verdict(letter.id, judgement, None)
    set_aside(bot, step, f"letter {letter_name(letter.id)}", error, now, letter.id)
    return aside


def _process_batch(bot: Bot, waiting: Sequence[StoredMessage], now: datetime) -> int:
    """Mark the letters in the transaction that answers them: of two processes, one gets each."""
    bot = bot.as_it_stands()
    letters = [
        letter if letter.stored.verdict is Verdict.READER else _as_set_aside(bot, letter)
        for letter in read_or_header(bot, waiting)
    ]
    ahead = prefetch(bot, letters)
    with bot.store.transaction() as tx:
        mine = tx.messages.considered(*(stored.id for stored in waiting))
        letters = [one for one in letters if one.stored.id in mine]
        return answer(bot, tx, letters, ahead, now) if letters else 0


def _owe(bot: Bot, letter: StoredMessage, error: Exception, now: datetime) -> int:
    """Fall back for a letter that cannot be drafted: its reader is still owed an answer.

    A blank draft and a promise; if the draft fails, the promise; else only the reason.
    """
    set_aside(bot, Step.DRAFT, f"letter {letter_name(letter.id)}", error, now, letter.id)
    reason = describe(error)
    for least in (owe_blank, owe, _leave):
        with isolated(_ignore), bot.store.transaction() as tx:
            mine = tx.messages.considered(letter.id)
            return least(bot, tx, letter, reason, now) if mine else 0
    return 0


def _leave(*_: object) -> int:
    return 0


def _ignore(_: Exception) -> None:
    """Ignore: it is set aside already."""


def _as_set_aside(bot: Bot, letter: Letter) -> Letter:
    """Reduce a set-aside letter to its header and the reason; its text is not used.

    Drop the addresses of an unconfigured form's notice: no reader reads mail there.
    """
    header = header_only(bot, letter.stored, letter.stored.reason)
    if letter.unread or not is_notice_of_form(letter.message):
        return header
    return replace(header, message=replace(header.message, sender=None, reply_to=None, headers=()))


def _notices_of_nobody(letters: Sequence[Letter], judged: Sequence[Judged]) -> list[int]:
    """Ids of form notices that hold no reader's letter: nobody is owed an answer."""
    return [
        letter.stored.id
        for letter, one in zip(letters, judged, strict=True)
        if one.judgement.verdict is Verdict.UNREADABLE
        and not letter.unread
        and not holds_letter(letter.message)
    ]


def _new(bot: Bot) -> Sequence[StoredMessage]:
    with bot.store.reading() as tx:
        return tx.messages.new(BATCH)


def _unconsidered(bot: Bot) -> Sequence[StoredMessage]:
    with bot.store.reading() as tx:
        return tx.messages.unconsidered(BATCH) if BEGUN.of(tx) else ()


def _old_or(judged: Judged, letter: Letter, begun: datetime, locale: str) -> Judged:
    """Judge a reader's letter as old if a migration copied it here: nothing is owed."""
    owed = judged.judgement.verdict in OWED
    if not owed or not is_older(letter.message, letter.stored.arrived, begun):
        return judged
    day = letter.message.date
    wrote = f" from {humanize.full(day.date(), locale)}" if day else ""
    reason = f"an old letter{wrote}, copied here; mark it as a reader's to get a draft"
    return replace(judged, judgement=Judgement(verdict=Verdict.OLD, reason=reason))


def _judged(bot: Bot, letter: Letter, people: KnownPeople) -> Judged:
    judgement = bot.knowledge().judge(letter.message, people)
    if not letter.unread:
        return Judged(letter_id=letter.stored.id, judgement=judgement, message=letter.message)
    judgement = judge_unread(judgement, letter.unread)
    return Judged(letter_id=letter.stored.id, judgement=judgement, message=None)


def _heed(
    bot: Bot, tx: Transaction, letters: Sequence[tuple[Letter, Verdict]], now: datetime
) -> None:
    """Handle bounces and void stale approvals."""
    for letter, verdict in letters:
        if verdict is Verdict.BOUNCE and is_from_mail_system(letter.message):
            for message_id in letter.message.returned:
                came_back(bot, tx, message_id, now)
    void_approvals(tx, [letter.stored for letter, verdict in letters if verdict in SPOKEN], now)
