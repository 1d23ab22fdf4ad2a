"""Fetches letters of the open folder in batches, without setting flags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from inbox_bot.mail.imap.large import MOST_HEADER, assemble, sections, whole_header
from inbox_bot.mail.imap.responses import Response, batches
from inbox_bot.mail.imap.session import Session
from inbox_bot.mail.imap.wire import Refused, is_passing
from inbox_bot.model import Fetched, Place
from inbox_bot.model.records import FolderState

# enough to judge a letter, small enough for a batch of hostile ones in memory
_MOST_HEADER = 64 * 1024
_FACTS = "FLAGS INTERNALDATE RFC822.SIZE"
_MOST = 500
_EPOCH = datetime.fromtimestamp(0, UTC)


def headers(session: Session, folder: str, uids: Sequence[int]) -> list[Fetched]:
    """Headers up to the limit; one that was cut lacks the empty line at its end."""
    state = _current(session, folder)
    told = _fetch(session, uids, f"{_FACTS} BODY.PEEK[HEADER]<0.{_MOST_HEADER}>")
    return [
        _fetched(session, state, facts, _ended(facts.sections["HEADER"]))
        for facts in told
        if "HEADER" in facts.sections
    ]


def _ended(header: bytes) -> bytes:
    return whole_header(header) + (b"" if len(header) >= _MOST_HEADER else b"\r\n")


def measure(session: Session, folder: str, uids: Sequence[int]) -> list[Response]:
    """Flags, dates and sizes, without the letters' bytes."""
    _current(session, folder)
    return _fetch(session, uids, _FACTS)


def known(header: Fetched) -> Response:
    return Response(
        uid=header.place.uid, size=header.size, arrived=header.arrived, flags=header.flags
    )


def plan(told: Iterable[Response], whole_up_to: int) -> Iterator[list[Response]]:
    """Batches of bounded size; a letter too large to fetch whole has one of its own."""
    by_uid = {facts.uid: facts for facts in sorted(told, key=lambda facts: facts.uid)}
    weights = [(facts.uid, min(facts.size, whole_up_to + 1)) for facts in by_uid.values()]
    for batch in batches(weights, _MOST, whole_up_to):
        yield [by_uid[uid] for uid in batch]


def letters(session: Session, folder: str, batch: Sequence[Response]) -> list[Fetched]:
    """One batch of `plan`."""
    state = session.reading(folder)
    if len(batch) == 1 and batch[0].size > session.account.whole_up_to:
        raws = _large(session, batch[0].uid)
    else:
        told = _fetch(session, [facts.uid for facts in batch], "BODY.PEEK[]")
        raws = {facts.uid: facts.sections[""] for facts in told if "" in facts.sections}
        raws = _without_stand_ins(session, batch, raws)
    missing = [facts.uid for facts in batch if facts.uid not in raws]
    if missing:
        # the server has it and cannot send it: empty bytes, to be set aside as unreadable
        raws.update(dict.fromkeys(_alive(session, missing), b""))
    return [
        _fetched(session, state, facts, raws[facts.uid]) for facts in batch if facts.uid in raws
    ]


def _without_stand_ins(
    session: Session, batch: Sequence[Response], raws: dict[int, bytes]
) -> dict[int, bytes]:
    """Drop the placeholders that Courier sends for letters that were just expunged."""
    odd = {f.uid for f in batch if f.uid in raws and len(raws[f.uid]) != f.size}
    gone = odd - set(_alive(session, sorted(odd))) if odd else odd
    return {uid: raw for uid, raw in raws.items() if uid not in gone}


def _current(session: Session, folder: str) -> FolderState:
    """The folder opened read-only, after a NOOP that reports expunged letters."""
    state = session.reading(folder)
    session.catch_up()
    return state


def _large(session: Session, uid: int) -> dict[int, bytes]:
    try:
        root = session.structure(uid)
    except ValueError:
        beginning = _fetch(session, [uid], f"BODY.PEEK[]<0.{MOST_HEADER}>")
        return {facts.uid: facts.sections.get("", b"") for facts in beginning}
    told = _fetch(
        session, [uid], " ".join((f"BODY.PEEK[HEADER]<0.{MOST_HEADER}>", *sections(root)))
    )
    return {
        facts.uid: assemble(facts.sections["HEADER"], root, facts.sections)
        for facts in told
        if "HEADER" in facts.sections
    }


def _fetch(session: Session, uids: Sequence[int], items: str) -> list[Response]:
    """Fetch singly where the server refuses the batch for one letter (RFC 5530, EXPUNGEISSUED)."""
    try:
        return list(session.fetch(uids, items))
    except Refused as error:
        if is_passing(error) and len(uids) == 1:
            raise
    told: list[Response] = []
    for uid in _alive(session, uids):
        try:
            told += session.fetch([uid], items)
        except Refused as error:
            if is_passing(error):
                raise
    return told


def _alive(session: Session, uids: Sequence[int]) -> list[int]:
    """Those that are still in the open folder."""
    session.catch_up()
    wanted = sorted(uids)
    found = session.search(["UID", f"{wanted[0]}:{wanted[-1]}"], 0)
    return sorted(set(found) & set(wanted))


def _fetched(session: Session, state: FolderState, facts: Response, raw: bytes) -> Fetched:
    place = Place(
        mailbox=session.account.address,
        folder=state.folder,
        uidvalidity=state.uidvalidity,
        uid=facts.uid,
    )
    return Fetched(
        place=place,
        raw=raw,
        size=facts.size,
        arrived=facts.arrived or _EPOCH,
        flags=facts.flags,
    )
