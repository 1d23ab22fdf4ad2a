"""Keeps which forms and comment services write to the author, until she says whether they are
readers'."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from inbox_bot.letters.contact_forms import Form, Offer, Sighting, count_notices
from inbox_bot.model.facts import Fact
from inbox_bot.model.ports import Transaction

_DECLINED = "declined"
MOST = 100
"""Most offers kept: anybody can invent a sender."""


def _read(told: str) -> tuple[Offer, ...]:
    found = []
    for line in told.splitlines():
        letters, state, sender, title = line.split("\t", 3)
        sighting = Sighting(sender=sender, title=title)
        found.append(Offer(sighting=sighting, letters=int(letters), declined=state == _DECLINED))
    return tuple(found)


def _written(offers: Sequence[Offer]) -> str:
    return "\n".join(
        f"{one.letters}\t{_DECLINED if one.declined else ''}\t{one.sighting.sender}"
        f"\t{one.sighting.title}"
        for one in offers
    )


OFFERS: Fact[tuple[Offer, ...]] = Fact("forms that write", _read, _written)


def note_sightings(tx: Transaction, sightings: Iterable[Sighting]) -> None:
    """Add new letters to the counts, in the transaction that stores them."""
    if found := list(sightings):
        OFFERS.put(tx, count_notices(found, OFFERS.of(tx))[:MOST])


def open_offers(tx: Transaction, forms: Sequence[Form]) -> tuple[Offer, ...]:
    """Those that still wait for the author's word, the most letters first."""
    named = {form.sender.lower().removeprefix("@") for form in forms}
    waiting = [
        one
        for one in OFFERS.of(tx)
        if not one.declined
        and named.isdisjoint((one.sighting.sender, one.sighting.sender.rpartition("@")[2]))
    ]
    return tuple(sorted(waiting, key=lambda one: -one.letters))


def decline(tx: Transaction, sender: str) -> int:
    """Stop asking about this sender's kinds; returns how many there were."""
    offers = OFFERS.of(tx)
    hers = [one for one in offers if one.sighting.sender == sender.strip().lower()]
    OFFERS.put(tx, tuple(replace(one, declined=True) if one in hers else one for one in offers))
    return len(hers)
