"""Appends own letters to a folder exactly once, and removes own drafts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inbox_bot.errors import MailboxUnavailable, NotFound
from inbox_bot.mail.imap.responses import read_appenduid
from inbox_bot.mail.imap.session import Session
from inbox_bot.model import Place
from inbox_bot.model.records import Copy, Cursor, FolderState

_UNSAFE_IN_ID = frozenset("\r\n\0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """Target of an append. Up to the cursor `known`, if any, the folder holds no copy yet."""

    folder: str
    flags: tuple[str, ...]
    known: Cursor | None = None

    def among(self, now: FolderState) -> str:
        """SEARCH keys for the letters that may be one of the copies.

        A copy withdrawn without UIDPLUS is still there, flagged as deleted.
        """
        known = self._known(now)
        return f"UNDELETED UID {known + 1}:*" if known else "UNDELETED"

    def is_known(self, now: FolderState) -> bool:
        """No letter was added since `known`: no search is needed."""
        return now.uidnext == self._known(now) + 1 > 1

    def _known(self, now: FolderState) -> int:
        if self.known is None or self.known.uidvalidity != now.uidvalidity:
            return 0
        return self.known.last_uid


def find(session: Session, folder: str, message_id: str) -> Sequence[int]:
    """UIDs of the letters with that Message-ID; none for one that no header can hold."""
    session.reading(folder)
    return _find(session, message_id, "ALL")


def _find(session: Session, message_id: str, among: str) -> Sequence[int]:
    if not message_id or _UNSAFE_IN_ID & set(message_id):
        return ()
    session.catch_up()
    return session.search_message_id(message_id, among)


def file(session: Session, copies: Sequence[Copy], where: Filing) -> Sequence[Place]:
    """Search before each APPEND: one whose answer was lost may have been stored."""
    before = session.open_to_change(where.folder)  # Courier appends to no folder open to read
    places: list[Place] = []
    try:
        for copy in copies:
            if places and not session.can("UIDPLUS"):  # so that only the next copy counts as new
                before = session.open_to_change(where.folder)
            places.append(_file(session, copy, where, before))
    finally:
        session.leave()
    return places


def _file(session: Session, copy: Copy, where: Filing, before: FolderState) -> Place:
    mailbox, folder, among = session.account.address, where.folder, where.among(before)
    there = () if where.is_known(before) else _find(session, copy.message_id, among)
    if there:
        return _place(mailbox, before, there[-1])
    told = read_appenduid(session.append(folder, copy.raw, where.flags, copy.at))
    if told:
        validity, uid = told
        return Place(mailbox=mailbox, folder=folder, uidvalidity=validity, uid=uid)
    there = _find(session, copy.message_id, among) or _newest(session, before)
    if not there:
        raise MailboxUnavailable(
            f"{session.account.host} accepted a letter for {folder} but doesn't show it"
        )
    return _place(mailbox, before, there[-1])


def _newest(session: Session, before: FolderState) -> Sequence[int]:
    """The only letter added since `before`, for a server that cannot search for Message-IDs."""
    if not before.uidnext:
        return ()
    now = session.examine(before.folder)
    new = session.search(["UID", f"{before.uidnext}:*"], now.messages)
    new = [uid for uid in new if uid >= before.uidnext]
    return new if len(new) == 1 else ()


def withdraw(session: Session, place: Place, raw: bytes, trash: str | None) -> bool:
    """Remove the draft at that place if it still is `raw`; without UIDPLUS it is only flagged.

    A plain EXPUNGE would also remove letters that the author has flagged.
    """
    try:
        state = session.open_to_change(place.folder)
    except NotFound:
        return False
    try:
        if state.uidvalidity != place.uidvalidity or not _unchanged(session, place.uid, raw):
            return False
        if session.can("X-GM-EXT-1") and session.can("MOVE") and trash:
            session.move(place.uid, trash)  # on Gmail, EXPUNGE only removes a label by default
            return True
        session.mark_deleted(place.uid)
        if session.can("UIDPLUS"):
            session.expunge(place.uid)
        return True
    finally:
        session.leave()


def _unchanged(session: Session, uid: int, raw: bytes) -> bool:
    for found in session.fetch([uid], "RFC822.SIZE"):
        if found.size <= 2 * len(raw) + 1024:
            bodies = session.fetch([uid], "BODY.PEEK[]")
            return any(as_stored(body.sections.get("", b"")) == as_stored(raw) for body in bodies)
    return False


def as_stored(raw: bytes) -> bytes:
    """Normalize for comparison: Courier ends the last line, Cyrus changes 8-bit headers."""
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n")
    header, gap, body = lines.partition(b"\n\n")
    return bytes(byte if byte < 128 else ord("X") for byte in header) + gap + body


def _place(mailbox: str, state: FolderState, uid: int) -> Place:
    return Place(mailbox=mailbox, folder=state.folder, uidvalidity=state.uidvalidity, uid=uid)
