"""Fetch new letters from the author's folders.

They are read by UID from where the last poll stopped, in batches; a batch and its cursor are stored
in one transaction, so that a crash may repeat a batch but never skips one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from inbox_bot.bot import FIRST_DAY, Account, Bot
from inbox_bot.errors import NotFound, Unreadable
from inbox_bot.letters.contact_forms import is_notice, sighted
from inbox_bot.letters.verdicts import judge_header, restore_sender
from inbox_bot.model import MADE_UP, Fetched, KnownPeople, Message, OutOfScope
from inbox_bot.model.records import Cursor, Skipped
from inbox_bot.steps.arrivals import Pair, Seen, completed, named, seen_of
from inbox_bot.steps.fetch_ahead import ahead
from inbox_bot.steps.isolation import Step, isolate, isolated, set_aside
from inbox_bot.steps.known_people import people_for
from inbox_bot.steps.taking_in import Batch, Intake, take_in

BATCH = 500
HEAVY = 4 * 1024 * 1024
"""Most bytes in a batch, which is one transaction: the page may wait for it."""


def receive(bot: Bot, account: Account, now: datetime) -> Iterator[Intake]:
    """Take in the new letters of the account's folders; those out of scope are only counted.

    Yields after each stored batch, while the next one is fetched. Letters from before the first day
    are dropped here: SINCE knows whole days only. Raises NotFound for a vanished folder, once the
    others are read.
    """
    vanished = None
    for folder in account.folders:
        try:
            with ahead(_read_ahead(bot, _batches(bot, account, folder, now))) as batches:
                for batch in batches:
                    yield take_in(bot, batch, now)
        except NotFound as error:
            vanished = error
    if vanished:
        raise vanished


def take_missed(
    bot: Bot, account: Account, uids: Sequence[int], cursor: Cursor, now: datetime
) -> tuple[int, int]:
    """Take in letters that no poll saw; how many of the UIDs count, and how many were new.

    Those from before the first day do not count: a search knows whole days only.
    """
    since, counted, new = first_day(bot, now), 0, 0
    for start in range(0, len(uids), BATCH):
        letters = headers(bot, account, cursor.folder, uids[start : start + BATCH], now)
        recent = [seen for seen in letters if seen.fetched.arrived >= since]
        for batch in _loads(bot, account, recent, cursor, now):
            new += take_in(bot, batch, now).letters
        counted += len(recent)
    return counted, new


def first_day(bot: Bot, now: datetime) -> datetime:
    """Start of the period whose letters count; fixed by the first poll."""
    with bot.store.reading() as tx:
        noted = FIRST_DAY.of(tx)
    if noted:
        return noted
    with bot.store.transaction() as tx:
        first = FIRST_DAY.of(tx) or now - bot.policy.since
        FIRST_DAY.put(tx, first)
    return first


def news(
    bot: Bot, account: Account, folder: str, since: Callable[[], datetime | None]
) -> Iterator[tuple[Sequence[int], Cursor]]:
    """Batches of UIDs not yet accounted for, each with the cursor to set after it; `since` bounds
    those of a folder that was never read.

    Starts over if UIDVALIDITY changed, or UIDNEXT fell: a server restored from a backup reuses
    UIDs. Letters known by Message-ID are not taken in twice.
    """
    mailbox = account.mailbox
    state = mailbox.state(folder)
    with bot.store.reading() as tx:
        cursor = tx.cursor(mailbox.address, folder)
    if cursor is not None and cursor.uidvalidity != state.uidvalidity:
        cursor = None
    if cursor is not None and 0 < state.uidnext <= cursor.last_uid:
        with bot.store.transaction() as tx:
            tx.messages.forget_places(mailbox.address, folder)
        cursor = None
    if cursor is not None and 0 < state.uidnext <= cursor.last_uid + 1:
        return
    after = cursor.last_uid if cursor else 0
    uids = mailbox.uids(folder, after, None if cursor else since())
    found = Cursor(
        mailbox=mailbox.address, folder=folder, uidvalidity=state.uidvalidity, last_uid=after
    )
    for start in range(0, len(uids), BATCH):
        bot.progress(start, len(uids))
        batch = uids[start : start + BATCH]
        found = replace(found, last_uid=batch[-1])
        yield batch, found
    bot.progress(len(uids), len(uids))
    last = max(state.uidnext - 1, found.last_uid)
    if cursor is None or last > found.last_uid:  # empty, too old, gone: not searched again
        yield (), replace(found, last_uid=last)


def headers(
    bot: Bot, account: Account, folder: str, uids: Sequence[int], now: datetime
) -> Sequence[Seen]:
    """Fetch and parse headers alone; letters that fail are set aside.

    If the server has lost a letter's date, its header tells the arrival.
    """

    def look(some: Sequence[int]) -> list[Seen]:
        fetched = list(account.mailbox.headers(folder, some))
        read = bot.read([one.raw for one in fetched])
        return [seen_of(one, message, now) for one, message in zip(fetched, read, strict=True)]

    def aside(uid: int, error: Exception) -> list[Seen]:
        set_aside(bot, Step.FETCH, named(folder, uid), error, now)
        return []

    return [seen for some in isolate(uids, look, aside) for seen in some]


def _batches(bot: Bot, account: Account, folder: str, now: datetime) -> Iterator[Batch]:
    for uids, cursor in news(bot, account, folder, lambda: first_day(bot, now)):
        since = first_day(bot, now)
        letters = headers(bot, account, folder, uids, now)
        recent = [seen for seen in letters if seen.fetched.arrived >= since]
        yield from _loads(bot, account, recent, cursor, now)


def _read_ahead(bot: Bot, batches: Iterator[Batch]) -> Iterator[Batch]:
    """Parse a batch while it is stored, in the fetching thread; the sandbox keeps the results."""
    for batch in batches:
        yield batch
        with isolated(_read_later):
            bot.read(_to_read(batch.whole))


def _read_later(_: Exception) -> None:
    """Ignore: it is set aside already, or when it is due."""


def _loads(
    bot: Bot, account: Account, letters: Sequence[Seen], cursor: Cursor, now: datetime
) -> Iterator[Batch]:
    """Fetch whole letters, but only headers of those out of scope (law 9)."""
    looked_at = [
        seen
        for some in isolate(
            letters, lambda some: _judged_headers(bot, some), lambda seen, _: [seen]
        )
        for seen in some
    ]
    outside = [_skipped(seen) for seen in looked_at if seen.glance.outside]
    loads = list(_by_weight([seen for seen in looked_at if not seen.glance.outside]))
    *first, last = loads or [()]
    for load in first:
        yield Batch(cursor=None, whole=_fetched_whole(bot, account, load, now), outside=())
    yield Batch(cursor=cursor, whole=_fetched_whole(bot, account, last, now), outside=outside)


def _skipped(seen: Seen) -> Skipped:
    sender = seen.message.sender if seen.message else None
    return Skipped(
        place=seen.fetched.place,
        message_id=seen.message_id,
        rule=seen.glance.rule,
        domain=sender.email.rpartition("@")[2].lower() if sender else "",
    )


def _judged_headers(bot: Bot, letters: Sequence[Seen]) -> list[Seen]:
    letters = [_restored(bot, _sighted(bot, seen, seen.message)) for seen in letters]
    with bot.store.reading() as tx:
        people = people_for(
            bot, tx, [(seen.message, seen.fetched.arrived) for seen in letters if seen.message]
        )
    return [_looked_at(bot, seen, people) for seen in letters]


def _fetched_whole(
    bot: Bot, account: Account, load: Sequence[Seen], now: datetime
) -> Sequence[Pair]:
    """Fetch letters whole; one that fails is kept with its header alone: it is owed, too."""
    by_uid = {seen.fetched.place.uid: seen for seen in load}

    def fetch(some: Sequence[Seen]) -> list[Pair]:
        whole = account.mailbox.whole([seen.fetched for seen in some])
        return [(one, by_uid[one.place.uid]) for one in whole]

    def aside(seen: Seen, error: Exception) -> list[Pair]:
        place = seen.fetched.place
        set_aside(bot, Step.FETCH, named(place.folder, place.uid), error, now)
        return [(seen.fetched, seen)]

    pairs = [pair for some in isolate(load, fetch, aside) for pair in some]
    return [pair for some in isolate(pairs, partial(_read_whole, bot), _unread) for pair in some]


def _read_whole(bot: Bot, pairs: Sequence[Pair]) -> list[Pair]:
    """Parse unsettled letters and those without a Message-ID."""
    wanted = [one.raw for one, seen in pairs if not seen.glance.settled or _is_unnamed(seen)]
    read = dict(zip(wanted, bot.read(wanted), strict=True))
    return [(one, _completed(bot, one, seen, read.get(one.raw))) for one, seen in pairs]


def _unread(pair: Pair, _: Exception) -> list[Pair]:
    """Keep the pair unparsed; it is set aside later."""
    return [(pair[0], completed(pair[1], pair[0], None))]


def _is_unnamed(seen: Seen) -> bool:
    return seen.message_id.endswith(MADE_UP)


def _completed(bot: Bot, whole: Fetched, seen: Seen, read: Message | Unreadable | None) -> Seen:
    message = read if isinstance(read, Message) else None
    return _restored(bot, completed(_sighted(bot, seen, message), whole, message))


def _to_read(pairs: Sequence[Pair]) -> Sequence[bytes]:
    """Raw unsettled letters; the sandbox has them cached."""
    return [one.raw for one, seen in pairs if not seen.glance.settled]


def _by_weight(letters: Sequence[Seen]) -> Iterator[Sequence[Seen]]:
    """Split into loads of at most HEAVY bytes."""
    load: list[Seen] = []
    weight = 0
    for seen in letters:
        if load and weight + seen.fetched.size > HEAVY:
            yield load
            load, weight = [], 0
        load.append(seen)
        weight += seen.fetched.size
    if load:
        yield load


def _restored(bot: Bot, seen: Seen) -> Seen:
    if seen.message is None or _is_notice(bot, seen.message):
        return seen
    return replace(seen, message=restore_sender(seen.message, bot.contact_addresses()))


def _sighted(bot: Bot, seen: Seen, message: Message | None) -> Seen:
    """Note an unnamed form's notice before its sender is restored."""
    if message is None or seen.sighting:
        return seen
    policy = bot.policy
    return replace(seen, sighting=sighted(message, policy.forms, policy.authserv_id))


def _is_notice(bot: Bot, message: Message) -> bool:
    return is_notice(message, bot.policy.forms, bot.policy.authserv_id)


def _looked_at(bot: Bot, seen: Seen, people: KnownPeople) -> Seen:
    """Judge by the header, except notices of contact forms, and NOT_ADDRESSED on a cut header: the
    address may be in the rest."""
    if seen.message is None or _is_notice(bot, seen.message):
        return seen
    found = judge_header(seen.message, people)
    if found.rule == OutOfScope.NOT_ADDRESSED and not seen.fetched.raw.endswith(b"\r\n\r\n"):
        return seen
    return replace(seen, glance=found)
