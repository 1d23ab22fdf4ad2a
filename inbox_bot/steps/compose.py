"""Compose drafts: replies, blanks, holding replies and corrections."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from inbox_bot.bot import Account, Bot, Letter, Policy
from inbox_bot.drafting import Occasion, doctor_asked, with_line
from inbox_bot.drafting.mime import new_message_id, quote, recipient, reply_subject, why_unreachable
from inbox_bot.model import (
    CHANGEABLE,
    Actor,
    Address,
    Author,
    Composed,
    Decision,
    Draft,
    DraftKind,
    DraftState,
    Faq,
    Message,
    StoredMessage,
    Verb,
    event_on,
)
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import Listed
from inbox_bot.promises.calendar import day_to_name, local_day
from inbox_bot.steps.open_drafts import is_correction
from inbox_bot.steps.reader_history import History
from inbox_bot.steps.threads import chain


def compose(
    bot: Bot, letter: Letter, history: History, decisions: tuple[Decision, ...], now: datetime
) -> Draft:
    """Draft a reply from the decisions on this letter and earlier ones."""
    occasion = occasion_of(bot, letter, history, now)
    composed = bot.knowledge().drafter.compose(decisions, occasion)
    draft = _draft(bot, letter, composed, now)
    return replace(
        draft,
        decisions=decisions,
        promised_day=_named_day(composed, occasion),
        reason=trouble_with(bot, letter),
    )


def trouble_with(bot: Bot, letter: Letter) -> str:
    """Why the author has to look at this letter herself; mostly empty."""
    return letter.unread or why_unreachable(recipient(letter.message, bot.contact_addresses()))


def blank(bot: Bot, letter: StoredMessage, listed: Listed, trouble: str, now: datetime) -> Draft:
    """Make an empty draft from the stored fields of a letter; the author writes the text."""
    stored = Letter(
        stored=letter, message=Message(message_id=letter.message_id, sender=listed.sender)
    )
    empty = Composed(kind=DraftKind.BLANK, subject=reply_subject(listed.subject), text="\n")
    draft = _draft(bot, stored, empty, now)
    return replace(draft, to=(listed.sender or Address(email=""),), quoted="", reason=trouble)


def compose_holding(
    bot: Bot, letter: Letter, history: History, draft: Draft, now: datetime
) -> Draft:
    """ "I'll write again by Thursday" as the next version of a draft; names a day if allowed."""
    occasion = occasion_of(bot, letter, history, now)
    composed = bot.knowledge().drafter.holding(
        [decision.question for decision in draft.decisions], occasion
    )
    holding = _draft(bot, letter, composed, now)
    named = _named_day(composed, occasion)
    return next_version(draft, replace(holding, decisions=draft.decisions, promised_day=named))


def compose_correction(
    bot: Bot, letter: Letter, history: History, mended: tuple[Draft, str], now: datetime
) -> Draft:
    """Draft a correction of a sent reply; `mended` is that reply and the author's words."""
    sent, text = mended
    composed = bot.knowledge().drafter.correction(text, occasion_of(bot, letter, history, now))
    return replace(
        _draft(bot, letter, composed, now),
        to=sent.to,
        in_reply_to=sent.message_id,
        references=(*sent.references, sent.message_id),
    )


def occasion_of(bot: Bot, letter: Letter, history: History, now: datetime) -> Occasion:
    policy = replace(bot.policy, calendar=bot.calendar())
    own, faq = bot.contact_addresses(), bot.knowledge().faq
    return replace(
        first_occasion(letter.message, own, bot.author, faq, policy, now),
        told=history.told,
        late=now - letter.stored.arrived > policy.within,
        earlier=history.replies,
    )


def first_occasion(
    message: Message,
    own: Collection[str],
    author: Author,
    faq: Faq,
    policy: Policy,
    now: datetime,
) -> Occasion:
    """For a letter without a history."""
    day = day_to_name(now, policy.within, policy.calendar) if policy.name_a_date else None
    return Occasion(
        reader=recipient(message, own),
        subject=message.subject,
        author=author,
        faq=faq,
        day=day,
        today=local_day(now, policy.calendar),
        doctor_asked=doctor_asked(message.text),
        text=message.text,
        language=spoken_in(message, faq),
    )


def spoken_in(message: Message, faq: Faq) -> str:
    """The letter's language, if the answers have it; else theirs, if they have one alone."""
    if message.language in faq.languages:
        return message.language
    return next(iter(faq.languages)) if len(faq.languages) == 1 else "en"


def next_version(old: Draft, recomposed: Draft) -> Draft:
    """Make `recomposed` the next version of `old`. It keeps the recipient, snooze and line that the
    author set, unless it answers a newer letter."""
    anew = replace(recomposed, id=old.id, version=old.version + 1)
    if old.letter_id != recomposed.letter_id:
        return anew
    kept = replace(anew, snoozed_until=old.snoozed_until)
    if old.to and old.to[0].email and old.to[0].email != recomposed.to[0].email:
        kept = replace(kept, to=old.to)
    return replace(lined(kept, old.line), line=old.line) if old.line else kept


def lined(draft: Draft, line: str) -> Draft:
    """Put the author's line first in the text; a blank draft then counts as edited."""
    kind = DraftKind.EDITED if draft.kind is DraftKind.BLANK else draft.kind
    both = f"{line} {draft.line}".strip()
    return replace(draft, kind=kind, text=with_line(draft.text, line), line=both)


def keep_drafts(tx: Transaction, drafts: Sequence[tuple[Draft, str]]) -> Sequence[Draft]:
    """Store each draft, as the next version if one is live already in its thread."""
    known = tx.drafts.for_threads(thread for _, thread in drafts)
    live = [_live(known.get(thread, ())) for _, thread in drafts]
    pairs = [(draft, before) for (draft, _), before in zip(drafts, live, strict=True)]
    added = iter(tx.drafts.add_all([draft for draft, before in pairs if before is None]))
    return [
        tx.drafts.add_version(next_version(before, draft)) if before else next(added)
        for draft, before in pairs
    ]


def _live(drafts: Sequence[Draft]) -> Draft | None:
    """The last draft that may be replaced, refused ones included."""
    waiting = [one for one in drafts if one.state in CHANGEABLE and not is_correction(one, drafts)]
    return waiting[-1] if waiting else None


def void_approvals(tx: Transaction, letters: Sequence[StoredMessage], now: datetime) -> None:
    """Void approvals where the reader wrote again: the yes did not cover that.

    Several letters of one thread void it once.
    """
    newest = {letter.thread: letter for letter in letters}
    known = tx.drafts.for_threads(newest)
    for thread, letter in newest.items():
        for draft in known.get(thread, ()):
            if draft.state is DraftState.APPROVED:
                _void(tx, draft, letter, now)


def _void(tx: Transaction, draft: Draft, letter: StoredMessage, now: datetime) -> None:
    tx.drafts.move(draft, draft.pending_again("the reader wrote again after you approved it"))
    tx.record(replace(event_on(draft, Verb.WROTE_AGAIN, Actor.READER, now), letter_id=letter.id))


def _draft(bot: Bot, letter: Letter, composed: Composed, now: datetime) -> Draft:
    message = letter.message
    sender = _written_to(bot, letter)
    return Draft(
        id=0,
        version=1,
        letter_id=letter.stored.id,
        state=DraftState.PENDING,
        kind=composed.kind,
        sender=replace(sender, name=sender.name or bot.author.name),
        to=(recipient(message, bot.contact_addresses()),),
        subject=composed.subject,
        text=composed.text,
        quoted=quote(message, bot.author, composed.language),
        message_id=new_message_id(sender.email.rpartition("@")[2], bot.new_token()),
        in_reply_to=message.message_id,
        references=chain(message),
        created=now,
        entries=composed.entries,
    )


def _written_to(bot: Bot, letter: Letter) -> Address:
    """A reply leaves from the address that the reader wrote to, else from the main one."""
    own = {
        address.email.lower(): address for account in bot.accounts for address in account.addresses
    }
    message = letter.message
    for one in (*message.to, *message.cc):
        if one.email.lower() in own:
            return own[one.email.lower()]
    return _account_at(bot, letter.stored).main


def _account_at(bot: Bot, letter: StoredMessage) -> Account:
    """The account into which the letter came, else the first one."""
    for account in bot.accounts:
        if account.mailbox.address == letter.place.mailbox:
            return account
    return bot.accounts[0]


def _named_day(composed: Composed, occasion: Occasion) -> date | None:
    return occasion.day if composed.kind is DraftKind.HOLDING else None
