"""Compare mailbox and ledger and take in missed letters, so that no reader is forgotten.

A poll follows each folder's UIDs upwards. This asks for every UID since the first day, in every
folder that letters arrive in or are moved to. Only bodies of missed letters are fetched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from inbox_bot.bot import Account, Bot
from inbox_bot.errors import NotFound
from inbox_bot.humanize import counted
from inbox_bot.model import Place, Promise, facts
from inbox_bot.model.names import letter_name
from inbox_bot.model.records import Cursor, FolderState
from inbox_bot.steps.isolation import Step, isolate, set_aside
from inbox_bot.steps.process_new import draft_new, judge_new
from inbox_bot.steps.receive import first_day, take_missed


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """`letters` lie in the mailbox since the first day, `missed` of them were new to the ledger.

    `gone` are promises whose letter lies in no folder any more: they stay owed.
    """

    letters: int
    accounted: int
    missed: int
    gone: tuple[Promise, ...] = ()

    @property
    def differs(self) -> bool:
        return bool(self.missed or self.gone or self.accounted < self.letters)

    def sentence(self) -> str:
        """ "412 letters, 412 accounted for"."""
        parts = [f"{counted(self.letters, 'letter')}, {self.accounted:,} accounted for"]
        if self.missed:
            parts.append(f"added {counted(self.missed, 'missed letter')}")
        if self.gone:
            gone = counted(len(self.gone), "letter that needs", "letters that need")
            parts.append(f"{gone} an answer can't be found in your mailbox")
        return "; ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """State of a folder when all of it was accounted for; only changes are walked again."""

    uidvalidity: int
    uidnext: int
    messages: int
    letters: int
    modseq: int = 0

    def note(self) -> str:
        told = (self.uidvalidity, self.uidnext, self.messages, self.letters, self.modseq)
        return " ".join(map(str, told))

    @classmethod
    def noted(cls, note: str) -> Walked | None:
        if not note:
            return None
        uidvalidity, uidnext, messages, letters, *modseq = map(int, note.split())
        return cls(
            uidvalidity=uidvalidity,
            uidnext=uidnext,
            messages=messages,
            letters=letters,
            modseq=modseq[0] if modseq else 0,
        )

    def is_of(self, state: FolderState) -> bool:
        """Same folder with a known UIDNEXT, so that newer letters have higher UIDs."""
        return 0 < self.uidnext <= state.uidnext and self.uidvalidity == state.uidvalidity

    def is_still(self, state: FolderState) -> bool:
        """Nothing came and nothing went: a new letter always raises UIDNEXT (RFC 9051, 2.3.1.1)."""
        return self.is_of(state) and (self.uidnext, self.messages) == (
            state.uidnext,
            state.messages,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    letters: int = 0
    accounted: int = 0
    missed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            letters=self.letters + other.letters,
            accounted=self.accounted + other.accounted,
            missed=self.missed + other.missed,
        )


def reconcile(bot: Bot, now: datetime) -> Reconciliation:
    """Compare both. Call it after a poll, or new letters count as missed."""
    tally = sum((_folder(bot, *each, now) for each in _folders(bot)), Tally())
    if tally.missed:
        judge_new(bot, now)
        draft_new(bot, now)
    return Reconciliation(
        letters=tally.letters,
        accounted=tally.accounted,
        missed=tally.missed,
        gone=tuple(_gone(bot, now)),
    )


def take_held_back(bot: Bot, account: Account, now: datetime) -> int:
    """Take in letters kept out by a rule that the author has revoked; returns how many."""
    mailbox, taken = account.mailbox, 0
    with bot.store.reading() as tx:
        places = [one for one in tx.messages.held_back() if one.mailbox == mailbox.address]
        folders = {one.folder: tx.cursor(mailbox.address, one.folder) for one in places}
    for folder, cursor in folders.items():
        here = [one for one in places if one.folder == folder]
        if cursor is not None:
            uids = [one.uid for one in here if one.uidvalidity == cursor.uidvalidity]
            with suppress(NotFound):
                taken += take_missed(bot, account, sorted(uids), cursor, now)[1]
        with bot.store.transaction() as tx:
            tx.messages.looked_at(here)
    return taken


def _folders(bot: Bot) -> Iterator[tuple[Account, str]]:
    for account in bot.accounts:
        for folder in dict.fromkeys((*account.folders, *account.mailbox.folders())):
            yield account, folder


def _folder(bot: Bot, account: Account, folder: str, now: datetime) -> Tally:
    noted = _walked(account, folder)
    try:
        state = account.mailbox.state(folder)
    except NotFound:
        return Tally()
    with bot.store.reading() as tx:
        before = noted.of(tx)
    if before and before.is_still(state):
        return Tally(letters=before.letters, accounted=before.letters)
    tally = (before and _walk_changes(bot, account, state, before, now)) or _walk(
        bot, account, state, now
    )
    if tally.accounted == tally.letters:
        walked = Walked(
            uidvalidity=state.uidvalidity,
            uidnext=state.uidnext,
            messages=state.messages,
            letters=tally.letters,
            modseq=state.modseq,
        )
        with bot.store.transaction() as tx:
            noted.put(tx, walked)
    return tally


def _walked(account: Account, folder: str) -> facts.Fact[Walked | None]:
    key = f"walked {account.mailbox.address} {folder}"
    return facts.Fact(key, Walked.noted, lambda one: one.note() if one else "")


def _walk(bot: Bot, account: Account, state: FolderState, now: datetime) -> Tally:
    uids = account.mailbox.uids(state.folder, 0, first_day(bot, now))
    return _account_for(bot, account, state, [uid for uid in uids if _was_there(uid, state)], now)


def _walk_changes(
    bot: Bot, account: Account, state: FolderState, before: Walked, now: datetime
) -> Tally | None:
    """Account for changes since; None if the server does not tell all that vanished."""
    if not before.is_of(state):
        return None
    mailbox = account.mailbox
    uids = mailbox.uids(state.folder, before.uidnext - 1, None)
    came = [uid for uid in uids if _was_there(uid, state)]
    went: Sequence[int] = ()
    if left := before.messages + len(came) - state.messages:
        went = mailbox.vanished(state.folder, before.modseq, before.uidnext)
        if len(went) != left:
            return None
    with bot.store.reading() as tx:
        lost = tx.messages.accounted(mailbox.address, state.folder, state.uidvalidity, went)
    stayed = before.letters - len(lost)
    known = Tally(letters=stayed, accounted=stayed)
    return known + _account_for(bot, account, state, came, now)


def _was_there(uid: int, state: FolderState) -> bool:
    """True if it existed when the state was read; later ones wait for the next time."""
    return not state.uidnext or uid < state.uidnext


def _account_for(
    bot: Bot, account: Account, state: FolderState, uids: Sequence[int], now: datetime
) -> Tally:
    mailbox = account.mailbox
    with bot.store.reading() as tx:
        known = tx.messages.accounted(mailbox.address, state.folder, state.uidvalidity, uids)
        cursor = tx.cursor(mailbox.address, state.folder)
    unknown = [uid for uid in uids if uid not in known]
    if cursor is None or cursor.uidvalidity != state.uidvalidity:
        cursor = Cursor(
            mailbox=mailbox.address,
            folder=state.folder,
            uidvalidity=state.uidvalidity,
            last_uid=max(uids, default=0),
        )
    counted, new = take_missed(bot, account, unknown, cursor, now)
    with bot.store.reading() as tx:
        late = tx.messages.accounted(mailbox.address, state.folder, state.uidvalidity, unknown)
    return Tally(letters=len(known) + counted, accounted=len(known) + len(late), missed=new)


def _gone(bot: Bot, now: datetime) -> Sequence[Promise]:
    """Promises whose letters were deleted; checks only the places of owed letters."""
    with bot.store.reading() as tx:
        waiting = tx.promises.waiting()

    def aside(promise: Promise, error: Exception) -> list[Promise]:
        what = f"letter {letter_name(promise.letter_id)}"
        set_aside(bot, Step.RECONCILE, what, error, now, promise.letter_id)
        return []

    found = isolate(waiting, lambda some: _without_letter(bot, some), aside)
    return [promise for some in found for promise in some]


def _without_letter(bot: Bot, waiting: Sequence[Promise]) -> list[Promise]:
    with bot.store.reading() as tx:
        places = tx.messages.places(one.letter_id for one in waiting)
    there = _still_there(bot, {place for of_letter in places.values() for place in of_letter})
    return [one for one in waiting if there.isdisjoint(places[one.letter_id])]


def _still_there(bot: Bot, places: Set[Place]) -> Set[Place]:
    """Places that still hold a letter; those in accounts no longer ours count as such."""
    own = {account.mailbox.address: account.mailbox for account in bot.accounts}
    there = {place for place in places if place.mailbox not in own}
    folders = {(place.mailbox, place.folder) for place in places - there}
    for address, folder in folders:
        uids = [one.uid for one in places if (one.mailbox, one.folder) == (address, folder)]
        with suppress(NotFound):
            there |= own[address].lying(folder, uids)
    return there
