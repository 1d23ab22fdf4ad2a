"""One logged-in connection, with a method for each IMAP command that is used.

Raises the errors of `wire.py`, and `NotFound` for a missing folder.
"""

from __future__ import annotations

import imaplib
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from inbox_bot.model.records import FolderState
from inbox_bot.settings.accounts import ImapAccount

# imaplib refuses lines over a million bytes: SEARCH covers so many letters at a time
_SEARCH_WINDOW = 50_000


class _Wire(Protocol):
    """The methods of imaplib, below imapclient, that return unparsed answers."""

    def uid(self, command: str, *args: str) -> tuple[str, list[Fragment]]: ...

    def response(self, code: str) -> tuple[str, list[Fragment]]: ...


class Session:
    def __init__(self, account: ImapAccount) -> None:
        """Connect, encrypt, log in; MailboxUnavailable or LoginRefused."""
        self.account = account
        self.selected: FolderState | None = None
        self.left = ""
        self._client, self._pace = log_in(account)
        # imapclient's parser takes longer than the download: FETCH bypasses it
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
        """Send ID (RFC 2971): 163.com and others open no folder without it ("Unsafe Login"). A
        refusal is ignored."""
        with suppress(Refused), self.told():
            self._client.id_({"name": "inbox_bot", "version": version("inbox-bot")})

    def told(self) -> AbstractContextManager[None]:
        self._pace.begin()
        return told(self.account)

    def can(self, capability: str) -> bool:
        return capability in self._capabilities

    def drop(self) -> None:
        """Close without LOGOUT, for a broken connection."""
        with suppress(OSError, imaplib.IMAP4.error):
            self._client.shutdown()

    def close(self) -> None:
        with suppress(OSError, imaplib.IMAP4.error):
            self._client.socket().settimeout(2.0)
            self._client.logout()
        self.drop()

    # --- folders ------------------------------------------------------------------------------

    def folders(self) -> list[Listed]:
        """Those whose names can be decoded."""
        with self.told():
            flagged_by_xlist = self.can("XLIST") and not self.can("SPECIAL-USE")
            self._client.folder_encode = False  # or one bad name hides all the others
            try:
                listing = (
                    self._client.xlist_folders if flagged_by_xlist else self._client.list_folders
                )
                lines = listing()
            finally:
                self._client.folder_encode = True
            return [folder for folder in map(_listed, lines) if folder is not None]

    def look(self, folder: str) -> FolderState:
        """The folder's current state, by EXAMINE or STATUS."""
        # STATUS of the selected folder may be stale (RFC 9051, 6.3.11)
        if folder in (self.left, self.selected.folder if self.selected else ""):
            state = self.examine(folder)
            if state.uidnext:
                return state
        return self._status(folder)  # Courier sends UIDNEXT only here

    def _status(self, folder: str) -> FolderState:
        items = ["MESSAGES", "UIDNEXT", "UIDVALIDITY"]
        if self.can("CONDSTORE"):
            items.append("HIGHESTMODSEQ")
        with self._missing(folder), self.told():
            return _state(folder, self._client.folder_status(folder, items), b"MESSAGES")

    def examine(self, folder: str) -> FolderState:
        """Open it read-only."""
        return self._open(folder, readonly=True)

    def open_to_change(self, folder: str) -> FolderState:
        return self._open(folder, readonly=False)

    def _open(self, folder: str, *, readonly: bool) -> FolderState:
        self.selected = None
        with self._missing(folder), self.told():
            opened = self._client.select_folder(folder, readonly=readonly)
            state = _state(folder, opened, b"EXISTS")
        self.selected, self.left = state, ""
        return state

    def reading(self, folder: str) -> FolderState:
        """Open the folder read-only, unless it is open already."""
        if self.selected is not None and self.selected.folder == folder:
            return self.selected
        return self.examine(folder)

    def leave(self) -> None:
        """Make the next `look` at the folder open it again; it stays selected until then."""
        self.left = self.selected.folder if self.selected else self.left
        self.selected = None

    @contextmanager
    def _missing(self, folder: str) -> Iterator[None]:
        """Turn a NO into FolderNotFound when LIST does not have the folder."""
        try:
            yield
        except Refused as error:
            with self.told():
                if self._client.list_folders("", folder):
                    raise
            raise FolderNotFound(
                f'{self.account.address} has no folder "{folder}"; fix its name in settings.yaml'
            ) from error

    # --- letters ------------------------------------------------------------------------------

    def search(self, criteria: Sequence[str], messages: int) -> list[int]:
        """Ascending UIDs in the open folder, which holds about `messages` letters."""
        found: set[int] = set()
        with self.told():
            if messages <= _SEARCH_WINDOW:
                return sorted(self._client.search([*criteria]))
            # from the top down, as expunging meanwhile only moves letters down
            for top in range(messages, 0, -_SEARCH_WINDOW):
                window = f"{max(1, top - _SEARCH_WINDOW + 1)}:{top}"
                found.update(self._client.search([window, *criteria]))
        return sorted(found)

    def catch_up(self) -> None:
        """NOOP: Dovecot reports letters that others expunged, and Courier own APPENDs, only after
        it."""
        with self.told():
            self._client.noop()

    def search_message_id(self, message_id: str, among: str = "ALL") -> list[int]:
        """UIDs of letters whose Message-ID contains this one; `among` are SEARCH keys."""
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
        """The responses for these UIDs; Refused when the server answers NO."""
        if not uids:
            return ()
        with self.told():
            kind, fragments = self._wire.uid("FETCH", uid_set(uids), f"(UID {items})")
            if kind != "OK":
                raise imaplib.IMAP4.error(f"FETCH failed: {fragments}")
            wanted = frozenset(uids)
            return [found for found in read_responses(fragments) if found.uid in wanted]

    def vanished(self, since: int) -> list[str]:
        """UIDs and ranges ("7:9") expunged from the open folder after that mod-sequence, and maybe
        earlier ones; none where the server does not keep them (RFC 7162)."""
        if not self.can("QRESYNC"):
            return []
        with self.told():
            self._wire.response("VANISHED")  # discard unsolicited ones
            self._wire.uid("FETCH", "1:*", "(UID)", f"(CHANGEDSINCE {since} VANISHED)")
            _, told = self._wire.response("VANISHED")
            lines = [line.decode("ascii") for line in told if isinstance(line, bytes)]
        return [span for line in lines for span in line.split()[-1].split(",")]

    def structure(self, uid: int) -> Part:
        """ValueError for an unusable BODYSTRUCTURE: letters may be hostile."""
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
        """True when the last lines of IDLE had news."""
        with self.told():
            _, told = self._client.idle_done()
            return _is_news(told)

    def heard(self) -> bool:
        """Whether news came in during IDLE, without waiting; CutOff when the connection is gone."""
        with self.told():
            told = self._client.idle_check(timeout=0)
            if not told:
                # readable with nothing to read: the end of the stream, which imapclient hides
                raise imaplib.IMAP4.abort("the server closed the connection")
            if any(line[:1] == (b"BYE",) for line in told):
                raise imaplib.IMAP4.abort("the server ended the session")
            return _is_news(told)

    def fileno(self) -> int:
        return int(self._client.socket().fileno())


def _state(folder: str, told: Mapping[bytes, int | None], count: bytes) -> FolderState:
    """`count` is the name of the number of letters. 0 for NIL or a missing value."""
    uidvalidity, messages, uidnext, modseq = (
        int(told.get(name) or 0) for name in (b"UIDVALIDITY", count, b"UIDNEXT", b"HIGHESTMODSEQ")
    )
    return FolderState(
        folder=folder,
        uidvalidity=uidvalidity,
        messages=messages,
        uidnext=uidnext,
        modseq=modseq,
    )


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
