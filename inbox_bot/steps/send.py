"""Send an approved draft once: claim it, send it, and store the outcome."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from inbox_bot.bot import Bot, PollReport
from inbox_bot.drafting.mime import bare_email, build
from inbox_bot.errors import (
    Conflict,
    LoginRefused,
    SendLater,
    SendRefused,
    SendUncertain,
    UnsafeReply,
)
from inbox_bot.model import Actor, Draft, DraftState, Verb, event_on, facts
from inbox_bot.model.names import draft_name
from inbox_bot.model.ports import Transaction
from inbox_bot.steps.isolation import WORLD, describe
from inbox_bot.steps.open_drafts import live_beside
from inbox_bot.steps.outcome import fulfil
from inbox_bot.steps.second_bot import has_stepped_back

PAUSED = facts.text("paused")
AGAIN = (DraftState.APPROVED, DraftState.REFUSED)
STALE = timedelta(hours=24)
LONGEST_WAIT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReport:
    """Outcome of the drafts that were due; `looked` is the poll before."""

    sent: tuple[Draft, ...] = ()
    later: tuple[Draft, ...] = ()
    refused: tuple[Draft, ...] = ()
    uncertain: tuple[Draft, ...] = ()
    looked: PollReport | None = None


def settle_interrupted(bot: Bot, now: datetime) -> None:
    """Settle replies of a dead process: uncertain if handed over, else approved.

    Call this only while no other process of this store can be sending.
    """
    with bot.store.reading() as tx:
        interrupted = tx.drafts.in_state(DraftState.SENDING)
    if not interrupted:
        return
    with bot.store.transaction() as tx:
        for draft in tx.drafts.in_state(DraftState.SENDING):
            if _was_handed_over(tx, draft):
                reason = "the bot stopped while sending"
                changed = draft.become(DraftState.UNCERTAIN, reason)
            else:
                changed = replace(draft, state=DraftState.APPROVED, sent_at=None)
            _became(tx, draft, changed, now)


def _was_handed_over(tx: Transaction, draft: Draft) -> bool:
    """Whether the latest attempt reached DATA; before that, nothing can have left."""
    told = [
        event.verb
        for event in tx.events(draft.letter_id)
        if (event.draft_id, event.version) == (draft.id, draft.version)
        and event.verb in (Verb.SENDING, Verb.HANDED_OVER)
    ]
    return told[-1:] == [Verb.HANDED_OVER]


def due_to_send(bot: Bot, now: datetime) -> tuple[Draft, ...]:
    """Approved drafts whose undo window is over; stale approvals are asked for again."""
    with bot.store.reading() as tx:
        if PAUSED.of(tx) or has_stepped_back(tx):
            return ()
        approved = tx.drafts.in_state(DraftState.APPROVED)
    stale = [one for one in approved if one.approved_at and now - one.approved_at > STALE]
    if stale:
        with bot.store.transaction() as tx:
            for draft in stale:
                with suppress(Conflict):  # the author took her yes back meanwhile
                    _ask_again(tx, draft, now)
    due = (one for one in approved if one.send_after is None or one.send_after <= now)
    return tuple(one for one in due if one not in stale)


def next_send(bot: Bot) -> datetime | None:
    """When the first reply may leave, or is to be settled; None without one, or where none may be
    sent: to say that one may again writes into the store."""
    with bot.store.reading() as tx:
        found = tx.drafts.next_on_the_way()
        return None if found is None or PAUSED.of(tx) or has_stepped_back(tx) else found


def close_undo_windows(bot: Bot, now: datetime) -> None:
    """End all undo windows now: the author will not wait."""
    with bot.store.transaction() as tx:
        for draft in tx.drafts.in_state(DraftState.APPROVED):
            tx.drafts.move(draft, replace(draft, send_after=now))


def send(bot: Bot, draft: Draft, now: datetime) -> Draft:
    """Send this approved version; returns what became of it. Conflict if it is not approved now."""
    claimed = _claim(bot, draft, now)
    account = bot.account_of(claimed.sender.email)
    try:
        raw = build(claimed, now)
        sender, *to = [bare_email(one) for one in (claimed.sender, *claimed.to)]
        account.outbox.send(raw, sender, to, lambda: _note_hand_over(bot, claimed, now))
    except (SendLater, LoginRefused) as error:
        return _keep(bot, claimed, _put_back(claimed, str(error), now), now)
    except (SendRefused, UnsafeReply) as error:
        refused = claimed.become(DraftState.REFUSED, str(error))
        return _keep(bot, claimed, refused, now)
    except SendUncertain as error:
        uncertain = claimed.become(DraftState.UNCERTAIN, str(error))
        return _keep(bot, claimed, uncertain, now)
    except (*WORLD, Conflict):
        raise
    except Exception as error:  # any error of this letter; others leave
        return _keep(bot, claimed, _failed(bot, claimed, error), now)
    return _keep(bot, claimed, claimed.become(DraftState.SENT), now)


def _failed(bot: Bot, draft: Draft, error: Exception) -> Draft:
    """Refused, or uncertain if its data may have begun to leave."""
    with bot.store.reading() as tx:
        handed_over = _was_handed_over(tx, draft)
    state = DraftState.UNCERTAIN if handed_over else DraftState.REFUSED
    return draft.become(state, describe(error))


def _claim(bot: Bot, draft: Draft, now: datetime) -> Draft:
    with bot.store.transaction() as tx:
        if PAUSED.of(tx):
            raise Conflict("Sending is paused. `inbox-bot resume` starts it again.")
        if has_stepped_back(tx):
            raise Conflict("Another inbox-bot is using this mailbox.")
        changed = replace(draft, state=DraftState.SENDING, sent_at=now)
        return _became(tx, draft, changed, now)


def _note_hand_over(bot: Bot, draft: Draft, now: datetime) -> None:
    """Record it before the first byte of data: after this a crash leaves the reply uncertain.

    Conflict, and nothing is sent, if another process has taken the claim meanwhile.
    """
    with bot.store.transaction() as tx:
        now_there = tx.drafts.get(draft.id, draft.version)
        if (now_there.state, now_there.sent_at) != (DraftState.SENDING, draft.sent_at):
            raise Conflict(
                f"Draft {draft_name(draft.id)} is already {now_there.state}. Nothing was sent."
            )
        tx.record(event_on(draft, Verb.HANDED_OVER, Actor.BOT, now))


def _put_back(draft: Draft, reason: str, now: datetime) -> Draft:
    attempts = draft.attempts + 1
    wait = min(timedelta(minutes=2 ** min(attempts, 4)), LONGEST_WAIT)
    later = draft.become(DraftState.APPROVED, reason)
    return replace(later, attempts=attempts, send_after=now + wait, sent_at=None)


def put_back(bot: Bot, drafts: Iterable[Draft], reason: str, now: datetime) -> None:
    """Schedule a retry of each with the reason, as none could be tried."""
    with bot.store.transaction() as tx:
        for draft in drafts:
            with suppress(Conflict):  # the author took her yes back meanwhile
                _became(tx, draft, _put_back(draft, reason, now), now)


def _ask_again(tx: Transaction, draft: Draft, now: datetime) -> None:
    reason = "it couldn't be sent for a day; please approve it again"
    _became(tx, draft, draft.pending_again(reason), now)


def _keep(bot: Bot, draft: Draft, changed: Draft, now: datetime) -> Draft:
    with bot.store.transaction() as tx:
        kept = _became(tx, draft, changed, now)
        if kept.state is DraftState.SENT:
            fulfil(tx, bot, kept, now)
        return kept


def _became(tx: Transaction, draft: Draft, changed: Draft, now: datetime) -> Draft:
    kept = tx.drafts.move(draft, changed)
    tx.record(event_on(kept, Verb(kept.state), Actor.BOT, now))
    return gave_way(tx, kept) if kept.state in AGAIN else kept


def gave_way(tx: Transaction, draft: Draft) -> Draft:
    """Supersede an unsent reply if the reader wrote meanwhile: the draft for that letter answers
    this one, too."""
    if live_beside(tx, draft) is None:
        return draft
    over = draft.become(DraftState.SUPERSEDED, "the reader wrote again in the meantime")
    return tx.drafts.move(draft, over)
