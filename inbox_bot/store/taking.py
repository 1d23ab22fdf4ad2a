"""Taking letters in: each one once, every place it was seen in remembered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, tuple_

from inbox_bot.model import Place, StoredMessage
from inbox_bot.ports import Arrival
from inbox_bot.store.rows import Cell, in_chunks, place_cells, place_of, to_utc
from inbox_bot.store.schema import message, place, raw
from inbox_bot.store.text import storable


class Key(NamedTuple):
    """What makes a letter the same letter.

    The Message-ID alone does not: it is the sender's to choose, and a second letter under a used
    one must not vanish.
    """

    message_id: str
    digest: str


def key_of(arrival: Arrival) -> Key:
    """The digest is of the body, blanks left out: servers rewrite headers and line ends."""
    _, _, body = arrival.fetched.raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    digest = hashlib.sha256(b"".join(body.split())).hexdigest()[:32]
    return Key(storable(arrival.message_id), digest)


def add_all(connection: Connection, arrivals: Sequence[Arrival]) -> list[StoredMessage]:
    """Keep the letters that are new and return them, in their order."""
    return [kept for chunk in in_chunks(arrivals) for kept in _add(connection, chunk)]


def _add(connection: Connection, arrivals: Sequence[Arrival]) -> list[StoredMessage]:
    by_place = {each.fetched.place: each for each in arrivals}
    seen = known_places(connection, [*by_place])
    fresh = [(key_of(each), each) for where, each in by_place.items() if where not in seen]
    ids = _known_letters(connection, [key.message_id for key, _ in fresh])
    new: dict[Key, Arrival] = {}
    for key, arrival in fresh:
        if key not in ids:
            new.setdefault(key, arrival)
    ids |= _insert(connection, new)
    _remember_places(connection, fresh, ids)
    return [_stored(arrival, ids[key]) for key, arrival in new.items()]


def known_places(connection: Connection, places: Sequence[Place]) -> frozenset[Place]:
    wanted = [(each.mailbox, each.folder, each.uidvalidity, each.uid) for each in places]
    columns = (place.c.mailbox, place.c.folder, place.c.uidvalidity, place.c.uid)
    query = select(*columns).where(tuple_(*columns).in_(wanted))
    return frozenset(place_of(row) for row in connection.execute(query))


def _known_letters(connection: Connection, message_ids: Sequence[str]) -> dict[Key, int]:
    columns = (message.c.message_id, message.c.digest, message.c.id)
    query = select(*columns).where(message.c.message_id.in_(message_ids))
    return {Key(row.message_id, row.digest): row.id for row in connection.execute(query)}


def _insert(connection: Connection, new: Mapping[Key, Arrival]) -> dict[Key, int]:
    """Give back the ids by key, for databases return rows in no promised order."""
    if not new:
        return {}
    columns = (message.c.message_id, message.c.digest, message.c.id)
    cells = [_letter_cells(key, arrival) for key, arrival in new.items()]
    rows = connection.execute(insert(message).returning(*columns), cells)
    ids = {Key(row.message_id, row.digest): row.id for row in rows}
    connection.execute(
        insert(raw),
        [{"letter_id": ids[key], "bytes": each.fetched.raw} for key, each in new.items()],
    )
    return ids


def _remember_places(
    connection: Connection, arrivals: Sequence[tuple[Key, Arrival]], ids: Mapping[Key, int]
) -> None:
    rows = [
        place_cells(each.fetched.place) | {"message_id": key.message_id, "letter_id": ids[key]}
        for key, each in arrivals
    ]
    if rows:
        connection.execute(insert(place), rows)


def skip_all(connection: Connection, letters: Sequence[tuple[Place, str]]) -> None:
    """Account for letters out of scope by place and Message-ID; known places stay as they are."""
    for chunk in in_chunks(letters):
        seen = known_places(connection, [where for where, _ in chunk])
        rows = [
            place_cells(where) | {"message_id": storable(message_id), "letter_id": None}
            for where, message_id in dict(chunk).items()
            if where not in seen
        ]
        if rows:
            connection.execute(insert(place), rows)


def known(connection: Connection, message_ids: Iterable[str]) -> frozenset[str]:
    """Those that were seen anywhere, kept or skipped; spelled as asked."""
    found: set[str] = set()
    for chunk in in_chunks(message_ids):
        wanted = {storable(each): each for each in chunk}
        query = select(place.c.message_id).where(place.c.message_id.in_(wanted))
        found |= {wanted[each] for each in connection.scalars(query)}
    return frozenset(found)


def _letter_cells(key: Key, arrival: Arrival) -> dict[str, Cell]:
    return {
        **place_cells(arrival.fetched.place),
        "message_id": key.message_id,
        "digest": key.digest,
        "thread": storable(arrival.thread),
        "arrived": to_utc(arrival.fetched.arrived),
        "reason": "",
        "considered": False,
        "sender_email": "",
        "sender_name": "",
        "subject": "",
    }


def _stored(arrival: Arrival, letter_id: int) -> StoredMessage:
    return StoredMessage(
        id=letter_id,
        place=arrival.fetched.place,
        message_id=storable(arrival.message_id),
        thread=storable(arrival.thread),
        raw=arrival.fetched.raw,
        arrived=arrival.fetched.arrived,
        verdict=None,
    )
