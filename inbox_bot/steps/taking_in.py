"""Store a batch of letters; a letter that fails does not affect the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from inbox_bot.bot import BEGUN, Bot
from inbox_bot.errors import Unreadable
from inbox_bot.letters.contact_forms import Sighting
from inbox_bot.model import StoredMessage
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import Cursor, Skipped
from inbox_bot.steps.arrivals import Pair, arrivals, completed, named, seen_of
from inbox_bot.steps.form_offers import note_sightings
from inbox_bot.steps.isolation import WORLD, Step, describe, isolate, isolated, set_aside
from inbox_bot.steps.verdict_log import log_verdict

ANSWERED = "\\Answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    letters: int = 0
    out_of_scope: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Letters to store, and those out of scope.

    Letters that the store knows by Message-ID are fetched whole, too: another letter may use it,
    and only the body tells. `cursor` is None if more of the same letters follow: heavy ones are
    split up.
    """

    cursor: Cursor | None
    whole: Sequence[Pair]
    outside: Sequence[Skipped]


def take_in(bot: Bot, batch: Batch, now: datetime) -> Intake:
    """Store all with the cursor; if that fails, letter by letter, and the cursor last."""
    try:
        return _keep(bot, batch)
    except WORLD:
        raise
    except Exception:  # whatever a hostile letter can break
        alone = isolate(
            batch.whole,
            lambda some: _keep(bot, Batch(cursor=None, whole=some, outside=())),
            lambda pair, error: _keep_unread(bot, pair, error, now),
        )
        letters = sum(intake.letters for intake in alone)
        return replace(_keep(bot, replace(batch, whole=())), letters=letters)


def _keep_unread(bot: Bot, pair: Pair, error: Exception, now: datetime) -> Intake:
    """Store the bytes without header data; if even that fails, only the header's bytes."""
    fetched, seen = pair
    set_aside(bot, Step.FETCH, named(fetched.place.folder, fetched.place.uid), error, now)
    bare = seen_of(seen.fetched, Unreadable(describe(error)), now)
    for least in ((fetched, completed(bare, fetched, None)), (seen.fetched, bare)):
        with isolated(_ignore):
            return _keep(bot, Batch(cursor=None, whole=[least], outside=()))
    return Intake()


def _keep(bot: Bot, batch: Batch) -> Intake:
    with bot.store.transaction() as tx:
        tx.messages.skip_all(batch.outside)
        arrived = arrivals(bot, tx, batch.whole)
        kept = tx.messages.add_all(arrived)
        note_sightings(tx, _sightings(batch, kept))
        _heed_flags(tx, [seen.message_id for one, seen in batch.whole if ANSWERED in one.flags])
        if batch.cursor:
            tx.set_cursor(batch.cursor)
    settled = {one.fetched.place: one for one in arrived if one.settled}
    for letter in kept:
        if (one := settled.get(letter.place)) and one.settled:
            log_verdict(letter.id, one.settled, one.header)
    return Intake(letters=len(kept), out_of_scope=len(batch.outside))


def _sightings(batch: Batch, kept: Sequence[StoredMessage]) -> Sequence[Sighting]:
    places = {one.place for one in kept}
    return [seen.sighting for one, seen in batch.whole if seen.sighting and one.place in places]


def _heed_flags(tx: Transaction, flagged: Sequence[str]) -> None:
    """Trust the flag on letters from before the bot began. Later, if Sent holds no answer, ask the
    author: the flag may be set by accident."""
    if not BEGUN.of(tx):
        tx.people.learn_answered(flagged)
        return
    answered = tx.people.answered_among(flagged)
    tx.people.learn_put_off([one for one in flagged if one not in answered])


def _ignore(_: Exception) -> None:
    """Ignore: it is set aside already."""
