"""Sync with the author's Drafts folder: file pending answers there, and process her changes.

Never two copies, never one lost: the bot removes only unchanged copies, takes a vanished one for
her doing, and files nothing again where she touched a copy.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial

from inbox_bot.bot import Account, Bot
from inbox_bot.drafting.mime import build
from inbox_bot.errors import NotFound, UnsafeReply
from inbox_bot.model import (
    IN_DOUBT,
    UNDECIDED,
    UNTOUCHED,
    Actor,
    Cause,
    Draft,
    DraftKind,
    DraftState,
    Fetched,
    FiledState,
    Message,
    Verb,
    event_on,
)
from inbox_bot.model.names import draft_name
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import FiledDraft
from inbox_bot.promises.calendar import local_day
from inbox_bot.steps.isolation import Step, isolate, isolated, set_aside
from inbox_bot.steps.second_bot import has_stepped_back, look_for_another
from inbox_bot.steps.sent_drafts import Lying, is_saved_again, rebuilt_copies

MAY_LIE = (*UNDECIDED, *IN_DOUBT)
"""The copy of a refused reply is withdrawn."""
WORTH_FILING = (DraftKind.ANSWER, DraftKind.PARTIAL, DraftKind.URGENT, DraftKind.EDITED)
WORDS = {
    FiledState.EDITED: (
        Verb.EDITED_IN_DRAFTS,
        Cause.EDITED_IN_DRAFTS,
        "you are editing it in Drafts",
    ),
    FiledState.REMOVED: (
        Verb.REMOVED_FROM_DRAFTS,
        Cause.REMOVED_FROM_DRAFTS,
        "you removed it from Drafts",
    ),
}
"""What she did to a copy: the event's verb, the draft's cause, and what the queue says of it."""


def tend_drafts(bot: Bot, account: Account, now: datetime) -> int:
    """Process changes in Drafts, withdraw old copies, file new ones; returns how many.

    Read Sent first: a copy that she sent has vanished from Drafts, too. A bot that stepped back
    leaves the folder to the other one.
    """
    with bot.store.reading() as tx:
        filed = _filed(tx, account)
        if not (filed or tx.drafts.unfiled(*WORTH_FILING)) or has_stepped_back(tx):
            return 0
    today = local_day(now, bot.calendar())
    if filed:
        _notice(bot, account, filed, now)
        _withdraw(bot, account, today, now)
    return len(_lay(bot, account, today, now))


# --- what the author did -------------------------------------------------------------------


def _notice(bot: Bot, account: Account, filed: Sequence[FiledDraft], now: datetime) -> None:
    by_folder: dict[str, list[FiledDraft]] = {}
    for one in filed:
        if one.state is not FiledState.REMOVED:
            by_folder.setdefault(one.place.folder, []).append(one)
    for folder, copies in by_folder.items():
        _notice_in(bot, account, folder, copies, now)


def _notice_in(
    bot: Bot, account: Account, folder: str, copies: Sequence[FiledDraft], now: datetime
) -> None:
    known = _in_this_folder(bot, account, folder, copies)
    there = _there(account, folder, [filed.place.uid for filed in known])
    vanished = [filed for filed in known if filed.place.uid not in there]
    if not vanished:
        return
    oldest = min(filed.place.uid for filed in vanished)
    others = _others(bot, account, folder, oldest, {filed.place.uid for filed in copies})

    def heed(some: Sequence[FiledDraft]) -> None:
        rebuilt = {filed: rebuilt_copies(bot, account, filed, others) for filed in some}
        with bot.store.transaction() as tx:
            for filed in some:
                if rebuilt[filed]:
                    place = rebuilt[filed][0].place
                    tx.drafts.file(replace(filed, place=place, state=FiledState.LYING))
                else:
                    _heed(tx, filed, others, now)

    isolate(vanished, heed, lambda filed, error: _aside(bot, now, filed.draft_id, error))


def _in_this_folder(
    bot: Bot, account: Account, folder: str, copies: Sequence[FiledDraft]
) -> Sequence[FiledDraft]:
    """Drop copies whose folder is gone or was recreated: the next filing finds them by
    Message-ID."""
    try:
        validity = account.mailbox.state(folder).uidvalidity
    except NotFound:
        validity = None
    lost = [filed for filed in copies if filed.place.uidvalidity != validity]
    if lost:
        with bot.store.transaction() as tx:
            for filed in lost:
                if filed.state in UNTOUCHED:
                    tx.drafts.unfile(filed)
    return [filed for filed in copies if filed.place.uidvalidity == validity]


def _there(account: Account, folder: str, uids: Sequence[int]) -> frozenset[int]:
    """UIDs that exist and are not flagged Deleted: mail programs hide those."""
    found = isolate(
        sorted(uids),
        lambda some: {one.place.uid for one in _not_deleted(account, folder, some)},
        lambda uid, _: {uid},
    )
    return frozenset().union(*found)


def _not_deleted(account: Account, folder: str, uids: Sequence[int]) -> list[Fetched]:
    found = account.mailbox.headers(folder, uids)
    return [one for one in found if "\\deleted" not in {flag.lower() for flag in one.flags}]


def _others(
    bot: Bot, account: Account, folder: str, first: int, own: Container[int]
) -> Sequence[Lying]:
    """Letters in the folder from that UID on, without our `own` copies."""
    uids = [uid for uid in account.mailbox.uids(folder, first - 1, None) if uid not in own]

    def look(some: Sequence[int]) -> list[Lying]:
        there = _not_deleted(account, folder, some)
        read = bot.read([one.raw for one in there])
        return [
            Lying(place=one.place, message=message)
            for one, message in zip(there, read, strict=True)
            if isinstance(message, Message)
        ]

    return [lying for some in isolate(uids, look, lambda *_: []) for lying in some]


def _heed(tx: Transaction, filed: FiledDraft, others: Sequence[Lying], now: datetime) -> None:
    """Record that a copy was withdrawn, sent, edited, or removed by the author."""
    draft = tx.drafts.get(filed.draft_id, filed.version)
    if filed.state is FiledState.WITHDRAWING or draft.state is DraftState.SENT:
        tx.drafts.unfile(filed)
        return
    hers = next((one.place for one in others if is_saved_again(tx, draft, one.message)), None)
    state = FiledState.EDITED if hers else FiledState.REMOVED
    tx.drafts.file(replace(filed, place=hers or filed.place, state=state))
    _tell(tx, tx.drafts.get(draft.id), state, now)


def _tell(tx: Transaction, draft: Draft, state: FiledState, now: datetime) -> None:
    """Show it in the queue and void an approval: the copy may have just been sent."""
    if draft.state not in UNDECIDED:
        return
    verb, cause, reason = WORDS[state]
    if draft.cause is cause and draft.state is DraftState.PENDING:
        return
    tx.drafts.move(draft, draft.pending_again(reason, cause))
    tx.record(event_on(draft, verb, Actor.AUTHOR, now))


# --- what the bot does ---------------------------------------------------------------------


def _withdraw(bot: Bot, account: Account, today: date, now: datetime) -> None:
    with bot.store.reading() as tx:
        over = [
            (filed, draft)
            for filed in _filed(tx, account)
            if filed.state in UNTOUCHED
            and not _may_lie(draft := tx.drafts.get(filed.draft_id, filed.version), today)
        ]
    for filed, draft in over:
        with isolated(partial(_aside, bot, now, draft.id)):
            _take_back(bot, account, filed, draft)


def _may_lie(draft: Draft, today: date) -> bool:
    """True while it may leave, unless pending with a past day: she might send it."""
    passed = draft.promised_day is not None and draft.promised_day < today
    return draft.state in MAY_LIE and not (passed and draft.state is DraftState.PENDING)


def _take_back(bot: Bot, account: Account, filed: FiledDraft, draft: Draft) -> None:
    """Record before and after, so that a crash does not look like the author's doing; the copy of
    a sent reply that has vanished looks like nobody's (`_heed`)."""
    if draft.state is not DraftState.SENT:
        with bot.store.transaction() as tx:
            tx.drafts.file(replace(filed, state=FiledState.WITHDRAWING))
    taken_back = remove_copies(bot, account, filed, draft)
    with bot.store.transaction() as tx:
        if taken_back:
            tx.drafts.unfile(filed)
        else:
            tx.drafts.file(replace(filed, state=FiledState.EDITED))


def remove_copies(bot: Bot, account: Account, filed: FiledDraft, draft: Draft) -> bool:
    """Remove the unchanged copy and those that a server rebuilt from it; False if only the author's
    version is there."""
    raw = filed.raw or build(draft, draft.created)
    removed = account.mailbox.withdraw_draft(filed.place, raw)
    with bot.store.reading() as tx:
        places = [one.place for one in _filed(tx, account)]
    here = [place for place in places if place.folder == filed.place.folder]
    own = {place.uid for place in here if place != filed.place}
    others = _others(bot, account, filed.place.folder, filed.place.uid, own)
    rebuilt = rebuilt_copies(bot, account, filed, others)
    taken = [account.mailbox.withdraw_draft(one.place, one.raw) for one in rebuilt]
    return removed or any(taken)


def _lay(bot: Bot, account: Account, today: date, now: datetime) -> Sequence[FiledDraft]:
    """File missing copies; withdraw them if another bot filed its own at the same moment."""
    missing = _missing(bot, account, today)
    if not missing or look_for_another(bot, account, now):
        return ()
    laid: list[tuple[FiledDraft, Draft]] = []
    for draft in missing:
        with isolated(partial(_aside, bot, now, draft.id)):
            if filed := _file(bot, account, draft):
                laid.append((filed, draft))
    if look_for_another(bot, account, now):
        for filed, draft in laid:
            _take_back(bot, account, filed, draft)
        return ()
    return [filed for filed, _ in laid]


def _aside(bot: Bot, now: datetime, draft_id: int, error: Exception) -> None:
    with bot.store.reading() as tx:
        letter_id = tx.drafts.get(draft_id).letter_id
    set_aside(bot, Step.DRAFTS, f"draft {draft_name(draft_id)}", error, now, letter_id)


def _missing(bot: Bot, account: Account, today: date) -> Sequence[Draft]:
    """Drafts to file, without those that have a copy of any version."""
    with bot.store.reading() as tx:
        missing = [
            draft
            for draft in tx.drafts.unfiled(*WORTH_FILING)
            if _may_lie(draft, today) and bot.account_of(draft.sender.email) is account
        ]
        filed = tx.drafts.filed() if missing else ()
    lying = sum(one.state is FiledState.LYING for one in filed)
    return missing[: max(bot.policy.drafts_at_once - lying, 0)]


def _file(bot: Bot, account: Account, draft: Draft) -> FiledDraft | None:
    """File one copy. A draft that cannot be built stays in the queue alone; so does one to a
    non-ASCII address, since few servers take such a header in APPEND. If another process has filed
    it meanwhile, that copy stays."""
    try:
        raw = build(draft, draft.created)
    except UnsafeReply:
        return None
    if not raw.isascii():
        return None
    place = account.mailbox.file_draft(raw, draft.message_id, draft.created)
    filed = FiledDraft(draft_id=draft.id, version=draft.version, place=place, raw=raw)
    with bot.store.transaction() as tx:
        first = tx.drafts.filed_at(draft.id)
        if first is None:
            tx.drafts.file(filed)
            return filed
    if first != place:
        account.mailbox.withdraw_draft(place, raw)
    return None


def _filed(tx: Transaction, account: Account) -> Sequence[FiledDraft]:
    mine = account.mailbox.address
    return [filed for filed in tx.drafts.filed() if filed.place.mailbox == mine]
