"""One logged-in IMAP connection: the only place that knows imapclient.

What goes wrong comes out as `CutOff` (the connection is gone), `NotFound` (no such folder),
`LoginRefused`, or plain MailboxUnavailable (the server said no).
"""

from __future__ import annotations

import imaplib
import socket
import ssl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Protocol, cast

from imapclient import IMAPClient
from imapclient.exceptions import CapabilityError, LoginError

from inbox_bot.accounts import ImapAccount, Tls, tls_context
from inbox_bot.errors import LoginRefused, MailboxUnavailable, NotFound
from inbox_bot.mailbox.folders import Listed
from inbox_bot.mailbox.large import Part, read_structure
from inbox_bot.mailbox.responses import (
    Fragment,
    Response,
    read_code,
    read_responses,
    uid_set,
)
from inbox_bot.ports import FolderState

# the server is unwell or busy (RFC 5530): it says nothing about what was asked
_PASSING = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "EXPUNGEISSUED"})
# imaplib refuses a line of over a million bytes: SEARCH is asked about so many letters at a time
_SEARCH_WINDOW = 50_000


class CutOff(MailboxUnavailable):
    """Connect anew: the connection broke; what was asked may or may not have been done."""


class Refused(MailboxUnavailable):
    """The server answered NO or BAD; the connection is as good as before."""


class _Wire(Protocol):
    """The part of imaplib below imapclient that answers without parsing."""

    debug: int

    def uid(self, command: str, *args: str) -> tuple[str, list[Fragment]]: ...


class Session:
    def __init__(self, account: ImapAccount) -> None:
        """Connect, encrypt, log in; CutOff, MailboxUnavailable or LoginRefused."""
        self.account = account
        self.selected: FolderState | None = None
        with self.told():
            self._client = _connect(account)
        try:
            with self.told():
                self._enter()
        except BaseException:
            self.drop()
            raise

    def _enter(self) -> None:
        wire = self._client.socket()
        # else each literal waits 40 ms for an acknowledgement (Cyrus, Courier)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        # imapclient has imaplib format every line for its log: letters have no business there
        self._wire = cast(_Wire, self._client._imap)
        self._wire.debug = 0
        if self.account.tls is Tls.STARTTLS:
            self._client.starttls(ssl_context=tls_context(self.account.ca_file))
        _log_in(self._client, self.account)
        self._capabilities = frozenset(
            name.decode("ascii", "replace").upper() for name in self._client.capabilities()
        )
        if self.can("CONDSTORE") and self.can("ENABLE"):
            self._client.enable("CONDSTORE")  # else Dovecot tells no HIGHESTMODSEQ on EXAMINE

    @contextmanager
    def told(self) -> Iterator[None]:
        """Translate what imaplib, imapclient and the socket raise."""
        host = self.account.host
        try:
            yield
        except ssl.SSLCertVerificationError as error:
            raise MailboxUnavailable(
                f"{host}: its certificate cannot be verified ({error.verify_message}); "
                "check the host name in settings.yaml"
            ) from error
        except CapabilityError as error:
            raise MailboxUnavailable(f"{host} offers no such thing: {_words(error)}") from error
        except (imaplib.IMAP4.abort, OSError) as error:
            raise CutOff(
                f"{host}:{self.account.port} cannot be reached: {_words(error)}"
            ) from error
        except imaplib.IMAP4.error as error:
            raise Refused(f"{host} refused: {_words(error)}") from error
        except (ValueError, LookupError, AssertionError, RecursionError) as error:
            # what the server wrote is not IMAP; nothing after it can be trusted
            raise CutOff(f"{host} answered what nobody understands: {_words(error)}") from error

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
        with self.told():
            flagged_by_xlist = self.can("XLIST") and not self.can("SPECIAL-USE")
            lines = (
                self._client.xlist_folders() if flagged_by_xlist else self._client.list_folders()
            )
            return [
                Listed(
                    name=name,
                    delimiter=delimiter.decode("ascii", "replace") if delimiter else "",
                    flags=frozenset(flag.decode("ascii", "replace").lower() for flag in flags),
                )
                for flags, delimiter, name in lines
            ]

    def look(self, folder: str) -> FolderState:
        """How the folder stands now, by the one command that is right for it."""
        # STATUS of the selected folder may be stale (RFC 9051, 6.3.11)
        if self.selected is not None and self.selected.folder == folder:
            return self.examine(folder)
        return self._status(folder)

    def _status(self, folder: str) -> FolderState:
        items = ["MESSAGES", "UIDNEXT", "UIDVALIDITY"]
        if self.can("CONDSTORE"):
            items.append("HIGHESTMODSEQ")
        with self._missing(folder), self.told():
            told = self._client.folder_status(folder, items)
            return FolderState(
                folder=folder,
                uidvalidity=int(told.get(b"UIDVALIDITY", 0)),
                messages=int(told.get(b"MESSAGES", 0)),
                uidnext=int(told.get(b"UIDNEXT", 0)),
                modseq=int(told.get(b"HIGHESTMODSEQ", 0)),
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
                uidvalidity=int(told.get(b"UIDVALIDITY", 0)),
                messages=int(told.get(b"EXISTS", 0)),
                uidnext=int(told.get(b"UIDNEXT", 0)),
                modseq=int(told.get(b"HIGHESTMODSEQ", 0)),
            )
        self.selected = state
        return state

    def reading(self, folder: str) -> FolderState:
        """The folder opened for reading, now or before."""
        if self.selected is not None and self.selected.folder == folder:
            return self.selected
        return self.examine(folder)

    def leave(self) -> None:
        """Have the next look at a folder open it anew."""
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
            raise NotFound(
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

    def search_message_id(self, message_id: str) -> list[int]:
        """UIDs of the letters whose Message-ID holds this one."""
        wanted = f"<{message_id}>"
        with self.told():
            if not wanted.isascii():
                return sorted(self._client.search(["HEADER", "Message-ID", wanted], "UTF-8"))
            quoted = wanted.replace("\\", "\\\\").replace('"', '\\"')
            kind, found = self._wire.uid("SEARCH", "HEADER", "Message-ID", f'"{quoted}"')
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

    def structure(self, uid: int) -> Part:
        """ValueError where the server's BODYSTRUCTURE is of no use."""
        with self.told():
            told = self._client.fetch([uid], ["BODYSTRUCTURE"])
        return read_structure(told.get(uid, {}).get(b"BODYSTRUCTURE"))

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


def read_refusal(error: Refused) -> str:
    return read_code(str(error))


def is_passing(error: Refused) -> bool:
    """The server is unwell: asking again later makes sense."""
    return read_code(str(error)) in _PASSING


def _connect(account: ImapAccount) -> IMAPClient:
    with_tls = account.tls is Tls.TLS
    return IMAPClient(
        account.host,
        account.port,
        ssl=with_tls,
        ssl_context=tls_context(account.ca_file) if with_tls else None,
        timeout=account.timeout,
    )


def _log_in(client: IMAPClient, account: ImapAccount) -> None:
    try:
        if client.has_capability("AUTH=PLAIN"):
            client.plain_login(account.username, account.password)  # any password, as UTF-8
        else:
            client.login(account.username, account.password)
    except LoginError as error:
        # imapclient makes a LoginError of a lost connection, too
        if isinstance(error.__context__, imaplib.IMAP4.abort):
            raise error.__context__ from error
        if read_code(str(error)) in _PASSING:
            raise MailboxUnavailable(f"{account.host} is unwell: {_words(error)}") from error
        raise LoginRefused(
            f"{account.host} refuses the password of {account.username}; "
            "check it, or make an app password"
        ) from error


def _is_news(told: Iterable[object]) -> bool:
    return any(isinstance(line, tuple) and line[1:2] == (b"EXISTS",) for line in told)


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
