"""What can be asked of one logged-in connection, in IMAP's own terms.

Errors are those of `wire.py`, and `NotFound` for a folder that is not there.
"""

from __future__ import annotations

import imaplib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from importlib.metadata import version
from typing import Protocol, cast

from imapclient.exceptions import ProtocolError
from imapclient.imap_utf7 import decode as decode_utf7
from imapclient.response_parser import parse_fetch_response

from inbox_bot.errors import FolderNotFound
from inbox_bot.mail.imap.folders import Listed
from inbox_bot.mail.imap.large import Part, read_structure
from inbox_bot.mail.imap.responses import Fragment, Response, read_responses, uid_set
from inbox_bot.mail.imap.wire import Refused, log_in, told
from inbox_bot.model.ports import FolderState
from inbox_bot.settings.accounts import ImapAccount

# imaplib refuses a line of over a million bytes: SEARCH is asked about so many letters at a time
_SEARCH_WINDOW = 50_000


class _Wire(Protocol):
    """The part of imaplib below imapclient that answers without parsing."""

    def uid(self, command: str, *args: str) -> tuple[str, list[Fragment]]: ...

    def response(self, code: str) -> tuple[str, list[Fragment]]: ...


class Session:
    def __init__(self, account: ImapAccount) -> None:
        """Connect, encrypt, log in; MailboxUnavailable or LoginRefused."""
        self.account = account
        self.selected: FolderState | None = None
        self.left = ""
        self._client, self._pace = log_in(account)
        # imapclient's own parser takes longer than the download: letters are read below it
        self._wire = cast(_Wire, self._client._imap)
        with self.told():
            self._capabilities = frozenset(
                name.decode("ascii", "replace").upper() for name in self._client.capabilities()
            )
            if self.can("ENABLE"):  # else Dovecot has no HIGHESTMODSEQ on EXAMINE
                self._client.enable(*filter(self.can, ("CONDSTORE", "QRESYNC")))
        if self.can("ID"):
            self._identify()

    def _identify(self) -> None:
        """Name this program (RFC 2971), once a connection: 163.com and its kind open no folder to
        one that has no name ("Unsafe Login"). What a server makes of it matters nowhere else."""
        with suppress(Refused), self.told():
            self._client.id_({"name": "inbox_bot", "version": version("inbox-bot")})

    def told(self) -> AbstractContextManager[None]:
        self._pace.begin()
        return told(self.account)

    def can(self, capability: str) -> bool:
        return capability in self._capabilities

    def drop(self) -> None:
        """Close without a word, for a connection that is broken."""
        with suppress(OSError, imaplib.IMAP4.error):
            self._client.shutdown()

    def close(self) -> None:
        with suppress(OSError, imaplib.IMAP4.error):
            self._client.socket().settimeout(2.0)
            self._client.logout()
        self.drop()

    # --- folders ------------------------------------------------------------------------------

    def folders(self) -> list[Listed]:
        """Those whose names can be read."""
        with self.told():
            flagged_by_xlist = self.can("XLIST") and not self.can("SPECIAL-USE")
            self._client.folder_encode = False  # one bad name would hide all the others
            try:
                listing = (
                    self._client.xlist_folders if flagged_by_xlist else self._client.list_folders
                )
                lines = listing()
            finally:
                self._client.folder_encode = True
            return [folder for folder in map(_listed, lines) if folder is not None]

    def look(self, folder: str) -> FolderState:
        """How the folder stands now, by the one command that is right for it."""
        # STATUS of the selected folder may be stale (RFC 9051, 6.3.11)
        if folder in (self.left, self.selected.folder if self.selected else ""):
            state = self.examine(folder)
            if state.uidnext:
                return state
        return self._status(folder)  # Courier tells the next UID here alone

    def _status(self, folder: str) -> FolderState:
        items = ["MESSAGES", "UIDNEXT", "UIDVALIDITY"]
        if self.can("CONDSTORE"):
            items.append("HIGHESTMODSEQ")
        with self._missing(folder), self.told():
            told = self._client.folder_status(folder, items)
            return FolderState(
                folder=folder,
                uidvalidity=_number(told.get(b"UIDVALIDITY")),
                messages=_number(told.get(b"MESSAGES")),
                uidnext=_number(told.get(b"UIDNEXT")),
                modseq=_number(told.get(b"HIGHESTMODSEQ")),
            )

    def examine(self, folder: str) -> FolderState:
        """Open it for reading: nothing can be changed by accident."""
        return self._open(folder, readonly=True)

    def open_to_change(self, folder: str) -> FolderState:
        return self._open(folder, readonly=False)

    def _open(self, folder: str, *, readonly: bool) -> FolderState:
        self.selected = None
        with self._missing(folder), self.told():
            told = self._client.select_folder(folder, readonly=readonly)
            state = FolderState(
                folder=folder,
                uidvalidity=_number(told.get(b"UIDVALIDITY")),
                messages=_number(told.get(b"EXISTS")),
                uidnext=_number(told.get(b"UIDNEXT")),
                modseq=_number(told.get(b"HIGHESTMODSEQ")),
            )
        self.selected, self.left = state, ""
        return state

    def reading(self, folder: str) -> FolderState:
        """The folder opened for reading, now or before."""
        if self.selected is not None and self.selected.folder == folder:
            return self.selected
        return self.examine(folder)

    def leave(self) -> None:
        """Have the next look at a folder open it anew; the server has it open until then."""
        self.left = self.selected.folder if self.selected else self.left
        self.selected = None

    @contextmanager
    def _missing(self, folder: str) -> Iterator[None]:
        """A NO is NotFound when the folder is not listed: servers word it in too many ways."""
        try:
            yield
        except Refused as error:
            with self.told():
                if self._client.list_folders("", folder):
                    raise
            raise FolderNotFound(
                f'there is no folder "{folder}" in {self.account.address}; '
                "name the right one in settings.yaml"
            ) from error

    # --- letters ------------------------------------------------------------------------------

    def search(self, criteria: Sequence[str], messages: int) -> list[int]:
        """Ascending UIDs in the open folder, which holds about `messages` letters."""
        found: set[int] = set()
        with self.told():
            if messages <= _SEARCH_WINDOW:
                return sorted(self._client.search([*criteria]))
            # From the top down: what is expunged meanwhile moves letters down, never past us.
            for top in range(messages, 0, -_SEARCH_WINDOW):
                window = f"{max(1, top - _SEARCH_WINDOW + 1)}:{top}"
                found.update(self._client.search([window, *criteria]))
        return sorted(found)

    def catch_up(self) -> None:
        """Learn what happened to the open folder since: Dovecot tells of letters that others
        expunged, Courier of own APPENDs, only after a NOOP."""
        with self.told():
            self._client.noop()

    def search_message_id(self, message_id: str, among: str = "ALL") -> list[int]:
        """UIDs of the letters whose Message-ID holds this one; `among` are SEARCH keys."""
        wanted = f"<{message_id}>"
        with self.told():
            if not wanted.isascii():
                keys = [*among.split(), "HEADER", "Message-ID", wanted]
                return sorted(self._client.search(keys, "UTF-8"))
            quoted = wanted.replace("\\", "\\\\").replace('"', '\\"')
            kind, found = self._wire.uid("SEARCH", among, "HEADER", "Message-ID", f'"{quoted}"')
            if kind != "OK":
                raise imaplib.IMAP4.error(f"SEARCH failed: {found}")
            return sorted(
                int(uid) for line in found if isinstance(line, bytes) for uid in line.split()
            )

    def fetch(self, uids: Sequence[int], items: str) -> Iterable[Response]:
        """What the server tells of them; Refused when it answers NO to any."""
        if not uids:
            return ()
        with self.told():
            kind, fragments = self._wire.uid("FETCH", uid_set(uids), f"(UID {items})")
            if kind != "OK":
                raise imaplib.IMAP4.error(f"FETCH failed: {fragments}")
            wanted = frozenset(uids)
            return [found for found in read_responses(fragments) if found.uid in wanted]

    def vanished(self, since: int) -> list[str]:
        """UIDs and spans of them ("7:9") that left the open folder after that mod-sequence, and
        maybe earlier ones; none where the server does not keep them (RFC 7162)."""
        if not self.can("QRESYNC"):
            return []
        with self.told():
            self._wire.response("VANISHED")  # what was told unasked is not the answer
            self._wire.uid("FETCH", "1:*", "(UID)", f"(CHANGEDSINCE {since} VANISHED)")
            _, told = self._wire.response("VANISHED")
            lines = [line.decode("ascii") for line in told if isinstance(line, bytes)]
        return [span for line in lines for span in line.split()[-1].split(",")]

    def structure(self, uid: int) -> Part:
        """ValueError where the server's BODYSTRUCTURE is of no use: it is made of hostile text."""
        with self.told():
            kind, fragments = self._wire.uid("FETCH", str(uid), "(UID BODYSTRUCTURE)")
            if kind != "OK":
                raise imaplib.IMAP4.error(f"FETCH failed: {fragments}")
        try:
            told = parse_fetch_response(fragments)
            return read_structure(told.get(uid, {}).get(b"BODYSTRUCTURE"))
        except (ProtocolError, LookupError, TypeError, AssertionError, RecursionError) as error:
            raise ValueError("no BODYSTRUCTURE that can be used") from error

    def append(self, folder: str, raw: bytes, flags: Sequence[str], at: datetime) -> str:
        with self.told():
            told = self._client.append(folder, raw, flags, at)
            return told.decode("ascii", "replace") if isinstance(told, bytes) else ""

    def mark_deleted(self, uid: int) -> None:
        with self.told():
            self._client.add_flags([uid], ["\\Deleted"], silent=True)

    def expunge(self, uid: int) -> None:
        with self.told():
            self._client.uid_expunge([uid])

    def move(self, uid: int, folder: str) -> None:
        with self.told():
            self._client.move([uid], folder)

    # --- IDLE ---------------------------------------------------------------------------------

    def begin_idle(self) -> None:
        with self.told():
            self._client.idle()

    def end_idle(self) -> bool:
        """True when there was news on the way out."""
        with self.told():
            _, told = self._client.idle_done()
            return _is_news(told)

    def heard(self) -> bool:
        """What came in during IDLE, without waiting; CutOff when the connection is gone."""
        with self.told():
            told = self._client.idle_check(timeout=0)
            if not told:
                # readable and yet nothing to read: imapclient hides the end of the stream
                raise imaplib.IMAP4.abort("the server closed the connection")
            if any(line[:1] == (b"BYE",) for line in told):
                raise imaplib.IMAP4.abort("the server said goodbye")
            return _is_news(told)

    def fileno(self) -> int:
        return int(self._client.socket().fileno())


def _number(told: int | None) -> int:
    """0 where the server says NIL, or nothing."""
    return int(told or 0)


def _listed(line: tuple[Sequence[bytes], bytes | None, bytes | str]) -> Listed | None:
    flags, delimiter, name = line
    try:
        readable = decode_utf7(name if isinstance(name, bytes) else name.encode())
    except ValueError:
        return None
    return Listed(
        name=readable,
        delimiter=delimiter.decode("ascii", "replace") if delimiter else "",
        flags=frozenset(flag.decode("ascii", "replace").lower() for flag in flags),
    )


def _is_news(told: Iterable[object]) -> bool:
    return any(isinstance(line, tuple) and line[1:2] == (b"EXISTS",) for line in told)
