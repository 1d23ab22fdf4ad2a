"""Who is a reader: the author's word on a sender outweighs every rule, and can be taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from inbox_bot import ledger
from inbox_bot.bot import Bot
from inbox_bot.errors import Conflict
from inbox_bot.model import Draft, DraftState, Judgement, Verdict
from inbox_bot.ports import Transaction
from inbox_bot.verbs.seeing import said_of_letter

NOT_A_READER = "not a reader"
RULED_OUT = "its sender is no reader"
LIVE = (DraftState.PENDING, DraftState.APPROVED)


def not_a_reader(bot: Bot, letter_id: int, now: datetime) -> str:
    """Remember the sender as private: no draft, no promise, now or later. Returns the address.

    Of a letter without a sender that letter alone is meant, and the address is empty.
    """
    with bot.store.transaction() as tx:
        if sender := tx.messages.sender(letter_id):
            return _ruled_out(tx, letter_id, sender, NOT_A_READER, now)
        before = str(tx.messages.get(letter_id).verdict or Verdict.READER)
        let_out(tx, letter_id, Verdict.PERSONAL, now)
        said_of_letter(tx, letter_id, NOT_A_READER, now, before)
        return ""


def never_sender(bot: Bot, letter_id: int, now: datetime) -> str:
    """Never look at what this sender writes."""
    with bot.store.transaction() as tx:
        return _ruled_out(tx, letter_id, tx.messages.sender(letter_id), "never this sender", now)


def never_domain(bot: Bot, letter_id: int, now: datetime) -> str:
    """Never look at what anybody of this sender's domain writes. Returns "@domain"."""
    with bot.store.transaction() as tx:
        domain = domain_of(tx, letter_id)
        return _ruled_out(tx, letter_id, domain, "never this domain", now)


def a_reader_after_all(bot: Bot, letter_id: int, now: datetime) -> str:
    """The way back for a letter that was judged wrongly, by the bot or by the author."""
    with bot.store.transaction() as tx:
        before = str(tx.messages.get(letter_id).verdict or Verdict.PERSONAL)
        address = let_in(tx, letter_id, Verdict.READER)
        said_of_letter(tx, letter_id, "a reader", now, before)
        return address


def let_in(tx: Transaction, letter_id: int, verdict: Verdict) -> str:
    """Neither the sender nor the domain is ruled out any more, and the letter has this verdict.

    Drafts that waited when the sender was ruled out wait again; a reader's letter that has none
    is drafted for at the next poll.
    """
    address = tx.messages.sender(letter_id)
    for ruled_out in (address, domain_of(tx, letter_id)) if address else ():
        tx.circle.remove_never(ruled_out)
    tx.messages.judge(letter_id, Judgement(verdict=verdict, reason="you said so"), None)
    if not _restore_drafts(tx, letter_id, address) and verdict is Verdict.READER:
        tx.messages.reconsider(letter_id)
        ledger.reopen(tx, tx.messages.get(letter_id).thread, "a reader after all")
    return address


def let_out(tx: Transaction, letter_id: int, verdict: Verdict, now: datetime) -> None:
    """The undo of `let_in`: that letter alone; its sender is not ruled out."""
    letter = tx.messages.get(letter_id)
    tx.messages.judge(letter_id, Judgement(verdict=verdict, reason="you said so"), None)
    for draft in tx.drafts.for_letter(letter_id):
        if draft.state in LIVE:
            tx.drafts.move(draft, replace(draft, state=DraftState.SUPERSEDED, reason=RULED_OUT))
    ledger.release(tx, letter.thread, now, RULED_OUT)


def domain_of(tx: Transaction, letter_id: int) -> str:
    return f"@{tx.messages.sender(letter_id).rpartition('@')[2]}"


def _ruled_out(tx: Transaction, letter_id: int, who: str, verb: str, now: datetime) -> str:
    if who in ("", "@"):
        raise Conflict(f"Letter {letter_id} names no sender.")
    letter = tx.messages.get(letter_id)
    threads = {letter.thread}
    for draft in tx.drafts.in_state(*LIVE):
        if _goes_to(draft, who):
            tx.drafts.move(draft, replace(draft, state=DraftState.SUPERSEDED, reason=RULED_OUT))
            threads.add(tx.messages.get(draft.letter_id).thread)
    for thread in threads:
        ledger.release(tx, thread, now, RULED_OUT)
    tx.circle.add_never(who)
    judgement = Judgement(verdict=Verdict.PERSONAL, reason=f"you said: {verb}")
    tx.messages.judge(letter_id, judgement, None)
    said_of_letter(tx, letter_id, verb, now, str(letter.verdict or Verdict.READER))
    return who


def _restore_drafts(tx: Transaction, letter_id: int, address: str) -> int:
    """Put back what `_ruled_out` or `let_out` took away; returns how many drafts wait again."""
    over = [
        draft
        for draft in tx.drafts.in_state(DraftState.SUPERSEDED)
        if draft.reason == RULED_OUT
        and (draft.letter_id == letter_id or (address and _goes_to(draft, address)))
    ]
    for draft in over:
        tx.drafts.move(draft, draft.pending_again())
        ledger.reopen(tx, tx.messages.get(draft.letter_id).thread, "a reader after all")
    return len(over)


def _goes_to(draft: Draft, who: str) -> bool:
    """`who` is an address or an "@domain"."""
    email = draft.to[0].email.lower()
    return email == who or (who.startswith("@") and email.endswith(who))
