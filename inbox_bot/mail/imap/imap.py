"""The port `Mailbox` on any IMAP server.

Letters are read with EXAMINE and BODY.PEEK; only filing and withdrawing own drafts change the
mailbox.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic
from typing import TypeVar

from inbox_bot.errors import FolderNotFound
from inbox_bot.mail.imap import append, fetch
from inbox_bot.mail.imap.folders import incoming, special_folders
from inbox_bot.mail.imap.idle import Watch
from inbox_bot.mail.imap.responses import Response, spelled_out, uid_set
from inbox_bot.mail.imap.session import Session
from inbox_bot.mail.imap.wire import CutOff, Refused, is_passing
from inbox_bot.model import Fetched, Place
from inbox_bot.model.records import Copy, Cursor, FolderState, SpecialFolders
from inbox_bot.settings.accounts import ImapAccount

T = TypeVar("T")
_BATCH = 500
_DAY_WAS_LOST = "1-Jan-1980"
_FOLDERS_ARE_KNOWN_FOR = 600.0  # seconds


class ImapMailbox:
    """One connection, kept open between polls, and a second one for IDLE.

    Safe for threads: a lock serializes all calls except `wait`.
    """

    def __init__(self, account: ImapAccount) -> None:
        """Connects at the first call."""
        self._account = account
        self._session: Session | None = None
        self._lock = threading.RLock()
        self._watch = Watch(account)
        self._inbox: FolderState | None = None
        self._special: SpecialFolders | None = None
        self._listed_again_at = 0.0

    @property
    def address(self) -> str:
        return self._account.address

    def special_folders(self) -> SpecialFolders:
        """Refreshed every ten minutes: a phone may begin to use a Sent folder of its own."""
        if self._special is None or monotonic() > self._listed_again_at:
            self.folders()
        assert self._special is not None
        return self._special

    def folders(self) -> Sequence[str]:
        listed = self._ask(Session.folders)
        self._special = special_folders(
            listed, drafts=self._account.drafts, sent=self._account.sent
        )
        self._listed_again_at = monotonic() + _FOLDERS_ARE_KNOWN_FOR
        return incoming(listed, self._special)

    def state(self, folder: str) -> FolderState:
        state = self._ask(lambda session: session.look(folder))
        if folder.upper() == "INBOX":
            self._inbox = state
        return state

    def uids(self, folder: str, after: int, since: datetime | None) -> Sequence[int]:
        """Ascending UIDs above `after`. SINCE compares days in the server's time zone, so the
        result may include the day before `since`; compare `arrived`. Letters whose date the
        server has lost (it says 1970) are included."""
        criteria = ["UID", f"{after + 1}:*"]
        if since is not None:
            day = since.astimezone(UTC) - timedelta(days=1)
            criteria += ["OR", "SINCE", _imap_day(day), "BEFORE", _DAY_WAS_LOST]
        found = self._ask(
            lambda session: session.search(criteria, session.examine(folder).messages)
        )
        # "n:*" always matches the last letter, also where n is beyond it
        return [uid for uid in found if uid > after]

    def vanished(self, folder: str, since: int, below: int) -> Sequence[int]:
        def ask(session: Session) -> list[str]:
            session.examine(folder)
            return session.vanished(since)

        return spelled_out(self._ask(ask), below) if since else ()

    def lying(self, folder: str, uids: Sequence[int]) -> frozenset[Place]:
        def ask(session: Session, batch: Sequence[int]) -> frozenset[Place]:
            validity = session.examine(folder).uidvalidity
            found = session.search(["UID", uid_set(batch)], len(batch))  # so many at most
            here = Place(mailbox=self.address, folder=folder, uidvalidity=validity, uid=0)
            return frozenset(dataclasses.replace(here, uid=uid) for uid in found)

        batches = [self._ask(partial(ask, batch=batch)) for batch in _chunks(sorted(uids))]
        return frozenset().union(*batches)

    def headers(self, folder: str, uids: Sequence[int]) -> Iterator[Fetched]:
        """Headers only. Places have the folder's current UIDVALIDITY: compare it with the one of
        the UIDs."""
        for batch in _chunks(uids):
            yield from self._ask(partial(fetch.headers, folder=folder, uids=batch))

    def letters(self, folder: str, uids: Sequence[int]) -> Iterator[Fetched]:
        """Whole letters, with places as in `headers`; `raw` is empty for a letter that the server
        has and cannot send."""
        for chunk in _chunks(uids):
            known = self._ask(partial(fetch.measure, folder=folder, uids=chunk))
            yield from self._planned(folder, known)

    def whole(self, headers: Sequence[Fetched]) -> Iterator[Fetched]:
        """Skips the request for sizes; yields nothing if the folder was recreated."""
        places = {header.place for header in headers}
        for folder in {place.folder for place in places}:
            for letter in self._planned(folder, map(fetch.known, headers)):
                if letter.place in places:
                    yield letter

    def _planned(self, folder: str, known: Iterable[Response]) -> Iterator[Fetched]:
        for batch in fetch.plan(known, self._account.whole_up_to):
            yield from self._ask(partial(fetch.letters, folder=folder, batch=batch))

    def find(self, folder: str, message_id: str) -> Sequence[int]:
        return self._ask(lambda session: append.find(session, folder, message_id))

    def file_draft(self, raw: bytes, message_id: str, at: datetime) -> Place:
        folder = self._required(self.special_folders().drafts, "Drafts", "drafts")
        copy = Copy(raw=raw, message_id=message_id, at=at)
        where = append.Filing(folder=folder, flags=("\\Draft", "\\Seen"))
        (place,) = self._ask(lambda session: append.file(session, [copy], where))
        return place

    def file_sent(self, copies: Sequence[Copy], known: Cursor | None = None) -> Sequence[Place]:
        folder = self._required(self.special_folders().sent, "Sent", "sent")
        where = append.Filing(folder=folder, flags=("\\Seen",), known=known)
        return self._ask(lambda session: append.file(session, copies, where))

    def withdraw_draft(self, place: Place, raw: bytes) -> bool:
        trash = self.special_folders().trash
        return self._ask(lambda session: append.withdraw(session, place, raw, trash))

    def wait(self, seconds: float) -> bool:
        return self._watch.wait(seconds, self._inbox)

    def wake(self) -> None:
        self._watch.wake()

    def close(self) -> None:
        """For good; do not call it while another thread is in `wait`."""
        with self._lock:
            session, self._session = self._session, None
            if session is not None:
                session.close()
        self._watch.close()

    def _required(self, folder: str | None, name: str, setting: str) -> str:
        if folder is None:
            self._special = None  # look again the next time: the author may make one
            raise FolderNotFound(
                f"can't find the {name} folder of {self.address}; "
                f"set it as {setting}: in settings.yaml"
            )
        return folder

    def _ask(self, question: Callable[[Session], T]) -> T:
        """Ask the open connection, or a new one if that one turns out to be dead.

        Each question is safe to repeat: reading changes nothing, and filing searches first.
        """
        with self._lock:
            kept = self._session is not None
            try:
                return self._ask_once(question)
            except CutOff as error:
                if not kept or isinstance(error.__cause__, TimeoutError):
                    raise
                return self._ask_once(question)

    def _ask_once(self, question: Callable[[Session], T]) -> T:
        session, self._session = self._session or Session(self._account), None
        try:
            answer = question(session)
        except FolderNotFound:
            self._session, self._special = session, None  # renamed: list again the next time
            raise
        except Refused as error:
            if is_passing(error):  # some servers never recover on the same connection
                session.drop()
            else:
                self._session = session
            raise
        except BaseException:
            session.drop()
            raise
        self._session = session
        return answer


def _chunks(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), _BATCH):
        yield uids[start : start + _BATCH]


def _imap_day(moment: datetime) -> str:
    """`1-Feb-2026`; strftime would use the author's locale."""
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{moment.day}-{months[moment.month - 1]}-{moment.year}"
